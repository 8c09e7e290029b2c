/**
 * The admin API's inputs and outputs, shared by the Worker, the CLI and the dashboard. The compiler holds each schema to the
 * type it describes. Numbers are integers unless a comment says otherwise; units stand in the names.
 */
import * as z from 'zod';
import type {
  FillFact,
  LedgerEntryFact,
  MarkoutFact,
  OrderFact,
  PositionFact,
  StrategyPnlFact,
  WindowFact,
} from '../model/fact.ts';
import { LEDGER_NAMES } from '../model/ledger-name.ts';
import { COMMAND_KINDS, type CommandRequest, type CommandResult, TRADING_MODES } from './series-status.ts';
import { seriesStatusSchema } from './series-status-schema.ts';

export const API_PREFIX = '/api/v1';
/** Bytes of a request body at most. */
export const MAX_BODY_BYTES = 64 * 1024;
/** Shorter tokens can be guessed: 24 characters of base64 are 144 bits. */
export const MIN_TOKEN_CHARS = 24;
/** Rows of one page, when the caller does not say and at most. */
export const PAGE_LIMIT = { default: 100, max: 500 } as const;

const int = z.int();
const count = z.int().nonnegative();
const outcome = z.enum(['up', 'down']);
const side = z.enum(['buy', 'sell']);
const timeInForce = z.enum(['GTC', 'GTD', 'FOK', 'FAK']);

/** The one form of every error. `code` is for programs, `message` for people. */
export const errorSchema = z
  .strictObject({
    error: z.strictObject({
      code: z.string(),
      message: z.string(),
      details: z
        .array(z.strictObject({ path: z.string(), message: z.string() }))
        .readonly()
        .optional(),
    }),
  })
  .meta({ id: 'Error' });
export type ApiError = z.infer<typeof errorSchema>;

export const healthSchema = z.strictObject({ status: z.literal('ok') }).meta({ id: 'Health' });

export const seriesListSchema = z
  .strictObject({
    items: z
      .array(z.strictObject({ slug: z.string(), durationMs: count, mode: z.enum(['demo', 'sim', 'paper', 'live']) }))
      .readonly(),
  })
  .meta({ id: 'SeriesList' });

/** An integer in a query string: plain digits, so that `1e3`, ` 1` and `` are refused. */
const queryInteger = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);

/** Which rows: of which series, of windows that start in [from, to), how many, from where. */
export const listQuerySchema = z.strictObject({
  series: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .meta({ description: 'A series slug; all configured series without it.' }),
  from: queryInteger.optional().meta({ description: 'First window start, unix milliseconds, inclusive.' }),
  to: queryInteger.optional().meta({ description: 'Last window start, unix milliseconds, exclusive.' }),
  limit: queryInteger.pipe(z.int().min(1).max(PAGE_LIMIT.max)).optional(),
  cursor: z.string().min(1).max(512).optional().meta({ description: '`nextCursor` of the page before.' }),
});
export type ListQuery = z.infer<typeof listQuerySchema>;

function pageOf<Row extends z.ZodType>(row: Row, id: string) {
  return z.strictObject({ items: z.array(row).readonly(), nextCursor: z.string().nullable() }).meta({ id });
}

type Row<Fact> = Omit<Fact, 'kind'>;

export const windowRowSchema = z.strictObject({
  series: z.string(),
  windowStartMs: count,
  windowEndMs: count,
  slug: z.string(),
  conditionId: z.string().nullable(),
  strike: z.string().nullable(),
  final: z.string().nullable(),
  outcome: outcome.nullable(),
  officialOutcome: outcome.nullable(),
  officialStrike: z.string().nullable(),
  verification: z.enum(['confirmed', 'mismatch', 'missing']),
  tradable: z.boolean(),
  decision: z.string(),
  orders: count,
  fills: count,
  feesMicro: int,
  realizedPnlMicro: int,
  worstFeedAgeMs: count,
  worstFeed: z.string(),
  closedAtMs: count,
}) satisfies z.ZodType<Row<WindowFact>>;

export const orderRowSchema = z.strictObject({
  clientOrderId: z.string(),
  venueOrderId: z.string().nullable(),
  series: z.string(),
  windowStartMs: count,
  strategy: z.string(),
  tokenId: z.string(),
  outcome,
  side,
  timeInForce,
  postOnly: z.boolean(),
  priceTicks: count,
  sizeMicro: count.nullable(),
  spendMicro: count.nullable(),
  filledMicro: count,
  status: z.enum(['filled', 'canceled', 'rejected', 'expired']),
  statusDetail: z.string(),
  createdMs: count,
  endedMs: count,
}) satisfies z.ZodType<Row<OrderFact>>;

export const fillRowSchema = z.strictObject({
  tradeId: z.string(),
  clientOrderId: z.string(),
  series: z.string(),
  windowStartMs: count,
  strategy: z.string(),
  outcome,
  side,
  priceTicks: count,
  sizeMicro: count,
  feeMicro: int,
  liquidity: z.enum(['maker', 'taker']),
  filledAtMs: count,
  /** Only `confirmed` is final for good; `failed` was taken back. */
  settlement: z.enum(['matched', 'mined', 'retrying', 'confirmed', 'failed']),
}) satisfies z.ZodType<Row<FillFact>>;

