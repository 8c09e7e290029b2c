/**
 * What Gamma says of an ended window. Strike and final appear a minute or more after the end, the outcome when the oracle is
 * done; each is `null` before. Source: Gamma docs and observations, notes of 2026-11-23 §6.
 */
import { isConditionId } from '../model/identifiers.ts';
import type { PriceE18 } from '../model/reference-price.ts';
import type { Outcome } from '../model/window.ts';
import { emit, type FrameCollector, isRecord, type JsonRecord, reject, rejectFields } from './frame-collector.ts';
import { byOutcome, readGammaPriceE18, readUpdatedAt } from './gamma-fields.ts';

/** Writes `official-result-published` once anything of it is known. */
export function handleResult(market: JsonRecord, event: JsonRecord | null, into: FrameCollector): FrameCollector {
  const conditionId = market['conditionId'];
  // A market without its identity was refused when it was listed.
  if (!isConditionId(conditionId)) return into;
  const metadata = event?.['eventMetadata'];
  const stated = isRecord(metadata) ? metadata : {};
  const strikeE18 = readOptionalPrice(stated['priceToBeat']);
  const finalE18 = readOptionalPrice(stated['finalPrice']);
  if (strikeE18 === undefined || finalE18 === undefined) {
    return rejectFields(into, 'eventMetadata', [
      ['priceToBeat', stated['priceToBeat'], strikeE18 !== undefined],
      ['finalPrice', stated['finalPrice'], finalE18 !== undefined],
    ]);
  }
  const outcome = readOutcome(market);
  if (outcome === undefined) return reject(into, 'unknown-message', 'market.outcomePrices of a resolved market');
  if (strikeE18 === null && finalE18 === null && outcome === null) return into;
  return emit(into, {
    type: 'official-result-published',
    source: 'gamma',
    seq: 0,
    tsEvent: readUpdatedAt(market),
    tsInit: 0,
    conditionId,
    strikeE18,
    finalE18,
    outcome,
    winningTokenId: null,
  });
}

function readOptionalPrice(value: unknown): PriceE18 | null | undefined {
  return value === undefined || value === null ? null : (readGammaPriceE18(value) ?? undefined);
}

/** The outcome, only of a market that is closed and resolved; `undefined` where it is resolved to something else than a winner. */
function readOutcome(market: JsonRecord): Outcome | null | undefined {
  if (market['closed'] !== true || market['umaResolutionStatus'] !== 'resolved') return null;
  const payouts = byOutcome(market['outcomes'], market['outcomePrices']);
  if (payouts?.up === '1' && payouts.down === '0') return 'up';
  if (payouts?.up === '0' && payouts.down === '1') return 'down';
  return undefined;
}
