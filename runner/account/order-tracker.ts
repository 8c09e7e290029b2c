/**
 * One order as the venue tells of it, from whatever side: the answer to the POST, the user channel, order and trade queries. Every
 * message may come twice, late, or ahead of others; each fact goes out once. Side, price and fee of a fill are those of our own order.
 * An end is told only when every match that the venue counts is known, so that no fill comes after it.
 */
import type { ConditionId, SeriesSlug, TokenId, TradeId, VenueOrderId } from '../../core/model/identifiers.ts';
import type { FeeSchedule } from '../../core/model/market.ts';
import { costRoundedUp, formatMicro, type MoneyMicro, type SizeMicro } from '../../core/model/money.ts';
import type { ApprovedOrder } from '../../core/model/order.ts';
import { formatPriceTicks, type PriceTicks } from '../../core/model/price.ts';
import type { CancelReason, RejectCode, SettlementStatus } from '../../core/model/report.ts';
import type { UnixMs } from '../../core/model/time.ts';
import type { Outcome } from '../../core/model/window.ts';
import { makerFeeMicro, takerFeeMicro } from '../../core/pricing/fees.ts';
import type { PlacedOrder, VenueFill, VenueOrder } from '../clob/clob-client.ts';
import type { ReportFact } from '../submission-log.ts';

/** `sending`: a request is on its way. `standing`: the venue has it. `unknown`: sent, and nobody knows. */
export type TrackedPhase = 'sending' | 'standing' | 'unknown' | 'ended';

export interface TrackedFill {
  readonly priceTicks: PriceTicks;
  readonly sizeMicro: SizeMicro;
  readonly feeMicro: MoneyMicro;
  readonly liquidity: 'maker' | 'taker';
  readonly matchedMs: UnixMs;
  settlement: SettlementStatus;
  transactionHash: string | null;
}

export interface TrackedOrder {
  readonly series: SeriesSlug;
  readonly epoch: number;
  readonly order: ApprovedOrder;
  readonly orderHash: VenueOrderId;
  readonly conditionId: ConditionId;
  readonly tokens: Readonly<Record<Outcome, TokenId>>;
  readonly windowEndMs: UnixMs;
  readonly fees: FeeSchedule | null;
  phase: TrackedPhase;
  /** Whether the venue has shown in any way that it has the order. */
  seenAtVenue: boolean;
  readonly fills: Map<TradeId, TrackedFill>;
  /** Greatest matched size that the venue has stated. */
  venueMatchedMicro: SizeMicro;
  /** Matches that the venue has named and of which nothing else is known yet. */
  readonly awaitedTrades: Set<TradeId>;
  /** The venue says that it is over, and why; told once all its matches are known. */
  ending: CancelReason | null;
  cancelAsked: boolean;
  /** The last fact, where it has ended by one. */
  endFact: ReportFact | null;
  /** Ended without having been at the venue, so far as was known. */
  endedUnseen: boolean;
}

/** What follows from a message: facts for the series, in order; sentences for people; what has to be asked. */
export interface Tracked {
  readonly facts: ReportFact[];
  readonly alerts: string[];
  /** The venue counts matches that are not known here. */
  askTrades: boolean;
  /** How it stands has to be asked. */
  askOrder: boolean;
  /** A word that this release does not know: nothing may follow from it but caution. */
  unknownStatus: boolean;
}

export const nothingTracked = (): Tracked => ({
  facts: [],
  alerts: [],
  askTrades: false,
  askOrder: false,
  unknownStatus: false,
});

export type NewOrder = Pick<
  TrackedOrder,
  'series' | 'epoch' | 'order' | 'orderHash' | 'conditionId' | 'tokens' | 'windowEndMs' | 'fees'
>;

/** An order that is about to be sent. */
export function trackOrder(order: NewOrder): TrackedOrder {
  return {
    ...order,
    phase: 'sending',
    seenAtVenue: false,
    fills: new Map(),
    venueMatchedMicro: 0,
    awaitedTrades: new Set(),
    ending: null,
    cancelAsked: false,
    endFact: null,
    endedUnseen: false,
  };
}

