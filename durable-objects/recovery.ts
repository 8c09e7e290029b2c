/**
 * Start-up is recovery (DESIGN §3.3): newest warm snapshot, else checkpoint, else nothing; then the journal's records applied as
 * the facts they are. An event that makes `apply` throw is left out from then on, and the series starts halted.
 */

import type { EngineConfig } from '../core/config/engine-config.ts';
import { decodeCheckpoint } from '../core/engine/checkpoint.ts';
import type { JournalRecord } from '../core/engine/journal/record.ts';
import { decodeSnapshot, encodeSnapshot } from '../core/engine/snapshot.ts';
import { createMarketState, createScratch, createState, type EngineState } from '../core/engine/state.ts';
import { err, ok, type Result } from '../core/model/result.ts';
import { decodeTaggedJson, encodeTaggedJson } from '../core/model/tagged-json.ts';
import { decodeUtf8, encodeUtf8 } from '../core/model/utf8.ts';
import { createExchange, dumpExchange, restoreExchange } from '../core/simulation/exchange.ts';
import type { ExchangeConfig, SimulatedExchange } from '../core/simulation/exchange-state.ts';
import { applyRecord, type EngineHost } from './engine-host.ts';
import type { SeriesStore } from './series-store.ts';

/** More events than this that cannot be applied are no accident: the series stays down until a person looks. */
const MAX_SKIPPED = 10;

export interface RecoverySettings {
  readonly config: EngineConfig;
  /** `null` where orders leave the object. */
  readonly exchange: ExchangeConfig | null;
}

export interface Recovered {
  readonly host: EngineHost;
  /** Seq of the snapshot or checkpoint that recovery began with; 0 for none. */
  readonly snapshotSeq: number;
  readonly lastSeq: number;
  /** Events that were found to be poison in this recovery, for the record of them. */
  readonly poison: readonly Poison[];
}

/** A stored event that cannot be applied. */
export interface Poison {
  readonly seq: number;
  readonly message: string;
}

export type RecoveryError = { readonly kind: 'journal-unreadable' | 'too-much-poison'; readonly detail: string };

/** Rebuilds engine and simulated venue from what is stored. Local work only. */
export function recover(store: SeriesStore, settings: RecoverySettings): Result<Recovered, RecoveryError> {
  const poison: Poison[] = [];
  for (;;) {
    const skipped = readSkipped(store);
    if (skipped.size > MAX_SKIPPED) {
      return err({ kind: 'too-much-poison', detail: `${skipped.size} events cannot be applied` });
    }
    const base = startingPoint(store, settings);
    const failed: Poison[] = [];
    const read = store.journal.readFrom(base.seq + 1, (event, outputs) => {
      if (failed.length > 0 || skipped.has(event.seq)) return;
      const problem = tryApply(base.host, { event, outputs });
      if (problem !== null) failed.push(problem);
    });
    if (!read.ok) return err({ kind: 'journal-unreadable', detail: describe(read.error) });
    if (failed.length === 0) {
      const host = { state: base.host.state, exchange: base.host.exchange ?? newExchange(settings) };
      return ok({ host, snapshotSeq: base.seq, lastSeq: store.journal.lastSeq(), poison });
    }
    poison.push(...failed);
    writeSkipped(store, [...skipped, ...failed.map(({ seq }) => seq)]);
  }
}

function describe(error: { readonly kind: string; readonly rowSeq: number }): string {
  return `row ${error.rowSeq}: ${error.kind}`;
}

function tryApply(host: EngineHost, record: JournalRecord): Poison | null {
  try {
    applyRecord(host, record);
    return null;
  } catch (error) {
    return { seq: record.event.seq, message: error instanceof Error ? error.message : String(error) };
  }
}

interface StartingPoint {
  readonly host: EngineHost;
  readonly seq: number;
}

function startingPoint(store: SeriesStore, settings: RecoverySettings): StartingPoint {
  const snapshot = store.snapshots.readNewest();
  if (snapshot !== null) {
    const host = hostOfSnapshot(decodeUtf8(snapshot.bytes), settings);
    if (host !== null) return { host, seq: snapshot.seq };
  }
  const checkpoint = store.checkpoints.newest();
  if (checkpoint !== null) {
    const durable = decodeCheckpoint(checkpoint.json);
    if (durable.ok) {
      const { config } = durable.value;
      const state = { durable: durable.value, market: createMarketState(config), scratch: createScratch() };
      // It does not keep the simulated venue, which cannot repeat then what the journal says of it: it begins anew afterwards.
      return { host: { state, exchange: null }, seq: checkpoint.seq };
    }
  }
  return { host: { state: createState(settings.config), exchange: newExchange(settings) }, seq: 0 };
}

function newExchange(settings: RecoverySettings): SimulatedExchange | null {
  return settings.exchange === null ? null : createExchange(settings.exchange);
}

/** Engine and simulated venue in one snapshot: they must be of the same moment. */
interface HostSnapshot {
  readonly engine: string;
  readonly exchange: SimulatedExchange | null;
}

/** Engine and simulated venue as the bytes of a warm snapshot. */
export function encodeHost(host: EngineHost): Uint8Array {
  const exchange = host.exchange === null ? null : dumpExchange(host.exchange);
  const document: HostSnapshot = { engine: encodeSnapshot(host.state), exchange };
  return encodeUtf8(encodeTaggedJson(document));
}

function hostOfSnapshot(text: string, settings: RecoverySettings): EngineHost | null {
  const document = decodeTaggedJson(text) as HostSnapshot;
  const engine = decodeSnapshot(document.engine);
  if (!engine.ok) return null;
  const state: EngineState = engine.value;
  const exchange = document.exchange === null ? newExchange(settings) : restoreExchange(document.exchange);
  return { state, exchange };
}

function readSkipped(store: SeriesStore): ReadonlySet<number> {
  const text = store.meta.get('skipped-seqs');
  return new Set(text === null ? [] : (JSON.parse(text) as number[]));
}

function writeSkipped(store: SeriesStore, seqs: readonly number[]): void {
  store.meta.set('skipped-seqs', JSON.stringify(seqs));
}
