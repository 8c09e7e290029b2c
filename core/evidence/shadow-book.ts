/**
 * The shadow ledger: what a strategy that may not trade would have come to, on the same ticks as those that may. Challengers, paused
 * strategies and the shadow stage of a campaign are scored here. It is meant to be worse than trading, never better: what is displayed is
 * the most that can be had, a taker waits out the venue's delay, a bid is the last in its queue and can be hit until its cancel has
 * worked. What it leaves out is our own mark on the market, so that a shadow result is a claim and no proof.
 *
 * Pure, on plain data: the same calls in the same order give the same results.
 */
import { invariant } from '../model/errors.ts';
import type { ClientOrderId, StrategyId } from '../model/identifiers.ts';
import type { Market } from '../model/market.ts';
import type { MoneyMicro, SizeMicro } from '../model/money.ts';
import type { PriceTicks } from '../model/price.ts';
import type { DurationMs, UnixMs } from '../model/time.ts';
import type { Outcome } from '../model/window.ts';
import { mergeSets, setsHeldMicro } from '../portfolio/complete-set.ts';
import { windowPnl } from '../portfolio/payout.ts';
import { emptyPosition } from '../portfolio/position.ts';
import type { DesiredQuote, Holding, OutcomeBook, OwnOrder, StrategyDecision } from '../strategy/view.ts';
import { crossQuotes, forgetTaken, hitQuotes, type ShadowTrade, settleTake, sharesFor } from './shadow-fills.ts';
import type {
  ShadowAccount,
  ShadowBook,
  ShadowFill,
  ShadowQuote,
  ShadowSettings,
  ShadowTake,
  ShadowWindow,
} from './shadow-state.ts';

/** A shadow ledger in which nothing has been decided. */
export function createShadowBook(settings: ShadowSettings): ShadowBook {
  return { settings, windows: {} };
}

/** Makes a window known: its end, fees and smallest order. One without a fee schedule is not scored. A second listing changes nothing. */
export function listShadowWindow(shadow: ShadowBook, market: Market): void {
  const { window, fees, minSizeMicro } = market;
  if (fees === null || shadow.windows[window.startMs] !== undefined) return;
  const { startMs, endMs } = window;
  shadow.windows[startMs] = { startMs, endMs, fees, minSizeMicro, nowMs: 0, levels: null, accounts: {} };
}

/**
 * Notes a decision: its quotes are the strategy's whole wish, its takes are sent once each, its sets are merged. Decisions in a window
 * that is not listed, or is over, are not scored.
 */
export function noteDecision(
  shadow: ShadowBook,
  strategy: StrategyId,
  windowStartMs: UnixMs,
  decision: StrategyDecision,
  nowMs: UnixMs,
  takerDelayMs: DurationMs,
): void {
  const window = shadow.windows[windowStartMs];
  if (window === undefined || nowMs >= window.endMs) return;
  advance(window, nowMs);
  const { orderDelayMs, cancelDelayMs } = shadow.settings;
  const account = accountOf(window, strategy);
  const setsMicro = Math.min(decision.mergeMicro, setsHeldMicro(account.positions));
  if (setsMicro > 0) mergeSets(account.positions, setsMicro);
  for (const quote of account.quotes) {
    if (!decision.quotes.some((wanted) => isSame(quote, wanted))) quote.leavesMs ??= nowMs + cancelDelayMs;
  }
  for (const wanted of decision.quotes) {
    // One that is leaving cannot be called back: another is sent.
    if (account.quotes.some((quote) => quote.leavesMs === null && isSame(quote, wanted))) continue;
    const number = send(window, account, wanted.sizeMicro);
    if (number === null) continue;
    const { outcome, priceTicks, sizeMicro: leftMicro } = wanted;
    const liveMs = nowMs + orderDelayMs;
    account.quotes.push({
      number,
      outcome,
      priceTicks,
      leftMicro,
      createdMs: nowMs,
      liveMs,
      resting: false,
      leavesMs: null,
    });
  }
  for (const take of decision.takes) {
    const { amount } = take;
    const number = send(
      window,
      account,
      amount.unit === 'shares' ? amount.sizeMicro : sharesFor(amount.spendMicro, take.priceTicks),
    );
    if (number === null) continue;
    account.takes.push({ number, take, createdMs: nowMs, dueMs: nowMs + orderDelayMs + takerDelayMs });
  }
  advance(window, nowMs);
}

