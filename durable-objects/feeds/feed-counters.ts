/** What a feed has seen, over all its sockets: plain numbers for status, metrics and tests. */
import type { Stream } from '../../core/model/source.ts';
import type { UnixMs } from '../../core/model/time.ts';

export interface FeedCounters {
  /** Sockets that were opened, replacements and refused ones included. */
  attempts: number;
  /** Attempts after a connection was lost or refused; planned renewals are none. */
  reconnects: number;
  renewals: number;
  frames: number;
  /** Characters received: bytes for the plain ASCII that all these sources send. */
  bytes: number;
  events: number;
  /** Messages that became no event, by reason: the parsers' reasons, and `parser-bug`, `duplicate`, `sequence-gap`, `resubscribed`. */
  readonly rejected: Record<string, number>;
  /** Connections lost, by reason. */
  readonly ended: Record<string, number>;
  lastFrameWallMs: UnixMs | null;
  lastDataWallMs: UnixMs | null;
  /** Wall time of each stream's last event. */
  readonly streams: Partial<Record<Stream, UnixMs>>;
}

export function createFeedCounters(): FeedCounters {
  return {
    attempts: 0,
    reconnects: 0,
    renewals: 0,
    frames: 0,
    bytes: 0,
    events: 0,
    rejected: {},
    ended: {},
    lastFrameWallMs: null,
    lastDataWallMs: null,
    streams: {},
  };
}

/** Adds one to a counter that may not exist yet. */
export function countOne(counts: Record<string, number>, reason: string): void {
  counts[reason] = (counts[reason] ?? 0) + 1;
}
