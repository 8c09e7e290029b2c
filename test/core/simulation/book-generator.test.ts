import { beforeAll, describe, expect, test } from 'vitest';
import type { BookActivity } from '../../../core/simulation/book-activity.ts';
import { type BookGenerator, createBookGenerator } from '../../../core/simulation/book-generator.ts';
import { createMarketGenerator } from '../../../core/simulation/market-generator.ts';

const ORIGIN = 1_795_405_200_000;
const DURATION = 300_000;
const WINDOWS = 24;

function generatorOf(seed: number): BookGenerator {
  const path = createMarketGenerator({ seed, originMs: ORIGIN - 20_000, startPriceUsd: 84_000 });
  return createBookGenerator({ path, durationMs: DURATION, seed, fromMs: ORIGIN - 20_000 });
}

/** What is measured in each bin of seconds left, as in the venue notes (market data §9). */
interface Bin {
  readonly spreads: number[];
  readonly bidShares: number[];
  readonly askShares: number[];
  readonly depth: number[];
  samples: number;
  empty: number;
}

const BINS = ['240-300', '120-240', '60-120', '30-60', '20-30', '10-20', '5-10', '0-5', 'after'] as const;
type BinName = (typeof BINS)[number];

function binOf(leftSeconds: number): BinName {
  if (leftSeconds <= 0) return 'after';
  const lower = [0, 5, 10, 20, 30, 60, 120, 240].filter((bound) => leftSeconds > bound).at(-1);
  return BINS.find((name) => name.startsWith(`${lower}-`)) ?? 'after';
}

const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((left, right) => left - right)[Math.floor(share * values.length)] ?? Number.NaN;

const fiveLevels = (flat: readonly number[]): number =>
  flat.slice(0, 10).reduce((sum, value, index) => (index % 2 === 1 ? sum + value / 1e6 : sum), 0);

const measured = new Map<BinName, Bin>(
  BINS.map((name) => [name, { spreads: [], bidShares: [], askShares: [], depth: [], samples: 0, empty: 0 }]),
);
const booksBySecond = new Map<string, number>();
const tradedShares: number[] = [];

function sample(books: BookGenerator, atMs: number): void {
  const running = Math.floor(atMs / DURATION) * DURATION;
  for (const startMs of [running - DURATION, running]) {
    const left = (startMs + DURATION - atMs) / 1_000;
    if (left <= -5 || left > 300 || startMs < ORIGIN) continue;
    const bin = measured.get(binOf(left));
    if (bin === undefined) continue;
    bin.samples++;
    const { bids, asks } = books.bookOf(startMs, 'up');
    const [bidTicks, bidMicro] = bids;
    const [askTicks, askMicro] = asks;
    if (bidTicks === undefined || askTicks === undefined) {
      bin.empty++;
      continue;
    }
    // In whole cents, rounded up: the recorded books were on the coarse grid.
    bin.spreads.push(Math.ceil((askTicks - bidTicks) / 100));
    bin.bidShares.push((bidMicro ?? 0) / 1e6);
    bin.askShares.push((askMicro ?? 0) / 1e6);
    bin.depth.push(fiveLevels(bids), fiveLevels(asks));
  }
}

function count(activity: readonly BookActivity[]): void {
  for (const happened of activity) {
    const sinceStart = happened.atMs - happened.windowStartMs;
    if (happened.kind === 'traded') tradedShares.push(happened.sizeMicro / 1e6);
    if (happened.kind !== 'book-shown' || sinceStart < 0 || sinceStart >= DURATION) continue;
    const key = `${happened.windowStartMs}:${Math.floor(sinceStart / 1_000)}`;
    booksBySecond.set(key, (booksBySecond.get(key) ?? 0) + 1);
  }
}

