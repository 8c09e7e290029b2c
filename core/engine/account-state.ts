/**
 * What the engine keeps of the account behind the series, and of a person's stop. Part of the durable state: changed by recorded facts
 * and outputs alone.
 */
import type { VenueMode } from '../model/account.ts';
import type { ConditionId } from '../model/identifiers.ts';
import type { MoneyMicro, SizeMicro } from '../model/money.ts';
import type { UnixMs } from '../model/time.ts';
import type { Outcome } from '../model/window.ts';
import type { CommandScope, OperatorCommand } from './events.ts';

/** The account's money as its runner last stated it. */
export interface ObservedMoney {
  cashMicro: MoneyMicro;
  allowanceMicro: MoneyMicro;
  redeemableMicro: MoneyMicro;
  blockNumber: number | null;
  observedMs: UnixMs;
}

/** The last comparison with the venue and the chain that said anything. */
export interface Reconciliation {
  result: 'clean' | 'mismatch';
  differences: string[];
  atMs: UnixMs;
  /** A person has resumed with these differences before them: the same ones do not restrict again. */
  acknowledged: boolean;
}

/** The last verb that the runner has to know. */
export interface RunnerInstruction {
  verb: OperatorCommand['kind'];
  scope: CommandScope;
  commandId: string;
  /** It was said while a runner was linked. */
  told: boolean;
}

export interface AccountState {
  observed: ObservedMoney | null;
  venue: { mode: VenueMode; untilMs: UnixMs | null };
  runner: { linked: boolean; sinceMs: UnixMs };
  reconciliation: Reconciliation | null;
  instruction: RunnerInstruction | null;
  /** Complete sets that are being merged, by condition. */
  merging: Record<ConditionId, SizeMicro>;
  /** The last transactions that were booked: one that is told twice changes nothing. */
  transactions: string[];
}

/** A position that flatten leaves to its window's resolution, and why. */
export interface HeldPosition {
  windowStartMs: UnixMs;
  outcome: Outcome;
  sizeMicro: SizeMicro;
  reason: string;
}

/** Where a person's stop stands. */
export interface StopState {
  commandId: string;
  verb: 'pause' | 'flatten' | 'kill';
  scope: CommandScope;
  actor: string;
  startedMs: UnixMs;
  /** Kill: the venue has shown no open order of ours, twice. Flatten: nothing is left to do. Pause: at once. */
  confirmed: boolean;
  confirmedMs: UnixMs | null;
  /** A person was told of the confirmation. */
  announced: boolean;
  /** The runner's last word: orders that the venue shows, and orders of which nothing is known. */
  openAtVenue: number | null;
  unknown: number | null;
  /** When everything was last cancelled. */
  canceledAllMs: UnixMs;
  /** A person was told that it takes long. */
  overdue: boolean;
  /** Flatten: orders sent, by window and outcome; conditions whose sets could not be merged; what is left to resolution. */
  attempts: Record<string, number>;
  mergeFailed: ConditionId[];
  held: HeldPosition[];
}

/** A command that was obeyed, and where in the history it stands. */
export interface ObeyedCommand {
  commandId: string;
  seq: number;
}

/** An account of which nothing is known. */
export function createAccountState(): AccountState {
  return {
    observed: null,
    venue: { mode: 'open', untilMs: null },
    runner: { linked: false, sinceMs: 0 },
    reconciliation: null,
    instruction: null,
    merging: {},
    transactions: [],
  };
}

/** A stop that has just been ordered. */
export function beginStop(order: Pick<StopState, 'commandId' | 'verb' | 'scope' | 'actor'>, nowMs: UnixMs): StopState {
  const confirmed = order.verb === 'pause';
  return {
    ...order,
    startedMs: nowMs,
    confirmed,
    confirmedMs: confirmed ? nowMs : null,
    announced: false,
    openAtVenue: null,
    unknown: null,
    canceledAllMs: nowMs,
    overdue: false,
    attempts: {},
    mergeFailed: [],
    held: [],
  };
}

/** A stop of its own: what is recorded must not change with what comes later. */
export function copyStop(stop: StopState): StopState {
  return { ...stop, attempts: { ...stop.attempts }, mergeFailed: [...stop.mergeFailed], held: [...stop.held] };
}
