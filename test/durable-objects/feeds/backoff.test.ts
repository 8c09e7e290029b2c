import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type BackoffState,
  CIRCUIT_MS,
  type ConnectionOutcome,
  HEALTHY_DATA_MS,
  INITIAL_BACKOFF,
  nextDelay,
} from '../../../durable-objects/feeds/backoff.ts';

const dropped: ConnectionOutcome = { cause: 'dropped', status: null, healthyDataMs: 0 };
const almostOne = 1 - Number.EPSILON / 2;

function delays(outcomes: readonly ConnectionOutcome[], random: number): number[] {
  let state: BackoffState = INITIAL_BACKOFF;
  return outcomes.map((outcome) => {
    const next = nextDelay(state, outcome, random);
    state = next.state;
    return next.delayMs;
  });
}

describe('nextDelay', () => {
  test('default: at once, then 1, 2, 4 … 30 s, and 60 s from the tenth failure on', () => {
    const longest = delays(Array(12).fill(dropped), almostOne);
    expect(longest).toEqual([249, 999, 1_999, 3_999, 7_999, 15_999, 29_999, 29_999, 29_999, 60_000, 60_000, 60_000]);
  });

  test('behavior: full jitter reaches down to nothing', () => {
    expect(delays(Array(5).fill(dropped), 0)).toEqual([0, 0, 0, 0, 0]);
  });

  test.each([403, 418, 429, 451])('behavior: status %i pauses for 60 s at the first failure', (status) => {
    expect(delays([{ ...dropped, status }], 0.5)).toEqual([CIRCUIT_MS]);
  });

  test.each([500, 502, 503, 404])('behavior: status %i is a failure like any other', (status) => {
    expect(delays([{ ...dropped, status }], 0.5)).toEqual([125]);
  });

  test('behavior: refused credentials pause for 60 s', () => {
    expect(delays([{ ...dropped, cause: 'refused' }], 0.5)).toEqual([CIRCUIT_MS]);
  });

  test('behavior: 30 s of data forget the failures before; less does not', () => {
    const lastDelay = (healthyDataMs: number) =>
      delays([dropped, dropped, dropped, { ...dropped, healthyDataMs }], almostOne).at(-1);
    expect(lastDelay(HEALTHY_DATA_MS)).toBe(249);
    expect(lastDelay(HEALTHY_DATA_MS - 1)).toBe(3_999);
  });

  test('behavior: a server that drains is no failure, and gets its 0 to 10 s', () => {
    expect(delays([{ ...dropped, cause: 'drained' }, dropped], 0.5)).toEqual([5_000, 125]);
  });

  test('behavior: never negative, never above a minute', () => {
    const outcome = fc.record({
      cause: fc.constantFrom('dropped' as const, 'refused' as const, 'drained' as const),
      status: fc.constantFrom(null, 403, 404, 429, 500),
      healthyDataMs: fc.nat(100_000),
    });
    fc.assert(
      fc.property(
        fc.array(outcome, { maxLength: 200 }),
        fc.double({ min: 0, max: almostOne, noNaN: true }),
        (all, random) => {
          for (const delayMs of delays(all, random)) {
            expect(delayMs).toBeGreaterThanOrEqual(0);
            expect(delayMs).toBeLessThanOrEqual(CIRCUIT_MS);
          }
        },
      ),
    );
  });
});
