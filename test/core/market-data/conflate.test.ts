import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  CONFLATION_RULES,
  createConflator,
  flush,
  flushAll,
  nextFlushMs,
  offer,
  scaledRules,
} from '../../../core/market-data/conflate.ts';
import {
  applyChanges,
  applySnapshot,
  createBook,
  levels,
  type OrderBook,
} from '../../../core/market-data/order-book.ts';
import type { TokenId } from '../../../core/model/identifiers.ts';
import type { MarketDataEvent } from '../../../core/model/market-data.ts';
import type { ExecutionReport } from '../../../core/model/report.ts';
import { assertProperty } from '../../support/assert-property.ts';
import { book, bookTrade, changed, DOWN, depth, reference, ticker, touch, trade, UP } from './market-events.ts';

const BID = 0;
const ASK = 1;

type Conflated = MarketDataEvent | ExecutionReport;

/** A conflator with what it emitted so far. */
function conflating() {
  const conflator = createConflator(CONFLATION_RULES);
  const out: Conflated[] = [];
  return {
    conflator,
    out,
    at: (nowMs: number, ...events: Conflated[]) => {
      for (const event of events) offer(conflator, event, nowMs, (emitted) => out.push(emitted));
    },
    flushAt: (nowMs: number) => flush(conflator, nowMs, (emitted) => out.push(emitted)),
  };
}

const STATED = { bestBidTicks: 5300, bestAskTicks: 5400 };

/** A token whose touch is known and whose snapshot just passed, at time 0. */
function quoted() {
  const stream = conflating();
  stream.at(0, book([5300, 1], [5400, 1]));
  stream.out.length = 0;
  return stream;
}

