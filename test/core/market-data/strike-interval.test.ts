import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createReferenceTracker, noteReference } from '../../../core/market-data/reference-tracker.ts';
import { strikeInterval } from '../../../core/market-data/strike-interval.ts';
import { assertProperty } from '../../support/assert-property.ts';
import { reference } from './market-events.ts';

const WINDOW_MS = 300_000;
const START = 1_795_405_200_000;
const LOOKBACK = 60;
/** Seconds around the boundary that a test feeds. */
const FROM = -120;
const TO = 12;
const E18 = 10n ** 18n;

/** Spot prices of each second around the boundary, from the steps of a walk. */
function walk(steps: readonly number[]): Map<number, bigint> {
  const prices = new Map<number, bigint>();
  let price = 84_500n * E18;
  for (let second = FROM - LOOKBACK; second <= TO; second++) {
    price += BigInt(steps[(second - FROM + LOOKBACK) % steps.length] as number) * 10n ** 16n;
    prices.set(second, price);
  }
  return prices;
}

function twapAt(prices: ReadonlyMap<number, bigint>, second: number): bigint {
  let sum = 0n;
  for (let k = second - LOOKBACK + 1; k <= second; k++) sum += prices.get(k) as bigint;
  return sum / BigInt(LOOKBACK);
}

/** A tracker that has seen every spot second, and the TWAP of all seconds but those in `unseen`. */
function trackerOf(prices: ReadonlyMap<number, bigint>, unseen: readonly number[], toSecond = TO) {
  const tracker = createReferenceTracker(WINDOW_MS);
  for (let second = FROM + 1; second <= toSecond; second++) {
    const at = START + second * 1_000;
    noteReference(tracker, reference(at, prices.get(second) as bigint, { lookbackSeconds: 0 }));
    if (!unseen.includes(second)) noteReference(tracker, reference(at, twapAt(prices, second)));
  }
  return tracker;
}

const steps = fc.array(fc.integer({ min: -400, max: 400 }), { minLength: 30, maxLength: 90 });
const around = (before: number, after: number) =>
  Array.from({ length: before + after + 1 }, (_, index) => index - before);

describe('strikeInterval', () => {
  test('default: the frame alone is missing, and the strike lies between its neighbours', () => {
    const prices = walk([100, -30, 7]);
    const interval = strikeInterval(trackerOf(prices, [0]), START, LOOKBACK);
    const strike = twapAt(prices, 0);
    expect(interval !== null && interval.lowE18 <= strike && strike <= interval.highE18).toBe(true);
  });

  test('behavior: the strike lies in it, whatever the prices do and however many frames are missing', () => {
    assertProperty(
      fc.property(steps, fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 }), (moves, before, after) => {
        const prices = walk(moves);
        const interval = strikeInterval(trackerOf(prices, around(before, after)), START, LOOKBACK);
        const strike = twapAt(prices, 0);
        expect(interval).not.toBe(null);
        expect(interval !== null && interval.lowE18 <= strike && strike <= interval.highE18).toBe(true);
      }),
    );
  });

  test('behavior: frames of one side are enough, and say less', () => {
    const prices = walk([100, -30, 7]);
    const both = strikeInterval(trackerOf(prices, [0]), START, LOOKBACK);
    const one = strikeInterval(trackerOf(prices, around(0, TO)), START, LOOKBACK);
    if (both === null || one === null) throw new Error('both have an interval');
    expect(one.lowE18 <= both.lowE18 && both.highE18 <= one.highE18).toBe(true);
  });

  test.each([
    ['no frame within ten seconds', () => trackerOf(walk([1]), around(10, 10))],
    ['nothing seen', () => createReferenceTracker(WINDOW_MS)],
    [
      'no spot seconds',
      () => {
        const tracker = createReferenceTracker(WINDOW_MS);
        noteReference(tracker, reference(START - 1_000, E18));
        return tracker;
      },
    ],
  ])('behavior: none where %s', (_, tracker) => {
    expect(strikeInterval(tracker(), START, LOOKBACK)).toBe(null);
  });

  test('behavior: none where the averages contradict the prices', () => {
    const prices = walk([1]);
    const tracker = trackerOf(prices, around(0, TO));
    noteReference(tracker, reference(START + 1_000, 2n * (prices.get(0) as bigint)));
    expect(strikeInterval(tracker, START, LOOKBACK)).toBe(null);
  });

  test('behavior: a second on which two sources disagree bounds nothing', () => {
    const prices = walk([100, -30, 7]);
    const tracker = trackerOf(prices, around(0, 9));
    noteReference(tracker, reference(START - 1_000, 5n, { source: 'rtds' }));
    const interval = strikeInterval(tracker, START, LOOKBACK);
    const without = strikeInterval(trackerOf(prices, around(1, 9)), START, LOOKBACK);
    expect(interval).toEqual(without);
  });

  test('args: spot settles on its own frame and has no interval', () => {
    expect(strikeInterval(trackerOf(walk([1]), [0]), START, 0)).toBe(null);
  });
});
