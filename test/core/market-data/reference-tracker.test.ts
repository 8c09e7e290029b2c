import { describe, expect, test } from 'vitest';
import {
  BOUNDARIES_KEPT,
  createReferenceTracker,
  latestReference,
  noteReference,
  priceAt,
} from '../../../core/market-data/reference-tracker.ts';
import { runningTwap } from '../../../core/market-data/running-twap.ts';
import { decodeTaggedJson, encodeTaggedJson } from '../../../core/model/tagged-json.ts';
import { reference } from './market-events.ts';

const WINDOW_MS = 300_000;
/** A boundary between 5-minute windows. */
const START = 1_795_405_200_000;

describe('noteReference', () => {
  test('default', () => {
    const tracker = createReferenceTracker(WINDOW_MS);
    expect(noteReference(tracker, reference(START + 1_000, 10n))).toBe('new');
    expect(latestReference(tracker, 60)).toMatchObject({
      observedMs: START + 1_000,
      priceE18: 10n,
      source: 'polybolt',
    });
    expect(latestReference(tracker, 0)).toBe(null);
  });

  test('behavior: the other source says the same a moment later', () => {
    const tracker = createReferenceTracker(WINDOW_MS);
    noteReference(tracker, reference(START, 10n));
    noteReference(tracker, reference(START + 1_000, 11n));
    expect(noteReference(tracker, reference(START, 10n, { source: 'rtds', symbol: 'btc/usd' }))).toBe('duplicate');
    expect(tracker.counters).toMatchObject({ new: 2, duplicate: 1, conflict: 0 });
  });

  test('behavior: late frames never replace newer ones', () => {
    const tracker = createReferenceTracker(WINDOW_MS);
    noteReference(tracker, reference(START + 5_000, 15n));
    expect(noteReference(tracker, reference(START + 4_000, 14n))).toBe('older');
    expect(latestReference(tracker, 60)?.priceE18).toBe(15n);
  });

  test('behavior: two values for one second are a conflict, with both kept', () => {
    const tracker = createReferenceTracker(WINDOW_MS);
    noteReference(tracker, reference(START, 10n));
    expect(noteReference(tracker, reference(START, 12n, { source: 'rtds' }))).toBe('conflict');
    expect(tracker.lastConflict).toEqual({
      observedMs: START,
      lookbackSeconds: 60,
      kept: { source: 'polybolt', priceE18: 10n },
      other: { source: 'rtds', priceE18: 12n },
    });
    expect(priceAt(tracker, START, 60)).toMatchObject({ priceE18: 10n, conflictingE18: 12n });
    expect(latestReference(tracker, 60)).toMatchObject({ priceE18: 10n, conflictingE18: 12n });
  });

  test('behavior: spot and TWAP of one second are no conflict', () => {
    const tracker = createReferenceTracker(WINDOW_MS);
    noteReference(tracker, reference(START, 10n));
    expect(noteReference(tracker, reference(START, 12n, { lookbackSeconds: 0 }))).toBe('new');
  });

  test('args: another provider, another symbol', () => {
    const tracker = createReferenceTracker(WINDOW_MS, 'btcusd');
    expect(noteReference(tracker, reference(START, 10n, { provider: 'pyth' }))).toBe('foreign');
    expect(noteReference(tracker, reference(START, 10n, { symbol: 'ethusd' }))).toBe('foreign');
    expect(noteReference(tracker, reference(START, 10n, { symbol: 'btc/usd' }))).toBe('new');
  });

  test('args: a stamp from the future does not hide the true frames after it', () => {
    const tracker = createReferenceTracker(WINDOW_MS);
    expect(noteReference(tracker, { ...reference(START + 60_000, 10n), tsInit: START })).toBe('ahead');
    expect(noteReference(tracker, reference(START, 11n))).toBe('new');
  });

  test('behavior: the state is data, and goes on after a restore', () => {
    const tracker = createReferenceTracker(WINDOW_MS);
    noteReference(tracker, reference(START, 10n));
    noteReference(tracker, reference(START, 12n, { source: 'rtds' }));
    const restored = decodeTaggedJson(encodeTaggedJson(tracker)) as typeof tracker;
    expect(restored).toEqual(tracker);
    expect(noteReference(restored, reference(START, 10n))).toBe('duplicate');
  });
});

