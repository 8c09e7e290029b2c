/**
 * Time in the exchange: simulated participants live, taker delays end, orders expire, matches settle, markets resolve, each at its own
 * moment and in that order, however large the step that time is pushed by.
 */
import { invariant } from '../../core/model/errors.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS, type UnixMs } from '../../core/model/time.ts';
import { accountOf, addTo } from './account-ledger.ts';
import {
  type AccountOrder,
  bookSideOf,
  type ExchangeState,
  expiryOf,
  inUpTerms,
  type KnownMarket,
  leftOf,
  type TradeRecord,
} from './exchange-state.ts';
import { PUBLIC_ACCOUNT } from './house-accounts.ts';
import { withdrawOrder } from './order-endings.ts';
import { matchOrder, recordPublicTrade } from './order-matching.ts';
import { settleStep } from './settlement.ts';

/** While accounts' orders rest, what happens to them is looked at this often: sooner than any consequence of it is due. */
const LOOK_MS = 50;
/** A result that is late is looked for again. */
const RESULT_RETRY_MS = SECOND_MS;
/** Ended orders without a match are forgotten after an hour, what was traded after six: longer than a client is away for. */
const KEEP_UNFILLED_MS = HOUR_MS;
const KEEP_TRADED_MS = 6 * HOUR_MS;
const PRUNE_EVERY_MS = MINUTE_MS;

type Due =
  | { readonly kind: 'settlement'; readonly atMs: UnixMs; readonly record: TradeRecord }
  | { readonly kind: 'resolution'; readonly atMs: UnixMs; readonly known: KnownMarket }
  | { readonly kind: 'expiry' | 'match'; readonly atMs: UnixMs; readonly order: AccountOrder };

/** Everything up to `nowMs`. Never goes back. */
export function passTime(state: ExchangeState, nowMs: UnixMs): void {
  const toMs = Math.max(state.nowMs, nowMs);
  if (state.restored) recover(state, toMs);
  do {
    const due = nextDue(state);
    const look = [...state.open.values()].some((order) => order.bookId !== null);
    const lookMs = look ? (Math.floor(state.nowMs / LOOK_MS) + 1) * LOOK_MS : Number.POSITIVE_INFINITY;
    reach(state, Math.max(state.nowMs, Math.min(toMs, due?.atMs ?? toMs, lookMs)));
    performDue(state, state.nowMs);
  } while (state.nowMs < toMs);
  if (state.nowMs - state.prunedMs >= PRUNE_EVERY_MS) prune(state);
}

/** Brings the books to a moment and books what happened there. */
function reach(state: ExchangeState, atMs: UnixMs): void {
  state.options.books.passTo(atMs);
  state.nowMs = atMs;
  for (const trade of state.options.books.takeTrades()) recordPublicTrade(state, trade);
}

function performDue(state: ExchangeState, untilMs: UnixMs): void {
  for (let due = nextDue(state); due !== null && due.atMs <= untilMs; due = nextDue(state)) perform(state, due);
}

function nextDue(state: ExchangeState): Due | null {
  let first: Due | null = null;
  // What is equally due comes in this order: settlement first, since it brings what a match needs.
  const offer = (due: Due): void => {
    if (first === null || due.atMs < first.atMs) first = due;
  };
  for (const record of state.unsettled.values()) {
    if (record.nextAtMs !== null) offer({ kind: 'settlement', atMs: record.nextAtMs, record });
  }
  for (const known of state.markets.values()) {
    if (known.outcome === null) offer({ kind: 'resolution', atMs: known.resolveAtMs, known });
  }
  for (const order of state.open.values()) {
    const expiryMs = expiryOf(order);
    if (order.matchAtMs !== null) offer({ kind: 'match', atMs: order.matchAtMs, order });
    else if (expiryMs !== null) offer({ kind: 'expiry', atMs: expiryMs, order });
  }
  return first;
}