export const positionRowSchema = z.strictObject({
  series: z.string(),
  windowStartMs: count,
  outcome,
  tokenId: z.string(),
  /** Below zero: shares that are owed, because their purchase failed to settle. */
  sizeMicro: int,
  costMicro: int,
  feesMicro: int,
  payoutMicro: int,
  realizedPnlMicro: int,
}) satisfies z.ZodType<Row<PositionFact>>;

const ledger = z.enum(LEDGER_NAMES).meta({ description: 'Figures of different ledgers are never added up.' });

/** Edge at the fill, then from the fill to 1 s, 1 to 5 s, 5 to 30 s, 30 to 60 s, and from 60 s to the settlement. */
const drifts = {
  edgeMicro: int,
  drift1sMicro: int,
  drift5sMicro: int,
  drift30sMicro: int,
  drift60sMicro: int,
  driftSettlementMicro: int,
};

export const markoutRowSchema = z.strictObject({
  series: z.string(),
  windowStartMs: count,
  tradeId: z.string(),
  clientOrderId: z.string(),
  ledger,
  strategy: z.string(),
  outcome,
  side,
  liquidity: z.enum(['maker', 'taker']),
  priceTicks: count,
  sizeMicro: count,
  filledAtMs: count,
  ...drifts,
  feeMicro: int,
  /** Edge and drifts, less the fee: exactly. */
  realizedPnlMicro: int,
  /** Marks for which there was no book: the one before stands for them. */
  carriedMarks: count,
  worstMarkDelayMs: count,
  /** It was taken back, and all its figures are 0. */
  failed: z.boolean(),
}) satisfies z.ZodType<Row<MarkoutFact>>;

export const strategyPnlRowSchema = z.strictObject({
  series: z.string(),
  windowStartMs: count,
  ledger,
  strategy: z.string(),
  outcome,
  fills: count,
  sharesMicro: count,
  boughtMicro: int,
  soldMicro: int,
  feesMicro: int,
  /** Below zero: shares of another strategy were sold. */
  payoutMicro: int,
  pnlMicro: int,
  ...drifts,
  carriedMarks: count,
  /** A claim on the venue, in no result. */
  rebateAccruedMicro: int,
}) satisfies z.ZodType<Row<StrategyPnlFact>>;

export const ledgerEntryRowSchema = z.strictObject({
  series: z.string(),
  atMs: count,
  id: z.string(),
  ledger,
  entry: z.enum(['fee', 'gas', 'redemption', 'merge', 'split', 'rebate-accrued', 'rebate-paid']),
  windowStartMs: count.nullable(),
  strategy: z.string().nullable(),
  amountMicro: int,
}) satisfies z.ZodType<Row<LedgerEntryFact>>;

export const windowPageSchema = pageOf(windowRowSchema, 'WindowPage');
export const orderPageSchema = pageOf(orderRowSchema, 'OrderPage');
export const fillPageSchema = pageOf(fillRowSchema, 'FillPage');
export const positionPageSchema = pageOf(positionRowSchema, 'PositionPage');
export const markoutPageSchema = pageOf(markoutRowSchema, 'MarkoutPage');
export const strategyPnlPageSchema = pageOf(strategyPnlRowSchema, 'StrategyPnlPage');
export const ledgerEntryPageSchema = pageOf(ledgerEntryRowSchema, 'LedgerEntryPage');

export const openOrdersSchema = z
  .strictObject({ items: seriesStatusSchema.shape.openOrders })
  .meta({ id: 'OpenOrders' });

/** Body of every verb. The same `commandId` is obeyed once, however often it is sent. */
export const commandBodySchema = z
  .strictObject({ commandId: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/) })
  .meta({ id: 'Command' });

export const commandResultSchema = z
  .strictObject({
    commandId: z.string(),
    kind: z.enum(COMMAND_KINDS),
    result: z.enum(['applied', 'duplicate', 'refused']),
    seq: count.nullable(),
    tradingMode: z.enum(TRADING_MODES),
    detail: z.string(),
    /** False when the audit row could not be written: the command stands all the same. */
    audited: z.boolean(),
  })
  .meta({ id: 'CommandResult' }) satisfies z.ZodType<CommandResult & Pick<CommandRequest, 'kind'>>;

/** What became of a verb for one series of the account. `failed`: its object did not answer, so nobody knows whether it obeyed. */
const accountItem = z.strictObject({
  series: z.string(),
  result: z.enum(['applied', 'duplicate', 'refused', 'failed']),
  seq: count.nullable(),
  /** `null`: the object did not answer. */
  tradingMode: z.enum(TRADING_MODES).nullable(),
  detail: z.string(),
  audited: z.boolean(),
});

/** `complete`: every series has taken the command. Otherwise send it again with the same id: who has obeyed does nothing more. */
export const accountCommandResultSchema = z
  .strictObject({
    commandId: z.string(),
    kind: z.enum(COMMAND_KINDS),
    complete: z.boolean(),
    items: z.array(accountItem).readonly(),
  })
  .meta({ id: 'AccountCommandResult' });
export type AccountCommandResult = z.infer<typeof accountCommandResultSchema>;

export const historyQuerySchema = z.strictObject({
  fromSeq: queryInteger.optional().meta({ description: 'First sequence number wanted; 0 without it.' }),
});
