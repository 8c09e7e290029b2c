/**
 * PolyBolt, the settlement source's own feed: the TWAP that strikes are made of, and the raw price. It wants CLOB API
 * credentials even to read, and sends the previous two minutes on subscription. Source: venue notes §5.3, 2026-11-23.
 */
import { SECOND_MS } from '../../core/model/time.ts';
import { parsePolyBoltFrame } from '../../core/venue/polybolt.ts';
import type { ConnectionOutcome } from './backoff.ts';
import type { FeedAddresses } from './feed-addresses.ts';
import { type FeedProtocol, type FeedSession, FIRST_FRAME_MS, type SessionLink, SILENCE_MS } from './feed-protocol.ts';
import { showVenueError } from './static-session.ts';

export interface PolyboltCredentials {
  readonly apiKey: string;
  readonly secret: string;
  readonly passphrase: string;
}

const PING_EVERY_MS = 30 * SECOND_MS;
const TWAP_SECONDS = 60;
const AUTH_REFUSED_CODE = 4001;
const DRAINING_CODE = 4003;
const PROBLEM_AUTH = 'credentials refused';

/** `symbol` as PolyBolt writes it: "btcusd". */
export function createPolyboltProtocol(
  addresses: FeedAddresses,
  symbol: string,
  credentials: PolyboltCredentials,
): FeedProtocol {
  return {
    name: 'polybolt',
    source: 'polybolt',
    url: addresses.polybolt,
    parse: parsePolyBoltFrame,
    // The official client waits 90 s; a window has 300, and a new subscription brings what was missed.
    expected: [{ stream: 'reference-twap', firstWithinMs: FIRST_FRAME_MS, silenceMs: SILENCE_MS }],
    silenceMs: SILENCE_MS,
    keepAlive: { frame: '{"op":"ping"}', everyMs: PING_EVERY_MS },
    renewal: null,
    causeOf: (code) => causeOf(code),
    wanted: () => true,
    session: (link) => createSession(link, symbol, credentials),
  };
}

function causeOf(code: number): { readonly cause: ConnectionOutcome['cause']; readonly problem?: string } {
  if (code === AUTH_REFUSED_CODE) return { cause: 'refused', problem: PROBLEM_AUTH };
  return { cause: code === DRAINING_CODE ? 'drained' : 'dropped' };
}

function createSession(link: SessionLink, symbol: string, credentials: PolyboltCredentials): FeedSession {
  const subscribe = () => {
    link.send(
      JSON.stringify({
        op: 'subscribe',
        rid: 's1',
        subscriptions: [
          { channel: 'price.crypto.twap', filter: { symbol, window_seconds: TWAP_SECONDS } },
          { channel: 'price.crypto', filter: { symbol } },
        ],
      }),
    );
    link.subscribed();
  };
  return {
    opened: () => {
      const { apiKey, secret, passphrase } = credentials;
      link.send(JSON.stringify({ op: 'auth', rid: 'a1', auth: { apiKey, secret, passphrase } }));
    },
    received: (parsed) => {
      for (const control of parsed.controls) {
        if (control.type === 'authenticated') subscribe();
        else if (control.type === 'error' && control.code === 'auth_unavailable') {
          // The server's own trouble, not our credentials'.
          link.fail(control.code, 'dropped', `${control.code}: ${control.detail}`);
        } else if (control.type === 'error' && control.code === 'dropped') {
          // A hole in the prices, perhaps at a strike: a new subscription brings the two minutes before.
          link.fail('dropped-by-server', 'dropped', `dropped: ${control.detail}`);
        } else if (control.type === 'error' && control.code.startsWith('auth_')) {
          link.fail(control.code, 'refused', `${PROBLEM_AUTH}: ${control.code}`);
        } else showVenueError(control, link);
      }
      return parsed.events.filter((event) => event.type === 'reference-price-received' && event.symbol === symbol);
    },
    check: () => undefined,
    idle: () => false,
    wantedChanged: () => undefined,
  };
}
