/** What a series tells people of itself, gathered from its parts. Reads only; nothing here is kept. */
import { windowsInOrder } from '../core/engine/decide-lifecycle.ts';
import { openOrders, openOrdersOf } from '../core/engine/open-orders.ts';
import { freeCashMicro, holdingsOf, openExposures, reservedCashMicro } from '../core/engine/risk-context.ts';
import type { DurableState, EngineState, WindowState } from '../core/engine/state.ts';
import { tradingMode } from '../core/engine/trading-state.ts';
import { fairValueOf } from '../core/engine/window-pricing.ts';
import { receiveAgeMs, sourceAgeMs, streamAgeMs } from '../core/market-data/feed-health.ts';
import { bestAskTicks, bestBidTicks, type OrderBook, sizeAt } from '../core/market-data/order-book.ts';
import { latestReference } from '../core/market-data/reference-tracker.ts';
import { streamLimitMs } from '../core/market-data/stream-limits.ts';
import { formatE18 } from '../core/model/reference-price.ts';
import type { Stream } from '../core/model/source.ts';
import { type Outcome, windowAt } from '../core/model/window.ts';
import type {
  AccountStatus,
  ExposureStatus,
  FeedStatus,
  OpenOrder,
  OutcomeStatus,
  ReferenceStatus,
  SeriesHealth,
  SeriesStatus,
  StopStatus,
  StreamStatus,
  StrikeStatus,
  TouchStatus,
  WindowStatus,
} from '../core/protocol/series-status.ts';
import { worstLossMicro } from '../core/risk/exposure.ts';
import type { FeedStatus as ManagedFeedStatus } from './feeds/feed-manager.ts';
import { firstSeqOf } from './history.ts';
import type { SeriesRuntime } from './series-runtime.ts';

/** A strike that has not come this long after its boundary will not come: a feed's snapshot reaches two minutes back. */
const STRIKE_MISSING_AFTER_MS = 120_000;
const PPM = 1_000_000;

/** The short answer. */
export function seriesHealth(runtime: SeriesRuntime, nowMs: number, wallMs: number): SeriesHealth {
  const { durable } = runtime.pipeline.host.state;
  return {
    series: durable.config.series.slug,
    phase: runtime.phase,
    detail: runtime.pipeline.failure ?? '',
    tradingMode: tradingMode(durable),
    epoch: durable.epoch,
    lastSeq: runtime.pipeline.lastSeq,
    buildId: runtime.settings.buildId,
    nowMs,
    wallMs,
  };
}

/** Everything. */
export function seriesStatus(
  runtime: SeriesRuntime,
  mode: SeriesStatus['mode'],
  nowMs: number,
  wallMs: number,
  d1RowsWritten: number,
): SeriesStatus {
  const { state } = runtime.pipeline.host;
  const { durable } = state;
  const { store } = runtime;
  const intake = runtime.intake.counters();
  return {
    ...seriesHealth(runtime, nowMs, wallMs),
    mode,
    simSpeed: durable.config.simSpeed,
    bootedWallMs: runtime.bootedWallMs,
    restrictions: durable.restrictions,
    runner: { linked: runtime.link.linked, detail: runtime.link.detail },
    window: currentWindow(runtime, nowMs),
    nextWindow: nextWindow(state, nowMs),
    openOrders: openOrderStatuses(state),
    exposure: exposure(state),
    account: account(durable),
    stop: stop(durable),
    feeds: runtime.feeds.status().map((feed) => feedStatus(feed, state, nowMs)),
    engine: runtime.metrics.counters(state.scratch.decisions, intake.offered - intake.emitted),
    outbox: runtime.outbox.status(),
    alerts: runtime.alerts.newest(),
    rows: { sqliteRowsWritten: store.counter.written, d1RowsWritten, sinceWallMs: runtime.bootedWallMs },
    journal: {
      firstSeq: store.journal.lastSeq() === 0 ? null : firstSeqOf(store),
      lastSeq: store.journal.lastSeq(),
      ...store.journal.size(),
      databaseBytes: store.sql.sizeBytes(),
      snapshotSeq: runtime.snapshotSeq,
    },
  };
}

