import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  blockUntil,
  createBucket,
  giveBack,
  learnRemaining,
  readyAtMs,
  take,
  windowLimit,
} from '../../../runner/clob/token-bucket.ts';
import { assertProperty } from '../../support/assert-property.ts';

const LIMIT = { capacity: 60, perSecond: 40 };

describe('readyAtMs', () => {
  test('default: at once while there are tokens, then as they come back', () => {
    const bucket = createBucket(LIMIT, 1_000);
    expect(readyAtMs(bucket, 60, 1_000)).toBe(1_000);
    take(bucket, 60, 1_000);
    expect(readyAtMs(bucket, 1, 1_000)).toBe(1_025);
    expect(readyAtMs(bucket, 15, 1_000)).toBe(1_375);
    expect(readyAtMs(bucket, 15, 1_375)).toBe(1_375);
  });

  test('behavior: more than the bucket holds is never admitted', () => {
    expect(readyAtMs(createBucket(LIMIT, 0), 61, 0)).toBe(Number.POSITIVE_INFINITY);
  });

  test('behavior: what the venue says counts, but never for more than we know', () => {
    const bucket = createBucket(LIMIT, 0);
    learnRemaining(bucket, 2, 0);
    expect(readyAtMs(bucket, 3, 0)).toBe(25);
    learnRemaining(bucket, 500, 0);
    expect(readyAtMs(bucket, 3, 0)).toBe(25);
    blockUntil(bucket, 5_000);
    blockUntil(bucket, 3_000);
    expect(readyAtMs(bucket, 1, 0)).toBe(5_000);
  });

  test('behavior: an overdraft is paid first, and what never left comes back', () => {
    const bucket = createBucket(LIMIT, 0);
    take(bucket, 100, 0);
    expect(readyAtMs(bucket, 1, 0)).toBe(1_025);
    giveBack(bucket, 100, 0);
    expect(readyAtMs(bucket, 60, 0)).toBe(0);
    giveBack(bucket, 100, 0);
    expect(readyAtMs(bucket, 60, 0)).toBe(0);
    take(bucket, 60, 0);
    expect(readyAtMs(bucket, 1, 0)).toBe(25);
  });
});

describe('windowLimit', () => {
  test('behavior: no window of that length ever sees more than its allowance', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 4_000 }), { minLength: 50, maxLength: 300 });
    assertProperty(
      fc.property(fc.integer({ min: 2, max: 40 }), steps, (count, pauses) => {
        const bucket = createBucket(windowLimit(count, 10), 0);
        const sentMs: number[] = [];
        let nowMs = 0;
        for (const pause of pauses) {
          nowMs = Math.max(nowMs + pause, 0);
          if (readyAtMs(bucket, 1, nowMs) > nowMs) continue;
          take(bucket, 1, nowMs);
          sentMs.push(nowMs);
        }
        for (const startMs of sentMs) {
          expect(sentMs.filter((atMs) => atMs >= startMs && atMs < startMs + 10_000).length).toBeLessThanOrEqual(count);
        }
      }),
    );
  });
});
