import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createAccountBook, dayLossMicro, payoutOf, realisedLossMicro } from '../../../runner/account/account-book.ts';
import { SERIES, START_MS, UNIT, windowAt } from '../../support/account-world.ts';
import { assertProperty } from '../../support/assert-property.ts';
import { anExposure, anOrder } from '../../support/builders.ts';

function bookWith(index = 0) {
  const { slug, conditionId, tokens, window } = windowAt(index);
  const book = createAccountBook();
  book.openWindow({ series: SERIES, slug, conditionId, tokens, startMs: window.startMs, endMs: window.endMs });
  return { book, conditionId };
}
const aFill = { priceTicks: 4_800, sizeMicro: 10 * UNIT, feeMicro: 1_000 };

describe('createAccountBook', () => {
  test('behavior: a match that is taken back leaves nothing (property)', () => {
    assertProperty(
      fc.property(
        fc.array(
          fc.record({
            outcome: fc.constantFrom('up' as const, 'down' as const),
            side: fc.constantFrom('buy' as const, 'sell' as const),
            priceTicks: fc.integer({ min: 1, max: 9_999 }),
            sizeMicro: fc.integer({ min: 1, max: 1_000 * UNIT }),
            feeMicro: fc.integer({ min: 0, max: UNIT }),
          }),
        ),
        (fills) => {
          const { book, conditionId } = bookWith();
          for (const { outcome, side, ...fill } of fills) book.fill(conditionId, outcome, side, fill, 1);
          for (const { outcome, side, ...fill } of fills) book.fill(conditionId, outcome, side, fill, -1);
          expect(book.windows.get(conditionId)).toMatchObject({ upMicro: 0, downMicro: 0, netPaidMicro: 0 });
        },
      ),
    );
  });

  test('behavior: a merged set is one pUSD, less its cost', () => {
    const { book, conditionId } = bookWith();
    book.fill(conditionId, 'up', 'buy', aFill, 1);
    book.fill(conditionId, 'down', 'buy', aFill, 1);
    book.changeSets(conditionId, 'merged', 10 * UNIT, 500);
    expect(book.windows.get(conditionId)).toMatchObject({ upMicro: 0, downMicro: 0, netPaidMicro: -397_500 });
  });

  test('behavior: an hour forgets what was sent before it', () => {
    const { book, conditionId } = bookWith();
    book.noteSent(START_MS, { order: anOrder(), conditionId });
    expect(book.sentInHourMicro(START_MS + 3_599_999)).toBe(4.8 * UNIT);
    expect(book.sentInHourMicro(START_MS + 3_600_000)).toBe(0);
    expect(book.ordersInWindow(conditionId)).toBe(1);
  });
});

describe('dayLossMicro', () => {
  test('behavior: an unresolved window counts at its worst, open orders included; a resolved one as it came out', () => {
    const { book, conditionId } = bookWith();
    book.fill(conditionId, 'up', 'buy', aFill, 1);
    expect(dayLossMicro(book, () => [], START_MS)).toBe(4_801_000);
    expect(dayLossMicro(book, () => [anExposure()], START_MS)).toBe(9_601_000);
    book.resolve(conditionId, 'up', START_MS + 400_000);
    expect(payoutOf(book.windows.get(conditionId) ?? expect.fail())).toBe(10 * UNIT);
    expect(dayLossMicro(book, () => [], START_MS)).toBe(0);
    expect(realisedLossMicro(book.windows.values())).toBe(-5_199_000);
  });

  test('behavior: a day’s loss is not the next day’s', () => {
    const { book, conditionId } = bookWith();
    book.fill(conditionId, 'up', 'buy', aFill, 1);
    book.resolve(conditionId, 'down', START_MS);
    expect(dayLossMicro(book, () => [], START_MS)).toBe(4_801_000);
    expect(dayLossMicro(book, () => [], START_MS + 86_400_000)).toBe(0);
  });
});