/** What can be said while no engine runs: why, and that nothing is traded. */
export function statusWithoutEngine(health: SeriesHealth, mode: SeriesStatus['mode']): SeriesStatus {
  const failed = {
    reason: health.phase,
    mode: 'halted',
    detail: health.detail,
    actor: 'object',
    sinceMs: health.nowMs,
    liftedBy: 'a person, who reads the detail and repairs what it says',
  } as const;
  return {
    ...health,
    mode,
    simSpeed: 1,
    bootedWallMs: health.wallMs,
    restrictions: [failed],
    runner: { linked: false, detail: 'no engine runs' },
    window: null,
    nextWindow: null,
    openOrders: [],
    exposure: {
      positionsMicro: 0,
      restingMicro: 0,
      inFlightMicro: 0,
      unknownMicro: 0,
      totalMicro: 0,
      totalLimitMicro: 0,
      todayPnlMicro: 0,
      dailyLossLimitMicro: 0,
      bankrollMicro: 0,
    },
    account: {
      execution: mode === 'demo' || mode === 'paper' ? 'simulated' : 'venue',
      cashMicro: 0,
      freeMicro: 0,
      reservedMicro: 0,
      redeemableMicro: 0,
      observed: null,
      venueMode: 'open',
      venueModeUntilMs: null,
      reconciliation: null,
      dayCostsMicro: 0,
    },
    stop: null,
    feeds: [],
    engine: {
      events: 0,
      conflated: 0,
      decisions: 0,
      outputs: 0,
      ordersSubmitted: 0,
      fills: 0,
      failedFills: 0,
      denied: {},
    },
    outbox: { pending: 0, parked: 0, oldestAgeMs: null, lastError: null },
    alerts: [],
    rows: { sqliteRowsWritten: 0, d1RowsWritten: 0, sinceWallMs: health.wallMs },
    journal: { firstSeq: null, lastSeq: health.lastSeq, rows: 0, bytes: 0, databaseBytes: 0, snapshotSeq: 0 },
  };
}

/** The open orders as people see them. */
export function openOrderStatuses(state: EngineState): OpenOrder[] {
  return openOrders(state.durable).map(({ order, status, venueOrderId, filledMicro }) => ({
    clientOrderId: order.clientOrderId,
    venueOrderId,
    windowStartMs: order.windowStartMs,
    strategy: order.strategy,
    tokenId: order.tokenId,
    outcome: order.outcome,
    side: order.side,
    timeInForce: order.timeInForce,
    postOnly: order.postOnly,
    priceTicks: order.priceTicks,
    sizeMicro: order.amount.unit === 'shares' ? order.amount.sizeMicro : null,
    spendMicro: order.amount.unit === 'pusd' ? order.amount.spendMicro : null,
    filledMicro,
    status,
    createdMs: order.createdMs,
    notAfterMs: order.notAfterMs,
  }));
}

function currentWindow(runtime: SeriesRuntime, nowMs: number): WindowStatus | null {
  const { state } = runtime.pipeline.host;
  const window = windowsInOrder(state).find(({ window: { startMs, endMs } }) => startMs <= nowMs && nowMs < endMs);
  if (window === undefined) return null;
  return {
    slug: window.slug,
    ...window.window,
    listed: window.market !== null,
    conditionId: window.market?.conditionId ?? null,
    tradable: window.guard.tradable,
    guardFindings: window.guard.tradable ? [] : window.guard.differences,
    strike: strike(state, window, nowMs),
    reference: reference(state),
    fairUp: fairUp(state, window, nowMs),
    up: outcomeStatus(state, window, 'up'),
    down: outcomeStatus(state, window, 'down'),
    decisions: runtime.metrics.decisionsOf(window.window.startMs, (strategy) => {
      return state.scratch.repeats[`${window.window.startMs}:${strategy}`] ?? 0;
    }),
  };
}

