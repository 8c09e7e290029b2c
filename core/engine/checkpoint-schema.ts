/** The shape of durable state in a checkpoint, field by field: what does not fit is refused, never guessed. */
import * as z from 'zod';
import { engineConfigSchema } from '../config/engine-config.ts';
import { LEDGER_NAMES } from '../model/ledger-name.ts';

const int = z.number().int();
const outcome = z.enum(['up', 'down']);
const priceE18 = z.bigint();

const position = z.strictObject({
  outcome,
  sizeMicro: int,
  costMicro: int,
  feesMicro: int,
  realizedMicro: int,
  boughtMicro: int,
  soldMicro: int,
});
const positions = z.strictObject({ up: position, down: position });

const market = z.strictObject({
  slug: z.string(),
  series: z.string(),
  window: z.strictObject({ startMs: int, endMs: int }),
  conditionId: z.string(),
  tokens: z.strictObject({ up: z.string(), down: z.string() }),
  tickSizeTicks: int,
  minSizeMicro: int,
  fees: z.strictObject({ ratePpm: int, exponent: int, takerOnly: z.boolean(), rebatePpm: int }).nullable(),
  rule: z.strictObject({
    resolutionSource: z.string(),
    twapLookbackSeconds: int.nullable(),
    configId: z.string().nullable(),
  }),
  takerDelayMs: int.nullable(),
  negRisk: z.boolean(),
  protocolVersion: z.string().nullable(),
  acceptingOrders: z.boolean(),
});

const guard = z.discriminatedUnion('tradable', [
  z.strictObject({ tradable: z.literal(true), takerDelayMs: int }),
  z.strictObject({ tradable: z.literal(false), differences: z.array(z.string()) }),
]);

const settlement = z.enum(['matched', 'mined', 'retrying', 'confirmed', 'failed']);

const match = z.strictObject({
  tradeId: z.string(),
  clientOrderId: z.string(),
  outcome,
  side: z.enum(['buy', 'sell']),
  priceTicks: int,
  sizeMicro: int,
  feeMicro: int,
  liquidity: z.enum(['maker', 'taker']),
  filledAtMs: int,
  settlement,
  settlementMs: int,
  transactionHash: z.string().nullable(),
});

const ledgerName = z.enum(LEDGER_NAMES);

const attribution = z.strictObject({
  strategy: z.string(),
  ledger: ledgerName,
  marksMicro: z.array(int),
  carried: int,
  worstDelayMs: int,
});

const figures = {
  fills: int,
  sharesMicro: int,
  boughtMicro: int,
  soldMicro: int,
  feesMicro: int,
  payoutMicro: int,
  pnlMicro: int,
  edgeMicro: int,
  drift1sMicro: int,
  drift5sMicro: int,
  drift30sMicro: int,
  drift60sMicro: int,
  driftSettlementMicro: int,
  carriedMarks: int,
  rebateAccruedMicro: int,
};
const ledgerTotals = z.strictObject({
  strategies: z.record(z.string(), z.strictObject({ ...figures, windows: int })),
  rebatesPaidMicro: int,
});

const window = z.strictObject({
  window: z.strictObject({ startMs: int, endMs: int }),
  slug: z.string(),
  market: market.nullable(),
  guard,
  tickSizeTicks: int,
  subscribed: z.boolean(),
  positions,
  opening: positions.nullable(),
  matches: z.record(z.string(), match),
  sets: z.array(z.strictObject({ change: z.enum(['merged', 'split']), sizeMicro: int, atMs: int })),
  attributions: z.record(z.string(), attribution),
  accounted: z.array(z.strictObject({ ledger: ledgerName, strategy: z.string(), ...figures })).nullable(),
  earlySettlements: z.record(
    z.string(),
    z.strictObject({ status: settlement, atMs: int, transactionHash: z.string().nullable() }),
  ),
  orders: int,
  fills: int,
  failedFills: int,
  official: z.strictObject({
    strikeE18: priceE18.nullable(),
    finalE18: priceE18.nullable(),
    outcome: outcome.nullable(),
  }),
  resolved: z
    .strictObject({ outcome, by: z.enum(['official', 'reference']), payoutMicro: int, pnlMicro: int })
    .nullable(),
  worstFeed: z.strictObject({ stream: z.string(), ageMs: z.number() }),
  decisions: z.record(z.string(), z.strictObject({ outcome: z.string(), rule: z.string() })),
  strikeInterval: z.strictObject({ lowE18: priceE18, highE18: priceE18 }).nullable(),
});

const order = z.strictObject({
  order: z.strictObject({
    strategy: z.string(),
    marketSlug: z.string(),
    windowStartMs: int,
    tokenId: z.string(),
    outcome,
    side: z.enum(['buy', 'sell']),
    priceTicks: int,
    amount: z.discriminatedUnion('unit', [
      z.strictObject({ unit: z.literal('shares'), sizeMicro: int }),
      z.strictObject({ unit: z.literal('pusd'), spendMicro: int }),
    ]),
    timeInForce: z.enum(['GTC', 'GTD', 'FOK', 'FAK']),
    postOnly: z.boolean(),
    clientOrderId: z.string(),
    createdMs: int,
    notAfterMs: int,
    salt: int,
  }),
  number: int,
  statusDetail: z.string(),
  venueOrderId: z.string().nullable(),
  filledMicro: int,
  spentMicro: int,
  cancelRequestedMs: int.nullable(),
  resentMs: int.nullable(),
  endedMs: int.nullable(),
});
const openOrder = order.extend({ status: z.enum(['in-flight', 'resting', 'cancel-pending', 'unknown']) });
const endedOrder = order.extend({ status: z.enum(['filled', 'canceled', 'rejected', 'expired']) });

