/**
 * Announcements on the CLOB market channel: a market appears, a market is resolved. They come for every market of the venue.
 * Source: CLOB market channel docs, notes of 2026-11-23 §5.1.
 */
import { isConditionId, isMarketSlug, isTokenId } from '../model/identifiers.ts';
import { readUnixMsText } from './field-readers.ts';
import { emit, type FrameCollector, ignore, type JsonRecord, reject, rejectFields } from './frame-collector.ts';
import { outcomeOfLabel } from './outcome-label.ts';

/** `new_market`: only slugs that end in a window's start are of a kind that we know; the others are ignored. */
export function handleNewMarket(message: JsonRecord, into: FrameCollector): FrameCollector {
  const slug = message['slug'];
  if (typeof slug !== 'string') return reject(into, 'missing-field', 'new_market.slug');
  if (!isMarketSlug(slug)) return ignore(into, 'new_market that is no window');
  const conditionId = message['condition_id'] ?? message['market'];
  if (!isConditionId(conditionId)) return reject(into, 'bad-identifier', 'new_market.condition_id');
  const tsEvent = readUnixMsText(message['timestamp']);
  if (tsEvent === null) return rejectFields(into, 'new_market', [['timestamp', message['timestamp'], false]]);
  return emit(into, {
    type: 'market-announced',
    source: 'polymarket-clob',
    seq: 0,
    tsEvent,
    tsInit: 0,
    slug,
    conditionId,
  });
}

/** `market_resolved`: the winning token, and the outcome where its label is Up or Down. Strike and final it does not know. */
export function handleMarketResolved(message: JsonRecord, into: FrameCollector): FrameCollector {
  const conditionId = message['market'];
  if (!isConditionId(conditionId)) return reject(into, 'bad-identifier', 'market_resolved.market');
  const winningTokenId = message['winning_asset_id'];
  if (!isTokenId(winningTokenId)) return reject(into, 'bad-identifier', 'market_resolved.winning_asset_id');
  const tsEvent = readUnixMsText(message['timestamp']);
  if (tsEvent === null) return rejectFields(into, 'market_resolved', [['timestamp', message['timestamp'], false]]);
  return emit(into, {
    type: 'official-result-published',
    source: 'polymarket-clob',
    seq: 0,
    tsEvent,
    tsInit: 0,
    conditionId,
    strikeE18: null,
    finalE18: null,
    outcome: outcomeOfLabel(message['winning_outcome']),
    winningTokenId,
  });
}
