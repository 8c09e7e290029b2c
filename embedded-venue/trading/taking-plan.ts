/** What a taker's order would get of the joint book now: levels from the best up to its limit, down to its shares or its money. */
import type { FeeSchedule } from '../../core/model/market.ts';
import { costRoundedUp, type MoneyMicro, proceedsRoundedDown, type SizeMicro } from '../../core/model/money.ts';
import type { Side } from '../../core/model/order.ts';
import type { PriceTicks } from '../../core/model/price.ts';
import type { Outcome } from '../../core/model/window.ts';
import { takerFeeMicro } from '../../core/pricing/fees.ts';
import type { BookSide } from '../../core/simulation/joint-book.ts';
import { affordableMicro } from '../../core/simulation/taking-plan.ts';
import type { AccountBook } from '../../core/simulation/window-book-accounts.ts';
import { bookSideOf, inUpTerms } from './exchange-state.ts';

/** What a taker wants: shares, or as many as its money buys. */
export interface Taking {
  readonly outcome: Outcome;
  readonly side: Side;
  readonly priceTicks: PriceTicks;
  readonly wantedMicro: SizeMicro;
  readonly budgetMicro: MoneyMicro | null;
}

export interface TakingPlan {
  /** Side of the joint book that is hit. */
  readonly hits: BookSide;
  /** Price of Up at the last level; `null` when nothing matches. */
  readonly lastTicks: PriceTicks | null;
  readonly sizeMicro: SizeMicro;
  /** pUSD paid or received for the shares, without the fee. */
  readonly valueMicro: MoneyMicro;
  readonly feeMicro: MoneyMicro;
  /** The whole amount is there. */
  readonly complete: boolean;
}

/** The plan at this moment; nothing is changed. */
export function planTaking(book: AccountBook, taking: Taking, fees: FeeSchedule): TakingPlan {
  const { outcome, side } = taking;
  const hits: BookSide = bookSideOf(outcome, side) === 'bid' ? 'ask' : 'bid';
  const limitTicks = inUpTerms(outcome, taking.priceTicks);
  let leftMicro: number = taking.budgetMicro ?? taking.wantedMicro;
  let lastTicks: PriceTicks | null = null;
  let sizeMicro = 0;
  let valueMicro = 0;
  let feeMicro = 0;
  for (const level of book.levels(hits)) {
    if (leftMicro === 0 || (hits === 'ask' ? level.priceTicks > limitTicks : level.priceTicks < limitTicks)) break;
    const ownTicks = inUpTerms(outcome, level.priceTicks);
    const wantedMicro = taking.budgetMicro === null ? leftMicro : affordableMicro(leftMicro, ownTicks);
    const takenMicro = Math.min(wantedMicro, level.totalMicro);
    const paidMicro = pusdOf(side, ownTicks, takenMicro);
    leftMicro -= taking.budgetMicro === null ? takenMicro : paidMicro;
    lastTicks = level.priceTicks;
    sizeMicro += takenMicro;
    valueMicro += paidMicro;
    feeMicro += takerFeeMicro(fees, ownTicks, takenMicro);
  }
  return { hits, lastTicks, sizeMicro, valueMicro, feeMicro, complete: leftMicro === 0 };
}

/** pUSD of shares at a price, rounded against the order: what a buyer pays, what a seller gets. */
export function pusdOf(side: Side, priceTicks: PriceTicks, sizeMicro: SizeMicro): MoneyMicro {
  return side === 'buy' ? costRoundedUp(priceTicks, sizeMicro) : proceedsRoundedDown(priceTicks, sizeMicro);
}