function perform(state: ExchangeState, due: Due): void {
  if (due.kind === 'settlement') settleStep(state, due.record, due.atMs);
  else if (due.kind === 'resolution') resolve(state, due.known, due.atMs);
  else if (due.kind === 'expiry') withdrawOrder(state, due.order, 'CANCELED_EXPIRED_ORDER', due.atMs);
  else {
    const known = state.markets.get(due.order.conditionId);
    invariant(known !== undefined, "an open order's market is known", { orderHash: due.order.orderHash });
    matchOrder(state, known, due.order, due.atMs);
  }
}

/** The market is decided: what rests is cancelled, and the winner can be redeemed. */
function resolve(state: ExchangeState, known: KnownMarket, atMs: UnixMs): void {
  const { outcome } = state.options.directory.publishedResult(known.market, atMs);
  if (outcome === null) {
    known.resolveAtMs = atMs + RESULT_RETRY_MS;
    return;
  }
  known.outcome = outcome;
  for (const order of [...state.open.values()]) {
    if (order.conditionId === known.market.conditionId) withdrawOrder(state, order, 'CANCELED_MARKET_RESOLVED', atMs);
  }
}

/**
 * After a restore: what fell due while nobody looked happens at its own time, but for the books, which live on from now. Orders rest
 * again in the order in which they came, where their market still takes orders; the others are cancelled.
 */
function recover(state: ExchangeState, nowMs: UnixMs): void {
  state.restored = false;
  for (const order of state.open.values()) {
    if (order.matchAtMs !== null) order.matchAtMs = Math.max(order.matchAtMs, nowMs);
  }
  performDue(state, nowMs - 1);
  reach(state, nowMs);
  const resting = [...state.open.values()].filter((order) => order.state === 'LIVE');
  for (const order of resting.sort((left, right) => left.sequence - right.sequence)) readmit(state, order);
  for (const trade of state.options.books.takeTrades()) recordPublicTrade(state, trade);
}

function readmit(state: ExchangeState, order: AccountOrder): void {
  const known = state.markets.get(order.conditionId);
  const book = known === undefined ? null : state.options.books.bookOf(known.market);
  if (known === undefined || book === null || !book.isOpen() || state.nowMs >= known.market.schedule.acceptsUntilMs) {
    withdrawOrder(state, order, 'CANCELED', state.nowMs);
    return;
  }
  const { orderHash, outcome, side } = order;
  order.bookId = book.readmit(state.nowMs, orderHash, {
    side: bookSideOf(outcome, side),
    priceTicks: inUpTerms(outcome, order.priceTicks),
    sizeMicro: leftOf(order),
  });
}

/** Forgets what is long over, so that the state stays small. */
function prune(state: ExchangeState): void {
  state.prunedMs = state.nowMs;
  for (const [orderHash, { endedMs, tradeIds }] of state.orders) {
    const keepMs = tradeIds.length === 0 ? KEEP_UNFILLED_MS : KEEP_TRADED_MS;
    if (endedMs !== null && endedMs + keepMs < state.nowMs) state.orders.delete(orderHash);
  }
  for (const [tradeId, { trade, nextAtMs }] of state.trades) {
    if (nextAtMs === null && trade.updatedMs + KEEP_TRADED_MS < state.nowMs) state.trades.delete(tradeId);
  }
  for (const known of state.markets.values()) {
    if (known.outcome !== null && known.resolveAtMs + KEEP_TRADED_MS < state.nowMs) forgetMarket(state, known);
  }
}

/** Redeems what the public holds, and drops a market whose shares are gone. */
function forgetMarket(state: ExchangeState, { market, outcome }: KnownMarket): void {
  const { conditionId, tokens } = market;
  if (outcome === null || [...state.unsettled.values()].some(({ trade }) => trade.conditionId === conditionId)) return;
  const house = accountOf(state.ledger, PUBLIC_ACCOUNT);
  const wonMicro = house.shares.get(tokens[outcome]) ?? 0;
  house.pusdMicro += wonMicro;
  addTo(state.ledger.collateral, conditionId, -wonMicro);
  house.shares.delete(tokens.up);
  house.shares.delete(tokens.down);
  const isHeld = [...state.ledger.accounts.values()].some(
    ({ shares }) => shares.has(tokens.up) || shares.has(tokens.down),
  );
  if (!isHeld) state.markets.delete(conditionId);
}
