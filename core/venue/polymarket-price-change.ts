/**
 * `price_change`: levels that changed, their size being the level's new total and 0 removing it. One message can concern several
 * tokens: one event for each, the order of changes kept. Source: CLOB market channel docs, notes of 2026-11-23 §5.1.
 */
import { isTokenId, type TokenId } from '../model/identifiers.ts';
import type { PriceTicks } from '../model/price.ts';
import { readOptionalTicks, readSizeMicro, readTicks, readUnixMsText } from './field-readers.ts';
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

/** What one message changes of one token. `whole` is false once any of it was refused: half a change is a wrong book. */
interface TokenChanges {
  readonly tokenId: TokenId;
  readonly changes: number[];
  bestBidTicks: PriceTicks | null;
  bestAskTicks: PriceTicks | null;
  whole: boolean;
}

/**
 * Reads today's `price_changes[]`, and the two older shapes: `changes[]` of one token, and a single flat change. The touch that
 * an event states is that of the token's last change.
 */
export function handlePriceChange(message: JsonRecord, into: FrameCollector): FrameCollector {
  const tsEvent = readUnixMsText(message['timestamp']);
  if (tsEvent === null) {
    return rejectFields(into, 'price_change', [['timestamp', message['timestamp'], false]]);
  }
  const list = message['price_changes'] ?? message['changes'] ?? [message];
  if (!isArray(list)) return reject(into, 'unknown-message', 'price_change.price_changes');
  if (list.length === 0) return ignore(into, 'empty price_change');
  const tokens: TokenChanges[] = [];
  for (const change of list) addChange(tokens, change, message['asset_id'], into);
  for (const { tokenId, changes, bestBidTicks, bestAskTicks, whole } of tokens) {
    if (!whole) continue;
    emit(into, { type: 'book-changed', seq: 0, tsEvent, tsInit: 0, tokenId, changes, bestBidTicks, bestAskTicks });
  }
  return into;
}

function addChange(tokens: TokenChanges[], change: unknown, owner: unknown, into: FrameCollector): void {
  if (!isRecord(change)) {
    reject(into, 'unknown-message', 'price_change element');
    return;
  }
  const tokenId = change['asset_id'] ?? owner;
  if (!isTokenId(tokenId)) {
    reject(into, 'bad-identifier', 'price_change.asset_id');
    return;
  }
  const entry = entryOf(tokens, tokenId);
  const ticks = readTicks(change['price']);
  const sizeMicro = readSizeMicro(change['size']);
  const bestBidTicks = readOptionalTicks(change['best_bid']);
  const bestAskTicks = readOptionalTicks(change['best_ask']);
  if (ticks === null || sizeMicro === null || bestBidTicks === undefined || bestAskTicks === undefined) {
    entry.whole = false;
    rejectFields(into, 'price_change', [
      ['price', change['price'], ticks !== null],
      ['size', change['size'], sizeMicro !== null],
      ['best_bid', change['best_bid'], bestBidTicks !== undefined],
      ['best_ask', change['best_ask'], bestAskTicks !== undefined],
    ]);
    return;
  }
  const side = change['side'];
  if (side !== 'BUY' && side !== 'SELL') {
    entry.whole = false;
    reject(into, 'unknown-message', `price_change.side ${label(side)}`);
    return;
  }
  entry.changes.push(side === 'BUY' ? 0 : 1, ticks, sizeMicro);
  entry.bestBidTicks = bestBidTicks;
  entry.bestAskTicks = bestAskTicks;
}

/** The token's entry, in the order in which tokens first appear. A message names two or three, so a scan is the fastest. */
function entryOf(tokens: TokenChanges[], tokenId: TokenId): TokenChanges {
  for (const entry of tokens) if (entry.tokenId === tokenId) return entry;
  const entry: TokenChanges = { tokenId, changes: [], bestBidTicks: null, bestAskTicks: null, whole: true };
  tokens.push(entry);
  return entry;
}
