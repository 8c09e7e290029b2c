/** The runner's own reasons for restricting a series or the whole account; the strictest is in force. Each change is told once. */

import type { TradingMode } from '../../core/engine/outputs.ts';
import type { SeriesSlug } from '../../core/model/identifiers.ts';

/** Every reason that there is: a runner that comes new to a series lifts those that are not its own. */
export const RUNNER_REASONS = [
  'runner-starting',
  'runner-stopping',
  'runner-latch',
  'runner-guard',
  'runner-clock',
  'runner-geoblock',
  'runner-account',
  'unroutable-fill',
  'unknown-status',
  'damaged-log',
] as const;

export type RunnerReason = (typeof RUNNER_REASONS)[number];

export interface Restriction {
  readonly mode: TradingMode;
  readonly detail: string;
}

export interface Restrictions {
  /** `series` null: all of them. Mode `active` lifts the reason. */
  set(series: SeriesSlug | null, reason: RunnerReason, mode: TradingMode, detail: string): void;
  /** The strictest in force for a series; `active` with an empty detail where there is none. */
  of(series: SeriesSlug): Restriction;
  /** All reasons as they stand for a series, lifted ones included. */
  all(series: SeriesSlug): readonly (Restriction & { readonly reason: RunnerReason })[];
}

const RANK = { active: 0, reducing: 1, halted: 2 } as const satisfies Record<TradingMode, number>;
const NONE: Restriction = { mode: 'active', detail: '' };

export type TellRestriction = (series: SeriesSlug, reason: RunnerReason, restriction: Restriction) => void;

/** Nothing restricted yet. `onChange` is called for each series that a change concerns. */
export function createRestrictions(series: readonly SeriesSlug[], onChange: TellRestriction): Restrictions {
  const inForce = new Map<SeriesSlug, Map<RunnerReason, Restriction>>(series.map((slug) => [slug, new Map()]));
  const setOne = (slug: SeriesSlug, reason: RunnerReason, next: Restriction): void => {
    const reasons = inForce.get(slug);
    const now = reasons?.get(reason) ?? NONE;
    if (reasons === undefined || (now.mode === next.mode && (now.detail === next.detail || next.mode === 'active')))
      return;
    if (next.mode === 'active') reasons.delete(reason);
    else reasons.set(reason, next);
    onChange(slug, reason, next);
  };
  return {
    set(only, reason, mode, detail) {
      const next = { mode, detail };
      if (only !== null) setOne(only, reason, next);
      else for (const slug of series) setOne(slug, reason, next);
    },
    of(slug) {
      let strictest = NONE;
      for (const restriction of inForce.get(slug)?.values() ?? []) {
        if (RANK[restriction.mode] > RANK[strictest.mode]) strictest = restriction;
      }
      return strictest;
    },
    all: (slug) => RUNNER_REASONS.map((reason) => ({ reason, ...(inForce.get(slug)?.get(reason) ?? NONE) })),
  };
}
