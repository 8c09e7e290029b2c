import { describe, expect, test } from 'vitest';
import { type MarketMakerConfig, ORIGINAL_MARKET_MAKER } from '../../../../core/config/market-maker-config.ts';
import { planQuoteOrders } from '../../../../core/execution/quote-plan.ts';
import type { StrategyId } from '../../../../core/model/identifiers.ts';
import { err, ok } from '../../../../core/model/result.ts';
import { decideMarketMaker, decidePrePlacement } from '../../../../core/strategy/market-maker/decide-market-maker.ts';
import { createMarketMakerState, noteFills } from '../../../../core/strategy/market-maker/market-maker-state.ts';
import { MARKET_MAKER_RULES } from '../../../../core/strategy/market-maker/rules.ts';
import type { WindowFill } from '../../../../core/strategy/market-maker/unpaired-lots.ts';
import type { StrategyView } from '../../../../core/strategy/view.ts';
import { aMarket, UNIT, WINDOW_MS, WINDOW_START_MS } from '../../../support/builders.ts';
import { aFairValue, aFill, aJointBook, aMaker, aQuote, aView, held, NOW_MS } from './strategy-view.ts';

const config = aMaker();
const FEES = { ratePpm: 70_000, exponent: 1, takerOnly: true, rebatePpm: 200_000 };

function decided(
  more: Partial<StrategyView> = {},
  settings: MarketMakerConfig = config,
  fills: readonly WindowFill[] = [],
) {
  const state = createMarketMakerState();
  noteFills(state, WINDOW_START_MS, fills);
  return decideMarketMaker(aView(more), settings, state);
}

/** Prices of the quotes that are wanted. */
function bids(more: Partial<StrategyView> = {}, settings = config, fills: readonly WindowFill[] = []) {
  const { quotes } = decided(more, settings, fills);
  return Object.fromEntries(quotes.map(({ outcome, priceTicks }) => [outcome, priceTicks]));
}

const fair = (probability: number, more: Parameters<typeof aFairValue>[1] = {}) => ok(aFairValue(probability, more));
const endsIn = (ms: number) => ({ nowMs: WINDOW_START_MS + WINDOW_MS - ms });

