/** What risk has to know of the account at this moment, gathered from state. */
import { jointView } from '../market-data/joint-book.ts';
import { priceAt } from '../market-data/reference-tracker.ts';
import type { MoneyMicro } from '../model/money.ts';
import type { OrderIntent } from '../model/order.ts';
import { complementTicks, type PriceTicks } from '../model/price.ts';
import type { UnixMs } from '../model/time.ts';
import type { Outcome } from '../model/window.ts';
import { cashNeededMicro, type Holdings, lossIf, type OpenExposure, worstLossMicro } from '../risk/exposure.ts';
import { maxFeeMicro } from '../risk/order-exposure.ts';
import type { ConflictingInput, RiskContext } from '../risk/risk-context.ts';
import type { DecideContext } from './decide-context.ts';
import { openOrders, openOrdersOf, ordersOf } from './open-orders.ts';
import type { StaleInput } from './required-streams.ts';
import { dayLossMicro } from './risk-state.ts';
import type { DurableState, EngineState, OpenOrder, WindowState } from './state.ts';
import { restrictionOf } from './trading-state.ts';

/** The context of one intent in one window. `fairUpProbability` is the model's, `null` where there is none. */
export function riskContextOf(
  context: DecideContext,
  state: WindowState,
  intent: OrderIntent,
  staleInput: StaleInput | null,
  fairUpProbability: number | null = null,
): RiskContext {
  const { durable, scratch } = context.state;
  const { startMs } = state.window;
  return {
    nowMs: context.nowMs,
    restriction: restrictionOf(durable, 'other'),
    clock: restrictionOf(durable, 'clock'),
    unreconciled: restrictionOf(durable, 'reconciliation'),
    market: state.market,
    guard: state.guard,
    tickSizeTicks: state.tickSizeTicks,
    opensAtMs: startMs,
    closesAtMs: state.window.endMs - durable.config.marketMaker.leaveBeforeEndMs,
    staleInput,
    conflictingInput: conflictingInput(context.state, startMs, context.nowMs),
    fairProbability: fairUpProbability === null || intent.outcome === 'up' ? fairUpProbability : 1 - fairUpProbability,
    ...touchOf(context.state, state, intent.outcome),
    holdings: holdingsOf(state),
    openInWindow: openExposures(durable, startMs),
    otherWindowsLossMicro: otherWindowsLoss(durable, startMs),
    dayLossMicro: dayLossMicro(durable),
    equityMicro: equityMicro(durable),
    lossesInRow: durable.risk.lossesInRow,
    lastLossMs: durable.risk.lastLossMs,
    cashMicro: countedCashMicro(durable),
    allowanceMicro: durable.config.execution === 'venue' ? (durable.account.observed?.allowanceMicro ?? 0) : null,
    reservedCashMicro: reservedCashMicro(durable),
    freeSharesMicro: state.positions[intent.outcome].sizeMicro - promisedShares(durable, intent),
    ordersInLastSecond: scratch.sentAtMs.filter((sentMs) => context.nowMs - sentMs < 1_000).length,
    ordersInWindow: state.orders,
    venueMode: durable.account.venue.mode,
    probe: durable.config.probe,
    config: durable.config.risk,
  };
}

/**
 * Cash that may be counted on: what our books say, and where money is real no more than the account's owner has seen. Money that
 * nobody has seen is none.
 */
export function countedCashMicro({ config, ledger, account }: DurableState): MoneyMicro {
  if (config.execution === 'simulated') return ledger.cashMicro;
  return account.observed === null ? 0 : Math.min(ledger.cashMicro, account.observed.cashMicro);
}

/**
 * What the series is worth by our books: cash, payouts to come, and what is held in windows without a result at its cost. Where the
 * account shows less, the check of funds knows.
 */
export function equityMicro(durable: DurableState): MoneyMicro {
  let equity = durable.ledger.cashMicro + durable.ledger.redeemableMicro;
  for (const { positions, resolved } of Object.values(durable.windows)) {
    if (resolved === null) equity += positions.up.costMicro + positions.down.costMicro;
  }
  return equity;
}

/**
 * The second of which PolyBolt and RTDS have said different things: the window's own strike for as long as it runs, any other while it is
 * in the average that settles. Spot prices count too: volatility comes from them.
 */
function conflictingInput({ durable, market }: EngineState, startMs: UnixMs, nowMs: UnixMs): ConflictingInput | null {
  const { config } = durable;
  const strike = priceAt(market.reference, startMs, config.guard.twapLookbackSeconds);
  if (strike !== null && strike.conflictingSource !== null) {
    return { observedMs: startMs, kept: strike.source, other: strike.conflictingSource };
  }
  const { lastConflict } = market.reference;
  if (lastConflict === null || lastConflict.kept.source === lastConflict.other.source) return null;
  const { kept, other, observedMs } = lastConflict;
  if (nowMs - observedMs >= config.risk.conflictHoldMs) return null;
  return { observedMs, kept: kept.source, other: other.source };
}

