import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { VenueOrderId } from '../../../core/model/identifiers.ts';
import type { TimeInForce } from '../../../core/model/order.ts';
import type { Outcome } from '../../../core/model/window.ts';
import { COLLATERAL_ADAPTER, STANDARD_EXCHANGE } from '../../../embedded-venue/clob/chain-contracts.ts';
import { UNLIMITED_MICRO } from '../../../embedded-venue/trading/account-ledger.ts';
import { PUBLIC_ACCOUNT, VENUE_ACCOUNT } from '../../../embedded-venue/trading/house-accounts.ts';
import type {
  ExchangeFaults,
  IncomingOrder,
  VenueAddress,
  VenueOrderView,
  VenueTrade,
} from '../../../embedded-venue/trading/venue-exchange.ts';
import { assertProperty } from '../../support/assert-property.ts';
import {
  ALICE,
  BOB,
  CAROL,
  incoming,
  type ShortOrder,
  START_MS,
  type TradingFloor,
  tradingFloor,
} from '../../support/trading-floor.ts';

const OWNERS: readonly VenueAddress[] = [ALICE, BOB, CAROL];
const EVERYBODY = [...OWNERS, PUBLIC_ACCOUNT, VENUE_ACCOUNT];

type Action =
  | { readonly kind: 'place'; readonly order: ShortOrder }
  | { readonly kind: 'cancel'; readonly owner: VenueAddress; readonly which: number }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'split' | 'merge' | 'send'; readonly owner: VenueAddress; readonly amountMicro: number }
  | { readonly kind: 'approve'; readonly owner: VenueAddress; readonly amountMicro: number };

const owner = fc.constantFrom(...OWNERS);
const order = fc.record({
  maker: owner,
  outcome: fc.constantFrom<Outcome>('up', 'down'),
  side: fc.constantFrom<'buy' | 'sell'>('buy', 'sell'),
  price: fc.integer({ min: 44, max: 56 }).map((cents) => cents * 100),
  amount: fc.integer({ min: 500, max: 6_000 }).map((hundredths) => hundredths / 100),
  timeInForce: fc.constantFrom<TimeInForce>('GTC', 'GTC', 'GTC', 'GTD', 'FOK', 'FAK'),
  postOnly: fc.boolean(),
});
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 10, arbitrary: order.map((placed): Action => ({ kind: 'place', order: placed })) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel' as const), owner, which: fc.nat(9) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 3_000 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('split' as const, 'merge' as const, 'send' as const),
      owner,
      amountMicro: fc.integer({ min: 1, max: 700_000_000 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('approve' as const),
      owner,
      amountMicro: fc.oneof(fc.constant(UNLIMITED_MICRO), fc.integer({ min: 0, max: 200_000_000 })),
    }),
  },
);
const actions = fc.array(action, { minLength: 10, maxLength: 60 });

/** What was sent, by hash, and how each order stood when it was last seen. */
interface Watch {
  readonly sent: Map<VenueOrderId, IncomingOrder>;
  readonly ended: Map<VenueOrderId, VenueOrderView>;
}

const isOver = ({ state }: VenueOrderView): boolean => state !== 'LIVE' && state !== 'DELAYED';

function perform(floor: TradingFloor, watch: Watch, next: Action): void {
  const { exchange, market } = floor;
  const nowMs = START_MS + floor.now;
  switch (next.kind) {
    case 'place': {
      const { timeInForce } = next.order;
      const atOnce = timeInForce === 'FOK' || timeInForce === 'FAK';
      const orderHash = `0x${String(watch.sent.size + 1).padStart(64, '0')}` as VenueOrderId;
      const signed = incoming(market, orderHash, {
        ...next.order,
        // A market BUY states cents.
        amount: atOnce ? Math.floor(next.order.amount) : next.order.amount,
        postOnly: !atOnce && (next.order.postOnly ?? false),
        expirationSeconds: timeInForce === 'GTD' ? Math.ceil(nowMs / 1_000) + 65 : 0,
      });
      watch.sent.set(orderHash, signed);
      exchange.place(signed, nowMs);
      return;
    }
    case 'cancel': {
      const open = exchange.openOrders(next.owner);
      const chosen = open[next.which % Math.max(1, open.length)];
      if (chosen !== undefined) exchange.cancel(next.owner, chosen.orderHash, nowMs);
      return;
    }
    case 'wait':
      floor.passTo(floor.now + next.ms);
      return;
    case 'split':
      exchange.split(next.owner, market.conditionId, next.amountMicro, nowMs);
      return;
    case 'merge':
      exchange.merge(next.owner, market.conditionId, next.amountMicro, nowMs);
      return;
    case 'send':
      exchange.transferPusd(next.owner, ALICE, next.amountMicro);
      return;
    case 'approve':
      exchange.approve(next.owner, STANDARD_EXCHANGE, next.amountMicro);
  }
}

