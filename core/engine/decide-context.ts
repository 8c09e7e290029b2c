/**
 * What a decision works with. `emit` records an output and applies it at once, so that the next check of the same decision
 * already counts it: state never changes in `decide` except through an output (scratch excepted).
 */
import type { UnixMs } from '../model/time.ts';
import { applyOutput } from './apply.ts';
import type { Output, RaiseAlert } from './outputs.ts';
import type { EngineState } from './state.ts';

export interface DecideContext {
  readonly state: EngineState;
  readonly nowMs: UnixMs;
  readonly outputs: Output[];
}

/** Records an output and applies it. */
export function emit(context: DecideContext, output: Output): void {
  context.outputs.push(output);
  applyOutput(context.state, output);
}

/** Raises an alert: journalled, logged, shown in the status. */
export function emitAlert(
  context: DecideContext,
  severity: RaiseAlert['severity'],
  code: string,
  detail: string,
): void {
  emit(context, { type: 'raise-alert', code, severity, detail });
}

/** Records who changed what. */
export function emitAudit(context: DecideContext, actor: string, action: string, detail: string): void {
  const { durable } = context.state;
  const id = `${durable.epoch}-${durable.nextAuditNumber}`;
  const series = durable.config.series.slug;
  emit(context, {
    type: 'publish-fact',
    fact: { kind: 'audit', series, id, actor, action, detail, atMs: context.nowMs },
  });
}
