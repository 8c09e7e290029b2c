/** Builders of the domain's objects: a whole and believable one each, with only what a test is about spelled out. */
import { DEFAULT_ENGINE_CONFIG } from '../../core/config/defaults.ts';
import type { EngineConfig, GuardConfig, MarketMakerConfig, RiskConfig } from '../../core/config/engine-config.ts';
import type { OpenOrder, WindowState } from '../../core/engine/state.ts';
import type {
  ClientOrderId,
  ConditionId,
  MarketSlug,
  SeriesSlug,
  StrategyId,
  TokenId,
} from '../../core/model/identifiers.ts';
import type { Market } from '../../core/model/market.ts';
import type {
  BookReceived,
  MarketListed,
  OfficialResultPublished,
  ReferencePriceReceived,
} from '../../core/model/market-data.ts';
import type { ApprovedOrder, OrderIntent } from '../../core/model/order.ts';
import { emptyPosition } from '../../core/portfolio/position.ts';
import type { OpenExposure } from '../../core/risk/exposure.ts';
import type { RiskContext } from '../../core/risk/risk-context.ts';

/** 2026-11-23T12:00:00Z, the start of a window. */
export const WINDOW_START_MS = 1_795_435_200_000;
export const WINDOW_MS = 300_000;
/** One pUSD, or one share. */
export const UNIT = 1_000_000;
export const SERIES = 'btc-updown-5m' as SeriesSlug;

const NAMESPACE = '40760009'.padEnd(67, '0');

/** Token ids of the window that starts at `startMs`: decimal uint256 of the ConditionalTokens namespace. */
export function tokensOf(startMs: number): { readonly up: TokenId; readonly down: TokenId } {
  const seconds = `${startMs / 1_000}`.padStart(10, '0');
  return { up: `1${NAMESPACE}${seconds}` as TokenId, down: `2${NAMESPACE}${seconds}` as TokenId };
}

export function conditionOf(startMs: number): ConditionId {
  return `0x${(startMs / 1_000).toString(16).padStart(64, '0')}` as ConditionId;
}

/**
 * A market of the TWAP-60 era as Gamma lists it, with a taker delay stated (venue notes §4 and §6, 2026-11-23).
 */
export function aMarket(more: Partial<Market> & { readonly startMs?: number } = {}): Market {
  const { startMs = more.window?.startMs ?? WINDOW_START_MS, ...rest } = more;
  return {
    slug: `${SERIES}-${startMs / 1_000}` as MarketSlug,
    series: SERIES,
    window: { startMs, endMs: startMs + WINDOW_MS },
    conditionId: conditionOf(startMs),
    tokens: tokensOf(startMs),
    tickSizeTicks: 100,
    minSizeMicro: 5 * UNIT,
    fees: { ratePpm: 70_000, exponent: 1, takerOnly: true, rebatePpm: 200_000 },
    rule: {
      resolutionSource: 'https://data.chain.link/streams/btc-usd-twap-60s-streams',
      twapLookbackSeconds: 60,
      configId: 'btc-5m-twap-60',
    },
    takerDelayMs: 250,
    negRisk: false,
    protocolVersion: 'v1',
    acceptingOrders: true,
    ...rest,
  };
}

/** The default configuration with parts of its sections replaced. */
export function aConfig(
  more: {
    readonly marketMaker?: Partial<MarketMakerConfig>;
    readonly risk?: Partial<RiskConfig>;
    readonly guard?: Partial<GuardConfig>;
    readonly simSpeed?: number;
    readonly exchangeFeed?: EngineConfig['exchangeFeed'];
    readonly execution?: EngineConfig['execution'];
    readonly probe?: EngineConfig['probe'];
    readonly ledger?: EngineConfig['ledger'];
  } = {},
): EngineConfig {
  const base = DEFAULT_ENGINE_CONFIG;
  return {
    ...base,
    marketMaker: { ...base.marketMaker, orderSizeMicro: 10 * UNIT, maxInventoryMicro: 200 * UNIT, ...more.marketMaker },
    risk: { ...base.risk, ...more.risk },
    guard: { ...base.guard, ...more.guard },
    simSpeed: more.simSpeed ?? base.simSpeed,
    exchangeFeed: more.exchangeFeed ?? base.exchangeFeed,
    execution: more.execution ?? base.execution,
    ledger: more.ledger ?? base.ledger,
    probe: more.probe ?? base.probe,
  };
}

/** A bid for 10 Up shares at 0.48, post-only. */
export function anIntent(more: Partial<OrderIntent> = {}): OrderIntent {
  const startMs = more.windowStartMs ?? WINDOW_START_MS;
  const outcome = more.outcome ?? 'up';
  return {
    strategy: 'market-maker' as StrategyId,
    marketSlug: `${SERIES}-${startMs / 1_000}` as MarketSlug,
    windowStartMs: startMs,
    tokenId: tokensOf(startMs)[outcome],
    outcome,
    side: 'buy',
    priceTicks: 4_800,
    amount: { unit: 'shares', sizeMicro: 10 * UNIT },
    timeInForce: 'GTC',
    postOnly: true,
    ...more,
  };
}

