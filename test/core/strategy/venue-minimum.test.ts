import { describe, expect, test } from 'vitest';
import { isTakeLargeEnough } from '../../../core/strategy/venue-minimum.ts';
import { UNIT } from '../../support/builders.ts';

describe('isTakeLargeEnough', () => {
  test.each([
    ['five shares at a half', 2_500_000, 5_000, true],
    ['a cent less', 2_490_000, 5_000, false],
    ['1.01 pUSD where shares are cheap', 1_010_000, 1_000, true],
    ['1.00 pUSD, which the venue can cut to 0.99', 1_000_000, 1_000, false],
    ['five shares for less than a dollar', 500_000, 1_000, false],
  ])('default: %s', (_, spendMicro, limitTicks, expected) => {
    expect(isTakeLargeEnough(spendMicro, limitTicks, 5 * UNIT)).toBe(expected);
  });
});