describe('offer', () => {
  test('default: what is never conflated passes at once', () => {
    const stream = conflating();
    const report: ExecutionReport = {
      seq: 0,
      tsEvent: 0,
      tsInit: 0,
      type: 'order-canceled',
      clientOrderId: 'a' as never,
      reason: 'requested',
    };
    const events = [trade(1, 0), trade(2, 0), reference(0, 1n), reference(0, 1n), bookTrade(5000), report];
    stream.at(0, ...events);
    expect(stream.out).toEqual(events);
    expect(nextFlushMs(stream.conflator)).toBe(null);
  });

  test('behavior: depth is the latest within 80 ms, so that a feed of ten a second is never held a whole frame', () => {
    const stream = conflating();
    stream.at(1_000, depth(1));
    stream.at(1_030, depth(2));
    stream.at(1_060, depth(3));
    expect(stream.out).toEqual([depth(1)]);
    expect(nextFlushMs(stream.conflator)).toBe(1_080);
    stream.flushAt(1_079);
    expect(stream.out).toHaveLength(1);
    stream.flushAt(1_080);
    expect(stream.out).toEqual([depth(1), depth(3)]);
    stream.at(1_175, depth(4));
    expect(stream.out).toEqual([depth(1), depth(3), depth(4)]);
  });

  test('behavior: a late frame passes with the frame that makes it due', () => {
    const stream = conflating();
    stream.at(1_000, depth(1));
    stream.at(1_050, depth(2));
    stream.at(1_150, depth(3));
    expect(stream.out).toEqual([depth(1), depth(3)]);
  });

  test('behavior: a ticker whose price moved waits for 20 ms, one whose sizes changed for 100 ms', () => {
    const stream = conflating();
    stream.at(1_000, ticker(1, 10, 11));
    stream.at(1_050, ticker(2, 10, 11, 7));
    expect(nextFlushMs(stream.conflator)).toBe(1_100);
    stream.at(1_060, ticker(3, 12, 13));
    expect(stream.out).toEqual([ticker(1, 10, 11), ticker(3, 12, 13)]);
    stream.at(1_065, ticker(4, 13, 14));
    expect(nextFlushMs(stream.conflator)).toBe(1_080);
    // Back at the price that passed last: still due, since a move was seen.
    stream.at(1_070, ticker(5, 12, 13));
    stream.flushAt(1_080);
    expect(stream.out.at(-1)).toEqual(ticker(5, 12, 13));
  });

  test('behavior: changes behind the touch are merged for 50 ms, the last write to a level wins', () => {
    const stream = quoted();
    stream.at(10, changed([BID, 5000, 1, BID, 4900, 2], { ...STATED, tsEvent: 10 }));
    stream.at(20, changed([BID, 5000, 7, ASK, 5000 + 900, 3], { ...STATED, tsEvent: 20 }));
    expect(stream.out).toEqual([]);
    expect(nextFlushMs(stream.conflator)).toBe(50);
    stream.flushAt(50);
    const merged = changed([BID, 5000, 7, BID, 4900, 2, ASK, 5900, 3], { ...STATED, tsEvent: 20 });
    expect(stream.out).toEqual([merged]);
  });

  test.each([
    ['at the best bid', [BID, 5300, 9], STATED],
    ['inside the touch', [ASK, 5350, 9], { bestBidTicks: 5300, bestAskTicks: 5350 }],
    ['at the best ask', [ASK, 5400, 0], { bestBidTicks: 5300, bestAskTicks: 5500 }],
    ['a stated touch that is another', [BID, 5000, 1], { bestBidTicks: 5310, bestAskTicks: 5400 }],
    ['no stated touch', [BID, 5000, 1], {}],
  ])('behavior: a change passes at once, with what was pending: %s', (_name, changes, stated) => {
    const stream = quoted();
    stream.at(10, changed([BID, 4000, 1], STATED));
    stream.at(11, changed(changes, stated));
    expect(stream.out).toEqual([changed([BID, 4000, 1, ...changes], stated)]);
    expect(nextFlushMs(stream.conflator)).toBe(null);
  });

  test('behavior: changes of a token with an unknown touch pass at once', () => {
    const stream = conflating();
    stream.at(0, changed([BID, 4000, 1], STATED));
    expect(stream.out).toHaveLength(1);
  });

  test('behavior: a snapshot takes the place of pending changes', () => {
    const stream = quoted();
    stream.at(10, changed([BID, 4000, 1], STATED));
    stream.at(20, book([5300, 1], [5400, 1], { hash: 'b' }));
    stream.at(30, book([5300, 2], [5400, 2], { hash: 'c' }));
    stream.at(40, changed([BID, 3000, 5], STATED));
    expect(stream.out).toEqual([]);
    stream.flushAt(50);
    expect(stream.out).toEqual([book([5300, 2], [5400, 2], { hash: 'c' }), changed([BID, 3000, 5], STATED)]);
  });

  test('behavior: a snapshot with another touch passes at once', () => {
    const stream = quoted();
    stream.at(10, changed([BID, 4000, 1], STATED));
    stream.at(20, book([5310, 1], [5400, 1]));
    expect(stream.out).toEqual([book([5310, 1], [5400, 1])]);
  });

  test('behavior: a stated touch passes only when it is new', () => {
    const stream = quoted();
    stream.at(10, touch(5300, 5400));
    expect(stream.out).toEqual([]);
    stream.at(20, touch(5300, 5500), touch(5300, 5500));
    expect(stream.out).toEqual([touch(5300, 5500)]);
    stream.at(30, touch(null, 5500));
    expect(stream.out).toHaveLength(2);
  });

  test('behavior: a trade takes the pending changes of its own token with it, and of no other', () => {
    const stream = quoted();
    stream.at(1, book([4600, 1], [4700, 1], { tokenId: DOWN }));
    stream.out.length = 0;
    const other = changed([BID, 4000, 1], { tokenId: DOWN, bestBidTicks: 4600, bestAskTicks: 4700 });
    stream.at(10, other, changed([BID, 4000, 1], STATED), bookTrade(5400));
    expect(stream.out).toEqual([changed([BID, 4000, 1], STATED), bookTrade(5400)]);
  });
});

describe('flush', () => {
  test('default: what is due, in order of first arrival', () => {
    const stream = quoted();
    stream.at(0, depth(1), ticker(1, 10, 11));
    stream.out.length = 0;
    stream.at(5, depth(2), ticker(2, 10, 11, 2), changed([BID, 4000, 1], STATED), depth(3));
    stream.flushAt(60);
    expect(stream.out).toEqual([changed([BID, 4000, 1], STATED)]);
    stream.flushAt(100);
    expect(stream.out.slice(1)).toEqual([depth(3), ticker(2, 10, 11, 2)]);
  });

  test('behavior: tokens of windows that are over are forgotten', () => {
    const stream = conflating();
    for (let token = 0; token < 40; token++) stream.at(0, book([], [], { tokenId: `${token}` as TokenId }));
    stream.flushAt(1_000_000);
    expect(stream.conflator.tokens.size).toBe(0);
  });
});

describe('flushAll', () => {
  test('default', () => {
    const stream = quoted();
    stream.at(1, depth(1));
    stream.at(5, depth(2), changed([BID, 4000, 1], STATED));
    flushAll(stream.conflator, 6, (event) => stream.out.push(event));
    expect(stream.out).toEqual([depth(1), depth(2), changed([BID, 4000, 1], STATED)]);
    expect(nextFlushMs(stream.conflator)).toBe(null);
    expect(stream.conflator.counters).toEqual({ offered: 4, emitted: 4 });
  });
});

