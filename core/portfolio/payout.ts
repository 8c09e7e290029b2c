/** How a window ends: who won, what the shares pay, and what it all came to. */
import type { MoneyMicro } from '../model/money.ts';
import type { PriceE18 } from '../model/reference-price.ts';
import type { Outcome } from '../model/window.ts';
import type { Position } from './position.ts';

/**
 * The outcome of a window: Up when the final price is at or above the strike, so a tie is Up (Source: the market's own rules,
 * notes of 2026-11-23). Decided on the integers of 1e-18 and nothing else.
 */
export function outcomeOf(strikeE18: PriceE18, finalE18: PriceE18): Outcome {
  return finalE18 >= strikeE18 ? 'up' : 'down';
}

/** What a position pays: 1 pUSD for each share of the winner, nothing for the other. Shares that are owed cost as much. */
export function payoutMicro(position: Position, winner: Outcome): MoneyMicro {
  // One millionth of a share pays one millionth of a pUSD.
  const paidPerShare = position.outcome === winner ? 1 : 0;
  return position.sizeMicro * paidPerShare;
}

export interface WindowPnl {
  readonly payoutMicro: MoneyMicro;
  readonly boughtMicro: MoneyMicro;
  readonly soldMicro: MoneyMicro;
  readonly feesMicro: MoneyMicro;
  /** Payouts and proceeds, less costs and fees: exact to the millionth. */
  readonly pnlMicro: MoneyMicro;
}

/** What a window came to, over its positions, when `winner` won. */
export function windowPnl(positions: readonly Position[], winner: Outcome): WindowPnl {
  let paidOutMicro = 0;
  let boughtMicro = 0;
  let soldMicro = 0;
  let feesMicro = 0;
  for (const position of positions) {
    paidOutMicro += payoutMicro(position, winner);
    boughtMicro += position.boughtMicro;
    soldMicro += position.soldMicro;
    feesMicro += position.feesMicro;
  }
  const pnlMicro = paidOutMicro + soldMicro - boughtMicro - feesMicro;
  return { payoutMicro: paidOutMicro, boughtMicro, soldMicro, feesMicro, pnlMicro };
}
