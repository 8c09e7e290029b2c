/**
 * How a window ends: the outcome by the venue's own word, or by the reference prices when the venue stays silent; the comparison
 * of both; one final record. A mismatch restricts trading until a person has explained it (DESIGN §3.7).
 */
import type { WindowFact } from '../model/fact.ts';
import { formatE18, type PriceE18 } from '../model/reference-price.ts';
import { type DurationMs, MINUTE_MS, SECOND_MS, type UnixMs } from '../model/time.ts';
import type { Outcome } from '../model/window.ts';
import { outcomeOf } from '../portfolio/payout.ts';
import { settlementDifferences } from '../risk/settlement-rule-guard.ts';
import { shadowFills } from '../strategy/market-maker/shadow-quotes.ts';
import { accountingFacts } from './accounting-facts.ts';
import { type DecideContext, emit, emitAlert } from './decide-context.ts';
import { openOrdersOf } from './open-orders.ts';
import type { DurableState, WindowState } from './state.ts';
import { positionFacts, windowFact } from './window-facts.ts';

/** The venue publishes results 53–90 s after the end, its prices later (notes of 2026-11-23): asked for from here on. */
const FIRST_RESULT_REQUEST_MS = 50 * SECOND_MS;
const RESULT_REQUEST_INTERVAL_MS = 15 * SECOND_MS;
/** Without the venue's own strike and final price the record is written all the same after this. */
const WAIT_FOR_PRICES_MS = 5 * MINUTE_MS;
/** Without any word from the venue the captured prices decide after this. */
const WAIT_FOR_VENUE_MS = 10 * MINUTE_MS;
/** Windows in a row without verification that are one too many. */
const UNVERIFIED_LIMIT = 3;
/** Official prices come as doubles of about 16 digits: 1e-6 USD is far above their error and far below any real difference. */
const PRICE_TOLERANCE_E18 = 1_000_000_000_000n;

/** Resolves and closes a window when enough is known, and asks for what is missing. */
export function closeIfFinal(context: DecideContext, state: WindowState): void {
  const { nowMs } = context;
  const sinceEndMs = nowMs - state.window.endMs;
  if (sinceEndMs < 0) return;
  if (state.resolved === null) resolve(context, state, sinceEndMs);
  haltOnOtherOutcome(context, state);
  if (isReadyToClose(context, state, sinceEndMs)) close(context, state);
  else requestResult(context, state, sinceEndMs);
}

function resolve(context: DecideContext, state: WindowState, sinceEndMs: DurationMs): void {
  const official = state.official.outcome;
  const own = sinceEndMs >= WAIT_FOR_VENUE_MS ? ownOutcome(context.state.durable, state) : null;
  const outcome = official ?? own;
  if (outcome === null) return;
  emit(context, {
    type: 'resolve-window',
    windowStartMs: state.window.startMs,
    conditionId: state.market?.conditionId ?? null,
    outcome,
    by: official === null ? 'reference' : 'official',
  });
  noteShadow(context, state, outcome);
}

/** Quotes that were not sent are judged with the window, once. */
function noteShadow(context: DecideContext, { window: { startMs } }: WindowState, winner: Outcome): void {
  const { shadows } = context.state.scratch;
  const shadow = shadows[startMs];
  if (shadow === undefined) return;
  delete shadows[startMs];
  const ended = { windowStartMs: startMs, endedMs: context.nowMs, fills: shadowFills(shadow), winner };
  emit(context, { type: 'note-shadow-window', ended });
}

/** The venue says another outcome than our prices do: nothing is traded from that moment on, until a person has explained it. */
function haltOnOtherOutcome(context: DecideContext, state: WindowState): void {
  const { durable, scratch } = context.state;
  const own = ownOutcome(durable, state);
  const official = state.official.outcome;
  if (own === null || official === null || own === official || scratch.mismatchWarning === state.slug) return;
  scratch.mismatchWarning = state.slug;
  const detail = `${state.slug}: our outcome is ${own}, the venue's is ${official}.`;
  restrict(context, 'outcome-mismatch', 'halted', detail);
}

/** A market that settles by another rule proves nothing about our prices, and they nothing about it. */
function settlesAsWeReckon(durable: DurableState, { market }: WindowState): boolean {
  return market !== null && settlementDifferences(market, durable.config.guard).length === 0;
}

/** The outcome by the prices that we captured ourselves, or `null` when one of them is missing or they are not the market's. */
export function ownOutcome(durable: DurableState, state: WindowState): Outcome | null {
  if (!settlesAsWeReckon(durable, state)) return null;
  const strike = durable.boundaries[state.window.startMs];
  const final = durable.boundaries[state.window.endMs];
  return strike === undefined || final === undefined ? null : outcomeOf(strike.priceE18, final.priceE18);
}

