/** What an intent can cost when it fills: its largest fee, its shares, what it would make of a window's holdings. */
import type { FeeSchedule } from '../model/market.ts';
import { costRoundedUp, MICRO_PER_UNIT, type MoneyMicro, proceedsRoundedDown, type SizeMicro } from '../model/money.ts';
import type { OrderIntent } from '../model/order.ts';
import { TICKS_PER_PUSD } from '../model/price.ts';
import { takerFeeMicro } from '../pricing/fees.ts';
import { type Holdings, type OpenExposure, worstResultMicro } from './exposure.ts';
import type { RiskContext } from './risk-context.ts';

/** What a whole new order could still do, its largest fee included. */
export function exposureOf(intent: OrderIntent, fees: FeeSchedule | null): OpenExposure {
  const remainingMicro = intent.amount.unit === 'pusd' ? intent.amount.spendMicro : intent.amount.sizeMicro;
  return { intent, remainingMicro, maxFeeMicro: maxFeeMicro(intent, fees, remainingMicro) };
}

/** Largest fee of filling `remainingMicro`: a maker pays none; a taker pays most at the price nearest to a half that it accepts. */
export function maxFeeMicro(intent: OrderIntent, fees: FeeSchedule | null, remainingMicro: number): MoneyMicro {
  if (fees === null || (intent.postOnly && fees.takerOnly)) return 0;
  if (intent.amount.unit === 'pusd') return Math.ceil((remainingMicro * fees.ratePpm) / MICRO_PER_UNIT);
  const half = TICKS_PER_PUSD / 2;
  const worst = intent.side === 'buy' ? Math.min(intent.priceTicks, half) : Math.max(intent.priceTicks, half);
  return takerFeeMicro(fees, worst, remainingMicro);
}

/** Shares that an intent is for; money buys at least this many at the limit price. */
export function sharesOf({ amount, priceTicks }: Pick<OrderIntent, 'amount' | 'priceTicks'>): SizeMicro {
  return amount.unit === 'pusd' ? Math.floor((amount.spendMicro * TICKS_PER_PUSD) / priceTicks) : amount.sizeMicro;
}

/**
 * True when the window's worst result, over what stands already, is better after the order has filled in full than before. Loss and
 * shares change in one proportion, so a part of the fill makes it better too.
 */
export function lowersWorstLoss(exposure: OpenExposure, { holdings, openInWindow }: RiskContext): boolean {
  const { intent, remainingMicro, maxFeeMicro: fee } = exposure;
  const buys = intent.side === 'buy';
  const shares = sharesOf(intent);
  const signedShares = buys ? shares : -shares;
  const paid = buys
    ? (intent.amount.unit === 'pusd' ? remainingMicro : costRoundedUp(intent.priceTicks, shares)) + fee
    : fee - proceedsRoundedDown(intent.priceTicks, shares);
  const after: Holdings = {
    upMicro: holdings.upMicro + (intent.outcome === 'up' ? signedShares : 0),
    downMicro: holdings.downMicro + (intent.outcome === 'down' ? signedShares : 0),
    netPaidMicro: holdings.netPaidMicro + paid,
  };
  return worstResultMicro(after, openInWindow) < worstResultMicro(holdings, openInWindow);
}