/**
 * Notes the joint book of a window, level by level and best first; `null`: it is not reliable at the moment, and nothing fills by it. What
 * was due before happens by the book before.
 */
export function noteBook(
  shadow: ShadowBook,
  windowStartMs: UnixMs,
  levels: Readonly<Record<Outcome, OutcomeBook>> | null,
  nowMs: UnixMs,
): void {
  const window = shadow.windows[windowStartMs];
  if (window === undefined) return;
  advance(window, nowMs - 1);
  if (nowMs >= window.endMs) return;
  window.levels = levels === null ? null : { up: copyOf(levels.up), down: copyOf(levels.down) };
  if (window.levels !== null) {
    for (const account of Object.values(window.accounts)) forgetTaken(account, window.levels);
  }
  advance(window, nowMs);
  for (const account of Object.values(window.accounts)) crossQuotes(window, account, nowMs);
}

/** Notes a trade on one of a window's tokens. */
export function noteTrade(shadow: ShadowBook, windowStartMs: UnixMs, trade: ShadowTrade, nowMs: UnixMs): void {
  const window = shadow.windows[windowStartMs];
  if (window === undefined || nowMs >= window.endMs) return;
  advance(window, nowMs);
  for (const account of Object.values(window.accounts)) hitQuotes(window, account, trade, nowMs);
}

/** What a strategy came to in a window, in the shadow. */
export interface ShadowResult {
  readonly strategy: StrategyId;
  readonly windowStartMs: UnixMs;
  readonly outcome: Outcome;
  readonly fills: readonly ShadowFill[];
  /** Shares that changed hands. */
  readonly sharesMicro: SizeMicro;
  readonly boughtMicro: MoneyMicro;
  readonly soldMicro: MoneyMicro;
  readonly feesMicro: MoneyMicro;
  readonly payoutMicro: MoneyMicro;
  readonly pnlMicro: MoneyMicro;
  readonly ordersSent: number;
  readonly ordersUnfilled: number;
}

/** Ends a window that `outcome` won, and forgets it. One row for each strategy that decided in it, by name. */
export function resolveShadow(shadow: ShadowBook, windowStartMs: UnixMs, outcome: Outcome): ShadowResult[] {
  const window = shadow.windows[windowStartMs];
  if (window === undefined) return [];
  advance(window, window.endMs - 1);
  delete shadow.windows[windowStartMs];
  return Object.entries(window.accounts)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([strategy, { positions, fills, takes, ordersSent, ordersUnfilled }]) => ({
      strategy: strategy as StrategyId,
      windowStartMs,
      outcome,
      fills,
      sharesMicro: fills.reduce((sum, { sizeMicro }) => sum + sizeMicro, 0),
      ...windowPnl([positions.up, positions.down], outcome),
      ordersSent,
      ordersUnfilled: ordersUnfilled + takes.length,
    }));
}

/** Forgets a window of which nobody knows how it ended. */
export function forgetShadowWindow(shadow: ShadowBook, windowStartMs: UnixMs): void {
  delete shadow.windows[windowStartMs];
}

/** What a strategy would see of itself: its next decision is taken on the shadow's holdings and orders, never on the account's. */
export interface ShadowView {
  readonly holdings: Readonly<Record<Outcome, Holding>>;
  readonly orders: readonly OwnOrder[];
  readonly ordersSent: number;
}

