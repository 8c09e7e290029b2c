/**
 * `book`: the complete ladder of one token. The best level is the LAST of each array (24,995 recorded books without exception;
 * the venue's documents say the reverse). Source: notes of 2026-11-23, polymarket §3.3 and market data §3.
 */
import { isTokenId } from '../model/identifiers.ts';
import { readOptionalTicks, readSizeMicro, readTicks, readUnixMsText } from './field-readers.ts';
import {
  emit,
  type FrameCollector,
  isArray,
  isRecord,
  type JsonRecord,
  reject,
  rejectFields,
} from './frame-collector.ts';
import type { FrameRejection } from './parsed-frame.ts';

type Side = 'bids' | 'asks';

export function handleBook(message: JsonRecord, into: FrameCollector): FrameCollector {
  const tokenId = message['asset_id'];
  if (!isTokenId(tokenId)) return reject(into, 'bad-identifier', 'book.asset_id');
  const tsEvent = readUnixMsText(message['timestamp']);
  const tickSizeTicks = readOptionalTicks(message['tick_size']);
  const lastTradeTicks = readOptionalTicks(message['last_trade_price']);
  if (tsEvent === null || tickSizeTicks === undefined || lastTradeTicks === undefined) {
    return rejectFields(into, 'book', [
      ['timestamp', message['timestamp'], tsEvent !== null],
      ['tick_size', message['tick_size'], tickSizeTicks !== undefined],
      ['last_trade_price', message['last_trade_price'], lastTradeTicks !== undefined],
    ]);
  }
  const bids = readLadder(message['bids'], 'bids');
  if (typeof bids === 'string') return reject(into, bids, 'book.bids');
  const asks = readLadder(message['asks'], 'asks');
  if (typeof asks === 'string') return reject(into, asks, 'book.asks');
  const bestBid = bids[0];
  const bestAsk = asks[0];
  if (bestBid !== undefined && bestAsk !== undefined && bestBid >= bestAsk) {
    return reject(into, 'crossed-levels', 'book');
  }
  const hash = typeof message['hash'] === 'string' ? message['hash'] : '';
  return emit(into, {
    type: 'book-received',
    seq: 0,
    tsEvent,
    tsInit: 0,
    tokenId,
    bids,
    asks,
    tickSizeTicks,
    lastTradeTicks,
    hash,
  });
}

/** Reads one side from its last level to its first as flat `[ticks, sizeMicro, …]`, best first. Size 0 is no level. */
function readLadder(raw: unknown, side: Side): number[] | FrameRejection {
  if (raw === undefined || raw === null) return 'missing-field';
  if (!isArray(raw)) return 'unknown-message';
  const flat: number[] = [];
  let ordered = true;
  for (let index = raw.length - 1; index >= 0; index--) {
    const level = raw[index];
    if (!isRecord(level)) return 'unknown-message';
    const ticks = readTicks(level['price']);
    const sizeMicro = readSizeMicro(level['size']);
    if (ticks === null || sizeMicro === null) return 'bad-number';
    if (sizeMicro === 0) continue;
    const previous = flat[flat.length - 2];
    if (previous !== undefined && !isWorse(side, ticks, previous)) ordered = false;
    flat.push(ticks, sizeMicro);
  }
  return ordered ? flat : sortLadder(flat, side);
}

function isWorse(side: Side, ticks: number, than: number): boolean {
  return side === 'bids' ? ticks < than : ticks > than;
}

/** Puts a ladder that came in another order best first. A price that stands twice is refused: which size holds is unknown. */
function sortLadder(flat: readonly number[], side: Side): number[] | FrameRejection {
  const levels: [number, number][] = [];
  for (let index = 0; index < flat.length; index += 2) levels.push([flat[index] ?? 0, flat[index + 1] ?? 0]);
  levels.sort(([left], [right]) => (side === 'bids' ? right - left : left - right));
  const repeats = levels.some(([ticks], index) => ticks === levels[index - 1]?.[0]);
  return repeats ? 'crossed-levels' : levels.flat();
}
