import { describe, expect, test } from 'vitest';
import type { VenueOrderId } from '../../../core/model/identifiers.ts';
import { createRng } from '../../../core/simulation/rng.ts';
import type { VenueConnection } from '../../../embedded-venue/connection.ts';
import { PUBLIC_ACCOUNT } from '../../../embedded-venue/trading/house-accounts.ts';
import type { VenueTrade } from '../../../embedded-venue/trading/venue-exchange.ts';
import { ALICE, BOB, CAROL, END_MS, START_MS, type TradingFloor, tradingFloor } from '../../support/trading-floor.ts';

const OWNERS = [ALICE, BOB, CAROL];
/** Where dumps are restored, which checks that their money adds up. */
const auditor = tradingFloor();

function expectSound(floor: TradingFloor): void {
  auditor.exchange.restore(floor.exchange.dump());
  const { bids, asks } = floor.world.books.bookOf(START_MS, 'up');
  if (bids[0] !== undefined && asks[0] !== undefined) expect(bids[0]).toBeLessThan(asks[0]);
  for (const owner of OWNERS) {
    for (const order of floor.exchange.openOrders(owner)) {
      expect(order.matchedMicro).toBeLessThan(order.originalMicro);
    }
  }
}

const WHOLE_LIFE_MS = END_MS - START_MS + 8_000;

/** Orders at random prices, far through the book as well, until `endMs` after the start; then the window's resolution. */
function liveThrough(seed: number, stepMs: number, endMs: number): TradingFloor {
  const floor = tradingFloor({ seed, participants: 'simulated', takerDelayMs: 150 });
  const rng = createRng(seed).fork('orders');
  const placed: [VenueOrderId, string][] = [];
  const between = (from: number, to: number): number => from + Math.floor(rng.uniform() * (to - from));
  for (let atMs = 400; atMs < endMs; atMs += 400) {
    for (let passed = floor.now + stepMs; passed < atMs; passed += stepMs) floor.passTo(passed);
    floor.passTo(atMs);
    const { bids, asks, tickSizeTicks } = floor.world.books.bookOf(START_MS, 'up');
    const middle = ((bids[0] ?? 100) + (asks[0] ?? 9_900)) / 2;
    const price = Math.round((middle + between(-1_500, 1_500)) / tickSizeTicks) * tickSizeTicks;
    const maker = OWNERS[between(0, 3)] ?? ALICE;
    const down = rng.uniform() < 0.5;
    const kind = rng.uniform();
    const result = floor.place({
      maker,
      outcome: down ? 'down' : 'up',
      side: rng.uniform() < 0.6 ? 'buy' : 'sell',
      price: down ? 10_000 - price : price,
      amount: between(5, 40),
      timeInForce: kind < 0.15 ? 'FAK' : kind < 0.25 ? 'FOK' : 'GTC',
      postOnly: kind > 0.8,
    });
    if (result.kind === 'placed') placed.push([result.orderHash, maker]);
    const chosen = placed[between(0, placed.length * 2)];
    if (chosen !== undefined) floor.cancel(chosen[0], chosen[1]);
    if (atMs % 50_000 === 0) expectSound(floor);
  }
  floor.passTo(floor.market.schedule.resolvedMs - START_MS + 20_000);
  for (const owner of OWNERS) floor.exchange.redeem(owner, floor.market.conditionId, START_MS + floor.now);
  return floor;
}

/** Shares that bid at a price or better. */
const depthTo = (bids: readonly number[], ticks: number): number =>
  bids.reduce((sum, size, index) => (index % 2 === 1 && (bids[index - 1] ?? 0) >= ticks ? sum + size : sum), 0);

const tradesOf = (floor: TradingFloor): VenueTrade[] => [
  ...new Map(OWNERS.flatMap((owner) => floor.exchange.trades(owner)).map((trade) => [trade.tradeId, trade])).values(),
];