describe('createBookGenerator: books as real ones were measured', () => {
  beforeAll(() => {
    const books = generatorOf(7);
    for (let atMs = ORIGIN; atMs < ORIGIN + WINDOWS * DURATION; atMs += 1_000) {
      count(books.advanceTo(atMs));
      sample(books, atMs);
    }
  });

  test.each(BINS.slice(0, 8))('behavior: %s s left, the spread is 1 cent, 2 at the 90th percentile', (name) => {
    const spreads = measured.get(name)?.spreads ?? [];
    expect(quantile(spreads, 0.5)).toBe(1);
    expect(quantile(spreads, 0.9)).toBeLessThanOrEqual(3);
    expect(quantile(spreads, 0.99)).toBeLessThanOrEqual(13);
  });

  test.each<[BinName, number, number]>([
    ['240-300', 0, 0],
    ['120-240', 0, 0.03],
    ['60-120', 0, 0.06],
    ['30-60', 0.01, 0.13],
    ['20-30', 0.02, 0.17],
    ['10-20', 0.03, 0.2],
    ['5-10', 0.03, 0.22],
    ['0-5', 0.04, 0.23],
    ['after', 0.99, 1],
  ])('behavior: %s s left, a side is empty in %d to %d of the samples', (name, least, most) => {
    const bin = measured.get(name);
    const share = (bin?.empty ?? 0) / (bin?.samples ?? 0);
    expect(share).toBeGreaterThanOrEqual(least);
    expect(share).toBeLessThanOrEqual(most);
  });

  // Measured medians: 250-314 shares at the best bid, 192-305 at the best ask; within a third of that.
  test.each(BINS.slice(0, 8))('behavior: %s s left, the touch shows 170 to 420 shares', (name) => {
    const bin = measured.get(name);
    for (const shares of [bin?.bidShares ?? [], bin?.askShares ?? []]) {
      expect(quantile(shares, 0.5)).toBeGreaterThan(170);
      expect(quantile(shares, 0.5)).toBeLessThan(420);
    }
  });

  // Measured medians of five levels, both sides together; within a factor of two.
  test.each<[BinName, number]>([
    ['240-300', 2_185],
    ['120-240', 2_275],
    ['60-120', 2_320],
    ['30-60', 1_630],
    ['20-30', 1_150],
    ['10-20', 940],
    ['5-10', 795],
    ['0-5', 1_235],
  ])('behavior: %s s left, five levels hold about %d shares', (name, shares) => {
    const median = quantile(measured.get(name)?.depth ?? [], 0.5);
    expect(median).toBeGreaterThan(shares * 0.5);
    expect(median).toBeLessThan(shares * 2);
  });

  test('behavior: a running book is shown about 11 times a second, 17 at the 90th percentile', () => {
    const counts = [...booksBySecond.values()];
    expect(quantile(counts, 0.5)).toBeGreaterThanOrEqual(8);
    expect(quantile(counts, 0.5)).toBeLessThanOrEqual(14);
    expect(quantile(counts, 0.9)).toBeGreaterThanOrEqual(13);
    expect(quantile(counts, 0.9)).toBeLessThanOrEqual(22);
  });

  test('behavior: trades are small at the median and large in the tail', () => {
    expect(quantile(tradedShares, 0.5)).toBeGreaterThan(5);
    expect(quantile(tradedShares, 0.5)).toBeLessThan(30);
    expect(quantile(tradedShares, 0.99)).toBeGreaterThan(150);
  });
});

