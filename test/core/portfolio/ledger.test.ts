import { describe, expect, test } from 'vitest';
import { DAY_MS } from '../../../core/model/time.ts';
import {
  bookCompleteSets,
  bookCorrection,
  bookCost,
  bookFill,
  bookRedemption,
  bookResolution,
  bookReversal,
  createLedger,
  rollDay,
} from '../../../core/portfolio/ledger.ts';
import { UNIT, WINDOW_START_MS } from '../../support/builders.ts';

const DAY_START_MS = Math.floor(WINDOW_START_MS / DAY_MS) * DAY_MS;
const opened = () => createLedger(1_000 * UNIT, WINDOW_START_MS);

describe('createLedger', () => {
  test('default: the bankroll, and a day on which nothing happened', () => {
    expect(opened()).toEqual({
      cashMicro: 1_000 * UNIT,
      redeemableMicro: 0,
      day: { startMs: DAY_START_MS, windows: 0, fills: 0, feesMicro: 0, costsMicro: 0, realizedMicro: 0 },
    });
  });
});

describe('bookFill', () => {
  test('default: what was paid and its fee leave the cash', () => {
    const ledger = opened();
    bookFill(ledger, 4_800_001, 17_500);
    expect(ledger.cashMicro).toBe(995_182_499);
    expect(ledger.day).toMatchObject({ fills: 1, feesMicro: 17_500, realizedMicro: 0 });
  });

  test('behavior: what was received comes to it', () => {
    const ledger = opened();
    bookFill(ledger, -5_000_000, 10);
    expect(ledger.cashMicro).toBe(1_004_999_990);
  });
});

describe('bookReversal', () => {
  test('default: a fill that is taken back leaves no trace', () => {
    const ledger = opened();
    bookFill(ledger, 4_800_001, 17_500);
    bookReversal(ledger, 4_800_001, 17_500);
    expect(ledger).toEqual(opened());
  });

  test('behavior: taken back on a later day, both days together are as if it had never been', () => {
    const ledger = opened();
    bookFill(ledger, -5_000_000, 10);
    const first = { ...ledger.day };
    rollDay(ledger, DAY_START_MS + DAY_MS);
    bookReversal(ledger, -5_000_000, 10);
    expect(ledger.cashMicro).toBe(1_000 * UNIT);
    expect(first.fills + ledger.day.fills).toBe(0);
    expect(first.feesMicro + ledger.day.feesMicro).toBe(0);
  });
});

describe('bookResolution', () => {
  test('default: the payout is won and no cash yet, the profit is the day’s', () => {
    const ledger = opened();
    bookFill(ledger, 4_800_000, 0);
    bookResolution(ledger, 10 * UNIT, 5_200_000);
    expect(ledger).toMatchObject({
      cashMicro: 995_200_000,
      redeemableMicro: 10 * UNIT,
      day: { windows: 1, realizedMicro: 5_200_000 },
    });
  });
});

describe('bookCorrection', () => {
  test('default: the difference, and no window more', () => {
    const ledger = opened();
    bookResolution(ledger, 10 * UNIT, 5_200_000);
    bookCorrection(ledger, UNIT, 520_000);
    expect(ledger).toMatchObject({ redeemableMicro: 11 * UNIT, day: { windows: 1, realizedMicro: 5_720_000 } });
  });
});

describe('bookRedemption', () => {
  test('default: what was won is cash', () => {
    const ledger = opened();
    bookResolution(ledger, 10 * UNIT, 5_200_000);
    bookRedemption(ledger, 10 * UNIT);
    expect(ledger).toMatchObject({ cashMicro: 1_010 * UNIT, redeemableMicro: 0, day: { realizedMicro: 5_200_000 } });
  });

  test('behavior: told before the result that it pays, both together are what we own', () => {
    const ledger = opened();
    bookRedemption(ledger, 10 * UNIT);
    expect(ledger.cashMicro + ledger.redeemableMicro).toBe(1_000 * UNIT);
    bookResolution(ledger, 10 * UNIT, 5_200_000);
    expect(ledger).toMatchObject({ cashMicro: 1_010 * UNIT, redeemableMicro: 0 });
  });
});

describe('bookCompleteSets', () => {
  test('default: merged sets are money, split money is not', () => {
    const ledger = opened();
    bookCompleteSets(ledger, 7 * UNIT);
    bookCompleteSets(ledger, -3 * UNIT);
    expect(ledger).toMatchObject({ cashMicro: 1_004 * UNIT, day: { realizedMicro: 0 } });
  });
});

describe('bookCost', () => {
  test('default: it leaves the cash and is a loss of the day', () => {
    const ledger = opened();
    bookCost(ledger, 12_345);
    expect(ledger).toMatchObject({ cashMicro: 999_987_655, day: { costsMicro: 12_345, realizedMicro: -12_345 } });
  });
});

describe('rollDay', () => {
  test('default: at midnight a new day begins, and the cash stays', () => {
    const ledger = opened();
    bookResolution(ledger, 0, -7 * UNIT);
    rollDay(ledger, DAY_START_MS + DAY_MS);
    expect(ledger).toEqual({
      cashMicro: 1_000 * UNIT,
      redeemableMicro: 0,
      day: { startMs: DAY_START_MS + DAY_MS, windows: 0, fills: 0, feesMicro: 0, costsMicro: 0, realizedMicro: 0 },
    });
  });

  test.each([
    ['a millisecond before midnight', DAY_START_MS + DAY_MS - 1],
    ['an older time', DAY_START_MS - DAY_MS],
  ])('behavior: %s: the day and its loss stay', (_, nowMs) => {
    const ledger = opened();
    bookResolution(ledger, 0, -7 * UNIT);
    rollDay(ledger, nowMs);
    expect(ledger.day.realizedMicro).toBe(-7 * UNIT);
  });
});
