/**
 * The settlement source as we have seen it: the last frame and the last two minutes of each look-back (0 is spot, 60 the TWAP),
 * and the frames stamped exactly at a boundary between windows, which are strikes and finals. Two sources send the same frames
 * (PolyBolt and RTDS): the first to come counts, an equal one is a duplicate, another value for the same second a conflict.
 */
import type { ReferencePriceReceived } from '../model/market-data.ts';
import type { PriceE18 } from '../model/reference-price.ts';
import { type DurationMs, SECOND_MS, type UnixMs } from '../model/time.ts';

export interface ReferenceFrame {
  /** The observation's own time. */
  readonly observedMs: UnixMs;
  readonly priceE18: PriceE18;
  readonly source: ReferencePriceReceived['source'];
  /** It came in a feed's history, not live. */
  readonly snapshot: boolean;
  /** What another source said of the same second, where it said something else. */
  readonly conflictingE18: PriceE18 | null;
  /** Which other source said so; `null` where a source has only contradicted itself. */
  readonly conflictingSource: ReferencePriceReceived['source'] | null;
}

/** Two sources said different things of one second. */
export interface ReferenceConflict {
  readonly observedMs: UnixMs;
  readonly lookbackSeconds: number;
  readonly kept: { readonly source: ReferencePriceReceived['source']; readonly priceE18: PriceE18 };
  readonly other: { readonly source: ReferencePriceReceived['source']; readonly priceE18: PriceE18 };
}

/** What is known of one look-back. */
export interface LookbackTrack {
  latest: ReferenceFrame | null;
  /** The last two minutes, each second at its place modulo the length. */
  readonly recent: (ReferenceFrame | null)[];
  /** Frames stamped at a boundary, oldest first. */
  readonly boundaries: ReferenceFrame[];
}

export interface ReferenceTracker {
  readonly windowDurationMs: DurationMs;
  /** Symbol that is tracked, without separators ("btcusd"); `null` takes any, where the feed has one only. */
  readonly symbol: string | null;
  readonly lookbacks: Record<string, LookbackTrack>;
  readonly counters: {
    new: number;
    duplicate: number;
    older: number;
    conflict: number;
    foreign: number;
    ahead: number;
  };
  lastConflict: ReferenceConflict | null;
}

/**
 * `new`: the look-back's newest frame, or a boundary that was missing. `older`: history that settles nothing. `foreign`: another
 * provider or symbol, not the settlement source. `ahead`: stamped later than it could have been observed; taken, it would make
 * every true frame after it an older one.
 */
export type ReferenceNote = 'new' | 'duplicate' | 'older' | 'conflict' | 'foreign' | 'ahead';

/** Seconds kept of each look-back: what a feed's snapshot brings, and twice the averaging window. */
export const RECENT_SECONDS = 120;
/** Boundaries kept of each look-back: two hours of 5-minute windows, beyond what verification waits for. */
export const BOUNDARIES_KEPT = 24;

/** A frame may be stamped this far beyond its receipt: what two clocks can differ by before trading is halted anyway. */
const MAX_AHEAD_MS = 5 * SECOND_MS;

/** Nothing seen yet. */
export function createReferenceTracker(windowDurationMs: DurationMs, symbol: string | null = null): ReferenceTracker {
  return {
    windowDurationMs,
    symbol,
    lookbacks: {},
    counters: { new: 0, duplicate: 0, older: 0, conflict: 0, foreign: 0, ahead: 0 },
    lastConflict: null,
  };
}

/** Takes one frame, and says what it was. */
export function noteReference(tracker: ReferenceTracker, event: ReferencePriceReceived): ReferenceNote {
  const note = takeFrame(tracker, event);
  tracker.counters[note]++;
  return note;
}

