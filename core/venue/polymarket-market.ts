/**
 * Frames of the Polymarket CLOB market channel: one message or an array of them, or the text PONG. Unknown kinds are ignored,
 * as the venue asks. Source: Polymarket CLOB market channel docs and unified SDK, notes of 2026-11-23 §5.1.
 */
import {
  control,
  controlFrame,
  type FrameCollector,
  ignore,
  isArray,
  isRecord,
  type JsonRecord,
  label,
  parseJsonFrame,
  reject,
} from './frame-collector.ts';
import type { ParsedFrame } from './parsed-frame.ts';
import { handleBook } from './polymarket-book.ts';
import { handleMarketResolved, handleNewMarket } from './polymarket-market-lifecycle.ts';
import { handlePriceChange } from './polymarket-price-change.ts';
import { handleBestBidAsk, handleLastTrade, handleTickSizeChange } from './polymarket-touch.ts';

/**
 * Parses one frame. A refused `price_change` or `book` leaves a book that is no longer true: the feed has to ask for a new one,
 * the channel has no sequence numbers that would tell.
 */
export function parsePolymarketMarketFrame(frame: string): ParsedFrame {
  if (frame === 'PONG') return controlFrame({ type: 'pong' });
  return parseJsonFrame(frame, handleFrame);
}

/** Parses the body of `GET /book`, which is a `book` message without its name: the resync of one token. */
export function parsePolymarketBookResponse(body: string): ParsedFrame {
  return parseJsonFrame(body, (message, into) => {
    if (!isRecord(message)) return reject(into, 'unknown-message', 'not an object');
    return handleBook(message, into);
  });
}

function handleFrame(message: unknown, into: FrameCollector): FrameCollector {
  if (!isArray(message)) return handleMessage(message, into);
  // An empty array is the initial dump where there is no book yet.
  if (message.length === 0) return ignore(into, 'empty array');
  for (const element of message) handleMessage(element, into);
  return into;
}

function handleMessage(message: unknown, into: FrameCollector): FrameCollector {
  if (!isRecord(message)) return reject(into, 'unknown-message', 'not an object');
  const kind = kindOf(message);
  switch (kind) {
    case 'book':
      return handleBook(message, into);
    case 'price_change':
      return handlePriceChange(message, into);
    case 'last_trade_price':
      return handleLastTrade(message, into);
    case 'tick_size_change':
      return handleTickSizeChange(message, into);
    case 'best_bid_ask':
      return handleBestBidAsk(message, into);
    case 'new_market':
      return handleNewMarket(message, into);
    case 'market_resolved':
      return handleMarketResolved(message, into);
    case undefined:
      if (typeof message['error'] === 'string') {
        return control(into, { type: 'error', code: 'error', detail: label(message['error']) });
      }
      return reject(into, 'missing-field', 'event_type');
    default:
      return typeof kind === 'string' ? ignore(into, label(kind)) : reject(into, 'unknown-message', 'event_type');
  }
}

/** The message's own name, or what its keys leave no doubt about: recordings exist that were made without the name. */
function kindOf(message: JsonRecord): unknown {
  const stated = message['event_type'];
  if (stated !== undefined) return stated;
  if ('bids' in message && 'asks' in message) return 'book';
  if ('price_changes' in message) return 'price_change';
  if ('new_tick_size' in message) return 'tick_size_change';
  // Only a trade states a fee; an order and a match of the user channel have an id.
  if ('fee_rate_bps' in message && 'price' in message && !('id' in message)) return 'last_trade_price';
  return undefined;
}
