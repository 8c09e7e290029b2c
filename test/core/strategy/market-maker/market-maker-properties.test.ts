/** What holds of the market maker whatever the world does: sequences of moves, fills in part, and cancels that nobody answers. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MarketMakerConfig } from '../../../../core/config/market-maker-config.ts';
import { planQuoteOrders, type StandingOrder } from '../../../../core/execution/quote-plan.ts';
import type { ClientOrderId, StrategyId } from '../../../../core/model/identifiers.ts';
import type { OpenOrderStatus } from '../../../../core/model/order.ts';
import { ok } from '../../../../core/model/result.ts';
import type { Outcome } from '../../../../core/model/window.ts';
import { takerFeeMicro } from '../../../../core/pricing/fees.ts';
import { decideMarketMaker } from '../../../../core/strategy/market-maker/decide-market-maker.ts';
import { moveDeviation } from '../../../../core/strategy/market-maker/half-spread.ts';
import { createMarketMakerState, noteFills } from '../../../../core/strategy/market-maker/market-maker-state.ts';
import type { WindowFill } from '../../../../core/strategy/market-maker/unpaired-lots.ts';
import type { StrategyView } from '../../../../core/strategy/view.ts';
import { assertProperty } from '../../../support/assert-property.ts';
import { aMarket, UNIT, WINDOW_MS, WINDOW_START_MS } from '../../../support/builders.ts';
import { aFairValue, aJointBook, aMaker, aView } from './strategy-view.ts';

const FEES = { ratePpm: 70_000, exponent: 1, takerOnly: true, rebatePpm: 200_000 };
const MARKET_MAKER = 'market-maker' as StrategyId;
const opposite = (outcome: Outcome): Outcome => (outcome === 'up' ? 'down' : 'up');

/** What one moment of a window brings. */
type Move =
  | { readonly kind: 'price'; readonly probability: number; readonly spread: number; readonly gapTicks: number }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'fill'; readonly which: number; readonly part: number }
  | { readonly kind: 'gone'; readonly which: number }
  | { readonly kind: 'silent'; readonly which: number }
  | { readonly kind: 'cancels-arrive' };

