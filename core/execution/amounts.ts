/**
 * From price and size to the two integers that an order signs, exactly, for every tick size (venue notes of 2026-11-23, polymarket §2).
 * Nothing here is a float and nothing is rounded but a market order's counter amount, whose decimals the venue limits.
 *
 * With c hundredths of a share or pUSD and a price of P ticks (0.0001), c × P is the other leg in millionths, always a whole number.
 */
import type { MoneyMicro, SizeMicro } from '../model/money.ts';
import type { Side } from '../model/order.ts';
import { formatPriceTicks, type PriceTicks, TICKS_PER_PUSD } from '../model/price.ts';
import { err, ok, type Result } from '../model/result.ts';

export type AmountsDeniedCode =
  | 'unknown-tick-size'
  | 'price-off-grid'
  | 'price-out-of-bounds'
  | 'size-precision'
  | 'size-not-positive'
  | 'size-too-large'
  | 'size-too-small'
  | 'amount-precision';

/** Why there are no amounts: a code and one sentence. */
export interface AmountsDenied {
  readonly code: AmountsDeniedCode;
  readonly detail: string;
}

export interface AmountsRequest {
  /** `limit` for GTC and GTD, `market` for FOK and FAK. */
  readonly kind: 'limit' | 'market';
  readonly side: Side;
  readonly tickSizeTicks: PriceTicks;
  readonly priceTicks: PriceTicks;
  /** Shares; of a market BUY the pUSD to spend. Whole hundredths. */
  readonly sizeMicro: SizeMicro | MoneyMicro;
}

/** BUY: pUSD against shares. SELL: shares against pUSD. In millionths. */
export interface OrderAmounts {
  readonly makerMicro: MoneyMicro | SizeMicro;
  readonly takerMicro: MoneyMicro | SizeMicro;
}

/**
 * Decimals that the official client allows the other leg, by tick size: the venue's rounding table. On the grid only a market BUY
 * can have more.
 */
const AMOUNT_DECIMALS: ReadonlyMap<PriceTicks, number> = new Map([
  [1_000, 3],
  [100, 4],
  [50, 5],
  [25, 6],
  [10, 5],
  [1, 6],
]);

/** Sizes are whole hundredths at every tick size: this many millionths. */
export const SIZE_STEP_MICRO = 10_000;
/** What the venue takes of a market order: 2 decimals in the maker amount, 4 in the taker amount, whatever the tick (§2, R PY2#99). */
const MARKET_MAKER_STEP_MICRO = 10_000;
const MARKET_TAKER_STEP_MICRO = 100;
const MARKET_TAKER_DECIMALS = 4;
const MICRO_DECIMALS = 6;
/** Ten million shares or pUSD: thousands of times what anybody trades here, and every product below stays under 2^53. */
const MAX_SIZE_MICRO = 10_000_000 * 1_000_000;

const POWER_OF_TEN = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000] as const;

/** True for the tick sizes that the venue has: 0.1, 0.01, 0.005, 0.0025, 0.001, 0.0001. */
export function isTickSize(tickSizeTicks: PriceTicks): boolean {
  return AMOUNT_DECIMALS.has(tickSizeTicks);
}

/**
 * The amounts of an order, or why there are none. A market BUY's shares are cut (not rounded up: the implied price would fall below
 * the ask and nothing would match), a market SELL's pUSD likewise; both move the implied price by less than the venue's smallest tick,
 * so that no price lies between it and the limit. Where even that does not hold, the order is too small and refused.
 */
export function orderAmounts(request: AmountsRequest): Result<OrderAmounts, AmountsDenied> {
  const { kind, side, priceTicks, sizeMicro } = request;
  const denied = priceDenied(request) ?? sizeDenied(sizeMicro);
  if (denied !== null) return err(denied);
  const hundredths = sizeMicro / SIZE_STEP_MICRO;
  if (kind === 'market') return side === 'buy' ? marketBuy(request, hundredths) : marketSell(request, hundredths);
  const valueMicro = hundredths * priceTicks;
  return ok(
    side === 'buy'
      ? { makerMicro: valueMicro, takerMicro: sizeMicro }
      : { makerMicro: sizeMicro, takerMicro: valueMicro },
  );
}

