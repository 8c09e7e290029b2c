/** One listed market and short ways to say what happens in it: for tests of the simulated venue. */
import type { Output } from '../../core/engine/outputs.ts';
import type {
  ClientOrderId,
  ConditionId,
  MarketSlug,
  SeriesSlug,
  StrategyId,
  TokenId,
} from '../../core/model/identifiers.ts';
import type { FeeSchedule, Market } from '../../core/model/market.ts';
import type {
  BookChanged,
  BookReceived,
  BookTradeReceived,
  MarketListed,
  OfficialResultPublished,
} from '../../core/model/market-data.ts';
import type { ApprovedOrder, OrderIntent } from '../../core/model/order.ts';
import type { ExecutionReport } from '../../core/model/report.ts';
import type { Outcome } from '../../core/model/window.ts';
import {
  createExchange,
  exchangeAdvance,
  exchangeApplyEvent,
  exchangeApplyOutput,
  takeReports,
} from '../../core/simulation/exchange.ts';
import type { ExchangeConfig, SimulatedExchange } from '../../core/simulation/exchange-state.ts';

/** Window start of the tests. */
export const START_MS = 1_795_405_200_000;
export const END_MS = START_MS + 300_000;
/** Crypto schedule (Source: Polymarket fees page, notes of 2026-11-23). */
export const CRYPTO_FEES: FeeSchedule = { ratePpm: 70_000, exponent: 1, takerOnly: true, rebatePpm: 200_000 };
/** No latency of reports, so that a test reads them at once. */
export const CONFIG: ExchangeConfig = {
  orderLatencyMs: 50,
  cancelLatencyMs: 40,
  reportLatencyMs: 0,
  defaultTakerDelayMs: 250,
};

export const MARKET: Market = {
  slug: 'btc-updown-5m-1795405200' as MarketSlug,
  series: 'btc-updown-5m' as SeriesSlug,
  window: { startMs: START_MS, endMs: END_MS },
  conditionId: `0x${'c'.repeat(64)}` as ConditionId,
  tokens: { up: '1'.repeat(77) as TokenId, down: '2'.repeat(77) as TokenId },
  tickSizeTicks: 100,
  minSizeMicro: 5_000_000,
  fees: CRYPTO_FEES,
  rule: { resolutionSource: '', twapLookbackSeconds: 60, configId: null },
  takerDelayMs: null,
  negRisk: false,
  protocolVersion: 'v1',
  acceptingOrders: true,
};

const shares = (levels: readonly (readonly [number, number])[]) =>
  levels.flatMap(([ticks, size]) => [ticks, size * 1_000_000]);

/** Events at a time after the window's start. Sizes in whole shares. */
export const at = (offsetMs: number) => {
  const header = { seq: 0, tsEvent: START_MS + offsetMs, tsInit: START_MS + offsetMs };
  return {
    listed: (changed: Partial<Market> = {}): MarketListed => ({
      ...header,
      type: 'market-listed',
      source: 'gamma',
      market: { ...MARKET, ...changed },
    }),
    book: (
      outcome: Outcome,
      bids: readonly (readonly [number, number])[],
      asks: readonly (readonly [number, number])[],
    ): BookReceived => ({
      ...header,
      type: 'book-received',
      tokenId: MARKET.tokens[outcome],
      bids: shares(bids),
      asks: shares(asks),
      tickSizeTicks: null,
      lastTradeTicks: null,
      hash: '',
    }),
    change: (outcome: Outcome, side: 'bid' | 'ask', ticks: number, size: number): BookChanged => ({
      ...header,
      type: 'book-changed',
      tokenId: MARKET.tokens[outcome],
      changes: [side === 'bid' ? 0 : 1, ticks, size * 1_000_000],
      bestBidTicks: null,
      bestAskTicks: null,
    }),
    trade: (outcome: Outcome, takerSide: 'buy' | 'sell', priceTicks: number, size: number): BookTradeReceived => ({
      ...header,
      type: 'book-trade-received',
      tokenId: MARKET.tokens[outcome],
      priceTicks,
      sizeMicro: size * 1_000_000,
      takerSide,
    }),
    resolved: (outcome: Outcome | null): OfficialResultPublished => ({
      ...header,
      type: 'official-result-published',
      source: 'gamma',
      conditionId: MARKET.conditionId,
      strikeE18: 1n,
      finalE18: null,
      outcome,
      winningTokenId: null,
    }),
  };
};

