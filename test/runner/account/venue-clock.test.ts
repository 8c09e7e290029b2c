import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clockVerdict, provenOffsetMs } from '../../../runner/account/venue-clock.ts';
import { assertProperty } from '../../support/assert-property.ts';

describe('provenOffsetMs', () => {
  test('behavior: never more than the true offset, of the same sign, and near it with five calls (property)', () => {
    assertProperty(
      fc.property(
        fc.integer({ min: -5_000, max: 5_000 }),
        fc.integer({ min: 0, max: 999 }),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 })), {
          minLength: 5,
          maxLength: 5,
        }),
        (offset, phase, latencies) => {
          const samples = latencies.map(([out, back], index) => {
            const askedMs = 1_795_435_200_000 + phase + index * 230;
            const venueMs = askedMs + out + offset;
            return { askedMs, answeredMs: askedMs + out + back, venueSeconds: Math.floor(venueMs / 1_000) };
          });
          const proven = provenOffsetMs(samples);
          expect(proven).not.toBeNull();
          expect(Math.abs(proven ?? 0)).toBeLessThanOrEqual(Math.abs(offset));
          expect((proven ?? 0) * offset).toBeGreaterThanOrEqual(0);
          expect(Math.abs(offset - (proven ?? 0))).toBeLessThanOrEqual(450);
        },
      ),
    );
  });

  test('behavior: answers that contradict each other prove nothing', () => {
    expect(provenOffsetMs([])).toBeNull();
    expect(
      provenOffsetMs([
        { askedMs: 10_000, answeredMs: 10_010, venueSeconds: 10 },
        { askedMs: 10_100, answeredMs: 10_110, venueSeconds: 20 },
      ]),
    ).toBeNull();
  });
});

describe('clockVerdict', () => {
  test.each([
    [250, 1, 'active'],
    [-251, 1, 'reducing'],
    [1_001, 1, 'halted'],
    [2_500, 10, 'active'],
    [2_501, 10, 'reducing'],
  ])('behavior: %i ms at speed %i is %s', (offsetMs, speed, mode) => {
    expect(clockVerdict(offsetMs, speed).mode).toBe(mode);
  });
});
