/** What a taker's order would get of the displayed book: levels from the best up to its limit, down to its shares or its money. */
import { costRoundedUp, type MoneyMicro, type SizeMicro } from '../model/money.ts';
import { type PriceTicks, TICKS_PER_PUSD } from '../model/price.ts';
import {
  availableMicro,
  type DisplayedLevel,
  isBetter,
  levelsOf,
  oppositeSide,
  ownPriceTicks,
} from './displayed-book.ts';
import type { SimulatedMarket, SimulatedOrder } from './exchange-state.ts';

/** Shares that `spendMicro` buys at a price, never costing more: whole millionths, exact. */
export function affordableMicro(spendMicro: MoneyMicro, priceTicks: PriceTicks): SizeMicro {
  const scaled = spendMicro * TICKS_PER_PUSD;
  return (scaled - (scaled % priceTicks)) / priceTicks;
}

export interface PlannedFill {
  readonly level: DisplayedLevel;
  readonly priceTicks: PriceTicks;
  readonly sizeMicro: SizeMicro;
}

/** What a taker would get now: levels from the best up to its limit, and what would be left of its amount. */
export function planTaking(
  market: SimulatedMarket,
  sent: SimulatedOrder,
): { readonly fills: PlannedFill[]; leftMicro: number } {
  const { order, place } = sent;
  const side = oppositeSide(place.side);
  const fills: PlannedFill[] = [];
  let leftMicro = sent.leftMicro;
  for (const level of levelsOf(market.book, side)) {
    if (leftMicro === 0 || isBetter(side, place.priceTicks, level.priceTicks)) break;
    const priceTicks = ownPriceTicks(order.outcome, level.priceTicks);
    const inMoney = order.amount.unit === 'pusd';
    const wantedMicro = inMoney ? affordableMicro(leftMicro, priceTicks) : leftMicro;
    const sizeMicro = Math.min(wantedMicro, availableMicro(level));
    if (sizeMicro === 0) continue;
    leftMicro -= inMoney ? costRoundedUp(priceTicks, sizeMicro) : sizeMicro;
    fills.push({ level, priceTicks, sizeMicro });
  }
  return { fills, leftMicro };
}

/** True when the whole amount is there now: what a FOK asks. */
export function canFillWhole(market: SimulatedMarket, sent: SimulatedOrder): boolean {
  return planTaking(market, sent).leftMicro === 0;
}
