/**
 * The simulated outside world as a whole: prices, and every feed and route that stands on them. No sockets and no clock here, so that
 * the Node simulation drives the same world on virtual time.
 */

import type { SeriesSlug } from '../core/model/identifiers.ts';
import { type DurationMs, MINUTE_MS } from '../core/model/time.ts';
import { createMarketGenerator } from '../core/simulation/market-generator.ts';
import type { PricePath } from '../core/simulation/price-path.ts';
import { createBinanceFeed } from './binance-feed.ts';
import { createBinanceRest } from './binance-rest.ts';
import { createBinanceStreams } from './binance-streams.ts';
import { createJsonRpcRoutes } from './chain/json-rpc-routes.ts';
import { createLedgerChain } from './chain/ledger-chain.ts';
import { createRelayerRoutes } from './chain/relayer-routes.ts';
import { createClobTrading, type TradingRules } from './clob/clob-trading.ts';
import { createCoinbaseFeed } from './coinbase-feed.ts';
import { createCoinbaseRest } from './coinbase-rest.ts';
import type { VenueFeed, VenueParts, VenueRoutes } from './connection.ts';
import { createDeribitFeed } from './deribit-feed.ts';
import { createDeribitRest } from './deribit-rest.ts';
import { createBinanceMarket, createCoinbaseMarket, type ExchangeMarket } from './exchange-market.ts';
import { createFaultBook } from './faults/fault-book.ts';
import type { FaultPlan } from './faults/fault-plan.ts';
import { joinTape } from './joined-tape.ts';
import { createPolyBoltFeed, type VenueCredentials } from './polybolt-feed.ts';
import { createPolymarketWorld } from './polymarket-world.ts';
import { createRtdsFeed } from './rtds-feed.ts';
import type { TapePlayer } from './tape-player.ts';
import { healthyFaults } from './trading/settlement.ts';
import type { VenueExchange } from './trading/venue-exchange.ts';
import type { VenueSeries } from './venue-market.ts';

export interface WorldOptions {
  readonly seed: number;
  /** First moment of the world; all of it is a function of seed and origin. */
  readonly originMs: number;
  /** Simulated time now: later than the origin when a run is continued. */
  readonly startMs: number;
  /** How much faster than the wall simulated time runs. */
  readonly speed: number;
  readonly credentials?: VenueCredentials;
  readonly startPriceUsd?: number;
  readonly series?: VenueSeries;
  /** A recording: it is played, and only what a series needs and it lacks is generated, around its prices. */
  readonly tape?: TapePlayer;
  /** How the CLOB deals with its clients. */
  readonly rules?: TradingRules;
  /** How long a taker's order is held, in simulated time; the market rules' delay when left out. */
  readonly takerDelayMs?: DurationMs;
  /** `none`: nobody but accounts trades, in books that are empty at first. */
  readonly participants?: 'simulated' | 'none';
  /** What goes wrong from the start; `POST /faults` adds to it. */
  readonly faults?: FaultPlan;
  /** Accounts as an earlier world of this seed and origin left them (`dump`). */
  readonly saved?: string | null;
}

export interface World {
  readonly path: PricePath;
  readonly feeds: readonly VenueFeed[];
  readonly routes: readonly VenueRoutes[];
  /** Where accounts trade, for tests that look behind the protocols; `null` on a tape. */
  readonly exchange: VenueExchange | null;
  /** Generates and publishes everything due up to `nowMs`. */
  advanceTo(nowMs: number): void;
  /** Accounts, keys and orders as text: all of the world that is no function of seed and time; `null` on a tape. */
  dump(): string | null;
}

/** What clients of the embedded venue authenticate with: worth nothing anywhere else. */
export const EMBEDDED_CREDENTIALS: VenueCredentials = {
  apiKey: '00000000-0000-4000-8000-000000000001',
  secret: 'ZW1iZWRkZWQtdmVudWUtb25seQ==',
  passphrase: 'embedded-venue',
};

const BTC_FIVE_MINUTES: VenueSeries = { slug: 'btc-updown-5m' as SeriesSlug, durationMs: 5 * MINUTE_MS };
const START_PRICE_USD = 84_500;
/** Frames of one simulated second that are quotes and trades, in an ordinary market: depth 10, ticker 12, trades 15. */
const QUOTE_FRAMES_A_SECOND = 37;
/** What these may amount to in real time; with the references and the Polymarket books it stays below 1,500 frames a second. */
const MAX_QUOTE_FRAMES_A_SECOND = 500;
/** Feeds take turns this often, so that what they send is in order of time across them; in real time not more often than the last. */
const TURN_MS = 50;
const TURN_WALL_MS = 5;
/** A continued run is brought up to date in steps that the path's memory of two hours holds with ease. */
const CATCH_UP_MS = 30 * MINUTE_MS;

