/**
 * Books of Binance. A top-20 snapshot and a diff are the same message: only the stream's name tells them apart. Without an
 * envelope it is taken for a diff, which replaces nothing. Source: notes on market data of 2026-11-23 §1.3.
 */
import type { ExchangeSource } from '../model/market-data.ts';
import { isOrderedBook, readPairLevelsE8 } from './exchange-levels.ts';
import { readCount, readMs } from './field-readers.ts';
import { emit, type FrameCollector, type JsonRecord, reject, rejectFields } from './frame-collector.ts';

/** "btcusdt@depth20@100ms" and its shorter and slower forms; "btcusdt@depth@100ms" is a diff. */
function isPartialBook(stream: string): boolean {
  const digit = stream.charCodeAt(stream.indexOf('@depth') + 6);
  return stream.includes('@depth') && digit >= 48 && digit <= 57;
}

/** `depthUpdate`: the engine's time T (futures), else the push time E (spot has no T, and no `pu`). */
export function handleDepth(
  source: ExchangeSource,
  stream: string,
  data: JsonRecord,
  into: FrameCollector,
): FrameCollector {
  const time = data['T'] === undefined ? data['E'] : data['T'];
  const tsEvent = readMs(time);
  const updateId = readCount(data['u']);
  const bidsE8 = readPairLevelsE8(data['b']);
  const asksE8 = readPairLevelsE8(data['a']);
  if (tsEvent === null || updateId === null || bidsE8 === null || asksE8 === null) {
    return rejectFields(into, 'depthUpdate', [
      ['T', time, tsEvent !== null],
      ['u', data['u'], updateId !== null],
      ['b', data['b'], bidsE8 !== null],
      ['a', data['a'], asksE8 !== null],
    ]);
  }
  if (isPartialBook(stream)) {
    if (!isOrderedBook(bidsE8, asksE8)) return reject(into, 'crossed-levels', 'depth');
    return emit(into, { type: 'depth-received', seq: 0, tsEvent, tsInit: 0, source, updateId, bidsE8, asksE8 });
  }
  const firstUpdateId = readCount(data['U']);
  const previousUpdateId = data['pu'] === undefined ? null : readCount(data['pu']);
  if (firstUpdateId === null || (previousUpdateId === null && data['pu'] !== undefined)) {
    return rejectFields(into, 'depthUpdate', [
      ['U', data['U'], firstUpdateId !== null],
      ['pu', data['pu'], false],
    ]);
  }
  return emit(into, {
    type: 'depth-changed',
    seq: 0,
    tsEvent,
    tsInit: 0,
    source,
    firstUpdateId,
    updateId,
    previousUpdateId,
    bidsE8,
    asksE8,
  });
}

/**
 * A whole book `{lastUpdateId, bids, asks}`: spot's partial book, or the answer to a request for depth. Spot states no time:
 * `tsEvent` is 0, which means unknown.
 */
export function handleWholeBook(source: ExchangeSource, data: JsonRecord, into: FrameCollector): FrameCollector {
  const tsEvent = data['T'] === undefined ? 0 : readMs(data['T']);
  const updateId = readCount(data['lastUpdateId']);
  const bidsE8 = readPairLevelsE8(data['bids']);
  const asksE8 = readPairLevelsE8(data['asks']);
  if (tsEvent === null || updateId === null || bidsE8 === null || asksE8 === null) {
    return rejectFields(into, 'depth', [
      ['T', data['T'], tsEvent !== null],
      ['lastUpdateId', data['lastUpdateId'], updateId !== null],
      ['bids', data['bids'], bidsE8 !== null],
      ['asks', data['asks'], asksE8 !== null],
    ]);
  }
  if (!isOrderedBook(bidsE8, asksE8)) return reject(into, 'crossed-levels', 'depth');
  return emit(into, { type: 'depth-received', seq: 0, tsEvent, tsInit: 0, source, updateId, bidsE8, asksE8 });
}
