/**
 * From an approved intent to the venue: checked, signed, written down, sent, without waiting for anything before the request leaves. An
 * answer that does not say what happened makes the order unknown; nothing is signed twice, and nothing is sent again by itself.
 */
import { assertNever } from '../../core/model/errors.ts';
import type { ClientOrderId, SeriesSlug } from '../../core/model/identifiers.ts';
import type { ApprovedOrder } from '../../core/model/order.ts';
import type { Outcome, PlacedOrder } from '../clob/clob-client.ts';
import { dayLossMicro, realisedLossMicro } from './account-book.ts';
import {
  type AccountContext,
  follow,
  freeCashMicro,
  freeSharesMicro,
  openByWindow,
  type SeriesState,
  settleTracked,
  tell,
} from './account-state.ts';
import { type CheckContext, checkOrder, type Refusal } from './order-checks.ts';
import { orderKey, windowOf } from './order-log.ts';
import { noteAccepted, noteRejected, noteUnknown, noteUnsent, type TrackedOrder, trackOrder } from './order-tracker.ts';
import { noteAuthorised, noteFailure, refusalCodeOf } from './venue-mode.ts';

/** The same bytes may be sent once more this long after the first sending (DESIGN §3.4). Wall time. */
export const RESEND_WITHIN_MS = 1_000;
/** A midpoint older than this says nothing. Wall time. */
export const QUOTE_FRESH_MS = 5_000;

/** What the order path asks of the rest of the account. */
export interface OrderPathHooks {
  /** An order's state has to be asked for, as soon as possible. */
  askOrder(tracked: TrackedOrder): void;
  askTrades(tracked: TrackedOrder): void;
  /** A cancel was asked for while the order was on its way. */
  cancelNow(tracked: TrackedOrder): void;
  /** An order was refused because money is short. */
  cashIsShort(): void;
  /** The rules of its market are not known, or not any more. */
  rulesWanted(series: SeriesSlug, order: ApprovedOrder): void;
}

export interface OrderPath {
  submit(series: SeriesState, order: ApprovedOrder): void;
  resend(series: SeriesState, clientOrderId: ClientOrderId): void;
}

/** The path of one account. */
export function createOrderPath(context: AccountContext, hooks: OrderPathHooks): OrderPath {
  const { state, ports, clob, signer, log, config } = context;
  const { clock } = ports;

  const refuse = (series: SeriesSlug, order: ApprovedOrder, { code, detail }: Refusal): void => {
    const { clientOrderId } = order;
    ports.log.log('debug', 'An order was refused before it was signed.', { series, clientOrderId, code, detail });
    const tsEvent = clock.now();
    // The object hears of an end, so this id must never be sent.
    if (!state.tombstones.has(orderKey(series, clientOrderId))) {
      const { notAfterMs } = order;
      state.tombstones.set(orderKey(series, clientOrderId), { notAfterMs, unsent: true });
      log.append({ kind: 'tombstone', series, clientOrderId, notAfterMs, unsent: true });
    }
    if (code === 'expired') tell(state, series, { type: 'expired-unsent', tsEvent, clientOrderId });
    else tell(state, series, { type: 'order-rejected', tsEvent, clientOrderId, code, detail });
    if (code === 'insufficient-balance') hooks.cashIsShort();
  };

  const checkOf = (series: SeriesState, order: ApprovedOrder): CheckContext => {
    const rules = state.rules.get(order.marketSlug) ?? null;
    const conditionId = rules?.market.conditionId ?? null;
    const open = openByWindow(state);
    const nowMs = clock.now();
    const quote = state.quotes.get(order.tokenId);
    const isQuoteFresh = quote !== undefined && clock.monotonicMs() - quote.atMonoMs <= QUOTE_FRESH_MS;
    const window = conditionId === null ? undefined : state.book.windows.get(conditionId);
    return {
      nowMs,
      rules,
      restriction: context.restrictions.of(series.config.slug),
      venueMode: state.venueMode,
      rateLimitedUntilMs: state.rateLimitedUntilMs,
      caps: config.caps,
      holdings: window ?? { upMicro: 0, downMicro: 0, netPaidMicro: 0 },
      openInWindow: conditionId === null ? [] : open(conditionId),
      ordersInWindow: conditionId === null ? 0 : state.book.ordersInWindow(conditionId),
      sentInHourMicro: state.book.sentInHourMicro(nowMs),
      dayLossMicro: dayLossMicro(state.book, open, nowMs),
      lostInAllMicro: state.carriedLossMicro + realisedLossMicro(state.book.windows.values()),
      freeCashMicro: freeCashMicro(state),
      freeSharesMicro: conditionId === null ? 0 : freeSharesMicro(state, conditionId, order.tokenId),
      midTicks: isQuoteFresh ? quote.midTicks : null,
    };
  };

  const place = (tracked: TrackedOrder, body: string, isFirst: boolean): void => {
    const { order, orderHash } = tracked;
    clob.place({ orderHash, body }, { notAfterMs: order.notAfterMs }).then(
      (outcome) => answered(context, hooks, tracked, outcome, isFirst),
      // The client gives values and never throws: what it threw is a bug, and the order may have left all the same.
      (error: unknown) => {
        ports.log.log('error', 'Placing an order threw.', { detail: String(error) });
        answered(context, hooks, tracked, { kind: 'ambiguous', detail: 'internal error' }, isFirst);
      },
    );
  };

  return {
    submit(series, order) {
      const slug = series.config.slug;
      const key = orderKey(slug, order.clientOrderId);
      // At most once: whatever is known of this id was or will be told already.
      if (state.orders.has(key)) return;
      if (state.tombstones.has(key)) return refuse(slug, order, { code: 'expired', detail: 'It was given up before.' });
      const gate = gateOf(context, series);
      if (gate !== null) return refuse(slug, order, { code: 'runner-refused', detail: gate });
      const check = checkOf(series, order);
      const refusal = checkOrder(order, check);
      if (check.rules === null || refusal?.code === 'off-tick') hooks.rulesWanted(slug, order);
      if (refusal !== null || check.rules === null) {
        return refuse(slug, order, refusal ?? { code: 'runner-refused', detail: 'The market is not known.' });
      }
      const { market, tickSizeTicks } = check.rules;
      const signed = signer.sign(order, { tickSizeTicks, negRisk: market.negRisk });
      if (!signed.ok) return refuse(slug, order, { code: 'runner-refused', detail: signed.error.detail });
      const { orderHash, body } = signed.value;
      const atMs = clock.now();
      const tracked = trackOrder({
        series: slug,
        epoch: series.epoch,
        order,
        orderHash,
        conditionId: market.conditionId,
        tokens: market.tokens,
        windowEndMs: market.window.endMs,
        fees: market.fees,
      });
      follow(state, tracked);
      state.book.openWindow(windowOf(tracked));
      state.book.noteSent(atMs, tracked);
      const monoMs = clock.monotonicMs();
      state.sentAt.set(tracked, { firstMonoMs: monoMs, lastMonoMs: monoMs, body, resent: false });
      const { series: of, epoch, conditionId, tokens, windowEndMs, fees } = tracked;
      log.append({ kind: 'sent', series: of, epoch, order, orderHash, conditionId, tokens, windowEndMs, fees, atMs });
      place(tracked, body, true);
    },
    resend(series, clientOrderId) {
      const slug = series.config.slug;
      const tracked = state.orders.get(orderKey(slug, clientOrderId));
      const sent = tracked === undefined ? undefined : state.sentAt.get(tracked);
      if (tracked === undefined || sent === undefined || sent.body === null) return;
      const isInTime =
        clock.monotonicMs() - sent.firstMonoMs <= RESEND_WITHIN_MS && clock.now() <= tracked.order.notAfterMs;
      const isMeant = tracked.phase === 'unknown' && !tracked.cancelAsked && !sent.resent;
      if (!isInTime || !isMeant || gateOf(context, series) !== null) return;
      if (context.restrictions.of(slug).mode !== 'active') return;
      sent.resent = true;
      sent.lastMonoMs = clock.monotonicMs();
      log.append({ kind: 'resent', series: slug, clientOrderId, atMs: clock.now() });
      place(tracked, sent.body, false);
    },
  };
}

