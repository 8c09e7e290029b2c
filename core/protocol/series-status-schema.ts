/**
 * The status of a series as a schema: `series-status.ts` in zod. The compiler holds it to that type here, and that type to it
 * where the API's handler answers with it.
 */
import * as z from 'zod';
import { SOURCES, STREAMS } from '../model/source.ts';
import { COMMAND_SCOPES, SERIES_PHASES, type SeriesStatus, TRADING_MODES } from './series-status.ts';

const int = z.int();
const count = z.int().nonnegative();
const list = <Item extends z.ZodType>(item: Item) => z.array(item).readonly();
const outcome = z.enum(['up', 'down']);
const counters = z.record(z.string(), count).readonly();
const tradingMode = z.enum(TRADING_MODES);

const openOrder = z.strictObject({
  clientOrderId: z.string(),
  venueOrderId: z.string().nullable(),
  windowStartMs: count,
  strategy: z.string(),
  tokenId: z.string(),
  outcome,
  side: z.enum(['buy', 'sell']),
  timeInForce: z.enum(['GTC', 'GTD', 'FOK', 'FAK']),
  postOnly: z.boolean(),
  priceTicks: count,
  sizeMicro: count.nullable(),
  spendMicro: count.nullable(),
  filledMicro: count,
  status: z.enum(['in-flight', 'resting', 'cancel-pending', 'unknown']),
  createdMs: count,
  notAfterMs: count,
});

const outcomeStatus = z.strictObject({
  tokenId: z.string(),
  touch: z.strictObject({
    bidTicks: count.nullable(),
    bidSizeMicro: count.nullable(),
    askTicks: count.nullable(),
    askSizeMicro: count.nullable(),
    updatedMs: count.nullable(),
  }),
  quotes: z.strictObject({ bidTicks: count.nullable(), askTicks: count.nullable() }),
  positionMicro: int,
});

const windowStatus = z.strictObject({
  slug: z.string(),
  startMs: count,
  endMs: count,
  listed: z.boolean(),
  conditionId: z.string().nullable(),
  tradable: z.boolean(),
  guardFindings: list(z.string()),
  strike: z.strictObject({
    state: z.enum(['pending', 'captured', 'missing']),
    price: z.string().nullable(),
    source: z.enum(SOURCES).nullable(),
    snapshot: z.boolean(),
  }),
  reference: z.strictObject({
    twap: z.string().nullable(),
    twapObservedMs: count.nullable(),
    spot: z.string().nullable(),
    spotObservedMs: count.nullable(),
  }),
  fairUp: z.number().min(0).max(1).nullable(),
  up: outcomeStatus.nullable(),
  down: outcomeStatus.nullable(),
  decisions: list(
    z.strictObject({
      strategy: z.string(),
      outcome: z.string(),
      rule: z.string(),
      sinceMs: count,
      repeats: count,
      inputs: z.record(z.string(), z.union([z.number(), z.string(), z.null()])).readonly(),
    }),
  ),
});

const exposure = z.strictObject({
  positionsMicro: int,
  restingMicro: int,
  inFlightMicro: int,
  unknownMicro: int,
  totalMicro: int,
  totalLimitMicro: int,
  todayPnlMicro: int,
  dailyLossLimitMicro: int,
  bankrollMicro: int,
});

const account = z.strictObject({
  execution: z.enum(['simulated', 'venue']),
  cashMicro: int,
  freeMicro: int,
  reservedMicro: int,
  redeemableMicro: int,
  observed: z
    .strictObject({
      cashMicro: int,
      allowanceMicro: int,
      redeemableMicro: int,
      blockNumber: count.nullable(),
      atMs: count,
    })
    .nullable(),
  venueMode: z.enum(['open', 'post-only', 'cancel-only', 'restarting', 'disabled']),
  venueModeUntilMs: count.nullable(),
  reconciliation: z
    .strictObject({ result: z.enum(['clean', 'mismatch']), differences: list(z.string()), atMs: count })
    .nullable(),
  dayCostsMicro: int,
});

const stop = z.strictObject({
  commandId: z.string(),
  verb: z.enum(['pause', 'flatten', 'kill']),
  scope: z.enum(COMMAND_SCOPES),
  actor: z.string(),
  startedMs: count,
  confirmed: z.boolean(),
  confirmedMs: count.nullable(),
  openAtVenue: count.nullable(),
  unknown: count.nullable(),
  mergingMicro: count,
  held: list(z.strictObject({ windowStartMs: count, outcome, sizeMicro: int, reason: z.string() })),
});

const feed = z.strictObject({
  source: z.enum(SOURCES),
  via: z.enum(['durable-object', 'runner']),
  state: z.enum(['connecting', 'open', 'waiting', 'stopped']),
  connection: count,
  openedWallMs: count.nullable(),
  retryWallMs: count.nullable(),
  reconnects: count,
  frames: count,
  events: count,
  bytes: count,
  rejected: counters,
  ended: counters,
  streams: list(
    z.strictObject({
      stream: z.enum(STREAMS),
      // A source's clock can be ahead of ours: the age is then negative.
      sourceAgeMs: z.number().nullable(),
      receiveAgeMs: z.number().nullable(),
      limitMs: count.nullable(),
      stale: z.boolean(),
    }),
  ),
});

export const seriesStatusSchema = z
  .strictObject({
    series: z.string(),
    phase: z.enum(SERIES_PHASES),
    detail: z.string(),
    tradingMode,
    epoch: count,
    lastSeq: count,
    buildId: z.string(),
    wallMs: count,
    mode: z.enum(['demo', 'sim', 'paper', 'live']),
    nowMs: z.number().nonnegative(),
    simSpeed: z.number().positive(),
    bootedWallMs: count,
    restrictions: list(
      z.strictObject({
        reason: z.string(),
        mode: tradingMode,
        detail: z.string(),
        actor: z.string(),
        sinceMs: count,
        liftedBy: z.string(),
      }),
    ),
    runner: z.strictObject({ linked: z.boolean(), detail: z.string() }),
    window: windowStatus.nullable(),
    nextWindow: z
      .strictObject({ slug: z.string(), startMs: count, listed: z.boolean(), subscribed: z.boolean() })
      .nullable(),
    openOrders: list(openOrder),
    exposure,
    account,
    stop: stop.nullable(),
    feeds: list(feed),
    engine: z.strictObject({
      events: count,
      conflated: count,
      decisions: count,
      outputs: count,
      ordersSubmitted: count,
      fills: count,
      failedFills: count,
      denied: counters,
    }),
    outbox: z.strictObject({
      pending: count,
      parked: count,
      oldestAgeMs: count.nullable(),
      lastError: z.string().nullable(),
    }),
    alerts: list(
      z.strictObject({
        seq: count,
        atMs: count,
        code: z.string(),
        severity: z.enum(['info', 'warning', 'critical']),
        detail: z.string(),
      }),
    ),
    rows: z.strictObject({ sqliteRowsWritten: count, d1RowsWritten: count, sinceWallMs: count }),
    journal: z.strictObject({
      firstSeq: count.nullable(),
      lastSeq: count,
      rows: count,
      bytes: count,
      databaseBytes: count,
      snapshotSeq: count,
    }),
  })
  .meta({ id: 'SeriesStatus' }) satisfies z.ZodType<SeriesStatus>;
