/**
 * How much room the limits leave for orders of the venue's minimum size: the bankroll from which on there is room for one, and how many
 * fit at a time. With no room a configuration trades nothing, and says so only order by order.
 */
import { costRoundedUp, type MoneyMicro } from '../model/money.ts';
import { type PriceTicks, TICKS_PER_PUSD } from '../model/price.ts';
import { takerFeeMicro } from '../pricing/fees.ts';
import type { GuardConfig, RiskConfig } from './engine-config.ts';

export interface OrderRoom {
  readonly priceTicks: PriceTicks;
  readonly kind: 'resting' | 'taking';
  /** What one such order can lose, its fee included. */
  readonly lossMicro: MoneyMicro;
  /** The smallest bankroll at which the limits permit one. */
  readonly smallestBankrollMicro: MoneyMicro;
  /** How many may stand at a time in one window, at the bankroll there is. */
  readonly orders: number;
  /** The limit that decides that. */
  readonly limit: 'order' | 'market' | 'total' | 'day';
}

/** An even price is where most is traded; the dearest costs most. */
const EVEN_TICKS: PriceTicks = TICKS_PER_PUSD / 2;
const DEAREST_TICKS: PriceTicks = 9_900;
const PPM = 1_000_000n;

/** Room for an order at an even price that rests, one that takes, and one at the dearest price. The first is the cheapest to have. */
export function orderRooms(risk: RiskConfig, guard: GuardConfig): readonly [OrderRoom, OrderRoom, OrderRoom] {
  return [
    orderRoom(risk, guard, EVEN_TICKS, 'resting'),
    orderRoom(risk, guard, EVEN_TICKS, 'taking'),
    orderRoom(risk, guard, DEAREST_TICKS, 'taking'),
  ];
}

function orderRoom(risk: RiskConfig, guard: GuardConfig, priceTicks: PriceTicks, kind: OrderRoom['kind']): OrderRoom {
  const { minSizeMicro, feeRatePpm: ratePpm, feeExponent: exponent } = guard;
  const schedule = { ratePpm, exponent, takerOnly: true, rebatePpm: 0 };
  const feeMicro = kind === 'taking' ? takerFeeMicro(schedule, priceTicks, minSizeMicro) : 0;
  const lossMicro = costRoundedUp(priceTicks, minSizeMicro) + feeMicro;
  const limits = [
    ['order', risk.maxOrderPpm],
    ['market', risk.maxMarketPpm],
    ['total', risk.maxTotalPpm],
    ['day', risk.maxDailyLossPpm],
  ] as const;
  const narrowest = Math.min(...limits.map(([, ppm]) => ppm));
  const room = (ppm: number): number => Number((BigInt(risk.bankrollMicro) * BigInt(ppm)) / PPM);
  const together = limits.slice(1).reduce((least, one) => (one[1] < least[1] ? one : least));
  const fitsOne = room(narrowest) >= lossMicro;
  return {
    priceTicks,
    kind,
    lossMicro,
    smallestBankrollMicro: narrowest === 0 ? Number.POSITIVE_INFINITY : bankrollFor(lossMicro, narrowest),
    orders: fitsOne && lossMicro > 0 ? Math.floor(room(together[1]) / lossMicro) : 0,
    limit: fitsOne ? together[0] : (limits.find(([, ppm]) => ppm === narrowest)?.[0] ?? 'order'),
  };
}

/** Rounded up: with a millionth less the limit, which is rounded down, would not be enough. */
function bankrollFor(lossMicro: MoneyMicro, ppm: number): MoneyMicro {
  return Number((BigInt(lossMicro) * PPM + BigInt(ppm) - 1n) / BigInt(ppm));
}
