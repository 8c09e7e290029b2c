/**
 * One side of a dense book: the size at each of 10,001 ticks, and a bit for each tick that has one, so that the next level is
 * found 32 ticks at a time (levels stand 100 ticks apart where the tick size is a cent).
 */
import type { SizeMicro } from '../model/money.ts';
import { type PriceTicks, TICKS_PER_PUSD } from '../model/price.ts';

/** Prices from 0 to 1. */
export const TICK_LEVELS = TICKS_PER_PUSD + 1;
const WORDS = (TICK_LEVELS + 31) >> 5;

export interface BookLevels {
  readonly sizes: Float64Array;
  readonly occupied: Int32Array;
}

/** A side without levels. */
export function createLevels(): BookLevels {
  return { sizes: new Float64Array(TICK_LEVELS), occupied: new Int32Array(WORDS) };
}

/** Sets a level's size; 0 removes it. `ticks` is a whole number within 0 … 10,000. */
export function putLevel(side: BookLevels, ticks: PriceTicks, sizeMicro: SizeMicro): void {
  const { occupied } = side;
  const word = ticks >> 5;
  const bit = 1 << (ticks & 31);
  side.sizes[ticks] = sizeMicro;
  occupied[word] = sizeMicro > 0 ? (occupied[word] as number) | bit : (occupied[word] as number) & ~bit;
}

/** Removes every level. */
export function clearLevels(side: BookLevels): void {
  const { sizes, occupied } = side;
  for (let word = 0; word < WORDS; word++) {
    // Bit by bit: at a tick size of a cent every third word has one level, and a call of `fill` costs more than that.
    for (let bits = occupied[word] as number; bits !== 0; bits &= bits - 1) {
      sizes[(word << 5) + 31 - Math.clz32(bits & -bits)] = 0;
    }
    occupied[word] = 0;
  }
}

/** The highest level below `ticks`, or −1. */
export function levelBelow({ occupied }: BookLevels, ticks: number): number {
  const from = ticks - 1;
  if (from < 0) return -1;
  let word = from >> 5;
  // The bits up to and including `from`.
  let bits = (occupied[word] as number) & (-1 >>> (31 - (from & 31)));
  while (bits === 0) {
    if (--word < 0) return -1;
    bits = occupied[word] as number;
  }
  return (word << 5) + 31 - Math.clz32(bits);
}

/** The lowest level above `ticks`, or `TICK_LEVELS`. */
export function levelAbove({ occupied }: BookLevels, ticks: number): number {
  const from = ticks + 1;
  if (from >= TICK_LEVELS) return TICK_LEVELS;
  let word = from >> 5;
  // The bits from `from` on.
  let bits = (occupied[word] as number) & (-1 << (from & 31));
  while (bits === 0) {
    if (++word >= WORDS) return TICK_LEVELS;
    bits = occupied[word] as number;
  }
  return (word << 5) + 31 - Math.clz32(bits & -bits);
}
