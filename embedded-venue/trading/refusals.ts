/** The venue's own words for what it refuses. Source: error code documentation of 2026-06-18 and user reports, venue notes §3.4. */
import { formatDecimal } from '../../core/model/decimal.ts';
import { formatMicro, type MoneyMicro, type SizeMicro } from '../../core/model/money.ts';
import { formatPriceTicks, type PriceTicks } from '../../core/model/price.ts';
import type { PlaceResult } from './venue-exchange.ts';

export type Refusal = Extract<PlaceResult, { readonly kind: 'refused' }>;

const refused = (status: number, error: string): Refusal => ({ kind: 'refused', status, error });

export const REFUSALS = {
  noOrderbook: refused(404, 'No orderbook exists for the requested token id'),
  notReady: refused(400, 'the market is not yet ready to process new orders'),
  payload: refused(400, 'Invalid order payload'),
  expiration: refused(400, 'invalid expiration'),
  amounts: refused(
    400,
    'invalid amounts, the market buy orders maker amount supports a max accuracy of 2 decimals, taker amount a max of 4 decimals',
  ),
  balance: refused(400, 'not enough balance / allowance'),
  crosses: refused(400, 'invalid post-only order: order crosses book'),
  fokKilled: refused(400, "order couldn't be fully filled. FOK orders are fully filled or killed."),
  fakKilled: refused(
    400,
    'no orders found to match with FAK order. FAK orders are partially filled or killed if no match is found.',
  ),
} as const;

export function duplicated(orderHash: string): Refusal {
  return refused(400, `order ${orderHash} is invalid. Duplicated.`);
}

/** `price` as the amounts imply it. */
export function offTick(orderHash: string, price: string, tickTicks: PriceTicks): Refusal {
  return refused(
    400,
    `order ${orderHash} is invalid. Price (${price}) breaks minimum tick size rule: ${formatPriceTicks(tickTicks)}`,
  );
}

export function belowMinimum(orderHash: string, sizeMicro: SizeMicro, minimumMicro: SizeMicro): Refusal {
  return refused(
    400,
    `order ${orderHash} is invalid. Size (${formatMicro(sizeMicro)}) lower than the minimum: ${formatMicro(minimumMicro)}`,
  );
}

/** The amount is shown in cents, cut off. */
export function belowDollar(amountMicro: MoneyMicro): Refusal {
  const cents = Math.floor(amountMicro / 10_000);
  return refused(400, `invalid amount for a marketable BUY order ($${formatDecimal(cents, 2)}), min size: $1`);
}
