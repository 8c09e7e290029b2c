/**
 * One step of the engine: the event's facts are applied, then what follows from them is decided. The Durable Object, the replayer,
 * the backtester and the tests drive this one function. State is mutated; the outputs are new.
 */
import { applyEvent } from './apply.ts';
import { decide } from './decide.ts';
import type { EngineEvent } from './events.ts';
import type { Output } from './outputs.ts';
import type { EngineState } from './state.ts';

const NOTHING: readonly Output[] = [];

/** Takes one event, in order of `seq`. The outputs have already been applied to the state when they are returned. */
export function step(state: EngineState, event: EngineEvent): readonly Output[] {
  const urgency = applyEvent(state, event);
  if (urgency === 'none' && !state.scratch.decidePending) return NOTHING;
  const outputs: Output[] = [];
  decide(state, event, urgency, outputs);
  return outputs.length === 0 ? NOTHING : outputs;
}