/**
 * The venue's own limit on a market order's decimals, as it is reported to check it: for amounts that somebody else has made. `null`
 * when they would pass.
 */
export function checkMarketAmounts({ makerMicro, takerMicro }: OrderAmounts): AmountsDenied | null {
  if (makerMicro % MARKET_MAKER_STEP_MICRO === 0 && takerMicro % MARKET_TAKER_STEP_MICRO === 0) return null;
  return {
    code: 'amount-precision',
    detail: `A market order may have 2 decimals in its maker amount and 4 in its taker amount, not ${makerMicro} and ${takerMicro} millionths.`,
  };
}

function marketBuy({ tickSizeTicks, priceTicks, sizeMicro }: AmountsRequest, cents: number) {
  const decimals = Math.min(AMOUNT_DECIMALS.get(tickSizeTicks) ?? 0, MARKET_TAKER_DECIMALS);
  // c hundredths at P ten-thousandths: c·10^(n+2) / P shares of 10^-n.
  const scaled = cents * (POWER_OF_TEN[decimals + 2] ?? 0);
  const shares = (scaled - (scaled % priceTicks)) / priceTicks;
  if (scaled >= shares * (priceTicks + 1)) return err(tooSmall('spend', priceTicks));
  return ok({ makerMicro: sizeMicro, takerMicro: shares * (POWER_OF_TEN[MICRO_DECIMALS - decimals] ?? 0) });
}

function marketSell({ priceTicks, sizeMicro }: AmountsRequest, hundredths: number) {
  const exactMicro = hundredths * priceTicks;
  const cutMicro = exactMicro % MARKET_TAKER_STEP_MICRO;
  if (cutMicro >= hundredths) return err(tooSmall('sell', priceTicks));
  return ok({ makerMicro: sizeMicro, takerMicro: exactMicro - cutMicro });
}

function tooSmall(verb: 'spend' | 'sell', priceTicks: PriceTicks): AmountsDenied {
  return {
    code: 'size-too-small',
    detail: `The amount to ${verb} is so small that its rounding would move the price ${formatPriceTicks(priceTicks)} by a tick; take a larger one.`,
  };
}

function priceDenied({ tickSizeTicks, priceTicks }: AmountsRequest): AmountsDenied | null {
  if (!isTickSize(tickSizeTicks)) {
    return {
      code: 'unknown-tick-size',
      detail: `The tick size is none of 0.1, 0.01, 0.005, 0.0025, 0.001, 0.0001 but ${tickSizeTicks / TICKS_PER_PUSD}.`,
    };
  }
  const tick = formatPriceTicks(tickSizeTicks);
  if (!(priceTicks >= tickSizeTicks && priceTicks <= TICKS_PER_PUSD - tickSizeTicks)) {
    return {
      code: 'price-out-of-bounds',
      detail: `The price ${priceTicks / TICKS_PER_PUSD} is outside ${tick} … ${formatPriceTicks(TICKS_PER_PUSD - tickSizeTicks)}.`,
    };
  }
  if (priceTicks % tickSizeTicks === 0) return null;
  return {
    code: 'price-off-grid',
    detail: `The price ${priceTicks / TICKS_PER_PUSD} is no multiple of the tick size ${tick}.`,
  };
}

function sizeDenied(sizeMicro: number): AmountsDenied | null {
  if (!(sizeMicro > 0)) return { code: 'size-not-positive', detail: 'The size is not above zero.' };
  if (sizeMicro > MAX_SIZE_MICRO) return { code: 'size-too-large', detail: 'The size is above ten million.' };
  if (sizeMicro % SIZE_STEP_MICRO === 0) return null;
  return { code: 'size-precision', detail: `The size has more than two decimals: ${sizeMicro} millionths.` };
}
