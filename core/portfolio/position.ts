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
  /** Shares held. */
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

/** Books a fill, in place. Throws `InvariantError` when it sells more than is held, or is no fill at all. */
export function applyFill(position: Position, fill: PositionFill): void {
  invariant(Number.isSafeInteger(fill.sizeMicro) && fill.sizeMicro > 0, 'a fill has a size', {
    sizeMicro: fill.sizeMicro,
  });
  invariant(Number.isSafeInteger(fill.feeMicro) && fill.feeMicro >= 0, 'a fee is a whole amount', {
    feeMicro: fill.feeMicro,
  });
  if (fill.side === 'buy') {
    const costMicro = costRoundedUp(fill.priceTicks, fill.sizeMicro);
    position.sizeMicro += fill.sizeMicro;
    position.costMicro += costMicro;
    position.boughtMicro += costMicro;
  } else {
    invariant(fill.sizeMicro <= position.sizeMicro, 'a sale is of shares that are held', {
      outcome: position.outcome,
      heldMicro: position.sizeMicro,
      soldMicro: fill.sizeMicro,
    });
    const proceedsMicro = proceedsRoundedDown(fill.priceTicks, fill.sizeMicro);
    const releasedMicro = costOfPart(position, fill.sizeMicro);
    position.sizeMicro -= fill.sizeMicro;
    position.costMicro -= releasedMicro;
    position.soldMicro += proceedsMicro;
    position.realizedMicro += proceedsMicro - releasedMicro;
  }
  position.feesMicro += fill.feeMicro;
  position.realizedMicro -= fill.feeMicro;
}

/** Average cost of a part of what is held, rounded up; all of it for all. Cost times size does not fit a double's integers. */
function costOfPart(position: Position, sizeMicro: SizeMicro): MoneyMicro {
  const held = BigInt(position.sizeMicro);
  return Number((BigInt(position.costMicro) * BigInt(sizeMicro) + held - 1n) / held);
}
