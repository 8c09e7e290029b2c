/**
 * Everything that the venue says about orders and matches comes in here, whoever asked: the user channel, the answer to a query, a
 * listing. It goes to the one order that it concerns; what concerns none is the account's own matter, and stops trading.
 */
import type { VenueOrderId } from '../../core/model/identifiers.ts';
import { formatMicro } from '../../core/model/money.ts';
import { HOUR_MS } from '../../core/model/time.ts';
import type { UserChannelMessage, VenueFill, VenueOrder } from '../clob/clob-client.ts';
import { type AccountContext, settleTracked } from './account-state.ts';
import { noteFill, noteVenueOrder, type TrackedOrder } from './order-tracker.ts';

export interface ReportHooks {
  askTrades(tracked: TrackedOrder): void;
  askOrder(tracked: TrackedOrder): void;
  /** An order stands at the venue that is none of ours. */
  cancelStranger(orderHash: VenueOrderId): void;
}

export interface Reports {
  fromChannel(message: UserChannelMessage): void;
  order(order: VenueOrder): void;
  fill(fill: VenueFill): void;
  /** Matches that nobody has claimed in time become the account's. To be called now and then. */
  giveUpOnUnclaimed(): void;
}

/** The venue's own limit between two beats, after which it cancels everything (venue notes of 2026-11-23, polymarket §3.2). */
const DEAD_MAN_MS = 10_000;
/** An order that is found again after a start is registered within this; wall time. */
const CLAIM_WITHIN_MS = 10_000;
/** An object that does not come to say what it counts as open is waited for so long. Wall time. */
const CLAIM_AT_MOST_MS = 120_000;
/** Matches this old belong to orders that the log has long forgotten. */
const FORGOTTEN_MS = HOUR_MS;

/** Routes what is told. */
export function createReports(context: AccountContext, hooks: ReportHooks): Reports {
  const { state, ports, log, restrictions } = context;
  const { clock } = ports;
  const unclaimed = new Map<string, { readonly fill: VenueFill; readonly sinceMonoMs: number }>();
  /** Since when every series has said which orders it counts as open: one that a power cut took from the log is among them. */
  let resumedMonoMs: number | null = null;
  const ownLedger = new Set<string>(state.unrouted.map(({ tradeId }) => tradeId));

  const order = (stated: VenueOrder): void => {
    const tracked = state.byHash.get(stated.orderHash);
    if (tracked === undefined) {
      const stands = stated.status === 'live' || stated.status === 'delayed';
      if (stands) hooks.cancelStranger(stated.orderHash);
      return;
    }
    const sinceBeatMs = state.lastBeatMonoMs === null ? 0 : clock.monotonicMs() - state.lastBeatMonoMs;
    const out = noteVenueOrder(tracked, stated, sinceBeatMs > DEAD_MAN_MS, clock.now());
    settleTracked(context, tracked, out);
    if (out.askTrades) hooks.askTrades(tracked);
    else if (out.askOrder) hooks.askOrder(tracked);
  };

  const fill = (stated: VenueFill): void => {
    const tracked = state.byHash.get(stated.orderHash);
    if (tracked === undefined) {
      const isHistory = stated.matchedMs < Math.max(state.bornMs, clock.now() - FORGOTTEN_MS);
      if (isHistory || ownLedger.has(stated.tradeId) || unclaimed.has(stated.tradeId)) return;
      unclaimed.set(stated.tradeId, { fill: stated, sinceMonoMs: clock.monotonicMs() });
      return;
    }
    unclaimed.delete(stated.tradeId);
    const out = noteFill(tracked, stated, clock.now());
    settleTracked(context, tracked, out);
    if (out.askOrder) hooks.askOrder(tracked);
  };

  return {
    fromChannel: (message) => (message.kind === 'order' ? order(message.order) : fill(message.fill)),
    order,
    fill,
    giveUpOnUnclaimed() {
      const isResumed = [...state.series.values()].every(({ told }) => told);
      if (isResumed) resumedMonoMs ??= clock.monotonicMs();
      for (const [tradeId, { fill: stated, sinceMonoMs }] of unclaimed) {
        if (state.byHash.has(stated.orderHash)) {
          unclaimed.delete(tradeId);
          fill(stated);
          continue;
        }
        const waitedMs = clock.monotonicMs() - sinceMonoMs;
        const sinceResumedMs = resumedMonoMs === null ? 0 : clock.monotonicMs() - resumedMonoMs;
        if (Math.min(waitedMs, sinceResumedMs) < CLAIM_WITHIN_MS && waitedMs < CLAIM_AT_MOST_MS) continue;
        unclaimed.delete(tradeId);
        ownLedger.add(tradeId);
        const { orderHash, tokenId, side, sizeMicro, priceTicks, matchedMs } = stated;
        const entry = {
          kind: 'unrouted',
          tradeId: stated.tradeId,
          orderHash,
          tokenId,
          side,
          sizeMicro,
          priceTicks,
          matchedMs,
        } as const;
        log.append(entry);
        state.unrouted.push(entry);
        const detail = `The account has a match of ${formatMicro(sizeMicro)} shares that no order of the runner explains (${tradeId}).`;
        ports.log.log('error', detail);
        restrictions.set(null, 'unroutable-fill', 'halted', detail);
      }
    },
  };
}
