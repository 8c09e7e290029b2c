/** Counters of a boot, from the bus: what the engine took in and what it did. */
import type { JournalRecord } from '../core/engine/journal/record.ts';
import type { Output, RecordDecision } from '../core/engine/outputs.ts';
import type { UnixMs } from '../core/model/time.ts';
import type { DecisionStatus, EngineCounters } from '../core/protocol/series-status.ts';

export interface EngineMetrics {
  note(record: JournalRecord): void;
  counters(decisions: number, conflated: number): EngineCounters;
  /** The last decision of each strategy in a window, with how often it was taken again. */
  decisionsOf(windowStartMs: UnixMs, repeatsOf: (strategy: string) => number): readonly DecisionStatus[];
}

/** `denied codes` are read from recorded decisions: "denied <code>: …". */
const DENIED = /^denied ([a-z-]+)/;

export function createEngineMetrics(): EngineMetrics {
  const denied: Record<string, number> = {};
  const decided = new Map<string, { readonly decision: RecordDecision; readonly sinceMs: UnixMs }>();
  let events = 0;
  let outputs = 0;
  let ordersSubmitted = 0;
  let fills = 0;
  let failedFills = 0;
  return {
    note(record) {
      const { type } = record.event;
      events++;
      if (type === 'order-filled') fills++;
      for (const output of record.outputs) {
        outputs++;
        if (output.type === 'submit-order') ordersSubmitted++;
        if (isFailedFill(output)) failedFills++;
        if (output.type !== 'record-decision') continue;
        decided.set(output.strategy, { decision: output, sinceMs: record.event.tsInit });
        const code = DENIED.exec(output.outcome)?.[1];
        if (code !== undefined) denied[code] = (denied[code] ?? 0) + 1;
      }
    },
    decisionsOf: (windowStartMs, repeatsOf) =>
      [...decided.values()]
        .filter(({ decision }) => decision.windowStartMs === windowStartMs)
        .map(({ decision, sinceMs }) => ({
          strategy: decision.strategy,
          outcome: decision.outcome,
          rule: decision.rule,
          sinceMs,
          repeats: repeatsOf(decision.strategy),
          inputs: decision.inputs,
        })),
    counters: (decisions, conflated) => ({
      events,
      conflated,
      decisions,
      outputs,
      ordersSubmitted,
      fills,
      failedFills,
      denied: { ...denied },
    }),
  };
}

/** The row of a match that failed is written once. */
function isFailedFill(output: Output): boolean {
  return output.type === 'publish-fact' && output.fact.kind === 'fill' && output.fact.settlement === 'failed';
}
