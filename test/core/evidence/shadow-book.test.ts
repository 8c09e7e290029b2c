import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createShadowBook,
  forgetShadowWindow,
  listShadowWindow,
  noteBook,
  noteDecision,
  noteTrade,
  resolveShadow,
  shadowViewOf,
} from '../../../core/evidence/shadow-book.ts';
import type { ShadowBook } from '../../../core/evidence/shadow-state.ts';
import type { StrategyId } from '../../../core/model/identifiers.ts';
import { costRoundedUp, proceedsRoundedDown } from '../../../core/model/money.ts';
import type { Outcome } from '../../../core/model/window.ts';
import { makerFeeMicro, takerFeeMicro } from '../../../core/pricing/fees.ts';
import type { DesiredQuote, DesiredTake, OutcomeBook, StrategyDecision } from '../../../core/strategy/view.ts';
import { assertProperty } from '../../support/assert-property.ts';
import { aMarket, UNIT, WINDOW_MS, WINDOW_START_MS } from '../../support/builders.ts';

const CHALLENGER = 'challenger' as StrategyId;
const ORDER_MS = 40;
const CANCEL_MS = 60;
const DELAY_MS = 250;
const FEES = aMarket().fees as NonNullable<ReturnType<typeof aMarket>['fees']>;

const at = (ms: number) => WINDOW_START_MS + 10_000 + ms;

/** Both outcomes' books of levels on the Up axis: prices in ticks, sizes in shares. */
function levels(bids: readonly (readonly number[])[], asks: readonly (readonly number[])[]) {
  const flat = (side: readonly (readonly number[])[]) =>
    side.flatMap(([ticks = 0, shares = 0]) => [ticks, shares * UNIT]);
  const mirrored = (side: readonly (readonly number[])[]) =>
    side.flatMap(([ticks = 0, shares = 0]) => [10_000 - ticks, shares * UNIT]);
  return {
    up: { bids: flat(bids), asks: flat(asks) },
    down: { bids: mirrored(asks), asks: mirrored(bids) },
  } satisfies Record<Outcome, OutcomeBook>;
}

const decision = (more: Partial<StrategyDecision> = {}): StrategyDecision => ({
  rule: 'test',
  quotes: [],
  takes: [],
  mergeMicro: 0,
  inputs: {},
  ...more,
});
const quote = (outcome: Outcome, priceTicks: number, shares = 10): DesiredQuote => ({
  outcome,
  priceTicks,
  sizeMicro: shares * UNIT,
});
const take = (more: Partial<DesiredTake> = {}): DesiredTake => ({
  outcome: 'up',
  side: 'buy',
  priceTicks: 5_300,
  amount: { unit: 'shares', sizeMicro: 10 * UNIT },
  timeInForce: 'FAK',
  ...more,
});

/** A shadow ledger with one window whose book is 0.49 for 100 and 0.51 for 100, 0.52 for 30, 0.55 for 50. */
function aShadow(): ShadowBook {
  const shadow = createShadowBook({ orderDelayMs: ORDER_MS, cancelDelayMs: CANCEL_MS });
  listShadowWindow(shadow, aMarket());
  noteBook(shadow, WINDOW_START_MS, USUAL, at(-1_000));
  return shadow;
}
const USUAL = levels(
  [[4_900, 100]],
  [
    [5_100, 100],
    [5_200, 30],
    [5_500, 50],
  ],
);

const decide = (shadow: ShadowBook, more: Partial<StrategyDecision>, ms = 0) =>
  noteDecision(shadow, CHALLENGER, WINDOW_START_MS, decision(more), at(ms), DELAY_MS);
const resultOf = (shadow: ShadowBook, outcome: Outcome = 'up') => resolveShadow(shadow, WINDOW_START_MS, outcome)[0];
const fillsOf = (shadow: ShadowBook) =>
  (resultOf(shadow)?.fills ?? []).map(({ priceTicks, sizeMicro, atMs }) => [
    priceTicks,
    sizeMicro / UNIT,
    atMs - at(0),
  ]);

