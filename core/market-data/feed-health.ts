/**
 * How good each stream is: its age by receive time and by source time, its lag, what was missed and what came twice. Plain
 * numbers that are changed in place; every event costs a few assignments and nothing is allocated.
 */
import type { MarketDataEvent } from '../model/market-data.ts';
import { SOURCES, type Source, STREAMS, type Stream } from '../model/source.ts';
import type { DurationMs, UnixMs } from '../model/time.ts';
import { streamOf } from './event-stream.ts';
import { STREAM_LIMITS } from './stream-limits.ts';

/** Stands for "never" and "none": times and sequence numbers are not negative. */
const NONE = -1;

export interface StreamHealth {
  received: number;
  /** Events that repeat or go back in the source's own sequence: nothing new, so they do not make a stream younger. */
  dropped: number;
  /** Times that the source's sequence jumped, and how many numbers were jumped over. */
  gaps: number;
  missed: number;
  lastReceivedMs: UnixMs;
  /** Newest time at the source; never beyond the time of receipt, so that a wrong clock cannot hide silence. */
  lastSourceMs: UnixMs;
  /** Smoothed time from the source to us. */
  lagMs: DurationMs;
  /** Last number of the source's sequence, and which source it was of (its place in `SOURCES`). */
  lastSequence: number;
  sequenceSource: number;
}

/** Health of every stream. */
export type FeedHealth = Record<Stream, StreamHealth>;

/** `dropped`: the event repeats or precedes what the stream already said, and must not be used. */
export type Freshness = 'fresh' | 'dropped';

/** One part in 32 of each new lag: half of a step shows after 22 events. */
const LAG_WEIGHT = 1 / 32;

/** Nothing received yet. */
export function createFeedHealth(): FeedHealth {
  return Object.fromEntries(STREAMS.map((stream) => [stream, createStreamHealth()])) as FeedHealth;
}

function createStreamHealth(): StreamHealth {
  return {
    received: 0,
    dropped: 0,
    gaps: 0,
    missed: 0,
    lastReceivedMs: NONE,
    lastSourceMs: NONE,
    lagMs: 0,
    lastSequence: NONE,
    sequenceSource: NONE,
  };
}

/** Notes one event. O(1). */
export function noteEvent(health: FeedHealth, event: MarketDataEvent): Freshness {
  const stream = streamOf(event);
  if (stream === null) return 'fresh';
  const state = health[stream];
  if (!noteSequence(state, event)) {
    state.dropped++;
    return 'dropped';
  }
  const live = !(event.type === 'reference-price-received' && event.snapshot);
  if (live) {
    const lagMs = Math.max(0, event.tsInit - event.tsEvent);
    state.lagMs = state.received === 0 ? lagMs : state.lagMs + (lagMs - state.lagMs) * LAG_WEIGHT;
  }
  state.received++;
  state.lastReceivedMs = Math.max(state.lastReceivedMs, event.tsInit);
  state.lastSourceMs = Math.max(state.lastSourceMs, Math.min(event.tsEvent, event.tsInit));
  return 'fresh';
}

/** Follows the source's own numbers; `false` for one that is not newer than the last. */
function noteSequence(state: StreamHealth, event: MarketDataEvent): boolean {
  switch (event.type) {
    case 'depth-received':
    case 'ticker-received':
      return advance(state, event.source, event.updateId, false);
    case 'depth-changed':
      return advanceChained(state, event.source, event.updateId, event.previousUpdateId);
    case 'trade-received':
      // Only aggregate ids grow by exactly one; a plain trade id of an exchange may leave numbers out.
      return advance(state, event.source, event.tradeId, event.aggregated);
    case 'heartbeat-received':
      return advance(state, event.source, event.counter, true);
    default:
      return true;
  }
}

function advance(state: StreamHealth, source: Source, sequence: number, byOne: boolean): boolean {
  const sourceIndex = SOURCES.indexOf(source);
  if (state.sequenceSource === sourceIndex && state.lastSequence !== NONE) {
    if (sequence <= state.lastSequence) return false;
    if (byOne && sequence !== state.lastSequence + 1) {
      state.gaps++;
      state.missed += sequence - state.lastSequence - 1;
    }
  }
  state.sequenceSource = sourceIndex;
  state.lastSequence = sequence;
  return true;
}

function advanceChained(state: StreamHealth, source: Source, updateId: number, previousId: number | null): boolean {
  const last = state.sequenceSource === SOURCES.indexOf(source) ? state.lastSequence : NONE;
  if (!advance(state, source, updateId, false)) return false;
  if (previousId !== null && last !== NONE && previousId !== last) state.gaps++;
  return true;
}

/** A new connection of a source may start its sequences anew: the first number after it is compared with nothing. */
export function forgetSequences(health: FeedHealth, source: Source): void {
  const sourceIndex = SOURCES.indexOf(source);
  for (const stream of STREAMS) if (health[stream].sequenceSource === sourceIndex) health[stream].lastSequence = NONE;
}

/** Age of a stream by the clock that its limit is about; `null` when nothing came yet. */
export function streamAgeMs(health: FeedHealth, stream: Stream, nowMs: UnixMs): DurationMs | null {
  return STREAM_LIMITS[stream].clock === 'source'
    ? sourceAgeMs(health, stream, nowMs)
    : receiveAgeMs(health, stream, nowMs);
}

/** Time since the last event was received; `null` when nothing came yet. */
export function receiveAgeMs(health: FeedHealth, stream: Stream, nowMs: UnixMs): DurationMs | null {
  const { lastReceivedMs } = health[stream];
  return lastReceivedMs === NONE ? null : Math.max(0, nowMs - lastReceivedMs);
}

/** Time since the newest event happened at its source; `null` when nothing came yet. */
export function sourceAgeMs(health: FeedHealth, stream: Stream, nowMs: UnixMs): DurationMs | null {
  const { lastSourceMs } = health[stream];
  return lastSourceMs === NONE ? null : Math.max(0, nowMs - lastSourceMs);
}

export interface AgeLimit {
  readonly stream: Stream;
  readonly limitMs: DurationMs;
}

export interface StaleStream extends AgeLimit {
  /** `null`: never received. */
  readonly ageMs: DurationMs | null;
}

/** Those of the limited streams that are older than their limit, or were never received. */
export function staleStreams(health: FeedHealth, nowMs: UnixMs, limits: readonly AgeLimit[]): StaleStream[] {
  const stale: StaleStream[] = [];
  for (const { stream, limitMs } of limits) {
    const ageMs = streamAgeMs(health, stream, nowMs);
    if (ageMs === null || ageMs > limitMs) stale.push({ stream, limitMs, ageMs });
  }
  return stale;
}