describe('decideMarketMaker', () => {
  test('default: a bid on each token, two cents from what it is worth', () => {
    expect(decided()).toMatchObject({
      rule: 'quoting',
      quotes: [
        { outcome: 'up', priceTicks: 4_800, sizeMicro: 5 * UNIT },
        { outcome: 'down', priceTicks: 4_800, sizeMicro: 5 * UNIT },
      ],
      takes: [],
      mergeMicro: 0,
    });
  });

  test('defect 2: bids of fair value plus two cents on both outcomes: a filled pair costs 0.96, not 1.04', () => {
    for (const probability of [0.5, 0.47, 0.53]) {
      const { up = 0, down = 0 } = bids({ fairValue: fair(probability) });
      expect(up).toBeLessThanOrEqual(probability * 10_000 - 200);
      expect(down).toBeLessThanOrEqual((1 - probability) * 10_000 - 200);
      expect(up + down).toBeLessThanOrEqual(9_600);
      expect(Math.min(up, down)).toBeGreaterThan(0);
    }
  });

  test.each([
    ['at T − 30 s', endsIn(30_000), 'leaving'],
    ['when the window is over', endsIn(0), 'window-closed'],
    ['when the next window has begun', endsIn(-1_000), 'window-closed'],
  ])('defect 3: resting orders that are forgotten when the window rolls: %s every one is cancelled', (_, at, rule) => {
    const quotes = [aQuote('up', 4_800), aQuote('down', 4_800, { remainingMicro: UNIT })];
    const orders = quotes.map((quote) => ({ ...quote, leaving: false }));
    const decision = decided({ ...at, orders });
    expect(decision).toMatchObject({ rule, quotes: [], takes: [] });
    const plan = planQuoteOrders(orders, decision.quotes, 'market-maker' as StrategyId, 4, FEES);
    expect(plan).toEqual({
      cancel: quotes.map(({ clientOrderId }) => ({ clientOrderId, reason: 'not-wanted' })),
      place: [],
    });
  });

  test.each<[string, Partial<StrategyView>]>([
    ['leaving', endsIn(30_000)],
    ['window-closed', endsIn(0)],
    ['window-not-open', { nowMs: WINDOW_START_MS - 1 }],
    ['no-fee-schedule', { market: aMarket({ fees: null }) }],
    ['makers-pay', { market: aMarket({ fees: { ...FEES, takerOnly: false } }) }],
    ['order-below-minimum', { market: aMarket({ minSizeMicro: 5 * UNIT + 1 }) }],
    ['unpriced-no-reference-price', { fairValue: err('no-reference-price') }],
    ['unpriced-reference-stale', { fairValue: err('reference-stale') }],
    ['unpriced-no-volatility', { fairValue: err('no-volatility') }],
    ['unpriced-too-many-missing-seconds', { fairValue: err('too-many-missing-seconds') }],
    ['unpriced-no-strike', { fairValue: err('no-strike') }],
    ['unpriced-not-finite', { fairValue: err('not-finite') }],
    ['phase-pre-open', { fairValue: fair(0.5, { phase: 'pre-open' }) }],
    ['phase-strike-pending', { fairValue: fair(0.5, { phase: 'strike-pending' }) }],
    ['fair-value-stale', { fairValue: fair(0.5, { pricedAtMs: NOW_MS - 8_001 }) }],
    ['not-finite', { fairValue: fair(Number.NaN) }],
    ['not-finite', { fairValue: fair(1.01) }],
    ['not-finite', { fairValue: fair(0.5, { lowProbability: Number.NaN }) }],
    ['not-finite', { fairValue: fair(0.5, { highProbability: Number.POSITIVE_INFINITY }) }],
    ['not-finite', { fairValue: fair(0.5, { secondsLeft: Number.NaN }) }],
    ['not-finite', { fairValue: fair(0.5, { pricedAtMs: Number.NaN }) }],
    ['delay-unknown', { feedDelayMs: Number.NaN }],
    ['delay-unknown', { cancelDelayMs: Number.POSITIVE_INFINITY }],
    ['delay-unknown', { feedDelayMs: -1 }],
    ['book-one-sided', { book: aJointBook([], [5_100, 100]) }],
    ['book-one-sided', { book: aJointBook([4_900, 100], []) }],
    ['book-crossed', { book: aJointBook([5_100, 100], [5_100, 100]) }],
    ['book-wide', { book: aJointBook([4_400, 100], [5_500, 100]) }],
    ['disagreement', { fairValue: fair(0.5501) }],
    ['spread-too-wide', { feedDelayMs: 3_000 }],
    ['no-room', { stakeMicro: UNIT }],
    ['no-room', { stakeMicro: Number.NaN }],
  ])('behavior: rule %s: no quotes', (rule, more) => {
    expect(decided(more)).toMatchObject({ rule, quotes: [], takes: [] });
  });

  test('behavior: disabled', () => {
    expect(decided({}, aMaker({ enabled: false }))).toMatchObject({ rule: 'disabled', quotes: [], takes: [] });
  });

  test('behavior: one millisecond before it leaves it still quotes, where the price stands fast', () => {
    const late = { ...endsIn(30_001), fairValue: fair(0.5, { secondsLeft: 30, pricedAtMs: NOW_MS + 1e6 }) };
    expect(decided({ ...late, feedDelayMs: 0, cancelDelayMs: 10 }).rule).toBe('quoting');
  });

  test('behavior: what it decided on is in the record', () => {
    expect(decided().inputs).toMatchObject({
      msToEnd: 200_000,
      phase: 'known',
      fairPpm: 500_000,
      centrePpm: 500_000,
      bidTicks: 4_900,
      askTicks: 5_100,
      halfTicks: 200,
      moveTicks: 142,
      adverseTicks: 0,
      upLimitTicks: 4_800,
      feedDelayMs: 100,
      upMicro: 0,
    });
    expect(decided({ feedDelayMs: 3_000 }).inputs).toMatchObject({ halfTicks: 556, moveTicks: 556 });
  });

  test('behavior: slow feeds and an adverse past ask for more', () => {
    expect(bids({ feedDelayMs: 1_000 })).toEqual({ up: 4_600, down: 4_600 });
    expect(bids({}, aMaker({ adverseSelectionTicks: 101 }))).toEqual({ up: 4_600, down: 4_600 });
  });

  test('behavior: late in the window the same delay asks for more, by the clock even where pricing lags', () => {
    expect(decided({ ...endsIn(61_000), fairValue: fair(0.5, { pricedAtMs: NOW_MS + 138_000 }) }).rule).toBe('quoting');
    expect(decided({ ...endsIn(37_000), fairValue: fair(0.5, { pricedAtMs: NOW_MS + 162_000 }) }).rule).toBe(
      'spread-too-wide',
    );
  });

  describe('centre', () => {
    test("default: the market's, and never above our own value", () => {
      expect(bids({ fairValue: fair(0.53) })).toEqual({ up: 4_800, down: 4_500 });
      expect(bids({ fairValue: fair(0.47) })).toEqual({ up: 4_500, down: 4_800 });
    });

    test('behavior: wholly our own', () => {
      expect(bids({ fairValue: fair(0.53) }, aMaker({ fairWeightPpm: 1_000_000 }))).toEqual({ up: 5_000, down: 4_500 });
    });

    test('behavior: never through the book: at most a tick below the best offer', () => {
      const book = aJointBook([4_900, 10], [5_000, 10]);
      expect(bids({ book, fairValue: fair(0.54) }, aMaker({ fairWeightPpm: 1_000_000 })).up).toBe(4_900);
    });

    test('behavior: our own quotes are not the market', () => {
      const orders = [aQuote('up', 4_950), aQuote('down', 4_950)];
      const book = aJointBook([4_950, 5, 4_500, 100], [5_050, 5, 5_300, 100]);
      expect(decided({ book, orders, tickSizeTicks: 10 }).inputs).toMatchObject({ bidTicks: 4_500, askTicks: 5_300 });
    });

    test('behavior: while the strike is pending only where that is configured', () => {
      const pending = { fairValue: fair(0.5, { phase: 'strike-pending' as const }) };
      expect(bids(pending, aMaker({ quoteStrikePending: true }))).toEqual({ up: 4_800, down: 4_800 });
    });
  });

  describe('inventory', () => {
    test('behavior: an excess moves the side that adds to it away, with its share of the limit', () => {
      expect(bids({ holdings: held('up', 12.5, 4_000) })).toEqual({ up: 4_700, down: 4_800 });
      expect(bids({ holdings: held('down', 12.5, 4_000) })).toEqual({ up: 4_800, down: 4_700 });
    });

    test('behavior: the side that takes it off gives its buffer away, never its half-spread', () => {
      const buffered = aMaker({ requoteBufferTicks: 100 });
      expect(bids({}, buffered)).toEqual({ up: 4_700, down: 4_700 });
      expect(bids({ holdings: held('up', 12.5, 4_000) }, buffered)).toEqual({ up: 4_600, down: 4_800 });
      expect(bids({ holdings: held('up', 20, 4_000) }, buffered).down).toBe(4_800);
    });

    test('behavior: where a half of ours waits, its other side stands without the buffer', () => {
      const buffered = aMaker({ requoteBufferTicks: 100, completion: { enabled: false, minGainTicks: 1 } });
      expect(bids({ holdings: held('up', 5, 4_700) }, buffered, [aFill('up', 4_700)]).down).toBe(4_800);
    });

    test('behavior: up to the limit if all that stands fills, and not a share more', () => {
      expect(bids({ holdings: held('up', 20, 4_000) })).toHaveProperty('up');
      expect(bids({ holdings: held('up', 20.01, 4_000) })).not.toHaveProperty('up');
      const orders = [aQuote('up', 3_000, { strategy: 'directional' as StrategyId, remainingMicro: 21 * UNIT })];
      expect(bids({ orders })).not.toHaveProperty('up');
      expect(bids({ orders })).toHaveProperty('down');
    });

    test('behavior: sized to what is left of it, never below the minimum', () => {
      const settings = aMaker({ orderSizeMicro: 10 * UNIT });
      const sizes = (shares: number) =>
        decided({ holdings: held('up', shares, 4_000) }, settings).quotes.find(({ outcome }) => outcome === 'up')
          ?.sizeMicro;
      expect([15, 18.005, 20, 20.005].map(sizes)).toEqual([10 * UNIT, 6.99 * UNIT, 5 * UNIT, undefined]);
    });

    test('behavior: money for both quotes, for one, for none', () => {
      expect(bids({ stakeMicro: 4.8 * UNIT })).toEqual({ up: 4_800, down: 4_800 });
      expect(bids({ stakeMicro: 4.8 * UNIT - 1 })).toEqual({ up: 4_800 });
      expect(bids({ stakeMicro: 2.4 * UNIT - 1 })).toEqual({});
    });
  });

  describe('joint rule', () => {
    test('behavior: a bid stays below 1 with what the other half has cost', () => {
      expect(bids({ holdings: held('up', 5, 5_500) })).toMatchObject({ down: 4_400 });
      expect(bids({ holdings: held('up', 5, 5_500), tickSizeTicks: 1 })).toMatchObject({ down: 4_499 });
    });

    test('behavior: and with the dearest of what waits, not only with its average', () => {
      const fills = [aFill('up', 4_000), aFill('up', 5_600)];
      expect(bids({ holdings: held('up', 10, 4_800) }, config, fills)).toMatchObject({ down: 4_300 });
    });

    test.each(['in-flight', 'resting', 'cancel-pending', 'unknown'] as const)(
      'behavior: and with an order of another strategy that is %s',
      (status) => {
        const orders = [aQuote('down', 5_500, { strategy: 'directional' as StrategyId, status })];
        expect(bids({ orders })).toMatchObject({ up: 4_400, down: 4_800 });
      },
    );

    test('behavior: a side waits for a quote of ours on the other one that is on its way out', () => {
      const orders = [aQuote('down', 5_500, { status: 'cancel-pending' })];
      expect(bids({ orders })).toEqual({ down: 4_800 });
      const both = [...orders, aQuote('up', 5_500, { status: 'cancel-pending' })];
      expect(decided({ orders: both })).toMatchObject({ rule: 'waiting-for-cancel', quotes: [] });
    });

    test('behavior: it does not wait for one of which nothing is known, but stays below 1 with it', () => {
      const orders = [aQuote('down', 5_500, { status: 'unknown' })];
      expect(bids({ orders })).toEqual({ up: 4_400, down: 4_800 });
    });

    test('behavior: of a pair that stands and would lose the half above its limit leaves', () => {
      const orders = [aQuote('up', 4_800), aQuote('down', 5_200)];
      expect(bids({ orders })).toEqual({ up: 4_800, down: 4_800 });
    });
  });

  describe('requoting', () => {
    test('behavior: what stands well is named as it stands, with what is left of it', () => {
      const orders = [aQuote('up', 4_700, { remainingMicro: 3 * UNIT }), aQuote('down', 4_800)];
      expect(decided({ orders })).toMatchObject({
        rule: 'quoting',
        quotes: [
          { outcome: 'up', priceTicks: 4_700, sizeMicro: 3 * UNIT },
          { outcome: 'down', priceTicks: 4_800, sizeMicro: 5 * UNIT },
        ],
      });
    });

    test('behavior: one that became too high after a move is not named any more, however young', () => {
      const orders = [aQuote('up', 4_800, { createdMs: NOW_MS })];
      const moved = { orders, fairValue: fair(0.49), book: aJointBook([4_800, 100], [5_000, 100]) };
      expect(bids(moved).up).toBe(4_700);
    });

    test('behavior: one that became too cautious stays while it is young', () => {
      const orders = [aQuote('up', 4_600)];
      expect(bids({ orders }).up).toBe(4_600);
      expect(bids({ orders: [aQuote('up', 4_600, { createdMs: NOW_MS - 3_000 })] }).up).toBe(4_800);
    });

    test("behavior: one that would lose with another strategy's order goes below it", () => {
      const rival = aQuote('down', 5_300, { strategy: 'directional' as StrategyId });
      expect(bids({ orders: [aQuote('up', 4_800), rival] }).up).toBe(4_600);
      expect(bids({ orders: [aQuote('up', 4_600), rival] }).up).toBe(4_600);
    });

    test('behavior: one that inventory has no room for any more goes', () => {
      const rival = aQuote('up', 3_000, { strategy: 'directional' as StrategyId, remainingMicro: 20 * UNIT });
      expect(bids({ orders: [aQuote('up', 4_800), rival] }).up).toBe(4_800);
      const larger = { ...rival, remainingMicro: 20 * UNIT + 1 };
      expect(bids({ orders: [aQuote('up', 4_800), larger] })).toEqual({ down: 4_800 });
    });

    test('behavior: of two on one side one stays', () => {
      const orders = [aQuote('up', 4_700), aQuote('up', 4_800)];
      expect(decided({ orders }).quotes.filter(({ outcome }) => outcome === 'up')).toEqual([
        { outcome: 'up', priceTicks: 4_700, sizeMicro: 5 * UNIT },
      ]);
    });

    test("behavior: the original's settings: 4 cents, 30 s, 1.5 cents, 200 shares", () => {
      const original = { ...ORIGINAL_MARKET_MAKER, adverseSelectionTicks: 0 };
      expect(bids({}, original)).toEqual({ up: 4_800, down: 4_800 });
      expect(bids({ holdings: held('up', 195, 4_000) }, original)).toHaveProperty('up');
      expect(bids({ holdings: held('up', 195.01, 4_000) }, original)).not.toHaveProperty('up');
    });
  });

  describe('completion', () => {
    const waiting = { holdings: held('up', 5, 4_600), book: aJointBook([4_900, 100], [5_100, 100]) };
    const fills = [aFill('up', 4_600)];

    test('default: the missing half is bought at once where the pair and its fee cost less than 1', () => {
      // 0.46 + 0.51 + 0.0175 = 0.9875
      expect(decided(waiting, config, fills)).toMatchObject({
        rule: 'completing',
        quotes: [{ outcome: 'up' }],
        takes: [
          { outcome: 'down', priceTicks: 5_100, amount: { unit: 'pusd', spendMicro: 2.55 * UNIT }, timeInForce: 'FOK' },
        ],
      });
    });

    test('behavior: not where it would cost 1', () => {
      const dear = { ...waiting, holdings: held('up', 5, 4_725) };
      expect(decided(dear, config, [aFill('up', 4_725)]).takes).toEqual([]);
      const cheaper = { ...waiting, holdings: held('up', 5, 4_724) };
      expect(decided(cheaper, config, [aFill('up', 4_724)]).takes).toHaveLength(1);
    });

    test('behavior: a half of fewer than 5 shares cannot be ordered, and is named in the record', () => {
      const few = { ...waiting, holdings: held('up', 4.99, 4_600) };
      const decision = decided(few, config, [aFill('up', 4_600, 4.99)]);
      expect(decision).toMatchObject({ rule: 'quoting', takes: [] });
      expect(decision.inputs).toMatchObject({
        missing: 'down',
        missingMicro: 4.99 * UNIT,
        missingBelowMinimum: 5 * UNIT,
      });
    });

    test("behavior: another strategy's position is not completed", () => {
      expect(decided(waiting, config, [aFill('up', 4_600, 5, { own: false })]).takes).toEqual([]);
      expect(decided(waiting).takes).toEqual([]);
    });

    test('behavior: not twice: one that is under way is waited for', () => {
      const orders = [aQuote('down', 5_100, { postOnly: false, status: 'in-flight' })];
      expect(decided({ ...waiting, orders }, config, fills).takes).toEqual([]);
    });

    test('behavior: not where a bid of ours for more of the same would lose with it', () => {
      const orders = [aQuote('up', 4_800)];
      expect(decided({ ...waiting, orders }, config, fills).takes).toEqual([]);
    });

    test('behavior: not where all that stands besides would fill to more than the inventory limit', () => {
      const rival = aQuote('down', 3_000, { strategy: 'directional' as StrategyId, remainingMicro: 25 * UNIT });
      expect(decided({ ...waiting, orders: [rival] }, config, fills).takes).toHaveLength(1);
      const orders = [{ ...rival, remainingMicro: 25 * UNIT + 1 }];
      expect(decided({ ...waiting, orders }, config, fills).takes).toEqual([]);
    });

    test('behavior: also where quoting is too dangerous, but not without a fair value', () => {
      expect(decided({ ...waiting, feedDelayMs: 3_000 }, config, fills)).toMatchObject({
        rule: 'completing',
        quotes: [],
      });
      expect(decided({ ...waiting, fairValue: err('reference-stale') }, config, fills).takes).toEqual([]);
      expect(decided({ ...waiting, ...endsIn(30_000) }, config, fills).takes).toEqual([]);
    });

    test('behavior: off', () => {
      const off = aMaker({ completion: { enabled: false, minGainTicks: 1 } });
      expect(decided(waiting, off, fills)).toMatchObject({ rule: 'quoting', takes: [] });
    });

    test('behavior: complete sets are merged, while leaving too', () => {
      const some = { sizeMicro: 7 * UNIT, costMicro: 3 * UNIT };
      expect(decided({ holdings: { up: some, down: some } }).mergeMicro).toBe(7 * UNIT);
      expect(decided({ ...endsIn(20_000), holdings: { up: some, down: some } }).mergeMicro).toBe(7 * UNIT);
    });
  });

  test('behavior: a stop by its one-sided rate quotes nothing, and still completes', () => {
    const state = createMarketMakerState();
    state.stop = { sinceMs: NOW_MS - 1, ratePpm: 500_000, breakEvenPpm: 166_667, shadow: [] };
    const stopped = decideMarketMaker(aView(), config, state);
    expect(stopped).toMatchObject({ rule: 'one-sided-stop', quotes: [] });
    expect(stopped.inputs).toMatchObject({ oneSidedPpm: 500_000, breakEvenPpm: 166_667 });
    noteFills(state, WINDOW_START_MS, [aFill('up', 4_600)]);
    expect(decideMarketMaker(aView({ holdings: held('up', 5, 4_600) }), config, state)).toMatchObject({
      rule: 'completing',
      quotes: [],
      takes: [{ outcome: 'down' }],
    });
  });
});