/** The world of a seed, or of a tape, at `startMs`. */
export function createWorld(options: WorldOptions): World {
  const { seed, originMs, startMs, speed } = options;
  const path =
    options.tape?.path ??
    createMarketGenerator({ seed, originMs, startPriceUsd: options.startPriceUsd ?? START_PRICE_USD });
  const thinning = Math.min(1, MAX_QUOTE_FRAMES_A_SECOND / (QUOTE_FRAMES_A_SECOND * speed));
  const binance = createBinanceMarket(path, thinning);
  const coinbase = createCoinbaseMarket(path, thinning);
  const exchanges = [
    { source: 'binance-futures' as const, ...binanceParts(binance, thinning) },
    {
      source: 'coinbase' as const,
      feeds: [createCoinbaseFeed(coinbase, speed)],
      routes: [createCoinbaseRest(coinbase)],
    },
  ];
  const venue = options.tape === undefined ? createGeneratedVenue(path, options) : null;
  const parts: readonly VenueParts[] =
    options.tape === undefined ? [...exchanges, ...(venue?.parts ?? [])] : joinTape(options.tape, exchanges);
  if (options.saved !== undefined && options.saved !== null) restoreAccounts(venue, options.saved);
  const feeds = parts.flatMap((part) => part.feeds);

  const generateTo = (nowMs: number): void => {
    path.advanceTo(nowMs);
    binance.trades.advanceTo(nowMs);
    coinbase.trades.advanceTo(nowMs);
  };
  const turn = (nowMs: number): void => {
    generateTo(nowMs);
    for (const feed of feeds) feed.advanceTo(nowMs);
  };
  for (let atMs = originMs; atMs < startMs; atMs += CATCH_UP_MS) {
    generateTo(atMs);
    for (const part of parts) catchUp(part, atMs);
  }
  turn(startMs);
  const turnMs = Math.max(TURN_MS, TURN_WALL_MS * speed);
  let reachedMs = startMs;
  return {
    path,
    feeds,
    routes: parts.flatMap((part) => part.routes),
    exchange: venue?.exchange ?? null,
    advanceTo(nowMs) {
      while (reachedMs < nowMs) {
        reachedMs = Math.min(nowMs, reachedMs + turnMs);
        turn(reachedMs);
      }
    },
    dump: () => venue?.dump() ?? null,
  };
}

/** Throws with one clear sentence for accounts that cannot be read. */
function restoreAccounts(venue: GeneratedVenue | null, saved: string): void {
  try {
    venue?.restore(saved);
  } catch (cause) {
    throw new Error('the accounts in the run folder are damaged: delete accounts.json to begin without any.', {
      cause,
    });
  }
}

function binanceParts(market: ExchangeMarket, thinning: number): VenueParts {
  const streams = createBinanceStreams(market, thinning);
  return {
    feeds: [
      createBinanceFeed({ path: '/binance/public/stream', enveloped: true, streams: streams.public }),
      createBinanceFeed({ path: '/binance/public/ws', enveloped: false, streams: streams.public }),
      createBinanceFeed({ path: '/binance/market/stream', enveloped: true, streams: streams.market }),
      createBinanceFeed({ path: '/binance/market/ws', enveloped: false, streams: streams.market }),
    ],
    routes: [createBinanceRest(market)],
  };
}

interface GeneratedVenue {
  readonly exchange: VenueExchange;
  readonly parts: readonly VenueParts[];
  dump(): string;
  restore(text: string): void;
}

/** What a generated venue keeps. */
interface GeneratedDump {
  readonly trading: string;
  readonly chain: unknown;
}

/** The Polymarket of a generated world: prices that settle it, markets, and orders on them. */
function createGeneratedVenue(path: PricePath, options: WorldOptions): GeneratedVenue {
  const { seed, speed, originMs, rules, takerDelayMs, participants, credentials = EMBEDDED_CREDENTIALS } = options;
  const faults = createFaultBook({ seed, speed, plan: options.faults ?? [], healthy: healthyFaults(seed) });
  const polymarket = createPolymarketWorld({
    path,
    series: options.series ?? BTC_FIVE_MINUTES,
    seed,
    speed,
    originMs,
    faults: faults.exchange,
    isBlocked: () => trading.isGeoblocked(),
    ...(takerDelayMs === undefined ? {} : { takerDelayMs }),
    ...(participants === undefined ? {} : { participants }),
  });
  const { exchange } = polymarket;
  const trading = createClobTrading({ exchange, faults, seed, speed, ...(rules === undefined ? {} : { rules }) });
  const isKnown = (given: VenueCredentials): boolean =>
    (given.apiKey === credentials.apiKey &&
      given.secret === credentials.secret &&
      given.passphrase === credentials.passphrase) ||
    trading.knows(given);
  const prices: VenueParts = {
    feeds: [createDeribitFeed(path, speed), createPolyBoltFeed(path, isKnown), createRtdsFeed(path)],
    routes: [createDeribitRest(path)],
  };
  // The user channel after the books: it tells what orders have met there.
  const orders: VenueParts = { feeds: [trading.feed], routes: trading.routes, catchUp: () => undefined };
  const ledgerChain = createLedgerChain(exchange);
  const chain: VenueParts = {
    feeds: [],
    routes: [
      createJsonRpcRoutes(exchange, ledgerChain),
      createRelayerRoutes({ exchange, chain: ledgerChain, wallets: trading.wallets }),
    ],
  };
  return {
    exchange,
    parts: [prices, polymarket, orders, chain],
    dump: () => JSON.stringify({ trading: trading.dump(), chain: ledgerChain.dump() } satisfies GeneratedDump),
    restore(text) {
      const saved = JSON.parse(text) as GeneratedDump;
      trading.restore(saved.trading);
      ledgerChain.restore(saved.chain);
    },
  };
}

function catchUp(part: VenueParts, nowMs: number): void {
  if (part.catchUp !== undefined) part.catchUp(nowMs);
  else for (const feed of part.feeds) feed.advanceTo(nowMs);
}