describe('accounts among the simulated public', () => {
  test.each(Array.from({ length: 12 }, (_value, index) => index + 1))(
    'behavior: random orders over a window are hit, fill, settle and add up (seed %d)',
    (seed) => {
      const floor = liveThrough(seed, 400, WHOLE_LIFE_MS);
      expectSound(floor);
      for (const owner of OWNERS) expect(floor.exchange.openOrders(owner)).toEqual([]);
      const trades = tradesOf(floor);
      expect(trades.every(({ state }) => state === 'CONFIRMED')).toBe(true);
      expect(trades.some(({ taker }) => taker.orderHash === null)).toBe(true);
      expect(
        trades.some(({ taker, makers }) => taker.orderHash !== null && makers.some((part) => part.orderHash === null)),
      ).toBe(true);
      expect(new Set(trades.map(({ kind }) => kind))).toEqual(new Set(['direct', 'mint', 'merge', 'mixed']));
      const outcome = floor.world.directory.publishedResult(floor.market, START_MS + floor.now).outcome;
      expect(outcome).not.toBeNull();
      for (const owner of OWNERS) expect(floor.exchange.holdings(owner).shares.size).toBe(0);
    },
  );

  test('behavior: the same calls give the same exchange, however time is pushed between them', () => {
    const coarse = liveThrough(5, 400, 60_000).exchange.dump();
    expect(liveThrough(5, 400, 60_000).exchange.dump()).toBe(coarse);
    expect(liveThrough(5, 7, 60_000).exchange.dump()).toBe(coarse);
  });

  test('behavior: an offer far below its worth is taken within two seconds, at its own price', () => {
    const floor = tradingFloor({ participants: 'simulated' });
    floor.passTo(20_000);
    const { bids } = floor.world.books.bookOf(START_MS, 'up');
    const bid = bids[0] ?? 0;
    // It sells to everybody down to 15 cents below first; what is left offers there, and is bought by whoever sees it.
    const depthMicro = depthTo(bids, bid - 1_500);
    floor.exchange.fund(ALICE, { pusdMicro: depthMicro * 2 });
    expect(floor.exchange.split(ALICE, floor.market.conditionId, depthMicro * 2, START_MS + floor.now)).toBeNull();
    const ask = floor.place({ side: 'sell', price: bid - 1_500, amount: depthMicro / 1e6 + 20 });
    expect(ask.kind).toBe('placed');
    expect(floor.exchange.order(ask.orderHash)).toMatchObject({ state: 'LIVE', matchedMicro: depthMicro });
    floor.passTo(22_000);
    expect(floor.exchange.order(ask.orderHash)?.state).toBe('MATCHED');
    const [latest] = floor.exchange.trades(ALICE);
    expect(latest?.taker).toMatchObject({ maker: PUBLIC_ACCOUNT, orderHash: null });
    expect(latest?.makers[0]).toMatchObject({ orderHash: ask.orderHash, priceTicks: bid - 1_500, feeMicro: 0 });
  });

  test('behavior: the market channel shows our order, its trade and its end like anybody else’s', () => {
    const floor = tradingFloor({ participants: 'none' });
    const frames: string[] = [];
    const client: VenueConnection = { id: 1, send: (frame) => void frames.push(frame), close: () => undefined };
    const [feed] = floor.world.feeds;
    feed?.onConnect(client, new URLSearchParams());
    const { up, down } = floor.market.tokens;
    feed?.onMessage(client, JSON.stringify({ type: 'market', assets_ids: [up, down], custom_feature_enabled: true }));
    const told = (): unknown[] => frames.splice(0).map((frame) => JSON.parse(frame));
    told();

    const ask = floor.place({ side: 'sell', price: 5_000, amount: 10 });
    floor.passTo(50);
    expect(told()[0]).toMatchObject({
      event_type: 'price_change',
      price_changes: [
        { asset_id: up, price: '0.5', size: '10', side: 'SELL', best_ask: '0.5' },
        { asset_id: down, price: '0.5', size: '10', side: 'BUY', best_bid: '0.5' },
      ],
    });
    floor.place({ maker: BOB, outcome: 'down', side: 'sell', price: 5_000, amount: 5 });
    floor.passTo(100);
    expect(told()).toMatchObject([
      { event_type: 'last_trade_price', asset_id: down, price: '0.5', size: '5', side: 'SELL' },
      { event_type: 'book', asset_id: up, asks: [{ price: '0.5', size: '5' }], last_trade_price: '0.5' },
      { event_type: 'book', asset_id: down, bids: [{ price: '0.5', size: '5' }] },
    ]);
    floor.cancel(ask.orderHash);
    floor.passTo(150);
    expect(told()[0]).toMatchObject({ event_type: 'price_change', price_changes: [{ size: '0' }, { size: '0' }] });
  });
});
