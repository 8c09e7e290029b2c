/**
 * The simulation's randomness: small, fast, seeded, the same in every runtime. `fork(label)` gives an independent stream, so that
 * a draw added in one place never shifts the numbers of another.
 */
import { log } from '../model/math.ts';

export interface Rng {
  /** Uniform integer in [0, 2^32). */
  uint32(): number;
  /** Uniform in [0, 1), 53 bits. */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** Exponential with mean 1. */
  exponential(): number;
  /** Number of events of a Poisson process with this mean. */
  poisson(mean: number): number;
  /** An independent stream: a function of this one's seed and the label, not of how much was drawn. */
  fork(label: string): Rng;
}

const TWO_POW_32 = 4_294_967_296;
const TWO_POW_53 = 9_007_199_254_740_992;
/** The golden ratio's fraction in 32 bits: the step of splitmix32. */
const GOLDEN_STEP = 0x9e3779b9;
/** sfc32 forgets its seed's structure within this many steps (its author's own figure is 12 to 15). */
const WARM_UP_STEPS = 15;

/** Scrambles 32 bits so that neighbouring inputs give unrelated outputs. Source: the finaliser of MurmurHash3 (public domain). */
export function mix32(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** One unsigned 32-bit hash of two integers, for numbers that must be found again without drawing all before them. */
export function hashPair(left: number, right: number): number {
  return mix32(Math.imul(mix32(left), GOLDEN_STEP) ^ (right | 0));
}

/** A label as a 32-bit seed. Source: FNV-1a, 32 bits. */
export function hashLabel(label: string): number {
  let bits = 0x811c9dc5;
  for (let index = 0; index < label.length; index++) {
    bits = Math.imul(bits ^ label.charCodeAt(index), 0x01000193);
  }
  return mix32(bits);
}

/** A 32-bit hash as a uniform number in [0, 1). */
export function hashToUniform(hash: number): number {
  return hash / TWO_POW_32;
}

/** Four bytes summed: mean 510, variance 4 · (256² − 1) / 12. */
const BYTE_SUM_MEAN = 510;
const BYTE_SUM_SD = Math.sqrt((4 * (256 * 256 - 1)) / 12);

/** A 32-bit hash as a roughly normal number (sum of its four bytes): for texture, where tails do not matter. */
export function hashToNormal(hash: number): number {
  const sum = (hash & 255) + ((hash >>> 8) & 255) + ((hash >>> 16) & 255) + (hash >>> 24);
  return (sum - BYTE_SUM_MEAN) / BYTE_SUM_SD;
}

/**
 * A generator from an integer seed: sfc32 with its state filled by splitmix32.
 * Source: Chris Doty-Humphrey's PractRand 0.94 (sfc32, public domain).
 */
export function createRng(seed: number): Rng {
  let splitmix = seed | 0;
  const nextSeed = (): number => {
    splitmix = (splitmix + GOLDEN_STEP) | 0;
    return mix32(splitmix) | 0;
  };
  let a = nextSeed();
  let b = nextSeed();
  let c = nextSeed();
  let counter = 1;
  let spareNormal: number | null = null;

  const uint32 = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
  const uniform = (): number => ((uint32() >>> 5) * 67_108_864 + (uint32() >>> 6)) / TWO_POW_53;
  // 1 - uniform lies in (0, 1]: the logarithm is finite.
  const exponential = (): number => -log(1 - uniform());
  // Marsaglia's polar method gives two at a time.
  const normal = (): number => {
    if (spareNormal !== null) {
      const spare = spareNormal;
      spareNormal = null;
      return spare;
    }
    for (;;) {
      const x = 2 * uniform() - 1;
      const y = 2 * uniform() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const scale = Math.sqrt((-2 * log(square)) / square);
      spareNormal = y * scale;
      return x * scale;
    }
  };
  // Counts exponential gaps until they fill the mean.
  const poisson = (mean: number): number => {
    let events = 0;
    for (let elapsed = exponential(); elapsed < mean; elapsed += exponential()) events++;
    return events;
  };
  for (let step = 0; step < WARM_UP_STEPS; step++) uint32();
  return {
    uint32,
    uniform,
    normal,
    exponential,
    poisson,
    fork: (label) => createRng(hashPair(seed, hashLabel(label))),
  };
}
