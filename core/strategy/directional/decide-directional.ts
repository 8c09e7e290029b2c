/**
 * The directional strategy: every few seconds the blended probability is compared with what a share really costs, and where an edge
 * remains after fee and slippage it is bet on: near the end and surely by taking (FOK), else by a post-only bid one tick better than
 * the best of the others. Positions are held to their resolution. One bet in a window, by default.
 */
import type { DirectionalConfig } from '../../config/directional-config.ts';
import { MICRO_PER_UNIT } from '../../model/money.ts';
import { type PriceTicks, TICKS_PER_PUSD } from '../../model/price.ts';
import type { UnixMs } from '../../model/time.ts';
import type { Outcome } from '../../model/window.ts';
import { bookWithoutOwn } from '../book-without-own.ts';
import { ownOrderInTheWay } from '../router/self-trade.ts';
import type { DesiredQuote, DesiredTake, OwnOrder, StrategyDecision, StrategyView } from '../view.ts';
import { type AccuracyState, accuracyFigures, type DirectionalCall, hasCall } from './accuracy.ts';
import type { DirectionalRule } from './rules.ts';
import { marketProbability, type Signal, signalOf } from './signal.ts';
import {
  type BetTerms,
  type NoBet,
  quoteCostPerShare,
  type SizedQuote,
  type SizedTake,
  sizeQuote,
  sizeTake,
} from './stake.ts';

/** What this strategy sees beyond what all see. */
export interface DirectionalView extends StrategyView {
  /** Own orders are told from others' by this. */
  readonly strategy: OwnOrder['strategy'];
  /** Orders of this strategy in this window that were filled, in whole or in part, whatever became of the rest. */
  readonly filledOrders: number;
}

export interface DirectionalDecision extends StrategyDecision {
  readonly rule: DirectionalRule;
}

/** Of one window, and worth nothing after a restart: the next look is a signal then. */
export interface DirectionalScratch {
  readonly signalMs: UnixMs;
  /** What the signal said; it stands until the next one. */
  readonly held: DirectionalDecision;
}

export interface DirectionalState {
  /** Of this window; `null` before its first signal. */
  readonly scratch: DirectionalScratch | null;
  /** Durable, and one for the series. */
  readonly accuracy: AccuracyState;
}

export interface DirectionalStep {
  readonly decision: DirectionalDecision;
  /** To be kept for this window's next look. */
  readonly scratch: DirectionalScratch | null;
  /** To be recorded and applied with `recordCall`: the window's first wish, sent or (paused) not. */
  readonly call: DirectionalCall | null;
}

type Inputs = Record<string, number | string | null>;

/** One look at a window. Pure; whoever calls it has checked that the window may be traded at all. */
export function decideDirectional(
  view: DirectionalView,
  state: DirectionalState,
  config: DirectionalConfig,
): DirectionalStep {
  const still = (rule: DirectionalRule, inputs: Inputs): DirectionalStep => ({
    decision: nothing(rule, inputs),
    scratch: state.scratch,
    call: null,
  });
  if (!config.enabled) return still('disabled', {});
  if (view.window.endMs - view.nowMs <= config.leaveBeforeEndMs) return still('leaving', {});
  if (!view.fairValue.ok) {
    const unpriced = view.fairValue.error;
    return still(unpriced === 'not-finite' ? 'not-finite' : 'unpriced', { unpriced });
  }
  const { phase } = view.fairValue.value;
  if (!config.phases.includes(phase)) return still('phase-off', { phase });
  const { fees } = view.market;
  if (fees === null) return still('no-fee-schedule', { phase });
  const upBook = bookWithoutOwn(view.book.up, 'up', view.orders);
  const market = marketProbability(upBook);
  if (market === null) return still('no-market', { phase });
  if (config.modelWeightPpm === 0) return still('market-only', { phase, market });
  const priced = signalOf(view.fairValue.value, market, config);
  if (!priced.ok || !Number.isSafeInteger(view.equityMicro) || !Number.isSafeInteger(view.stakeMicro)) {
    return still('not-finite', { phase, market });
  }
  const signal = priced.value;
  const standing = ownOrders(view);
  const occupied = occupiedBy(view, standing, signal, fees, config);
  if (occupied !== null) return { decision: occupied, scratch: state.scratch, call: null };

  const { scratch } = state;
  if (scratch !== null && view.nowMs - scratch.signalMs < config.signalEveryMs && view.nowMs >= scratch.signalMs) {
    const kept = keepsEdge(scratch.held, signal, fees, config);
    const decision = kept ? scratch.held : nothing('edge-gone', inputsOf(signal, null, null));
    return { decision, scratch: kept ? scratch : { ...scratch, held: decision }, call: null };
  }
  const bet = planBet(view, signal, fees, upBook, config);
  if (state.accuracy.pausedSinceMs !== null) return paused(view, state.accuracy, bet);
  return act(view, state, bet, standing);
}

