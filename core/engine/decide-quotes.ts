/**
 * Trading in one window: the gates that must all be open, then the strategy, then orders. What decided is recorded whenever it
 * changes; a gate that closes takes our resting orders with it.
 */
import { orderSalt } from '../execution/order-identity.ts';
import { planQuotes, type StandingQuote } from '../execution/order-manager.ts';
import { streamAgeMs } from '../market-data/feed-health.ts';
import { type JointView, jointView } from '../market-data/joint-book.ts';
import type { OrderBook } from '../market-data/order-book.ts';
import type { ClientOrderId, StrategyId } from '../model/identifiers.ts';
import type { Market } from '../model/market.ts';
import type { OrderIntent } from '../model/order.ts';
import { complementTicks, type PriceTicks } from '../model/price.ts';
import { type DurationMs, SECOND_MS } from '../model/time.ts';
import { renderDeniedReason } from '../risk/denied-reason.ts';
import { approveOrder } from '../risk/risk-engine.ts';
import { decideMarketMaker } from '../strategy/market-maker.ts';
import type { DesiredQuote, QuoteDecision } from '../strategy/strategy.ts';
import { type DecideContext, emit, emitAlert } from './decide-context.ts';
import { CONFIRM_BEFORE_END_MS } from './decide-lifecycle.ts';
import { cancelAll, isLeaving, resolveUnknown, watchOrders } from './decide-orders.ts';
import { openOrdersOf } from './open-orders.ts';
import { requiredStreamNames, requiredStreams, type StaleInput } from './required-streams.ts';
import { riskContextOf } from './risk-context.ts';
import type { OpenOrder, WindowState } from './state.ts';
import { strictestRestriction } from './trading-state.ts';

const MARKET_MAKER = 'market-maker' as StrategyId;
/** A maker's order that has not left by then is stale (RUNTIME §7). */
const MAKER_NOT_AFTER_MS = 3 * SECOND_MS;
/** Both tokens' messages of one change come within a few ms of each other; five times a slow pair. Real time. */
const SETTLING_MS = 250;
const SETTLING = 'books-settling';
/** After a refusal the same quote waits this long: a hundred times the way to the venue and back, and no flood of orders. */
const AFTER_REFUSAL_MS = 2 * SECOND_MS;

/** Decides the quotes of one window and moves its orders there. */
export function decideQuotes(context: DecideContext, state: WindowState): void {
  const { market, window } = state;
  const standing = openOrdersOf(context.state.durable, window.startMs);
  if (market === null) return;
  if (context.nowMs < window.startMs || context.nowMs >= window.endMs) {
    cancelAll(context, standing, 'window-closed');
    watchOrders(context, standing);
    return;
  }
  const book = bookOf(context, market);
  // Orders of other origin stand by their own rules: they are looked after here, and neither wanted nor unwanted.
  const own = standing.filter(({ order }) => order.strategy === MARKET_MAKER);
  const decision = decide(context, state, market, book, own);
  const settling = decision.rule === SETTLING;
  const plan = planQuotes(
    own.map(standingQuoteOf),
    decision.quotes,
    context.nowMs,
    context.state.durable.config.marketMaker,
  );
  for (const { clientOrderId, reason } of plan.cancel) emit(context, { type: 'cancel-order', clientOrderId, reason });
  const wanted = settling ? null : decision.quotes.map(({ outcome }) => ({ strategy: MARKET_MAKER, outcome }));
  resolveUnknown(context, state, standing, { wanted, staleInput: staleInput(context, state, book) });
  let outcome = describe(decision);
  for (const quote of plan.place) {
    if (wasJustRefused(context, state, quote) || wasJustPlaced(context, state, quote)) continue;
    const denied = place(context, state, market, book, quote);
    if (denied !== null) outcome = `denied ${denied}`;
  }
  watchOrders(context, standing);
  confirmGone(context, state, standing);
  if (!settling) record(context, state, decision.rule, outcome, book);
}

function standingQuoteOf(open: OpenOrder): StandingQuote {
  const { clientOrderId, outcome, priceTicks, createdMs } = open.order;
  return { clientOrderId, outcome, priceTicks, createdMs, leaving: isLeaving(open) };
}

