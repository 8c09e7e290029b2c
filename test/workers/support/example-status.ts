/** A status in which every part is filled: what the scripted object answers. Invented figures. */
import type { OpenOrder, SeriesHealth, SeriesStatus } from '../../../core/protocol/series-status.ts';

/** 2026-11-23T16:40:00Z: start of a window. */
export const EXAMPLE_NOW_MS = 1_795_452_000_000;

export const exampleHealth = (series: string): SeriesHealth => ({
  series,
  phase: 'running',
  detail: '',
  tradingMode: 'active',
  epoch: 3,
  lastSeq: 812,
  buildId: 'test',
  nowMs: EXAMPLE_NOW_MS,
  wallMs: EXAMPLE_NOW_MS,
});

export const exampleOrder: OpenOrder = {
  clientOrderId: 'mm-1795452000-12',
  venueOrderId: `0x${'ab'.repeat(32)}`,
  windowStartMs: EXAMPLE_NOW_MS,
  strategy: 'market-maker',
  tokenId: '104239898038807136052399800151408521467737075933964991162589336683346093173875',
  outcome: 'up',
  side: 'buy',
  timeInForce: 'GTC',
  postOnly: true,
  priceTicks: 4_800,
  sizeMicro: 10_000_000,
  spendMicro: null,
  filledMicro: 0,
  status: 'resting',
  createdMs: EXAMPLE_NOW_MS + 500,
  notAfterMs: EXAMPLE_NOW_MS + 3_500,
};

const touch = { bidTicks: 4_900, bidSizeMicro: 120_000_000, askTicks: 5_100, askSizeMicro: 80_000_000 };

/** A complete status of one series. */
export function exampleStatus(series: string): SeriesStatus {
  return {
    ...exampleHealth(series),
    mode: 'demo',
    simSpeed: 1,
    bootedWallMs: EXAMPLE_NOW_MS - 60_000,
    restrictions: [
      {
        reason: 'paused',
        mode: 'reducing',
        detail: 'by hand',
        actor: 'operator',
        sinceMs: EXAMPLE_NOW_MS - 1_000,
        liftedBy: 'a resume',
      },
    ],
    runner: { linked: false, detail: 'not needed: execution is simulated' },
    window: {
      slug: `${series}-1795452000`,
      startMs: EXAMPLE_NOW_MS,
      endMs: EXAMPLE_NOW_MS + 300_000,
      listed: true,
      conditionId: `0x${'12'.repeat(32)}`,
      tradable: false,
      guardFindings: ['taker delay is not stated'],
      strike: { state: 'captured', price: '84501.20345', source: 'polybolt', snapshot: false },
      reference: {
        twap: '84501.20345',
        twapObservedMs: EXAMPLE_NOW_MS - 2_000,
        spot: '84510.1',
        spotObservedMs: EXAMPLE_NOW_MS - 1_000,
      },
      fairUp: 0.5123,
      up: {
        tokenId: exampleOrder.tokenId,
        touch: { ...touch, updatedMs: EXAMPLE_NOW_MS - 200 },
        quotes: { bidTicks: 4_800, askTicks: null },
        positionMicro: 5_000_000,
      },
      down: null,
      decisions: [
        {
          strategy: 'market-maker',
          outcome: 'quoted',
          rule: 'two-sided',
          sinceMs: EXAMPLE_NOW_MS - 5_000,
          repeats: 41,
          inputs: { bookAgeMs: 200, fair: '0.5123', strike: null },
        },
      ],
    },
    nextWindow: { slug: `${series}-1795452300`, startMs: EXAMPLE_NOW_MS + 300_000, listed: true, subscribed: false },
    openOrders: [exampleOrder],
    exposure: {
      positionsMicro: 2_500_000,
      restingMicro: 4_800_000,
      inFlightMicro: 0,
      unknownMicro: 0,
      totalMicro: 7_300_000,
      totalLimitMicro: 600_000_000,
      todayPnlMicro: -1_250_000,
      dailyLossLimitMicro: 25_000_000,
      bankrollMicro: 1_000_000_000,
    },
    account: {
      execution: 'venue',
      cashMicro: 995_200_000,
      freeMicro: 985_600_000,
      reservedMicro: 9_600_000,
      redeemableMicro: 10_000_000,
      observed: {
        cashMicro: 995_200_000,
        allowanceMicro: 1_000_000_000,
        redeemableMicro: 10_000_000,
        blockNumber: 79_000_000,
        atMs: EXAMPLE_NOW_MS - 4_000,
      },
      venueMode: 'post-only',
      venueModeUntilMs: EXAMPLE_NOW_MS + 60_000,
      reconciliation: { result: 'mismatch', differences: ['5 Up too many.'], atMs: EXAMPLE_NOW_MS - 3_000 },
      dayCostsMicro: 12_000,
    },
    stop: {
      commandId: 'example-flatten',
      verb: 'flatten',
      scope: 'account',
      actor: 'operator',
      startedMs: EXAMPLE_NOW_MS - 2_000,
      confirmed: false,
      confirmedMs: null,
      openAtVenue: 1,
      unknown: 0,
      mergingMicro: 5_000_000,
      held: [{ windowStartMs: EXAMPLE_NOW_MS, outcome: 'up', sizeMicro: 3_000_000, reason: 'too few shares.' }],
    },
    feeds: [
      {
        source: 'binance-futures',
        via: 'durable-object',
        state: 'waiting',
        connection: 2,
        openedWallMs: null,
        retryWallMs: EXAMPLE_NOW_MS + 4_000,
        reconnects: 1,
        frames: 10_412,
        events: 8_201,
        bytes: 18_000_000,
        rejected: { 'bad-number': 1 },
        ended: { 'no data': 1 },
        streams: [{ stream: 'binance-depth', sourceAgeMs: 320, receiveAgeMs: 310, limitMs: 2_000, stale: false }],
      },
    ],
    engine: {
      events: 90_412,
      conflated: 12_001,
      decisions: 4_100,
      outputs: 212,
      ordersSubmitted: 14,
      fills: 3,
      failedFills: 0,
      denied: { 'max-order-loss': 2 },
    },
    outbox: { pending: 2, parked: 0, oldestAgeMs: 400, lastError: null },
    alerts: [
      { seq: 700, atMs: EXAMPLE_NOW_MS - 9_000, code: 'feed-stale', severity: 'warning', detail: 'binance-depth' },
    ],
    rows: { sqliteRowsWritten: 4_100, d1RowsWritten: 210, sinceWallMs: EXAMPLE_NOW_MS - 60_000 },
    journal: { firstSeq: 1, lastSeq: 812, rows: 640, bytes: 1_200_000, databaseBytes: 4_096_000, snapshotSeq: 801 },
  };
}
