/**
 * Where a record goes beyond the object: the tape keeps the stream of market data for 30 days, the journal keeps the account of what
 * was known, ordered and decided for 2 years (RUNTIME §4). Only tape records may be left out when there is no room for them.
 */
import type { EngineEvent, EngineEventType } from '../events.ts';
import type { Output } from '../outputs.ts';

export type RecordClass = 'tape' | 'journal';

/** What a market says of itself (listing, tick size, result) is no stream: durable state is made of it, so it is journal. */
const CLASS_OF: Readonly<Record<EngineEventType, RecordClass>> = {
  'depth-received': 'tape',
  'depth-changed': 'tape',
  'trade-received': 'tape',
  'ticker-received': 'tape',
  'mark-price-received': 'tape',
  'liquidation-received': 'tape',
  'heartbeat-received': 'tape',
  'book-received': 'tape',
  'book-changed': 'tape',
  'book-trade-received': 'tape',
  'book-touch-received': 'tape',
  'reference-price-received': 'tape',
  'volatility-index-received': 'tape',
  'candle-history-received': 'tape',
  'tick-size-changed': 'journal',
  'market-listed': 'journal',
  'market-announced': 'journal',
  'official-result-published': 'journal',
  'order-accepted': 'journal',
  'order-rejected': 'journal',
  'order-filled': 'journal',
  'order-canceled': 'journal',
  'cancel-rejected': 'journal',
  'submission-unknown': 'journal',
  'expired-unsent': 'journal',
  'fill-settlement-changed': 'journal',
  'order-absent': 'journal',
  'account-observed': 'journal',
  'window-redeemed': 'journal',
  'complete-sets-changed': 'journal',
  'complete-sets-failed': 'journal',
  'rebate-paid': 'journal',
  'venue-mode-changed': 'journal',
  'reconciliation-completed': 'journal',
  'runner-restriction-changed': 'journal',
  'stop-progressed': 'journal',
  'runner-alerted': 'journal',
  restarted: 'journal',
  'step-failed': 'journal',
  'config-applied': 'journal',
  'recovery-completed': 'journal',
  'timer-fired': 'journal',
  'command-received': 'journal',
  'feed-connected': 'journal',
  'feed-disconnected': 'journal',
  'runner-linked': 'journal',
  'runner-unlinked': 'journal',
};

/** True for market data that the tape keeps. */
export function isTapeEvent(event: EngineEvent): boolean {
  return CLASS_OF[event.type] === 'tape';
}

/** True when the record belongs to the account: no market data, or market data that caused something. */
export function isJournalRecord(event: EngineEvent, outputs: readonly Output[]): boolean {
  return outputs.length > 0 || !isTapeEvent(event);
}
