/**
 * Sums over the seconds of an average that are still to come, for a price that walks at random with variance 1 a second from the last
 * one seen. Second i of a block (i = 1 … count) lies `offset + i` seconds ahead. Discrete, since the settlement source observes once a
 * second: for a whole minute to come this is τ − 39.5 where the continuous form says τ − 40, and 15 % more than τ³/10800 at τ = 10.
 */
export interface Block {
  readonly offset: number;
  readonly count: number;
}

/** Sum of the distances. */
export function distanceSum({ offset, count }: Block): number {
  return count * offset + (count * (count + 1)) / 2;
}

/** Variance of the sum: Σᵢⱼ min(dᵢ, dⱼ). */
export function blockVariance({ offset, count }: Block): number {
  return count * count * offset + (count * (count + 1) * (2 * count + 1)) / 6;
}

/** Sum of min(distance, horizon): what a second price, `horizon` seconds ahead, tells of the block. */
export function cappedDistanceSum(block: Block, horizon: number): number {
  const { offset, count } = block;
  const within = Math.min(count, Math.max(0, Math.floor(horizon - offset)));
  return distanceSum({ offset, count: within }) + (count - within) * horizon;
}
