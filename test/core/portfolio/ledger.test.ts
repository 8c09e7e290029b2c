import { describe, expect, test } from 'vitest';
import { DAY_MS } from '../../../core/model/time.ts';
import { bookCorrection, bookFill, bookResolution, createLedger, rollDay } from '../../../core/portfolio/ledger.ts';
import { UNIT, WINDOW_START_MS } from '../../support/builders.ts';

const DAY_START_MS = Math.floor(WINDOW_START_MS / DAY_MS) * DAY_MS;
const opened = () => createLedger(1_000 * UNIT, WINDOW_START_MS);

describe('createLedger', () => {
  test('default: the bankroll, and a day on which nothing happened', () => {
    expect(opened()).toEqual({
      cashMicro: 1_000 * UNIT,
      day: { startMs: DAY_START_MS, windows: 0, fills: 0, feesMicro: 0, realizedMicro: 0 },
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

describe('bookResolution', () => {
  test('default: the payout is cash, the profit is the day’s', () => {
    const ledger = opened();
    bookFill(ledger, 4_800_000, 0);
    bookResolution(ledger, 10 * UNIT, 5_200_000);
    expect(ledger).toMatchObject({ cashMicro: 1_005_200_000, day: { windows: 1, realizedMicro: 5_200_000 } });
  });
});

describe('bookCorrection', () => {
  test('default: the difference, and no window more', () => {
    const ledger = opened();
    bookResolution(ledger, 10 * UNIT, 5_200_000);
    bookCorrection(ledger, UNIT, 520_000);
    expect(ledger).toMatchObject({ cashMicro: 1_011 * UNIT, day: { windows: 1, realizedMicro: 5_720_000 } });
  });
});

describe('rollDay', () => {
  test('default: at midnight a new day begins, and the cash stays', () => {
    const ledger = opened();
    bookResolution(ledger, 0, -7 * UNIT);
    rollDay(ledger, DAY_START_MS + DAY_MS);
    expect(ledger).toEqual({
      cashMicro: 1_000 * UNIT,
      day: { startMs: DAY_START_MS + DAY_MS, windows: 0, fills: 0, feesMicro: 0, realizedMicro: 0 },
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
