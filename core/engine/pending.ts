/** What `apply` finds and only `decide` may say: left in scratch, published in the same step. */
import type { Fact } from '../model/fact.ts';
import type { RaiseAlert, TradingMode } from './outputs.ts';
import type { EngineState } from './state.ts';

/** An alert that a report gave cause for. */
export function raise({ scratch }: EngineState, severity: RaiseAlert['severity'], code: string, detail: string): void {
  scratch.pendingAlerts.push({ code, severity, detail });
}

/** A restriction that a report gave cause for. */
export function restrictSoon(
  { scratch }: EngineState,
  reason: string,
  mode: Exclude<TradingMode, 'active'>,
  detail: string,
): void {
  scratch.pendingRestrictions.push({ reason, mode, detail });
}

/** A row for people and reports. */
export function publishSoon({ scratch }: EngineState, fact: Fact): void {
  scratch.pendingFacts.push(fact);
}
