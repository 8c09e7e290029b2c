/**
 * Deribit's volatility index over JSON-RPC. With its heartbeat on, the server asks for a sign of life and closes a client that
 * does not answer. Source: market data notes §2, 2026-11-23.
 */
import { SECOND_MS } from '../../core/model/time.ts';
import { parseDeribitFrame } from '../../core/venue/deribit.ts';
import type { FeedAddresses } from './feed-addresses.ts';
import { type FeedProtocol, plainClose } from './feed-protocol.ts';
import { createStaticSession, showVenueError } from './static-session.ts';

const HEARTBEAT_SECONDS = 30;
/** The index is stale for pricing at 60 s; its cadence is not documented, so the socket is not blamed earlier. */
const SILENCE_MS = 60 * SECOND_MS;

const request = (id: number, method: string, params: object) => JSON.stringify({ jsonrpc: '2.0', id, method, params });

/** `index` is the volatility index's name: "btc_usd". */
export function createDeribitProtocol(addresses: FeedAddresses, index: string): FeedProtocol {
  const channel = `deribit_volatility_index.${index}`;
  return {
    name: 'deribit',
    source: 'deribit',
    url: addresses.deribit,
    parse: parseDeribitFrame(index),
    expected: [{ stream: 'dvol', firstWithinMs: SILENCE_MS, silenceMs: SILENCE_MS }],
    silenceMs: SILENCE_MS,
    keepAlive: null,
    renewal: null,
    causeOf: plainClose,
    wanted: () => true,
    session: (link) => {
      let nextId = 3;
      return createStaticSession(link, {
        openingFrames: [
          request(1, 'public/set_heartbeat', { interval: HEARTBEAT_SECONDS }),
          request(2, 'public/subscribe', { channels: [channel] }),
        ],
        onControl: (control) => {
          if (control.type === 'test-request') link.send(request(nextId++, 'public/test', {}));
          else if (control.type === 'subscribed' && !control.channels.includes(channel)) {
            link.showProblem(`not subscribed to ${channel}`);
          } else showVenueError(control, link);
        },
      });
    },
  };
}