const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('price' as const),
      probability: fc.double({ min: 0.03, max: 0.97, noNaN: true }),
      spread: fc.integer({ min: 1, max: 6 }),
      gapTicks: fc.integer({ min: -400, max: 400 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.nat({ max: 8_000 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('fill' as const),
      which: fc.nat({ max: 9 }),
      part: fc.constantFrom(0.01, 0.3, 0.5, 1),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('gone' as const), which: fc.nat({ max: 9 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('silent' as const), which: fc.nat({ max: 9 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancels-arrive' as const) }) },
);

interface World {
  nowMs: number;
  probability: number;
  book: StrategyView['book'];
  orders: StandingOrder[];
  fills: WindowFill[];
  sent: number;
  tickSizeTicks: number;
}

function createWorld(tickSizeTicks: number): World {
  return {
    nowMs: WINDOW_START_MS + 1_000,
    probability: 0.5,
    book: aJointBook([4_900, 200], [5_100, 200]),
    orders: [],
    fills: [],
    sent: 0,
    tickSizeTicks,
  };
}

function holdingsOf(fills: readonly WindowFill[]): StrategyView['holdings'] {
  const held = { up: { sizeMicro: 0, costMicro: 0 }, down: { sizeMicro: 0, costMicro: 0 } };
  for (const { outcome, priceTicks, sizeMicro } of fills) {
    held[outcome].sizeMicro += sizeMicro;
    held[outcome].costMicro += Math.ceil((priceTicks * sizeMicro) / 10_000);
  }
  return held;
}

function viewOf(world: World): StrategyView {
  return aView({
    nowMs: world.nowMs,
    book: world.book,
    fairValue: ok(
      aFairValue(world.probability, {
        pricedAtMs: world.nowMs,
        secondsLeft: (WINDOW_START_MS + WINDOW_MS - world.nowMs) / 1_000,
      }),
    ),
    holdings: holdingsOf(world.fills),
    orders: world.orders,
    tickSizeTicks: world.tickSizeTicks,
    market: aMarket(),
    feedDelayMs: 50,
    cancelDelayMs: 50,
  });
}

function at<Item>(items: readonly Item[], which: number): Item | undefined {
  return items[which % Math.max(1, items.length)];
}

function happen(world: World, what: Move): void {
  switch (what.kind) {
    case 'price': {
      const { probability, spread, gapTicks } = what;
      const tick = world.tickSizeTicks;
      const mid = Math.min(9_700, Math.max(300, Math.round(probability * 10_000 + gapTicks)));
      const bid = Math.max(tick, Math.floor((mid - spread * 50) / tick) * tick);
      const ask = Math.min(10_000 - tick, Math.max(bid + tick, Math.ceil((mid + spread * 50) / tick) * tick));
      world.probability = probability;
      world.book = aJointBook([bid, 200, bid - tick, 500], [ask, 200, ask + tick, 500]);
      return;
    }
    case 'wait':
      world.nowMs = Math.min(WINDOW_START_MS + WINDOW_MS - 1, world.nowMs + what.ms);
      return;
    case 'fill':
      fill(world, at(world.orders, what.which), what.part);
      return;
    case 'gone': {
      const gone = at(world.orders, what.which);
      world.orders = world.orders.filter((order) => order !== gone);
      return;
    }
    case 'silent':
      setStatus(world, at(world.orders, what.which), 'unknown');
      return;
    case 'cancels-arrive':
      world.orders = world.orders.filter(({ leaving }) => !leaving);
  }
}

function setStatus(world: World, which: StandingOrder | undefined, status: OpenOrderStatus): void {
  world.orders = world.orders.map((order) => (order === which ? { ...order, status } : order));
}

/** Any order may fill in any part, however it stands: on its way out or unknown, it is still the venue's. */
function fill(world: World, order: StandingOrder | undefined, part: number): void {
  if (order === undefined) return;
  const sizeMicro = order.postOnly
    ? Math.max(10_000, Math.floor((order.remainingMicro * part) / 10_000) * 10_000)
    : order.remainingMicro;
  const feeMicro = order.postOnly ? 0 : takerFeeMicro(FEES, order.priceTicks, sizeMicro);
  const { outcome, priceTicks } = order;
  world.fills.push({
    own: order.strategy === MARKET_MAKER,
    outcome,
    side: 'buy',
    priceTicks,
    sizeMicro,
    feeMicro,
    fairTicks: null,
    markTicks: null,
  });
  const remainingMicro = order.remainingMicro - sizeMicro;
  world.orders = world.orders
    .map((other) => (other === order ? { ...other, remainingMicro } : other))
    .filter((other) => other.remainingMicro > 0);
}

/** One look: decide, cancel first, place second, and send what is taken. */
function look(world: World, config: MarketMakerConfig): ReturnType<typeof decideMarketMaker> {
  const state = createMarketMakerState();
  noteFills(state, WINDOW_START_MS, world.fills);
  const decision = decideMarketMaker(viewOf(world), config, state);
  const plan = planQuoteOrders(world.orders, decision.quotes, MARKET_MAKER, config.maxOrders, FEES);
  world.orders = world.orders.map((order) => {
    const leaves = plan.cancel.some(({ clientOrderId }) => clientOrderId === order.clientOrderId);
    if (!leaves) return order;
    return { ...order, leaving: true, status: order.status === 'unknown' ? 'unknown' : 'cancel-pending' };
  });
  const send = (outcome: Outcome, priceTicks: number, remainingMicro: number, postOnly: boolean) => {
    world.sent += 1;
    const clientOrderId = `mm-${world.sent}` as ClientOrderId;
    const common = { clientOrderId, strategy: MARKET_MAKER, side: 'buy', leaving: false } as const;
    const status = world.sent % 2 === 0 ? 'in-flight' : 'resting';
    world.orders.push({ ...common, outcome, priceTicks, remainingMicro, postOnly, status, createdMs: world.nowMs });
  };
  for (const { outcome, priceTicks, sizeMicro } of plan.place) send(outcome, priceTicks, sizeMicro, true);
  for (const { outcome, priceTicks, amount } of decision.takes) {
    const spendMicro = amount.unit === 'pusd' ? amount.spendMicro : 0;
    send(outcome, priceTicks, Math.floor((spendMicro * 10_000) / priceTicks), false);
  }
  return decision;
}

/** What a share of an order or of a fill costs, its fee included, in ticks. */
function costOf(one: {
  readonly priceTicks: number;
  readonly postOnly?: boolean;
  readonly feeMicro?: number;
  readonly sizeMicro?: number;
}): number {
  if (one.feeMicro !== undefined) return one.priceTicks + (one.feeMicro * 10_000) / (one.sizeMicro ?? 1);
  return one.priceTicks + (one.postOnly === false ? takerFeeMicro(FEES, one.priceTicks, UNIT) / 100 : 0);
}

/** Our own pairing, told apart from the one under test: the oldest halves first. */
function oldestFirst(fills: readonly WindowFill[]): {
  readonly worstPair: number;
  readonly waiting: Record<Outcome, number[]>;
} {
  const open: Record<Outcome, { cost: number; left: number }[]> = { up: [], down: [] };
  let worstPair = 0;
  for (const one of fills) {
    let left = one.sizeMicro;
    const others = open[opposite(one.outcome)];
    while (left > 0 && others[0] !== undefined) {
      const micro = Math.min(left, others[0].left);
      worstPair = Math.max(worstPair, costOf(one) + others[0].cost);
      left -= micro;
      others[0].left -= micro;
      if (others[0].left === 0) others.shift();
    }
    if (left > 0) open[one.outcome].push({ cost: costOf(one), left });
  }
  return {
    worstPair,
    waiting: { up: open.up.map(({ cost }) => cost), down: open.down.map(({ cost }) => cost) },
  };
}

function expectNoLoss({ orders, fills }: World): void {
  const { worstPair, waiting } = oldestFirst(fills);
  expect(worstPair).toBeLessThan(10_000);
  for (const order of orders) {
    for (const other of orders) {
      if (order.outcome === 'up' && other.outcome === 'down')
        expect(costOf(order) + costOf(other)).toBeLessThan(10_000);
    }
    for (const cost of waiting[opposite(order.outcome)]) expect(costOf(order) + cost).toBeLessThan(10_000);
  }
}

function worstExcess({ orders, fills }: World, outcome: Outcome): number {
  const held = holdingsOf(fills);
  const open = orders.filter((order) => order.outcome === outcome);
  return (
    held[outcome].sizeMicro -
    held[opposite(outcome)].sizeMicro +
    open.reduce((sum, { remainingMicro }) => sum + remainingMicro, 0)
  );
}

const CONFIGS: readonly MarketMakerConfig[] = [
  aMaker(),
  aMaker({ fairWeightPpm: 1_000_000, requoteBufferTicks: 50, minQuoteAgeMs: 0 }),
  aMaker({ fairWeightPpm: 500_000, orderSizeMicro: 10 * UNIT, maxInventoryMicro: 20 * UNIT, requoteAfterMs: 5_000 }),
];

describe('the market maker in any window', () => {
  test('args: no two bids of ours, and none with what is held, cost 1 or more when both fill', () => {
    let fills = 0;
    let pairs = 0;
    let takes = 0;
    assertProperty(
      fc.property(
        fc.array(move, { minLength: 5, maxLength: 60 }),
        fc.constantFrom(...CONFIGS),
        fc.constantFrom(10, 100),
        (moves, config, tickSizeTicks) => {
          const world = createWorld(tickSizeTicks);
          for (const what of moves) {
            happen(world, what);
            expectNoLoss(world);
            takes += look(world, config).takes.length;
            expectNoLoss(world);
          }
          fills += world.fills.length;
          if (new Set(world.fills.map(({ outcome }) => outcome)).size === 2) pairs += 1;
        },
      ),
      { numRuns: 400 },
    );
    // The worlds have to be worth the name.
    expect(fills).toBeGreaterThan(400);
    expect(pairs).toBeGreaterThan(40);
    expect(takes).toBeGreaterThan(20);
  });

  test('args: the inventory limit holds though all that rests fills', () => {
    assertProperty(
      fc.property(fc.array(move, { minLength: 5, maxLength: 60 }), fc.constantFrom(...CONFIGS), (moves, config) => {
        const world = createWorld(100);
        for (const what of moves) {
          happen(world, what);
          look(world, config);
          for (const outcome of ['up', 'down'] as const) {
            expect(worstExcess(world, outcome)).toBeLessThanOrEqual(config.maxInventoryMicro);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  test('args: no quote is nearer to our fair value than the formula, crosses the book, or lies off the grid', () => {
    let quotes = 0;
    assertProperty(
      fc.property(fc.array(move, { minLength: 5, maxLength: 40 }), fc.constantFrom(...CONFIGS), (moves, config) => {
        const world = createWorld(100);
        for (const what of moves) {
          happen(world, what);
          const before = world.orders;
          const { quotes: wanted } = look(world, config);
          const secondsLeft = (WINDOW_START_MS + WINDOW_MS - world.nowMs) / 1_000;
          const half = Math.max(
            200,
            config.moveDeviations * moveDeviation(world.probability, secondsLeft, 100) * 10_000,
          );
          for (const { outcome, priceTicks, sizeMicro } of wanted) {
            const worth = (outcome === 'up' ? world.probability : 1 - world.probability) * 10_000;
            expect(worth - priceTicks).toBeGreaterThanOrEqual(half - 1e-3);
            expect(priceTicks % 100).toBe(0);
            expect(priceTicks).toBeGreaterThan(0);
            expect(sizeMicro).toBeGreaterThan(0);
            const standing = before.some((order) => order.outcome === outcome && order.priceTicks === priceTicks);
            if (!standing) expect(priceTicks).toBeLessThan(world.book[outcome].asks[0] ?? 10_000);
            quotes += 1;
          }
        }
      }),
      { numRuns: 300 },
    );
    expect(quotes).toBeGreaterThan(300);
  });

  test('args: a number that is none, anywhere in pricing: no quotes, no takes, and a rule that says so', () => {
    const bad = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
    const field = fc.constantFrom(
      'upProbability',
      'lowProbability',
      'highProbability',
      'secondsLeft',
      'pricedAtMs',
      'feedDelayMs',
      'cancelDelayMs',
    );
    assertProperty(
      fc.property(field, bad, (name, value) => {
        const view = name.endsWith('DelayMs')
          ? aView({ [name]: value })
          : aView({ fairValue: ok(aFairValue(0.5, { [name]: value })) });
        const decision = decideMarketMaker(view, aMaker(), createMarketMakerState());
        expect(decision).toMatchObject({ quotes: [], takes: [] });
        expect(decision.rule).toBe(name.endsWith('DelayMs') ? 'delay-unknown' : 'not-finite');
        expect(JSON.stringify(decision.inputs)).not.toMatch(/NaN|Infinity/);
        for (const input of Object.values(decision.inputs)) expect(input).not.toBeNaN();
      }),
    );
  });

  test('args: once it leaves, nothing of ours is wanted any more', () => {
    assertProperty(
      fc.property(fc.array(move, { maxLength: 30 }), fc.nat({ max: 30_000 }), (moves, msToEnd) => {
        const world = createWorld(100);
        for (const what of moves) {
          happen(world, what);
          look(world, aMaker());
        }
        world.nowMs = WINDOW_START_MS + WINDOW_MS - msToEnd;
        expect(look(world, aMaker())).toMatchObject({ quotes: [], takes: [] });
        expect(world.orders.every(({ leaving, postOnly }) => leaving || !postOnly)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