describe('a shadow take', () => {
  test('defect 13: a paper order gets what is displayed at the displayed price when its delay is over, not its limit in full', () => {
    const shadow = aShadow();
    decide(shadow, { takes: [take({ amount: { unit: 'shares', sizeMicro: 150 * UNIT } })] });
    noteBook(
      shadow,
      WINDOW_START_MS,
      levels(
        [[4_900, 100]],
        [
          [5_200, 30],
          [5_300, 20],
          [5_400, 500],
        ],
      ),
      at(200),
    );
    noteBook(shadow, WINDOW_START_MS, USUAL, at(2_000));
    expect(fillsOf(shadow)).toEqual([
      [5_200, 30, ORDER_MS + DELAY_MS],
      [5_300, 20, ORDER_MS + DELAY_MS],
    ]);
  });

  test('default: cost, fee and result, to the millionth', () => {
    const shadow = aShadow();
    decide(shadow, { takes: [take()] });
    const feeMicro = takerFeeMicro(FEES, 5_100, 10 * UNIT);
    expect(resultOf(shadow)).toMatchObject({
      strategy: CHALLENGER,
      sharesMicro: 10 * UNIT,
      boughtMicro: 5_100_000,
      feesMicro: feeMicro,
      payoutMicro: 10 * UNIT,
      pnlMicro: 4_900_000 - feeMicro,
      ordersSent: 1,
      ordersUnfilled: 0,
    });
  });

  test('behavior: by the book that stands when it is due, also where the next one comes a moment later', () => {
    const shadow = aShadow();
    decide(shadow, { takes: [take()] });
    noteBook(shadow, WINDOW_START_MS, levels([[6_900, 100]], [[7_100, 100]]), at(ORDER_MS + DELAY_MS + 1));
    expect(fillsOf(shadow)).toEqual([[5_100, 10, ORDER_MS + DELAY_MS]]);
    const late = aShadow();
    decide(late, { takes: [take()] });
    noteBook(late, WINDOW_START_MS, levels([[6_900, 100]], [[7_100, 100]]), at(ORDER_MS + DELAY_MS));
    expect(resultOf(late)).toMatchObject({ fills: [], ordersUnfilled: 1 });
  });

  test.each([
    ['FOK without enough', take({ timeInForce: 'FOK', amount: { unit: 'shares', sizeMicro: 131 * UNIT } }), 0],
    ['FOK with just enough', take({ timeInForce: 'FOK', amount: { unit: 'shares', sizeMicro: 130 * UNIT } }), 130],
    ['money', take({ amount: { unit: 'pusd', spendMicro: 5_100_000 } }), 10],
    ['below the venue’s minimum', take({ amount: { unit: 'shares', sizeMicro: 4_999_999 } }), 0],
    ['a sale of what is not held', take({ side: 'sell', priceTicks: 4_000 }), 0],
    ['Down, which is a bid for Up', take({ outcome: 'down', priceTicks: 5_100 }), 10],
  ])('args: %s', (_, wanted, shares) => {
    const shadow = aShadow();
    decide(shadow, { takes: [wanted] });
    expect(resultOf(shadow)?.sharesMicro).toBe(shares * UNIT);
  });

  test('behavior: a share that was taken is not there a second time, until the level is made anew', () => {
    const shadow = aShadow();
    const whole = take({ priceTicks: 5_100, amount: { unit: 'shares', sizeMicro: 100 * UNIT } });
    decide(shadow, { takes: [whole] });
    decide(shadow, { takes: [whole] }, 1_000);
    noteBook(shadow, WINDOW_START_MS, levels([[4_900, 100]], [[5_200, 30]]), at(2_000));
    noteBook(shadow, WINDOW_START_MS, USUAL, at(2_001));
    decide(shadow, { takes: [whole] }, 3_000);
    expect(fillsOf(shadow).map(([, shares, ms]) => [shares, ms])).toEqual([
      [100, 290],
      [100, 3_290],
    ]);
  });

  test('behavior: nothing is matched in a book that is not reliable, nor after the end', () => {
    const shadow = aShadow();
    decide(shadow, { takes: [take()] });
    noteBook(shadow, WINDOW_START_MS, null, at(100));
    noteBook(shadow, WINDOW_START_MS, USUAL, at(1_000));
    decide(shadow, { takes: [take()] }, WINDOW_MS - 10_000 - 100);
    expect(resultOf(shadow)).toMatchObject({ fills: [], ordersSent: 2, ordersUnfilled: 2 });
  });
});

