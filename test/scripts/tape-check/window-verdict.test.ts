import { describe, expect, test } from 'vitest';
import { meanAt, meanSeenAt } from '../../../scripts/tape-check/recorded-prices.ts';
import { type PlayedWindow, windowVerdict } from '../../../scripts/tape-check/window-verdict.ts';

const START = Date.UTC(2026, 6, 24, 3);
const END = START + 300_000;
const E18 = 10n ** 18n;

/** One dollar more each second, from 100 at two minutes before the window; the seconds of `missing` are left out. */
function ticksWithout(...missing: readonly number[]): Map<number, bigint> {
  const ticks = new Map<number, bigint>();
  for (let second = -120; second <= 300; second++) {
    if (!missing.includes(second)) ticks.set(START + second * 1_000, BigInt(220 + second) * E18);
  }
  return ticks;
}

/** The mean of 161 … 220 is 190.5, five minutes later it is 490.5. */
const RIGHT: PlayedWindow = {
  windowStartMs: START,
  windowEndMs: END,
  strike: '190.5',
  final: '490.5',
  outcome: 'up',
  verification: 'confirmed',
};

describe('windowVerdict', () => {
  test('default', () => {
    expect(windowVerdict(ticksWithout(), START, END, RIGHT)).toEqual({
      ok: true,
      line: '03:00–03:05  strike 190.5  final 490.5  outcome up  verification confirmed  ok',
    });
  });

  test('behavior: a boundary without a tick must not be captured', () => {
    const ticks = ticksWithout(0);
    expect(windowVerdict(ticks, START, END, { ...RIGHT, strike: null, verification: 'missing' }).ok).toBe(true);
    expect(windowVerdict(ticks, START, END, RIGHT).ok).toBe(false);
  });

  test.each([
    ['strike', { ...RIGHT, strike: '190.500000000000000001' }, 'strike 190.500000000000000001 (the ticks give 190.5)'],
    ['final', { ...RIGHT, final: null }, 'final not captured (the ticks give 490.5)'],
    ['outcome', { ...RIGHT, outcome: 'down' }, 'outcome down (the ticks give up)'],
    ['verification', { ...RIGHT, verification: 'mismatch' }, 'verification mismatch (the ticks give confirmed)'],
  ])('behavior: another %s is a difference', (_what, played, text) => {
    const verdict = windowVerdict(ticksWithout(), START, END, played);
    expect(verdict.ok).toBe(false);
    expect(verdict.line).toContain(text);
    expect(verdict.line).toContain('DIFFERENT');
  });

  test('behavior: a window without a record is a difference', () => {
    expect(windowVerdict(ticksWithout(), START, END, null)).toEqual({
      ok: false,
      line: '03:00–03:05  no final record',
    });
  });
});

describe('meanAt', () => {
  test('default: a second without a tick counts with the one before it', () => {
    // 215 in the place of 216.
    expect(meanAt(ticksWithout(-4), START)).toBe(((190n * 60n + 30n - 1n) * E18) / 60n);
  });

  test('behavior: before the first tick the first one counts', () => {
    expect(meanAt(ticksWithout(), START - 120_000)).toBe(100n * E18);
  });
});

describe('meanSeenAt', () => {
  test('default: a whole minute must lie behind it', () => {
    expect(meanSeenAt(ticksWithout(), START - 61_000)).toBe(meanAt(ticksWithout(), START - 61_000));
    expect(meanSeenAt(ticksWithout(), START - 62_000)).toBeNull();
  });

  test('behavior: without a tick of its own there is none', () => {
    expect(meanSeenAt(ticksWithout(0), START)).toBeNull();
  });
});
