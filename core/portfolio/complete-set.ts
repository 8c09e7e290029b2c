/**
 * Complete sets: one Up and one Down together are worth 1 pUSD, whatever the outcome, and the venue's contracts turn each into the
 * other. In the books each half of a set counts for half a pUSD, so that the window's result stays exact to the millionth.
 */
import { invariant } from '../model/errors.ts';
import type { MoneyMicro, SizeMicro } from '../model/money.ts';
import type { Outcome } from '../model/window.ts';
import { costOfPart, type Position } from './position.ts';

/** How many complete sets a window's positions hold. */
export function setsHeldMicro(positions: Readonly<Record<Outcome, Position>>): SizeMicro {
  return Math.max(0, Math.min(positions.up.sizeMicro, positions.down.sizeMicro));
}

/**
 * Books the merge of `sizeMicro` sets, in place. The chain's word stands: shares that the books lack leave a position below zero, as a
 * sale does whose purchase is told later. The answer says how many of each outcome were lacking.
 */
export function mergeSets(
  positions: Readonly<Record<Outcome, Position>>,
  sizeMicro: SizeMicro,
): Readonly<Record<Outcome, SizeMicro>> {
  checkSize(sizeMicro);
  const half = Math.floor(sizeMicro / 2);
  return {
    up: giveUp(positions.up, sizeMicro, half),
    down: giveUp(positions.down, sizeMicro, sizeMicro - half),
  };
}

/** Books the split of `sizeMicro` pUSD into as many sets, in place. */
export function splitSets(positions: Readonly<Record<Outcome, Position>>, sizeMicro: SizeMicro): void {
  checkSize(sizeMicro);
  const half = Math.floor(sizeMicro / 2);
  take(positions.up, sizeMicro, half);
  take(positions.down, sizeMicro, sizeMicro - half);
}

function giveUp(position: Position, sizeMicro: SizeMicro, proceedsMicro: MoneyMicro): SizeMicro {
  const heldMicro = Math.min(sizeMicro, Math.max(0, position.sizeMicro));
  const releasedMicro = heldMicro === 0 ? 0 : costOfPart(position, heldMicro);
  position.sizeMicro -= sizeMicro;
  position.costMicro -= releasedMicro;
  position.soldMicro += proceedsMicro;
  position.realizedMicro += proceedsMicro - releasedMicro;
  return sizeMicro - heldMicro;
}

function take(position: Position, sizeMicro: SizeMicro, costMicro: MoneyMicro): void {
  position.sizeMicro += sizeMicro;
  position.costMicro += costMicro;
  position.boughtMicro += costMicro;
}

function checkSize(sizeMicro: SizeMicro): void {
  invariant(Number.isSafeInteger(sizeMicro) && sizeMicro >= 0, 'a number of sets is whole millionths', { sizeMicro });
}
