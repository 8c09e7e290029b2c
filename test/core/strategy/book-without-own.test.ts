import { describe, expect, test } from 'vitest';
import { bookWithoutOwn } from '../../../core/strategy/book-without-own.ts';
import { UNIT } from '../../support/builders.ts';
import { aBookPair, anOwnOrder, MARKET_MAKER } from './directional/directional-view.ts';

const book = aBookPair([7_000, 10, 6_900, 50], [7_100, 30, 7_200, 50]);

describe('bookWithoutOwn', () => {
  test('default: without orders of ours it is the book itself', () => {
    expect(bookWithoutOwn(book.up, 'up', [])).toBe(book.up);
  });

  test('behavior: our bid is no bid of the market, and no offer of the other outcome', () => {
    const orders = [anOwnOrder()];
    expect(bookWithoutOwn(book.up, 'up', orders)).toEqual(aBookPair([6_900, 50], [7_100, 30, 7_200, 50]).up);
    expect(bookWithoutOwn(book.down, 'down', orders)).toEqual(aBookPair([6_900, 50], [7_100, 30, 7_200, 50]).down);
  });

  test('behavior: another strategy’s bid for Down is no offer of Up; what others have at the price stays', () => {
    const orders = [anOwnOrder({ strategy: MARKET_MAKER, outcome: 'down', priceTicks: 2_900 })];
    expect(bookWithoutOwn(book.up, 'up', orders).asks).toEqual([7_100, 20 * UNIT, 7_200, 50 * UNIT]);
  });

  test('behavior: a sale of ours is no offer of the market', () => {
    const orders = [anOwnOrder({ side: 'sell', priceTicks: 7_100, remainingMicro: 30 * UNIT })];
    expect(bookWithoutOwn(book.up, 'up', orders).asks).toEqual([7_200, 50 * UNIT]);
  });
});
