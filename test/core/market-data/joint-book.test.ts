import { describe, expect, test } from 'vitest';
import { jointView } from '../../../core/market-data/joint-book.ts';
import { applyChanges, applySnapshot, createBook, type OrderBook } from '../../../core/market-data/order-book.ts';
import { book, changed, DOWN, UP } from './market-events.ts';

function pair(upBids: number[], upAsks: number[], downBids: number[], downAsks: number[]): [OrderBook, OrderBook] {
  const up = createBook(UP);
  const down = createBook(DOWN);
  applySnapshot(up, book(upBids, upAsks, { tsInit: 20 }));
  applySnapshot(down, book(downBids, downAsks, { tokenId: DOWN, tsInit: 10 }));
  return [up, down];
}

describe('jointView', () => {
  test('default: mirrored books are one book', () => {
    const view = jointView(...pair([5300, 7], [5400, 8], [4600, 8], [4700, 7]));
    expect(view).toEqual({
      reliable: true,
      crossed: false,
      bidTicks: 5300,
      askTicks: 5400,
      bidSizeMicro: 7,
      askSizeMicro: 8,
      midTwiceTicks: 10_700,
      spreadTicks: 100,
      oldestUpdateMs: 10,
    });
  });

  test('behavior: the better price of either book', () => {
    const view = jointView(...pair([5200, 7], [5500, 8], [4550, 3], [4720, 4]));
    expect([view.bidTicks, view.bidSizeMicro, view.askTicks, view.askSizeMicro]).toEqual([5280, 4, 5450, 3]);
  });

  test('behavior: sizes at one price are stated twice, not added', () => {
    const view = jointView(...pair([5300, 7], [5400, 9], [4600, 6], [4700, 8]));
    expect([view.bidSizeMicro, view.askSizeMicro]).toEqual([8, 9]);
  });

  test.each([
    ['one book has it', [], [5400, 1], [4600, 1], [4700, 2], 5300, 5400],
    ['no bids', [], [5400, 1], [4600, 1], [], null, 5400],
    ['no asks', [5300, 1], [], [], [4700, 1], 5300, null],
    ['nothing', [], [], [], [], null, null],
  ])('args: empty sides: %s', (_name, upBids, upAsks, downBids, downAsks, bidTicks, askTicks) => {
    const view = jointView(...pair(upBids, upAsks, downBids, downAsks));
    expect([view.bidTicks, view.askTicks, view.reliable]).toEqual([bidTicks, askTicks, true]);
    const bothSides = bidTicks !== null && askTicks !== null;
    expect(view.midTwiceTicks).toBe(bothSides ? bidTicks + askTicks : null);
    expect(view.spreadTicks).toBe(bothSides ? askTicks - bidTicks : null);
  });

  test('behavior: not reliable while the books contradict each other', () => {
    expect(jointView(...pair([5500, 1], [5600, 1], [4600, 1], [4700, 1])).reliable).toBe(false);
  });

  test('behavior: not reliable while one book is not live', () => {
    const [up, down] = pair([5300, 7], [5400, 8], [4600, 8], [4700, 7]);
    applyChanges(down, changed([0, 4700, 5], { tokenId: DOWN }));
    expect(down.status).toBe('unreliable');
    expect(jointView(up, down).reliable).toBe(false);
    expect(jointView(up, createBook(DOWN)).reliable).toBe(false);
  });
});
