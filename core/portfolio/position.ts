/**
 * Exact bookkeeping of one outcome of one window, in millionths. Costs are rounded up and proceeds down; what a sale releases of
 * the cost is rounded up too, so that a gain shows late rather than early. At every moment
 * `realizedMicro = soldMicro − (boughtMicro − costMicro) − feesMicro`, so nothing is lost between fills and the window's end.
 */
import { invariant } from '../model/errors.ts';
import { costRoundedUp, type MoneyMicro, proceedsRoundedDown, type SizeMicro } from '../model/money.ts';
import type { Side } from '../model/order.ts';
import type { PriceTicks } from '../model/price.ts';
import type { Outcome } from '../model/window.ts';

export interface Position {
  readonly outcome: Outcome;
  /** Shares held. Below zero after a sale of shares whose purchase was taken back. */
  sizeMicro: SizeMicro;
  /** What the shares still held have cost, without fees. */
  costMicro: MoneyMicro;
  /** All fees paid, for buying and for selling. */
  feesMicro: MoneyMicro;
  /** Proceeds of sales less the cost of what was sold, less all fees so far. */
  realizedMicro: MoneyMicro;
  /** All money ever paid for shares, without fees. */
  boughtMicro: MoneyMicro;
  /** All money ever received for shares, without fees. */
  soldMicro: MoneyMicro;
}

/** One of our fills: our own side, price and size, never the other party's. */
export interface PositionFill {
  readonly side: Side;
  readonly priceTicks: PriceTicks;
  readonly sizeMicro: SizeMicro;
  readonly feeMicro: MoneyMicro;
}

/** Nothing held and nothing done yet. */
export function emptyPosition(outcome: Outcome): Position {
  return { outcome, sizeMicro: 0, costMicro: 0, feesMicro: 0, realizedMicro: 0, boughtMicro: 0, soldMicro: 0 };
}

/**
 * Books a fill, in place. A sale of more than is held leaves a position below zero: its purchase was taken back, or is told later.
 * Throws `InvariantError` for what is no fill at all.
 */
export function applyFill(position: Position, fill: PositionFill): void {
  const { side, priceTicks, sizeMicro, feeMicro } = fill;
  invariant(Number.isSafeInteger(sizeMicro) && sizeMicro > 0, 'a fill has a size', { sizeMicro });
  invariant(Number.isSafeInteger(feeMicro) && feeMicro >= 0, 'a fee is a whole amount', { feeMicro });
  if (side === 'buy') buy(position, sizeMicro, costRoundedUp(priceTicks, sizeMicro));
  else sell(position, sizeMicro, proceedsRoundedDown(priceTicks, sizeMicro));
  position.feesMicro += feeMicro;
  position.realizedMicro -= feeMicro;
}

/** What covers a position below zero is realised at once; the rest of the purchase is held at its cost. */
function buy(position: Position, sizeMicro: SizeMicro, costMicro: MoneyMicro): void {
  const coversMicro = Math.min(sizeMicro, Math.max(0, -position.sizeMicro));
  const keptCostMicro = partRoundedDown(costMicro, sizeMicro - coversMicro, sizeMicro);
  position.sizeMicro += sizeMicro;
  position.costMicro += keptCostMicro;
  position.boughtMicro += costMicro;
  position.realizedMicro -= costMicro - keptCostMicro;
}

/** What is sold beyond what is held has no cost to release. */
function sell(position: Position, sizeMicro: SizeMicro, proceedsMicro: MoneyMicro): void {
  const heldMicro = Math.min(sizeMicro, Math.max(0, position.sizeMicro));
  const releasedMicro = heldMicro === 0 ? 0 : costOfPart(position, heldMicro);
  position.sizeMicro -= sizeMicro;
  position.costMicro -= releasedMicro;
  position.soldMicro += proceedsMicro;
  position.realizedMicro += proceedsMicro - releasedMicro;
}

function partRoundedDown(costMicro: MoneyMicro, partMicro: SizeMicro, wholeMicro: SizeMicro): MoneyMicro {
  return Number((BigInt(costMicro) * BigInt(partMicro)) / BigInt(wholeMicro));
}

/** Average cost of a part of what is held, rounded up; all of it for all. Cost times size does not fit a double's integers. */
export function costOfPart(position: Position, sizeMicro: SizeMicro): MoneyMicro {
  const held = BigInt(position.sizeMicro);
  return Number((BigInt(position.costMicro) * BigInt(sizeMicro) + held - 1n) / held);
}
