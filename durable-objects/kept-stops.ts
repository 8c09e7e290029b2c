/**
 * Stops that came while no engine could take them: kept beside the journal, which cannot be written then, and obeyed in their order at
 * the next start that works. A resume is not kept: what it would lift is not known yet.
 */
import type { CommandRequest, CommandResult } from '../core/protocol/series-status.ts';

/** The object's small store: synchronous, and apart from the journal's tables. */
export interface KeptStopsStore {
  get(key: string): unknown;
  put(key: string, value: unknown): void;
  delete(key: string): void;
}

const KEY = 'kept-stops';
/** Where the release before kept its one pause. */
const FORMER_KEY = 'pending-pause';
/** The last ones are enough: an earlier verb of the same kind says nothing more. */
const KEPT = 20;

/**
 * Keeps a stop for the next start, or refuses a resume. `why` says in a sentence why no engine takes it. Without an engine trading is
 * halted whatever anybody says.
 */
export function keepStop(store: KeptStopsStore, request: CommandRequest, why: string): CommandResult {
  const { commandId, kind } = request;
  const answer = { commandId, seq: null, tradingMode: 'halted' } as const;
  if (kind === 'resume') return { ...answer, result: 'refused', detail: why };
  const kept = keptStops(store);
  if (kept.some((stop) => stop.commandId === commandId)) {
    return { ...answer, result: 'duplicate', detail: `${why} The ${kind} is kept already.` };
  }
  store.put(KEY, [...kept, request].slice(-KEPT));
  store.delete(FORMER_KEY);
  const detail = `${why} Trading is halted; the ${kind} is kept and holds from the next start on.`;
  return { ...answer, result: 'applied', detail };
}

/** Has every kept stop obeyed. One that the engine could not take stays for the next start. */
export function obeyKeptStops(store: KeptStopsStore, obey: (request: CommandRequest) => CommandResult): void {
  const left: CommandRequest[] = [];
  const kept = keptStops(store);
  if (kept.length === 0) return;
  // A flatten that a kill forbids is refused for good; what an engine that is halted by its own failure refuses is not.
  for (const request of kept) {
    const { result, seq, tradingMode } = obey(request);
    if (result === 'refused' && seq === null && tradingMode === 'halted' && request.kind !== 'flatten')
      left.push(request);
  }
  store.delete(FORMER_KEY);
  if (left.length > 0) store.put(KEY, left);
  else store.delete(KEY);
}

function keptStops(store: KeptStopsStore): readonly CommandRequest[] {
  const former = store.get(FORMER_KEY) as Omit<CommandRequest, 'scope'> | undefined;
  const kept = (store.get(KEY) ?? []) as readonly CommandRequest[];
  return former === undefined ? kept : [{ ...former, scope: 'series' }, ...kept];
}
