/** Touch and mark price of Binance. Source: notes on market data of 2026-11-23 §1.3. */
import type { ExchangeSource } from '../model/market-data.ts';
import { readCount, readE8, readMs, readPriceE8, readQuantityE8 } from './field-readers.ts';
import { emit, type FrameCollector, type JsonRecord, reject, rejectFields } from './frame-collector.ts';

/** `bookTicker`. Spot states no time: `tsEvent` 0 means unknown there, and age is measured by receive time alone. */
export function handleBookTicker(source: ExchangeSource, data: JsonRecord, into: FrameCollector): FrameCollector {
  const tsEvent = data['T'] === undefined ? 0 : readMs(data['T']);
  const updateId = readCount(data['u']);
  const bidE8 = readPriceE8(data['b']);
  const bidQuantityE8 = readQuantityE8(data['B']);
  const askE8 = readPriceE8(data['a']);
  const askQuantityE8 = readQuantityE8(data['A']);
  if (
    tsEvent === null ||
    updateId === null ||
    bidE8 === null ||
    bidQuantityE8 === null ||
    askE8 === null ||
    askQuantityE8 === null
  ) {
    return rejectFields(into, 'bookTicker', [
      ['T', data['T'], tsEvent !== null],
      ['u', data['u'], updateId !== null],
      ['b', data['b'], bidE8 !== null],
      ['B', data['B'], bidQuantityE8 !== null],
      ['a', data['a'], askE8 !== null],
      ['A', data['A'], askQuantityE8 !== null],
    ]);
  }
  if (bidE8 >= askE8) return reject(into, 'crossed-levels', 'bookTicker');
  return emit(into, {
    type: 'ticker-received',
    seq: 0,
    tsEvent,
    tsInit: 0,
    source,
    updateId,
    bidE8,
    bidQuantityE8,
    askE8,
    askQuantityE8,
  });
}

/** `markPriceUpdate`: E is its time, T the next funding. */
export function handleMarkPrice(source: ExchangeSource, data: JsonRecord, into: FrameCollector): FrameCollector {
  const tsEvent = readMs(data['E']);
  const markE8 = readPriceE8(data['p']);
  const indexE8 = readPriceE8(data['i']);
  const fundingRateE8 = readE8(data['r']);
  const nextFundingMs = readMs(data['T']);
  if (tsEvent === null || markE8 === null || indexE8 === null || fundingRateE8 === null || nextFundingMs === null) {
    return rejectFields(into, 'markPriceUpdate', [
      ['E', data['E'], tsEvent !== null],
      ['p', data['p'], markE8 !== null],
      ['i', data['i'], indexE8 !== null],
      ['r', data['r'], fundingRateE8 !== null],
      ['T', data['T'], nextFundingMs !== null],
    ]);
  }
  return emit(into, {
    type: 'mark-price-received',
    seq: 0,
    tsEvent,
    tsInit: 0,
    source,
    markE8,
    indexE8,
    fundingRateE8,
    nextFundingMs,
  });
}
