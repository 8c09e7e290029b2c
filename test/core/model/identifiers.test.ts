import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isConditionId, isMarketSlug, isSeriesSlug, isTokenId } from '../../../core/model/identifiers.ts';
import { assertProperty } from '../../support/assert-property.ts';

const NOT_TEXT: readonly unknown[] = [null, undefined, 0, 1n, true, {}, [], ['1']];
const TOKEN = '40760009123456789012345678901234567890123456789012345678901234567890123452829';

describe('isSeriesSlug', () => {
  test.each(['btc-updown-5m', 'eth-updown-15m', 'btc-updown-1h'])('default: %s', (text) => {
    expect(isSeriesSlug(text)).toBe(true);
  });

  test.each([
    '',
    'btc',
    'BTC-updown-5m',
    'btc--5m',
    '-btc-5m',
    'btc-5m-',
    'btc updown',
    "x'-y",
    'btc/updown-5m',
    'a-b\n',
  ])('error: %j', (text) => {
    expect(isSeriesSlug(text)).toBe(false);
  });

  test.each(NOT_TEXT.map((value) => [value]))('error: not text: %o', (value) => {
    expect(isSeriesSlug(value)).toBe(false);
  });
});

describe('isMarketSlug', () => {
  test('default: a series and a unix start', () => {
    expect(isMarketSlug('btc-updown-5m-1795405200')).toBe(true);
  });

  test.each(['btc-updown-5m', 'btc-updown-5m-', '1795405200', 'btc-updown-5m-12345678', 'btc-updown-5m-123456789012'])(
    'error: %j',
    (text) => {
      expect(isMarketSlug(text)).toBe(false);
    },
  );

  test.each(NOT_TEXT.map((value) => [value]))('error: not text: %o', (value) => {
    expect(isMarketSlug(value)).toBe(false);
  });
});

describe('isTokenId', () => {
  test('default: a decimal uint256', () => {
    expect(isTokenId(TOKEN)).toBe(true);
    expect(isTokenId((2n ** 256n - 1n).toString())).toBe(true);
  });

  test.each(['', '-1', '+1', '1.0', '1e10', '0x1f', ' 1', '1 ', '9'.repeat(79), '١٢٣'])('error: %j', (text) => {
    expect(isTokenId(text)).toBe(false);
  });

  test.each(NOT_TEXT.map((value) => [value]))('error: not text: %o', (value) => {
    expect(isTokenId(value)).toBe(false);
  });

  test('behavior: every uint256 is one, as text and never as a number', () => {
    assertProperty(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }), (id) => {
        expect(isTokenId(id.toString())).toBe(true);
        expect(isTokenId(Number(id))).toBe(false);
      }),
    );
  });
});

describe('isConditionId', () => {
  test('default: 0x and 64 lower-case hex digits', () => {
    expect(isConditionId(`0x${'6e50'.repeat(16)}`)).toBe(true);
  });

  test.each([
    '',
    '0x',
    '6e50'.repeat(16),
    `0x${'6e50'.repeat(15)}`,
    `0x${'6e50'.repeat(17)}`,
    `0x${'6E50'.repeat(16)}`,
    `0x${'xyz0'.repeat(16)}`,
    `0x${'6e50'.repeat(16)}\n`,
  ])('error: %j', (text) => {
    expect(isConditionId(text)).toBe(false);
  });

  test.each(NOT_TEXT.map((value) => [value]))('error: not text: %o', (value) => {
    expect(isConditionId(value)).toBe(false);
  });
});