/** A bet that the signal asks for, or why there is none; `breakEven` is what a share costs with everything. */
interface Bet {
  readonly rule: Extract<DirectionalRule, 'quoting' | 'taking'> | NoBet['rule'];
  readonly outcome: Outcome | null;
  readonly quote: DesiredQuote | null;
  readonly take: DesiredTake | null;
  readonly breakEven: number;
  readonly inputs: Inputs;
}

function planBet(
  view: DirectionalView,
  signal: Signal,
  fees: BetTerms['fees'],
  upBook: BetTerms['book'],
  config: DirectionalConfig,
): Bet {
  const { outcome } = signal;
  if (outcome === null) return noBet({ rule: 'edge-too-small', edge: 0 }, signal);
  const terms: BetTerms = {
    probability: signal.probability,
    cautiousProbability: signal.cautiousProbability,
    book: outcome === 'up' ? upBook : bookWithoutOwn(view.book.down, 'down', view.orders),
    fees,
    tickSizeTicks: view.tickSizeTicks,
    minSizeMicro: view.market.minSizeMicro,
    equityMicro: view.equityMicro,
    stakeMicro: view.stakeMicro,
  };
  if (takes(view, signal, config)) {
    const take = sizeTake(terms, config);
    if (take.ok) return takeBet(outcome, take.value, signal);
  }
  const quote = sizeQuote(terms, config);
  return quote.ok ? quoteBet(outcome, quote.value, signal) : noBet(quote.error, signal);
}

/** Taking is for what is likely and late; before, a resting bid has time and pays no fee. */
function takes(view: DirectionalView, { probability }: Signal, config: DirectionalConfig): boolean {
  const msToEnd = view.window.endMs - view.nowMs;
  return probability > config.takeConfidencePpm / MICRO_PER_UNIT && msToEnd < config.takeBeforeEndMs;
}

function takeBet(outcome: Outcome, take: SizedTake, signal: Signal): Bet {
  const { priceTicks, spendMicro, edge, cost } = take;
  return {
    rule: 'taking',
    outcome,
    quote: null,
    take: { outcome, side: 'buy', priceTicks, amount: { unit: 'pusd', spendMicro }, timeInForce: 'FOK' },
    breakEven: cost,
    inputs: inputsOf(signal, edge, {
      priceTicks,
      executablePrice: take.executable.costPerShare,
      kellyFraction: take.kellyFraction,
      stakeMicro: spendMicro,
      sizeMicro: take.executable.sharesMicro,
    }),
  };
}

function quoteBet(outcome: Outcome, quote: SizedQuote, signal: Signal): Bet {
  const { priceTicks, sizeMicro, edge, cost } = quote;
  return {
    rule: 'quoting',
    outcome,
    quote: { outcome, priceTicks, sizeMicro },
    take: null,
    breakEven: cost,
    inputs: inputsOf(signal, edge, {
      priceTicks,
      executablePrice: cost,
      kellyFraction: quote.kellyFraction,
      stakeMicro: Math.ceil((priceTicks * sizeMicro) / TICKS_PER_PUSD),
      sizeMicro,
    }),
  };
}

function noBet({ rule, edge }: NoBet, signal: Signal): Bet {
  return {
    rule,
    outcome: null,
    quote: null,
    take: null,
    breakEven: 0,
    inputs: inputsOf(signal, edge !== null && Number.isFinite(edge) ? edge : null, null),
  };
}

/** Sends the bet. A take is wished anew until nothing of ours stands in its way. */
function act(view: DirectionalView, state: DirectionalState, bet: Bet, standing: readonly OwnOrder[]): DirectionalStep {
  const call = callOf(view, state.accuracy, bet, false);
  // Two of ours could both fill, and be two bets: what stands on the other outcome goes first, as does any quote before a take.
  if (standing.some(({ outcome }) => bet.take !== null || (bet.quote !== null && outcome !== bet.quote.outcome))) {
    return { decision: nothing('awaiting-cancel', bet.inputs), scratch: state.scratch, call };
  }
  if (bet.take === null) {
    const decision = { ...nothing(bet.rule, bet.inputs), quotes: bet.quote === null ? [] : [bet.quote] };
    return { decision, scratch: { signalMs: view.nowMs, held: decision }, call };
  }
  const decision = { ...nothing('taking', bet.inputs), takes: [bet.take] };
  // The router holds such a take back and has what is in the way cancelled; the signal is not spent.
  if (ownOrderInTheWay(bet.take, view.orders) !== null) return { decision, scratch: state.scratch, call };
  return { decision, scratch: { signalMs: view.nowMs, held: nothing('between-signals', bet.inputs) }, call };
}

