/**
 * Worlds in which it is known whether there is an edge, for what verdicts promise: each run is a row of windows of a binary that is
 * bought at a price, looked at after every window.
 */
import { DEFAULT_EVIDENCE_CONFIG, type EvidenceConfig } from '../../core/config/evidence-config.ts';
import { confidenceInterval } from '../../core/evidence/confidence-sequence.ts';
import { createMeanEvidence, type MeanEvidence, observe } from '../../core/evidence/mean-evidence.ts';
import { type VerdictName, verdictNameOf } from '../../core/evidence/verdict.ts';
import { createRng, type Rng } from '../../core/simulation/rng.ts';

/** One window's PnL and shares, as parts of the most shares that could be bought; `null`: no trade. */
export type WindowDraw = (rng: Rng, windowNumber: number) => { readonly x: number; readonly w: number } | null;

/** A share bought at `price` that is worth `price + edge`. */
export function binary(rng: Rng, price: number, edge: number): number {
  return (rng.uniform() < price + edge ? 1 : 0) - price;
}

/** Taker fee of a share: rate 0.07, exponent 1 (venue notes of 2026-11-23 §4). */
export const feeOf = (price: number): number => 0.07 * price * (1 - price);

/** A move of the price between two trades of a window: eight of them stay within 0 … 1. */
const STEP = 0.03;

/** Worlds without edge, each bad in its own way: the mean of every window is exactly zero. */
export const NULL_WORLDS: Readonly<Record<string, () => WindowDraw>> = {
  'even prices, one size': () => (rng) => ({ x: binary(rng, 0.5, 0), w: 1 }),
  'favourites at 95 cents (rare large losses)': () => (rng) => ({ x: binary(rng, 0.95, 0), w: 1 }),
  'long shots at 5 cents (rare large gains)': () => (rng) => ({ x: binary(rng, 0.05, 0), w: 1 }),
  'any price, any size, half of the windows': () => (rng) => {
    if (rng.uniform() < 0.5) return null;
    const price = 0.05 + 0.9 * rng.uniform();
    const w = 0.2 + 0.8 * rng.uniform();
    return { x: w * binary(rng, price, 0), w };
  },
  'eight trades a window that win and lose together': () => (rng) => {
    let price = 0.3 + 0.4 * rng.uniform();
    let paid = 0;
    // The price of a fair market moves without drift: each trade is at another one, all of them end alike.
    for (let trade = 0; trade < 8; trade++) {
      paid += price;
      price += rng.uniform() < 0.5 ? -STEP : STEP;
    }
    const up = rng.uniform() < price ? 1 : 0;
    return { x: up - paid / 8, w: 1 };
  },
  'size doubled after a loss': () => {
    let w = 1 / 32;
    return (rng) => {
      const x = w * binary(rng, 0.5, 0);
      const draw = { x, w };
      w = x > 0 ? 1 / 32 : Math.min(1, 2 * w);
      return draw;
    };
  },
};

/** Strategies in a fair, driftless world with the venue's fees: who takes pays them, who rests does not. */
export const FAIR_BETTORS: Readonly<Record<string, () => WindowDraw>> = {
  'buys Up at the fair price': () => (rng) => taken(rng, 0.3 + 0.4 * rng.uniform()),
  'buys the favourite late': () => (rng) => taken(rng, 0.8 + 0.18 * rng.uniform()),
  'buys the long shot late': () => (rng) => taken(rng, 0.02 + 0.18 * rng.uniform()),
  'bets on what won last': () => {
    let lastUp = true;
    return (rng) => {
      const up = 0.3 + 0.4 * rng.uniform();
      const price = lastUp ? up : 1 - up;
      const draw = taken(rng, price);
      lastUp = draw.x > 0 === lastUp;
      return draw;
    };
  },
  'rests at the fair price, without a fee': () => (rng) => ({ x: binary(rng, 0.3 + 0.4 * rng.uniform(), 0), w: 1 }),
};

function taken(rng: Rng, price: number): { x: number; w: number } {
  return { x: binary(rng, price, 0) - feeOf(price), w: 1 };
}

export interface RunResult {
  /** The window after which it was first called that; `null`: never. */
  readonly provenAt: number | null;
  readonly disprovenAt: number | null;
  readonly last: VerdictName;
  /** True when the known mean was outside of the interval at one of the looks. */
  readonly missed: boolean;
  readonly evidence: MeanEvidence;
}

/** How often, in windows, the interval itself is computed: it takes a hundred times as long as the verdict, so once a day. */
const INTERVAL_EVERY = 288;

/** Looks at one run after every window. `mean`: the known one, for the check that the interval covers it. */
export function runWindows(
  draw: WindowDraw,
  seed: number,
  windows: number,
  mean: number | null = null,
  config: EvidenceConfig = DEFAULT_EVIDENCE_CONFIG,
): RunResult {
  const rng = createRng(seed);
  const evidence = createMeanEvidence();
  let provenAt: number | null = null;
  let disprovenAt: number | null = null;
  let last: VerdictName = 'insufficient-data';
  let missed = false;
  for (let windowNumber = 1; windowNumber <= windows; windowNumber++) {
    const drawn = draw(rng, windowNumber);
    if (drawn === null) continue;
    observe(evidence, drawn.x, drawn.w);
    last = verdictNameOf(evidence, config);
    if (last === 'proven') provenAt ??= windowNumber;
    if (last === 'disproven') disprovenAt ??= windowNumber;
    if (mean !== null && windowNumber % INTERVAL_EVERY === 0) {
      const { lower, upper } = confidenceInterval(evidence, config.errorRatePpm / 1_000_000);
      missed ||= mean < lower || mean > upper;
    }
  }
  return { provenAt, disprovenAt, last, missed, evidence };
}

export interface WorldFigures {
  readonly runs: number;
  readonly everProven: number;
  readonly everDisproven: number;
  readonly provenAtEnd: number;
  readonly missed: number;
  /** Window of the median first proof, among those proven. */
  readonly medianProof: number | null;
}

/** Many runs of one world, seeds from `firstSeed` on. */
export function runWorld(
  world: () => WindowDraw,
  {
    runs,
    windows,
    firstSeed = 1,
    mean = null,
  }: { runs: number; windows: number; firstSeed?: number; mean?: number | null },
): WorldFigures {
  const proofs: number[] = [];
  let everDisproven = 0;
  let provenAtEnd = 0;
  let missed = 0;
  for (let run = 0; run < runs; run++) {
    const result = runWindows(world(), firstSeed + run, windows, mean);
    if (result.provenAt !== null) proofs.push(result.provenAt);
    if (result.disprovenAt !== null) everDisproven++;
    if (result.last === 'proven') provenAtEnd++;
    if (result.missed) missed++;
  }
  proofs.sort((left, right) => left - right);
  const medianProof = proofs[Math.floor(proofs.length / 2)] ?? null;
  return { runs, everProven: proofs.length, everDisproven, provenAtEnd, missed, medianProof };
}
