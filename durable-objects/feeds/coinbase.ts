/**
 * Coinbase Advanced Trade, the stand-in where Binance cannot be reached: another source and another feature, never the same.
 * Every message of the socket counts up by one, so a gap is a loss. Source: market data notes §4, 2026-11-23.
 */
import { parseCoinbaseFrame, readCoinbaseSequence } from '../../core/venue/coinbase.ts';
import type { FeedAddresses } from './feed-addresses.ts';
import {
  type FeedProtocol,
  type FeedSession,
  FIRST_FRAME_MS,
  plainClose,
  type SessionLink,
  SILENCE_MS,
} from './feed-protocol.ts';
import { showVenueError } from './static-session.ts';

/** Heartbeats keep quiet channels from being closed. The socket is dropped unless the first message comes within 5 s. */
const CHANNELS = ['heartbeats', 'ticker', 'market_trades'] as const;
/** Those whose content a gap can have taken. */
const DATA_CHANNELS = ['ticker', 'market_trades'] as const;

/** `product`: "BTC-USD". */
export function createCoinbaseProtocol(addresses: FeedAddresses, product: string): FeedProtocol {
  return {
    name: 'coinbase',
    source: 'coinbase',
    url: addresses.coinbase,
    parse: parseCoinbaseFrame(product),
    expected: [
      { stream: 'coinbase-heartbeat', firstWithinMs: FIRST_FRAME_MS, silenceMs: SILENCE_MS },
      { stream: 'coinbase-ticker', firstWithinMs: FIRST_FRAME_MS, silenceMs: null },
      { stream: 'coinbase-trade', firstWithinMs: FIRST_FRAME_MS, silenceMs: null },
    ],
    silenceMs: SILENCE_MS,
    keepAlive: null,
    renewal: null,
    causeOf: plainClose,
    wanted: () => true,
    session: (link) => createSession(link, product),
  };
}

function createSession(link: SessionLink, product: string): FeedSession {
  const send = (type: 'subscribe' | 'unsubscribe', channel: string) =>
    link.send(JSON.stringify({ type, channel, product_ids: [product] }));
  let expectedSequence: number | null = null;

  const resubscribe = () => {
    link.count('sequence-gap');
    for (const channel of DATA_CHANNELS) {
      send('unsubscribe', channel);
      send('subscribe', channel);
    }
  };
  return {
    opened: () => {
      for (const channel of CHANNELS) send('subscribe', channel);
      link.subscribed();
    },
    received: (parsed, frame) => {
      const sequence = readCoinbaseSequence(frame);
      if (sequence !== null) {
        const isGap = expectedSequence !== null && sequence > expectedSequence;
        expectedSequence = sequence + 1;
        if (isGap) resubscribe();
      }
      for (const control of parsed.controls) showVenueError(control, link);
      return parsed.events;
    },
    check: () => undefined,
    idle: () => false,
    wantedChanged: () => undefined,
  };
}