/** Our probability of Up, where there is one. */
function fairUp(state: EngineState, window: WindowState, nowMs: number): number | null {
  const fair = fairValueOf(state, window, nowMs);
  return fair.ok ? fair.value.upProbability : null;
}

function strike(state: EngineState, { window }: WindowState, nowMs: number): StrikeStatus {
  const captured = state.durable.boundaries[window.startMs];
  if (captured !== undefined) {
    const { priceE18, source, snapshot } = captured;
    return { state: 'captured', price: formatE18(priceE18), source, snapshot };
  }
  const missing = nowMs - window.startMs >= STRIKE_MISSING_AFTER_MS;
  return { state: missing ? 'missing' : 'pending', price: null, source: null, snapshot: false };
}

function reference(state: EngineState): ReferenceStatus {
  const twap = latestReference(state.market.reference, state.durable.config.guard.twapLookbackSeconds);
  const spot = latestReference(state.market.reference, 0);
  return {
    twap: twap === null ? null : formatE18(twap.priceE18),
    twapObservedMs: twap?.observedMs ?? null,
    spot: spot === null ? null : formatE18(spot.priceE18),
    spotObservedMs: spot?.observedMs ?? null,
  };
}

function outcomeStatus(state: EngineState, window: WindowState, outcome: Outcome): OutcomeStatus | null {
  const { market } = window;
  if (market === null) return null;
  const tokenId = market.tokens[outcome];
  const book = state.market.books[tokenId];
  const bids = openOrdersOf(state.durable, window.window.startMs)
    .filter(({ order }) => order.outcome === outcome && order.side === 'buy')
    .map(({ order }) => order.priceTicks);
  return {
    tokenId,
    touch: book === undefined || book.status !== 'live' ? EMPTY_TOUCH : touch(book),
    quotes: { bidTicks: bids.length === 0 ? null : Math.max(...bids), askTicks: null },
    positionMicro: window.positions[outcome].sizeMicro,
  };
}

const EMPTY_TOUCH: TouchStatus = {
  bidTicks: null,
  bidSizeMicro: null,
  askTicks: null,
  askSizeMicro: null,
  updatedMs: null,
};

function touch(book: OrderBook): TouchStatus {
  const bidTicks = bestBidTicks(book);
  const askTicks = bestAskTicks(book);
  return {
    bidTicks,
    bidSizeMicro: bidTicks === null ? null : sizeAt(book, 'bid', bidTicks),
    askTicks,
    askSizeMicro: askTicks === null ? null : sizeAt(book, 'ask', askTicks),
    updatedMs: book.lastTradeMs,
  };
}

function nextWindow(state: EngineState, nowMs: number): SeriesStatus['nextWindow'] {
  const { durationMs } = state.durable.config.series;
  const startMs = windowAt(nowMs, durationMs).startMs + durationMs;
  const window = state.durable.windows[startMs];
  if (window === undefined) return null;
  return { slug: window.slug, startMs, listed: window.market !== null, subscribed: window.subscribed };
}

