/**
 * D1: what people and reports read. A projection of the journals, never a source: nothing decides a trade from it (DESIGN §3.11).
 *
 * Money, shares and fees are INTEGER millionths, prices INTEGER ticks of 0.0001, times INTEGER unix milliseconds; token ids and
 * 18-decimal prices are TEXT because they do not fit a number. Primary keys are the facts' idempotent keys, so that a row
 * delivered twice is one row. Each index costs one more row written for each insert, and so does a rowid beside a text key: so every
 * key begins with what is read by, no table has a second index, and each is made WITHOUT ROWID (by hand in its migration, since
 * the generator cannot say it; a test looks).
 */
import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { LEDGER_NAMES } from '../core/model/ledger-name.ts';

const outcome = () => text({ enum: ['up', 'down'] });
const side = () => text({ enum: ['buy', 'sell'] });
const ledger = () => text({ enum: LEDGER_NAMES });
const flag = () => integer({ mode: 'boolean' });

/** The series that this deployment runs, written by cron. */
export const series = sqliteTable('series', {
  slug: text().primaryKey(),
  durationMs: integer().notNull(),
  firstSeenMs: integer().notNull(),
});

/** Markets as Gamma lists them, current and next, written by cron when they change. */
export const markets = sqliteTable('markets', {
  slug: text().primaryKey(),
  series: text().notNull(),
  windowStartMs: integer().notNull(),
  windowEndMs: integer().notNull(),
  conditionId: text().notNull(),
  upTokenId: text().notNull(),
  downTokenId: text().notNull(),
  tickSizeTicks: integer().notNull(),
  minSizeMicro: integer().notNull(),
  /** All four fee columns are null where the market states no fee schedule. */
  feeRatePpm: integer(),
  feeExponent: integer(),
  feeTakerOnly: flag(),
  feeRebatePpm: integer(),
  resolutionSource: text().notNull(),
  twapLookbackSeconds: integer(),
  configId: text(),
  takerDelayMs: integer(),
  negRisk: flag().notNull(),
  protocolVersion: text(),
  acceptingOrders: flag().notNull(),
  updatedMs: integer().notNull(),
});

/** The one final record of each window. */
export const windows = sqliteTable(
  'windows',
  {
    series: text().notNull(),
    windowStartMs: integer().notNull(),
    windowEndMs: integer().notNull(),
    slug: text().notNull(),
    conditionId: text(),
    strike: text(),
    final: text(),
    outcome: outcome(),
    officialOutcome: outcome(),
    officialStrike: text(),
    verification: text({ enum: ['confirmed', 'mismatch', 'missing'] }).notNull(),
    tradable: flag().notNull(),
    decision: text().notNull(),
    orders: integer().notNull(),
    fills: integer().notNull(),
    feesMicro: integer().notNull(),
    realizedPnlMicro: integer().notNull(),
    worstFeedAgeMs: integer().notNull(),
    worstFeed: text().notNull(),
    closedAtMs: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.series, table.windowStartMs] })],
);

/** Each order, when it has ended. Open orders are read from the object. */
export const orders = sqliteTable(
  'orders',
  {
    clientOrderId: text().notNull(),
    venueOrderId: text(),
    series: text().notNull(),
    windowStartMs: integer().notNull(),
    strategy: text().notNull(),
    tokenId: text().notNull(),
    outcome: outcome().notNull(),
    side: side().notNull(),
    timeInForce: text({ enum: ['GTC', 'GTD', 'FOK', 'FAK'] }).notNull(),
    postOnly: flag().notNull(),
    priceTicks: integer().notNull(),
    sizeMicro: integer(),
    spendMicro: integer(),
    filledMicro: integer().notNull(),
    status: text({ enum: ['filled', 'canceled', 'rejected', 'expired'] }).notNull(),
    statusDetail: text().notNull(),
    createdMs: integer().notNull(),
    endedMs: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.series, table.windowStartMs, table.clientOrderId] })],
);

/** Each fill of each of our orders: one match of the venue can fill two of them. One that failed to settle stays, and counts in nothing. */
export const fills = sqliteTable(
  'fills',
  {
    tradeId: text().notNull(),
    clientOrderId: text().notNull(),
    series: text().notNull(),
    windowStartMs: integer().notNull(),
    strategy: text().notNull(),
    outcome: outcome().notNull(),
    side: side().notNull(),
    priceTicks: integer().notNull(),
    sizeMicro: integer().notNull(),
    feeMicro: integer().notNull(),
    liquidity: text({ enum: ['maker', 'taker'] }).notNull(),
    filledAtMs: integer().notNull(),
    /** Rows from before matches settled at a venue are of simulated execution, where each is final. */
    settlement: text({ enum: ['matched', 'mined', 'retrying', 'confirmed', 'failed'] })
      .notNull()
      .default('confirmed'),
  },
  (table) => [primaryKey({ columns: [table.series, table.windowStartMs, table.tradeId, table.clientOrderId] })],
);

