/**
 * The simulated venue at the end of the order path in demo and paper: the same orders in and the same reports out as the real one,
 * matched against the live book. It is a function of its inputs in journal order and of nothing else, so recovery rebuilds it by
 * feeding it the journal again.
 *
 * No optimistic fills: a taker waits out the market's delay and then walks what is displayed; a resting order fills only when
 * prints use up its queue or go through its price, or when the opposite touch moves strictly through it. The rules, and what
 * they leave out, are in docs/design/simulated-execution.md.
 */
import type { EngineEvent } from '../engine/events.ts';
import type { Output } from '../engine/outputs.ts';
import { InvariantError, invariant } from '../model/errors.ts';
import type { ExecutionReport } from '../model/report.ts';
import type { UnixMs } from '../model/time.ts';
import type { ExchangeConfig, SimulatedExchange } from './exchange-state.ts';
import { runStep, sendCancel, sendOrder } from './exchange-steps.ts';
import { checkLatency } from './latency-model.ts';
import { applyMarketEvent } from './market-events.ts';

/** A venue that knows no market yet. Throws `InvariantError` for delays that are no whole milliseconds. */
export function createExchange(config: ExchangeConfig): SimulatedExchange {
  checkLatency(config);
  invariant(
    Number.isSafeInteger(config.defaultTakerDelayMs) && config.defaultTakerDelayMs >= 0,
    'the default taker delay is whole milliseconds',
    { defaultTakerDelayMs: config.defaultTakerDelayMs },
  );
  return { config: { ...config }, nowMs: 0, markets: [], orders: [], schedule: [], pendingReports: [] };
}

/** A detached copy of the state, ready for JSON. */
export function dumpExchange(exchange: SimulatedExchange): SimulatedExchange {
  return JSON.parse(JSON.stringify(exchange));
}

/** The venue of a dump that this same version of the code made. The dump stays untouched. */
export function restoreExchange(dump: SimulatedExchange): SimulatedExchange {
  return dumpExchange(dump);
}

/** Lets everything happen that is due up to `nowMs`, each at its own time and in order. Time never goes back. */
export function exchangeAdvance(exchange: SimulatedExchange, nowMs: UnixMs): void {
  for (let step = exchange.schedule[0]; step !== undefined && step.dueMs <= nowMs; step = exchange.schedule[0]) {
    exchange.schedule.shift();
    exchange.nowMs = Math.max(exchange.nowMs, step.dueMs);
    runStep(exchange, step);
  }
  exchange.nowMs = Math.max(exchange.nowMs, nowMs);
}

/** What an engine event tells the venue about its markets. Everything that is no business of a venue is ignored. */
export function exchangeApplyEvent(exchange: SimulatedExchange, event: EngineEvent): void {
  exchangeAdvance(exchange, event.tsInit);
  applyMarketEvent(exchange, event);
}

/** An order or a cancel, of one or of all, leaves us at `nowMs`. Other outputs are not for the venue. Throws `InvariantError` for an order sent twice. */
export function exchangeApplyOutput(exchange: SimulatedExchange, output: Output, nowMs: UnixMs): void {
  exchangeAdvance(exchange, nowMs);
  if (output.type === 'submit-order') sendOrder(exchange, output.order);
  if (output.type === 'cancel-order') sendCancel(exchange, output.clientOrderId);
  if (output.type === 'cancel-all-orders') {
    for (const { order } of exchange.orders) sendCancel(exchange, order.clientOrderId);
  }
}

/** When something happens next, at the venue or with a report: call `exchangeAdvance` and `takeReports` then. `null`: nothing is under way. */
export function nextDueMs(exchange: SimulatedExchange): UnixMs | null {
  const step = exchange.schedule[0];
  const next = exchange.pendingReports[0];
  if (step === undefined) return next?.tsEvent ?? null;
  return next === undefined ? step.dueMs : Math.min(step.dueMs, next.tsEvent);
}

/** The reports that have reached us by `nowMs`, oldest first; they leave the queue. */
export function takeReports(exchange: SimulatedExchange, nowMs: UnixMs): ExecutionReport[] {
  let count = 0;
  while (count < exchange.pendingReports.length && (exchange.pendingReports[count]?.tsEvent ?? 0) <= nowMs) count++;
  return exchange.pendingReports.splice(0, count);
}

/**
 * Recovery: the journal already holds this report, so it leaves the head of the queue. Throws `InvariantError` with both when
 * the rebuilt venue says something else: then this is not the build, or not the history, that made the journal.
 */
export function acknowledgeReport(exchange: SimulatedExchange, journalled: ExecutionReport): void {
  const head = exchange.pendingReports[0];
  const found = head === undefined ? null : canonical(head);
  const expected = canonical(journalled);
  if (found !== expected) {
    throw new InvariantError('the simulated venue repeats the journalled report', { expected, found });
  }
  exchange.pendingReports.shift();
}

/** One text for equal reports, whatever the order of their fields; place and time of receipt are the journal's own. */
function canonical(event: ExecutionReport): string {
  const entries = Object.entries(event).filter(([key]) => key !== 'seq' && key !== 'tsInit');
  return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
