/**
 * Names of the objects in R2. Everything lies below its UTC day, so that a day can be listed and pruned by itself: two years of
 * journal are a million objects, too many for one listing. Seqs are padded so that keys sort as numbers do.
 */
import type { SeriesSlug } from '../core/model/identifiers.ts';
import { type UnixMs, utcDayStart } from '../core/model/time.ts';

/** What is filed by day, and pruned by day. */
export type ArchiveKind = 'journal' | 'tape' | 'checkpoint';

/** Digits of 2^53. */
const SEQ_DIGITS = 16;

/** `journal/btc-updown-5m/2026-11-23/` */
export function dayPrefix(kind: ArchiveKind, series: SeriesSlug, atMs: UnixMs): string {
  return `${kind}/${series}/${new Date(utcDayStart(atMs)).toISOString().slice(0, 10)}/`;
}

/** A span of rows; `atMs` is the receive time of its first record. */
export function segmentKey(
  kind: 'journal' | 'tape',
  series: SeriesSlug,
  atMs: UnixMs,
  firstSeq: number,
  lastSeq: number,
): string {
  return `${dayPrefix(kind, series, atMs)}${padSeq(firstSeq)}-${padSeq(lastSeq)}.pej.gz`;
}

export function checkpointKey(series: SeriesSlug, atMs: UnixMs, seq: number): string {
  return `${dayPrefix('checkpoint', series, atMs)}${padSeq(seq)}.json.gz`;
}

/** A row that cannot be read has no day that could be trusted; there are hardly any, and they are kept. */
export function damagedKey(series: SeriesSlug, firstSeq: number, lastSeq: number): string {
  return `damaged/${series}/${padSeq(firstSeq)}-${padSeq(lastSeq)}.pej.gz`;
}

function padSeq(seq: number): string {
  return `${seq}`.padStart(SEQ_DIGITS, '0');
}
