import { describe, expect, test } from 'vitest';
import type { CommandRequest, CommandResult } from '../../core/protocol/series-status.ts';
import { type KeptStopsStore, keepStop, obeyKeptStops } from '../../durable-objects/kept-stops.ts';

const WHY = 'The journal cannot be opened.';

function createStore(start: Record<string, unknown> = {}): KeptStopsStore {
  const values = new Map(Object.entries(start));
  return {
    get: (key) => structuredClone(values.get(key)),
    put: (key, value) => void values.set(key, structuredClone(value)),
    delete: (key) => void values.delete(key),
  };
}

const request = (kind: CommandRequest['kind'], commandId = `id-${kind}`): CommandRequest => {
  return { commandId, actor: 'operator', kind, scope: 'account' };
};

/** What an engine obeys, and with which answer. */
function obeyed(store: KeptStopsStore, result: CommandResult['result'] = 'applied'): CommandRequest[] {
  const seen: CommandRequest[] = [];
  obeyKeptStops(store, (kept) => {
    seen.push(kept);
    const seq = result === 'refused' ? null : 1;
    return { commandId: kept.commandId, result, seq, tradingMode: 'halted', detail: '' };
  });
  return seen;
}

describe('keepStop', () => {
  test.each(['pause', 'flatten', 'kill'] as const)('default: a %s is kept, whole, and obeyed once', (kind) => {
    const store = createStore();
    expect(keepStop(store, request(kind), WHY)).toMatchObject({ result: 'applied', seq: null, tradingMode: 'halted' });
    expect(obeyed(store)).toEqual([request(kind)]);
    expect(obeyed(store)).toEqual([]);
  });

  test('behavior: a resume is refused with the reason, and takes nothing from what is kept', () => {
    const store = createStore();
    keepStop(store, request('kill'), WHY);
    expect(keepStop(store, request('resume'), WHY)).toMatchObject({ result: 'refused', detail: WHY });
    expect(obeyed(store)).toEqual([request('kill')]);
  });

  test('behavior: stops are obeyed in their order, each id once', () => {
    const store = createStore();
    for (const kind of ['pause', 'kill', 'pause'] as const) keepStop(store, request(kind), WHY);
    expect(keepStop(store, request('kill'), WHY).result).toBe('duplicate');
    expect(obeyed(store).map(({ kind }) => kind)).toEqual(['pause', 'kill']);
  });
});

describe('obeyKeptStops', () => {
  test('behavior: what the engine could not take waits for the next start', () => {
    const store = createStore();
    keepStop(store, request('kill'), WHY);
    expect(obeyed(store, 'refused')).toHaveLength(1);
    expect(obeyed(store)).toEqual([request('kill')]);
    expect(obeyed(store)).toEqual([]);
  });

  test('behavior: the one pause that the release before kept still holds', () => {
    const { scope: _, ...former } = request('pause', 'former-pause');
    const store = createStore({ 'pending-pause': former });
    expect(obeyed(store)).toEqual([{ ...former, scope: 'series' }]);
    expect(obeyed(store)).toEqual([]);
  });

  test('behavior: it holds beside what this release keeps', () => {
    const { scope: _, ...former } = request('pause', 'former-pause');
    const store = createStore({ 'pending-pause': former });
    keepStop(store, request('kill'), WHY);
    expect(obeyed(store).map(({ commandId }) => commandId)).toEqual(['former-pause', 'id-kill']);
  });
});
