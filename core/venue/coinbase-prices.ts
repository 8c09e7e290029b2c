/** Trades and touch of Coinbase. Source: Coinbase docs, notes on market data of 2026-11-23 §4; recordings of 2026-08-09. */
import { parseIsoMs } from '../model/iso-time.ts';
import type { UnixMs } from '../model/time.ts';
import { readCountText, readPriceE8, readQuantityE8 } from './field-readers.ts';
import {
  emit,
  type FrameCollector,
  ignore,
  isArray,
  isRecord,
  type JsonRecord,
  label,
  reject,
  rejectFields,
} from './frame-collector.ts';

/**
 * `market_trades`: newest first on the wire, given out oldest first. A subscription begins with a snapshot of recent trades:
 * they are given out too, and `tradeId` tells a consumer which it has seen.
 *
 * [uncertain] `side` is documented as the MAKER's, so the aggressor is the other side; not yet checked against quotes.
 */
export function handleTrades(product: string, event: JsonRecord, into: FrameCollector): FrameCollector {
  const trades = event['trades'];
  if (!isArray(trades)) return reject(into, 'missing-field', 'market_trades.trades');
  if (trades.length === 0) return ignore(into, 'empty market_trades');
  for (let index = trades.length - 1; index >= 0; index--) {
    const trade = trades[index];
    if (isRecord(trade)) handleTrade(product, trade, into);
    else reject(into, 'unknown-message', 'market_trades trade');
  }
  return into;
}

function handleTrade(product: string, trade: JsonRecord, into: FrameCollector): FrameCollector {
  const stated = trade['product_id'];
  if (typeof stated !== 'string') return reject(into, 'missing-field', 'market_trades.product_id');
  if (stated !== product) return ignore(into, `market_trades of ${label(stated)}`);
  const tsEvent = parseIsoMs(trade['time']);
  const tradeId = readCountText(trade['trade_id']);
  const priceE8 = readPriceE8(trade['price']);
  const quantityE8 = readQuantityE8(trade['size']);
  if (tsEvent === null || tradeId === null || priceE8 === null || quantityE8 === null || quantityE8 === 0) {
    return rejectFields(into, 'market_trades', [
      ['time', trade['time'], tsEvent !== null],
      ['trade_id', trade['trade_id'], tradeId !== null],
      ['price', trade['price'], priceE8 !== null],
      ['size', trade['size'], quantityE8 !== null && quantityE8 > 0],
    ]);
  }
  const makerSide = trade['side'];
  if (makerSide !== 'BUY' && makerSide !== 'SELL') {
    return reject(into, 'unknown-message', `market_trades.side ${label(makerSide)}`);
  }
  return emit(into, {
    type: 'trade-received',
    seq: 0,
    tsEvent,
    tsInit: 0,
    source: 'coinbase',
    tradeId,
    aggregated: false,
    priceE8,
    quantityE8,
    aggressor: makerSide === 'BUY' ? 'sell' : 'buy',
  });
}

/** `ticker`: it has no update id of its own; the socket's sequence number orders it. */
export function handleTicker(
  product: string,
  tsEvent: UnixMs,
  sequence: number,
  event: JsonRecord,
  into: FrameCollector,
): FrameCollector {
  const tickers = event['tickers'];
  if (!isArray(tickers)) return reject(into, 'missing-field', 'ticker.tickers');
  if (tickers.length === 0) return ignore(into, 'empty ticker');
  for (const ticker of tickers) {
    if (isRecord(ticker)) handleTouch(product, tsEvent, sequence, ticker, into);
    else reject(into, 'unknown-message', 'ticker element');
  }
  return into;
}

function handleTouch(
  product: string,
  tsEvent: UnixMs,
  updateId: number,
  ticker: JsonRecord,
  into: FrameCollector,
): FrameCollector {
  const stated = ticker['product_id'];
  if (typeof stated !== 'string') return reject(into, 'missing-field', 'ticker.product_id');
  if (stated !== product) return ignore(into, `ticker of ${label(stated)}`);
  const bidE8 = readPriceE8(ticker['best_bid']);
  const bidQuantityE8 = readQuantityE8(ticker['best_bid_quantity']);
  const askE8 = readPriceE8(ticker['best_ask']);
  const askQuantityE8 = readQuantityE8(ticker['best_ask_quantity']);
  if (bidE8 === null || bidQuantityE8 === null || askE8 === null || askQuantityE8 === null) {
    return rejectFields(into, 'ticker', [
      ['best_bid', ticker['best_bid'], bidE8 !== null],
      ['best_bid_quantity', ticker['best_bid_quantity'], bidQuantityE8 !== null],
      ['best_ask', ticker['best_ask'], askE8 !== null],
      ['best_ask_quantity', ticker['best_ask_quantity'], askQuantityE8 !== null],
    ]);
  }
  if (bidE8 >= askE8) return reject(into, 'crossed-levels', 'ticker');
  return emit(into, {
    type: 'ticker-received',
    seq: 0,
    tsEvent,
    tsInit: 0,
    source: 'coinbase',
    updateId,
    bidE8,
    bidQuantityE8,
    askE8,
    askQuantityE8,
  });
}
