/**
 * A history made of recorded frames by the object's own shell: conflation, pipeline, timers, the simulated venue and the journal's
 * rows, on virtual time. The markets are listed with the rules of today, so that they are traded; all else is what was recorded.
 */
import { DEFAULT_ENGINE_CONFIG } from '../../core/config/defaults.ts';
import type { EngineEvent } from '../../core/engine/events.ts';
import { createState } from '../../core/engine/state.ts';
import type { ConditionId } from '../../core/model/identifiers.ts';
import type { Market } from '../../core/model/market.ts';
import type { OfficialResultPublished } from '../../core/model/market-data.ts';
import type { PriceE18 } from '../../core/model/reference-price.ts';
import type { UnixMs } from '../../core/model/time.ts';
import { marketSlugOf } from '../../core/model/window.ts';
import { outcomeOf } from '../../core/portfolio/payout.ts';
import { createExchange } from '../../core/simulation/exchange.ts';
import { createEngineTimers } from '../../durable-objects/engine-timers.ts';
import { SIMULATED_EXECUTION } from '../../durable-objects/execution-settings.ts';
import { createFeedIntake } from '../../durable-objects/feed-intake.ts';
import { gzipCompression } from '../../durable-objects/gzip-compression.ts';
import { createJournalWriter } from '../../durable-objects/journal-writer.ts';
import { createPipeline } from '../../durable-objects/pipeline.ts';
import { openSeriesStore } from '../../durable-objects/series-store.ts';
import { createNodeSql, createVirtualClock } from '../../test/support/node-ports.ts';
import type { History } from './history.ts';
import { type RecordedFrames, readRecordedFrames } from './recorded-frames.ts';

const CONFIG = DEFAULT_ENGINE_CONFIG;
/** The venue's own delay for takers since 2026-09-04 (venue notes of 2026-11-23 §3.2). */
const TAKER_DELAY_MS = 150;
/** How long before the first window the series boots: its first minute of reference prices is then behind it. */
const BOOT_BEFORE_MS = 120_000;
/** After the end: results come within 90 s. */
const RESULT_AFTER_MS = 75_000;
const ROWS_AT_ONCE = 100_000;

/** Reads the recordings and runs a series over them. */
export async function recordHistory(): Promise<History> {
  const recorded = await readRecordedFrames();
  const bootMs = recorded.startMs - BOOT_BEFORE_MS;
  const virtual = createVirtualClock(bootMs);
  const store = openSeriesStore(createNodeSql(), gzipCompression);
  if (!store.ok) throw new Error(store.error.detail);
  const { journal, compression } = store.value;
  const pipeline = createPipeline(
    {
      clock: virtual.clock,
      timers: virtual.timers,
      writer: createJournalWriter(journal, compression, () => false),
      outbox: { enqueue: () => undefined },
      onCommitted: () => timers.arm(pipeline.host.state.durable),
      rebuild: () => {
        throw new Error('the engine failed on recorded data');
      },
      onBroken: (detail) => {
        throw new Error(detail);
      },
    },
    {
      state: createState(CONFIG),
      exchange: createExchange({ ...SIMULATED_EXECUTION, defaultTakerDelayMs: TAKER_DELAY_MS }),
    },
    0,
  );
  const timers = createEngineTimers(virtual.clock, virtual.timers, pipeline.ingest);
  const intake = createFeedIntake(virtual.clock, virtual.timers, pipeline.ingest);
  pipeline.ingest([...bootEvents(bootMs), ...listings(recorded, bootMs)]);
  const results = officialResults(recorded);
  for (const { atMs, event } of recorded.events) {
    if (atMs < bootMs) continue;
    for (const result of results.splice(0, results.filter(({ tsEvent }) => tsEvent <= atMs).length)) {
      virtual.advanceTo(result.tsEvent);
      pipeline.ingest([result]);
    }
    virtual.advanceTo(atMs);
    intake.take([event]);
  }
  intake.stop();
  timers.stop();
  pipeline.stop();
  return {
    label: '32 minutes of recorded Binance frames and Polymarket books',
    rows: journal.rowsAfter(0, ROWS_AT_ONCE).map(({ bytes }) => bytes),
    frames: recorded.frames,
    spanMs: recorded.endMs - bootMs,
  };
}

function bootEvents(nowMs: UnixMs): EngineEvent[] {
  const header = { seq: 0, tsEvent: nowMs, tsInit: 0 };
  return [
    { type: 'restarted', ...header, epoch: 1, lastSeq: 0, snapshotSeq: 0, buildId: 'bench', config: CONFIG },
    { type: 'recovery-completed', ...header },
  ];
}

function listings({ tokens }: RecordedFrames, nowMs: UnixMs): EngineEvent[] {
  return [...tokens].map(([startMs, both]) => ({
    type: 'market-listed',
    seq: 0,
    tsEvent: nowMs,
    tsInit: 0,
    source: 'gamma',
    market: marketOf(startMs, both),
  }));
}

/** The venue's word on each window, when it usually comes: without it trading would be restricted after three windows. */
function officialResults({ tokens, events }: RecordedFrames): OfficialResultPublished[] {
  const twaps = new Map<UnixMs, PriceE18>();
  for (const { event } of events) {
    if (event.type === 'reference-price-received' && event.lookbackSeconds > 0)
      twaps.set(event.tsEvent, event.priceE18);
  }
  return [...tokens.keys()]
    .sort((a, b) => a - b)
    .flatMap((startMs) => {
      const endMs = startMs + CONFIG.series.durationMs;
      const strikeE18 = twaps.get(startMs);
      const finalE18 = twaps.get(endMs);
      if (strikeE18 === undefined || finalE18 === undefined) return [];
      return [
        {
          type: 'official-result-published' as const,
          seq: 0,
          tsEvent: endMs + RESULT_AFTER_MS,
          tsInit: 0,
          source: 'gamma' as const,
          conditionId: conditionIdOf(startMs),
          strikeE18,
          finalE18,
          outcome: outcomeOf(strikeE18, finalE18),
          winningTokenId: null,
        },
      ];
    });
}

const conditionIdOf = (startMs: UnixMs) => `0x${startMs.toString(16).padStart(64, '0')}` as ConditionId;

function marketOf(startMs: UnixMs, tokens: Market['tokens']): Market {
  const { guard, series } = CONFIG;
  return {
    slug: marketSlugOf(series.slug, startMs),
    series: series.slug,
    window: { startMs, endMs: startMs + series.durationMs },
    conditionId: conditionIdOf(startMs),
    tokens,
    tickSizeTicks: 100,
    minSizeMicro: guard.minSizeMicro,
    fees: { ratePpm: guard.feeRatePpm, exponent: guard.feeExponent, takerOnly: true, rebatePpm: 200_000 },
    rule: {
      resolutionSource: guard.resolutionSource,
      twapLookbackSeconds: guard.twapLookbackSeconds,
      configId: null,
    },
    takerDelayMs: TAKER_DELAY_MS,
    negRisk: false,
    protocolVersion: guard.protocolVersion,
    acceptingOrders: true,
  };
}