/** The view of one strategy in one window, as of the last thing that was noted. */
export function shadowViewOf(shadow: ShadowBook, strategy: StrategyId, windowStartMs: UnixMs): ShadowView {
  const account = shadow.windows[windowStartMs]?.accounts[strategy];
  if (account === undefined) {
    const nothing = { sizeMicro: 0, costMicro: 0 };
    return { holdings: { up: nothing, down: nothing }, orders: [], ordersSent: 0 };
  }
  const holdingOf = ({ sizeMicro, costMicro }: Holding): Holding => ({ sizeMicro, costMicro });
  const { up, down } = account.positions;
  const nameOf = (number: number) => `shadow-${strategy}-${number}` as ClientOrderId;
  const standing = account.quotes.filter(({ leftMicro }) => leftMicro > 0);
  const quotes = standing.map((quote): OwnOrder => {
    const { number, outcome, priceTicks, leftMicro, createdMs } = quote;
    return {
      clientOrderId: nameOf(number),
      strategy,
      outcome,
      side: 'buy',
      priceTicks,
      remainingMicro: leftMicro,
      status: statusOf(quote),
      postOnly: true,
      createdMs,
    };
  });
  const takes = account.takes.map(({ number, take, createdMs }): OwnOrder => {
    const { outcome, side, priceTicks, amount } = take;
    const remainingMicro = amount.unit === 'shares' ? amount.sizeMicro : sharesFor(amount.spendMicro, priceTicks);
    const identity = { clientOrderId: nameOf(number), strategy, createdMs };
    return { ...identity, outcome, side, priceTicks, remainingMicro, status: 'in-flight', postOnly: false };
  });
  return {
    holdings: { up: holdingOf(up), down: holdingOf(down) },
    orders: [...quotes, ...takes],
    ordersSent: account.ordersSent,
  };
}

function statusOf({ resting, leavesMs }: ShadowQuote): OwnOrder['status'] {
  if (leavesMs !== null) return 'cancel-pending';
  return resting ? 'resting' : 'in-flight';
}

function accountOf(window: ShadowWindow, strategy: StrategyId): ShadowAccount {
  const account = window.accounts[strategy] ?? {
    positions: { up: emptyPosition('up'), down: emptyPosition('down') },
    fills: [],
    quotes: [],
    takes: [],
    taken: {},
    ordersSent: 0,
    ordersUnfilled: 0,
  };
  window.accounts[strategy] = account;
  return account;
}

/** An order's number; `null` for one below the market's minimum, which is denied and never rounded up. */
function send({ minSizeMicro }: ShadowWindow, account: ShadowAccount, sizeMicro: SizeMicro): number | null {
  invariant(Number.isSafeInteger(sizeMicro) && sizeMicro >= 0, 'an order has a size', { sizeMicro });
  account.ordersSent++;
  if (sizeMicro >= minSizeMicro) return account.ordersSent;
  account.ordersUnfilled++;
  return null;
}

const isSame = (quote: ShadowQuote, wanted: DesiredQuote): boolean =>
  quote.outcome === wanted.outcome && quote.priceTicks === wanted.priceTicks;

const copyOf = ({ bids, asks }: OutcomeBook): OutcomeBook => ({ bids: [...bids], asks: [...asks] });

/** Everything that is due up to `untilMs` happens by the book that is displayed, each at its own time. Nothing happens after the end. */
function advance(window: ShadowWindow, untilMs: UnixMs): void {
  const lastMs = Math.min(untilMs, window.endMs - 1);
  if (lastMs < window.nowMs) return;
  window.nowMs = lastMs;
  for (const account of Object.values(window.accounts)) {
    for (const quote of account.quotes) {
      if (!quote.resting && quote.liveMs <= lastMs) arrive(window, account, quote);
    }
    account.quotes = account.quotes.filter(
      ({ leftMicro, leavesMs }) => leftMicro > 0 && (leavesMs === null || leavesMs > lastMs),
    );
    const due = account.takes.filter(({ dueMs }) => dueMs <= lastMs).sort(byDueTime);
    account.takes = account.takes.filter(({ dueMs }) => dueMs > lastMs);
    for (const { take, dueMs } of due) settleTake(window, account, take, dueMs);
  }
}

/** A post-only bid that would trade at once, or whose book nobody knows, is refused. */
function arrive(window: ShadowWindow, account: ShadowAccount, quote: ShadowQuote): void {
  const bestAsk: PriceTicks | undefined = window.levels?.[quote.outcome].asks[0];
  if (window.levels !== null && (bestAsk === undefined || bestAsk > quote.priceTicks)) {
    quote.resting = true;
    return;
  }
  quote.leftMicro = 0;
  account.ordersUnfilled++;
}

const byDueTime = (a: ShadowTake, b: ShadowTake): number => a.dueMs - b.dueMs || a.number - b.number;