/** Why nothing may leave for the series, whatever it is; `null` when the way is free. */
function gateOf({ state }: AccountContext, series: SeriesState): string | null {
  if (state.draining) return 'The runner is stopping.';
  if (!state.reconciled) return 'The runner has not reconciled with the venue yet.';
  // The link asks the clock before it hands anything on, so that the flag is never behind.
  if (!series.leaseFresh) return 'The lease of the series has lapsed.';
  if (series.clearing !== null) return 'Orders of an earlier epoch are still being cancelled.';
  return null;
}

/** What the answer to a POST says. A refusal of the second sending proves nothing about the first. */
function answered(
  context: AccountContext,
  hooks: OrderPathHooks,
  tracked: TrackedOrder,
  outcome: Outcome<PlacedOrder>,
  isFirst: boolean,
): void {
  const { ports } = context;
  const atMs = ports.clock.now();
  if (outcome.kind !== 'accepted') noteFailure(context, outcome);
  switch (outcome.kind) {
    case 'accepted': {
      noteAuthorised(context);
      if (outcome.value.orderHash !== tracked.orderHash) {
        ports.log.log('error', 'The venue names an order otherwise than it was signed.', {
          clientOrderId: tracked.order.clientOrderId,
        });
        settleTracked(context, tracked, noteUnknown(tracked, atMs));
        hooks.askOrder(tracked);
        return;
      }
      const out = settleTracked(context, tracked, noteAccepted(tracked, outcome.value, atMs));
      if (tracked.phase === 'ended') return;
      if (tracked.cancelAsked) hooks.cancelNow(tracked);
      if (out.askTrades) hooks.askTrades(tracked);
      else if (out.askOrder) hooks.askOrder(tracked);
      return;
    }
    case 'ambiguous':
      settleTracked(context, tracked, noteUnknown(tracked, atMs));
      hooks.askOrder(tracked);
      return;
    case 'not-sent':
      if (!isFirst) return;
      settleTracked(
        context,
        tracked,
        atMs > tracked.order.notAfterMs
          ? noteUnsent(tracked, atMs)
          : noteRejected(tracked, 'other', `It could not be sent: ${outcome.detail}.`, atMs),
      );
      return;
    case 'rejected':
      // It is there already, so it got in.
      if (outcome.duplicated) {
        settleTracked(context, tracked, noteUnknown(tracked, atMs));
        hooks.askOrder(tracked);
        return;
      }
      break;
    case 'malformed':
    case 'rate-limited':
    case 'post-only-mode':
    case 'cancel-only':
    case 'disabled':
    case 'restarting':
    case 'unauthorised':
      break;
    default:
      assertNever(outcome, 'outcome of a POST');
  }
  if (!isFirst) {
    hooks.askOrder(tracked);
    return;
  }
  const refusal = refusalCodeOf(outcome);
  if (refusal === null) return;
  const out = settleTracked(context, tracked, noteRejected(tracked, refusal.code, refusal.detail, atMs));
  if (out.askOrder) hooks.askOrder(tracked);
  if (refusal.code === 'insufficient-balance') hooks.cashIsShort();
  if (refusal.code === 'off-tick') hooks.rulesWanted(tracked.series, tracked.order);
}
