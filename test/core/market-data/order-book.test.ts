import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  applyChanges,
  applySnapshot,
  bestAskTicks,
  bestBidTicks,
  checkTouch,
  clearBook,
  createBook,
  levels,
  noteTrade,
  type OrderBook,
  sizeAt,
} from '../../../core/market-data/order-book.ts';
import { dumpBook, restoreBook } from '../../../core/market-data/order-book-dump.ts';
import { assertProperty } from '../../support/assert-property.ts';
import { book, bookTrade, changed, touch, UP } from './market-events.ts';

const BID = 0;
const ASK = 1;

function liveBook(): OrderBook {
  const live = createBook(UP);
  applySnapshot(live, book([5300, 118_500_000, 100, 5_200_000_000], [5400, 75_000_000, 9900, 4_100_000_000]));
  return live;
}

const touchOf = (of: OrderBook) => [bestBidTicks(of), bestAskTicks(of)];

describe('applySnapshot', () => {
  test('default', () => {
    const fresh = createBook(UP);
    const event = book([5300, 118_500_000], [5400, 75_000_000], {
      tickSizeTicks: 100,
      lastTradeTicks: 5400,
      tsInit: 7,
    });
    expect(applySnapshot(fresh, event)).toBe('touch-changed');
    expect(fresh.status).toBe('live');
    expect(touchOf(fresh)).toEqual([5300, 5400]);
    expect([fresh.tickSizeTicks, fresh.lastTradeTicks, fresh.updatedMs]).toEqual([100, 5400, 7]);
    expect(sizeAt(fresh, 'bid', 5300)).toBe(118_500_000);
  });

  test('behavior: replaces every level that was there', () => {
    const live = liveBook();
    applySnapshot(live, book([5200, 1], [5500, 2]));
    expect(levels(live, 'bid', 99)).toEqual([5200, 1]);
    expect(levels(live, 'ask', 99)).toEqual([5500, 2]);
    expect(sizeAt(live, 'bid', 100)).toBe(0);
  });

  test('behavior: the same touch with other sizes is depth', () => {
    const live = liveBook();
    expect(applySnapshot(live, book([5300, 1], [5400, 1]))).toBe('depth-changed');
  });

  test('behavior: heals an unreliable book', () => {
    const live = liveBook();
    applyChanges(live, changed([BID, 5400, 1]));
    expect(live.status).toBe('unreliable');
    expect(applySnapshot(live, book([5300, 1], [5400, 1]))).toBe('touch-changed');
    expect(live.status).toBe('live');
  });

  test('args: empty sides', () => {
    const fresh = createBook(UP);
    applySnapshot(fresh, book([], [9900, 5]));
    expect(touchOf(fresh)).toEqual([null, 9900]);
    applySnapshot(fresh, book([], []));
    expect(touchOf(fresh)).toEqual([null, null]);
    expect(fresh.status).toBe('live');
  });

  test('args: a crossed snapshot is counted and not believed', () => {
    const fresh = createBook(UP);
    applySnapshot(fresh, book([5400, 1], [5400, 1]));
    expect([fresh.status, fresh.counters.crossed]).toEqual(['unreliable', 1]);
  });

  test('error: a level outside 0..1', () => {
    expect(() => applySnapshot(createBook(UP), book([10_001, 1], []))).toThrow('price within 0..1');
    expect(() => applySnapshot(createBook(UP), book([], [5000, -1]))).toThrow('price within 0..1');
    expect(() => applySnapshot(createBook(UP), book([Number.NaN, 1], []))).toThrow('price within 0..1');
    expect(() => applySnapshot(createBook(UP), book([5000.5, 1], []))).toThrow('price within 0..1');
  });
});

