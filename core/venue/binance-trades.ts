/**
 * Trades and liquidations of Binance. `m` says that the buyer was the maker: `m:true` is a sale by the aggressor (checked
 * against quotes on 21,313 recorded trades). Source: notes on market data of 2026-11-23 §1.3.
 */
import type { ExchangeSource } from '../model/market-data.ts';
import { readCount, readMs, readPriceE8, readQuantityE8 } from './field-readers.ts';
import {
  emit,
  type FrameCollector,
  ignore,
  isRecord,
  type JsonRecord,
  label,
  reject,
  rejectFields,
} from './frame-collector.ts';

/** `aggTrade`: the fills of one taker at one price; `a` increments by one. */
export function handleAggTrade(source: ExchangeSource, data: JsonRecord, into: FrameCollector): FrameCollector {
  return handlePrint(source, 'aggTrade', data, data['a'], into);
}

/**
 * `trade`: a single fill. Futures state a kind X; only MARKET came off the book (21,313 of 21,313 recorded). Anything else
 * (insurance fund, auto-deleveraging, "NA" with price 0) had no aggressor and says nothing about flow: ignored.
 */
export function handleTrade(source: ExchangeSource, data: JsonRecord, into: FrameCollector): FrameCollector {
  const kind = data['X'];
  if (kind !== undefined && kind !== 'MARKET') return ignore(into, `trade of kind ${label(kind)}`);
  return handlePrint(source, 'trade', data, data['t'], into);
}

function handlePrint(
  source: ExchangeSource,
  what: 'aggTrade' | 'trade',
  data: JsonRecord,
  rawId: unknown,
  into: FrameCollector,
): FrameCollector {
  const tsEvent = readMs(data['T']);
  const tradeId = readCount(rawId);
  const priceE8 = readPriceE8(data['p']);
  const quantityE8 = readQuantityE8(data['q']);
  const buyerIsMaker = data['m'];
  if (
    tsEvent === null ||
    tradeId === null ||
    priceE8 === null ||
    quantityE8 === null ||
    quantityE8 === 0 ||
    typeof buyerIsMaker !== 'boolean'
  ) {
    return rejectFields(into, what, [
      ['T', data['T'], tsEvent !== null],
      ['id', rawId, tradeId !== null],
      ['p', data['p'], priceE8 !== null],
      ['q', data['q'], quantityE8 !== null && quantityE8 > 0],
      ['m', buyerIsMaker, typeof buyerIsMaker === 'boolean'],
    ]);
  }
  return emit(into, {
    type: 'trade-received',
    seq: 0,
    tsEvent,
    tsInit: 0,
    source,
    tradeId,
    aggregated: what === 'aggTrade',
    priceE8,
    quantityE8,
    aggressor: buyerIsMaker ? 'sell' : 'buy',
  });
}

/**
 * `forceOrder`: the largest liquidation of a second. The price is the average that it traded at (`ap`), or the order's own
 * (`p`, the bankruptcy price) while nothing has traded. `S:"SELL"` closes a long.
 */
export function handleForceOrder(source: ExchangeSource, order: unknown, into: FrameCollector): FrameCollector {
  if (!isRecord(order)) return reject(into, 'missing-field', 'forceOrder.o');
  const tsEvent = readMs(order['T']);
  const average = order['ap'] === undefined ? null : readQuantityE8(order['ap']);
  const priceE8 = average !== null && average > 0 ? average : readPriceE8(order['p']);
  const quantityE8 = readQuantityE8(order['q']);
  const averageIsGood = order['ap'] === undefined || average !== null;
  if (tsEvent === null || priceE8 === null || quantityE8 === null || quantityE8 === 0 || !averageIsGood) {
    return rejectFields(into, 'forceOrder', [
      ['T', order['T'], tsEvent !== null],
      ['ap', order['ap'], averageIsGood],
      ['p', order['p'], priceE8 !== null],
      ['q', order['q'], quantityE8 !== null && quantityE8 > 0],
    ]);
  }
  const side = order['S'];
  if (side !== 'BUY' && side !== 'SELL') return reject(into, 'unknown-message', `forceOrder.S ${label(side)}`);
  return emit(into, {
    type: 'liquidation-received',
    seq: 0,
    tsEvent,
    tsInit: 0,
    source,
    side: side === 'BUY' ? 'buy' : 'sell',
    priceE8,
    quantityE8,
  });
}