/** Each position, at its window's end. */
export const positions = sqliteTable(
  'positions',
  {
    series: text().notNull(),
    windowStartMs: integer().notNull(),
    outcome: outcome().notNull(),
    tokenId: text().notNull(),
    sizeMicro: integer().notNull(),
    costMicro: integer().notNull(),
    feesMicro: integer().notNull(),
    payoutMicro: integer().notNull(),
    realizedPnlMicro: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.series, table.windowStartMs, table.outcome] })],
);

/** Each UTC day, rewritten as windows close. */
export const dailyPnl = sqliteTable(
  'daily_pnl',
  {
    series: text().notNull(),
    dayStartMs: integer().notNull(),
    windows: integer().notNull(),
    fills: integer().notNull(),
    feesMicro: integer().notNull(),
    /** Gas and relayer costs: a part of `realizedPnlMicro` already. Rows from before there were any have none. */
    costsMicro: integer().notNull().default(0),
    realizedPnlMicro: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.series, table.dayStartMs] })],
);

const drifts = () => ({
  edgeMicro: integer().notNull(),
  drift1sMicro: integer().notNull(),
  drift5sMicro: integer().notNull(),
  drift30sMicro: integer().notNull(),
  drift60sMicro: integer().notNull(),
  driftSettlementMicro: integer().notNull(),
});

/** What each fill of a resolved window was worth, and how that moved: edge and drifts, less the fee, are the result. */
export const markouts = sqliteTable(
  'markouts',
  {
    series: text().notNull(),
    windowStartMs: integer().notNull(),
    tradeId: text().notNull(),
    clientOrderId: text().notNull(),
    ledger: ledger().notNull(),
    strategy: text().notNull(),
    outcome: outcome().notNull(),
    side: side().notNull(),
    liquidity: text({ enum: ['maker', 'taker'] }).notNull(),
    priceTicks: integer().notNull(),
    sizeMicro: integer().notNull(),
    filledAtMs: integer().notNull(),
    ...drifts(),
    feeMicro: integer().notNull(),
    realizedPnlMicro: integer().notNull(),
    carriedMarks: integer().notNull(),
    worstMarkDelayMs: integer().notNull(),
    failed: flag().notNull(),
  },
  (table) => [primaryKey({ columns: [table.series, table.windowStartMs, table.tradeId, table.clientOrderId] })],
);

/** Each strategy in each resolved window, by ledger. The rows of a window sum to its result. */
export const strategyPnl = sqliteTable(
  'strategy_pnl',
  {
    series: text().notNull(),
    windowStartMs: integer().notNull(),
    ledger: ledger().notNull(),
    strategy: text().notNull(),
    outcome: outcome().notNull(),
    fills: integer().notNull(),
    sharesMicro: integer().notNull(),
    boughtMicro: integer().notNull(),
    soldMicro: integer().notNull(),
    feesMicro: integer().notNull(),
    payoutMicro: integer().notNull(),
    pnlMicro: integer().notNull(),
    ...drifts(),
    carriedMarks: integer().notNull(),
    rebateAccruedMicro: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.series, table.windowStartMs, table.ledger, table.strategy] })],
);

/** What moved money without being a trade: fees, gas, redemptions, complete sets; and rebates, claimed and paid. */
export const ledgerEntries = sqliteTable(
  'ledger_entries',
  {
    series: text().notNull(),
    atMs: integer().notNull(),
    id: text().notNull(),
    ledger: ledger().notNull(),
    entry: text({ enum: ['fee', 'gas', 'redemption', 'merge', 'split', 'rebate-accrued', 'rebate-paid'] }).notNull(),
    windowStartMs: integer(),
    strategy: text(),
    amountMicro: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.series, table.atMs, table.id] })],
);

/** Who changed what. */
export const audit = sqliteTable(
  'audit',
  {
    series: text().notNull(),
    id: text().notNull(),
    actor: text().notNull(),
    action: text().notNull(),
    detail: text().notNull(),
    atMs: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.series, table.id] })],
);
