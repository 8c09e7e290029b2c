import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_ROUTER_CONFIG, type RouterConfig } from '../../../../core/config/router-config.ts';
import type { SeriesSlug } from '../../../../core/model/identifiers.ts';
import { allocateCapital, type Capital } from '../../../../core/strategy/router/allocate-capital.ts';
import { assertProperty } from '../../../support/assert-property.ts';
import { SERIES, UNIT } from '../../../support/builders.ts';

const allocated = (more: Partial<Capital>, config: Partial<RouterConfig> = {}) =>
  allocateCapital(
    { series: SERIES, freeCashMicro: 1_000 * UNIT, committedMicro: { directional: 0, 'market-maker': 0 }, ...more },
    { ...DEFAULT_ROUTER_CONFIG, ...config },
  );
const stakes = (directional: number, marketMaker: number) => ({ directional, 'market-maker': marketMaker });

describe('allocateCapital', () => {
  test('default: 60 and 40 % of free cash', () => {
    expect(allocated({})).toEqual(stakes(600 * UNIT, 400 * UNIT));
  });

  test('behavior: a series has its part by name, and one that is not named has none', () => {
    const series = [{ slug: SERIES, partPpm: 250_000 }];
    expect(allocated({}, { series })).toEqual(stakes(150 * UNIT, 100 * UNIT));
    expect(allocated({ series: 'eth-updown-5m' as SeriesSlug }, { series })).toEqual(stakes(0, 0));
  });

  test('behavior: what a strategy has at work counts as used of its part, and the other’s part is left alone', () => {
    expect(allocated({ freeCashMicro: 500 * UNIT, committedMicro: stakes(500 * UNIT, 0) })).toEqual(
      stakes(100 * UNIT, 400 * UNIT),
    );
  });

  test('behavior: who has more at work than his part gets nothing, and the other no more than there is', () => {
    expect(allocated({ freeCashMicro: 100 * UNIT, committedMicro: stakes(900 * UNIT, 0) })).toEqual(
      stakes(0, 100 * UNIT),
    );
  });

  test('behavior: nothing is given out of a debt', () => {
    expect(allocated({ freeCashMicro: -UNIT })).toEqual(stakes(0, 0));
  });

  test('error: free cash that is no whole number is a bug', () => {
    expect(() => allocated({ freeCashMicro: Number.NaN })).toThrow('whole number');
  });

  test('behavior: the stakes are whole millionths, none negative, and never more than what is free', () => {
    const money = fc.integer({ min: -UNIT, max: 1_000_000_000 * UNIT });
    const ppm = fc.integer({ min: 0, max: 1_000_000 });
    assertProperty(
      fc.property(money, money, money, ppm, ppm, ppm, (free, one, two, partPpm, part, share) => {
        const strategies = { directional: part, 'market-maker': Math.floor(((1_000_000 - part) * share) / 1_000_000) };
        const given = allocated(
          { freeCashMicro: free, committedMicro: stakes(one, two) },
          { strategies, series: [{ slug: SERIES, partPpm }] },
        );
        const sum = given.directional + given['market-maker'];
        expect(Number.isInteger(given.directional) && Number.isInteger(given['market-maker'])).toBe(true);
        expect(Math.min(given.directional, given['market-maker'])).toBeGreaterThanOrEqual(0);
        expect(sum).toBeLessThanOrEqual(Math.max(0, free));
      }),
      { numRuns: 2_000 },
    );
  });
});
