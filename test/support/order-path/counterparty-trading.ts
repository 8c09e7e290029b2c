/**
 * Two others at the venue: one quotes around a middle that moves, one takes what stands, of ours and of the first. Their orders are of all
 * kinds, so that our fills are direct matches, mints and merges, whole and partial.
 */
import { MICRO_PER_UNIT } from '../../../core/model/money.ts';
import { TICKS_PER_PUSD } from '../../../core/model/price.ts';
import type { Rng } from '../../../core/simulation/rng.ts';
import type { VenueOrderView } from '../../../embedded-venue/trading/venue-exchange.ts';
import { createCounterparty, type LeanVenue, SETS_MICRO, type Wish } from './lean-venue.ts';
import { SERIES, WINDOW_START_MS } from './run-window.ts';
import type { Scheduler } from './scheduler.ts';

export interface CounterpartyTradingOptions {
  readonly scheduler: Scheduler;
  readonly venue: LeanVenue;
  readonly rng: Rng;
  readonly wallet: string;
  readonly untilMs: number;
  readonly takers: boolean;
}

const TICK = 100;
/** Quotes stand this far from the middle: behind ours. */
const HALF_SPREAD_TICKS = 400;

/** The price has moved, and both know: so often somebody takes an order whose cancel is on its way. */
const CROSSED_SHARE = 0.3;
/** Sooner than the cancel arrives. */
const CROSSES_AFTER_MS = 2;

export interface CounterpartyTrading {
  /** A cancel of ours has left. */
  cancelLeft(orderHash: string): void;
}

/** Starts them. */
export function createCounterpartyTrading(options: CounterpartyTradingOptions): CounterpartyTrading {
  const { scheduler, venue, rng, wallet } = options;
  const maker = createCounterparty(venue, 'b');
  const taker = createCounterparty(venue, 'c');
  const market = venue.marketAt(WINDOW_START_MS, scheduler.nowMs());
  for (const { address } of [maker, taker]) {
    venue.equip(address, 10_000 * MICRO_PER_UNIT);
    venue.exchange.split(address, market.conditionId, SETS_MICRO, scheduler.nowMs());
  }
  let middleTicks = 4_500 + Math.floor(rng.uniform() * 10) * TICK;
  const isOpen = (): boolean =>
    scheduler.nowMs() < options.untilMs && scheduler.nowMs() < WINDOW_START_MS + SERIES.durationMs;

  const quote = (): void => {
    const nowMs = scheduler.nowMs();
    maker.cancelAll(nowMs);
    middleTicks += (Math.floor(rng.uniform() * 5) - 2) * TICK;
    middleTicks = Math.min(6_500, Math.max(3_500, middleTicks));
    const amountMicro = (50 + Math.floor(rng.uniform() * 100)) * MICRO_PER_UNIT;
    const bidTicks = middleTicks - HALF_SPREAD_TICKS;
    const askTicks = middleTicks + HALF_SPREAD_TICKS;
    const bid: Wish =
      rng.uniform() < 0.5
        ? { outcome: 'up', side: 'buy', priceTicks: bidTicks, amountMicro, timeInForce: 'GTC' }
        : { outcome: 'down', side: 'sell', priceTicks: TICKS_PER_PUSD - bidTicks, amountMicro, timeInForce: 'GTC' };
    const ask: Wish =
      rng.uniform() < 0.5
        ? { outcome: 'up', side: 'sell', priceTicks: askTicks, amountMicro, timeInForce: 'GTC' }
        : { outcome: 'down', side: 'buy', priceTicks: TICKS_PER_PUSD - askTicks, amountMicro, timeInForce: 'GTC' };
    maker.place(market, bid, nowMs);
    maker.place(market, ask, nowMs);
  };

  const restingBuys = (): readonly VenueOrderView[] =>
    venue.exchange.openOrders(wallet).filter(({ state, side }) => state === 'LIVE' && side === 'buy');

  const takeOne = (): void => {
    const ours = restingBuys();
    takeFrom(ours[Math.floor(rng.uniform() * ours.length)]);
  };

  /** Takes part or all of one of our orders, from either side of the joint book. */
  const takeFrom = (target: VenueOrderView | undefined): void => {
    const nowMs = scheduler.nowMs();
    if (target === undefined || nowMs < WINDOW_START_MS) return;
    const leftMicro = target.originalMicro - target.matchedMicro;
    const sizeMicro =
      leftMicro < 10 * MICRO_PER_UNIT || rng.uniform() < 0.5
        ? leftMicro
        : Math.floor((5 + rng.uniform() * 2) * 100) * (MICRO_PER_UNIT / 100);
    const amountMicro = Math.max(sizeMicro, 5 * MICRO_PER_UNIT);
    const other = target.outcome === 'up' ? 'down' : 'up';
    const wish: Wish =
      rng.uniform() < 0.5
        ? { outcome: target.outcome, side: 'sell', priceTicks: target.priceTicks, amountMicro, timeInForce: 'FAK' }
        : {
            outcome: other,
            side: 'buy',
            priceTicks: TICKS_PER_PUSD - target.priceTicks,
            amountMicro: Math.ceil((amountMicro * (TICKS_PER_PUSD - target.priceTicks)) / TICKS_PER_PUSD),
            timeInForce: 'FAK',
          };
    taker.place(market, wish, nowMs);
  };

  const again = (act: () => void, fromMs: number, toMs: number): void => {
    scheduler.after(
      fromMs + rng.uniform() * (toMs - fromMs),
      () => {
        if (!isOpen()) {
          maker.cancelAll(scheduler.nowMs());
          return;
        }
        act();
        again(act, fromMs, toMs);
      },
      'others',
    );
  };
  quote();
  again(quote, 1_200, 2_500);
  if (options.takers) again(takeOne, 1_500, 5_000);
  return {
    cancelLeft(orderHash) {
      if (!options.takers || !isOpen() || rng.uniform() >= CROSSED_SHARE) return;
      const cross = (): void => takeFrom(restingBuys().find((order) => order.orderHash === orderHash));
      scheduler.after(CROSSES_AFTER_MS, cross, 'others');
    },
  };
}
