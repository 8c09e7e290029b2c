import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  DEFAULT_ROUTER_CONFIG,
  type RouterConfig,
  type TradingStrategy,
} from '../../../../core/config/router-config.ts';
import type { ClientOrderId } from '../../../../core/model/identifiers.ts';
import { decideDirectional } from '../../../../core/strategy/directional/decide-directional.ts';
import {
  type RoutedDecision,
  type RouterRequest,
  routeDecisions,
  strategyIdOf,
} from '../../../../core/strategy/router/route-decisions.ts';
import { canMatch, type PricedSide } from '../../../../core/strategy/router/self-trade.ts';
import type { DesiredQuote, DesiredTake, OwnOrder, StrategyDecision } from '../../../../core/strategy/view.ts';
import { assertProperty } from '../../../support/assert-property.ts';
import { aMarket, UNIT } from '../../../support/builders.ts';
import {
  aDirectionalConfig,
  aDirectionalView,
  anOwnOrder,
  FRESH,
  MARKET_MAKER,
} from '../directional/directional-view.ts';

const aQuote = (outcome: 'up' | 'down', priceTicks: number, shares = 5): DesiredQuote => ({
  outcome,
  priceTicks,
  sizeMicro: shares * UNIT,
});

const aTake = (outcome: 'up' | 'down', priceTicks: number, more: Partial<DesiredTake> = {}): DesiredTake => ({
  outcome,
  side: 'buy',
  priceTicks,
  amount: { unit: 'pusd', spendMicro: 5 * UNIT },
  timeInForce: 'FOK',
  ...more,
});

const aDecision = (more: Partial<StrategyDecision> = {}): StrategyDecision => ({
  rule: 'quoting',
  quotes: [],
  takes: [],
  mergeMicro: 0,
  inputs: { edge: 0.05 },
  ...more,
});

function route(
  directional: Partial<StrategyDecision> | null,
  marketMaker: Partial<StrategyDecision> | null,
  more: Partial<RouterRequest> = {},
  config: Partial<RouterConfig> = {},
): Partial<Record<TradingStrategy, RoutedDecision>> {
  const decisions = {
    ...(directional === null ? {} : { directional: aDecision(directional) }),
    ...(marketMaker === null ? {} : { 'market-maker': aDecision(marketMaker) }),
  };
  const routed = routeDecisions(
    {
      market: aMarket(),
      decisions,
      stakesMicro: { directional: 600 * UNIT, 'market-maker': 400 * UNIT },
      orders: [],
      mergeableMicro: 0,
      ...more,
    },
    { ...DEFAULT_ROUTER_CONFIG, ...config },
  );
  return Object.fromEntries(routed.map((one) => [one.strategy, one]));
}

