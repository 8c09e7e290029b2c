/** Levels of an exchange's book as flat E8 numbers `[price, quantity, …]`, and what a complete book must look like. */

import { readPriceE8, readQuantityE8 } from './field-readers.ts';
import { isArray } from './frame-collector.ts';

/** Reads `[["price","quantity"], …]`; further elements of a pair are accepted. `null` when any level is malformed. */
export function readPairLevelsE8(raw: unknown): number[] | null {
  if (!isArray(raw)) return null;
  const flat: number[] = [];
  for (const pair of raw) {
    if (!isArray(pair)) return null;
    const price = readPriceE8(pair[0]);
    const quantity = readQuantityE8(pair[1]);
    if (price === null || quantity === null) return null;
    flat.push(price, quantity);
  }
  return flat;
}

/** True when both sides run from the best level outwards, no price twice, and the sides do not cross. */
export function isOrderedBook(bids: readonly number[], asks: readonly number[]): boolean {
  for (let index = 2; index < bids.length; index += 2) {
    if ((bids[index] ?? 0) >= (bids[index - 2] ?? 0)) return false;
  }
  for (let index = 2; index < asks.length; index += 2) {
    if ((asks[index] ?? 0) <= (asks[index - 2] ?? 0)) return false;
  }
  const bestBid = bids[0];
  const bestAsk = asks[0];
  return bestBid === undefined || bestAsk === undefined || bestBid < bestAsk;
}