describe('applyChanges', () => {
  test('default', () => {
    const live = liveBook();
    expect(applyChanges(live, changed([BID, 5350, 3, ASK, 5400, 0], { tsInit: 9 }))).toBe('touch-changed');
    expect(touchOf(live)).toEqual([5350, 9900]);
    expect([live.status, live.updatedMs]).toEqual(['live', 9]);
  });

  test('behavior: depth behind the touch, and another size at it', () => {
    const live = liveBook();
    expect(applyChanges(live, changed([BID, 5200, 3, ASK, 5400, 1]))).toBe('depth-changed');
    expect(sizeAt(live, 'ask', 5400)).toBe(1);
  });

  test('behavior: before a snapshot there is nothing to change', () => {
    const fresh = createBook(UP);
    expect(applyChanges(fresh, changed([BID, 5200, 3]))).toBe('ignored');
    expect([fresh.status, fresh.counters.ignoredChanges, bestBidTicks(fresh)]).toEqual(['awaiting-snapshot', 1, null]);
  });

  test('behavior: crossing itself means a lost change', () => {
    const live = liveBook();
    expect(applyChanges(live, changed([BID, 5400, 1]))).toBe('touch-changed');
    expect([live.status, live.counters.crossed]).toEqual(['unreliable', 1]);
    // What is wrong already is not counted again.
    applyChanges(live, changed([BID, 5500, 1]));
    expect(live.counters.crossed).toBe(1);
  });

  test('behavior: a cross that the same message dissolves is none', () => {
    const live = liveBook();
    applyChanges(live, changed([BID, 5400, 1, ASK, 5400, 0]));
    expect(live.status).toBe('live');
  });

  test('behavior: a touch that is not the stated one means a lost change', () => {
    const live = liveBook();
    expect(applyChanges(live, changed([BID, 5200, 1], { bestBidTicks: 5300, bestAskTicks: 5400 }))).toBe(
      'depth-changed',
    );
    expect(live.status).toBe('live');
    applyChanges(live, changed([BID, 5200, 2], { bestBidTicks: 5310, bestAskTicks: 5400 }));
    expect([live.status, live.counters.touchMismatches]).toEqual(['unreliable', 1]);
  });

  test('args: the venue states an empty side as 0 and as 1', () => {
    const live = liveBook();
    const all = [BID, 5300, 0, BID, 100, 0, ASK, 5400, 0, ASK, 9900, 0];
    applyChanges(live, changed(all, { bestBidTicks: 0, bestAskTicks: 10_000 }));
    expect([live.status, ...touchOf(live)]).toEqual(['live', null, null]);
  });
});

describe('clearBook', () => {
  test('default', () => {
    const live = liveBook();
    clearBook(live);
    expect([live.status, ...touchOf(live)]).toEqual(['awaiting-snapshot', null, null]);
    expect([...live.bids.sizes, ...live.asks.sizes].every((size) => size === 0)).toBe(true);
    expect(live.counters.snapshots).toBe(1);
  });
});

describe('checkTouch', () => {
  test('default', () => {
    const live = liveBook();
    checkTouch(live, touch(5300, 5400));
    expect(live.counters.separateTouchMismatches).toBe(0);
    checkTouch(live, touch(5300, 5500));
    expect([live.counters.separateTouchMismatches, live.status]).toEqual([1, 'live']);
  });
});

describe('noteTrade', () => {
  test('default', () => {
    const live = liveBook();
    noteTrade(live, bookTrade(5350, 42));
    expect([live.lastTradeTicks, live.lastTradeMs]).toEqual([5350, 42]);
  });
});

describe('levels', () => {
  test('default', () => {
    const live = liveBook();
    applyChanges(live, changed([BID, 5200, 3, BID, 5100, 4]));
    expect(levels(live, 'bid', 2)).toEqual([5300, 118_500_000, 5200, 3]);
    expect(levels(live, 'ask', 9)).toEqual([5400, 75_000_000, 9900, 4_100_000_000]);
  });

  test('args: none asked for, none there', () => {
    expect(levels(liveBook(), 'bid', 0)).toEqual([]);
    expect(levels(createBook(UP), 'ask', 5)).toEqual([]);
  });
});

const side = fc.integer({ min: 0, max: 1 });
const level = fc.tuple(
  side,
  fc.integer({ min: 0, max: 10_000 }),
  fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 1e12 })),
);

describe('order book against a Map', () => {
  test('behavior: any changes give the same levels, touch and dump', () => {
    assertProperty(
      fc.property(fc.array(fc.array(level, { minLength: 1, maxLength: 6 }), { maxLength: 40 }), (messages) => {
        const dense = createBook(UP);
        applySnapshot(dense, book([], []));
        const model = [new Map<number, number>(), new Map<number, number>()] as const;
        for (const message of messages) {
          applyChanges(dense, changed(message.flat()));
          for (const [at, ticks, size] of message) model[at as 0 | 1].set(ticks, size);
        }
        const expected = model.map((sizes, at) =>
          [...sizes]
            .filter(([, size]) => size > 0)
            .sort(([a], [b]) => (at === BID ? b - a : a - b))
            .flat(),
        );
        expect(levels(dense, 'bid', 20_000)).toEqual(expected[0]);
        expect(levels(dense, 'ask', 20_000)).toEqual(expected[1]);
        expect(touchOf(dense)).toEqual([expected[0]?.[0] ?? null, expected[1]?.[0] ?? null]);
        expect(restoreBook(JSON.parse(JSON.stringify(dumpBook(dense))))).toEqual(dense);
      }),
      { numRuns: 60 },
    );
  });
});
