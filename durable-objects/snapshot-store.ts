/**
 * Warm snapshots: the whole state, opaque here, compressed and cut into rows of at most 1 MB (RUNTIME §4). Two slots are written in
 * turn, the header last, so that a crash in the middle of writing leaves the other slot's snapshot whole.
 */
import type { Compression } from '../core/engine/journal/row-format.ts';
import { crc32 } from '../core/model/crc32.ts';
import type { UnixMs } from '../core/model/time.ts';
import { MAX_ROW_BYTES } from './journal.ts';
import type { SqlPort } from './ports.ts';
import type { RowCounter } from './row-counter.ts';
import { blobColumn, numberColumn, textColumn, toBlob } from './sql-values.ts';

/** Rows of one slot: more than any state will need (1 GB). */
const CHUNKS_PER_SLOT = 1_000;
const SLOTS = [0, 1] as const;

export interface SnapshotInfo {
  /** Last seq that the state has seen. */
  readonly seq: number;
  /** Version of the state's shape: a snapshot serves the same version only. */
  readonly stateVersion: number;
  readonly takenMs: UnixMs;
}

export interface Snapshot extends SnapshotInfo {
  readonly bytes: Uint8Array;
}

export interface SnapshotStore {
  /** Stores a snapshot in one synchronous turn. Returns the bytes stored. */
  write(snapshot: Snapshot): number;
  /** The newest snapshot that is complete, or `null`. */
  readNewest(): Snapshot | null;
  /** Slots whose snapshot was found incomplete or damaged when `readNewest` was called last. */
  readonly damagedSlots: number;
}

interface SlotHeader extends SnapshotInfo {
  readonly generation: number;
  readonly chunks: number;
  readonly crc: number;
}

/** The tables must be up to date: open the journal first. */
export function createSnapshotStore(sql: SqlPort, compression: Compression, counter: RowCounter): SnapshotStore {
  let damagedSlots = 0;
  return {
    write: (snapshot) => writeSnapshot(sql, compression, counter, snapshot),
    readNewest() {
      damagedSlots = 0;
      for (const { slot, header } of readHeaders(sql)) {
        const bytes = header === null ? null : readSlot(sql, compression, slot, header);
        if (header !== null && bytes !== null) {
          const { seq, stateVersion, takenMs } = header;
          return { seq, stateVersion, takenMs, bytes };
        }
        damagedSlots++;
      }
      return null;
    },
    get damagedSlots() {
      return damagedSlots;
    },
  };
}

function writeSnapshot(sql: SqlPort, compression: Compression, counter: RowCounter, snapshot: Snapshot): number {
  const known = readHeaders(sql);
  const newest = known.find(({ header }) => header !== null);
  const generation = (newest?.header?.generation ?? 0) + 1;
  const slot = SLOTS.find((candidate) => candidate !== newest?.slot) ?? 0;
  const packed = compression.gzip(snapshot.bytes);
  let chunks = 0;
  for (let from = 0; from < packed.length; from += MAX_ROW_BYTES) {
    const chunk = packed.slice(from, from + MAX_ROW_BYTES);
    sql.exec(
      'INSERT INTO snapshot_chunk (id, blob) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET blob = excluded.blob',
      slot * CHUNKS_PER_SLOT + chunks,
      toBlob(chunk),
    );
    chunks++;
  }
  const { seq, stateVersion, takenMs } = snapshot;
  const header: SlotHeader = { seq, stateVersion, takenMs, generation, chunks, crc: crc32(packed) };
  sql.exec(
    'INSERT INTO snapshot (slot, header) VALUES (?, ?) ON CONFLICT (slot) DO UPDATE SET header = excluded.header',
    slot,
    JSON.stringify(header),
  );
  const superfluous = sql.exec(
    'DELETE FROM snapshot_chunk WHERE id >= ? AND id < ? RETURNING id',
    slot * CHUNKS_PER_SLOT + chunks,
    (slot + 1) * CHUNKS_PER_SLOT,
  );
  counter.written += chunks + 1 + superfluous.length;
  return packed.length;
}

/** Headers of the slots that were ever written, newest first; `null` for one that cannot be read. */
function readHeaders(sql: SqlPort): { slot: number; header: SlotHeader | null }[] {
  return sql
    .exec('SELECT slot, header FROM snapshot')
    .map((row) => ({ slot: numberColumn(row, 'slot'), header: parseHeader(textColumn(row, 'header')) }))
    .sort((a, b) => (b.header?.generation ?? 0) - (a.header?.generation ?? 0));
}

function parseHeader(text: string): SlotHeader | null {
  try {
    const header = JSON.parse(text) as SlotHeader;
    const numbers = [header.seq, header.stateVersion, header.takenMs, header.generation, header.chunks, header.crc];
    return numbers.every(Number.isSafeInteger) ? header : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function readSlot(sql: SqlPort, compression: Compression, slot: number, header: SlotHeader): Uint8Array | null {
  const first = slot * CHUNKS_PER_SLOT;
  const chunks = sql
    .exec('SELECT blob FROM snapshot_chunk WHERE id >= ? AND id < ? ORDER BY id', first, first + header.chunks)
    .map((row) => blobColumn(row, 'blob'));
  if (chunks.length !== header.chunks) return null;
  const packed = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    packed.set(chunk, at);
    at += chunk.length;
  }
  // The checksum was made of what was packed: what passes it can be unpacked.
  return crc32(packed) === header.crc ? compression.gunzip(packed) : null;
}
