/**
 * What the runner has sent and what came of it, as append-only JSON lines: written before a request leaves, synced within 50 ms (RUNTIME
 * §7). After a start it is the only memory: an order that was sent and whose end is not in it is unknown until the venue has told.
 */
import type {
  ClientOrderId,
  ConditionId,
  MarketSlug,
  SeriesSlug,
  TokenId,
  TradeId,
  VenueOrderId,
} from '../core/model/identifiers.ts';
import type { FeeSchedule } from '../core/model/market.ts';
import type { MoneyMicro, SizeMicro } from '../core/model/money.ts';
import type { ApprovedOrder } from '../core/model/order.ts';
import type { ExecutionReport } from '../core/model/report.ts';
import type { UnixMs } from '../core/model/time.ts';
import type { Outcome } from '../core/model/window.ts';
import type { LinkFact } from '../core/protocol/runner-link.ts';
import type { DiskPort } from './ports.ts';

/** A report as it goes to the series. */
export type ReportFact = Extract<LinkFact, { readonly type: ExecutionReport['type'] }>;

/** What one window has come to; stands in for its orders once all of them have ended for good. */
export interface WindowSummary {
  readonly series: SeriesSlug;
  readonly slug: MarketSlug;
  readonly conditionId: ConditionId;
  readonly tokens: Readonly<Record<Outcome, TokenId>>;
  readonly startMs: UnixMs;
  readonly endMs: UnixMs;
  readonly upMicro: SizeMicro;
  readonly downMicro: SizeMicro;
  /** Money paid less money received, fees and chain costs included. */
  readonly netPaidMicro: MoneyMicro;
  readonly outcome: Outcome | null;
  readonly resolvedAtMs: UnixMs | null;
  readonly redeemed: boolean;
}

export type SubmissionEntry =
  /** First line of a log: nothing that is older than this is in it. `carriedLossMicro`: what forgotten windows have lost in all. */
  | { readonly kind: 'born'; readonly atMs: UnixMs; readonly carriedLossMicro: MoneyMicro }
  /** Signed and about to leave. `window` is what the runner itself has found out about the market. */
  | {
      readonly kind: 'sent';
      readonly series: SeriesSlug;
      readonly epoch: number;
      readonly order: ApprovedOrder;
      readonly orderHash: VenueOrderId;
      readonly conditionId: ConditionId;
      readonly tokens: Readonly<Record<Outcome, TokenId>>;
      readonly windowEndMs: UnixMs;
      readonly fees: FeeSchedule | null;
      readonly atMs: UnixMs;
    }
  | {
      readonly kind: 'resent';
      readonly series: SeriesSlug;
      readonly clientOrderId: ClientOrderId;
      readonly atMs: UnixMs;
    }
  | { readonly kind: 'cancel'; readonly series: SeriesSlug; readonly clientOrderId: ClientOrderId }
  /** Told to the series: how the order stands by what is known. */
  | { readonly kind: 'fact'; readonly series: SeriesSlug; readonly fact: ReportFact }
  /** Must never be sent by this runner. `unsent`: and it certainly never was, by any. */
  | {
      readonly kind: 'tombstone';
      readonly series: SeriesSlug;
      readonly clientOrderId: ClientOrderId;
      readonly notAfterMs: UnixMs;
      readonly unsent: boolean;
    }
  | { readonly kind: 'window'; readonly window: WindowSummary }
  | { readonly kind: 'resolved'; readonly conditionId: ConditionId; readonly outcome: Outcome; readonly atMs: UnixMs }
  | { readonly kind: 'redeemed'; readonly conditionId: ConditionId; readonly costMicro: MoneyMicro }
  /** A merge is about to be sent; what was held of each token before it tells later whether it came about. */
  | {
      readonly kind: 'merge';
      readonly series: SeriesSlug;
      readonly conditionId: ConditionId;
      readonly sizeMicro: SizeMicro;
      readonly heldMicro: readonly [SizeMicro, SizeMicro];
    }
  /** It did not come about. */
  | { readonly kind: 'merge-failed'; readonly conditionId: ConditionId }
  | {
      readonly kind: 'sets';
      readonly conditionId: ConditionId;
      readonly change: 'merged' | 'split';
      readonly sizeMicro: SizeMicro;
      readonly costMicro: MoneyMicro;
    }
  /** A match of the account that no order of ours explains: the account's own ledger. */
  | {
      readonly kind: 'unrouted';
      readonly tradeId: TradeId;
      readonly orderHash: VenueOrderId;
      readonly tokenId: TokenId;
      readonly side: 'buy' | 'sell';
      readonly sizeMicro: SizeMicro;
      readonly priceTicks: number;
      readonly matchedMs: UnixMs;
    };

export interface SubmissionLog {
  /** All of it, in order. */
  readonly entries: readonly SubmissionEntry[];
  /** Lines that could not be read: a torn tail is normal after a power cut, anything else is damage. */
  readonly damagedLines: number;
  /** Returns once the operating system has it, so that the death of the process loses nothing. */
  append(entry: SubmissionEntry): void;
  /** Replaces everything by `entries`, whole or not at all. */
  compact(entries: readonly SubmissionEntry[]): void;
  sync(): void;
}

export const SUBMISSION_LOG_FILE = 'submissions.jsonl';

/** Opens the log in the state folder, or begins it at `nowMs`. */
export function openSubmissionLog(disk: DiskPort, nowMs: UnixMs): SubmissionLog {
  const text = disk.read(SUBMISSION_LOG_FILE);
  let entries: SubmissionEntry[] = [];
  let damagedLines = 0;
  for (const line of (text ?? '').split('\n')) {
    if (line === '') continue;
    const entry = readEntry(line);
    if (entry === null) damagedLines++;
    else entries.push(entry);
  }
  const write = (all: readonly SubmissionEntry[]): void =>
    disk.write(SUBMISSION_LOG_FILE, all.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  if (entries.length === 0) entries.push({ kind: 'born', atMs: nowMs, carriedLossMicro: 0 });
  // A torn tail would run into the next line.
  if (text === null || damagedLines > 0 || !text.endsWith('\n')) write(entries);
  return {
    get entries() {
      return entries;
    },
    damagedLines,
    append(entry) {
      disk.append(SUBMISSION_LOG_FILE, JSON.stringify(entry));
      entries.push(entry);
    },
    compact(kept) {
      write(kept);
      entries = [...kept];
    },
    sync: () => disk.sync(SUBMISSION_LOG_FILE),
  };
}

function readEntry(line: string): SubmissionEntry | null {
  try {
    const entry: unknown = JSON.parse(line);
    // Written by this program alone, in a folder that only its user can write to: the tag is check enough.
    return typeof entry === 'object' && entry !== null && 'kind' in entry ? (entry as SubmissionEntry) : null;
  } catch {
    // Counted by the caller.
    return null;
  }
}
