/**
 * When what is sent arrives. Constant delays, given by configuration: a figure that was measured from outside can be put in, and
 * a replay needs no random numbers. The shape is small so that another model can take its place.
 */
import { invariant } from '../model/errors.ts';
import type { DurationMs, UnixMs } from '../model/time.ts';

export interface LatencyConfig {
  /** From our decision to the venue's engine. */
  readonly orderLatencyMs: DurationMs;
  readonly cancelLatencyMs: DurationMs;
  /** From the venue's engine back to us. */
  readonly reportLatencyMs: DurationMs;
}

/** What travels. */
export type Message = 'order' | 'cancel' | 'report';

/** When a message that leaves at `atMs` arrives. Never earlier than it left. */
export function arrivalMs(latency: LatencyConfig, message: Message, atMs: UnixMs): UnixMs {
  switch (message) {
    case 'order':
      return atMs + latency.orderLatencyMs;
    case 'cancel':
      return atMs + latency.cancelLatencyMs;
    case 'report':
      return atMs + latency.reportLatencyMs;
  }
}

/** Throws `InvariantError` unless every delay is a whole number of milliseconds, zero or more. */
export function checkLatency(latency: LatencyConfig): void {
  const { orderLatencyMs, cancelLatencyMs, reportLatencyMs } = latency;
  const valid = [orderLatencyMs, cancelLatencyMs, reportLatencyMs].every((ms) => Number.isSafeInteger(ms) && ms >= 0);
  invariant(valid, 'latencies are whole milliseconds', { orderLatencyMs, cancelLatencyMs, reportLatencyMs });
}
