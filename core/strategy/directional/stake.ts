/** What a directional bet may cost, and the two bets that can be made of it: taking what is offered, or bidding below. */
import type { DirectionalConfig } from '../../config/directional-config.ts';
import { SIZE_STEP_MICRO } from '../../execution/amounts.ts';
import type { FeeSchedule } from '../../model/market.ts';
import { MAX_SIZE_MICRO, MICRO_PER_UNIT, type MoneyMicro, type SizeMicro } from '../../model/money.ts';
import { type PriceTicks, TICKS_PER_PUSD } from '../../model/price.ts';
import { err, ok, type Result } from '../../model/result.ts';
import {
  type ExecutablePrice,
  executableBuy,
  levelMoneyMicro,
  slippedTicks,
  takerCostPerShare,
  type WalkTerms,
} from '../executable-price.ts';
import { kellyFraction, kellyStakeMicro } from '../kelly.ts';
import { partOf } from '../part-of.ts';
import { isTakeLargeEnough } from '../venue-minimum.ts';
import type { OutcomeBook } from '../view.ts';
import type { DirectionalRule } from './rules.ts';

/** A bet on one outcome: what it is believed to be worth, and on what terms it could be made. */
export interface BetTerms {
  /** Probability that the outcome wins, and its cautious end. */
  readonly probability: number;
  readonly cautiousProbability: number;
  /** The outcome's book without our own orders. */
  readonly book: OutcomeBook;
  readonly fees: FeeSchedule;
  readonly tickSizeTicks: PriceTicks;
  readonly minSizeMicro: SizeMicro;
  readonly equityMicro: MoneyMicro;
  /** What the strategy may still stake. */
  readonly stakeMicro: MoneyMicro;
}

export interface SizedTake {
  readonly priceTicks: PriceTicks;
  readonly spendMicro: MoneyMicro;
  /** Edge and cost of a share at the limit, in pUSD: the worst that the order accepts. */
  readonly edge: number;
  readonly cost: number;
  readonly kellyFraction: number;
  readonly executable: ExecutablePrice;
}

export interface SizedQuote {
  readonly priceTicks: PriceTicks;
  readonly sizeMicro: SizeMicro;
  /** Edge and cost of a share, fee and adverse selection included, in pUSD. */
  readonly edge: number;
  readonly cost: number;
  readonly kellyFraction: number;
}

/** Why there is no bet, with the edge that was found where one was looked for. */
export interface NoBet {
  readonly rule: Extract<
    DirectionalRule,
    'no-market' | 'edge-too-small' | 'no-cautious-edge' | 'no-stake' | 'below-minimum' | 'not-finite'
  >;
  readonly edge: number | null;
}

/**
 * The largest purchase of which every share, at the order's limit, has the edge and which Kelly grants at that very limit: deeper levels
 * hold more and permit less. FOK, so it must be there in full: only a part of what is displayed is counted upon.
 */
export function sizeTake(terms: BetTerms, config: DirectionalConfig): Result<SizedTake, NoBet> {
  const { book, fees, probability } = terms;
  const walk: WalkTerms = {
    fees,
    tickSizeTicks: terms.tickSizeTicks,
    slippageTicks: config.slippageTicks,
    depthSharePpm: config.depthSharePpm,
  };
  const capMicro = spendCapMicro(terms, config);
  if (capMicro <= 0) return err({ rule: 'no-stake', edge: null });
  let best: { spendMicro: MoneyMicro; limitTicks: PriceTicks } | null = null;
  let refused: NoBet = { rule: 'no-market', edge: null };
  let thereMicro = 0;
  for (let index = 0; index + 1 < book.asks.length; index += 2) {
    const levelTicks = book.asks[index] as PriceTicks;
    const limitTicks = slippedTicks(levelTicks, walk);
    if (limitTicks === null) break;
    const granted = grantedMicro(terms, config, takerCostPerShare(fees, limitTicks));
    if (!granted.ok) {
      refused = granted.error;
      break;
    }
    // Kelly's stake pays the fee too; the order's money is for the shares alone.
    const share = limitTicks / TICKS_PER_PUSD / takerCostPerShare(fees, limitTicks);
    const allowedMicro = Math.min(capMicro, Math.floor(granted.value * share));
    if (best !== null && allowedMicro <= best.spendMicro) break;
    thereMicro += levelMoneyMicro(levelTicks, book.asks[index + 1] as SizeMicro, walk);
    const spendMicro = wholeCents(Math.min(allowedMicro, thereMicro));
    if (best === null || spendMicro > best.spendMicro) best = { spendMicro, limitTicks };
    if (thereMicro >= allowedMicro) break;
  }
  if (best === null) return err(refused);
  const { spendMicro, limitTicks } = best;
  const cost = takerCostPerShare(fees, limitTicks);
  const edge = probability - cost;
  if (!isTakeLargeEnough(spendMicro, limitTicks, terms.minSizeMicro)) return err({ rule: 'below-minimum', edge });
  const executable = executableBuy(book.asks, spendMicro, walk);
  if (!executable.ok) return err({ rule: 'no-market', edge });
  return ok({
    priceTicks: limitTicks,
    spendMicro,
    edge,
    cost,
    kellyFraction: kellyFraction(terms.cautiousProbability, cost),
    executable: executable.value,
  });
}

