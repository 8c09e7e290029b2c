/** Orders and windows as the submission log tells them: what a runner knows when it starts, and how it forgets what is over. */
import { assertNever } from '../../core/model/errors.ts';
import type { ClientOrderId, ConditionId, SeriesSlug } from '../../core/model/identifiers.ts';
import type { MoneyMicro } from '../../core/model/money.ts';
import { HOUR_MS, type UnixMs } from '../../core/model/time.ts';
import type { ReportFact, SubmissionEntry, WindowSummary } from '../submission-log.ts';
import {
  type AccountBook,
  type BookedWindow,
  createAccountBook,
  payoutOf,
  realisedLossMicro,
  summaries,
} from './account-book.ts';
import { bookReport } from './book-report.ts';
import { type TrackedOrder, trackOrder } from './order-tracker.ts';

export const orderKey = (series: SeriesSlug, clientOrderId: ClientOrderId): string => `${series}|${clientOrderId}`;

/** `unsent`: no byte of it has ever left, from nowhere. */
export interface Tombstone {
  readonly notAfterMs: UnixMs;
  readonly unsent: boolean;
}

/** All that the log holds. */
export interface LoggedAccount {
  readonly bornMs: UnixMs;
  /** What windows that are forgotten by now have lost in all; negative when they have won. */
  carriedLossMicro: MoneyMicro;
  readonly orders: Map<string, TrackedOrder>;
  /** By order key: intents that must not be sent. */
  readonly tombstones: Map<string, Tombstone>;
  readonly unrouted: Extract<SubmissionEntry, { readonly kind: 'unrouted' }>[];
  /** Merges that were sent and whose end is not known. */
  readonly merges: Map<ConditionId, Extract<SubmissionEntry, { readonly kind: 'merge' }>>;
  readonly book: AccountBook;
}

/** Orders of windows that ended this long ago, and that have ended for good, become one line for their window. */
export const KEEP_ORDERS_MS = HOUR_MS;
/** A window's line is kept for the day's loss, which is counted by UTC days, and until it is redeemed. */
const KEEP_WINDOWS_MS = 26 * HOUR_MS;

/** Reads the entries. Whatever has no end in them was sent and is unknown, until the venue has told. */
export function readLog(entries: readonly SubmissionEntry[], nowMs: UnixMs): LoggedAccount {
  const [first] = entries;
  const account: LoggedAccount = {
    bornMs: first?.kind === 'born' ? first.atMs : nowMs,
    carriedLossMicro: first?.kind === 'born' ? first.carriedLossMicro : 0,
    orders: new Map(),
    tombstones: new Map(),
    unrouted: [],
    merges: new Map(),
    book: createAccountBook(),
  };
  for (const entry of entries) applyEntry(account, entry);
  for (const order of account.orders.values()) if (order.phase === 'sending') order.phase = 'unknown';
  return account;
}

function applyEntry(account: LoggedAccount, entry: SubmissionEntry): void {
  const { book, orders } = account;
  switch (entry.kind) {
    case 'sent': {
      const tracked = trackOrder(entry);
      orders.set(orderKey(entry.series, entry.order.clientOrderId), tracked);
      book.openWindow(windowOf(tracked));
      book.noteSent(entry.atMs, tracked);
      return;
    }
    case 'cancel': {
      const tracked = orders.get(orderKey(entry.series, entry.clientOrderId));
      if (tracked !== undefined) tracked.cancelAsked = true;
      return;
    }
    case 'fact': {
      const tracked = orders.get(orderKey(entry.series, entry.fact.clientOrderId));
      if (tracked === undefined) return;
      retell(tracked, entry.fact);
      bookReport(book, tracked, entry.fact);
      return;
    }
    case 'tombstone':
      account.tombstones.set(orderKey(entry.series, entry.clientOrderId), entry);
      return;
    case 'window':
      book.restoreWindow(entry.window);
      return;
    case 'resolved':
      book.resolve(entry.conditionId, entry.outcome, entry.atMs);
      return;
    case 'redeemed':
      book.redeemed(entry.conditionId, entry.costMicro);
      return;
    case 'sets':
      book.changeSets(entry.conditionId, entry.change, entry.sizeMicro, entry.costMicro);
      account.merges.delete(entry.conditionId);
      return;
    case 'merge':
      account.merges.set(entry.conditionId, entry);
      return;
    case 'merge-failed':
      account.merges.delete(entry.conditionId);
      return;
    case 'unrouted':
      account.unrouted.push(entry);
      return;
    case 'born':
    case 'resent':
      return;
    default:
      assertNever(entry, 'submission log entry');
  }
}