/** The venue has answered that it took the order. */
export function noteAccepted(tracked: TrackedOrder, placed: PlacedOrder, atMs: UnixMs): Tracked {
  const out = nothingTracked();
  seen(tracked, atMs, out);
  for (const tradeId of placed.tradeIds) if (!tracked.fills.has(tradeId)) tracked.awaitedTrades.add(tradeId);
  if (tracked.awaitedTrades.size > 0) out.askTrades = true;
  // `unmatched` is one thing in one document and another in the next (venue notes §3.2): the order itself is asked.
  if (placed.status !== 'live') out.askOrder = true;
  finish(tracked, atMs, out);
  return out;
}

/** The venue has refused it. What shows otherwise wins: an order that was seen is not refused. */
export function noteRejected(tracked: TrackedOrder, code: RejectCode, detail: string, atMs: UnixMs): Tracked {
  const out = nothingTracked();
  if (tracked.phase === 'ended') return out;
  if (tracked.seenAtVenue) {
    out.alerts.push(`The venue has refused ${name(tracked)} (${detail}), though it has shown it before.`);
    out.askOrder = true;
    return out;
  }
  tracked.endedUnseen = true;
  end(tracked, { type: 'order-rejected', tsEvent: atMs, clientOrderId: id(tracked), code, detail }, out);
  return out;
}

/** No byte has left, and none will. */
export function noteUnsent(tracked: TrackedOrder, atMs: UnixMs): Tracked {
  const out = nothingTracked();
  if (tracked.phase === 'ended' || tracked.seenAtVenue) return out;
  tracked.endedUnseen = true;
  end(tracked, { type: 'expired-unsent', tsEvent: atMs, clientOrderId: id(tracked) }, out);
  return out;
}

/** It may or may not have arrived. */
export function noteUnknown(tracked: TrackedOrder, atMs: UnixMs): Tracked {
  const out = nothingTracked();
  if (tracked.phase === 'ended' || tracked.seenAtVenue) return out;
  tracked.phase = 'unknown';
  out.facts.push({ type: 'submission-unknown', tsEvent: atMs, clientOrderId: id(tracked) });
  return out;
}

/** Order query, trades query and user channel agree that it never arrived. */
export function noteAbsent(tracked: TrackedOrder, detail: string, atMs: UnixMs): Tracked {
  const out = nothingTracked();
  if (tracked.phase === 'ended' || tracked.seenAtVenue) return out;
  tracked.endedUnseen = true;
  end(tracked, { type: 'order-absent', tsEvent: atMs, clientOrderId: id(tracked), detail }, out);
  return out;
}

/** The venue would not cancel, and the order stands. */
export function noteCancelRefused(tracked: TrackedOrder, detail: string, atMs: UnixMs): Tracked {
  const out = nothingTracked();
  if (tracked.phase !== 'standing' || tracked.ending !== null) return out;
  out.facts.push({ type: 'cancel-rejected', tsEvent: atMs, clientOrderId: id(tracked), detail });
  return out;
}

/** The order as the venue states it, from the user channel or a query. `deadManTripped`: why it may have canceled by itself. */
export function noteVenueOrder(
  tracked: TrackedOrder,
  stated: VenueOrder,
  deadManTripped: boolean,
  atMs: UnixMs,
): Tracked {
  const out = nothingTracked();
  const { order } = tracked;
  if (stated.tokenId !== order.tokenId || stated.side !== order.side) {
    out.alerts.push(`The venue states another token or side for ${name(tracked)}: nothing is taken from it.`);
    out.unknownStatus = true;
    return out;
  }
  const reason = endOf(tracked, stated, deadManTripped);
  if (reason === 'not-known') {
    out.alerts.push(
      `The venue states "${stated.statusText.slice(0, 40)}" for ${name(tracked)}, which is not a known status.`,
    );
    out.unknownStatus = true;
    if (tracked.phase === 'sending' || tracked.phase === 'standing') {
      tracked.phase = 'unknown';
      out.facts.push({ type: 'submission-unknown', tsEvent: atMs, clientOrderId: id(tracked) });
    }
    return out;
  }
  if (tracked.phase === 'ended' && !tracked.endedUnseen) {
    // Late or repeated words about an order that is over; only matches that are not known are news.
    tracked.venueMatchedMicro = Math.max(tracked.venueMatchedMicro, stated.matchedMicro);
    out.askTrades = lacksMatches(tracked);
    return out;
  }
  seen(tracked, atMs, out);
  tracked.venueMatchedMicro = Math.max(tracked.venueMatchedMicro, stated.matchedMicro);
  for (const tradeId of stated.tradeIds) if (!tracked.fills.has(tradeId)) tracked.awaitedTrades.add(tradeId);
  tracked.ending ??= reason;
  out.askTrades = lacksMatches(tracked);
  finish(tracked, atMs, out);
  return out;
}

