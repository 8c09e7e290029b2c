/**
 * What a purchase really costs: the book walked level by level, each level worse by what the price may move until we are matched, with
 * the fee of each. Never the mid, never a price that nobody offers.
 */
import type { FeeSchedule } from '../model/market.ts';
import { MAX_SIZE_MICRO, MICRO_PER_UNIT, type MoneyMicro, type SizeMicro } from '../model/money.ts';
import { type PriceTicks, TICKS_PER_PUSD } from '../model/price.ts';
import { err, ok, type Result } from '../model/result.ts';
import { takerFeeMicro } from '../pricing/fees.ts';

/** Half of the fee's unit over the venue's smallest order of 5 shares: what rounding can add to the fee of one share, in pUSD. */
const FEE_ROUNDING_PER_SHARE = 0.000_001;

export interface ExecutablePrice {
  /** The worst price on the way, slippage included: the limit that such an order needs. */
  readonly limitTicks: PriceTicks;
  /** Shares that the money buys, rounded down. */
  readonly sharesMicro: SizeMicro;
  /** Money for the shares; the fee comes on top (venue notes §2, 2026-11-23). */
  readonly spendMicro: MoneyMicro;
  readonly feeMicro: MoneyMicro;
  /** What a share costs on average, fee and slippage included, in pUSD. */
  readonly costPerShare: number;
}

export interface WalkTerms {
  readonly fees: FeeSchedule;
  readonly tickSizeTicks: PriceTicks;
  readonly slippageTicks: PriceTicks;
  /** Part of each level's size that is counted upon. */
  readonly depthSharePpm: number;
}

/** What one share costs a taker at a price, with its fee and the most that rounding adds, in pUSD. For orders of 5 shares or more. */
export function takerCostPerShare({ ratePpm, exponent }: FeeSchedule, priceTicks: PriceTicks): number {
  const price = priceTicks / TICKS_PER_PUSD;
  let fee = ratePpm / MICRO_PER_UNIT;
  for (let power = 0; power < exponent; power++) fee *= price * (1 - price);
  return price + fee + FEE_ROUNDING_PER_SHARE;
}

/** A level's price after slippage, up to the grid; `null` beyond the grid's last price. */
export function slippedTicks(levelTicks: PriceTicks, terms: WalkTerms): PriceTicks | null {
  const { tickSizeTicks, slippageTicks } = terms;
  const slipped = Math.ceil((levelTicks + slippageTicks) / tickSizeTicks) * tickSizeTicks;
  return slipped <= TICKS_PER_PUSD - tickSizeTicks ? slipped : null;
}

/** Money that a displayed level takes, of the part that is counted upon: at its displayed price, rounded down. */
export function levelMoneyMicro(
  levelTicks: PriceTicks,
  sizeMicro: SizeMicro,
  { depthSharePpm }: WalkTerms,
): MoneyMicro {
  const countedMicro = Math.floor(Math.min(sizeMicro, MAX_SIZE_MICRO) * (depthSharePpm / MICRO_PER_UNIT));
  return Math.floor((countedMicro * levelTicks) / TICKS_PER_PUSD);
}

/**
 * The price of a purchase for `spendMicro` from `asks` (`[ticks, sizeMicro, …]`, best first). `book-too-thin` where the levels do not
 * hold that much, an empty book included.
 */
export function executableBuy(
  asks: readonly number[],
  spendMicro: MoneyMicro,
  terms: WalkTerms,
): Result<ExecutablePrice, 'book-too-thin'> {
  let leftMicro = spendMicro;
  let sharesMicro = 0;
  let feeMicro = 0;
  let limitTicks: PriceTicks = 0;
  for (let index = 0; index + 1 < asks.length && leftMicro > 0; index += 2) {
    const levelTicks = asks[index] as PriceTicks;
    const slipped = slippedTicks(levelTicks, terms);
    if (slipped === null) break;
    const takenMicro = Math.min(leftMicro, levelMoneyMicro(levelTicks, asks[index + 1] as SizeMicro, terms));
    if (takenMicro === 0) continue;
    const boughtMicro = Math.floor((takenMicro * TICKS_PER_PUSD) / slipped);
    limitTicks = slipped;
    sharesMicro += boughtMicro;
    feeMicro += takerFeeMicro(terms.fees, slipped, boughtMicro);
    leftMicro -= takenMicro;
  }
  if (leftMicro > 0 || sharesMicro === 0) return err('book-too-thin');
  return ok({ limitTicks, sharesMicro, spendMicro, feeMicro, costPerShare: (spendMicro + feeMicro) / sharesMicro });
}
