/**
 * What of our purchases in a window has no other half yet, and what it has cost. A sale counts as buying the other outcome at the
 * complement of its price. The cheapest lots are paired first, so that what is left is the dearest: a bid that loses with none of these
 * loses with no purchase of the window, however one pairs them.
 */
import type { MoneyMicro, SizeMicro } from '../../model/money.ts';
import type { Side } from '../../model/order.ts';
import { complementTicks, type PriceTicks, TICKS_PER_PUSD } from '../../model/price.ts';
import { type Outcome, oppositeOutcome } from '../../model/window.ts';

/** A fill of ours in one window: what the engine's matches say, in the order of their own time. */
export interface WindowFill {
  /** True for the market maker's own; other strategies' count for what is held, and not for how quoting goes. */
  readonly own: boolean;
  readonly outcome: Outcome;
  readonly side: Side;
  readonly priceTicks: PriceTicks;
  readonly sizeMicro: SizeMicro;
  readonly feeMicro: MoneyMicro;
  /** Our fair value of this outcome at the fill and 30 s later (or at the window's end, if sooner); `null` where it was not known. */
  readonly fairTicks: number | null;
  readonly markTicks: number | null;
}

/** Shares without their other half. */
export interface Lot {
  readonly own: boolean;
  /** Price and fee of one share, rounded up. */
  readonly costTicks: PriceTicks;
  readonly sizeMicro: SizeMicro;
  readonly markTicks: number | null;
}

export type UnpairedLots = Readonly<Record<Outcome, readonly Lot[]>>;

export const NO_LOTS: UnpairedLots = { up: [], down: [] };

/** The lots that are left when all pairs are made, and the pairs. */
export interface Pairing {
  readonly unpaired: UnpairedLots;
  readonly pairedMicro: SizeMicro;
  /** What the pairs gain over their cost. */
  readonly gainMicro: MoneyMicro;
}

interface OpenLot extends Lot {
  leftMicro: SizeMicro;
}

/** Pairs the fills of one window, oldest fill first. */
export function pairFills(fills: readonly WindowFill[]): Pairing {
  const open: Record<Outcome, OpenLot[]> = { up: [], down: [] };
  let pairedMicro = 0;
  let gainTickMicro = 0;
  for (const fill of fills) {
    if (fill.sizeMicro <= 0) continue;
    const lot = lotOf(fill);
    const outcome = fill.side === 'buy' ? fill.outcome : oppositeOutcome(fill.outcome);
    const others = open[oppositeOutcome(outcome)];
    let leftMicro = fill.sizeMicro;
    while (leftMicro > 0) {
      const other = others[0];
      if (other === undefined) break;
      const micro = Math.min(leftMicro, other.leftMicro);
      pairedMicro += micro;
      gainTickMicro += micro * (TICKS_PER_PUSD - lot.costTicks - other.costTicks);
      leftMicro -= micro;
      other.leftMicro -= micro;
      if (other.leftMicro === 0) others.shift();
    }
    if (leftMicro > 0) insertByCost(open[outcome], { ...lot, leftMicro });
  }
  return {
    unpaired: { up: open.up.map(closed), down: open.down.map(closed) },
    pairedMicro,
    gainMicro: Math.floor(gainTickMicro / TICKS_PER_PUSD),
  };
}

/** The dearest unpaired share of an outcome, or `null`. Lots stand cheapest first. */
export function dearestTicks(lots: readonly Lot[]): PriceTicks | null {
  return lots[lots.length - 1]?.costTicks ?? null;
}

/** The market maker's own unpaired shares. */
export function ownMicro(lots: readonly Lot[]): SizeMicro {
  let sum = 0;
  for (const lot of lots) if (lot.own) sum += lot.sizeMicro;
  return sum;
}

function lotOf({ own, side, priceTicks, sizeMicro, feeMicro, markTicks }: WindowFill): Lot {
  const paid = side === 'buy' ? priceTicks : complementTicks(priceTicks);
  const feeTicks = Math.ceil((feeMicro * TICKS_PER_PUSD) / sizeMicro);
  const mark = side === 'buy' || markTicks === null ? markTicks : TICKS_PER_PUSD - markTicks;
  return { own, costTicks: paid + feeTicks, sizeMicro, markTicks: mark };
}

function insertByCost(lots: OpenLot[], lot: OpenLot): void {
  const at = lots.findIndex(({ costTicks }) => costTicks > lot.costTicks);
  lots.splice(at < 0 ? lots.length : at, 0, lot);
}

function closed({ own, costTicks, leftMicro, markTicks }: OpenLot): Lot {
  return { own, costTicks, sizeMicro: leftMicro, markTicks };
}
