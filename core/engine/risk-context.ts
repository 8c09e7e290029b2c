/** What risk has to know of the account at this moment, gathered from state. */
import type { MoneyMicro } from '../model/money.ts';
import type { OrderIntent } from '../model/order.ts';
import { cashNeededMicro, type Holdings, type OpenExposure, worstLossMicro } from '../risk/exposure.ts';
import { maxFeeMicro, type RiskContext } from '../risk/risk-engine.ts';
import type { DecideContext } from './decide-context.ts';
import { openOrders, openOrdersOf, ordersOf } from './open-orders.ts';
import type { StaleInput } from './required-streams.ts';
import type { DurableState, OpenOrder, WindowState } from './state.ts';
import { strictestRestriction } from './trading-state.ts';

/** The context of one intent in one window. */
export function riskContextOf(
  context: DecideContext,
  state: WindowState,
  intent: OrderIntent,
  staleInput: StaleInput | null,
): RiskContext {
  const { durable, scratch } = context.state;
  const restriction = strictestRestriction(durable);
  const { startMs } = state.window;
  return {
    nowMs: context.nowMs,
    restriction: restriction === null ? null : { mode: restriction.mode, reason: restriction.reason },
    market: state.market,
    guard: state.guard,
    tickSizeTicks: state.tickSizeTicks,
    opensAtMs: startMs,
    closesAtMs: state.window.endMs - durable.config.marketMaker.leaveBeforeEndMs,
    staleInput,
    holdings: holdingsOf(state),
    openInWindow: openExposures(durable, startMs),
    otherWindowsLossMicro: otherWindowsLoss(durable, startMs),
    dayLossMicro: -durable.ledger.day.realizedMicro,
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

/** What sizing sees: the cash that may be counted on, less what orders that still stand may take. */
export function freeCashMicro(durable: DurableState): MoneyMicro {
  return countedCashMicro(durable) - reservedCashMicro(durable);
}

/** Shares held and money paid for them in one window. A resolved window holds nothing that can still be lost. */
export function holdingsOf(state: WindowState): Holdings {
  if (state.resolved !== null) return { upMicro: 0, downMicro: 0, netPaidMicro: 0 };
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
    loss += worstLossMicro(holdingsOf(state), exposuresOf(durable, startMs, ordersOf(open, startMs)));
  }
  return loss;
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