describe('decidePrePlacement', () => {
  const on = aMaker({ prePlacement: { enabled: true, leadMs: 60_000 } });
  const beforeStart = (ms: number, more: Partial<StrategyView> = {}) =>
    aView({
      nowMs: WINDOW_START_MS - ms,
      fairValue: fair(0.5, { phase: 'pre-open', secondsLeft: 300 + ms / 1_000, pricedAtMs: WINDOW_START_MS - ms }),
      ...more,
    });
  const state = createMarketMakerState();

  test('default: off', () => {
    expect(decidePrePlacement(beforeStart(10_000), config, state)).toMatchObject({
      rule: 'pre-placement-off',
      quotes: [],
    });
  });

  test.each([
    [60_000, 'quoting'],
    [60_001, 'too-early'],
    [1, 'quoting'],
    [0, 'window-open'],
  ])('behavior: %d ms before the start: %s', (ms, rule) => {
    expect(decidePrePlacement(beforeStart(ms), on, state).rule).toBe(rule);
  });

  test('behavior: on no other fair value than that of its phase', () => {
    expect(
      decidePrePlacement(beforeStart(10_000, { fairValue: fair(0.5, { pricedAtMs: WINDOW_START_MS }) }), on, state)
        .rule,
    ).toBe('phase-strike-pending');
  });

  test('behavior: disabled', () => {
    expect(decidePrePlacement(beforeStart(10_000), { ...on, enabled: false }, state).rule).toBe('disabled');
  });
});

describe('MARKET_MAKER_RULES', () => {
  test('default: each rule once', () => {
    expect(new Set(MARKET_MAKER_RULES).size).toBe(MARKET_MAKER_RULES.length);
    expect(MARKET_MAKER_RULES).toContain('unpriced-reference-stale');
  });
});