/** Restoring an exchange checks that its ledger adds up, to the millionth. */
function expectBalanced(floor: TradingFloor): void {
  shared.exchange.restore(floor.exchange.dump());
  for (const account of OWNERS) {
    const { pusdMicro, shares } = floor.exchange.holdings(account);
    expect(pusdMicro).toBeGreaterThanOrEqual(0);
    for (const sharesMicro of shares.values()) expect(sharesMicro).toBeGreaterThan(0);
  }
}

/** Where dumps are restored to be looked at; time never passes in it. */
const shared = tradingFloor();

function expectCovered(floor: TradingFloor): void {
  for (const account of OWNERS) {
    const { reservedMicro } = floor.exchange.holdings(account);
    expect(reservedMicro).toBeLessThanOrEqual(
      Math.max(0, floor.exchange.cachedBalance(account, null, START_MS + floor.now)),
    );
  }
}

function expectUncrossed(floor: TradingFloor): void {
  const { bids, asks } = floor.world.books.bookOf(floor.market.window.startMs, 'up');
  if (bids[0] !== undefined && asks[0] !== undefined) expect(bids[0]).toBeLessThan(asks[0]);
  const resting = OWNERS.flatMap((account) => floor.exchange.openOrders(account)).filter(
    ({ state }) => state === 'LIVE',
  );
  const shown = [...bids, ...asks].filter((_value, index) => index % 2 === 1).reduce((sum, size) => sum + size, 0);
  expect(resting.reduce((sum, { originalMicro, matchedMicro }) => sum + originalMicro - matchedMicro, 0)).toBe(shown);
}

function expectWithinBounds(floor: TradingFloor, watch: Watch): void {
  const spent = new Map<VenueOrderId, number>();
  for (const trade of tradesOf(floor)) {
    const { taker } = trade;
    if (taker.orderHash === null) continue;
    const paid = Math.ceil((taker.priceTicks * taker.sizeMicro) / 10_000);
    spent.set(taker.orderHash, (spent.get(taker.orderHash) ?? 0) + paid);
  }
  for (const [orderHash, { side, timeInForce, makerAmountMicro, takerAmountMicro }] of watch.sent) {
    const seen = floor.exchange.order(orderHash);
    if (seen === null) continue;
    const marketBuy = side === 'buy' && (timeInForce === 'FOK' || timeInForce === 'FAK');
    const spentMicro = spent.get(orderHash) ?? 0;
    if (marketBuy) expect(spentMicro).toBeLessThanOrEqual(makerAmountMicro);
    else expect(seen.matchedMicro).toBeLessThanOrEqual(side === 'buy' ? takerAmountMicro : makerAmountMicro);
    if (timeInForce === 'FOK' && isOver(seen) && seen.matchedMicro > 0) {
      expect(marketBuy ? spentMicro : seen.matchedMicro).toBe(makerAmountMicro);
    }
    const ended = watch.ended.get(orderHash);
    if (ended !== undefined) expect(seen).toEqual(ended);
    else if (isOver(seen)) watch.ended.set(orderHash, seen);
  }
}

function tradesOf({ exchange }: TradingFloor): VenueTrade[] {
  const byId = new Map<string, VenueTrade>();
  for (const account of OWNERS) for (const trade of exchange.trades(account)) byId.set(trade.tradeId, trade);
  return [...byId.values()];
}

