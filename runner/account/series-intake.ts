/** What the account does for a series, as its link calls it: in the order of the frames, and without waiting for the network. */
import type { ClientOrderId, ConditionId } from '../../core/model/identifiers.ts';
import type { ApprovedOrder } from '../../core/model/order.ts';
import { LEASE_TTL_MS, type ResumedOrder } from '../../core/protocol/runner-link.ts';
import { type AccountContext, follow, openOrders, type SeriesState, settleTracked, tell } from './account-state.ts';
import type { OrderCare } from './order-care.ts';
import { orderKey, windowOf } from './order-log.ts';
import type { OrderPath } from './order-path.ts';
import { noteUnknown, type TrackedOrder, trackOrder } from './order-tracker.ts';
import type { RulesKeeper } from './rules-keeper.ts';
import type { SeriesIntake } from './series-port.ts';
import type { SeriesSafety } from './series-safety.ts';
import type { SetMerging } from './set-merging.ts';
import type { Stops } from './stops.ts';

export interface IntakeParts {
  readonly path: OrderPath;
  readonly care: OrderCare;
  readonly safety: SeriesSafety;
  readonly stops: Stops;
  readonly rules: RulesKeeper;
  readonly merging: SetMerging;
  /** A lease became good: the heartbeat need not wait for its turn. */
  readonly beatNow: () => void;
  readonly reconcileNow: () => void;
}

/** Another runner gets a series' lease only after so long without it (RUNTIME §7: TTL 5 s + POST deadline 15 s). Wall time. */
export const TAKEOVER_MS = 20_000;
/** The object's clock and ours may differ by this before trading is restricted, in the product's time at speed 1 (RUNTIME §6). */
const CLOCK_MARGIN_MS = 1_000;
/** Orders younger than this are still in the log with all that was known of them; older ones may have been forgotten. */
const REMEMBERED_MS = 1_800_000;
/** Before the rules of an order's window are asked for again. Wall time. */
const FIND_AGAIN_MS = 2_000;

