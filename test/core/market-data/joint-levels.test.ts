import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jointView } from '../../../core/market-data/joint-book.ts';
import { jointAsks, jointBids } from '../../../core/market-data/joint-levels.ts';
import { applySnapshot, createBook, type OrderBook } from '../../../core/market-data/order-book.ts';
import { assertProperty } from '../../support/assert-property.ts';
import { book, DOWN, UP } from './market-events.ts';

function pair(upBids: number[], upAsks: number[], downBids: number[], downAsks: number[]): [OrderBook, OrderBook] {
  const up = createBook(UP);
  const down = createBook(DOWN);
  applySnapshot(up, book(upBids, upAsks));
  applySnapshot(down, book(downBids, downAsks, { tokenId: DOWN }));
  return [up, down];
}

/** Levels of one side as the events carry them: different prices, each with a size. */
const side = (from: number, to: number) =>
  fc
    .uniqueArray(fc.tuple(fc.integer({ min: from, max: to }), fc.integer({ min: 1, max: 9 })), {
      selector: ([ticks]) => ticks,
      maxLength: 6,
    })
    .map((levels) => levels.flat());

/** All levels of both books on one outcome's axis, by price: the larger statement of each. */
function levelsByPrice(own: readonly number[], other: readonly number[]): Map<number, number> {
  const sizes = new Map<number, number>();
  for (let index = 0; index < own.length; index += 2) sizes.set(own[index] as number, own[index + 1] as number);
  for (let index = 0; index < other.length; index += 2) {
    const ticks = 10_000 - (other[index] as number);
    sizes.set(ticks, Math.max(sizes.get(ticks) ?? 0, other[index + 1] as number));
  }
  return sizes;
}

describe('jointBids and jointAsks', () => {
  test('default: mirrored books are one book, seen from either side', () => {
    const [up, down] = pair([5_300, 7, 5_200, 5], [5_400, 8], [4_600, 8], [4_700, 7, 4_800, 5]);
    expect(jointBids(up, down, 10)).toEqual([5_300, 7, 5_200, 5]);
    expect(jointAsks(up, down, 10)).toEqual([5_400, 8]);
    expect(jointBids(down, up, 10)).toEqual([4_600, 8]);
    expect(jointAsks(down, up, 1)).toEqual([4_700, 7]);
  });

  test('behavior: empty books have no levels', () => {
    const [up, down] = pair([], [], [], []);
    expect([jointBids(up, down, 3), jointAsks(up, down, 3)]).toEqual([[], []]);
  });

  test('behavior: every level of both books once, best first, and the touch of the joint view', () => {
    const arbitrary = fc.tuple(side(100, 4_900), side(5_100, 9_900), side(100, 4_900), side(5_100, 9_900));
    assertProperty(
      fc.property(arbitrary, ([upBids, upAsks, downBids, downAsks]) => {
        const [up, down] = pair(upBids, upAsks, downBids, downAsks);
        const bids = [...levelsByPrice(upBids, downAsks)].sort(([a], [b]) => b - a).flat();
        const asks = [...levelsByPrice(upAsks, downBids)].sort(([a], [b]) => a - b).flat();
        expect(jointBids(up, down, 100)).toEqual(bids);
        expect(jointAsks(up, down, 100)).toEqual(asks);
        const view = jointView(up, down);
        expect([view.bidTicks, view.askTicks]).toEqual([bids[0] ?? null, asks[0] ?? null]);
      }),
    );
  });
});
