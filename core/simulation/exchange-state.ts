/**
 * The simulated venue's whole state, as plain data: what JSON makes of it and back is the same venue. Everything in it follows
 * from the sequence of inputs, so recovery rebuilds it from a snapshot or from the journal alike.
 */
import { invariant } from '../model/errors.ts';
import type { ClientOrderId, ConditionId, MarketSlug, TokenId } from '../model/identifiers.ts';
import type { FeeSchedule } from '../model/market.ts';
import type { EventHeader } from '../model/market-data.ts';
import type { SizeMicro } from '../model/money.ts';
import type { ApprovedOrder } from '../model/order.ts';
import type { PriceTicks } from '../model/price.ts';
import type { ExecutionReport } from '../model/report.ts';
import type { DurationMs, UnixMs } from '../model/time.ts';
import type { Outcome, Window } from '../model/window.ts';
import type { Assumptions } from './assumptions.ts';
import type { BookPlace, DisplayedBook } from './displayed-book.ts';
import { arrivalMs, type LatencyConfig } from './latency-model.ts';
import type { QueuePlace } from './queue-model.ts';

export interface ExchangeConfig extends LatencyConfig {
  /** How long a taker's order is held in a market that does not state its own delay. */
  readonly defaultTakerDelayMs: DurationMs;
  /** Pessimistic when it is not given: what demo and paper run. */
  readonly assumptions?: Assumptions;
}

/** A trade print as the joint book sees it. */
export interface Print {
  readonly tokenId: TokenId;
  /** The side of the book that was hit, and its price. */
  readonly hit: BookPlace;
  readonly sizeMicro: SizeMicro;
  readonly tsEvent: UnixMs;
}

export interface SimulatedMarket {
  readonly slug: MarketSlug;
  readonly conditionId: ConditionId;
  readonly tokens: Readonly<Record<Outcome, TokenId>>;
  readonly window: Window;
  minSizeMicro: SizeMicro;
  fees: FeeSchedule | null;
  takerDelayMs: DurationMs | null;
  acceptingOrders: boolean;
  tickSizeTicks: PriceTicks;
  /** The book channel has stated the tick size: a listing, which may be an old copy, no longer changes it. */
  tickStatedByBook: boolean;
  readonly book: DisplayedBook;
  lastPrint: Print | null;
  /** Shares of each outcome that we hold from simulated fills: nothing else can be sold. */
  readonly heldMicro: Record<Outcome, SizeMicro>;
}

export interface SimulatedOrder {
  readonly order: ApprovedOrder;
  readonly place: BookPlace;
  /** On its way to the venue, held by the taker delay, or in the book. */
  status: 'in-flight' | 'delayed' | 'resting';
  /** What is left of its amount: shares, or money for a market BUY. */
  leftMicro: number;
  fills: number;
  queue: QueuePlace;
}

/** Something that happens at the venue at its own time. */
export interface ScheduledStep {
  readonly dueMs: UnixMs;
  readonly step: 'order-arrives' | 'taker-delay-ends' | 'cancel-arrives';
  readonly clientOrderId: ClientOrderId;
}

export interface SimulatedExchange {
  readonly config: ExchangeConfig;
  nowMs: UnixMs;
  readonly markets: SimulatedMarket[];
  /** Open orders, oldest first. */
  readonly orders: SimulatedOrder[];
  /** By due time, first come first where two are equal. */
  readonly schedule: ScheduledStep[];
  /** Reports on their way to us, by due time. */
  readonly pendingReports: ExecutionReport[];
}

/** Enters a step behind all that are due no later. */
export function schedule(exchange: SimulatedExchange, step: ScheduledStep): void {
  let index = exchange.schedule.length;
  while (index > 0 && (exchange.schedule[index - 1]?.dueMs ?? 0) > step.dueMs) index--;
  exchange.schedule.splice(index, 0, step);
}

export function marketBySlug(exchange: SimulatedExchange, slug: MarketSlug): SimulatedMarket | undefined {
  return exchange.markets.find((market) => market.slug === slug);
}

export function marketOfToken(exchange: SimulatedExchange, tokenId: TokenId): SimulatedMarket | undefined {
  return exchange.markets.find((market) => market.tokens.up === tokenId || market.tokens.down === tokenId);
}

export function openOrder(exchange: SimulatedExchange, clientOrderId: ClientOrderId): SimulatedOrder | undefined {
  return exchange.orders.find((order) => order.order.clientOrderId === clientOrderId);
}

/** Our orders in a market's book, oldest first. */
export function restingOrders(exchange: SimulatedExchange, market: SimulatedMarket): SimulatedOrder[] {
  return exchange.orders.filter((order) => order.status === 'resting' && order.order.marketSlug === market.slug);
}

/** Ends an order: only its reports remain. */
export function removeOrder(exchange: SimulatedExchange, order: SimulatedOrder): void {
  const index = exchange.orders.indexOf(order);
  invariant(index >= 0, 'an order ends once', { clientOrderId: order.order.clientOrderId });
  exchange.orders.splice(index, 1);
}

type WithoutHeader<Report> = Report extends ExecutionReport ? Omit<Report, keyof EventHeader> : never;
/** A report before its times are known. */
export type ReportBody = WithoutHeader<ExecutionReport>;

/** Sends a report to us: it is due one report latency from the venue's now. */
export function report(exchange: SimulatedExchange, body: ReportBody): void {
  const tsEvent = arrivalMs(exchange.config, 'report', exchange.nowMs);
  exchange.pendingReports.push({ ...body, seq: 0, tsEvent, tsInit: 0 });
}
