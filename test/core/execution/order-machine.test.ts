import { describe, expect, test } from 'vitest';
import { isEnded, nextOrderStatus, ORDER_EVENTS, ORDER_TRANSITIONS } from '../../../core/execution/order-machine.ts';
import type { OpenOrderStatus } from '../../../core/model/order.ts';

/** Every pair, spelled out; `null` is a surprise. Columns are `ORDER_EVENTS` in their order. */
const TABLE: Record<OpenOrderStatus, readonly (string | null)[]> = {
  // accepted, rejected, partly-filled, filled, cancel-requested, cancel-rejected, canceled, unknown, expired-unsent
  'in-flight': ['resting', 'rejected', 'resting', 'filled', 'cancel-pending', null, 'canceled', 'unknown', 'expired'],
  resting: ['resting', null, 'resting', 'filled', 'cancel-pending', 'resting', 'canceled', 'unknown', null],
  'cancel-pending': [
    'cancel-pending',
    'rejected',
    'cancel-pending',
    'filled',
    'cancel-pending',
    'resting',
    'canceled',
    'unknown',
    'expired',
  ],
  unknown: ['resting', 'rejected', 'resting', 'filled', 'unknown', 'unknown', 'canceled', 'unknown', 'expired'],
};
const STATUSES = Object.keys(TABLE) as OpenOrderStatus[];

describe('nextOrderStatus', () => {
  test.each(
    STATUSES.flatMap((status) => ORDER_EVENTS.map((event, column) => [status, event, TABLE[status][column]] as const)),
  )('default: %s, %s → %s', (status, event, next) => {
    expect(nextOrderStatus(status, event)).toBe(next);
  });

  test('behavior: the table has a row for every open status and nothing else', () => {
    expect(Object.keys(ORDER_TRANSITIONS).sort()).toEqual([...STATUSES].sort());
    for (const status of STATUSES) expect(isEnded(status)).toBe(false);
  });

  test('behavior: an order of which nothing is known never ends without a word of the venue or of our own log', () => {
    expect(nextOrderStatus('unknown', 'cancel-requested')).toBe('unknown');
    expect(nextOrderStatus('unknown', 'cancel-rejected')).toBe('unknown');
    expect(nextOrderStatus('unknown', 'unknown')).toBe('unknown');
  });
});

describe('isEnded', () => {
  test.each([
    ['filled', true],
    ['canceled', true],
    ['rejected', true],
    ['expired', true],
    ['in-flight', false],
    ['resting', false],
    ['cancel-pending', false],
    ['unknown', false],
  ] as const)('default: %s: %s', (status, ended) => {
    expect(isEnded(status)).toBe(ended);
  });

  test('behavior: an ended status has no row to leave it by', () => {
    const reached = STATUSES.flatMap((status) => ORDER_EVENTS.map((event) => nextOrderStatus(status, event)));
    for (const status of reached)
      if (status !== null && isEnded(status)) expect(status in ORDER_TRANSITIONS).toBe(false);
  });
});