/** A post-only BUY of 10 Up at 0.50 unless told otherwise. */
export function order(id: string, changed: Partial<OrderIntent & { notAfterMs: number }> = {}): ApprovedOrder {
  const outcome = changed.outcome ?? 'up';
  const timeInForce = changed.timeInForce ?? 'GTC';
  return {
    strategy: 'market-maker' as StrategyId,
    marketSlug: MARKET.slug,
    windowStartMs: START_MS,
    tokenId: MARKET.tokens[outcome],
    outcome,
    side: 'buy',
    priceTicks: 5000,
    amount: { unit: 'shares', sizeMicro: 10_000_000 },
    timeInForce,
    postOnly: timeInForce === 'GTC',
    clientOrderId: id as ClientOrderId,
    createdMs: START_MS,
    notAfterMs: Number.MAX_SAFE_INTEGER,
    ...changed,
  } as ApprovedOrder;
}

export const submit = (sent: ApprovedOrder): Output => ({ type: 'submit-order', order: sent });
export const cancel = (id: string): Output => ({
  type: 'cancel-order',
  clientOrderId: id as ClientOrderId,
  reason: 'test',
});

export interface VenueWorld {
  readonly exchange: SimulatedExchange;
  /** Feeds events and outputs, in order. Outputs leave at the venue's present time. */
  feed(...inputs: (Parameters<typeof exchangeApplyEvent>[1] | Output)[]): void;
  /** Reports up to an offset from the window's start, in short form. */
  reportsUntil(offsetMs: number): string[];
  takeUntil(offsetMs: number): ExecutionReport[];
}

/** A venue with the market listed and a book of 100 at 0.50 and 0.54, and 200 each a cent behind, unless told otherwise. */
export function venueWorld(config: Partial<ExchangeConfig> = {}, market: Partial<Market> = {}): VenueWorld {
  const exchange = createExchange({ ...CONFIG, ...config });
  const world: VenueWorld = {
    exchange,
    feed(...inputs) {
      for (const input of inputs) {
        if ('tsInit' in input) exchangeApplyEvent(exchange, input);
        else exchangeApplyOutput(exchange, input, exchange.nowMs);
      }
    },
    takeUntil(offsetMs) {
      exchangeAdvance(exchange, START_MS + offsetMs);
      return takeReports(exchange, START_MS + offsetMs);
    },
    reportsUntil: (offsetMs) => world.takeUntil(offsetMs).map(inShort),
  };
  world.feed(
    at(0).listed(market),
    at(0).book(
      'up',
      [
        [5000, 100],
        [4900, 200],
      ],
      [
        [5400, 100],
        [5500, 200],
      ],
    ),
  );
  return world;
}

/** "a filled 3.5 @ 5400 fee 0.06 taker" and the like, with the time after the window's start. */
export function inShort(report: ExecutionReport): string {
  const head = `${report.tsEvent - START_MS} ${report.clientOrderId}`;
  switch (report.type) {
    case 'order-accepted':
      return `${head} accepted ${report.venueOrderId}`;
    case 'order-rejected':
      return `${head} rejected ${report.code}`;
    case 'order-filled':
      return `${head} filled ${report.sizeMicro / 1e6} @ ${report.priceTicks} fee ${report.feeMicro / 1e6} ${report.liquidity} ${report.tradeId}`;
    case 'order-canceled':
      return `${head} canceled ${report.reason}`;
    case 'cancel-rejected':
      return `${head} cancel-rejected ${report.detail}`;
    default:
      return `${head} ${report.type}`;
  }
}