function isReadyToClose(context: DecideContext, state: WindowState, sinceEndMs: DurationMs): boolean {
  const { strikeE18, finalE18 } = state.official;
  if (openOrdersOf(context.state.durable, state.window.startMs).length > 0) return false;
  if (state.resolved !== null) return (strikeE18 !== null && finalE18 !== null) || sinceEndMs >= WAIT_FOR_PRICES_MS;
  // Nothing is held and nobody says how it ended: the record says so.
  const { up, down } = state.positions;
  return sinceEndMs >= WAIT_FOR_VENUE_MS && up.sizeMicro === 0 && down.sizeMicro === 0;
}

function requestResult(context: DecideContext, state: WindowState, sinceEndMs: DurationMs): void {
  if (sinceEndMs < FIRST_RESULT_REQUEST_MS) return;
  const { lastResultRequestMs } = context.state.scratch;
  const lastMs: UnixMs = lastResultRequestMs[state.window.startMs] ?? 0;
  if (context.nowMs - lastMs < RESULT_REQUEST_INTERVAL_MS) return;
  lastResultRequestMs[state.window.startMs] = context.nowMs;
  emit(context, { type: 'request-markets', slugs: [state.slug] });
}

function close(context: DecideContext, state: WindowState): void {
  const { durable, scratch } = context.state;
  const verification = verify(context, state);
  const windowStartMs = state.window.startMs;
  const closed = { state, verification, closedAtMs: context.nowMs };
  for (const fact of positionFacts(durable, closed)) emit(context, { type: 'publish-fact', fact });
  emit(context, { type: 'publish-fact', fact: windowFact(durable, closed) });
  for (const fact of accountingFacts(durable, state)) emit(context, { type: 'publish-fact', fact });
  publishDay(context);
  emit(context, { type: 'close-window', windowStartMs, verification });
  delete scratch.lastResultRequestMs[windowStartMs];
  for (const outcome of ['up', 'down']) {
    delete scratch.lastRefusedMs[`${windowStartMs}:${outcome}`];
    delete scratch.lastPlacedMs[`${windowStartMs}:${outcome}`];
  }
  delete scratch.directional[windowStartMs];
  for (const key of Object.keys(scratch.repeats)) if (key.startsWith(`${windowStartMs}:`)) delete scratch.repeats[key];
  restrictWhenUnverified(context, verification);
}

function publishDay(context: DecideContext): void {
  const { ledger, config } = context.state.durable;
  const { startMs, windows, fills, feesMicro, costsMicro, realizedMicro } = ledger.day;
  emit(context, {
    type: 'publish-fact',
    fact: {
      kind: 'daily-pnl',
      series: config.series.slug,
      dayStartMs: startMs,
      windows,
      fills,
      feesMicro,
      costsMicro,
      realizedPnlMicro: realizedMicro,
    },
  });
}

/** Compares our strike and outcome with the venue's; a mismatch restricts trading at once. */
function verify(context: DecideContext, state: WindowState): WindowFact['verification'] {
  const { official, slug } = state;
  const strike = context.state.durable.boundaries[state.window.startMs];
  if (!settlesAsWeReckon(context.state.durable, state)) return 'missing';
  const own = ownOutcome(context.state.durable, state);
  if (own !== null && official.outcome !== null && own !== official.outcome) return 'mismatch';
  if (strike !== undefined && official.strikeE18 !== null && !pricesAgree(strike.priceE18, official.strikeE18)) {
    const detail = `${slug}: our strike is ${formatE18(strike.priceE18)}, the venue's is ${formatE18(official.strikeE18)}.`;
    restrict(context, 'strike-mismatch', 'reducing', detail);
    return 'mismatch';
  }
  return own !== null && official.outcome !== null ? 'confirmed' : 'missing';
}

function pricesAgree(ours: PriceE18, theirs: PriceE18): boolean {
  const difference = ours > theirs ? ours - theirs : theirs - ours;
  return difference <= PRICE_TOLERANCE_E18;
}

function restrictWhenUnverified(context: DecideContext, verification: WindowFact['verification']): void {
  const { durable } = context.state;
  const restricted = durable.restrictions.some(({ reason }) => reason === 'unverified');
  if (durable.unverifiedInRow >= UNVERIFIED_LIMIT && !restricted) {
    const detail = `${durable.unverifiedInRow} windows in a row could not be compared with the venue's result.`;
    restrict(context, 'unverified', 'reducing', detail);
  } else if (verification === 'confirmed' && restricted) {
    const detail = 'A window was verified again.';
    emit(context, { type: 'set-trading-restriction', reason: 'unverified', mode: 'active', detail, actor: 'engine' });
  }
}

function restrict(context: DecideContext, reason: string, mode: 'reducing' | 'halted', detail: string): void {
  emit(context, { type: 'set-trading-restriction', reason, mode, detail, actor: 'engine' });
  emitAlert(context, 'critical', reason, detail);
}
