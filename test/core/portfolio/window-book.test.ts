import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvariantError } from '../../../core/model/errors.ts';
import type { ClientOrderId, TradeId } from '../../../core/model/identifiers.ts';
import type { Side } from '../../../core/model/order.ts';
import type { Outcome } from '../../../core/model/window.ts';
import { windowPnl } from '../../../core/portfolio/payout.ts';
import { emptyPosition } from '../../../core/portfolio/position.ts';
import {
  enterMatch,
  enterSets,
  type Match,
  matchKey,
  matchOf,
  paidMicro,
  reverseMatch,
  type SetsChange,
  type WindowBook,
} from '../../../core/portfolio/window-book.ts';
import { assertProperty } from '../../support/assert-property.ts';
import { UNIT, WINDOW_START_MS } from '../../support/builders.ts';

const emptyBook = (): WindowBook => ({
  positions: { up: emptyPosition('up'), down: emptyPosition('down') },
  opening: null,
  matches: {},
  sets: [],
});

function aMatch(more: Partial<Match> = {}): Match {
  return {
    tradeId: 't-1' as TradeId,
    clientOrderId: 'mm-1' as ClientOrderId,
    outcome: 'up',
    side: 'buy',
    priceTicks: 4_800,
    sizeMicro: 10 * UNIT,
    feeMicro: 0,
    liquidity: 'maker',
    filledAtMs: WINDOW_START_MS,
    settlement: 'matched',
    settlementMs: WINDOW_START_MS,
    transactionHash: null,
    ...more,
  };
}

/** Different matches of a window, some at the same moment. */
const matches = fc
  .array(
    fc.record({
      outcome: fc.constantFrom<Outcome>('up', 'down'),
      side: fc.constantFrom<Side>('buy', 'buy', 'sell'),
      priceTicks: fc.integer({ min: 1, max: 9_999 }),
      sizeMicro: fc.integer({ min: 1, max: 500_000_000 }),
      feeMicro: fc.integer({ min: 0, max: 50_000 }),
      atMs: fc.nat({ max: 20 }),
    }),
    { maxLength: 20 },
  )
  .map((all) =>
    all.map(
      ({ atMs, ...match }, index) =>
        () =>
          aMatch({ ...match, tradeId: `t-${index}` as TradeId, filledAtMs: WINDOW_START_MS + atMs }),
    ),
  );

const bookOf = (entries: readonly (() => Match)[]): WindowBook => {
  const book = emptyBook();
  for (const make of entries) enterMatch(book, make());
  return book;
};

describe('enterMatch', () => {
  test('default: the position and the match itself', () => {
    const book = bookOf([() => aMatch({ feeMicro: 7 })]);
    expect(book.positions.up).toMatchObject({ sizeMicro: 10 * UNIT, costMicro: 4_800_000, feesMicro: 7 });
    expect(matchOf(book, 't-1' as TradeId, 'mm-1' as ClientOrderId)).toEqual(aMatch({ feeMicro: 7 }));
    expect(matchOf(book, 't-1' as TradeId, 'mm-2' as ClientOrderId)).toBeUndefined();
  });

  test('behavior: one match of the venue fills two orders of ours', () => {
    const book = bookOf([() => aMatch(), () => aMatch({ clientOrderId: 'mm-2' as ClientOrderId, outcome: 'down' })]);
    expect(book.positions.down.sizeMicro).toBe(10 * UNIT);
  });

  test('behavior: a match that has failed already is kept and changes no position', () => {
    const book = bookOf([() => aMatch({ settlement: 'failed' })]);
    expect(book.positions).toEqual(emptyBook().positions);
    expect(Object.keys(book.matches)).toEqual([matchKey('t-1' as TradeId, 'mm-1' as ClientOrderId)]);
  });

  test('behavior: the order in which matches are told changes nothing', () => {
    const shuffled = matches.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })),
    );
    assertProperty(
      fc.property(shuffled, ([told, otherwise]) => {
        expect(bookOf(otherwise).positions).toEqual(bookOf(told).positions);
      }),
    );
  });

  test('error: the same match twice', () => {
    expect(() => bookOf([() => aMatch(), () => aMatch()])).toThrow(InvariantError);
  });
});

