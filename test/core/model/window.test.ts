import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MarketSlug, SeriesSlug } from '../../../core/model/identifiers.ts';
import { marketSlugOf, oppositeOutcome, windowAt, windowStartOf } from '../../../core/model/window.ts';
import { assertProperty } from '../../support/assert-property.ts';

const SERIES = 'btc-updown-5m' as SeriesSlug;
const FIVE_MINUTES_MS = 300_000;
const durations = fc.constantFrom(300_000, 900_000, 3_600_000);
const times = fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 });

describe('windowAt', () => {
  test.each([
    ['the first millisecond', 1_795_405_200_000, 1_795_405_200_000],
    ['the last millisecond', 1_795_405_499_999, 1_795_405_200_000],
    ['the end belongs to the next', 1_795_405_500_000, 1_795_405_500_000],
  ])('default: %s', (_name, atMs, startMs) => {
    expect(windowAt(atMs, FIVE_MINUTES_MS)).toEqual({ startMs, endMs: startMs + FIVE_MINUTES_MS });
  });

  test('behavior: windows tile time: each instant lies in one, which starts on the grid', () => {
    assertProperty(
      fc.property(times, durations, (atMs, durationMs) => {
        const { startMs, endMs } = windowAt(atMs, durationMs);
        expect(startMs <= atMs && atMs < endMs).toBe(true);
        expect(startMs % durationMs).toBe(0);
        expect(windowAt(endMs, durationMs).startMs).toBe(endMs);
        expect(windowAt(startMs, durationMs)).toEqual({ startMs, endMs });
      }),
    );
  });
});

describe('marketSlugOf', () => {
  // Source: slug form `btc-updown-5m-<unix start>`, Polymarket notes of 2026-11-23.
  test('default: the venue names a window by its start in seconds', () => {
    expect(marketSlugOf(SERIES, 1_795_405_200_000)).toBe('btc-updown-5m-1795405200');
  });
});

describe('windowStartOf', () => {
  test('default', () => {
    expect(windowStartOf(SERIES, 'btc-updown-5m-1795405200' as MarketSlug)).toBe(1_795_405_200_000);
  });

  test.each([
    ['another series', 'eth-updown-5m-1795405200'],
    ['a longer series', 'btc-updown-5m-v2-1795405200'],
    ['no start', 'btc-updown-5m-'],
    ['the series alone', 'btc-updown-5m'],
    ['words', 'btc-updown-5m-now'],
    ['zero', 'btc-updown-5m-0'],
    ['a negative start', 'btc-updown-5m--300'],
    ['a broken start', 'btc-updown-5m-1795405200.5'],
    ['more than a number holds', `btc-updown-5m-${'9'.repeat(30)}`],
  ])('error: %s', (_name, slug) => {
    expect(windowStartOf(SERIES, slug as MarketSlug)).toBeNull();
  });

  test('behavior: reads back what the slug names', () => {
    assertProperty(
      fc.property(times, durations, (atMs, durationMs) => {
        const { startMs } = windowAt(atMs, durationMs);
        expect(windowStartOf(SERIES, marketSlugOf(SERIES, startMs))).toBe(startMs);
      }),
    );
  });
});

describe('oppositeOutcome', () => {
  test('default', () => {
    expect(oppositeOutcome('up')).toBe('down');
    expect(oppositeOutcome('down')).toBe('up');
  });
});
