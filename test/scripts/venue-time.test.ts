import { describe, expect, test } from 'vitest';
import { firstMoment, simulatedAt } from '../../scripts/run/venue-time.ts';

/** 2026-11-23T16:40:00Z: start of a window. */
const START_MS = 1_795_452_000_000;
const WINDOW_MS = 300_000;
const LEAD_MS = 20_000;

describe('firstMoment', () => {
  test.each([
    ['in the middle of a window', START_MS + 100_000, START_MS + WINDOW_MS - LEAD_MS],
    ['at the very start of one', START_MS, START_MS + WINDOW_MS - LEAD_MS],
    ['shortly before the next', START_MS + WINDOW_MS - 5_000, START_MS + WINDOW_MS - LEAD_MS],
  ])('default: %s', (_name, wallMs, expected) => {
    expect(firstMoment(wallMs, WINDOW_MS, null)).toBe(expected);
  });

  test.each([
    ['begins long before a window', START_MS - 100_000, START_MS - LEAD_MS],
    ['begins just in time', START_MS - LEAD_MS, START_MS - LEAD_MS],
    ['begins too late for the next', START_MS - LEAD_MS + 1, START_MS + WINDOW_MS - LEAD_MS],
  ])('behavior: a recording that %s', (_name, fromMs, expected) => {
    expect(firstMoment(0, WINDOW_MS, { fromMs, toMs: fromMs + 10 * WINDOW_MS })).toBe(expected);
  });
});

describe('simulatedAt', () => {
  test('default', () => {
    expect(simulatedAt({ simOriginMs: START_MS, wallOriginMs: 1_000, speed: 10 }, 1_250)).toBe(START_MS + 2_500);
  });
});
