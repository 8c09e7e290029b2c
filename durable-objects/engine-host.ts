/**
 * The engine and, where orders end in the object, the simulated venue beside it: one step of both for each event. Recovery feeds
 * the same two from the journal, with recorded outputs instead of new ones, and arrives at the same place.
 */
import { applyEvent, applyOutput } from '../core/engine/apply.ts';
import { step } from '../core/engine/engine.ts';
import type { EngineEvent } from '../core/engine/events.ts';
import type { JournalRecord } from '../core/engine/journal/record.ts';
import { openOrders } from '../core/engine/open-orders.ts';
import type { Output } from '../core/engine/outputs.ts';
import { isExecutionReport } from '../core/engine/report-events.ts';
import type { EngineState } from '../core/engine/state.ts';
import type { ExecutionReport } from '../core/model/report.ts';
import type { UnixMs } from '../core/model/time.ts';
import {
  acknowledgeReport,
  exchangeAdvance,
  exchangeApplyEvent,
  exchangeApplyOutput,
  nextDueMs,
  takeReports,
} from '../core/simulation/exchange.ts';
import type { SimulatedExchange } from '../core/simulation/exchange-state.ts';

export interface EngineHost {
  readonly state: EngineState;
  /** `null` where orders leave the object. */
  readonly exchange: SimulatedExchange | null;
}

/** Takes one new event; returns what the engine decided. Throws what the engine throws. */
export function stepHost(host: EngineHost, event: EngineEvent): readonly Output[] {
  const outputs = step(host.state, event);
  if (host.exchange !== null) {
    exchangeApplyEvent(host.exchange, event);
    for (const output of outputs) exchangeApplyOutput(host.exchange, output, event.tsInit);
  }
  return outputs;
}

/** Applies one recorded event with its recorded outputs. */
export function applyRecord(host: EngineHost, { event, outputs }: JournalRecord): void {
  applyEvent(host.state, event);
  for (const output of outputs) applyOutput(host.state, output);
  if (host.exchange === null) return;
  exchangeAdvance(host.exchange, event.tsInit);
  if (isExecutionReport(event) && !isOurOwnWord(host.exchange, event)) acknowledgeReport(host.exchange, event);
  exchangeApplyEvent(host.exchange, event);
  for (const output of outputs) exchangeApplyOutput(host.exchange, output, event.tsInit);
}

/** Our own word on an order that the simulated venue forgot (`forgottenOrders`): nothing that the venue would say again. */
function isOurOwnWord(exchange: SimulatedExchange, event: ExecutionReport): boolean {
  if (event.type !== 'order-canceled' || event.reason !== 'dead-man') return false;
  return !exchange.pendingReports.some(({ clientOrderId }) => clientOrderId === event.clientOrderId);
}

/**
 * Orders that the engine holds open and the simulated venue does not know: it was started anew from a checkpoint, which does not
 * keep it. They are gone; their end is reported as the dead-man's.
 */
export function forgottenOrders(host: EngineHost): ExecutionReport[] {
  const { exchange, state } = host;
  if (exchange === null) return [];
  const known = new Set([
    ...exchange.orders.map(({ order }) => order.clientOrderId),
    ...exchange.pendingReports.map(({ clientOrderId }) => clientOrderId),
  ]);
  return openOrders(state.durable)
    .filter(({ order }) => !known.has(order.clientOrderId))
    .map(({ order }) => ({
      type: 'order-canceled',
      seq: 0,
      tsEvent: state.durable.nowMs,
      tsInit: 0,
      clientOrderId: order.clientOrderId,
      reason: 'dead-man',
    }));
}

/** Reports of the simulated venue that have reached us by `nowMs`. */
export function reportsDue(host: EngineHost, nowMs: UnixMs): ExecutionReport[] {
  if (host.exchange === null) return [];
  exchangeAdvance(host.exchange, nowMs);
  return takeReports(host.exchange, nowMs);
}

/** When the simulated venue has to be asked again, or `null`. */
export function nextReportMs(host: EngineHost): UnixMs | null {
  return host.exchange === null ? null : nextDueMs(host.exchange);
}