describe('a shadow quote', () => {
  const sold = (priceTicks: number, shares: number, outcome: Outcome = 'up') =>
    ({ outcome, priceTicks, sizeMicro: shares * UNIT, takerSide: 'sell' }) as const;

  test('default: a trade at its price fills nothing, one below it fills its size at our price, without a fee', () => {
    const shadow = aShadow();
    decide(shadow, { quotes: [quote('up', 4_900)] });
    noteTrade(shadow, WINDOW_START_MS, sold(4_900, 500), at(1_000));
    noteTrade(shadow, WINDOW_START_MS, sold(4_800, 4), at(2_000));
    noteTrade(shadow, WINDOW_START_MS, sold(4_800, 500), at(3_000));
    expect(resultOf(shadow)).toMatchObject({
      fills: [
        { priceTicks: 4_900, sizeMicro: 4 * UNIT, feeMicro: 0, liquidity: 'maker' },
        { priceTicks: 4_900, sizeMicro: 6 * UNIT },
      ],
      pnlMicro: 5_100_000,
    });
  });

  test('behavior: who buys Down at 0.52 hits bids for Up below 0.48', () => {
    const shadow = aShadow();
    decide(shadow, { quotes: [quote('up', 4_900)] });
    noteTrade(shadow, WINDOW_START_MS, { ...sold(5_200, 10, 'down'), takerSide: 'buy' }, at(1_000));
    expect(fillsOf(shadow)).toEqual([[4_900, 10, 1_000]]);
  });

  test('behavior: offers strictly below it have hit it, for what they show', () => {
    const shadow = aShadow();
    decide(shadow, { quotes: [quote('up', 4_900)] });
    noteBook(shadow, WINDOW_START_MS, levels([[4_700, 100]], [[4_900, 100]]), at(1_000));
    noteBook(shadow, WINDOW_START_MS, levels([[4_700, 100]], [[4_800, 7]]), at(2_000));
    noteBook(shadow, WINDOW_START_MS, levels([[4_700, 100]], [[4_800, 7]]), at(3_000));
    expect(fillsOf(shadow)).toEqual([[4_900, 7, 2_000]]);
  });

  test('behavior: bids share one trade, the best first', () => {
    const shadow = aShadow();
    decide(shadow, { quotes: [quote('up', 4_800), quote('up', 4_900)] });
    noteTrade(shadow, WINDOW_START_MS, sold(4_000, 14), at(1_000));
    expect(fillsOf(shadow)).toEqual([
      [4_900, 10, 1_000],
      [4_800, 4, 1_000],
    ]);
  });

  test('behavior: post-only: one that would trade at once is refused', () => {
    const shadow = aShadow();
    decide(shadow, { quotes: [quote('up', 5_100)] });
    noteTrade(shadow, WINDOW_START_MS, sold(4_000, 500), at(1_000));
    expect(resultOf(shadow)).toMatchObject({ fills: [], ordersUnfilled: 1 });
  });

  test('behavior: it is not there before its order has arrived, and still there until its cancel has', () => {
    const shadow = aShadow();
    decide(shadow, { quotes: [quote('up', 4_900, 20)] });
    noteTrade(shadow, WINDOW_START_MS, sold(4_800, 5), at(ORDER_MS - 1));
    noteTrade(shadow, WINDOW_START_MS, sold(4_800, 6), at(ORDER_MS));
    decide(shadow, { quotes: [] }, 1_000);
    noteTrade(shadow, WINDOW_START_MS, sold(4_800, 7), at(1_000 + CANCEL_MS - 1));
    noteTrade(shadow, WINDOW_START_MS, sold(4_800, 7), at(1_000 + CANCEL_MS));
    expect(fillsOf(shadow).map(([, shares]) => shares)).toEqual([6, 7]);
  });

  test('behavior: what is wanted again stays, and is one order', () => {
    const shadow = aShadow();
    for (let ms = 0; ms < 5_000; ms += 100) decide(shadow, { quotes: [quote('up', 4_900)] }, ms);
    expect(shadowViewOf(shadow, CHALLENGER, WINDOW_START_MS)).toMatchObject({
      orders: [{ outcome: 'up', priceTicks: 4_900, remainingMicro: 10 * UNIT, status: 'resting', postOnly: true }],
      ordersSent: 1,
    });
  });
});

