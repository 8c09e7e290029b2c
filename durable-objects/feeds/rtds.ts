/**
 * RTDS, Polymarket's older public price socket: the fallback of PolyBolt, and the only reference feed without credentials. It
 * stalls without closing, so two sockets are kept. Source: market data notes §3 and venue notes §5.4, 2026-11-23.
 */
import { SECOND_MS } from '../../core/model/time.ts';
import { parseRtdsFrame } from '../../core/venue/rtds.ts';
import type { FeedAddresses } from './feed-addresses.ts';
import { type FeedProtocol, FIRST_FRAME_MS, plainClose, SILENCE_MS } from './feed-protocol.ts';
import { createStaticSession } from './static-session.ts';

/** One message for each topic: a topic that was retired would take the others of its message with it. */
const TOPICS = ['crypto_prices_twap_sixty', 'crypto_prices_chainlink'] as const;
const PING_EVERY_MS = 5 * SECOND_MS;

/**
 * Without `filters`, as the official client does: a filter that the server dislikes silences the stream. We select here.
 *
 * @param symbol in the parser's spelling, which is PolyBolt's: "btcusd".
 */
export function createRtdsProtocol(addresses: FeedAddresses, symbol: string, which: 'a' | 'b'): FeedProtocol {
  return {
    name: `rtds-${which}`,
    source: 'rtds',
    url: addresses.rtds,
    parse: parseRtdsFrame,
    expected: [{ stream: 'reference-twap', firstWithinMs: FIRST_FRAME_MS, silenceMs: SILENCE_MS }],
    silenceMs: SILENCE_MS,
    keepAlive: { frame: 'PING', everyMs: PING_EVERY_MS },
    renewal: null,
    causeOf: plainClose,
    wanted: () => true,
    session: (link) =>
      createStaticSession(link, {
        openingFrames: TOPICS.map((topic) =>
          JSON.stringify({ action: 'subscribe', subscriptions: [{ topic, type: 'update' }] }),
        ),
        isOurs: (event) => event.type === 'reference-price-received' && event.symbol === symbol,
      }),
  };
}
