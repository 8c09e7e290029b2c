import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  clearLevels,
  createLevels,
  levelAbove,
  levelBelow,
  putLevel,
  TICK_LEVELS,
} from '../../../core/market-data/book-side.ts';
import { assertProperty } from '../../support/assert-property.ts';

/** Ends of the range and of the words of 32 ticks. */
const TICKS = [0, 1, 31, 32, 33, 63, 64, 5000, 9983, 9984, 9999, 10_000];

function sideOf(ticks: readonly number[]) {
  const side = createLevels();
  for (const at of ticks) putLevel(side, at, 1);
  return side;
}

describe('levelBelow', () => {
  test('default', () => {
    const side = sideOf(TICKS);
    const down: number[] = [];
    for (let at = levelBelow(side, TICK_LEVELS); at >= 0; at = levelBelow(side, at)) down.push(at);
    expect(down).toEqual(TICKS.toReversed());
  });

  test('args: nothing there, nothing below', () => {
    expect(levelBelow(createLevels(), 10_000)).toBe(-1);
    expect(levelBelow(sideOf([5]), 5)).toBe(-1);
    expect(levelBelow(sideOf([0]), 0)).toBe(-1);
  });
});

describe('levelAbove', () => {
  test('default', () => {
    const side = sideOf(TICKS);
    const up: number[] = [];
    for (let at = levelAbove(side, -1); at < TICK_LEVELS; at = levelAbove(side, at)) up.push(at);
    expect(up).toEqual(TICKS);
  });

  test('args: nothing there, nothing above', () => {
    expect(levelAbove(createLevels(), 0)).toBe(TICK_LEVELS);
    expect(levelAbove(sideOf([5]), 5)).toBe(TICK_LEVELS);
    expect(levelAbove(sideOf([10_000]), 10_000)).toBe(TICK_LEVELS);
  });
});

describe('putLevel', () => {
  test('behavior: what was removed is found no more', () => {
    const tick = fc.integer({ min: 0, max: 10_000 });
    assertProperty(
      fc.property(
        fc.uniqueArray(tick, { maxLength: 50 }),
        fc.uniqueArray(tick, { maxLength: 50 }),
        tick,
        (put, removed, at) => {
          const side = sideOf(put);
          for (const ticks of removed) putLevel(side, ticks, 0);
          const left = put.filter((ticks) => !removed.includes(ticks));
          expect(levelBelow(side, at)).toBe(Math.max(-1, ...left.filter((ticks) => ticks < at)));
          expect(levelAbove(side, at)).toBe(Math.min(TICK_LEVELS, ...left.filter((ticks) => ticks > at)));
        },
      ),
    );
  });
});

describe('clearLevels', () => {
  test('default', () => {
    const side = sideOf(TICKS);
    clearLevels(side);
    expect(side).toEqual(createLevels());
  });
});