describe('routeDecisions', () => {
  test('default: what does not collide goes through as it is, one decision for each strategy', () => {
    const directional = { quotes: [aQuote('up', 5_000)] };
    const marketMaker = { quotes: [aQuote('up', 4_800), aQuote('down', 4_900)], mergeMicro: UNIT };
    const routed = route(directional, marketMaker, { mergeableMicro: UNIT });
    expect(routed.directional).toEqual({ strategy: 'directional', decision: aDecision(directional), removals: [] });
    expect(routed['market-maker']?.decision).toEqual(aDecision(marketMaker));
  });

  test('behavior: a strategy that decided nothing is not heard of', () => {
    expect(Object.keys(route({}, null))).toEqual(['directional']);
  });

  describe('opposite intents', () => {
    test('behavior: two bids that would trade with each other: the lower priority gives way, and its record says so', () => {
      const routed = route({ quotes: [aQuote('up', 5_200)] }, { quotes: [aQuote('up', 4_800), aQuote('down', 4_800)] });
      expect(routed.directional?.decision.quotes).toHaveLength(1);
      const maker = routed['market-maker'];
      expect(maker?.decision).toMatchObject({ rule: 'quoting', quotes: [aQuote('up', 4_800)] });
      expect(maker?.removals).toMatchObject([{ what: 'quote', rule: 'opposite-intent', against: 'directional' }]);
      expect(maker?.decision.inputs).toEqual({
        edge: 0.05,
        router: 'quote buy down 0.48: opposite-intent (directional)',
      });
    });

    test('behavior: priority is configuration', () => {
      const routed = route(
        { quotes: [aQuote('up', 5_200)] },
        { quotes: [aQuote('down', 4_800)] },
        {},
        { priority: ['market-maker', 'directional'] },
      );
      expect(routed.directional?.decision.quotes).toEqual([]);
      expect(routed['market-maker']?.decision.quotes).toHaveLength(1);
    });

    test('behavior: two takes of opposite outcomes that lose as a pair: one goes', () => {
      const routed = route({ takes: [aTake('up', 5_500)] }, { takes: [aTake('down', 4_700)] });
      expect(routed.directional?.decision.takes).toHaveLength(1);
      expect(routed['market-maker']?.removals).toMatchObject([{ what: 'take', rule: 'opposite-intent' }]);
    });

    test('behavior: takes that win as a pair are no contradiction', () => {
      const routed = route({ takes: [aTake('up', 5_500)] }, { takes: [aTake('down', 4_000)] });
      expect(routed['market-maker']?.decision.takes).toHaveLength(1);
    });

    test('behavior: a strategy does not contradict itself either: its take comes before its quote', () => {
      const routed = route(null, { quotes: [aQuote('up', 5_500)], takes: [aTake('down', 4_700)] });
      expect(routed['market-maker']?.decision).toMatchObject({ quotes: [], takes: [aTake('down', 4_700)] });
    });
  });

  describe('an order of ours in the way', () => {
    const standing = anOwnOrder({
      clientOrderId: 'mm-12' as ClientOrderId,
      strategy: MARKET_MAKER,
      outcome: 'down',
      priceTicks: 2_900,
      remainingMicro: 5 * UNIT,
    });
    const take = aTake('up', 7_200);

    test('behavior: a take waits until its cancel is confirmed, and meanwhile nothing new comes into its way', () => {
      const maker = { quotes: [aQuote('down', 2_900), aQuote('up', 6_800)] };
      for (const status of ['resting', 'cancel-pending', 'unknown'] as const) {
        const routed = route({ takes: [take] }, maker, { orders: [{ ...standing, status }] });
        expect(routed.directional?.decision.takes).toEqual([]);
        expect(routed.directional?.removals).toMatchObject([{ rule: 'own-order-in-the-way', against: 'mm-12' }]);
        // The quote is wished no more, so that it is cancelled.
        expect(routed['market-maker']?.decision.quotes).toEqual([aQuote('up', 6_800)]);
      }
      const routed = route({ takes: [take] }, maker);
      expect(routed.directional?.decision.takes).toEqual([take]);
      expect(routed['market-maker']?.decision.quotes).toEqual([aQuote('up', 6_800)]);
    });

    test('behavior: no bid is placed into the way of a take under way', () => {
      const underWay = anOwnOrder({ postOnly: false, status: 'in-flight', priceTicks: 7_200 });
      const routed = route(null, { quotes: [aQuote('down', 2_900)] }, { orders: [underWay] });
      expect(routed['market-maker']?.removals).toMatchObject([{ what: 'quote', rule: 'own-order-in-the-way' }]);
    });

    test('behavior: a lower priority’s take never drives out a higher one’s quote', () => {
      const order = anOwnOrder({ priceTicks: 7_000 });
      const routed = route({ quotes: [aQuote('up', 7_000)] }, { takes: [aTake('down', 3_100)] }, { orders: [order] });
      expect(routed.directional?.decision.quotes).toHaveLength(1);
      expect(routed['market-maker']?.decision.takes).toEqual([]);
    });

    test('behavior: a bid of higher priority waits too, and the one in its way is wished no more', () => {
      const routed = route(
        { quotes: [aQuote('up', 7_100)] },
        { quotes: [aQuote('down', 2_900)] },
        { orders: [standing] },
      );
      expect(routed.directional?.removals).toMatchObject([{ rule: 'own-order-in-the-way', against: 'mm-12' }]);
      expect(routed['market-maker']?.decision.quotes).toEqual([]);
    });

    test('behavior: the directional strategy goes on wishing its take and gets it as soon as the way is clear', () => {
      const config = aDirectionalConfig();
      let orders: OwnOrder[] = [standing];
      let scratch = FRESH.scratch;
      const takes: number[] = [];
      for (const [look, status] of (['resting', 'cancel-pending', 'cancel-pending', null, null] as const).entries()) {
        orders = status === null ? [] : [{ ...standing, status }];
        const view = aDirectionalView({ msToEnd: 100_000 - look * 100, orders });
        const step = decideDirectional(view, { scratch, accuracy: FRESH.accuracy }, config);
        scratch = step.scratch;
        takes.push(route(step.decision, {}, { orders }).directional?.decision.takes.length ?? 0);
      }
      expect(takes).toEqual([0, 0, 0, 1, 0]);
    });
  });

  describe('stakes', () => {
    const stakesMicro = { directional: 5 * UNIT, 'market-maker': 5 * UNIT };

    test('behavior: a take that could cost more than the stake, with its largest fee, is not made', () => {
      const spend = (micro: number) => ({
        takes: [aTake('up', 5_000, { amount: { unit: 'pusd', spendMicro: micro } })],
      });
      expect(route(spend(4_670_000), null, { stakesMicro }).directional?.removals).toEqual([]);
      expect(route(spend(4_680_000), null, { stakesMicro }).directional?.removals).toMatchObject([
        { rule: 'over-stake' },
      ]);
    });

    test('behavior: quotes share the stake in their order', () => {
      const quotes = [aQuote('up', 4_800), aQuote('down', 4_800), aQuote('down', 4_000)];
      expect(route(null, { quotes }, { stakesMicro }).directional).toBeUndefined();
      expect(route(null, { quotes }, { stakesMicro })['market-maker']?.decision.quotes).toEqual(quotes.slice(0, 2));
    });

    test('behavior: a quote that stands has its money put aside already, and so has the one that replaces it', () => {
      const orders = [anOwnOrder({ strategy: MARKET_MAKER, priceTicks: 4_800, remainingMicro: 5 * UNIT })];
      const nothingLeft = { directional: 0, 'market-maker': 0 };
      const wished = (quote: DesiredQuote) =>
        route(null, { quotes: [quote] }, { stakesMicro: nothingLeft, orders })['market-maker']?.removals;
      expect(wished(aQuote('up', 4_800))).toEqual([]);
      expect(wished(aQuote('up', 4_700))).toEqual([]);
      expect(wished(aQuote('up', 4_900))).toMatchObject([{ rule: 'over-stake' }]);
    });
  });

  test('behavior: no more sets are merged than are held, whoever asks', () => {
    const routed = route({ mergeMicro: 3 * UNIT }, { mergeMicro: 4 * UNIT }, { mergeableMicro: 5 * UNIT });
    expect(routed.directional?.decision.mergeMicro).toBe(3 * UNIT);
    expect(routed['market-maker']?.decision).toMatchObject({
      mergeMicro: 2 * UNIT,
      inputs: { router: 'merge 2: over-holdings' },
    });
  });

  test('behavior: whatever is wished and whatever stands: nothing trades with us, nothing costs more than its stake', () => {
    const outcome = fc.constantFrom<'up' | 'down'>('up', 'down');
    const side = fc.constantFrom<'buy' | 'sell'>('buy', 'sell');
    const price = fc.integer({ min: 1, max: 99 }).map((cents) => cents * 100);
    const shares = fc.integer({ min: 5, max: 200 });
    const quote = fc.tuple(outcome, price, shares).map((parts) => aQuote(...parts));
    const take = fc.tuple(outcome, price, side, fc.integer({ min: 2, max: 100 })).map(([what, at, way, units]) =>
      aTake(what, at, {
        side: way,
        amount:
          way === 'buy' ? { unit: 'pusd', spendMicro: units * UNIT } : { unit: 'shares', sizeMicro: units * UNIT },
      }),
    );
    const decision = fc.record({
      quotes: fc.array(quote, { maxLength: 4 }),
      takes: fc.array(take, { maxLength: 2 }),
      mergeMicro: fc.integer({ min: 0, max: 20 * UNIT }),
    });
    const order = fc
      .record({
        strategy: fc.constantFrom('directional', 'market-maker', 'flatten'),
        outcome,
        side,
        priceTicks: price,
        shares,
        status: fc.constantFrom<OwnOrder['status']>('in-flight', 'resting', 'cancel-pending', 'unknown'),
        postOnly: fc.boolean(),
      })
      .map(({ strategy, shares: left, ...rest }) =>
        anOwnOrder({ ...rest, strategy: strategy as string as OwnOrder['strategy'], remainingMicro: left * UNIT }),
      );
    const stake = fc.integer({ min: 0, max: 200 * UNIT });
    const priority = fc.constantFrom<TradingStrategy[]>(
      ['directional', 'market-maker'],
      ['market-maker', 'directional'],
    );
    let sent = 0;
    let taken = 0;
    assertProperty(
      fc.property(
        decision,
        decision,
        fc.array(order, { maxLength: 4 }),
        stake,
        stake,
        fc.integer({ min: 0, max: 20 * UNIT }),
        priority,
        (one, two, orders, stakeOne, stakeTwo, mergeableMicro, first) => {
          const stakesMicro = { directional: stakeOne, 'market-maker': stakeTwo };
          const routed = route(one, two, { orders, stakesMicro, mergeableMicro }, { priority: first });
          const wishes: PricedSide[] = [];
          let merged = 0;
          for (const [strategy, original] of [
            ['directional', one],
            ['market-maker', two],
          ] as const) {
            const { decision: left, removals } = routed[strategy] as RoutedDecision;
            merged += left.mergeMicro;
            const bids = left.quotes.map(({ outcome: what, priceTicks }) => ({
              outcome: what,
              side: 'buy' as const,
              priceTicks,
            }));
            for (const bid of bids) {
              const others = orders.filter((other) => other.strategy !== strategyIdOf(strategy) || !other.postOnly);
              expect(others.some((other) => canMatch(bid, other))).toBe(false);
            }
            for (const wish of left.takes) expect(orders.some((other) => canMatch(wish, other))).toBe(false);
            wishes.push(...bids, ...left.takes);
            // Each thing is either there or has exactly one reason why it is not.
            const lost = original.quotes.length + original.takes.length - left.quotes.length - left.takes.length;
            expect(removals.filter(({ what }) => what !== 'merge')).toHaveLength(lost);
            taken += lost;
            sent += left.quotes.length + left.takes.length;
            expect(costOf(left)).toBeLessThanOrEqual(stakesMicro[strategy] + standingCost(orders, strategy));
          }
          expect(merged).toBeLessThanOrEqual(mergeableMicro);
          for (const [index, wish] of wishes.entries()) {
            expect(wishes.slice(index + 1).some((other) => canMatch(wish, other))).toBe(false);
          }
        },
      ),
      { numRuns: 2_000 },
    );
    expect(sent).toBeGreaterThan(1_000);
    expect(taken).toBeGreaterThan(1_000);
  });
});

/** What the bids and purchases of a decision cost without fees, in millionths. */
function costOf({ quotes, takes }: StrategyDecision): number {
  const bids = quotes.reduce((sum, { priceTicks, sizeMicro }) => sum + (priceTicks * sizeMicro) / 10_000, 0);
  return takes.reduce((sum, { amount }) => sum + (amount.unit === 'pusd' ? amount.spendMicro : 0), bids);
}

function standingCost(orders: readonly OwnOrder[], strategy: TradingStrategy): number {
  return orders
    .filter((order) => order.strategy === strategyIdOf(strategy) && order.side === 'buy' && order.postOnly)
    .reduce((sum, { priceTicks, remainingMicro }) => sum + (priceTicks * remainingMicro) / 10_000, 0);
}
