/** The trading state in force: the strictest of all restrictions. Active means that there is none. */
import type { RestrictionInForce } from '../risk/risk-context.ts';
import type { TradingMode } from './outputs.ts';
import type { DurableState, Restriction } from './state.ts';

/** Restrictions of the runner's own carry its reason behind this. */
export const RUNNER_RESTRICTION_PREFIX = 'runner:';

/** What a restriction is about, as far as risk gives it a check of its own. */
export type RestrictionKind = 'clock' | 'reconciliation' | 'other';

interface ReasonOfRestriction {
  readonly kind: RestrictionKind;
  /** What ends it, for people. */
  readonly liftedBy: string;
  /** A person's resume ends it; otherwise facts do: nobody's word changes a clock or a link. */
  readonly byPerson: boolean;
}

const RESUME = 'a resume';
const COMPARED = 'a resume, once the account was compared with venue and chain';

/** Every reason that the engine gives, and what lifts it. */
const REASONS: Readonly<Record<string, ReasonOfRestriction>> = {
  clock: { kind: 'clock', liftedBy: 'the clock, once it has caught up', byPerson: false },
  'runner-lost': { kind: 'other', liftedBy: 'the runner, once it has linked and compared', byPerson: false },
  'not-reconciled': { kind: 'reconciliation', liftedBy: 'the first whole comparison', byPerson: false },
  'venue-mode': { kind: 'other', liftedBy: 'the venue, once it takes orders again', byPerson: false },
  'reconciliation-mismatch': { kind: 'reconciliation', liftedBy: 'a clean comparison, or a resume', byPerson: true },
  'unbooked-fill': { kind: 'reconciliation', liftedBy: COMPARED, byPerson: true },
  'unbooked-sets': { kind: 'reconciliation', liftedBy: COMPARED, byPerson: true },
  'short-position': { kind: 'reconciliation', liftedBy: COMPARED, byPerson: true },
  'settlement-failed': { kind: 'other', liftedBy: RESUME, byPerson: true },
  'outcome-mismatch': { kind: 'other', liftedBy: 'a resume, once the difference is explained', byPerson: true },
  'strike-mismatch': { kind: 'other', liftedBy: 'a resume, once the difference is explained', byPerson: true },
  unverified: { kind: 'other', liftedBy: 'a window that is verified again, or a resume', byPerson: true },
  'step-failed': { kind: 'other', liftedBy: RESUME, byPerson: true },
  paused: { kind: 'other', liftedBy: RESUME, byPerson: true },
  flattening: { kind: 'other', liftedBy: 'a resume, or a pause', byPerson: true },
  killed: { kind: 'other', liftedBy: RESUME, byPerson: true },
};

/** What the runner says of the clock is about the clock. */
const RUNNER_CLOCK = `${RUNNER_RESTRICTION_PREFIX}runner-clock`;
const OF_RUNNER: ReasonOfRestriction = {
  kind: 'other',
  liftedBy: 'the runner, once its cause is gone',
  byPerson: false,
};
const UNLISTED: ReasonOfRestriction = { kind: 'other', liftedBy: RESUME, byPerson: true };

function reasonOf(reason: string): ReasonOfRestriction {
  if (reason === RUNNER_CLOCK) return { ...OF_RUNNER, kind: 'clock' };
  if (reason.startsWith(RUNNER_RESTRICTION_PREFIX)) return OF_RUNNER;
  return REASONS[reason] ?? UNLISTED;
}

/** What ends a restriction of this reason, in words that follow "lifted by". */
export function liftedByOf(reason: string): string {
  return reasonOf(reason).liftedBy;
}

/** True for a restriction that a person's resume ends. */
export function isLiftedByPerson(reason: string): boolean {
  return reasonOf(reason).byPerson;
}

/** The strictest restriction, or `null` when trading is active. */
export function strictestRestriction(durable: DurableState): Restriction | null {
  return strictest(durable.restrictions);
}

/** The strictest restriction of one kind, as risk asks for it. */
export function restrictionOf(durable: DurableState, kind: RestrictionKind): RestrictionInForce | null {
  const found = strictest(durable.restrictions.filter(({ reason }) => reasonOf(reason).kind === kind));
  return found === null ? null : { mode: found.mode, reason: found.reason };
}

function strictest(restrictions: readonly Restriction[]): Restriction | null {
  let found: Restriction | null = null;
  for (const restriction of restrictions) {
    if (found === null || (found.mode === 'reducing' && restriction.mode === 'halted')) found = restriction;
  }
  return found;
}

/** active, reducing or halted. */
export function tradingMode(durable: DurableState): TradingMode {
  return strictestRestriction(durable)?.mode ?? 'active';
}

/** True when that reason restricts trading now. */
export function isRestricted(durable: DurableState, reason: string): boolean {
  return durable.restrictions.some((restriction) => restriction.reason === reason);
}