describe('the shadow ledger', () => {
  test('behavior: strategies do not see or take from each other', () => {
    const shadow = aShadow();
    const other = 'other' as StrategyId;
    const whole = take({ priceTicks: 5_100, amount: { unit: 'shares', sizeMicro: 100 * UNIT } });
    decide(shadow, { takes: [whole] });
    noteDecision(shadow, other, WINDOW_START_MS, decision({ takes: [whole] }), at(0), DELAY_MS);
    noteBook(shadow, WINDOW_START_MS, USUAL, at(1_000));
    expect(shadowViewOf(shadow, other, WINDOW_START_MS).holdings.up).toEqual({
      sizeMicro: 100 * UNIT,
      costMicro: 51 * UNIT,
    });
    expect(
      resolveShadow(shadow, WINDOW_START_MS, 'down').map(({ strategy, sharesMicro }) => [strategy, sharesMicro]),
    ).toEqual([
      [CHALLENGER, 100 * UNIT],
      [other, 100 * UNIT],
    ]);
    expect(shadow.windows).toEqual({});
  });

  test('behavior: merged sets are money, and no more than are held', () => {
    const shadow = aShadow();
    decide(shadow, { takes: [take(), take({ outcome: 'down', priceTicks: 5_100 })] });
    decide(shadow, { mergeMicro: 1_000 * UNIT }, 1_000);
    expect(shadowViewOf(shadow, CHALLENGER, WINDOW_START_MS).holdings).toMatchObject({
      up: { sizeMicro: 0 },
      down: { sizeMicro: 0 },
    });
    const feesMicro = 2 * takerFeeMicro(FEES, 5_100, 10 * UNIT);
    expect(resultOf(shadow)).toMatchObject({ payoutMicro: 0, pnlMicro: -200_000 - feesMicro });
  });

  test('behavior: windows that are not listed, or state no fees, are not scored', () => {
    const shadow = createShadowBook({ orderDelayMs: 0, cancelDelayMs: 0 });
    listShadowWindow(shadow, aMarket({ fees: null }));
    decide(shadow, { takes: [take()] });
    noteBook(shadow, WINDOW_START_MS, USUAL, at(0));
    noteTrade(shadow, WINDOW_START_MS, { outcome: 'up', priceTicks: 1, sizeMicro: 1, takerSide: 'sell' }, at(0));
    expect(resolveShadow(shadow, WINDOW_START_MS, 'up')).toEqual([]);
    expect(shadowViewOf(shadow, CHALLENGER, WINDOW_START_MS)).toMatchObject({ orders: [], ordersSent: 0 });
  });

  test('behavior: a window that nobody resolves is forgotten', () => {
    const shadow = aShadow();
    forgetShadowWindow(shadow, WINDOW_START_MS);
    expect(resolveShadow(shadow, WINDOW_START_MS, 'up')).toEqual([]);
  });
});

