import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decideMarketMaker } from '../../../core/strategy/market-maker.ts';
import type { BookView, StrategyView } from '../../../core/strategy/strategy.ts';
import { assertProperty } from '../../support/assert-property.ts';
import { aConfig, aMarket, UNIT, WINDOW_START_MS } from '../../support/builders.ts';

const { marketMaker: config } = aConfig();

type Seen = Omit<Partial<StrategyView>, 'book'> & { readonly book?: Partial<BookView> };

function view(more: Seen = {}): StrategyView {
  const { book, ...rest } = more;
  return {
    nowMs: WINDOW_START_MS + 60_000,
    market: aMarket(),
    tickSizeTicks: 100,
    msToEnd: 240_000,
    upMicro: 0,
    downMicro: 0,
    ...rest,
    book: { bidTicks: 4_900, askTicks: 5_100, lastTradeTicks: null, ...book },
  };
}

function bids(more: Seen = {}, settings = config): Record<string, number> {
  const { quotes } = decideMarketMaker(view(more), settings);
  return Object.fromEntries(quotes.map(({ outcome, priceTicks }) => [outcome, priceTicks]));
}

describe('decideMarketMaker', () => {
  test('default: a bid on each token, two cents from the middle', () => {
    expect(decideMarketMaker(view(), config)).toEqual({
      rule: 'quoting',
      quotes: [
        { outcome: 'up', priceTicks: 4_800, sizeMicro: 10 * UNIT },
        { outcome: 'down', priceTicks: 4_800, sizeMicro: 10 * UNIT },
      ],
    });
  });

  test('defect 2: a filled pair costs less than it pays, by the spread: 0.96, not 1.04', () => {
    const { up = 0, down = 0 } = bids();
    expect(up + down).toBe(9_600);
  });

  test.each<[string, Seen, object]>([
    [
      'a centre between two ticks is rounded down on both sides',
      { book: { bidTicks: 4_900, askTicks: 5_000 } },
      { up: 4_700, down: 4_800 },
    ],
    ['an uneven book', { book: { bidTicks: 7_000, askTicks: 7_200 } }, { up: 6_900, down: 2_700 }],
    ['one side empty: the last trade', { book: { askTicks: null, lastTradeTicks: 6_000 } }, { up: 5_800, down: 3_800 }],
    [
      'the other side empty: the last trade',
      { book: { bidTicks: null, lastTradeTicks: 6_000 } },
      { up: 5_800, down: 3_800 },
    ],
    ['a finer grid', { tickSizeTicks: 10, book: { bidTicks: 4_910, askTicks: 5_090 } }, { up: 4_800, down: 4_800 }],
    ['near 0 there is no price for Up', { book: { bidTicks: 100, askTicks: 300 } }, { down: 9_600 }],
    ['near 1 there is no price for Down', { book: { bidTicks: 9_700, askTicks: 9_900 } }, { up: 9_600 }],
  ])('behavior: %s', (_, more, expected) => {
    expect(bids(more)).toEqual(expected);
  });

  test.each<[string, Seen]>([
    ['book-empty', { book: { bidTicks: null, askTicks: null, lastTradeTicks: 5_000 } }],
    ['book-empty', { book: { bidTicks: null, askTicks: 5_100, lastTradeTicks: null } }],
    ['leaving', { msToEnd: 30_000 }],
    ['leaving', { msToEnd: 0 }],
  ])('behavior: no quotes, rule %s', (rule, more) => {
    expect(decideMarketMaker(view(more), config)).toEqual({ rule, quotes: [] });
  });

  test('behavior: one millisecond before it leaves it still quotes', () => {
    expect(bids({ msToEnd: 30_001 })).toEqual({ up: 4_800, down: 4_800 });
  });

  test('behavior: an excess of Up lowers the bid for Up and raises that for Down, with its share of the limit', () => {
    expect(bids({ upMicro: 100 * UNIT })).toEqual({ up: 4_700, down: 4_900 });
    expect(bids({ downMicro: 100 * UNIT })).toEqual({ up: 4_900, down: 4_700 });
    expect(bids({ upMicro: 300 * UNIT, downMicro: 300 * UNIT })).toEqual({ up: 4_800, down: 4_800 });
  });

  test('behavior: at the inventory limit that side is not bid for, a share below it is', () => {
    expect(bids({ upMicro: 200 * UNIT })).toEqual({ down: 5_000 });
    expect(bids({ downMicro: 200 * UNIT })).toEqual({ up: 5_000 });
    expect(bids({ upMicro: 199 * UNIT })).toHaveProperty('up');
  });

  test('behavior: nothing fits on either side', () => {
    const wide = { ...config, halfSpreadTicks: 6_000 };
    expect(decideMarketMaker(view(), wide)).toEqual({ rule: 'no-room', quotes: [] });
  });

  test('behavior: disabled', () => {
    expect(decideMarketMaker(view(), { ...config, enabled: false })).toEqual({ rule: 'disabled', quotes: [] });
  });

  test('args: whatever it sees, its two bids sum to less than 1 by the spread, on the grid and inside 0 … 1', () => {
    const ticks = fc.option(fc.integer({ min: 1, max: 9_999 }), { nil: null });
    assertProperty(
      fc.property(
        fc.record({ bidTicks: ticks, askTicks: ticks, lastTradeTicks: ticks }),
        fc.constantFrom(1, 10, 100, 1_000),
        fc.nat({ max: 400 * UNIT }),
        fc.nat({ max: 400 * UNIT }),
        (book, tickSizeTicks, upMicro, downMicro) => {
          const found = bids({ book, tickSizeTicks, upMicro, downMicro });
          const { up, down } = found;
          if (up !== undefined && down !== undefined)
            expect(up + down).toBeLessThanOrEqual(10_000 - 2 * config.halfSpreadTicks);
          for (const price of Object.values(found)) {
            expect(price % tickSizeTicks).toBe(0);
            expect(price).toBeGreaterThanOrEqual(tickSizeTicks);
            expect(price).toBeLessThanOrEqual(10_000 - tickSizeTicks);
          }
        },
      ),
    );
  });
});