/** What the venue refused once, it will refuse again in the same moment: no order follows on the heels of a refusal. */
function wasJustRefused(context: DecideContext, state: WindowState, quote: DesiredQuote): boolean {
  const refusedMs = context.state.scratch.lastRefusedMs[`${state.window.startMs}:${quote.outcome}`];
  return refusedMs !== undefined && context.nowMs - refusedMs < AFTER_REFUSAL_MS;
}

/** A side is quoted again only after a while: a price that runs would else be followed with an order for each of its steps. */
function wasJustPlaced(context: DecideContext, state: WindowState, quote: DesiredQuote): boolean {
  const { scratch, durable } = context.state;
  const placedMs = scratch.lastPlacedMs[`${state.window.startMs}:${quote.outcome}`];
  return placedMs !== undefined && context.nowMs - placedMs < durable.config.marketMaker.replaceAfterMs;
}

interface WindowBook {
  readonly joint: JointView;
  readonly lastTradeTicks: PriceTicks | null;
}

function bookOf(context: DecideContext, market: Market): WindowBook | null {
  const { books } = context.state.market;
  const up = books[market.tokens.up];
  const down = books[market.tokens.down];
  if (up === undefined || down === undefined) return null;
  return { joint: jointView(up, down), lastTradeTicks: lastTradeTicks(up, down) };
}

/** The later of both tokens' last trades, on the Up axis. */
function lastTradeTicks(up: OrderBook, down: OrderBook): PriceTicks | null {
  const fromDown = down.lastTradeTicks === null ? null : complementTicks(down.lastTradeTicks);
  if (up.lastTradeTicks === null) return fromDown;
  return fromDown !== null && (down.lastTradeMs ?? 0) > (up.lastTradeMs ?? 0) ? fromDown : up.lastTradeTicks;
}

const nothing = (rule: string): QuoteDecision => ({ rule, quotes: [] });

/** The gates in order; the first closed one decides. */
function decide(
  context: DecideContext,
  state: WindowState,
  market: Market,
  book: WindowBook | null,
  standing: readonly OpenOrder[],
): QuoteDecision {
  const { state: engine, nowMs } = context;
  const { durable } = engine;
  if (!engine.market.recovered) return nothing('recovering');
  if (!state.guard.tradable) return nothing('rule-guard');
  const restriction = strictestRestriction(durable);
  if (restriction !== null) return nothing(restriction.reason);
  if (durable.boundaries[state.window.startMs] === undefined) return nothing('no-strike');
  if (book !== null && isSettling(context, book)) return { rule: SETTLING, quotes: standing.map(wantedAgain) };
  if (book === null || !book.joint.reliable) return nothing('no-book');
  if (staleInput(context, state, book) !== null) return nothing('stale-input');
  return decideMarketMaker(
    {
      nowMs,
      market,
      tickSizeTicks: state.tickSizeTicks,
      msToEnd: state.window.endMs - nowMs,
      book: { bidTicks: book.joint.bidTicks, askTicks: book.joint.askTicks, lastTradeTicks: book.lastTradeTicks },
      upMicro: state.positions.up.sizeMicro,
      downMicro: state.positions.down.sizeMicro,
    },
    durable.config.marketMaker,
  );
}

/**
 * One token's book has moved and the other's message is still to come: what stands stays, nothing is placed, and it is no decision of
 * its own. A contradiction that lasts is no longer a matter of order.
 */
function isSettling({ nowMs, state }: DecideContext, { joint }: WindowBook): boolean {
  return joint.crossed && nowMs - joint.oldestUpdateMs < SETTLING_MS * state.durable.config.simSpeed;
}

function wantedAgain({ order }: OpenOrder): DesiredQuote {
  const sizeMicro = order.amount.unit === 'shares' ? order.amount.sizeMicro : 0;
  return { outcome: order.outcome, priceTicks: order.priceTicks, sizeMicro };
}

/** The first required input that is older than its limit, or was never seen; a book counts by its own older token. */
function staleInput(context: DecideContext, state: WindowState, book: WindowBook | null): StaleInput | null {
  const { durable, market } = context.state;
  const msToEnd = state.window.endMs - context.nowMs;
  for (const { stream, limitMs } of requiredStreams(durable.config, market.health, msToEnd)) {
    const ageMs = stream === 'book' ? bookAgeMs(context, book) : streamAgeMs(market.health, stream, context.nowMs);
    if (ageMs === null || ageMs > limitMs) return { stream, ageMs, limitMs };
  }
  return null;
}