/** A bid one tick better than the best of the others, or beside it where that would cross. */
export function sizeQuote(terms: BetTerms, config: DirectionalConfig): Result<SizedQuote, NoBet> {
  const { book, tickSizeTicks } = terms;
  const bidTicks = book.bids[0];
  const askTicks = book.asks[0];
  if (bidTicks === undefined || askTicks === undefined) return err({ rule: 'no-market', edge: null });
  const better = Math.floor(bidTicks / tickSizeTicks) * tickSizeTicks + tickSizeTicks;
  const priceTicks = better < askTicks ? better : better - tickSizeTicks;
  if (priceTicks < tickSizeTicks || priceTicks > TICKS_PER_PUSD - tickSizeTicks) {
    return err({ rule: 'no-market', edge: null });
  }
  const cost = quoteCostPerShare(terms.fees, priceTicks, config);
  const granted = grantedMicro(terms, config, cost);
  if (!granted.ok) return err(granted.error);
  const edge = terms.probability - cost;
  const capMicro = terms.fees.takerOnly ? wholeCapMicro(terms, config) : spendCapMicro(terms, config);
  if (capMicro <= 0) return err({ rule: 'no-stake', edge });
  const byKelly = granted.value / cost;
  const byCap = (capMicro * TICKS_PER_PUSD) / priceTicks;
  const sizeMicro = wholeCents(Math.min(byKelly, byCap, MAX_SIZE_MICRO));
  if (sizeMicro < terms.minSizeMicro) return err({ rule: 'below-minimum', edge });
  return ok({ priceTicks, sizeMicro, edge, cost, kellyFraction: kellyFraction(terms.cautiousProbability, cost) });
}

/** What a share costs that a resting bid buys: its price, the fee where makers pay one, and what adverse selection takes. */
export function quoteCostPerShare(fees: FeeSchedule, priceTicks: PriceTicks, config: DirectionalConfig): number {
  const price = fees.takerOnly ? priceTicks / TICKS_PER_PUSD : takerCostPerShare(fees, priceTicks);
  return price + config.adverseSelectionTicks / TICKS_PER_PUSD;
}

/** Kelly's stake at a cost, where the edge reaches the threshold. */
function grantedMicro(terms: BetTerms, config: DirectionalConfig, cost: number): Result<MoneyMicro, NoBet> {
  const edge = terms.probability - cost;
  // Written so that NaN fails it.
  if (!(edge >= config.minEdgeTicks / TICKS_PER_PUSD && edge > 0)) return err({ rule: 'edge-too-small', edge });
  const capMicro = wholeCapMicro(terms, config);
  if (capMicro <= 0) return err({ rule: 'no-stake', edge });
  const stake = kellyStakeMicro({
    probability: terms.cautiousProbability,
    costPerShare: cost,
    equityMicro: terms.equityMicro,
    kellyPpm: config.kellyPpm,
    capMicro,
  });
  if (stake.ok) return stake;
  return err({ rule: stake.error === 'no-edge' ? 'no-cautious-edge' : 'not-finite', edge });
}

/** Most that a bet may cost with everything: its part of equity, and what is there. */
function wholeCapMicro({ equityMicro, stakeMicro }: BetTerms, { maxStakePpm }: DirectionalConfig): MoneyMicro {
  return Math.min(partOf(equityMicro, maxStakePpm), stakeMicro);
}

/**
 * The same without the largest fee that can come on top: for the same money a lower price means more shares and, in proportion, a
 * larger fee, up to the rate itself (up to the rate over the price where the schedule has no exponent).
 */
function spendCapMicro(terms: BetTerms, config: DirectionalConfig): MoneyMicro {
  const { ratePpm, exponent } = terms.fees;
  const worstPpm = exponent === 0 ? (ratePpm * TICKS_PER_PUSD) / terms.tickSizeTicks : ratePpm;
  return wholeCents((wholeCapMicro(terms, config) * MICRO_PER_UNIT) / (MICRO_PER_UNIT + worstPpm));
}

/** Money and shares go out in whole hundredths (venue notes §2, 2026-11-23), cut and never rounded up. */
function wholeCents(micro: number): number {
  return Math.floor(micro / SIZE_STEP_MICRO) * SIZE_STEP_MICRO;
}
