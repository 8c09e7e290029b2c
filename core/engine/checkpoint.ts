/**
 * Checkpoint: durable state only, behind a versioned schema, so that a later release can read it when a warm snapshot of the old
 * version is of no use. What it lacks (books, candles) is found again from the feeds.
 */
import * as z from 'zod';
import { engineConfigSchema } from '../config/engine-config.ts';
import { err, ok, type Result } from '../model/result.ts';
import { decodeTaggedJson, encodeTaggedJson } from '../model/tagged-json.ts';
import type { DurableState } from './state.ts';

/** The version that this release writes. It reads this one and, through an upcaster, the one before. */
export const CHECKPOINT_VERSION = 1;

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

const window = z.strictObject({
  window: z.strictObject({ startMs: int, endMs: int }),
  slug: z.string(),
  market: market.nullable(),
  guard,
  tickSizeTicks: int,
  subscribed: z.boolean(),
  positions: z.strictObject({ up: position, down: position }),
  orders: int,
  fills: int,
  official: z.strictObject({
    strikeE18: priceE18.nullable(),
    finalE18: priceE18.nullable(),
    outcome: outcome.nullable(),
  }),
  resolved: z
    .strictObject({ outcome, by: z.enum(['official', 'reference']), payoutMicro: int, pnlMicro: int })
    .nullable(),
  worstFeed: z.strictObject({ stream: z.string(), ageMs: z.number() }),
  decision: z.strictObject({ strategy: z.string(), outcome: z.string(), rule: z.string() }).nullable(),
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
  }),
  number: int,
  status: z.enum(['in-flight', 'resting', 'cancel-pending', 'unknown']),
  venueOrderId: z.string().nullable(),
  filledMicro: int,
  spentMicro: int,
  cancelRequestedMs: int.nullable(),
  tradeIds: z.array(z.string()),
});

const durable = z.strictObject({
  config: engineConfigSchema,
  epoch: int,
  nowMs: int,
  lastSeq: int,
  nextOrderNumber: int,
  nextAuditNumber: int,
  windows: z.record(z.string(), window),
  orders: z.record(z.string(), order),
  boundaries: z.record(
    z.string(),
    z.strictObject({ priceE18, lookbackSeconds: int, source: z.string(), snapshot: z.boolean() }),
  ),
  ledger: z.strictObject({
    cashMicro: int,
    day: z.strictObject({ startMs: int, windows: int, fills: int, feesMicro: int, realizedMicro: int }),
  }),
  restrictions: z.array(
    z.strictObject({
      reason: z.string(),
      mode: z.enum(['reducing', 'halted']),
      detail: z.string(),
      actor: z.string(),
      sinceMs: int,
    }),
  ),
  timers: z.record(z.string(), z.strictObject({ dueMs: int, generation: int })),
  timerGeneration: int,
  unverifiedInRow: int,
});

const document = z.strictObject({ checkpointVersion: z.literal(CHECKPOINT_VERSION), durable });

export type CheckpointError = { readonly kind: 'unreadable'; readonly detail: string };

/** The durable state as text. */
export function encodeCheckpoint(state: DurableState): string {
  return encodeTaggedJson({ checkpointVersion: CHECKPOINT_VERSION, durable: state });
}

/** The durable state of a checkpoint, or what is wrong with it. */
export function decodeCheckpoint(text: string): Result<DurableState, CheckpointError> {
  let value: unknown;
  try {
    value = decodeTaggedJson(text);
  } catch (error) {
    return err({ kind: 'unreadable', detail: error instanceof Error ? error.message : String(error) });
  }
  const parsed = document.safeParse(value);
  if (!parsed.success) return err({ kind: 'unreadable', detail: z.prettifyError(parsed.error) });
  // The schema checks every field; the brands of identifiers are the only thing that it cannot state.
  return ok(parsed.data.durable as unknown as DurableState);
}
