/**
 * Maker rebates: the venue shares a part of each market's taker fees among its makers, by the fee that each one's fills would have
 * cost a taker, and pays daily in pUSD (venue notes of 2026-11-23, polymarket §4: 20 % for crypto, at least 1 USD a day). Every match
 * has one taker and makers of the same size and price, so our part of the pool is our own fills' fee times the rate.
 *
 * What is accrued is a claim that may never be paid (the daily minimum, fills that the venue leaves out), so it stands beside the
 * result and never in it. Taker rebates depend on thirty days of volume that we do not know: none are accrued.
 */
import type { FeeSchedule } from '../model/market.ts';
import type { MoneyMicro } from '../model/money.ts';
import { takerFeeMicro } from '../pricing/fees.ts';
import type { Match } from './window-book.ts';

/** A whole in ppm. */
const WHOLE_PPM = 1_000_000n;

/** What one of our matches accrues, rounded down. Nothing for a taker's, a failed one, or in a market that states no schedule. */
export function accruedRebateMicro(fees: FeeSchedule | null, match: Match): MoneyMicro {
  if (fees === null || match.liquidity === 'taker' || match.settlement === 'failed') return 0;
  const equivalent = takerFeeMicro(fees, match.priceTicks, match.sizeMicro);
  return Number((BigInt(equivalent) * BigInt(fees.rebatePpm)) / WHOLE_PPM);
}
