/**
 * Short messages about one token on the CLOB market channel: its last trade, its touch, its tick size. Source: CLOB market
 * channel docs, notes of 2026-11-23 §5.1.
 */
import { isTokenId } from '../model/identifiers.ts';
import { readOptionalTicks, readSizeMicro, readTicks, readUnixMsText } from './field-readers.ts';
import { emit, type FrameCollector, type JsonRecord, label, reject, rejectFields } from './frame-collector.ts';

/** `last_trade_price`: `side` is the taker's. */
export function handleLastTrade(message: JsonRecord, into: FrameCollector): FrameCollector {
  const tokenId = message['asset_id'];
  if (!isTokenId(tokenId)) return reject(into, 'bad-identifier', 'last_trade_price.asset_id');
  const tsEvent = readUnixMsText(message['timestamp']);
  const priceTicks = readTicks(message['price']);
  const sizeMicro = readSizeMicro(message['size']);
  if (tsEvent === null || priceTicks === null || sizeMicro === null || sizeMicro === 0) {
    return rejectFields(into, 'last_trade_price', [
      ['timestamp', message['timestamp'], tsEvent !== null],
      ['price', message['price'], priceTicks !== null],
      ['size', message['size'], sizeMicro !== null && sizeMicro > 0],
    ]);
  }
  const side = message['side'];
  if (side !== 'BUY' && side !== 'SELL') return reject(into, 'unknown-message', `last_trade_price.side ${label(side)}`);
  const takerSide = side === 'BUY' ? 'buy' : 'sell';
  return emit(into, {
    type: 'book-trade-received',
    seq: 0,
    tsEvent,
    tsInit: 0,
    tokenId,
    priceTicks,
    sizeMicro,
    takerSide,
  });
}

/** `best_bid_ask`: a side that is empty is `null`. */
export function handleBestBidAsk(message: JsonRecord, into: FrameCollector): FrameCollector {
  const tokenId = message['asset_id'];
  if (!isTokenId(tokenId)) return reject(into, 'bad-identifier', 'best_bid_ask.asset_id');
  const tsEvent = readUnixMsText(message['timestamp']);
  const bestBidTicks = readOptionalTicks(message['best_bid']);
  const bestAskTicks = readOptionalTicks(message['best_ask']);
  if (tsEvent === null || bestBidTicks === undefined || bestAskTicks === undefined) {
    return rejectFields(into, 'best_bid_ask', [
      ['timestamp', message['timestamp'], tsEvent !== null],
      ['best_bid', message['best_bid'], bestBidTicks !== undefined],
      ['best_ask', message['best_ask'], bestAskTicks !== undefined],
    ]);
  }
  if (bestBidTicks !== null && bestAskTicks !== null && bestBidTicks >= bestAskTicks) {
    return reject(into, 'crossed-levels', 'best_bid_ask');
  }
  return emit(into, { type: 'book-touch-received', seq: 0, tsEvent, tsInit: 0, tokenId, bestBidTicks, bestAskTicks });
}

/** `tick_size_change`: books flip to 0.001 near the ends. */
export function handleTickSizeChange(message: JsonRecord, into: FrameCollector): FrameCollector {
  const tokenId = message['asset_id'];
  if (!isTokenId(tokenId)) return reject(into, 'bad-identifier', 'tick_size_change.asset_id');
  const tsEvent = readUnixMsText(message['timestamp']);
  const oldTickSizeTicks = readTicks(message['old_tick_size']);
  const newTickSizeTicks = readTicks(message['new_tick_size']);
  if (tsEvent === null || oldTickSizeTicks === null || newTickSizeTicks === null) {
    return rejectFields(into, 'tick_size_change', [
      ['timestamp', message['timestamp'], tsEvent !== null],
      ['old_tick_size', message['old_tick_size'], oldTickSizeTicks !== null],
      ['new_tick_size', message['new_tick_size'], newTickSizeTicks !== null],
    ]);
  }
  return emit(into, {
    type: 'tick-size-changed',
    seq: 0,
    tsEvent,
    tsInit: 0,
    tokenId,
    oldTickSizeTicks,
    newTickSizeTicks,
  });
}
