/**
 * What becomes of a match: MATCHED → MINED → CONFIRMED, or RETRYING → FAILED, which gives both sides back what they had, to the
 * millionth. Mining moves balances on the chain; who cannot deliver then makes it fail (venue notes of 2026-11-23 §3.2, §8).
 */
import { createHash } from 'node:crypto';
import { assertNever } from '../../core/model/errors.ts';
import { type DurationMs, SECOND_MS, type UnixMs } from '../../core/model/time.ts';
import { hashLabel, hashPair, hashToUniform } from '../../core/simulation/rng.ts';
import { bookPending, settleOnChain, shortParty } from './account-ledger.ts';
import type { ExchangeState, TradeRecord } from './exchange-state.ts';
import { cancelUncovered } from './order-endings.ts';
import { noteShares, ownersOf } from './trade-recording.ts';
import type { ExchangeFaults, TradeState, VenueAddress, VenueTrade } from './venue-exchange.ts';

/** A healthy venue mines after 2 to 4 s and confirms after 5 to 10 s. */
const MINED_FROM_MS = 2 * SECOND_MS;
const MINED_RANGE_MS = 2 * SECOND_MS;
const CONFIRMED_FROM_MS = 5 * SECOND_MS;
const CONFIRMED_RANGE_MS = 5 * SECOND_MS;
/** A match waits this long for an earlier one that will bring what it needs, and a failing one between its two last states at least. */
const WAIT_MS: DurationMs = 500;

/** A venue without misbehaviour: settlement times drawn from the seed, a cache that does not lag. */
export function healthyFaults(seed: number): ExchangeFaults {
  return {
    settlementOf: (trade: VenueTrade) => {
      const draw = hashPair(seed ^ hashLabel('settlement'), hashLabel(trade.tradeId));
      return {
        minedAfterMs: MINED_FROM_MS + Math.floor(hashToUniform(draw) * MINED_RANGE_MS),
        confirmedAfterMs: CONFIRMED_FROM_MS + Math.floor(hashToUniform(hashPair(draw, 1)) * CONFIRMED_RANGE_MS),
        fails: false,
      };
    },
    balanceLagMs: () => 0,
  };
}

/** The next state of a trade whose time has come. */
export function settleStep(state: ExchangeState, record: TradeRecord, atMs: UnixMs): void {
  let reversed: ReadonlySet<VenueAddress>;
  switch (record.trade.state) {
    case 'MATCHED':
      tryToMine(state, record, atMs);
      return;
    case 'MINED':
      finish(state, record, 'CONFIRMED', atMs);
      return;
    case 'RETRYING':
      bookPending(state.ledger, record.effects, -1);
      noteShares(state, record.effects, atMs);
      reversed = ownersOf(record.effects);
      finish(state, record, 'FAILED', atMs);
      for (const owner of reversed) cancelUncovered(state, owner, atMs);
      return;
    case 'CONFIRMED':
    case 'FAILED':
      record.nextAtMs = null;
      return;
    default:
      assertNever(record.trade.state, 'trade state');
  }
}

function tryToMine(state: ExchangeState, record: TradeRecord, atMs: UnixMs): void {
  const short = record.fails ? null : shortParty(state.ledger, record.effects);
  if (short !== null && waitsForEarlier(state, record, short)) {
    record.nextAtMs = atMs + WAIT_MS;
    return;
  }
  if (record.fails || short !== null) {
    record.nextAtMs = Math.max(record.confirmedAtMs, atMs + WAIT_MS);
    change(state, record, 'RETRYING', atMs);
    return;
  }
  settleOnChain(state.ledger, record.effects);
  record.nextAtMs = Math.max(record.confirmedAtMs, atMs);
  change(state, record, 'MINED', atMs);
}

/** Transactions of an account are mined in the order of its matches. */
function waitsForEarlier(state: ExchangeState, record: TradeRecord, owner: VenueAddress): boolean {
  for (const earlier of state.unsettled.values()) {
    if (earlier === record) return false;
    const pending = earlier.trade.state === 'MATCHED' || earlier.trade.state === 'RETRYING';
    if (pending && ownersOf(earlier.effects).has(owner)) return true;
  }
  return false;
}

function finish(state: ExchangeState, record: TradeRecord, ended: TradeState, atMs: UnixMs): void {
  record.nextAtMs = null;
  // Nothing of it is left to do, and trades are kept for hours.
  record.effects = { ...record.effects, movements: [] };
  state.unsettled.delete(record.trade.tradeId);
  change(state, record, ended, atMs);
}

function change(state: ExchangeState, record: TradeRecord, to: TradeState, atMs: UnixMs): void {
  const { tradeId } = record.trade;
  const mined = to === 'MINED' ? `0x${createHash('sha256').update(`${tradeId}:transaction`).digest('hex')}` : null;
  record.trade = {
    ...record.trade,
    state: to,
    transactionHash: mined ?? record.trade.transactionHash,
    updatedMs: atMs,
  };
  state.notices.push({ kind: 'trade', trade: record.trade, atMs });
}