/** Why the order is over by what is stated; `null`: it stands. */
function endOf(tracked: TrackedOrder, stated: VenueOrder, deadManTripped: boolean): CancelReason | 'not-known' | null {
  switch (stated.status) {
    case 'live':
    case 'delayed':
      return null;
    case 'matched':
      // Without a size the match is still being written down.
      if (stated.matchedMicro === 0) return null;
      return isImmediate(tracked) || stated.matchedMicro >= stated.originalMicro ? 'unfilled-remainder' : null;
    case 'unmatched':
      return isImmediate(tracked) ? 'unfilled-remainder' : null;
    case 'canceled':
      if (isImmediate(tracked)) return 'unfilled-remainder';
      if (tracked.cancelAsked) return 'requested';
      return deadManTripped ? 'dead-man' : 'other';
    case 'canceled-market-resolved':
      return 'market-resolved';
    case 'canceled-expired':
      return 'expired';
    case 'canceled-no-balance':
      return 'insufficient-balance';
    case 'invalid':
      return 'other';
    case 'unknown-status':
      return 'not-known';
    default:
      stated.status satisfies never;
      return 'not-known';
  }
}

/** Our part in a match, or where its settlement stands. Keyed by the match: a repeated one books nothing. */
export function noteFill(tracked: TrackedOrder, fill: VenueFill, atMs: UnixMs): Tracked {
  const out = nothingTracked();
  const { order } = tracked;
  if (fill.tokenId !== order.tokenId || fill.side !== order.side) {
    out.alerts.push(`Match ${fill.tradeId} names another token or side than ${name(tracked)}: it is not booked.`);
    out.unknownStatus = true;
    return out;
  }
  if (fill.settlement === 'unknown-status') {
    out.alerts.push(`The settlement of match ${fill.tradeId} has a status that is not known.`);
    out.unknownStatus = true;
  }
  seen(tracked, atMs, out);
  tracked.awaitedTrades.delete(fill.tradeId);
  let known = tracked.fills.get(fill.tradeId);
  if (known === undefined) {
    known = newFill(tracked, fill, out);
    tracked.fills.set(fill.tradeId, known);
    const { priceTicks, sizeMicro, feeMicro, liquidity } = known;
    out.facts.push({
      type: 'order-filled',
      tsEvent: fill.matchedMs,
      clientOrderId: id(tracked),
      tradeId: fill.tradeId,
      priceTicks,
      sizeMicro,
      feeMicro,
      liquidity,
    });
    if (order.amount.unit === 'shares' && bookedMicro(tracked) > order.amount.sizeMicro) {
      out.alerts.push(
        `${name(tracked)} of ${formatMicro(order.amount.sizeMicro)} shares has matched ${formatMicro(bookedMicro(tracked))}.`,
      );
    }
  }
  settle(tracked, known, fill, atMs, out);
  finish(tracked, atMs, out);
  return out;
}

function newFill(tracked: TrackedOrder, fill: VenueFill, out: Tracked): TrackedFill {
  const { order, fees } = tracked;
  // A resting order trades at its own price; a taker at that or better (venue notes §3.2).
  const priceTicks = fill.liquidity === 'maker' ? order.priceTicks : fill.priceTicks;
  const isWorse = order.side === 'buy' ? fill.priceTicks > order.priceTicks : fill.priceTicks < order.priceTicks;
  if (isWorse || priceTicks !== fill.priceTicks) {
    out.alerts.push(
      `Match ${fill.tradeId} is stated at ${formatPriceTicks(fill.priceTicks)}, ${name(tracked)} was at ${formatPriceTicks(order.priceTicks)}.`,
    );
  }
  const feeOf = fill.liquidity === 'maker' ? makerFeeMicro : takerFeeMicro;
  return {
    priceTicks,
    sizeMicro: fill.sizeMicro,
    feeMicro: fees === null ? 0 : feeOf(fees, priceTicks, fill.sizeMicro),
    liquidity: fill.liquidity,
    matchedMs: fill.matchedMs,
    settlement: 'matched',
    transactionHash: null,
  };
}

