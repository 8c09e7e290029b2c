/**
 * The embedded venue with as little around it as the order path needs: its exchange, CLOB, user channel, chain and Gamma, a settlement
 * source that walks once a second, and one exchange feed. Nobody trades but the accounts of the test: two counterparties that quote
 * around the middle and take what stands.
 */
import type { SeriesSlug, VenueOrderId } from '../../../core/model/identifiers.ts';
import { MICRO_PER_UNIT } from '../../../core/model/money.ts';
import type { Side, TimeInForce } from '../../../core/model/order.ts';
import { TICKS_PER_PUSD } from '../../../core/model/price.ts';
import type { Outcome } from '../../../core/model/window.ts';
import { createRecordedPricePath, type RecordedTick } from '../../../core/simulation/recorded-price-path.ts';
import type { Rng } from '../../../core/simulation/rng.ts';
import { createBinanceFeed } from '../../../embedded-venue/binance-feed.ts';
import { createBinanceStreams } from '../../../embedded-venue/binance-streams.ts';
import { SPENDERS } from '../../../embedded-venue/clob/chain-contracts.ts';
import { createClobTrading } from '../../../embedded-venue/clob/clob-trading.ts';
import type { VenueFeed, VenueRequest, VenueResponse, VenueRoutes } from '../../../embedded-venue/connection.ts';
import { createBinanceMarket } from '../../../embedded-venue/exchange-market.ts';
import { createFaultBook, type FaultBook } from '../../../embedded-venue/faults/fault-book.ts';
import { createPolyBoltFeed } from '../../../embedded-venue/polybolt-feed.ts';
import { createPolymarketWorld } from '../../../embedded-venue/polymarket-world.ts';
import { healthyFaults } from '../../../embedded-venue/trading/settlement.ts';
import type { VenueExchange } from '../../../embedded-venue/trading/venue-exchange.ts';
import type { VenueMarket } from '../../../embedded-venue/venue-market.ts';

const SECOND_MS = 1_000;
const START_PRICE_USD = 84_500;
/** Quotes of the exchange feed come this much more rarely than in the world of `make run`: twice a second is enough for its age. */
const THINNING = 0.2;
/** History before the run, and what a run may last. */
const HISTORY_MS = 130_000;
const LONGEST_RUN_MS = 900_000;

export interface LeanVenue {
  readonly exchange: VenueExchange;
  readonly faults: FaultBook;
  readonly feeds: readonly VenueFeed[];
  /** Brings everything up to `nowMs`. */
  advanceTo(nowMs: number): void;
  handle(request: VenueRequest, nowMs: number): VenueResponse | null;
  marketAt(startMs: number, nowMs: number): VenueMarket;
  /** Gives an address money and every approval. */
  equip(address: string, pusdMicro: number): void;
}

export interface LeanVenueOptions {
  readonly seed: number;
  readonly originMs: number;
  readonly series: { readonly slug: SeriesSlug; readonly durationMs: number };
  readonly rng: Rng;
}