describe('scaledRules', () => {
  test('default', () => {
    expect(scaledRules(CONFLATION_RULES, 20)).toEqual({
      depthMs: 1_600,
      tickerMs: 2_000,
      tickerTouchMs: 400,
      bookMs: 1_000,
    });
  });
});

/** One step of a random market: a change, a snapshot of the true book, a trade or a stated touch. */
const step = fc.record({
  kind: fc.constantFrom('change', 'change', 'change', 'snapshot', 'trade', 'touch'),
  token: fc.constantFrom(UP, DOWN),
  levels: fc.array(
    fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 3 })),
    { minLength: 1, maxLength: 4 },
  ),
  waitMs: fc.integer({ min: 0, max: 40 }),
  stated: fc.boolean(),
});

function apply(target: OrderBook, event: Conflated): void {
  if (event.type === 'book-received') applySnapshot(target, event);
  if (event.type === 'book-changed') applyChanges(target, event);
}

const sides = (of: OrderBook) => [levels(of, 'bid', 999), levels(of, 'ask', 999)];

describe('conflation', () => {
  test('behavior: no book and no trade is another one than without it', () => {
    const run = fc.property(fc.array(step, { minLength: 1, maxLength: 80 }), (steps) => {
      const conflator = createConflator(CONFLATION_RULES);
      const full = { [UP]: createBook(UP), [DOWN]: createBook(DOWN) };
      const conflated = { [UP]: createBook(UP), [DOWN]: createBook(DOWN) };
      const trades: Conflated[] = [];
      const tradesOut: Conflated[] = [];
      const emit = (event: Conflated) => {
        if ('tokenId' in event && event.type !== 'book-trade-received')
          apply(conflated[event.tokenId] as OrderBook, event);
        if (event.type !== 'book-trade-received') return;
        tradesOut.push(event);
        // A trade never overtakes the book it happened in.
        expect(sides(conflated[event.tokenId] as OrderBook)).toEqual(sides(full[event.tokenId] as OrderBook));
      };
      let nowMs = 0;
      for (const { kind, token, levels: changes, waitMs, stated } of steps) {
        nowMs += waitMs;
        flush(conflator, nowMs, emit);
        const target = full[token] as OrderBook;
        if (kind === 'change') {
          // Bids in 1 … 31 and asks in 32 … 62: random, never crossed.
          const flat = changes.flatMap(([side, offset, size]) => [side, side === BID ? 1 + offset : 32 + offset, size]);
          const after = createBook(token);
          applySnapshot(after, book(...(sides(target) as [number[], number[]])));
          applyChanges(after, changed(flat));
          const best = { bestBidTicks: sides(after)[0]?.[0] ?? 0, bestAskTicks: sides(after)[1]?.[0] ?? 10_000 };
          const event = changed(flat, { tokenId: token, ...(stated ? best : {}) });
          apply(target, event);
          offer(conflator, event, nowMs, emit);
        } else if (kind === 'snapshot') {
          const event = book(...(sides(target) as [number[], number[]]), { tokenId: token });
          apply(target, event);
          offer(conflator, event, nowMs, emit);
        } else if (kind === 'trade') {
          const event = bookTrade(100, nowMs, token);
          trades.push(event);
          offer(conflator, event, nowMs, emit);
        } else {
          const best = sides(target);
          offer(conflator, touch(best[0]?.[0] ?? 0, best[1]?.[0] ?? 10_000, token), nowMs, emit);
        }
        for (const id of [UP, DOWN]) {
          const a = conflated[id] as OrderBook;
          const b = full[id] as OrderBook;
          // The touch is never late, and nothing is later than the rule says.
          expect([a.bestBidIndex, a.bestAskIndex]).toEqual([b.bestBidIndex, b.bestAskIndex]);
          expect(a.counters.touchMismatches).toBe(0);
        }
        expect(nextFlushMs(conflator) ?? nowMs).toBeLessThanOrEqual(nowMs + CONFLATION_RULES.bookMs);
      }
      flush(conflator, nowMs + 1_000, emit);
      expect(sides(conflated[UP] as OrderBook)).toEqual(sides(full[UP] as OrderBook));
      expect(sides(conflated[DOWN] as OrderBook)).toEqual(sides(full[DOWN] as OrderBook));
      expect(tradesOut).toEqual(trades);
    });
    assertProperty(run, { numRuns: 150 });
  });
});
