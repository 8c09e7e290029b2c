import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseIsoMs } from '../../../core/model/iso-time.ts';
import { assertProperty } from '../../support/assert-property.ts';

describe('parseIsoMs', () => {
  test.each([
    ['1970-01-01T00:00:00Z', 0],
    ['2026-11-23T03:40:00Z', 1_795_405_200_000],
    ['2026-11-23T03:40:00.5Z', 1_795_405_200_500],
    ['2026-11-23T03:40:00.228568804Z', 1_795_405_200_228],
    ['2026-11-23 03:40:00+00', 1_795_405_200_000],
    ['2026-11-22T22:40:00-05:00', 1_795_405_200_000],
    ['2024-02-29T00:00:00Z', 1_709_164_800_000],
  ])('default: %s', (text, expected) => {
    expect(parseIsoMs(text)).toBe(expected);
  });

  test('behavior: agrees with Date for every time that Date writes', () => {
    const date = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
    assertProperty(fc.property(date, (at) => parseIsoMs(at.toISOString()) === at.getTime()));
  });

  test('behavior: what is below a millisecond is cut', () => {
    expect(parseIsoMs('2026-11-23T03:40:00.999999999Z')).toBe(1_795_405_200_999);
  });

  test.each([
    ['a date alone', '2026-11-23'],
    ['no offset', '2026-11-23T03:40:00'],
    ['a day the month does not have', '2026-02-29T00:00:00Z'],
    ['a century that is no leap year', '2100-02-29T00:00:00Z'],
    ['month 13', '2026-13-01T00:00:00Z'],
    ['month 0', '2026-00-01T00:00:00Z'],
    ['day 0', '2026-01-00T00:00:00Z'],
    ['hour 24', '2026-01-01T24:00:00Z'],
    ['minute 60', '2026-01-01T00:60:00Z'],
    ['a leap second', '2026-01-01T00:00:60Z'],
    ['an offset beyond a day', '2026-01-01T00:00:00+24:00'],
    ['a trailing word', '2026-01-01T00:00:00Z m=+1'],
    ['an empty string', ''],
    ['a number', 1_795_405_200_000],
    ['null', null],
  ])('error: %s', (_name, text) => {
    expect(parseIsoMs(text)).toBeNull();
  });
});
