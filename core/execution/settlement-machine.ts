/**
 * How a match of ours settles on the chain, as a table: each match of each of our orders is one machine, keyed by trade id and client
 * order id. `MATCHED` is not settled: a match can still end `FAILED`, and its fill is then taken back (DESIGN §3.5). A later word
 * replaces an earlier one; `CONFIRMED` and `FAILED` are the ends (venue notes of 2026-11-23, polymarket §3.2 and §5.2).
 */
import type { SettlementStatus } from '../model/report.ts';

export const SETTLEMENT_STATUSES = [
  'matched',
  'mined',
  'retrying',
  'confirmed',
  'failed',
] as const satisfies readonly SettlementStatus[];

export interface SettlementRow {
  readonly from: SettlementStatus;
  /** What the venue says now. */
  readonly word: SettlementStatus;
  readonly to: SettlementStatus;
  /** Told to a person. */
  readonly raise: 'warning' | 'critical' | null;
  readonly why: string;
}

type Cell = readonly [to: SettlementStatus, why: string, raise?: 'warning' | 'critical'];

const REPEATED = 'repeated';
const BROADCAST_AGAIN = 'sent to the chain anew';
const INCLUDED = 'its transaction is in a block';
const TRIED_AGAIN = 'the transaction did not go through; the operator tries again, perhaps with another one';
const FINAL = 'final: the shares and the money have changed hands';
const REVERSED = 'final: nothing changed hands, the fill is taken back';
const OLDER = 'an older word that comes late';

const TABLE: Readonly<Record<SettlementStatus, Readonly<Record<SettlementStatus, Cell>>>> = {
  matched: {
    matched: ['matched', REPEATED],
    mined: ['mined', INCLUDED],
    retrying: ['retrying', TRIED_AGAIN],
    confirmed: ['confirmed', FINAL],
    failed: ['failed', REVERSED, 'critical'],
  },
  mined: {
    matched: ['matched', BROADCAST_AGAIN],
    mined: ['mined', REPEATED],
    retrying: ['retrying', TRIED_AGAIN],
    confirmed: ['confirmed', FINAL],
    failed: ['failed', REVERSED, 'critical'],
  },
  retrying: {
    matched: ['matched', BROADCAST_AGAIN],
    mined: ['mined', INCLUDED],
    retrying: ['retrying', REPEATED],
    confirmed: ['confirmed', FINAL],
    failed: ['failed', REVERSED, 'critical'],
  },
  confirmed: {
    matched: ['confirmed', OLDER],
    mined: ['confirmed', OLDER],
    retrying: ['confirmed', OLDER],
    confirmed: ['confirmed', REPEATED],
    failed: ['confirmed', 'an end contradicts an end: the fill stays booked, the chain has to be asked', 'critical'],
  },
  failed: {
    matched: ['failed', OLDER],
    mined: ['failed', OLDER],
    retrying: ['failed', OLDER],
    confirmed: [
      'failed',
      'an end contradicts an end: the fill stays taken back, the chain has to be asked',
      'critical',
    ],
    failed: ['failed', REPEATED],
  },
};

/** Every row, by status and word in their order. */
export const SETTLEMENT_ROWS: readonly SettlementRow[] = SETTLEMENT_STATUSES.flatMap((from) =>
  SETTLEMENT_STATUSES.map((word) => settlementRow(from, word)),
);

/** What a word makes of a status. Every pair has a row. */
export function settlementRow(from: SettlementStatus, word: SettlementStatus): SettlementRow {
  const [to, why, raise] = TABLE[from][word];
  return { from, word, to, raise: raise ?? null, why };
}

/** True for a status that is never left. */
export function isSettled(status: SettlementStatus): boolean {
  return status === 'confirmed' || status === 'failed';
}

/**
 * The venue's word as a status, or `null` for one that is not known: REST prefixes it, and knows one that the user channel does not.
 */
export function settlementStatusOf(word: string): SettlementStatus | null {
  const bare = word.toUpperCase().replace(/^TRADE_STATUS_/, '');
  if (bare === 'MATCHED_NOT_BROADCASTED') return 'matched';
  const status = bare.toLowerCase();
  return SETTLEMENT_STATUSES.find((known) => known === status) ?? null;
}
