import { describe, expect, test } from 'vitest';
import { reasonToReplace } from '../../../../core/strategy/market-maker/requote.ts';
import { aMaker } from './strategy-view.ts';

const config = aMaker();
const target = { priceTicks: 4_700, limitTicks: 4_800 };
const reason = (priceTicks: number, ageMs: number) =>
  reasonToReplace({ priceTicks, createdMs: 1_000_000 - ageMs }, target, 1_000_000, config);

describe('reasonToReplace', () => {
  test.each([
    ['where it should be', 4_700, 10_000, null],
    ['at its limit', 4_800, 10_000, null],
    ['above its limit, however young', 4_801, 0, 'too-aggressive'],
    ['1.5 cents too low', 4_550, 3_000, 'moved'],
    ['1.5 cents too low, but young', 4_550, 2_999, null],
    ['a tick less than that', 4_551, 29_999, null],
    ['30 s old', 4_700, 30_000, 'aged'],
    ['not yet 30 s old', 4_700, 29_999, null],
  ])('behavior: %s', (_, priceTicks, ageMs, expected) => {
    expect(reason(priceTicks, ageMs)).toBe(expected);
  });

  test('behavior: within its limit, but 1.5 cents above where inventory wants it: at once', () => {
    const skewed = { priceTicks: 4_600, limitTicks: 4_800 };
    expect(reasonToReplace({ priceTicks: 4_750, createdMs: 0 }, skewed, 0, config)).toBe('moved');
    expect(reasonToReplace({ priceTicks: 4_749, createdMs: 0 }, skewed, 0, config)).toBeNull();
  });
});