export function createSeriesIntake(context: AccountContext, series: SeriesState, parts: IntakeParts): SeriesIntake {
  const { state, ports, log, signer, restrictions } = context;
  const { clock } = ports;
  const { path, care, safety, stops, rules, merging } = parts;
  const slug = series.config.slug;
  const bug = (what: string) => (error: unknown) =>
    ports.log.log('error', what, { series: slug, detail: String(error) });

  /** The object was heard of. After a gap in which another runner can have had its intents, a new time of holding begins. */
  const contact = (): void => {
    const { lastContactMonoMs } = series;
    const nowMonoMs = clock.monotonicMs();
    const isGap = lastContactMonoMs === null || (!series.leaseFresh && nowMonoMs - lastContactMonoMs > TAKEOVER_MS);
    if (isGap || series.holdingSinceMs === null) series.holdingSinceMs = clock.now();
    series.lastContactMonoMs = nowMonoMs;
  };

  /** Whether an order that is in no log of ours cannot have left: nobody else had the series' intents, and nothing was forgotten. */
  const isCertainlyUnsent = ({ createdMs }: ApprovedOrder): boolean =>
    series.holdingSinceMs !== null &&
    createdMs >= series.holdingSinceMs + CLOCK_MARGIN_MS * clock.speed &&
    createdMs > clock.now() - REMEMBERED_MS;

  const bury = (clientOrderId: ClientOrderId, notAfterMs: number, unsent: boolean): void => {
    const key = orderKey(slug, clientOrderId);
    if (state.tombstones.get(key)?.unsent === unsent) return;
    state.tombstones.set(key, { notAfterMs, unsent });
    log.append({ kind: 'tombstone', series: slug, clientOrderId, notAfterMs, unsent });
  };

  /** What is known of an order, told once more. */
  const retell = (tracked: TrackedOrder): void => {
    const tsEvent = clock.now();
    const { clientOrderId } = tracked.order;
    if (tracked.seenAtVenue) {
      tell(state, slug, { type: 'order-accepted', tsEvent, clientOrderId, venueOrderId: tracked.orderHash });
    }
    for (const [tradeId, fill] of tracked.fills) {
      const { priceTicks, sizeMicro, feeMicro, liquidity, matchedMs, settlement, transactionHash } = fill;
      tell(state, slug, {
        type: 'order-filled',
        tsEvent: matchedMs,
        clientOrderId,
        tradeId,
        priceTicks,
        sizeMicro,
        feeMicro,
        liquidity,
      });
      if (settlement === 'matched') continue;
      tell(state, slug, {
        type: 'fill-settlement-changed',
        tsEvent,
        clientOrderId,
        tradeId,
        status: settlement,
        transactionHash,
      });
    }
    if (tracked.endFact !== null) tell(state, slug, tracked.endFact);
    else if (tracked.phase === 'unknown') tell(state, slug, { type: 'submission-unknown', tsEvent, clientOrderId });
  };

  /** An order that another runner, or this one in an earlier life, may have sent: found again by the hash that it must have. */
  const find = async (order: ApprovedOrder): Promise<void> => {
    const known = state.rules.get(order.marketSlug) ?? (await rules.refresh(slug, order.marketSlug));
    if (state.orders.has(orderKey(slug, order.clientOrderId))) return;
    if (known === null || known.market.tokens[order.outcome] !== order.tokenId) {
      // Without its market the order has no hash. It is asked for again with the next resume; until then it is exposure.
      const detail = 'An order that may stand at the venue cannot be looked up: the rules of its window are not known.';
      ports.log.log('error', detail, { series: slug, clientOrderId: order.clientOrderId, slug: order.marketSlug });
      ports.timers.after(FIND_AGAIN_MS, () => void find(order).catch(bug('Looking for an order threw.')));
      return;
    }
    const { market, tickSizeTicks } = known;
    const signed = signer.sign(order, { tickSizeTicks, negRisk: market.negRisk });
    if (!signed.ok) {
      ports.log.log('error', 'An order that may stand at the venue cannot be signed to find its hash.', {
        series: slug,
        clientOrderId: order.clientOrderId,
        detail: signed.error.detail,
      });
      return;
    }
    const tracked = trackOrder({
      series: slug,
      epoch: series.epoch,
      order,
      orderHash: signed.value.orderHash,
      conditionId: market.conditionId,
      tokens: market.tokens,
      windowEndMs: market.window.endMs,
      fees: market.fees,
    });
    const monoMs = clock.monotonicMs();
    follow(state, tracked);
    state.book.openWindow(windowOf(tracked));
    state.book.noteSent(order.createdMs, tracked);
    state.sentAt.set(tracked, { firstMonoMs: monoMs, lastMonoMs: monoMs, body: null, resent: true });
    const { epoch, orderHash, conditionId, tokens, windowEndMs, fees } = tracked;
    log.append({
      kind: 'sent',
      series: slug,
      epoch,
      order,
      orderHash,
      conditionId,
      tokens,
      windowEndMs,
      fees,
      atMs: order.createdMs,
    });
    settleTracked(context, tracked, noteUnknown(tracked, clock.now()));
    care.cancel([tracked]);
    care.askOrder(tracked);
    care.askTrades(tracked);
  };

  const answerFor = (order: ApprovedOrder): void => {
    const { clientOrderId } = order;
    const tracked = state.orders.get(orderKey(slug, clientOrderId));
    if (tracked !== undefined) {
      retell(tracked);
      return;
    }
    const isUnsent = state.tombstones.get(orderKey(slug, clientOrderId))?.unsent === true || isCertainlyUnsent(order);
    bury(clientOrderId, order.notAfterMs, isUnsent);
    const tsEvent = clock.now();
    if (isUnsent) {
      tell(state, slug, { type: 'expired-unsent', tsEvent, clientOrderId });
      return;
    }
    tell(state, slug, { type: 'submission-unknown', tsEvent, clientOrderId });
    find(order).catch(bug('Looking for an order threw.'));
  };

  return {
    epochBegan(epoch) {
      contact();
      if (epoch <= series.epoch) return;
      series.epoch = epoch;
      series.clearing = openOrders(state, slug);
      safety.cancelSeries(series);
      safety.look();
    },
    resumed(orders: readonly ResumedOrder[]) {
      contact();
      if (!series.told) {
        series.told = true;
        for (const { reason, mode, detail } of restrictions.all(slug)) {
          tell(state, slug, { type: 'runner-restriction-changed', tsEvent: clock.now(), reason, mode, detail });
        }
      }
      const listed = new Set<string>(orders.map(({ order }) => order.clientOrderId));
      // What the object does not count any more must not stand.
      care.cancel(openOrders(state, slug).filter(({ order }) => !listed.has(order.clientOrderId)));
      for (const { order } of orders) answerFor(order);
      parts.reconcileNow();
    },
    submit(order) {
      contact();
      path.submit(series, order);
    },
    resend(clientOrderId) {
      contact();
      path.resend(series, clientOrderId as ClientOrderId);
    },
    cancel(clientOrderId) {
      contact();
      const id = clientOrderId as ClientOrderId;
      const tracked = state.orders.get(orderKey(slug, id));
      if (tracked === undefined) {
        // Its intent was refused, or has not come: it must not be sent any more. The next resume answers for it.
        return state.tombstones.has(orderKey(slug, id)) ? undefined : bury(id, clock.now() + REMEMBERED_MS, false);
      }
      if (tracked.phase !== 'ended') return care.cancel([tracked]);
      retell(tracked);
    },
    cancelAll(reason) {
      contact();
      ports.log.log('info', 'The object cancels everything of its series.', { series: slug, reason });
      safety.cancelSeries(series);
    },
    prepareMarkets(slugs) {
      contact();
      rules.prepare(slug, slugs).catch(bug('Preparing markets threw.'));
    },
    mergeSets(conditionId, sizeMicro) {
      contact();
      merging.merge(series, conditionId as ConditionId, sizeMicro).catch(bug('Merging sets threw.'));
    },
    stop(verb, scope, commandId) {
      contact();
      stops.apply(verb, scope === 'series' ? slug : null, commandId);
    },
    leaseLapsed() {
      // The last renewal lies this far back.
      series.lastContactMonoMs = clock.monotonicMs() - LEASE_TTL_MS;
      safety.lapsed(series);
    },
    leaseRenewed() {
      contact();
      series.leaseFresh = true;
      parts.beatNow();
    },
  };
}
