/** Matches of a window, one and many, and what is needed to attribute them. */
import * as fc from 'fast-check';
import type { ClientOrderId, TradeId } from '../../core/model/identifiers.ts';
import type { Side } from '../../core/model/order.ts';
import type { SettlementStatus } from '../../core/model/report.ts';
import type { Outcome } from '../../core/model/window.ts';
import { emptyPosition } from '../../core/portfolio/position.ts';
import { enterMatch, type Match, type WindowBook } from '../../core/portfolio/window-book.ts';
import { UNIT, WINDOW_START_MS } from './builders.ts';

/** A purchase of 10 Up at 0.48 as a maker. */
export function aMatch(more: Partial<Match> = {}): Match {
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

/** Different matches of a window, in any state of settlement. */
export const matchesArbitrary: fc.Arbitrary<Match[]> = fc
  .array(
    fc.record({
      outcome: fc.constantFrom<Outcome>('up', 'down'),
      side: fc.constantFrom<Side>('buy', 'buy', 'sell'),
      priceTicks: fc.integer({ min: 1, max: 9_999 }),
      sizeMicro: fc.integer({ min: 1, max: 500_000_000 }),
      feeMicro: fc.integer({ min: 0, max: 50_000 }),
      liquidity: fc.constantFrom<Match['liquidity']>('maker', 'taker'),
      settlement: fc.constantFrom<SettlementStatus>('matched', 'mined', 'confirmed', 'failed'),
      atMs: fc.nat({ max: 20 }),
    }),
    { maxLength: 20 },
  )
  .map((all) =>
    all.map(({ atMs, ...match }, index) =>
      aMatch({ ...match, tradeId: `t-${index}` as TradeId, filledAtMs: WINDOW_START_MS + atMs }),
    ),
  );

/** A window's books with these matches. */
export function bookOf(matches: readonly Match[]): WindowBook {
  const positions = { up: emptyPosition('up'), down: emptyPosition('down') };
  const book: WindowBook = { positions, opening: null, matches: {}, sets: [] };
  for (const match of matches) enterMatch(book, match);
  return book;
}