/** Worst losses by what they hang on; the parts are bounds of their own and need not add up to the total. */
function exposure(state: EngineState): ExposureStatus {
  const { durable } = state;
  const { risk } = durable.config;
  const nothingHeld = { upMicro: 0, downMicro: 0, netPaidMicro: 0 };
  let positions = 0;
  let total = 0;
  for (const window of windowsInOrder(state)) {
    const holdings = holdingsOf(window);
    positions += worstLossMicro(holdings, []);
    total += worstLossMicro(holdings, openExposures(durable, window.window.startMs));
  }
  const byStatus = (wanted: readonly string[]) =>
    windowsInOrder(state).reduce((sum, { window }) => {
      const statuses = openOrdersOf(durable, window.startMs).map(({ status }) => status);
      const open = openExposures(durable, window.startMs).filter((_, index) => wanted.includes(statuses[index] ?? ''));
      return sum + worstLossMicro(nothingHeld, open);
    }, 0);
  return {
    positionsMicro: positions,
    restingMicro: byStatus(['resting', 'cancel-pending']),
    inFlightMicro: byStatus(['in-flight']),
    unknownMicro: byStatus(['unknown']),
    totalMicro: total,
    totalLimitMicro: Math.floor((risk.bankrollMicro / PPM) * risk.maxTotalPpm),
    todayPnlMicro: durable.ledger.day.realizedMicro,
    dailyLossLimitMicro: Math.floor((risk.bankrollMicro / PPM) * risk.maxDailyLossPpm),
    bankrollMicro: risk.bankrollMicro,
  };
}

function account(durable: DurableState): AccountStatus {
  const { config, ledger } = durable;
  const { observed, venue, reconciliation } = durable.account;
  return {
    execution: config.execution,
    cashMicro: ledger.cashMicro,
    freeMicro: freeCashMicro(durable),
    reservedMicro: reservedCashMicro(durable),
    redeemableMicro: ledger.redeemableMicro,
    observed:
      observed === null
        ? null
        : {
            cashMicro: observed.cashMicro,
            allowanceMicro: observed.allowanceMicro,
            redeemableMicro: observed.redeemableMicro,
            blockNumber: observed.blockNumber,
            atMs: observed.observedMs,
          },
    venueMode: venue.mode,
    venueModeUntilMs: venue.untilMs,
    reconciliation:
      reconciliation === null
        ? null
        : {
            result: reconciliation.result,
            differences: reconciliation.differences,
            atMs: reconciliation.atMs,
          },
    dayCostsMicro: ledger.day.costsMicro,
  };
}

function stop(durable: DurableState): StopStatus | null {
  if (durable.stop === null) return null;
  const { commandId, verb, scope, actor, startedMs, confirmed, confirmedMs, openAtVenue, unknown, held } = durable.stop;
  const mergingMicro = Object.values(durable.account.merging).reduce((sum, sizeMicro) => sum + sizeMicro, 0);
  return {
    commandId,
    verb,
    scope,
    actor,
    startedMs,
    confirmed,
    confirmedMs,
    openAtVenue,
    unknown,
    mergingMicro,
    held,
  };
}

const FEED_STATES = {
  stopped: 'stopped',
  'not-wanted': 'stopped',
  waiting: 'waiting',
  connecting: 'connecting',
  open: 'open',
} as const;

function feedStatus(feed: ManagedFeedStatus, state: EngineState, nowMs: number): FeedStatus {
  return {
    source: feed.source,
    via: feed.via,
    state: FEED_STATES[feed.state],
    connection: feed.attempts,
    openedWallMs: feed.state === 'open' ? feed.sinceWallMs : null,
    retryWallMs: feed.nextAttemptWallMs,
    reconnects: feed.reconnects,
    frames: feed.frames,
    events: feed.events,
    bytes: feed.bytes,
    rejected: feed.rejected,
    ended: feed.ended,
    streams: (Object.keys(feed.streams) as Stream[]).map((stream) => streamStatus(state, stream, nowMs)),
  };
}

function streamStatus(state: EngineState, stream: Stream, nowMs: number): StreamStatus {
  const { health } = state.market;
  const limitMs = streamLimitMs(stream, state.durable.config.simSpeed);
  const ageMs = streamAgeMs(health, stream, nowMs);
  return {
    stream,
    sourceAgeMs: sourceAgeMs(health, stream, nowMs),
    receiveAgeMs: receiveAgeMs(health, stream, nowMs),
    limitMs,
    stale: limitMs !== null && (ageMs === null || ageMs > limitMs),
  };
}
