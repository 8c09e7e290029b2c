/** Flatten in one window: what is the next step, and is there one (DESIGN §3.9). */
import { orderSalt } from '../execution/order-identity.ts';
import { jointView } from '../market-data/joint-book.ts';
import { bestAskTicks, bestBidTicks } from '../market-data/order-book.ts';
import type { ClientOrderId, StrategyId } from '../model/identifiers.ts';
import type { Market } from '../model/market.ts';
import { formatMicro, type SizeMicro } from '../model/money.ts';
import type { OrderIntent } from '../model/order.ts';
import { complementTicks, TICKS_PER_PUSD } from '../model/price.ts';
import { SECOND_MS } from '../model/time.ts';
import type { Outcome } from '../model/window.ts';
import { setsHeldMicro } from '../portfolio/complete-set.ts';
import { renderDeniedReason } from '../risk/denied-reason.ts';
import { approveOrder } from '../risk/risk-engine.ts';
import { type ExitMarket, planExits } from '../strategy/exit.ts';
import { type DecideContext, emit, emitAlert } from './decide-context.ts';
import { mergeSets } from './merge-sets.ts';
import { openOrdersOf } from './open-orders.ts';
import { riskContextOf } from './risk-context.ts';
import type { WindowState } from './state.ts';
import { tradingMode } from './trading-state.ts';

export const FLATTEN = 'flatten' as StrategyId;
/** Sizes are sent in hundredths of a share (venue notes §2, 2026-11-23); less than one is nobody's business. */
const SIZE_STEP_MICRO: SizeMicro = 10_000;
/** Orders for one position at most: each takes what the book offers then, and what is left after so many is left to resolution. */
const MAX_ATTEMPTS = 5;
/** A taker's order that has not left by then is stale (RUNTIME §7). */
const TAKER_NOT_AFTER_MS = 1_500;
/** No order leaves later than this before the end: its answer must be there at T − 15 s, and nothing of ours stands at T − 5 s. */
const LEAVE_BEFORE_END_MS = 20 * SECOND_MS;
/** A book that is not usable is waited for so long, counted from the command. Real time: scaled where the product's clock runs faster. */
const BOOK_WAIT_MS = 10 * SECOND_MS;
/** After a refusal the same order waits this long, as quotes do. */
const AFTER_REFUSAL_MS = 2 * SECOND_MS;

/** Takes the next step of a flatten in one window; true while something is under way or has to be waited for. */
export function flattenWindow(context: DecideContext, window: WindowState): boolean {
  const { durable } = context.state;
  const { market } = window;
  if (market === null || window.resolved !== null) return false;
  if (openOrdersOf(durable, window.window.startMs).length > 0) return true;
  const { merging } = durable.account;
  if (merging[market.conditionId] !== undefined) return true;
  const sets = setsHeldMicro(window.positions);
  const mergeable = floorToStep(sets);
  if (mergeable > 0 && durable.stop?.mergeFailed.includes(market.conditionId) === false) {
    // One transaction at a time, and none while nothing can be sent.
    if (Object.keys(merging).length === 0 && tradingMode(durable) !== 'halted')
      merge(context, window, market, mergeable);
    return true;
  }
  let waits = false;
  for (const outcome of ['up', 'down'] as const) {
    const leftMicro = window.positions[outcome].sizeMicro - sets;
    if (leftMicro > 0 && leave(context, window, market, outcome, leftMicro)) waits = true;
  }
  return waits;
}

function merge(context: DecideContext, window: WindowState, market: Market, sizeMicro: SizeMicro): void {
  mergeSets(context, window, market, sizeMicro);
  record(context, window, `merge ${formatMicro(sizeMicro)} sets`, 'complete-sets');
}

/** One position: true while it is on its way or has to wait; false once it is left to its resolution. */
function leave(
  context: DecideContext,
  window: WindowState,
  market: Market,
  outcome: Outcome,
  heldMicro: SizeMicro,
): boolean {
  const { durable } = context.state;
  const { stop } = durable;
  const { startMs, endMs } = window.window;
  const isHeld = stop?.held.some((held) => held.windowStartMs === startMs && held.outcome === outcome) ?? true;
  if (stop === null || isHeld) return false;
  const hold = (reason: string) => holdToResolution(context, window, outcome, heldMicro, reason);
  if (context.nowMs >= endMs - LEAVE_BEFORE_END_MS) return hold('the window is about to end.');
  const sizeMicro = floorToStep(heldMicro);
  if (sizeMicro < market.minSizeMicro) {
    return hold(`fewer than the venue's minimum of ${formatMicro(market.minSizeMicro)} shares.`);
  }
  if (market.fees === null) return hold('the market states no fee schedule.');
  if (tradingMode(durable) === 'halted' || durable.account.venue.mode !== 'open') return true;
  const attempts = stop.attempts[`${startMs}:${outcome}`] ?? 0;
  if (attempts >= MAX_ATTEMPTS) return hold(`${attempts} orders did not find anybody for it.`);
  const book = exitMarket(context, window, market, outcome);
  if (book === null) {
    const waitedMs = context.nowMs - stop.startedMs;
    return waitedMs < BOOK_WAIT_MS * durable.config.simSpeed || hold('there is no usable book.');
  }
  const exits = planExits(book, market.fees, sizeMicro, durable.config.flatten.maxCostPpm);
  const refusedMs = lastRefusedMs(context, startMs);
  if (refusedMs !== null && context.nowMs - refusedMs < AFTER_REFUSAL_MS) return true;
  // The venue may not know yet that the shares are ours: after a refusal the other way goes first.
  if (refusedMs !== null && refusedMs >= stop.startedMs) exits.reverse();
  if (exits.length === 0) return hold('no way out is near enough to its fair value.');
  let denial = '';
  for (const exit of exits) {
    const intent: OrderIntent = {
      strategy: FLATTEN,
      marketSlug: market.slug,
      windowStartMs: startMs,
      tokenId: market.tokens[exit.outcome],
      timeInForce: 'FAK',
      postOnly: false,
      ...exit,
    };
    const denied = send(context, window, market, intent);
    if (denied !== null) {
      denial = denied;
      continue;
    }
    const key = `${startMs}:${outcome}`;
    emit(context, { type: 'set-stop', stop: { ...stop, attempts: { ...stop.attempts, [key]: attempts + 1 } } });
    record(context, window, `${exit.side} ${exit.outcome} to leave ${formatMicro(sizeMicro)} ${outcome}`, 'exit');
    return true;
  }
  return hold(denial);
}