/** A venue that has been up for a while at `originMs`. */
export function createLeanVenue({ seed, originMs, series, rng }: LeanVenueOptions): LeanVenue {
  const path = createRecordedPricePath(randomWalk(originMs, rng), seed);
  const faults = createFaultBook({ seed, speed: 1, healthy: healthyFaults(seed) });
  const polymarket = createPolymarketWorld({
    path,
    series,
    seed,
    speed: 1,
    originMs,
    participants: 'none',
    faults: faults.exchange,
  });
  const { exchange, directory } = polymarket;
  const trading = createClobTrading({ exchange, faults, seed, speed: 1 });
  const binance = createBinanceMarket(path, THINNING);
  const streams = createBinanceStreams(binance, THINNING);
  const polybolt = createPolyBoltFeed(path, () => true);
  const exchangeFeed = createBinanceFeed({ path: '/binance/public/stream', enveloped: true, streams: streams.public });
  const routes: readonly VenueRoutes[] = [...trading.routes, ...polymarket.routes];
  const feeds: readonly VenueFeed[] = [polybolt, exchangeFeed, ...polymarket.feeds, trading.feed];
  const moving = [polybolt, exchangeFeed, ...polymarket.feeds, trading.feed];
  let reachedMs = originMs;
  const advanceTo = (nowMs: number): void => {
    reachedMs = Math.max(reachedMs, nowMs);
    for (const feed of moving) feed.advanceTo(reachedMs);
  };
  advanceTo(originMs);
  return {
    exchange,
    faults,
    feeds,
    advanceTo,
    handle(request, nowMs) {
      for (const one of routes) {
        const response = one.handle(request, nowMs);
        if (response !== null) return response;
      }
      return null;
    },
    marketAt(startMs, nowMs) {
      const market = directory.bySlug(`${series.slug}-${startMs / SECOND_MS}`, nowMs);
      if (market === null) throw new Error('the window is listed');
      return market;
    },
    equip(address, pusdMicro) {
      exchange.fund(address, { pusdMicro, polWei: 10n ** 18n });
      for (const spender of SPENDERS) {
        exchange.approve(address, spender, Number.MAX_SAFE_INTEGER);
        exchange.approveConditional(address, spender, true);
      }
    },
  };
}

/** One observation a second that is published within two; a few basis points up or down. */
function randomWalk(originMs: number, rng: Rng): RecordedTick[] {
  const ticks: RecordedTick[] = [];
  let price = START_PRICE_USD;
  for (let observedMs = originMs - HISTORY_MS; observedMs < originMs + LONGEST_RUN_MS; observedMs += SECOND_MS) {
    price += (rng.uniform() - 0.5) * 8;
    const priceE18 = BigInt(Math.round(price * 100)) * 10n ** 16n;
    ticks.push({ observedMs, priceE18, publishedMs: observedMs + 300 + Math.floor(rng.uniform() * 900) });
  }
  return ticks;
}

/** An order of a counterparty in short. */
export interface Wish {
  readonly outcome: Outcome;
  readonly side: Side;
  readonly priceTicks: number;
  /** Shares, or pUSD for a market BUY, in millionths. */
  readonly amountMicro: number;
  readonly timeInForce: TimeInForce;
}

/** Somebody else at the venue, whose orders need no signature. */
export interface Counterparty {
  readonly address: string;
  place(market: VenueMarket, wish: Wish, nowMs: number): VenueOrderId;
  cancelAll(nowMs: number): void;
}

/** A counterparty; `digit` makes its address and its orders' hashes. */
export function createCounterparty(venue: LeanVenue, digit: string): Counterparty {
  const address = `0x${digit.repeat(40)}`;
  let orders = 0;
  return {
    address,
    place(market, wish, nowMs) {
      const { outcome, side, priceTicks, amountMicro, timeInForce } = wish;
      const value = Math.round((amountMicro * priceTicks) / TICKS_PER_PUSD);
      const isMarketBuy = side === 'buy' && (timeInForce === 'FAK' || timeInForce === 'FOK');
      const shares = Math.floor((amountMicro * TICKS_PER_PUSD) / priceTicks / 100) * 100;
      const [makerAmountMicro, takerAmountMicro] =
        side === 'sell' ? [amountMicro, value] : isMarketBuy ? [amountMicro, shares] : [value, amountMicro];
      const orderHash = `0x${digit}${(++orders).toString(16).padStart(63, '0')}` as VenueOrderId;
      venue.exchange.place(
        {
          orderHash,
          maker: address,
          tokenId: market.tokens[outcome],
          side,
          makerAmountMicro,
          takerAmountMicro,
          timeInForce,
          postOnly: false,
          expirationSeconds: 0,
        },
        nowMs,
      );
      return orderHash;
    },
    cancelAll(nowMs) {
      for (const { orderHash } of venue.exchange.openOrders(address)) venue.exchange.cancel(address, orderHash, nowMs);
    },
  };
}

/** Complete sets for a counterparty to sell from. */
export const SETS_MICRO = 2_000 * MICRO_PER_UNIT;