/** Nobody who stood better, or as well and longer, was passed over by a match that has just happened. */
function expectPriority(floor: TradingFloor, before: readonly VenueOrderView[], known: ReadonlySet<string>): void {
  const upOf = ({ outcome, priceTicks }: VenueOrderView): number =>
    outcome === 'up' ? priceTicks : 10_000 - priceTicks;
  const isBid = ({ outcome, side }: VenueOrderView): boolean => (side === 'buy') === (outcome === 'up');
  for (const trade of tradesOf(floor)) {
    if (known.has(trade.tradeId)) continue;
    for (const part of trade.makers) {
      const hit = before.find(({ orderHash }) => orderHash === part.orderHash);
      if (hit === undefined) continue;
      for (const other of before.slice(0, before.indexOf(hit))) {
        const left = floor.exchange.order(other.orderHash);
        if (left === null || isOver(left) || isBid(other) !== isBid(hit)) continue;
        expect(upOf(other)).not.toBe(upOf(hit));
      }
      for (const other of before) {
        const left = floor.exchange.order(other.orderHash);
        if (left === null || isOver(left) || isBid(other) !== isBid(hit)) continue;
        const better = isBid(hit) ? upOf(other) > upOf(hit) : upOf(other) < upOf(hit);
        expect(better).toBe(false);
      }
    }
  }
}

function run(floor: TradingFloor, steps: readonly Action[]): void {
  const watch: Watch = { sent: new Map(), ended: new Map() };
  for (const step of steps) {
    const known = new Set(tradesOf(floor).map(({ tradeId }) => tradeId));
    // In order of arrival: hashes count up.
    const before = OWNERS.flatMap((account) => floor.exchange.openOrders(account))
      .filter(({ state }) => state === 'LIVE')
      .sort((left, right) => (left.orderHash < right.orderHash ? -1 : 1));
    perform(floor, watch, step);
    if (step.kind === 'place') expectPriority(floor, before, known);
    expectBalanced(floor);
    expectCovered(floor);
    expectUncrossed(floor);
    expectWithinBounds(floor, watch);
  }
}

/** Every third match fails, settlement times vary, the cache lags now and then. */
function troubledFaults(): Partial<ExchangeFaults> {
  let matches = 0;
  return {
    settlementOf: () => {
      matches++;
      return { minedAfterMs: 500 * (matches % 5), confirmedAfterMs: 900 * (matches % 7), fails: matches % 3 === 0 };
    },
    balanceLagMs: () => (matches % 2) * 700,
  };
}

describe('exchange properties', () => {
  test.each([0, 150])(
    'behavior: money adds up, bounds hold, ends are ends, queues are kept (taker delay %d ms)',
    (takerDelayMs) => {
      assertProperty(
        fc.property(actions, fc.nat(1_000), (steps, seed) => run(tradingFloor({ seed, takerDelayMs }), steps)),
        { numRuns: 40 },
      );
    },
  );

  test('behavior: the same with matches that fail and balances that lag', () => {
    assertProperty(
      fc.property(actions, (steps) => run(tradingFloor({ takerDelayMs: 150, faults: troubledFaults() }), steps)),
      { numRuns: 40 },
    );
  });

  test('behavior: when every match fails, everybody has what he had', () => {
    const orders = fc.array(
      order.map((placed): Action => ({ kind: 'place', order: placed })),
      { minLength: 10, maxLength: 40 },
    );
    assertProperty(
      fc.property(orders, (steps) => {
        const floor = tradingFloor({
          faults: { settlementOf: () => ({ minedAfterMs: 100, confirmedAfterMs: 300, fails: true }) },
        });
        const before = EVERYBODY.map((account) => floor.exchange.holdings(account));
        run(floor, steps);
        for (const account of OWNERS) {
          for (const { orderHash } of floor.exchange.openOrders(account)) floor.cancel(orderHash, account);
        }
        floor.passTo(floor.now + 1_000);
        expect(EVERYBODY.map((account) => floor.exchange.holdings(account))).toEqual(before);
      }),
      { numRuns: 30 },
    );
  });

  test('behavior: after resolution and redemption all that was given out is in the wallets', () => {
    assertProperty(
      fc.property(actions, (steps) => {
        const floor = tradingFloor({ faults: troubledFaults() });
        run(floor, steps);
        floor.passTo(floor.market.schedule.resolvedMs - START_MS + 60_000);
        for (const account of OWNERS) {
          floor.exchange.approveConditional(account, COLLATERAL_ADAPTER, true);
          expect(floor.exchange.redeem(account, floor.market.conditionId, START_MS + floor.now)).toBeNull();
        }
        expect(EVERYBODY.reduce((sum, account) => sum + floor.exchange.holdings(account).pusdMicro, 0)).toBe(
          3_300_000_000,
        );
      }),
      { numRuns: 20 },
    );
  });
});
