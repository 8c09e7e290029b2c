/**
 * What the limits of loss are parts of: the equity, and never more than the bankroll. A loss narrows them by itself; what was won widens
 * them only when a person raises the bankroll. While trading is restricted they are not asked: only what takes risk away has come this
 * far then, and a limit that is passed already must not keep us in.
 */
import type { MoneyMicro } from '../model/money.ts';
import type { OrderIntent } from '../model/order.ts';
import type { DeniedReason } from './denied-reason.ts';
import { worstLossMicro } from './exposure.ts';
import { exposureOf } from './order-exposure.ts';
import { marketOf, type RiskContext } from './risk-context.ts';

/** Limits are given in parts per million. */
const PPM = 1_000_000n;

/** What an order, a window and all windows together are limited to parts of. */
export function limitBaseMicro({ equityMicro, config }: RiskContext): MoneyMicro {
  return Math.max(0, Math.min(config.bankrollMicro, equityMicro));
}

/** What the day's loss is limited to a part of: the equity with which the day began, so that the limit stands still as losses come. */
export function dayLimitBaseMicro({ equityMicro, dayLossMicro, config }: RiskContext): MoneyMicro {
  return Math.max(0, Math.min(config.bankrollMicro, equityMicro + Math.max(0, dayLossMicro)));
}

/** `ppm` parts per million of `baseMicro`, rounded down. */
export function limitMicro(ppm: number, baseMicro: MoneyMicro): MoneyMicro {
  return Number((BigInt(baseMicro) * BigInt(ppm)) / PPM);
}

/** The window's worst loss with the new order among those that stand. */
export function marketLossWith(intent: OrderIntent, context: RiskContext): MoneyMicro {
  const exposure = exposureOf(intent, marketOf(context).fees);
  return worstLossMicro(context.holdings, [...context.openInWindow, exposure]);
}

export type LossCode = 'max-order-loss' | 'max-market-loss' | 'max-total-loss' | 'max-daily-loss';

/** The denial of a loss that is over its limit, or `null`. */
export function overLimit(
  code: LossCode,
  lossMicro: MoneyMicro,
  ppm: number,
  baseMicro: MoneyMicro,
): DeniedReason | null {
  const limit = limitMicro(ppm, baseMicro);
  return lossMicro > limit ? { code, lossMicro, limitMicro: limit } : null;
}
