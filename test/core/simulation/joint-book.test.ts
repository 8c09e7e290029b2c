import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvariantError } from '../../../core/model/errors.ts';
import {
  addOrder,
  type BookSide,
  bestPrice,
  createJointBook,
  type JointBook,
  ladderOf,
  removeOrder,
  sizeAt,
  takeFrom,
  wouldCross,
} from '../../../core/simulation/joint-book.ts';

const SHARE = 1_000_000;

function bookOf(...orders: [id: number, side: BookSide, priceTicks: number, shares: number][]): JointBook {
  const book = createJointBook();
  for (const [id, side, priceTicks, shares] of orders) {
    addOrder(book, { id, owner: `maker-${id}`, side, priceTicks, remainingMicro: shares * SHARE });
  }
  return book;
}

describe('takeFrom', () => {
  test('default: best price first, oldest order first', () => {
    const book = bookOf([1, 'ask', 5200, 10], [2, 'ask', 5100, 5], [3, 'ask', 5100, 7]);
    expect(takeFrom(book, 'ask', 5200, 15 * SHARE)).toEqual([
      { orderId: 2, owner: 'maker-2', priceTicks: 5100, sizeMicro: 5 * SHARE },
      { orderId: 3, owner: 'maker-3', priceTicks: 5100, sizeMicro: 7 * SHARE },
      { orderId: 1, owner: 'maker-1', priceTicks: 5200, sizeMicro: 3 * SHARE },
    ]);
    expect(ladderOf(book, 'up')).toEqual({ bids: [], asks: [5200, 7 * SHARE] });
  });

  test('behavior: stops at the limit', () => {
    const book = bookOf([1, 'bid', 4900, 10], [2, 'bid', 4800, 10]);
    expect(takeFrom(book, 'bid', 4900, 50 * SHARE)).toHaveLength(1);
    expect(bestPrice(book, 'bid')).toBe(4800);
  });
});

describe('addOrder', () => {
  test.each<[string, BookSide, number, number]>([
    ['a bid at the ask', 'bid', 5100, 1],
    ['an ask at the bid', 'ask', 4900, 1],
    ['no size', 'bid', 4000, 0],
    ['price 0', 'bid', 0, 1],
    ['price 1', 'ask', 10_000, 1],
  ])('error: %s', (_name, side, priceTicks, shares) => {
    const book = bookOf([1, 'bid', 4900, 10], [2, 'ask', 5100, 10]);
    expect(() => addOrder(book, { id: 3, owner: 'x', side, priceTicks, remainingMicro: shares * SHARE })).toThrow(
      InvariantError,
    );
  });

  test('error: an id used twice', () => {
    const book = bookOf([1, 'bid', 4900, 10]);
    expect(() => addOrder(book, { id: 1, owner: 'x', side: 'bid', priceTicks: 4800, remainingMicro: 1 })).toThrow(
      InvariantError,
    );
  });
});

describe('ladderOf', () => {
  test('behavior: Down is the mirror image of Up', () => {
    const book = bookOf([1, 'bid', 4900, 10], [2, 'bid', 4800, 20], [3, 'ask', 5100, 30]);
    expect(ladderOf(book, 'down')).toEqual({
      bids: [4900, 30 * SHARE],
      asks: [5100, 10 * SHARE, 5200, 20 * SHARE],
    });
  });
});

describe('joint book', () => {
  const operation = fc.record({
    kind: fc.constantFrom('add', 'remove', 'take'),
    side: fc.constantFrom<BookSide>('bid', 'ask'),
    cents: fc.integer({ min: 1, max: 99 }),
    shares: fc.integer({ min: 1, max: 50 }),
    id: fc.integer({ min: 0, max: 60 }),
  });

  test('behavior: never crossed, sorted, and every level is the sum of its orders', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 120 }), (operations) => {
        const book = createJointBook();
        for (const { kind, side, cents, shares, id } of operations) {
          const priceTicks = cents * 100;
          if (kind === 'take') takeFrom(book, side, priceTicks, shares * SHARE);
          else if (kind === 'remove') removeOrder(book, id);
          else if (!book.orders.has(id) && !wouldCross(book, side, priceTicks)) {
            addOrder(book, { id, owner: 'x', side, priceTicks, remainingMicro: shares * SHARE });
          }
        }
        expectSound(book);
      }),
    );
  });

  test('behavior: what is taken and what is left is what was there', () => {
    const book = bookOf([1, 'ask', 5100, 10], [2, 'ask', 5200, 10]);
    const fills = takeFrom(book, 'ask', 9900, 12 * SHARE);
    expect(fills.reduce((sum, fill) => sum + fill.sizeMicro, 0)).toBe(12 * SHARE);
    expect(sizeAt(book, 'ask', 5200)).toBe(8 * SHARE);
    expect(sizeAt(book, 'ask', 5100)).toBe(0);
  });
});

function expectSound(book: JointBook): void {
  const bid = bestPrice(book, 'bid');
  const ask = bestPrice(book, 'ask');
  if (bid !== null && ask !== null) expect(bid).toBeLessThan(ask);
  let orders = 0;
  for (const levels of [book.bids, book.asks]) {
    for (const level of levels) {
      expect(level.totalMicro).toBe(level.orders.reduce((sum, order) => sum + order.remainingMicro, 0));
      expect(level.totalMicro).toBeGreaterThan(0);
      orders += level.orders.length;
    }
  }
  expect(orders).toBe(book.orders.size);
  const prices = book.bids.map((level) => level.priceTicks);
  expect(prices).toEqual([...prices].sort((left, right) => right - left));
}