/** Best bid and ask of an outcome by both tokens' books; nothing where they contradict each other. */
function touchOf(
  { market: { books } }: EngineState,
  { market }: WindowState,
  outcome: Outcome,
): { readonly bestBidTicks: PriceTicks | null; readonly bestAskTicks: PriceTicks | null } {
  const up = market === null ? undefined : books[market.tokens.up];
  const down = market === null ? undefined : books[market.tokens.down];
  const joint = up === undefined || down === undefined ? null : jointView(up, down);
  if (joint === null || !joint.reliable) return { bestBidTicks: null, bestAskTicks: null };
  const { bidTicks, askTicks } = joint;
  if (outcome === 'up') return { bestBidTicks: bidTicks, bestAskTicks: askTicks };
  return {
    bestBidTicks: askTicks === null ? null : complementTicks(askTicks),
    bestAskTicks: bidTicks === null ? null : complementTicks(bidTicks),
  };
}

/** What sizing sees: the cash that may be counted on, less what orders that still stand may take. */
export function freeCashMicro(durable: DurableState): MoneyMicro {
  return countedCashMicro(durable) - reservedCashMicro(durable);
}

/** Shares held and money paid for them in one window. A resolved window holds nothing that can still be lost. */
export function holdingsOf(state: WindowState): Holdings {
  return state.resolved === null ? bookedHoldings(state) : { upMicro: 0, downMicro: 0, netPaidMicro: 0 };
}

function bookedHoldings(state: WindowState): Holdings {
  const { up, down } = state.positions;
  const netPaidMicro =
    up.boughtMicro + down.boughtMicro + up.feesMicro + down.feesMicro - up.soldMicro - down.soldMicro;
  return { upMicro: up.sizeMicro, downMicro: down.sizeMicro, netPaidMicro };
}

/** What the standing orders of a window can still do. */
export function openExposures(durable: DurableState, windowStartMs: number): OpenExposure[] {
  return exposuresOf(durable, windowStartMs, openOrdersOf(durable, windowStartMs));
}

function exposuresOf(durable: DurableState, windowStartMs: number, open: readonly OpenOrder[]): OpenExposure[] {
  if (open.length === 0) return [];
  const fees = durable.windows[windowStartMs]?.market?.fees ?? null;
  return open.map(({ order, filledMicro, spentMicro }) => {
    const { amount } = order;
    const remainingMicro =
      amount.unit === 'shares' ? amount.sizeMicro - filledMicro : Math.max(0, amount.spendMicro - spentMicro);
    return { intent: order, remainingMicro, maxFeeMicro: maxFeeMicro(order, fees, remainingMicro) };
  });
}

function otherWindowsLoss(durable: DurableState, windowStartMs: number): number {
  const open = openOrders(durable);
  let loss = 0;
  for (const state of Object.values(durable.windows)) {
    const { startMs } = state.window;
    if (startMs === windowStartMs) continue;
    loss += lossOf(state, exposuresOf(durable, startMs, ordersOf(open, startMs)));
  }
  return loss;
}

/** Worst loss of one window that is not booked yet, with the orders that stand in it. */
export function windowLossMicro(durable: DurableState, state: WindowState): MoneyMicro {
  return lossOf(state, openExposures(durable, state.window.startMs));
}

/**
 * After the result the winner is known, and what was held is booked: what remains is what orders that nobody has confirmed gone could
 * have added to it, if they were filled before the end and are told late.
 */
function lossOf(state: WindowState, open: readonly OpenExposure[]): MoneyMicro {
  if (state.resolved === null) return worstLossMicro(holdingsOf(state), open);
  const { outcome } = state.resolved;
  const holdings = bookedHoldings(state);
  return Math.max(0, lossIf(outcome, holdings, open)) - Math.max(0, lossIf(outcome, holdings, []));
}

/** Cash that standing orders of all windows may still take. */
export function reservedCashMicro(durable: DurableState): MoneyMicro {
  const open = openOrders(durable);
  let reserved = 0;
  for (const { window } of Object.values(durable.windows)) {
    for (const exposure of exposuresOf(durable, window.startMs, ordersOf(open, window.startMs))) {
      reserved += cashNeededMicro(exposure);
    }
  }
  return reserved;
}

function promisedShares(durable: DurableState, intent: OrderIntent): number {
  let promised = 0;
  for (const { intent: open, remainingMicro } of openExposures(durable, intent.windowStartMs)) {
    if (open.side === 'sell' && open.outcome === intent.outcome) promised += remainingMicro;
  }
  return promised;
}
