/**
 * `l2_data` of Coinbase: a complete book on subscription, then diffs. We do not subscribe to it (its snapshot of BTC-USD is
 * 5 MB, beyond what any parser reads); recordings hold it. Source: Coinbase docs, notes on market data of 2026-11-23 §4.
 */
import type { UnixMs } from '../model/time.ts';
import { isOrderedBook } from './exchange-levels.ts';
import { readPriceE8, readQuantityE8 } from './field-readers.ts';
import {
  emit,
  type FrameCollector,
  ignore,
  isArray,
  isRecord,
  type JsonRecord,
  label,
  reject,
} from './frame-collector.ts';

/** A snapshot replaces the book, an update changes it; the socket's sequence number stands for the update id. */
export function handleL2Event(
  product: string,
  tsEvent: UnixMs,
  sequence: number,
  event: JsonRecord,
  into: FrameCollector,
): FrameCollector {
  const { product_id: stated, type, updates } = event;
  if (typeof stated !== 'string') return reject(into, 'missing-field', 'l2_data.product_id');
  if (stated !== product) return ignore(into, `l2_data of ${label(stated)}`);
  if (!isArray(updates)) return reject(into, 'missing-field', 'l2_data.updates');
  const bidsE8: number[] = [];
  const asksE8: number[] = [];
  for (const update of updates) {
    if (!isRecord(update)) return reject(into, 'unknown-message', 'l2_data update');
    const price = readPriceE8(update['price_level']);
    const quantity = readQuantityE8(update['new_quantity']);
    if (price === null || quantity === null) return reject(into, 'bad-number', 'l2_data level');
    if (update['side'] === 'bid') bidsE8.push(price, quantity);
    else if (update['side'] === 'offer') asksE8.push(price, quantity);
    else return reject(into, 'unknown-message', `l2_data.side ${label(update['side'])}`);
  }
  const header = { seq: 0, tsEvent, tsInit: 0, source: 'coinbase', updateId: sequence, bidsE8, asksE8 } as const;
  if (type === 'update') {
    return emit(into, { type: 'depth-changed', firstUpdateId: sequence, previousUpdateId: null, ...header });
  }
  if (type !== 'snapshot') return reject(into, 'unknown-message', `l2_data.type ${label(type)}`);
  if (!isOrderedBook(bidsE8, asksE8)) return reject(into, 'crossed-levels', 'l2_data');
  return emit(into, { type: 'depth-received', ...header });
}
