/** Where facts go on their way to people: D1, or whatever a test stands at the edge. */
import type { Fact } from '../core/model/fact.ts';

/** A batch is written whole or not at all; a rejection says that none of it may be counted on. Writing twice is writing once. */
export interface FactSink {
  writeBatch(facts: readonly Fact[]): Promise<void>;
}