/** The same signal, scored and not sent. */
function paused(view: DirectionalView, accuracy: AccuracyState, bet: Bet): DirectionalStep {
  const figures = accuracyFigures(accuracy.scored);
  const decision = nothing('paused', {
    ...bet.inputs,
    shadowRule: bet.rule,
    pausedSinceMs: accuracy.pausedSinceMs,
    accuracyPpm: figures?.accuracyPpm ?? null,
    breakEvenPpm: figures?.breakEvenPpm ?? null,
  });
  const call = callOf(view, accuracy, bet, true);
  return { decision, scratch: { signalMs: view.nowMs, held: decision }, call };
}

function callOf(view: DirectionalView, accuracy: AccuracyState, bet: Bet, shadow: boolean): DirectionalCall | null {
  const windowStartMs = view.window.startMs;
  if (bet.outcome === null || hasCall(accuracy, windowStartMs)) return null;
  const breakEvenPpm = Math.min(MICRO_PER_UNIT, Math.ceil(bet.breakEven * MICRO_PER_UNIT));
  return { windowStartMs, atMs: view.nowMs, outcome: bet.outcome, breakEvenPpm, shadow };
}

function ownOrders({ orders, strategy }: DirectionalView): readonly OwnOrder[] {
  return orders.length === 0 ? orders : orders.filter((order) => order.strategy === strategy);
}

/** Orders or positions of the window's bet that leave no room for a new one; `null` when there is room. */
function occupiedBy(
  view: DirectionalView,
  standing: readonly OwnOrder[],
  signal: Signal,
  fees: BetTerms['fees'],
  config: DirectionalConfig,
): DirectionalDecision | null {
  if (standing.some(({ status }) => status === 'unknown'))
    return nothing('order-unknown', inputsOf(signal, null, null));
  if (standing.some(({ postOnly }) => !postOnly)) return nothing('order-pending', inputsOf(signal, null, null));
  if (view.filledOrders < config.maxPositionsPerWindow) return null;
  const rest = standing.find(({ status, side }) => side === 'buy' && status !== 'cancel-pending');
  if (rest === undefined) return nothing('position-open', inputsOf(signal, null, null));
  // The rest of a bet may still fill where it stands, while it has an edge; it never moves: a second order would be a second bet.
  const { outcome, priceTicks, remainingMicro: sizeMicro } = rest;
  const edge = edgeAt(outcome, priceTicks, signal, fees, config);
  if (!(edge > 0)) return nothing('edge-gone', inputsOf(signal, edge, null));
  return { ...nothing('filling', inputsOf(signal, edge, null)), quotes: [{ outcome, priceTicks, sizeMicro }] };
}

/** A quote that stands between two signals keeps standing only with an edge, be it below the threshold for a new one. */
function keepsEdge(
  { quotes }: DirectionalDecision,
  signal: Signal,
  fees: BetTerms['fees'],
  config: DirectionalConfig,
): boolean {
  return quotes.every(({ outcome, priceTicks }) => edgeAt(outcome, priceTicks, signal, fees, config) > 0);
}

function edgeAt(
  outcome: Outcome,
  priceTicks: PriceTicks,
  signal: Signal,
  fees: BetTerms['fees'],
  config: DirectionalConfig,
): number {
  const probability = outcome === 'up' ? signal.blended : 1 - signal.blended;
  return probability - quoteCostPerShare(fees, priceTicks, config);
}

function nothing(rule: DirectionalRule, inputs: Inputs): DirectionalDecision {
  return { rule, quotes: NO_QUOTES, takes: NO_TAKES, mergeMicro: 0, inputs };
}

const NO_QUOTES: readonly DesiredQuote[] = [];
const NO_TAKES: readonly DesiredTake[] = [];

interface BetNumbers {
  readonly priceTicks: PriceTicks;
  readonly executablePrice: number;
  readonly kellyFraction: number;
  readonly stakeMicro: number;
  readonly sizeMicro: number;
}

/** The numbers of a decision, for its record: always the same names, `null` where there is none. */
function inputsOf(signal: Signal, edge: number | null, bet: BetNumbers | null): Inputs {
  return {
    phase: signal.phase,
    secondsLeft: signal.secondsLeft,
    model: signal.model,
    modelLow: signal.modelLow,
    modelHigh: signal.modelHigh,
    market: signal.market,
    blended: signal.blended,
    outcome: signal.outcome,
    probability: signal.probability,
    cautiousProbability: signal.cautiousProbability,
    edge,
    executablePrice: bet?.executablePrice ?? null,
    priceTicks: bet?.priceTicks ?? null,
    kellyFraction: bet?.kellyFraction ?? null,
    stakeMicro: bet?.stakeMicro ?? null,
    sizeMicro: bet?.sizeMicro ?? null,
  };
}
