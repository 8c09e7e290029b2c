/**
 * The account's own book: what each window holds and has cost by our own matches, what the day has lost, how much was sent in the last
 * hour. It follows from the submission log alone; nobody else is asked.
 */
import type { ConditionId } from '../../core/model/identifiers.ts';
import { costRoundedUp, type MoneyMicro, proceedsRoundedDown, type SizeMicro } from '../../core/model/money.ts';
import type { Side } from '../../core/model/order.ts';
import type { PriceTicks } from '../../core/model/price.ts';
import { HOUR_MS, type UnixMs, utcDayStart } from '../../core/model/time.ts';
import type { Outcome } from '../../core/model/window.ts';
import { type OpenExposure, worstLossMicro } from '../../core/risk/exposure.ts';
import type { WindowSummary } from '../submission-log.ts';
import type { TrackedOrder } from './order-tracker.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };
/** One window as it stands; plain data, changed in place by the book alone. */
export type WindowBook = Writable<WindowSummary>;

export interface BookedFill {
  readonly priceTicks: PriceTicks;
  readonly sizeMicro: SizeMicro;
  readonly feeMicro: MoneyMicro;
}

/** Which window it is; what it holds begins at nothing. */
export type BookedWindow = Pick<WindowSummary, 'series' | 'slug' | 'conditionId' | 'tokens' | 'startMs' | 'endMs'>;

export interface AccountBook {
  readonly windows: ReadonlyMap<ConditionId, WindowBook>;
  openWindow(window: BookedWindow): void;
  restoreWindow(window: WindowSummary): void;
  /** `sign` −1 takes the match back. */
  fill(conditionId: ConditionId, outcome: Outcome, side: Side, fill: BookedFill, sign: 1 | -1): void;
  resolve(conditionId: ConditionId, outcome: Outcome, atMs: UnixMs): void;
  redeemed(conditionId: ConditionId, costMicro: MoneyMicro): void;
  changeSets(conditionId: ConditionId, change: 'merged' | 'split', sizeMicro: SizeMicro, costMicro: MoneyMicro): void;
  /** Counts an order's whole notional, whatever became of it. */
  noteSent(atMs: UnixMs, tracked: Pick<TrackedOrder, 'order' | 'conditionId'>): void;
  sentInHourMicro(nowMs: UnixMs): MoneyMicro;
  ordersInWindow(conditionId: ConditionId): number;
  forgetWindow(conditionId: ConditionId): void;
}

/** The most that an order could turn over: what it pays at its limit, or what it spends. */
export function notionalMicro(order: TrackedOrder['order']): MoneyMicro {
  return order.amount.unit === 'pusd'
    ? order.amount.spendMicro
    : costRoundedUp(order.priceTicks, order.amount.sizeMicro);
}

/** A book with nothing in it. */
export function createAccountBook(): AccountBook {
  const windows = new Map<ConditionId, WindowBook>();
  const counts = new Map<ConditionId, number>();
  /** Oldest first; `sentMicro` is their sum, so that an order need not add them up. */
  const sent: { readonly atMs: UnixMs; readonly micro: MoneyMicro }[] = [];
  let sentMicro = 0;
  return {
    windows,
    openWindow(window) {
      if (windows.has(window.conditionId)) return;
      windows.set(window.conditionId, {
        ...window,
        upMicro: 0,
        downMicro: 0,
        netPaidMicro: 0,
        outcome: null,
        resolvedAtMs: null,
        redeemed: false,
      });
    },
    restoreWindow: (window) => void windows.set(window.conditionId, { ...window }),
    fill(conditionId, outcome, side, { priceTicks, sizeMicro, feeMicro }, sign) {
      const window = windows.get(conditionId);
      if (window === undefined) return;
      const buys = side === 'buy';
      const held = outcome === 'up' ? 'upMicro' : 'downMicro';
      window[held] += sign * (buys ? sizeMicro : -sizeMicro);
      const paid = buys ? costRoundedUp(priceTicks, sizeMicro) : -proceedsRoundedDown(priceTicks, sizeMicro);
      window.netPaidMicro += sign * (paid + feeMicro);
    },
    resolve(conditionId, outcome, atMs) {
      const window = windows.get(conditionId);
      if (window === undefined || window.outcome !== null) return;
      window.outcome = outcome;
      window.resolvedAtMs = atMs;
    },
    redeemed(conditionId, costMicro) {
      const window = windows.get(conditionId);
      if (window === undefined) return;
      window.redeemed = true;
      window.netPaidMicro += costMicro;
    },
    changeSets(conditionId, change, sizeMicro, costMicro) {
      const window = windows.get(conditionId);
      if (window === undefined) return;
      const sign = change === 'split' ? 1 : -1;
      window.upMicro += sign * sizeMicro;
      window.downMicro += sign * sizeMicro;
      // One set is one pUSD.
      window.netPaidMicro += sign * sizeMicro + costMicro;
    },
    noteSent(atMs, { order, conditionId }) {
      const micro = notionalMicro(order);
      sent.push({ atMs, micro });
      sentMicro += micro;
      counts.set(conditionId, (counts.get(conditionId) ?? 0) + 1);
    },
    sentInHourMicro(nowMs) {
      for (let first = sent[0]; first !== undefined && first.atMs <= nowMs - HOUR_MS; first = sent[0]) {
        sentMicro -= first.micro;
        sent.shift();
      }
      return sentMicro;
    },
    ordersInWindow: (conditionId) => counts.get(conditionId) ?? 0,
    forgetWindow(conditionId) {
      windows.delete(conditionId);
      counts.delete(conditionId);
    },
  };
}

/** All windows as plain lines. */
export const summaries = (book: AccountBook): readonly WindowSummary[] =>
  [...book.windows.values()].map((window) => ({ ...window }));

/** What the winner's shares pay: 1 pUSD each. */
export function payoutOf(window: WindowSummary): MoneyMicro {
  if (window.outcome === null) return 0;
  // One millionth of a share pays one millionth of a pUSD.
  const shares: number = window.outcome === 'up' ? window.upMicro : window.downMicro;
  return shares;
}

/**
 * The most that the UTC day can have lost: windows that were resolved in it, and every unresolved one at its worst, with all that may
 * still fill taken as filling when that hurts. A gain in one window makes up for a loss in another only once it is certain.
 */
export function dayLossMicro(
  book: AccountBook,
  openIn: (conditionId: ConditionId) => readonly OpenExposure[],
  nowMs: UnixMs,
): MoneyMicro {
  const dayStartMs = utcDayStart(nowMs);
  let realised = 0;
  let atRisk = 0;
  for (const window of book.windows.values()) {
    if (window.outcome === null) atRisk += worstLossMicro(window, openIn(window.conditionId));
    else if ((window.resolvedAtMs ?? 0) >= dayStartMs) realised += window.netPaidMicro - payoutOf(window);
  }
  // A winning day does not widen the limit.
  return Math.max(0, realised) + atRisk;
}

/** What all resolved windows of the book have lost together; negative when they have won. */
export function realisedLossMicro(windows: Iterable<WindowSummary>): MoneyMicro {
  let loss = 0;
  for (const window of windows) if (window.outcome !== null) loss += window.netPaidMicro - payoutOf(window);
  return loss;
}
