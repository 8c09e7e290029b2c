import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isSettled,
  SETTLEMENT_ROWS,
  SETTLEMENT_STATUSES,
  settlementRow,
  settlementStatusOf,
} from '../../../core/execution/settlement-machine.ts';
import { assertProperty } from '../../support/assert-property.ts';

describe('settlementRow', () => {
  test.each([
    ['matched', ['matched', 'mined', 'retrying', 'confirmed', 'failed!']],
    ['mined', ['matched', 'mined', 'retrying', 'confirmed', 'failed!']],
    ['retrying', ['matched', 'mined', 'retrying', 'confirmed', 'failed!']],
    ['confirmed', ['confirmed', 'confirmed', 'confirmed', 'confirmed', 'confirmed!']],
    ['failed', ['failed', 'failed', 'failed', 'failed!', 'failed']],
  ] as const)('default: %s, then each word in turn', (from, expected) => {
    const cells = SETTLEMENT_STATUSES.map((word) => {
      const { to, raise } = settlementRow(from, word);
      return `${to}${raise === null ? '' : '!'}`;
    });
    expect(cells).toEqual(expected);
  });

  test('behavior: an end is never left, whatever is said', () => {
    const word = fc.constantFrom(...SETTLEMENT_STATUSES);
    assertProperty(
      fc.property(fc.array(word), (words) => {
        let status = settlementRow('matched', 'matched').to;
        for (const next of words) {
          const before = status;
          status = settlementRow(before, next).to;
          if (isSettled(before)) expect(status).toBe(before);
        }
        const end = words.find(isSettled);
        if (end !== undefined) expect(status).toBe(end);
      }),
    );
  });

  test('behavior: every pair has a row that says why', () => {
    expect(SETTLEMENT_ROWS).toHaveLength(SETTLEMENT_STATUSES.length ** 2);
    for (const { why } of SETTLEMENT_ROWS) expect(why).not.toBe('');
  });
});

describe('settlementStatusOf', () => {
  // Words of the user channel and, prefixed, of REST (venue notes of 2026-11-23, polymarket §3.2).
  test.each([
    ['MATCHED', 'matched'],
    ['MINED', 'mined'],
    ['CONFIRMED', 'confirmed'],
    ['RETRYING', 'retrying'],
    ['FAILED', 'failed'],
    ['TRADE_STATUS_CONFIRMED', 'confirmed'],
    ['TRADE_STATUS_MATCHED_NOT_BROADCASTED', 'matched'],
    ['MATCHED_NOT_BROADCASTED', 'matched'],
    ['SETTLED', null],
    ['', null],
    ['TRADE_STATUS_', null],
  ])('default: %s: %s', (word, status) => {
    expect(settlementStatusOf(word)).toBe(status);
  });
});