function bookAgeMs(context: DecideContext, book: WindowBook | null): DurationMs | null {
  const updatedMs = book?.joint.oldestUpdateMs ?? null;
  return updatedMs === null ? null : Math.max(0, context.nowMs - updatedMs);
}

/** Sends a bid when risk approves it; otherwise says why not. */
function place(
  context: DecideContext,
  state: WindowState,
  market: Market,
  book: WindowBook | null,
  quote: DesiredQuote,
): string | null {
  const { durable } = context.state;
  const intent: OrderIntent = {
    strategy: MARKET_MAKER,
    marketSlug: market.slug,
    windowStartMs: state.window.startMs,
    tokenId: market.tokens[quote.outcome],
    outcome: quote.outcome,
    side: 'buy',
    priceTicks: quote.priceTicks,
    amount: { unit: 'shares', sizeMicro: quote.sizeMicro },
    timeInForce: 'GTC',
    postOnly: true,
  };
  const clientOrderId = `${market.slug}-mm-${durable.nextOrderNumber}` as ClientOrderId;
  const identity = {
    clientOrderId,
    createdMs: context.nowMs,
    notAfterMs: context.nowMs + MAKER_NOT_AFTER_MS,
    salt: orderSalt(durable.config.series.slug, durable.epoch, clientOrderId),
  };
  const approved = approveOrder(
    intent,
    riskContextOf(context, state, intent, staleInput(context, state, book)),
    identity,
  );
  if (!approved.ok) return `${approved.error.code}: ${renderDeniedReason(approved.error)}`;
  emit(context, { type: 'submit-order', order: approved.value });
  return null;
}

/** Nothing of ours may stand in the last seconds: if something does, a person is told. */
function confirmGone(context: DecideContext, state: WindowState, standing: readonly OpenOrder[]): void {
  const late = context.nowMs >= state.window.endMs - CONFIRM_BEFORE_END_MS;
  const { scratch } = context.state;
  if (!late || standing.length === 0 || scratch.lateOrderWarning === state.slug) return;
  scratch.lateOrderWarning = state.slug;
  const ids = standing.map(({ order }) => order.clientOrderId).join(', ');
  emitAlert(context, 'critical', 'order-near-end', `${ids} still stand 15 s before the end of ${state.slug}.`);
}

function describe(decision: QuoteDecision): string {
  if (decision.quotes.length === 0) return 'no quotes';
  return `quotes ${decision.quotes.map(({ outcome }) => outcome).join(' and ')}`;
}

/** Records the decision when it differs from the last one; otherwise counts the repeat. */
function record(
  context: DecideContext,
  state: WindowState,
  rule: string,
  outcome: string,
  book: WindowBook | null,
): void {
  const { scratch, market, durable } = context.state;
  const windowStartMs = state.window.startMs;
  const key = `${windowStartMs}:${MARKET_MAKER}`;
  const last = state.decisions[MARKET_MAKER];
  if (last !== undefined && last.rule === rule && sameOutcome(last.outcome, outcome)) {
    scratch.repeats[key] = (scratch.repeats[key] ?? 0) + 1;
    return;
  }
  const repeatsOfPrevious = scratch.repeats[key] ?? 0;
  scratch.repeats[key] = 0;
  const inputs: Record<string, number | string | null> = {
    msToEnd: state.window.endMs - context.nowMs,
    bidTicks: book?.joint.bidTicks ?? null,
    askTicks: book?.joint.askTicks ?? null,
    upMicro: state.positions.up.sizeMicro,
    downMicro: state.positions.down.sizeMicro,
  };
  for (const stream of requiredStreamNames(durable.config)) {
    inputs[`${stream}AgeMs`] = streamAgeMs(market.health, stream, context.nowMs);
  }
  emit(context, {
    type: 'record-decision',
    windowStartMs,
    strategy: MARKET_MAKER,
    outcome,
    rule,
    repeatsOfPrevious,
    inputs,
  });
}

/** The numbers in a denial move with every message; the code is what counts as a change. */
function sameOutcome(before: string, now: string): boolean {
  if (before === now) return true;
  const code = (outcome: string) => outcome.split(':')[0];
  return code(before) === code(now);
}