describe('priceAt', () => {
  test('default', () => {
    const tracker = createReferenceTracker(WINDOW_MS);
    noteReference(tracker, reference(START - 1_000, 9n));
    noteReference(tracker, reference(START, 10n));
    noteReference(tracker, reference(START + 1_000, 11n));
    expect(priceAt(tracker, START, 60)).toMatchObject({ priceE18: 10n, snapshot: false, conflictingE18: null });
    expect(priceAt(tracker, START, 0)).toBe(null);
    expect(priceAt(tracker, START + WINDOW_MS, 60)).toBe(null);
  });

  test('behavior: a snapshot brings a boundary that was missed live', () => {
    const tracker = createReferenceTracker(WINDOW_MS);
    noteReference(tracker, reference(START + 30_000, 20n));
    expect(noteReference(tracker, reference(START, 10n, { snapshot: true }))).toBe('new');
    expect(priceAt(tracker, START, 60)).toMatchObject({ priceE18: 10n, snapshot: true });
    expect(latestReference(tracker, 60)?.priceE18).toBe(20n);
  });

  test('behavior: never the frame beside a boundary that is missing', () => {
    const tracker = createReferenceTracker(WINDOW_MS);
    noteReference(tracker, reference(START - 1_000, 9n));
    noteReference(tracker, reference(START + 1_000, 11n));
    expect(priceAt(tracker, START, 60)).toBe(null);
  });

  test('behavior: the last 24 boundaries are kept', () => {
    const tracker = createReferenceTracker(WINDOW_MS);
    for (let index = 0; index <= BOUNDARIES_KEPT; index++) {
      noteReference(tracker, reference(START + index * WINDOW_MS, BigInt(index)));
    }
    expect(priceAt(tracker, START, 60)).toBe(null);
    expect(priceAt(tracker, START + WINDOW_MS, 60)?.priceE18).toBe(1n);
    expect(noteReference(tracker, reference(START, 5n, { snapshot: true }))).toBe('older');
  });

  test('behavior: a conflict is seen long after the second has left the last two minutes', () => {
    const tracker = createReferenceTracker(WINDOW_MS);
    noteReference(tracker, reference(START, 10n));
    for (let second = 1; second <= 200; second++) noteReference(tracker, reference(START + second * 1_000, 11n));
    expect(noteReference(tracker, reference(START, 12n, { snapshot: true }))).toBe('conflict');
    expect(priceAt(tracker, START, 60)?.conflictingE18).toBe(12n);
  });
});

describe('runningTwap', () => {
  const spotTracker = (prices: Record<number, bigint>) => {
    const tracker = createReferenceTracker(WINDOW_MS);
    for (const [second, priceE18] of Object.entries(prices)) {
      noteReference(tracker, reference(START + Number(second) * 1_000, priceE18, { lookbackSeconds: 0 }));
    }
    return tracker;
  };

  test('default: a full window', () => {
    const tracker = spotTracker(
      Object.fromEntries(Array.from({ length: 61 }, (_, second) => [second, BigInt(second)])),
    );
    // Seconds 1 … 60: their sum is 1,830.
    expect(runningTwap(tracker, START + 60_000, 60)).toEqual({
      elapsedSeconds: 60,
      missingSeconds: 0,
      sumE18: 1_830n,
      summedSeconds: 60,
      meanE18: 30n,
    });
  });

  test('behavior: in the middle of the window only the elapsed part', () => {
    const tracker = spotTracker({ 0: 9n, 1: 10n, 2: 20n });
    expect(runningTwap(tracker, START + 60_000, 60)).toMatchObject({ elapsedSeconds: 2, sumE18: 30n, meanE18: 15n });
  });

  test('behavior: the last known price stands in for a missing second, and is counted', () => {
    const tracker = spotTracker({ 0: 8n, 3: 20n });
    // Seconds 1 and 2 are missing: 8 + 8 + 20.
    const twap = runningTwap(tracker, START + 4_000, 4);
    expect(twap).toMatchObject({ elapsedSeconds: 3, missingSeconds: 2, sumE18: 36n, summedSeconds: 3 });
  });

  test('behavior: seconds before anything was seen are missing and not in the sum', () => {
    const tracker = spotTracker({ 3: 20n });
    const twap = runningTwap(tracker, START + 4_000, 4);
    expect(twap).toMatchObject({ elapsedSeconds: 3, missingSeconds: 2, sumE18: 20n, summedSeconds: 1, meanE18: 20n });
  });

  test('args: nothing seen, or nothing of the window yet', () => {
    expect(runningTwap(createReferenceTracker(WINDOW_MS), START, 60)).toBe(null);
    expect(runningTwap(spotTracker({ 0: 1n }), START + 60_000, 60)).toBe(null);
  });
});