describe('createBookGenerator', () => {
  const run = (stepMs: number, seconds: number, seed = 3): BookActivity[] => {
    const books = generatorOf(seed);
    const all: BookActivity[] = [];
    for (let atMs = ORIGIN; atMs <= ORIGIN + seconds * 1_000; atMs += stepMs) all.push(...books.advanceTo(atMs));
    return all;
  };

  test('behavior: the same seed gives the same activity, whatever the steps', () => {
    const fine = run(50, 60);
    expect(fine.length).toBeGreaterThan(1_000);
    expect(run(5_000, 60)).toEqual(fine);
    expect(run(5_000, 60, 4)).not.toEqual(fine);
  });

  test('behavior: a generator made later shows the same book', () => {
    const early = generatorOf(5);
    for (let atMs = ORIGIN; atMs <= ORIGIN + 400_000; atMs += 10_000) early.advanceTo(atMs);
    const late = generatorOf(5);
    late.advanceTo(ORIGIN + 400_000);
    expect(late.bookOf(ORIGIN + 300_000, 'up')).toEqual(early.bookOf(ORIGIN + 300_000, 'up'));
    expect(late.bookOf(ORIGIN + 300_000, 'up').bids.length).toBeGreaterThan(20);
  });

  test('behavior: never crossed, both tokens mirror, prices on the grid', () => {
    const books = generatorOf(11);
    for (let atMs = ORIGIN; atMs < ORIGIN + 2 * DURATION; atMs += 250) {
      books.advanceTo(atMs);
      const startMs = Math.floor(atMs / DURATION) * DURATION;
      const up = books.bookOf(startMs, 'up');
      const down = books.bookOf(startMs, 'down');
      if (up.bids[0] !== undefined && up.asks[0] !== undefined) expect(up.bids[0]).toBeLessThan(up.asks[0]);
      expect(mirror(down.bids)).toEqual(up.asks);
      expect(mirror(down.asks)).toEqual(up.bids);
      const prices = [...up.bids, ...up.asks].filter((_value, index) => index % 2 === 0);
      for (const ticks of prices) expect(ticks % up.tickSizeTicks).toBe(0);
    }
  });

  test('behavior: a window is quoted around even odds five minutes before its start', () => {
    const books = generatorOf(13);
    books.advanceTo(ORIGIN + 1_000);
    const { bids, asks } = books.bookOf(ORIGIN + DURATION, 'up');
    expect(bids[0]).toBeGreaterThan(4_500);
    expect(asks[0]).toBeLessThan(5_500);
    expect(books.bookOf(ORIGIN + 2 * DURATION, 'up').bids).toEqual([]);
  });

  test('behavior: the grid turns finer beyond 0.96 or below 0.04, once', () => {
    const switched = run(1_000, 900, 7).filter((happened) => happened.kind === 'tick-size-switched');
    const windows = switched.map((happened) => happened.windowStartMs);
    expect(switched[0]).toMatchObject({ oldTickSizeTicks: 100, newTickSizeTicks: 10 });
    expect(new Set(windows).size).toBe(windows.length);
  });

  test('behavior: activity retold level by level gives the book', () => {
    const books = generatorOf(17);
    const ladder = { bid: new Map<number, number>(), ask: new Map<number, number>() };
    let trades = 0;
    for (let atMs = ORIGIN; atMs <= ORIGIN + 60_000; atMs += 1_000) {
      for (const happened of books.advanceTo(atMs)) {
        if (happened.windowStartMs !== ORIGIN) continue;
        if (happened.kind === 'traded') trades++;
        retell(ladder, happened);
      }
    }
    expect(trades).toBeGreaterThan(100);
    const { bids, asks } = books.bookOf(ORIGIN, 'up');
    expect([...ladder.bid].sort((left, right) => right[0] - left[0]).flat()).toEqual(bids);
    expect([...ladder.ask].sort((left, right) => left[0] - right[0]).flat()).toEqual(asks);
  });
});

function mirror(flat: readonly number[]): number[] {
  return flat.map((value, index) => (index % 2 === 0 ? 10_000 - value : value));
}

function retell(ladder: Record<'bid' | 'ask', Map<number, number>>, happened: BookActivity): void {
  if (happened.kind === 'book-shown') {
    for (const [side, flat] of [['bid', happened.bids] as const, ['ask', happened.asks] as const]) {
      ladder[side].clear();
      for (let index = 0; index < flat.length; index += 2) ladder[side].set(flat[index] ?? 0, flat[index + 1] ?? 0);
    }
  } else if (happened.kind === 'levels-changed') {
    for (const { side, priceTicks, sizeMicro } of happened.changes) {
      if (sizeMicro === 0) ladder[side].delete(priceTicks);
      else ladder[side].set(priceTicks, sizeMicro);
    }
  }
}