const scope = z.enum(['series', 'account']);
const differences = z.array(z.string());

const account = z.strictObject({
  observed: z
    .strictObject({
      cashMicro: int,
      allowanceMicro: int,
      redeemableMicro: int,
      blockNumber: int.nullable(),
      observedMs: int,
    })
    .nullable(),
  venue: z.strictObject({
    mode: z.enum(['open', 'post-only', 'cancel-only', 'restarting', 'disabled']),
    untilMs: int.nullable(),
  }),
  runner: z.strictObject({ linked: z.boolean(), sinceMs: int }),
  reconciliation: z
    .strictObject({ result: z.enum(['clean', 'mismatch']), differences, atMs: int, acknowledged: z.boolean() })
    .nullable(),
  instruction: z
    .strictObject({
      verb: z.enum(['pause', 'flatten', 'kill', 'resume']),
      scope,
      commandId: z.string(),
      told: z.boolean(),
    })
    .nullable(),
  merging: z.record(z.string(), int),
  transactions: z.array(z.string()),
});

const stop = z.strictObject({
  commandId: z.string(),
  verb: z.enum(['pause', 'flatten', 'kill']),
  scope,
  actor: z.string(),
  startedMs: int,
  confirmed: z.boolean(),
  confirmedMs: int.nullable(),
  announced: z.boolean(),
  openAtVenue: int.nullable(),
  unknown: int.nullable(),
  canceledAllMs: int,
  overdue: z.boolean(),
  attempts: z.record(z.string(), int),
  mergeFailed: z.array(z.string()),
  held: z.array(z.strictObject({ windowStartMs: int, outcome, sizeMicro: int, reason: z.string() })),
});

const call = z.strictObject({
  windowStartMs: int,
  atMs: int,
  outcome,
  breakEvenPpm: int,
  shadow: z.boolean(),
});
const lots = z.array(
  z.strictObject({ own: z.boolean(), costTicks: int, sizeMicro: int, markTicks: z.number().nullable() }),
);
const score = z.strictObject({
  windowStartMs: int,
  pairedMicro: z.number(),
  pairGainMicro: z.number(),
  singleMicro: z.number(),
  singleLossMicro: z.number(),
});
const strategies = z.strictObject({
  accuracy: z.strictObject({
    pending: z.array(call),
    scored: z.array(call.extend({ won: z.boolean() })),
    pausedSinceMs: int.nullable(),
  }),
  marketMaker: z.strictObject({
    unpaired: z.record(z.string(), z.strictObject({ up: lots, down: lots })),
    scores: z.array(score),
    adverse: z.strictObject({ sizeMicro: z.number(), movedTickMicro: z.number() }),
    stop: z
      .strictObject({ sinceMs: int, ratePpm: z.number(), breakEvenPpm: z.number(), shadow: z.array(score) })
      .nullable(),
  }),
});

/** Durable state, all of it. */
export const durableSchema = z.strictObject({
  config: engineConfigSchema,
  epoch: int,
  nowMs: int,
  lastSeq: int,
  nextOrderNumber: int,
  nextAuditNumber: int,
  windows: z.record(z.string(), window),
  orders: z.record(z.string(), openOrder),
  endedOrders: z.record(z.string(), endedOrder),
  closedWindows: z.record(
    z.string(),
    z.strictObject({ state: window, verification: z.enum(['confirmed', 'mismatch', 'missing']), closedAtMs: int }),
  ),
  boundaries: z.record(
    z.string(),
    z.strictObject({ priceE18, lookbackSeconds: int, source: z.string(), snapshot: z.boolean() }),
  ),
  ledger: z.strictObject({
    cashMicro: int,
    redeemableMicro: int,
    day: z.strictObject({
      startMs: int,
      windows: int,
      fills: int,
      feesMicro: int,
      costsMicro: int,
      realizedMicro: int,
    }),
  }),
  risk: z.strictObject({
    lossesInRow: int,
    lastLossMs: int,
    carried: z.strictObject({ lossMicro: int, windowStartsMs: z.array(int) }).nullable(),
  }),
  strategies,
  accounting: z.strictObject({
    ledgers: z.partialRecord(ledgerName, ledgerTotals),
    marksDueMs: int.nullable(),
  }),
  restrictions: z.array(
    z.strictObject({
      reason: z.string(),
      mode: z.enum(['reducing', 'halted']),
      detail: z.string(),
      actor: z.string(),
      sinceMs: int,
      liftedBy: z.string(),
    }),
  ),
  applied: z
    .strictObject({ document: z.string(), deployedDocument: z.string(), actor: z.string(), appliedMs: int })
    .nullable(),
  account,
  stop: stop.nullable(),
  commands: z.array(z.strictObject({ commandId: z.string(), seq: int })),
  timers: z.record(z.string(), z.strictObject({ dueMs: int, generation: int })),
  timerGeneration: int,
  unverifiedInRow: int,
});
