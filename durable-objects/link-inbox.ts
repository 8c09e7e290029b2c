/**
 * The runner's facts, each exactly once: taken in the order of their numbers, stored together with the newest number, acknowledged after
 * that. The platform stores what one synchronous turn writes as a whole (platform notes §3, 2026-11-23). What cannot be read is
 * answered for by a halt: a report that nobody understood may have been a fill.
 */
import type { EngineEvent } from '../core/engine/events.ts';
import { InvariantError } from '../core/model/errors.ts';
import { err, ok, type Result } from '../core/model/result.ts';
import type { UnixMs } from '../core/model/time.ts';
import type { UnreadableFact } from '../core/protocol/link-schemas-from-runner.ts';
import { FACT_BLOCK, type LinkMessageFromRunner } from '../core/protocol/runner-link.ts';
import type { MetaStore } from './meta-store.ts';

/** Runners whose newest number is kept: one works, the others are folders of the past. */
const MAX_RUNNERS = 8;

export type NumberedFact = Extract<LinkMessageFromRunner, { readonly type: 'fact' }> | UnreadableFact;

export interface LinkInbox {
  /** The newest number of this runner that is stored; 0 for one that was never here. */
  newest(runnerId: string): number;
  /** A link of this runner begins: its next number may leave a gap, which is shown. */
  began(runnerId: string): void;
  /** Takes facts and returns the number to acknowledge; an error says why the link has to end, with nothing acknowledged. */
  take(runnerId: string, facts: readonly NumberedFact[]): Result<number, string>;
}

export interface LinkInboxDeps {
  readonly meta: Pick<MetaStore, 'get' | 'set'>;
  now(): UnixMs;
  /** False when not all of them were stored. */
  ingest(events: readonly EngineEvent[]): boolean;
  alert(code: string, detail: string): void;
}

export function createLinkInbox(deps: LinkInboxDeps): LinkInbox {
  const newestOf = readNewest(deps.meta.get('link-facts'));
  let firstOf: string | null = null;

  function store(runnerId: string, seq: number): void {
    newestOf.delete(runnerId);
    newestOf.set(runnerId, seq);
    for (const oldest of newestOf.keys()) {
      if (newestOf.size <= MAX_RUNNERS) break;
      newestOf.delete(oldest);
    }
    deps.meta.set('link-facts', JSON.stringify(Object.fromEntries(newestOf)));
  }

  return {
    newest: (runnerId) => newestOf.get(runnerId) ?? 0,
    began(runnerId) {
      firstOf = runnerId;
    },
    take(runnerId, facts) {
      let newest = newestOf.get(runnerId) ?? 0;
      const before = newest;
      const events: EngineEvent[] = [];
      for (const fact of facts) {
        if (fact.seq <= newest) continue;
        if (!isNext(fact.seq, newest)) {
          if (firstOf !== runnerId) return err(`fact ${fact.seq} came after ${newest}`);
          deps.alert(
            'facts-missing',
            `runner ${runnerId} goes on with fact ${fact.seq}, the last one known is ${newest}`,
          );
        }
        firstOf = null;
        newest = fact.seq;
        events.push(fact.type === 'fact' ? eventOf(fact.fact) : hold(fact, deps));
      }
      if (newest === before) return ok(newest);
      if (!deps.ingest(events)) return err('the facts cannot be stored');
      store(runnerId, newest);
      return ok(newest);
    },
  };
}

function isNext(seq: number, newest: number): boolean {
  return seq === newest + 1 || seq % FACT_BLOCK === 1;
}

function eventOf(fact: Extract<NumberedFact, { readonly type: 'fact' }>['fact']): EngineEvent {
  return { ...fact, seq: 0, tsInit: 0 };
}

/** Fails closed: halted, with the sentence, until a person has looked. */
function hold({ seq, problem }: UnreadableFact, deps: LinkInboxDeps): EngineEvent {
  const detail = `The runner's fact ${seq} cannot be read (${problem.slice(0, 300)}): compare the account with the venue, update the older side, then resume.`;
  deps.alert('unreadable-fact', detail);
  return {
    type: 'runner-restriction-changed',
    seq: 0,
    tsEvent: deps.now(),
    tsInit: 0,
    reason: 'unreadable-fact',
    mode: 'halted',
    detail,
  };
}

function readNewest(text: string | null): Map<string, number> {
  const value: unknown = text === null ? {} : JSON.parse(text);
  const entries = Object.entries(value as Readonly<Record<string, unknown>>);
  return new Map(
    entries.map(([runnerId, seq]) => {
      if (!Number.isSafeInteger(seq)) throw new InvariantError('a stored fact number is no number', { runnerId });
      return [runnerId, seq as number];
    }),
  );
}