/** The same as an order that risk has approved. */
export function anOrder(more: Partial<ApprovedOrder> = {}): ApprovedOrder {
  const createdMs = more.createdMs ?? WINDOW_START_MS + 10_000;
  const identity = { clientOrderId: 'mm-1' as ClientOrderId, createdMs, notAfterMs: createdMs + 3_000, salt: 1 };
  return { ...anIntent(more), ...identity, ...more } as ApprovedOrder;
}

export function anOpenOrder(more: Partial<OpenOrder> = {}): OpenOrder {
  return {
    order: anOrder(),
    number: 1,
    status: 'resting',
    statusDetail: '',
    venueOrderId: null,
    filledMicro: 0,
    spentMicro: 0,
    cancelRequestedMs: null,
    resentMs: null,
    endedMs: null,
    ...more,
  };
}

/** What a whole new order of this intent could do, without a fee. */
export function anExposure(more: Partial<OrderIntent> = {}, maxFeeMicro = 0): OpenExposure {
  const intent = anIntent(more);
  const remainingMicro = intent.amount.unit === 'shares' ? intent.amount.sizeMicro : intent.amount.spendMicro;
  return { intent, remainingMicro, maxFeeMicro };
}

/** A moment at which nothing stands in the way of `anIntent()`. */
export function aRiskContext(more: Partial<RiskContext> = {}): RiskContext {
  return {
    nowMs: WINDOW_START_MS + 10_000,
    restriction: null,
    clock: null,
    unreconciled: null,
    market: aMarket(),
    guard: { tradable: true, takerDelayMs: 250 },
    tickSizeTicks: 100,
    opensAtMs: WINDOW_START_MS,
    closesAtMs: WINDOW_START_MS + WINDOW_MS - 30_000,
    staleInput: null,
    conflictingInput: null,
    fairProbability: null,
    bestBidTicks: 4_800,
    bestAskTicks: 5_000,
    holdings: { upMicro: 0, downMicro: 0, netPaidMicro: 0 },
    openInWindow: [],
    otherWindowsLossMicro: 0,
    dayLossMicro: 0,
    equityMicro: 1_000 * UNIT,
    lossesInRow: 0,
    lastLossMs: 0,
    cashMicro: 1_000 * UNIT,
    allowanceMicro: null,
    reservedCashMicro: 0,
    freeSharesMicro: 0,
    ordersInLastSecond: 0,
    ordersInWindow: 0,
    venueMode: 'open',
    probe: null,
    config: DEFAULT_ENGINE_CONFIG.risk,
    ...more,
  };
}

export function aWindowState(more: Partial<WindowState> & { readonly startMs?: number } = {}): WindowState {
  const { startMs = WINDOW_START_MS, ...rest } = more;
  const market = aMarket({ startMs });
  return {
    window: market.window,
    slug: market.slug,
    market,
    guard: { tradable: true, takerDelayMs: 250 },
    tickSizeTicks: market.tickSizeTicks,
    subscribed: false,
    positions: { up: emptyPosition('up'), down: emptyPosition('down') },
    opening: null,
    matches: {},
    sets: [],
    attributions: {},
    accounted: null,
    earlySettlements: {},
    orders: 0,
    fills: 0,
    failedFills: 0,
    official: { strikeE18: null, finalE18: null, outcome: null },
    resolved: null,
    worstFeed: { stream: '', ageMs: 0 },
    decisions: {},
    strikeInterval: null,
    ...rest,
  };
}

/** A book of one token: 100 shares at each of the given prices. */
export function aBook(tokenId: TokenId, bidTicks: number | null, askTicks: number | null): BookReceived {
  const levels = (ticks: number | null) => (ticks === null ? [] : [ticks, 100 * UNIT]);
  return {
    type: 'book-received',
    seq: 0,
    tsEvent: 0,
    tsInit: 0,
    tokenId,
    bids: levels(bidTicks),
    asks: levels(askTicks),
    tickSizeTicks: null,
    lastTradeTicks: null,
    hash: '',
  };
}

/** A live frame of the settlement source, by PolyBolt. */
export function aReferencePrice(
  observedMs: number,
  priceE18: bigint,
  more: Partial<ReferencePriceReceived> = {},
): ReferencePriceReceived {
  return {
    type: 'reference-price-received',
    seq: 0,
    tsEvent: observedMs,
    tsInit: 0,
    source: 'polybolt',
    provider: 'chainlink',
    symbol: 'btcusd',
    lookbackSeconds: 60,
    priceE18,
    snapshot: false,
    ...more,
  };
}

export function aListing(market: Market): MarketListed {
  return { type: 'market-listed', seq: 0, tsEvent: 0, tsInit: 0, source: 'gamma', market };
}

export function anOfficialResult(
  startMs: number,
  more: Partial<OfficialResultPublished> = {},
): OfficialResultPublished {
  return {
    type: 'official-result-published',
    seq: 0,
    tsEvent: 0,
    tsInit: 0,
    source: 'gamma',
    conditionId: conditionOf(startMs),
    strikeE18: null,
    finalE18: null,
    outcome: null,
    winningTokenId: null,
    ...more,
  };
}