/** What a fact says of its order, without telling it again. */
function retell(tracked: TrackedOrder, fact: ReportFact): void {
  switch (fact.type) {
    case 'order-accepted':
      tracked.phase = 'standing';
      tracked.seenAtVenue = true;
      tracked.endedUnseen = false;
      tracked.endFact = null;
      return;
    case 'order-filled':
      tracked.fills.set(fact.tradeId, {
        priceTicks: fact.priceTicks,
        sizeMicro: fact.sizeMicro,
        feeMicro: fact.feeMicro,
        liquidity: fact.liquidity,
        matchedMs: fact.tsEvent,
        settlement: 'matched',
        transactionHash: null,
      });
      return;
    case 'fill-settlement-changed': {
      const fill = tracked.fills.get(fact.tradeId);
      if (fill === undefined) return;
      fill.settlement = fact.status;
      fill.transactionHash = fact.transactionHash;
      return;
    }
    case 'order-rejected':
    case 'expired-unsent':
    case 'order-absent':
      tracked.phase = 'ended';
      tracked.endedUnseen = true;
      tracked.endFact = fact;
      return;
    case 'order-canceled':
      tracked.phase = 'ended';
      tracked.endFact = fact;
      return;
    case 'submission-unknown':
      tracked.phase = 'unknown';
      return;
    case 'cancel-rejected':
      return;
    default:
      assertNever(fact, 'report');
  }
}

/** Nothing was ever matched in it. */
const isUntouched = ({ upMicro, downMicro, netPaidMicro }: WindowSummary): boolean =>
  upMicro === 0 && downMicro === 0 && netPaidMicro === 0;

/** The window that an order trades in. */
export function windowOf(tracked: TrackedOrder): BookedWindow {
  return {
    series: tracked.series,
    slug: tracked.order.marketSlug,
    conditionId: tracked.conditionId,
    tokens: tracked.tokens,
    startMs: tracked.order.windowStartMs,
    endMs: tracked.windowEndMs,
  };
}

export interface CompactedLog {
  readonly entries: readonly SubmissionEntry[];
  /** Keys of orders. */
  readonly forgotten: readonly string[];
  readonly forgottenWindows: readonly ConditionId[];
  readonly carriedLossMicro: MoneyMicro;
}

/**
 * The log without what is over: orders of old windows become one line for each window; tombstones go when nothing could be sent under
 * them any more.
 */
export function compactLog(account: LoggedAccount, entries: readonly SubmissionEntry[], nowMs: UnixMs): CompactedLog {
  const keepsOrders = new Set<ConditionId>();
  for (const order of account.orders.values()) {
    const settled = [...order.fills.values()].every(
      ({ settlement }) => settlement === 'confirmed' || settlement === 'failed',
    );
    if (order.windowEndMs > nowMs - KEEP_ORDERS_MS || order.phase !== 'ended' || !settled) {
      keepsOrders.add(order.conditionId);
    }
  }
  for (const conditionId of account.merges.keys()) keepsOrders.add(conditionId);
  const forgotten = new Set<string>();
  for (const [key, order] of account.orders) if (!keepsOrders.has(order.conditionId)) forgotten.add(key);
  const kept = entries.filter((entry) => {
    switch (entry.kind) {
      case 'sent':
        return !forgotten.has(orderKey(entry.series, entry.order.clientOrderId));
      case 'resent':
      case 'cancel':
        return !forgotten.has(orderKey(entry.series, entry.clientOrderId));
      case 'fact':
        return !forgotten.has(orderKey(entry.series, entry.fact.clientOrderId));
      case 'tombstone':
        return entry.notAfterMs > nowMs - KEEP_ORDERS_MS;
      case 'resolved':
      case 'redeemed':
      case 'sets':
      case 'merge':
      case 'merge-failed':
        return keepsOrders.has(entry.conditionId);
      case 'unrouted':
        return entry.matchedMs > nowMs - KEEP_WINDOWS_MS;
      case 'window':
      case 'born':
        return false;
      default:
        return assertNever(entry, 'submission log entry');
    }
  });
  const withoutOrders = summaries(account.book).filter(({ conditionId }) => !keepsOrders.has(conditionId));
  const isOver = (window: WindowSummary): boolean =>
    window.endMs <= nowMs - KEEP_WINDOWS_MS &&
    (window.outcome === null ? isUntouched(window) : window.redeemed || payoutOf(window) === 0);
  const over = withoutOrders.filter(isOver);
  const windows = withoutOrders.filter((window) => !isOver(window));
  const carriedLossMicro = account.carriedLossMicro + realisedLossMicro(over);
  return {
    entries: [
      { kind: 'born', atMs: account.bornMs, carriedLossMicro },
      ...windows.map((window) => ({ kind: 'window' as const, window })),
      ...kept,
    ],
    forgotten: [...forgotten],
    forgottenWindows: over.map(({ conditionId }) => conditionId),
    carriedLossMicro,
  };
}
