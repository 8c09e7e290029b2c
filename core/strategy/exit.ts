/**
 * The ways out of a position: selling it, or buying as much of the other outcome and merging both to 1 pUSD. Both are priced after
 * fees and compared with what the position is worth; what costs more than it may is no way out.
 */
import type { FeeSchedule } from '../model/market.ts';
import { costRoundedUp, MICRO_PER_UNIT, type MoneyMicro, proceedsRoundedDown, type SizeMicro } from '../model/money.ts';
import type { OrderAmount, Side } from '../model/order.ts';
import { type PriceTicks, TICKS_PER_PUSD } from '../model/price.ts';
import { type Outcome, oppositeOutcome } from '../model/window.ts';
import { takerFeeMicro } from '../pricing/fees.ts';

/** Money of a market BUY is sent in hundredths (venue notes §2, 2026-11-23). */
const SPEND_STEP_MICRO: MoneyMicro = 10_000;

/** What an exit has to know of the market: `null` where a side is empty. */
export interface ExitMarket {
  /** The outcome that is held. */
  readonly outcome: Outcome;
  readonly tickSizeTicks: PriceTicks;
  /** Twice the fair value of a share that is held. */
  readonly fairTwiceTicks: number;
  /** Best bid for what is held, and best ask of the other outcome. */
  readonly bidTicks: PriceTicks | null;
  readonly otherAskTicks: PriceTicks | null;
}

/** One way out, as the order that takes it. */
export interface Exit {
  readonly outcome: Outcome;
  readonly side: Side;
  readonly priceTicks: PriceTicks;
  readonly amount: OrderAmount;
}

/** The ways out that are not too dear, the better one first. `maxCostPpm`: what leaving may cost of the fair value. */
export function planExits(market: ExitMarket, fees: FeeSchedule, sizeMicro: SizeMicro, maxCostPpm: number): Exit[] {
  const leastMicro = leastWorthMicro(market.fairTwiceTicks, sizeMicro, maxCostPpm);
  const ways = [sale(market, fees, sizeMicro, leastMicro), purchase(market, fees, sizeMicro, leastMicro)];
  return ways
    .filter((way) => way !== null)
    .sort((a, b) => b.worthMicro - a.worthMicro)
    .map(({ exit }) => exit);
}

/** The fair value less what leaving may cost, rounded up. The product does not fit a double's integers. */
function leastWorthMicro(fairTwiceTicks: number, sizeMicro: SizeMicro, maxCostPpm: number): MoneyMicro {
  const numerator = BigInt(fairTwiceTicks) * BigInt(sizeMicro) * BigInt(MICRO_PER_UNIT - maxCostPpm);
  const denominator = BigInt(2 * TICKS_PER_PUSD) * BigInt(MICRO_PER_UNIT);
  return Number((numerator + denominator - 1n) / denominator);
}

interface PricedExit {
  readonly exit: Exit;
  readonly worthMicro: MoneyMicro;
}

/** Sold down to the lowest price that still brings enough: it takes what stands there, the best first. */
function sale(market: ExitMarket, fees: FeeSchedule, sizeMicro: SizeMicro, leastMicro: MoneyMicro): PricedExit | null {
  const { bidTicks, tickSizeTicks, outcome } = market;
  if (bidTicks === null) return null;
  const brings = (priceTicks: PriceTicks) =>
    proceedsRoundedDown(priceTicks, sizeMicro) - takerFeeMicro(fees, priceTicks, sizeMicro);
  if (brings(bidTicks) < leastMicro) return null;
  let priceTicks = Math.floor(bidTicks / tickSizeTicks) * tickSizeTicks;
  while (priceTicks - tickSizeTicks >= tickSizeTicks && brings(priceTicks - tickSizeTicks) >= leastMicro) {
    priceTicks -= tickSizeTicks;
  }
  const amount = { unit: 'shares', sizeMicro } as const;
  return { exit: { outcome, side: 'sell', priceTicks, amount }, worthMicro: brings(bidTicks) };
}

/** Money that buys as many of the other outcome at its ask, and no more: what is spent beyond would be a new position. */
function purchase(
  market: ExitMarket,
  fees: FeeSchedule,
  sizeMicro: SizeMicro,
  leastMicro: MoneyMicro,
): PricedExit | null {
  const { otherAskTicks, outcome } = market;
  if (otherAskTicks === null || otherAskTicks >= TICKS_PER_PUSD) return null;
  const costMicro = costRoundedUp(otherAskTicks, sizeMicro);
  const worthMicro = sizeMicro - costMicro - takerFeeMicro(fees, otherAskTicks, sizeMicro);
  if (worthMicro < leastMicro) return null;
  const spendMicro = Math.floor(costMicro / SPEND_STEP_MICRO) * SPEND_STEP_MICRO;
  if (spendMicro === 0) return null;
  const amount = { unit: 'pusd', spendMicro } as const;
  return {
    exit: { outcome: oppositeOutcome(outcome), side: 'buy', priceTicks: otherAskTicks, amount },
    worthMicro,
  };
}
