/**
 * Why we ourselves refused an order: a closed set of codes, each with the numbers that decided, and one renderer. Denied is
 * ours; rejected is the venue's.
 */
import { assertNever } from '../model/errors.ts';
import { formatMicro, type MoneyMicro, type SizeMicro } from '../model/money.ts';
import type { Side } from '../model/order.ts';
import { formatPriceTicks, type PriceTicks } from '../model/price.ts';
import type { Source, Stream } from '../model/source.ts';
import { type DurationMs, SECOND_MS, type UnixMs } from '../model/time.ts';

export type DeniedReason =
  | { readonly code: 'trading-restricted'; readonly mode: string; readonly reason: string }
  | { readonly code: 'clock'; readonly mode: string; readonly reason: string }
  | { readonly code: 'unreconciled'; readonly mode: string; readonly reason: string }
  | { readonly code: 'rule-guard'; readonly difference: string }
  | { readonly code: 'unknown-market' }
  | { readonly code: 'window-closed'; readonly msToEnd: DurationMs }
  | {
      readonly code: 'stale-input';
      readonly stream: Stream;
      readonly ageMs: DurationMs | null;
      readonly limitMs: DurationMs;
    }
  | {
      readonly code: 'conflicting-input';
      readonly observedMs: UnixMs;
      readonly kept: Source;
      readonly other: Source;
    }
  | {
      readonly code: 'price-collar';
      readonly reference: 'fair value' | 'book';
      readonly side: Side;
      readonly priceTicks: PriceTicks;
      readonly referenceTicks: PriceTicks;
      readonly limitTicks: PriceTicks;
    }
  | { readonly code: 'no-price-reference'; readonly priceTicks: PriceTicks }
  | {
      readonly code: 'bad-amount';
      readonly amountMicro: number;
      readonly unit: 'shares' | 'pusd';
      readonly side: Side;
    }
  | {
      readonly code: 'consecutive-losses';
      readonly lossesInRow: number;
      readonly limit: number;
      readonly msLeft: DurationMs;
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
    case 'clock':
      return `The clock is off, trading is ${reason.mode}: ${reason.reason}.`;
    case 'unreconciled':
      return `The books are not known to be right, trading is ${reason.mode}: ${reason.reason}.`;
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
    case 'conflicting-input':
      return `${reason.kept} and ${reason.other} say different reference prices of second ${Math.floor(reason.observedMs / SECOND_MS)}.`;
    case 'price-collar':
      return `A price of ${formatPriceTicks(reason.priceTicks)} to ${reason.side} is more than ${formatPriceTicks(reason.limitTicks)} worse than the ${reason.reference}, ${formatPriceTicks(reason.referenceTicks)}.`;
    case 'no-price-reference':
      return `There is neither a fair value nor a book to compare the price of ${formatPriceTicks(reason.priceTicks)} with.`;
    case 'bad-amount':
      return `An amount of ${reason.amountMicro} millionths of a ${reason.unit === 'pusd' ? 'pUSD' : 'share'} is none to ${reason.side}.`;
    case 'consecutive-losses':
      return `${reason.lossesInRow} windows in a row have lost, the limit is ${reason.limit}: nothing is opened for another ${Math.ceil(reason.msLeft / SECOND_MS)} s.`;
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