/** Anything that may happen to a shadow ledger, in order of time. */
const price = fc.integer({ min: 1, max: 99 }).map((cents) => cents * 100);
const outcome = fc.constantFrom<Outcome>('up', 'down');
const side = fc.constantFrom('buy' as const, 'sell' as const);
const shares = fc.integer({ min: 1, max: 60 });
const bookArbitrary = fc
  .tuple(fc.integer({ min: 10, max: 89 }), fc.array(shares, { maxLength: 4 }), fc.array(shares, { maxLength: 4 }))
  .map(([cents, bids, asks]) =>
    levels(
      bids.map((size, index) => [(cents - index) * 100, size]),
      asks.map((size, index) => [(cents + 1 + index) * 100, size]),
    ),
  );
const happening = fc.record({
  afterMs: fc.integer({ min: 0, max: 400 }),
  what: fc.oneof(
    { weight: 3, arbitrary: fc.record({ book: fc.option(bookArbitrary, { nil: null, freq: 9 }) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        trade: fc.record({ outcome, priceTicks: price, sizeMicro: shares.map((n) => n * UNIT), takerSide: side }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        decision: fc.record({
          quotes: fc.array(fc.record({ outcome, priceTicks: price, sizeMicro: shares.map((n) => n * UNIT) }), {
            maxLength: 3,
          }),
          takes: fc.array(
            fc
              .record({
                outcome,
                side,
                priceTicks: price,
                amount: fc.oneof(
                  fc.record({
                    unit: fc.constant('shares' as const),
                    sizeMicro: fc.integer({ min: 1, max: 90_000_000 }),
                  }),
                  fc.record({
                    unit: fc.constant('pusd' as const),
                    spendMicro: fc.integer({ min: 1, max: 50_000_000 }),
                  }),
                ),
                timeInForce: fc.constantFrom('FOK' as const, 'FAK' as const),
              })
              .map(
                (each): DesiredTake =>
                  each.side === 'sell' && each.amount.unit === 'pusd'
                    ? { ...each, amount: { unit: 'shares', sizeMicro: each.amount.spendMicro } }
                    : each,
              ),
            { maxLength: 2 },
          ),
          mergeMicro: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 20_000_000 })),
        }),
      }),
    },
  ),
});
const happenings = fc.array(happening, { minLength: 5, maxLength: 60, size: 'max' });

/** Does it all; `between` replaces memory, `onFill` sees every new fill with the book and trade of its moment. */
function play(
  all: readonly (typeof happening extends fc.Arbitrary<infer T> ? T : never)[],
  more: { between?: (shadow: ShadowBook) => ShadowBook } = {},
) {
  let shadow = createShadowBook({ orderDelayMs: ORDER_MS, cancelDelayMs: CANCEL_MS });
  listShadowWindow(shadow, aMarket());
  const books: { atMs: number; book: Record<Outcome, OutcomeBook> | null }[] = [];
  const trades: { atMs: number; sizeMicro: number }[] = [];
  let ms = 0;
  for (const { afterMs, what } of all) {
    ms += afterMs;
    if ('book' in what) {
      noteBook(shadow, WINDOW_START_MS, what.book, at(ms));
      books.push({ atMs: at(ms), book: what.book });
    } else if ('trade' in what) {
      noteTrade(shadow, WINDOW_START_MS, what.trade, at(ms));
      trades.push({ atMs: at(ms), sizeMicro: what.trade.sizeMicro });
    } else {
      noteDecision(shadow, CHALLENGER, WINDOW_START_MS, decision(what.decision), at(ms), DELAY_MS);
    }
    shadow = more.between?.(shadow) ?? shadow;
  }
  return { shadow, books, trades };
}

