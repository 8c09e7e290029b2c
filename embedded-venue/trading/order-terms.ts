/** What the two amounts of a signed order say: limit price on the market's grid, shares, and the money of a market BUY. */
import { MAX_SIZE_MICRO, type MoneyMicro, type SizeMicro } from '../../core/model/money.ts';
import { type PriceTicks, TICKS_PER_PUSD } from '../../core/model/price.ts';
import { err, ok, type Result } from '../../core/model/result.ts';
import { offTick, REFUSALS, type Refusal } from './refusals.ts';
import type { IncomingOrder } from './venue-exchange.ts';

export interface OrderTerms {
  readonly priceTicks: PriceTicks;
  readonly sizeMicro: SizeMicro;
  readonly budgetMicro: MoneyMicro | null;
}

/** Market orders state whole cents and hundredths of shares, and the other leg in 4 decimals. */
const MAKER_STEP_MICRO = 10_000;
const TAKER_STEP_MICRO = 100;
/** On the coarsest grid of 0.1 clients round to 3 decimals. */
const COARSEST_TICKS = 1_000;
const COARSEST_STEP_MICRO = 1_000;

/** FOK and FAK: orders that never rest. */
export function isMarketOrder(order: Pick<IncomingOrder, 'timeInForce'>): boolean {
  return order.timeInForce === 'FOK' || order.timeInForce === 'FAK';
}

/**
 * Reads an order's amounts on a grid of `tickTicks`. The price of a limit order must be a whole number of ticks exactly. That of a
 * market order is a limit which its rounded amounts state only nearly: the worst price on the grid that they allow, so that an
 * amount which was rounded the wrong way misses its level, as it does on the venue (venue notes of 2026-11-23 §2).
 */
export function termsOf(order: IncomingOrder, tickTicks: PriceTicks): Result<OrderTerms, Refusal> {
  const { side, makerAmountMicro, takerAmountMicro } = order;
  const sizeMicro = side === 'buy' ? takerAmountMicro : makerAmountMicro;
  const pusdMicro = side === 'buy' ? makerAmountMicro : takerAmountMicro;
  if (!isAmount(sizeMicro) || !isAmount(pusdMicro)) return err(REFUSALS.payload);
  const market = isMarketOrder(order);
  if (market && (makerAmountMicro % MAKER_STEP_MICRO !== 0 || takerAmountMicro % TAKER_STEP_MICRO !== 0)) {
    return err(REFUSALS.amounts);
  }
  // Ticks × shares, exactly: the product does not fit a double.
  const value = BigInt(pusdMicro) * BigInt(TICKS_PER_PUSD);
  const priceTicks = market
    ? marketPrice(side, value, BigInt(sizeMicro), BigInt(tickTicks))
    : limitPrice(value, BigInt(sizeMicro), BigInt(tickTicks));
  if (priceTicks === null || priceTicks < tickTicks || priceTicks > TICKS_PER_PUSD - tickTicks) {
    return err(offTick(order.orderHash, priceText(pusdMicro, sizeMicro), tickTicks));
  }
  return ok({ priceTicks, sizeMicro, budgetMicro: market && side === 'buy' ? makerAmountMicro : null });
}

function isAmount(micro: number): boolean {
  return Number.isSafeInteger(micro) && micro > 0 && micro <= MAX_SIZE_MICRO;
}

function limitPrice(value: bigint, size: bigint, tick: bigint): PriceTicks | null {
  return value % (size * tick) === 0n ? Number(value / size) : null;
}

function marketPrice(side: 'buy' | 'sell', value: bigint, size: bigint, tick: bigint): PriceTicks | null {
  const step = size * tick;
  const nearest = ((2n * value + step) / (2n * step)) * tick;
  const off = value - size * nearest;
  // One step of the leg that was rounded: shares of a BUY, money of a SELL.
  const rounding = tick === BigInt(COARSEST_TICKS) ? COARSEST_STEP_MICRO : TAKER_STEP_MICRO;
  const slack = BigInt(rounding) * (side === 'buy' ? nearest : BigInt(TICKS_PER_PUSD));
  if ((off < 0n ? -off : off) > slack) return null;
  return Number(side === 'buy' ? (value / step) * tick : ((value + step - 1n) / step) * tick);
}

function priceText(pusdMicro: MoneyMicro, sizeMicro: SizeMicro): string {
  return String(Number((pusdMicro / sizeMicro).toFixed(6)));
}