describe('reverseMatch', () => {
  test('behavior: booking all and taking any back equals booking the others alone, to the millionth', () => {
    const withVictims = matches.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all)));
    assertProperty(
      fc.property(withVictims, fc.constantFrom<Outcome>('up', 'down'), ([all, victims], winner) => {
        const book = bookOf(all);
        const doomed = victims.map((make) => make().tradeId);
        for (const tradeId of doomed) {
          const match = matchOf(book, tradeId, 'mm-1' as ClientOrderId);
          if (match !== undefined) reverseMatch(book, match);
        }
        const others = bookOf(all.filter((make) => !doomed.includes(make().tradeId)));
        expect(book.positions).toEqual(others.positions);
        const paid = Object.values(others.matches).reduce((sum, match) => sum + paidMicro(match) + match.feeMicro, 0);
        const { pnlMicro, payoutMicro } = windowPnl([book.positions.up, book.positions.down], winner);
        expect(pnlMicro).toBe(payoutMicro - paid);
      }),
    );
  });

  test('behavior: the purchase of what was sold already leaves shares that are owed', () => {
    const book = bookOf([
      () => aMatch(),
      () => aMatch({ tradeId: 't-2' as TradeId, side: 'sell', priceTicks: 5_000, filledAtMs: WINDOW_START_MS + 1 }),
    ]);
    const bought = matchOf(book, 't-1' as TradeId, 'mm-1' as ClientOrderId) as Match;
    reverseMatch(book, bought);
    expect(book.positions.up).toMatchObject({
      sizeMicro: -10 * UNIT,
      costMicro: 0,
      soldMicro: 5 * UNIT,
      boughtMicro: 0,
      realizedMicro: 5 * UNIT,
    });
    expect(windowPnl([book.positions.up], 'up').pnlMicro).toBe(-5 * UNIT);
    expect(windowPnl([book.positions.up], 'down').pnlMicro).toBe(5 * UNIT);
  });

  test('behavior: an old window goes on from the positions that it began with', () => {
    const opening = bookOf([() => aMatch()]).positions;
    const book: WindowBook = {
      ...emptyBook(),
      positions: { up: { ...opening.up }, down: { ...opening.down } },
      opening,
    };
    const late = aMatch({ tradeId: 't-9' as TradeId, priceTicks: 6_000, sizeMicro: UNIT });
    enterMatch(book, late);
    expect(book.positions.up.costMicro).toBe(5_400_000);
    reverseMatch(book, late);
    expect(book.positions).toEqual(opening);
    expect(opening.up.sizeMicro).toBe(10 * UNIT);
  });

  test('error: a match fails once', () => {
    const book = bookOf([() => aMatch({ settlement: 'failed' })]);
    expect(() => reverseMatch(book, Object.values(book.matches)[0] as Match)).toThrow(InvariantError);
  });
});

describe('enterSets', () => {
  const merged = (sizeMicro: number, atMs = WINDOW_START_MS + 100): SetsChange => ({
    change: 'merged',
    sizeMicro,
    atMs,
  });
  const pair = (): WindowBook =>
    bookOf([() => aMatch(), () => aMatch({ tradeId: 't-2' as TradeId, outcome: 'down', priceTicks: 4_600 })]);

  test('default: a merge takes both halves, and their money is the window’s', () => {
    const book = pair();
    expect(enterSets(book, merged(4 * UNIT))).toEqual({ up: 0, down: 0 });
    expect(book.positions.up.sizeMicro).toBe(6 * UNIT);
    expect(book.positions.down.sizeMicro).toBe(6 * UNIT);
    expect(windowPnl([book.positions.up, book.positions.down], 'up').pnlMicro).toBe(600_000);
  });

  test('behavior: a match that is taken back after a merge leaves the merge where it was', () => {
    const book = pair();
    const late = aMatch({ tradeId: 't-3' as TradeId, priceTicks: 5_000, filledAtMs: WINDOW_START_MS + 50 });
    enterMatch(book, late);
    enterSets(book, merged(4 * UNIT));
    const before = pair();
    enterSets(before, merged(4 * UNIT));
    reverseMatch(book, late);
    expect(book.positions).toEqual(before.positions);
  });

  test('behavior: a match that is told after the merge that used its shares puts things right', () => {
    const book = bookOf([() => aMatch()]);
    expect(enterSets(book, merged(4 * UNIT))).toEqual({ up: 0, down: 4 * UNIT });
    enterMatch(book, aMatch({ tradeId: 't-2' as TradeId, outcome: 'down', priceTicks: 4_600 }));
    const inOrder = pair();
    enterSets(inOrder, merged(4 * UNIT));
    expect(book.positions).toEqual(inOrder.positions);
  });

  test('behavior: sets that were made are held', () => {
    const book = emptyBook();
    enterSets(book, { change: 'split', sizeMicro: 3 * UNIT, atMs: WINDOW_START_MS });
    expect(book.positions.up).toMatchObject({ sizeMicro: 3 * UNIT, boughtMicro: 1.5 * UNIT });
    expect(book.positions.down).toMatchObject({ sizeMicro: 3 * UNIT, boughtMicro: 1.5 * UNIT });
  });
});