describe('properties of the shadow ledger', () => {
  test('behavior: money is conserved: the result is what the fills paid and what their shares are worth', () => {
    let traded = 0;
    assertProperty(
      fc.property(happenings, outcome, (all, winner) => {
        const result = resultOf(play(all).shadow, winner);
        if (result === undefined) return;
        let pnlMicro = 0;
        for (const { outcome: of, side: bought, priceTicks, sizeMicro, feeMicro, liquidity } of result.fills) {
          const worth = of === winner ? sizeMicro : 0;
          const fee = (liquidity === 'taker' ? takerFeeMicro : makerFeeMicro)(FEES, priceTicks, sizeMicro);
          expect(feeMicro).toBe(fee);
          if (bought === 'buy') pnlMicro += worth - costRoundedUp(priceTicks, sizeMicro) - fee;
          else pnlMicro += proceedsRoundedDown(priceTicks, sizeMicro) - worth - fee;
        }
        expect(result.pnlMicro).toBe(pnlMicro);
        traded += result.fills.length;
      }),
      { numRuns: 300 },
    );
    expect(traded).toBeGreaterThan(300);
  });

  test('behavior: never better than the market: no taker gets a share that is not displayed, at a price that is not displayed', () => {
    let checked = 0;
    assertProperty(
      fc.property(happenings, (all) => {
        const { shadow, books } = play(all);
        const byLevel = new Map<string, number>();
        for (const { outcome: of, side: way, priceTicks, sizeMicro, liquidity, atMs } of resultOf(shadow)?.fills ??
          []) {
          if (liquidity !== 'taker') continue;
          const index = books.findLastIndex((each) => each.atMs <= atMs);
          // Of several books of one moment the order may have met any.
          const met = books.filter((each) => each.atMs === books[index]?.atMs);
          const levelIn = (book: Record<Outcome, OutcomeBook> | null) => {
            const list = book === null ? [] : book[of][way === 'buy' ? 'asks' : 'bids'];
            const place = list.findIndex((value, position) => position % 2 === 0 && value === priceTicks);
            return place < 0 ? 0 : (list[place + 1] as number);
          };
          const displayedMicro = Math.max(0, ...met.map(({ book }) => levelIn(book)));
          const key = `${index} ${of} ${way} ${priceTicks}`;
          const takenMicro = (byLevel.get(key) ?? 0) + sizeMicro;
          byLevel.set(key, takenMicro);
          expect(takenMicro).toBeLessThanOrEqual(displayedMicro);
          checked++;
        }
      }),
      { numRuns: 300 },
    );
    expect(checked).toBeGreaterThan(100);
  });

  test('behavior: resting bids never get more than was traded or offered at that moment, and never sell what is not held', () => {
    assertProperty(
      fc.property(happenings, (all) => {
        const { shadow, books, trades } = play(all);
        const fills = resultOf(shadow)?.fills ?? [];
        const held: Record<Outcome, number> = { up: 0, down: 0 };
        for (const { outcome: of, side: way, sizeMicro } of fills) {
          held[of] += way === 'buy' ? sizeMicro : -sizeMicro;
          expect(held[of]).toBeGreaterThanOrEqual(0);
        }
        const moments = new Set(fills.filter(({ liquidity }) => liquidity === 'maker').map(({ atMs }) => atMs));
        for (const atMs of moments) {
          const got = fills
            .filter((fill) => fill.atMs === atMs && fill.liquidity === 'maker')
            .reduce((sum, { sizeMicro }) => sum + sizeMicro, 0);
          const traded = trades.filter((each) => each.atMs === atMs).reduce((sum, each) => sum + each.sizeMicro, 0);
          const offered = books
            .filter((each) => each.atMs === atMs && each.book !== null)
            .flatMap(({ book }) => [book?.up.asks ?? [], book?.down.asks ?? []])
            .flatMap((list) => list.filter((_, place) => place % 2 === 1))
            .reduce((sum, size) => sum + size, 0);
          expect(got).toBeLessThanOrEqual(traded + offered);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('behavior: it is plain data: what JSON makes of it goes on alike', () => {
    assertProperty(
      fc.property(happenings, outcome, (all, winner) => {
        const stored = play(all, { between: (shadow) => JSON.parse(JSON.stringify(shadow)) as ShadowBook });
        expect(resultOf(stored.shadow, winner)).toEqual(resultOf(play(all).shadow, winner));
      }),
      { numRuns: 100 },
    );
  });
});
