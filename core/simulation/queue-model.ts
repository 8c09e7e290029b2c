/**
 * Our place in the queue of a price. The venue shows sizes, not orders, so the place is an estimate: it starts behind what is
 * displayed, moves up with every print at the price, and is never longer than what is displayed now.
 *
 * A print and the level's change are two messages in either order and say the same thing twice. A place that moved up because
 * the level shrank therefore owes that much to the prints that follow within `PRINT_LAG_MS`: the same shares never move us twice.
 */
import type { SizeMicro } from '../model/money.ts';
import type { DurationMs, UnixMs } from '../model/time.ts';
import type { Assumptions } from './assumptions.ts';

export interface QueuePlace {
  /** Shares that trade before ours. */
  aheadMicro: SizeMicro;
  /** How far a shrinking level moved us up for which no print has been seen yet. */
  unprintedMicro: SizeMicro;
  unprintedAtMs: UnixMs;
}

/** How much of a displayed level stands ahead of an order that joins it. */
export type QueueModel = (displayedMicro: SizeMicro) => SizeMicro;

/**
 * All of it is the truth on arrival. Half of it stands for the cancellations ahead of us that a pessimist leaves out, none of it for the
 * best that could be: a bracket, not measurements.
 */
export const QUEUE_MODELS: Readonly<Record<Assumptions, QueueModel>> = {
  pessimistic: (displayedMicro) => displayedMicro,
  expected: (displayedMicro) => Math.ceil(displayedMicro / 2),
  optimistic: () => 0,
};

/** How long a print may come after the change that it explains; beyond it the change was a cancellation. */
export const PRINT_LAG_MS: DurationMs = 1_000;

/** The place of an order that joins a level now. */
export function joinQueue(model: QueueModel, displayedMicro: SizeMicro, nowMs: UnixMs): QueuePlace {
  return { aheadMicro: model(displayedMicro), unprintedMicro: 0, unprintedAtMs: nowMs };
}

/** The level shows `displayedMicro` now: no more than that can be ahead of us. */
export function capQueue(place: QueuePlace, displayedMicro: SizeMicro, nowMs: UnixMs): void {
  if (displayedMicro >= place.aheadMicro) return;
  forgetOldChanges(place, nowMs);
  place.unprintedMicro += place.aheadMicro - displayedMicro;
  place.unprintedAtMs = nowMs;
  place.aheadMicro = displayedMicro;
}

/** A print of `tradedMicro` at our price: moves the place up and returns how many shares reached beyond it, to us. */
export function advanceQueue(place: QueuePlace, tradedMicro: SizeMicro, nowMs: UnixMs): SizeMicro {
  forgetOldChanges(place, nowMs);
  const explainedMicro = Math.min(tradedMicro, place.unprintedMicro);
  place.unprintedMicro -= explainedMicro;
  const leftMicro = tradedMicro - explainedMicro;
  const aheadMicro = Math.min(leftMicro, place.aheadMicro);
  place.aheadMicro -= aheadMicro;
  return leftMicro - aheadMicro;
}

function forgetOldChanges(place: QueuePlace, nowMs: UnixMs): void {
  if (nowMs - place.unprintedAtMs > PRINT_LAG_MS) place.unprintedMicro = 0;
}
