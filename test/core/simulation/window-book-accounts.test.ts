import { describe, expect, test } from 'vitest';
import { InvariantError } from '../../../core/model/errors.ts';
import type { AccountTrade } from '../../../core/simulation/account-trade.ts';
import { type BookGenerator, createBookGenerator } from '../../../core/simulation/book-generator.ts';
import { createMarketGenerator } from '../../../core/simulation/market-generator.ts';
import type { AccountBook } from '../../../core/simulation/window-book-accounts.ts';

const ORIGIN = 1_795_405_200_000;
const DURATION = 300_000;
const SHARE = 1_000_000;

function generatorOf(seed: number, participants: 'simulated' | 'none' = 'simulated'): BookGenerator {
  const path = createMarketGenerator({ seed, originMs: ORIGIN - 20_000, startPriceUsd: 84_000 });
  return createBookGenerator({ path, durationMs: DURATION, seed, fromMs: ORIGIN - 20_000, participants });
}

function bookOf(books: BookGenerator): AccountBook {
  const book = books.accountBookOf(ORIGIN);
  if (book === null) throw new Error('the window is quoted');
  return book;
}

const touch = (book: AccountBook, side: 'bid' | 'ask'): number => book.levels(side)[0]?.priceTicks ?? Number.NaN;

describe('createAccountBook', () => {
  test('behavior: an order at the touch is hit by takers in its turn, and what is told adds up to it', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const books = generatorOf(seed);
      books.passTo(ORIGIN + 10_000);
      const book = bookOf(books);
      const priceTicks = touch(book, 'ask');
      const ahead = book.levels('ask')[0]?.totalMicro ?? 0;
      const id = book.rest(ORIGIN + 10_000, 'us', { side: 'ask', priceTicks, sizeMicro: 30 * SHARE });
      const trades: AccountTrade[] = [];
      for (let atMs = ORIGIN + 10_050; atMs <= ORIGIN + 90_000; atMs += 50) {
        books.passTo(atMs);
        trades.push(...books.takeAccountTrades());
      }
      const own = trades.flatMap(({ fills }) => fills).filter((fill) => fill.orderId === id);
      const leftMicro = book.withdraw(ORIGIN + 90_000, id) ?? 0;
      expect(own.reduce((sum, { sizeMicro }) => sum + sizeMicro, 0) + leftMicro).toBe(30 * SHARE);
      expect(own.every((fill) => fill.priceTicks === priceTicks && fill.owner === 'us')).toBe(true);
      expect(ahead).toBeGreaterThan(0);
      expect(trades.every((trade) => trade.hits === 'ask' && trade.atMs > ORIGIN + 10_000)).toBe(true);
    }
  });

  test('behavior: makers trade with an order that stands where they would quote, before takers come', () => {
    const takers = new Set<number>();
    for (let seed = 1; seed <= 10; seed++) {
      // Before the window takers are rare; makers look several times a second.
      const path = createMarketGenerator({ seed, originMs: ORIGIN - 320_000, startPriceUsd: 84_000 });
      const books = createBookGenerator({ path, durationMs: DURATION, seed, fromMs: ORIGIN - 320_000 });
      books.passTo(ORIGIN - 300_000);
      const book = bookOf(books);
      const bid = touch(book, 'bid');
      const depth = book.levels('bid').filter(({ priceTicks }) => priceTicks >= bid - 1_000);
      const sizeMicro = depth.reduce((sum, { totalMicro }) => sum + totalMicro, 0);
      book.take(ORIGIN - 300_000, { hits: 'bid', limitTicks: bid - 1_000, sizeMicro, outcome: 'down' });
      const id = book.rest(ORIGIN - 300_000, 'us', { side: 'ask', priceTicks: bid - 1_000, sizeMicro: 100 * SHARE });
      books.passTo(ORIGIN - 299_000);
      const hit = books
        .takeAccountTrades()
        .flatMap(({ fills }) => fills)
        .filter((fill) => fill.orderId === id);
      if (hit.reduce((sum, fill) => sum + fill.sizeMicro, 0) === 100 * SHARE) takers.add(seed);
    }
    expect(takers.size).toBe(10);
  });

  test('behavior: at the end the public’s offers go, an account’s stays until it is withdrawn', () => {
    for (const side of ['bid', 'ask'] as const) {
      const books = generatorOf(3, 'none');
      books.passTo(ORIGIN);
      const book = bookOf(books);
      const id = book.rest(ORIGIN, 'us', { side, priceTicks: 5_000, sizeMicro: SHARE });
      books.passTo(ORIGIN + DURATION + 10_000);
      expect(book.withdraw(ORIGIN + DURATION + 10_000, id)).toBe(SHARE);
      expect(book.withdraw(ORIGIN + DURATION + 10_000, id)).toBeNull();
    }
  });

  test('behavior: an account that comes and goes leaves no trace in what follows', () => {
    const alone = generatorOf(5);
    const visited = generatorOf(5);
    for (const books of [alone, visited]) books.advanceTo(ORIGIN + 5_000);
    const book = bookOf(visited);
    const id = book.rest(ORIGIN + 5_000, 'us', { side: 'bid', priceTicks: 100, sizeMicro: 5 * SHARE });
    expect(book.withdraw(ORIGIN + 5_000, id)).toBe(5 * SHARE);
    const told = visited.advanceTo(ORIGIN + 30_000);
    expect(told.slice(0, 2).map(({ kind }) => kind)).toEqual(['levels-changed', 'levels-changed']);
    expect(told.slice(2)).toEqual(alone.advanceTo(ORIGIN + 30_000));
  });

  test('behavior: what accounts do is told once time goes on, and not ahead of it', () => {
    const books = generatorOf(7, 'none');
    books.passTo(ORIGIN + 100);
    books.advanceTo(ORIGIN + 100);
    bookOf(books).rest(ORIGIN + 100, 'us', { side: 'bid', priceTicks: 5_000, sizeMicro: SHARE });
    expect(books.advanceTo(ORIGIN + 99)).toEqual([]);
    expect(books.advanceTo(ORIGIN + 100)).toMatchObject([{ kind: 'levels-changed', bestBidTicks: 5_000 }]);
  });

  test('error: an order that crosses does not rest, unless it is admitted again', () => {
    const books = generatorOf(9);
    books.passTo(ORIGIN + 1_000);
    const book = bookOf(books);
    const priceTicks = touch(book, 'bid') - 200;
    const quote = { side: 'ask', priceTicks, sizeMicro: 10_000 * SHARE } as const;
    expect(() => book.rest(ORIGIN + 1_000, 'us', quote)).toThrow(InvariantError);
    const id = book.readmit(ORIGIN + 1_000, 'us', quote);
    expect(touch(book, 'ask')).toBe(priceTicks);
    const [trade] = books.takeAccountTrades();
    expect(trade).toMatchObject({ hits: 'ask', priceTicks, fills: [{ orderId: id, owner: 'us', priceTicks }] });
    const tradedMicro = trade?.fills[0]?.sizeMicro ?? 0;
    expect(book.withdraw(ORIGIN + 1_000, id)).toBe(10_000 * SHARE - tradedMicro);
  });
});