/** Prices of both tokens and what the position is worth; `null` where the books do not say so at present. */
function exitMarket(context: DecideContext, window: WindowState, market: Market, outcome: Outcome): ExitMarket | null {
  const { books } = context.state.market;
  const up = books[market.tokens.up];
  const down = books[market.tokens.down];
  if (up === undefined || down === undefined) return null;
  const joint = jointView(up, down);
  const { staleness, simSpeed } = context.state.durable.config;
  const isOld = context.nowMs - joint.oldestUpdateMs > staleness.bookMs * simSpeed;
  // The fair value is the book's own middle until a model of ours knows better.
  if (!joint.reliable || joint.midTwiceTicks === null || isOld) return null;
  const own = outcome === 'up' ? up : down;
  const other = outcome === 'up' ? down : up;
  return {
    outcome,
    tickSizeTicks: window.tickSizeTicks,
    fairTwiceTicks: outcome === 'up' ? joint.midTwiceTicks : 2 * TICKS_PER_PUSD - joint.midTwiceTicks,
    bidTicks: bestBidTicks(own) ?? complementOrNull(bestAskTicks(other)),
    otherAskTicks: bestAskTicks(other) ?? complementOrNull(bestBidTicks(own)),
  };
}

function complementOrNull(ticks: number | null): number | null {
  return ticks === null ? null : complementTicks(ticks);
}

/** Sends it when risk approves, else says why not. */
function send(context: DecideContext, window: WindowState, market: Market, intent: OrderIntent): string | null {
  const { durable } = context.state;
  const clientOrderId = `${market.slug}-out-${durable.nextOrderNumber}` as ClientOrderId;
  const identity = {
    clientOrderId,
    createdMs: context.nowMs,
    notAfterMs: context.nowMs + TAKER_NOT_AFTER_MS,
    salt: orderSalt(durable.config.series.slug, durable.epoch, clientOrderId),
  };
  // The book is the only input that an exit needs, and its age has been looked at.
  const risk = riskContextOf(context, window, intent, null);
  const closesAtMs = window.window.endMs - LEAVE_BEFORE_END_MS;
  const approved = approveOrder(intent, { ...risk, closesAtMs }, identity);
  if (!approved.ok) return renderDeniedReason(approved.error);
  emit(context, { type: 'submit-order', order: approved.value });
  return null;
}

function holdToResolution(
  context: DecideContext,
  window: WindowState,
  outcome: Outcome,
  sizeMicro: SizeMicro,
  reason: string,
): false {
  const { stop } = context.state.durable;
  if (stop === null) return false;
  const held = { windowStartMs: window.window.startMs, outcome, sizeMicro, reason };
  emit(context, { type: 'set-stop', stop: { ...stop, held: [...stop.held, held] } });
  record(context, window, `hold ${formatMicro(sizeMicro)} ${outcome} to resolution`, reason);
  const detail = `${window.slug}: ${formatMicro(sizeMicro)} ${outcome} are held to resolution: ${reason}`;
  emitAlert(context, 'warning', 'flatten-held', detail);
  return false;
}

function record(context: DecideContext, window: WindowState, outcome: string, rule: string): void {
  emit(context, {
    type: 'record-decision',
    windowStartMs: window.window.startMs,
    strategy: FLATTEN,
    outcome,
    rule,
    repeatsOfPrevious: 0,
    inputs: {
      msToEnd: window.window.endMs - context.nowMs,
      upMicro: window.positions.up.sizeMicro,
      downMicro: window.positions.down.sizeMicro,
    },
  });
}

/** When the venue last refused an order for this window, of either outcome. */
function lastRefusedMs(context: DecideContext, startMs: number): number | null {
  const { lastRefusedMs: refused } = context.state.scratch;
  const times = [refused[`${startMs}:up`], refused[`${startMs}:down`]].filter((atMs) => atMs !== undefined);
  return times.length === 0 ? null : Math.max(...times);
}

function floorToStep(sizeMicro: SizeMicro): SizeMicro {
  return Math.floor(Math.max(0, sizeMicro) / SIZE_STEP_MICRO) * SIZE_STEP_MICRO;
}