function takeFrame(tracker: ReferenceTracker, event: ReferencePriceReceived): ReferenceNote {
  if (event.provider !== 'chainlink') return 'foreign';
  if (tracker.symbol !== null && event.symbol.replace('/', '') !== tracker.symbol) return 'foreign';
  if (event.tsEvent > event.tsInit + MAX_AHEAD_MS) return 'ahead';
  const track = trackOf(tracker, event.lookbackSeconds);
  const known = frameAt(tracker, track, event.tsEvent);
  if (known !== null) return compare(tracker, track, known, event);
  const frame: ReferenceFrame = {
    observedMs: event.tsEvent,
    priceE18: event.priceE18,
    source: event.source,
    snapshot: event.snapshot,
    conflictingE18: null,
    conflictingSource: null,
  };
  const newest = track.latest === null || frame.observedMs > track.latest.observedMs;
  if (newest) track.latest = frame;
  const slot = slotOf(frame.observedMs);
  const standing = track.recent[slot] ?? null;
  if (standing === null || standing.observedMs < frame.observedMs) track.recent[slot] = frame;
  const atBoundary = frame.observedMs % tracker.windowDurationMs === 0 && keepBoundary(track, frame);
  return newest || atBoundary ? 'new' : 'older';
}

function trackOf(tracker: ReferenceTracker, lookbackSeconds: number): LookbackTrack {
  const known = tracker.lookbacks[lookbackSeconds];
  if (known !== undefined) return known;
  const track: LookbackTrack = { latest: null, recent: new Array<null>(RECENT_SECONDS).fill(null), boundaries: [] };
  tracker.lookbacks[lookbackSeconds] = track;
  return track;
}

function slotOf(observedMs: UnixMs): number {
  return Math.floor(observedMs / SECOND_MS) % RECENT_SECONDS;
}

function frameAt(tracker: ReferenceTracker, track: LookbackTrack, observedMs: UnixMs): ReferenceFrame | null {
  const recent = track.recent[slotOf(observedMs)] ?? null;
  if (recent !== null && recent.observedMs === observedMs) return recent;
  if (observedMs % tracker.windowDurationMs !== 0) return null;
  return track.boundaries.find((frame) => frame.observedMs === observedMs) ?? null;
}

function compare(
  tracker: ReferenceTracker,
  track: LookbackTrack,
  known: ReferenceFrame,
  event: ReferencePriceReceived,
): ReferenceNote {
  if (known.priceE18 === event.priceE18) return 'duplicate';
  tracker.lastConflict = {
    observedMs: event.tsEvent,
    lookbackSeconds: event.lookbackSeconds,
    kept: { source: known.source, priceE18: known.priceE18 },
    other: { source: event.source, priceE18: event.priceE18 },
  };
  const conflictingSource = event.source === known.source ? known.conflictingSource : event.source;
  const flagged: ReferenceFrame = { ...known, conflictingE18: event.priceE18, conflictingSource };
  if (track.latest?.observedMs === known.observedMs) track.latest = flagged;
  const slot = slotOf(known.observedMs);
  if (track.recent[slot]?.observedMs === known.observedMs) track.recent[slot] = flagged;
  const boundary = track.boundaries.findIndex((frame) => frame.observedMs === known.observedMs);
  if (boundary >= 0) track.boundaries[boundary] = flagged;
  return 'conflict';
}

/** Inserts by time; `false` when it is older than all that are kept. */
function keepBoundary(track: LookbackTrack, frame: ReferenceFrame): boolean {
  const { boundaries } = track;
  let place = boundaries.length;
  while (place > 0 && (boundaries[place - 1] as ReferenceFrame).observedMs > frame.observedMs) place--;
  if (place === 0 && boundaries.length >= BOUNDARIES_KEPT) return false;
  boundaries.splice(place, 0, frame);
  if (boundaries.length > BOUNDARIES_KEPT) boundaries.shift();
  return true;
}

/** The frame stamped exactly at a boundary, or `null` when it was not seen. */
export function priceAt(tracker: ReferenceTracker, boundaryMs: UnixMs, lookbackSeconds: number): ReferenceFrame | null {
  const boundaries = tracker.lookbacks[lookbackSeconds]?.boundaries ?? [];
  return boundaries.find((frame) => frame.observedMs === boundaryMs) ?? null;
}

/** The newest frame of a look-back. */
export function latestReference(tracker: ReferenceTracker, lookbackSeconds: number): ReferenceFrame | null {
  return tracker.lookbacks[lookbackSeconds]?.latest ?? null;
}