/** Confirmed and failed are final; `mined` and `retrying` may follow each other; nothing goes back to `matched` (venue notes §3.2). */
function settle(tracked: TrackedOrder, known: TrackedFill, fill: VenueFill, atMs: UnixMs, out: Tracked): void {
  const next = fill.settlement;
  if (next === 'unknown-status' || next === 'matched' || next === known.settlement) return;
  if (known.settlement === 'confirmed' || known.settlement === 'failed') {
    out.alerts.push(`Match ${fill.tradeId} was ${known.settlement} and is now stated ${next}: the first word stands.`);
    return;
  }
  known.settlement = next;
  known.transactionHash = fill.transactionHash ?? known.transactionHash;
  out.facts.push({
    type: 'fill-settlement-changed',
    tsEvent: atMs,
    clientOrderId: id(tracked),
    tradeId: fill.tradeId,
    status: next,
    transactionHash: known.transactionHash,
  });
}

/** A sign of the order at the venue: of one that was sent, or of one that was thought never to have got there. */
function seen(tracked: TrackedOrder, atMs: UnixMs, out: Tracked): void {
  if (tracked.phase === 'standing') return;
  if (tracked.phase === 'ended') {
    if (!tracked.endedUnseen) return;
    out.alerts.push(`${name(tracked)} is at the venue, though it was taken for ${tracked.endFact?.type ?? 'gone'}.`);
    out.askOrder = true;
    tracked.endedUnseen = false;
    tracked.endFact = null;
  }
  tracked.phase = 'standing';
  tracked.seenAtVenue = true;
  out.facts.push({
    type: 'order-accepted',
    tsEvent: atMs,
    clientOrderId: id(tracked),
    venueOrderId: tracked.orderHash,
  });
}

/** Ends the order when it is full, or when the venue has ended it and all its matches are known. */
function finish(tracked: TrackedOrder, atMs: UnixMs, out: Tracked): void {
  if (tracked.phase === 'ended') return;
  if (isFull(tracked)) {
    tracked.phase = 'ended';
    return;
  }
  if (tracked.ending === null || lacksMatches(tracked)) return;
  end(tracked, { type: 'order-canceled', tsEvent: atMs, clientOrderId: id(tracked), reason: tracked.ending }, out);
}

function end(tracked: TrackedOrder, fact: ReportFact, out: Tracked): void {
  tracked.phase = 'ended';
  tracked.endFact = fact;
  out.facts.push(fact);
}

/** Whether the venue counts or names matches that are not known here. */
export function lacksMatches(tracked: TrackedOrder): boolean {
  return tracked.awaitedTrades.size > 0 || tracked.venueMatchedMicro > bookedMicro(tracked);
}

/** Shares matched so far, those whose settlement failed included: the venue counts them, too. */
export function bookedMicro(tracked: TrackedOrder): SizeMicro {
  let sum = 0;
  for (const { sizeMicro } of tracked.fills.values()) sum += sizeMicro;
  return sum;
}

/** What a buying order has paid without fees, failed settlements included. */
export function spentMicro(tracked: TrackedOrder): MoneyMicro {
  let sum = 0;
  for (const { priceTicks, sizeMicro } of tracked.fills.values()) sum += costRoundedUp(priceTicks, sizeMicro);
  return sum;
}

/** Shares that may still trade, or pUSD that may still be spent; 0 once it is over. */
export function remainingMicro(tracked: TrackedOrder): number {
  if (tracked.phase === 'ended') return 0;
  const { amount } = tracked.order;
  return amount.unit === 'shares'
    ? Math.max(0, amount.sizeMicro - bookedMicro(tracked))
    : Math.max(0, amount.spendMicro - spentMicro(tracked));
}

function isFull(tracked: TrackedOrder): boolean {
  const { amount } = tracked.order;
  return amount.unit === 'shares' ? bookedMicro(tracked) >= amount.sizeMicro : spentMicro(tracked) >= amount.spendMicro;
}

/** FOK and FAK never rest. */
function isImmediate(tracked: TrackedOrder): boolean {
  return tracked.order.timeInForce === 'FOK' || tracked.order.timeInForce === 'FAK';
}

const id = (tracked: TrackedOrder) => tracked.order.clientOrderId;
const name = (tracked: TrackedOrder): string => `Order ${tracked.order.clientOrderId}`;
