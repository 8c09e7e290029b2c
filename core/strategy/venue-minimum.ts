/**
 * The venue's smallest order: a market's own number of shares (5 at BTC 5-minute markets), and for a BUY that trades at once 1 pUSD,
 * of which it can cut exactly that to 0.99 (venue notes §2, 2026-11-23). What is smaller is not sent, and never made larger.
 */
import type { MoneyMicro, SizeMicro } from '../model/money.ts';
import { type PriceTicks, TICKS_PER_PUSD } from '../model/price.ts';

export const MIN_MARKETABLE_BUY_MICRO: MoneyMicro = 1_010_000;

/** True when a BUY of so much money is large enough even where it buys the fewest shares, at its limit. */
export function isTakeLargeEnough(spendMicro: MoneyMicro, limitTicks: PriceTicks, minSizeMicro: SizeMicro): boolean {
  return (
    spendMicro >= MIN_MARKETABLE_BUY_MICRO && Math.floor((spendMicro * TICKS_PER_PUSD) / limitTicks) >= minSizeMicro
  );
}
