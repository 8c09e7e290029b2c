/**
 * Why we ourselves refused an order: a closed set of codes, each with the numbers that decided, and one renderer. Denied is
 * ours; rejected is the venue's.
 */
import { assertNever } from '../model/errors.ts';
import { formatMicro, type MoneyMicro, type SizeMicro } from '../model/money.ts';
import { formatPriceTicks, type PriceTicks } from '../model/price.ts';
import type { Stream } from '../model/source.ts';
import type { DurationMs } from '../model/time.ts';

export type DeniedReason =
  | { readonly code: 'trading-restricted'; readonly mode: string; readonly reason: string }
  | { readonly code: 'rule-guard'; readonly difference: string }
  | { readonly code: 'unknown-market' }
  | { readonly code: 'window-closed'; readonly msToEnd: DurationMs }
  | {
      readonly code: 'stale-input';
      readonly stream: Stream;
      readonly ageMs: DurationMs | null;
      readonly limitMs: DurationMs;
    }
  | { readonly code: 'bad-price'; readonly priceTicks: PriceTicks; readonly tickSizeTicks: PriceTicks }
  | { readonly code: 'below-minimum'; readonly sizeMicro: SizeMicro; readonly minimumMicro: SizeMicro }
  | { readonly code: 'max-order-loss'; readonly lossMicro: MoneyMicro; readonly limitMicro: MoneyMicro }
  | { readonly code: 'max-market-loss'; readonly lossMicro: MoneyMicro; readonly limitMicro: MoneyMicro }
  | { readonly code: 'max-total-loss'; readonly lossMicro: MoneyMicro; readonly limitMicro: MoneyMicro }
  | { readonly code: 'max-daily-loss'; readonly lossMicro: MoneyMicro; readonly limitMicro: MoneyMicro }
  | { readonly code: 'insufficient-cash'; readonly neededMicro: MoneyMicro; readonly freeMicro: MoneyMicro }
  | { readonly code: 'insufficient-allowance'; readonly neededMicro: MoneyMicro; readonly freeMicro: MoneyMicro }
  | { readonly code: 'below-dollar'; readonly amountMicro: MoneyMicro; readonly minimumMicro: MoneyMicro }
  | { readonly code: 'venue-mode'; readonly mode: string }
  | { readonly code: 'probe-size'; readonly sizeMicro: SizeMicro; readonly limitMicro: SizeMicro }
  | { readonly code: 'probe-orders'; readonly orders: number; readonly limit: number }
  | { readonly code: 'insufficient-shares'; readonly neededMicro: SizeMicro; readonly freeMicro: SizeMicro }
  | { readonly code: 'order-rate'; readonly inLastSecond: number; readonly limit: number };

export type DeniedCode = DeniedReason['code'];

/** One clear sentence for people. */
export function renderDeniedReason(reason: DeniedReason): string {
  switch (reason.code) {
    case 'trading-restricted':
      return `Trading is ${reason.mode}: ${reason.reason}.`;
    case 'rule-guard':
      return `The market's rules are not the known ones: ${reason.difference}.`;
    case 'unknown-market':
      return 'The market is not listed or not this series’.';
    case 'window-closed':
      return `Only ${reason.msToEnd} ms of the window are left, or it has not begun.`;
    case 'stale-input':
      return reason.ageMs === null
        ? `Nothing has come of ${reason.stream} yet.`
        : `${reason.stream} is ${reason.ageMs} ms old, its limit is ${reason.limitMs} ms.`;
    case 'bad-price':
      return `Price ${formatPriceTicks(reason.priceTicks)} is not on the market's grid of ${formatPriceTicks(reason.tickSizeTicks)}.`;
    case 'below-minimum':
      return `${formatMicro(reason.sizeMicro)} shares are fewer than the venue's minimum of ${formatMicro(reason.minimumMicro)}.`;
    case 'max-order-loss':
    case 'max-market-loss':
    case 'max-total-loss':
    case 'max-daily-loss':
      return `The worst case would lose ${formatMicro(reason.lossMicro)} pUSD, ${LIMIT_NAMES[reason.code]} is ${formatMicro(reason.limitMicro)} pUSD.`;
    case 'insufficient-cash':
      return `The order needs ${formatMicro(reason.neededMicro)} pUSD, ${formatMicro(reason.freeMicro)} pUSD are free.`;
    case 'insufficient-allowance':
      return `The order needs ${formatMicro(reason.neededMicro)} pUSD, the exchange may still take ${formatMicro(reason.freeMicro)} pUSD by the allowance given.`;
    case 'below-dollar':
      return `A BUY that trades at once must be for ${formatMicro(reason.minimumMicro)} pUSD at least, this one is for ${formatMicro(reason.amountMicro)}.`;
    case 'venue-mode':
      return reason.mode === 'post-only'
        ? 'The venue takes only post-only orders at the moment.'
        : `The venue takes no orders at the moment: ${reason.mode}.`;
    case 'probe-size':
      return `A probe orders ${formatMicro(reason.limitMicro)} shares, this order is for ${formatMicro(reason.sizeMicro)}.`;
    case 'probe-orders':
      return `A probe sends ${reason.limit} orders a window, ${reason.orders} were sent in this one.`;
    case 'insufficient-shares':
      return `The order sells ${formatMicro(reason.neededMicro)} shares, ${formatMicro(reason.freeMicro)} are free.`;
    case 'order-rate':
      return `${reason.inLastSecond} orders left in the last second, the limit is ${reason.limit}.`;
    default:
      return assertNever(reason, 'denied reason');
  }
}

const LIMIT_NAMES = {
  'max-order-loss': 'the limit of one order',
  'max-market-loss': 'the limit of one window',
  'max-total-loss': 'the limit of all windows',
  'max-daily-loss': 'the limit of the day',
} as const;
