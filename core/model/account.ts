/**
 * What the account's runner tells a series beside execution reports: money, redemption, the venue's mode, reconciliation, and where a
 * stop stands. Facts like reports: never conflated, journalled at once.
 */
import type { ConditionId, TokenId } from './identifiers.ts';
import type { EventHeader } from './market-data.ts';
import type { MoneyMicro, SizeMicro } from './money.ts';
import type { UnixMs } from './time.ts';

/** Shares of one token that the account holds, as the chain or the venue states it. */
export interface HeldToken {
  readonly tokenId: TokenId;
  readonly sizeMicro: SizeMicro;
}

/** The account's money as this series may count on it: never more than its allocation. */
export interface AccountObserved extends EventHeader {
  readonly type: 'account-observed';
  /** pUSD that the series may spend, less what other series hold reserved. */
  readonly cashMicro: MoneyMicro;
  /** What the exchange may take of it by the allowance given. */
  readonly allowanceMicro: MoneyMicro;
  /** Won shares of resolved windows that are not redeemed yet, in pUSD. */
  readonly redeemableMicro: MoneyMicro;
  /** The block of the balance, or `null` where the venue's own figure was read. */
  readonly blockNumber: number | null;
}

/** Shares of a resolved window were turned into pUSD. Gas and relayer costs are stated in pUSD. */
export interface WindowRedeemed extends EventHeader {
  readonly type: 'window-redeemed';
  readonly conditionId: ConditionId;
  readonly payoutMicro: MoneyMicro;
  readonly costMicro: MoneyMicro;
  /** Empty where it was found by its effect: the runner that sent it has died, or somebody else did it. */
  readonly transactionHash: string;
}

/** One Up and one Down each were turned into 1 pUSD (merged), or the other way round (split). */
export interface CompleteSetsChanged extends EventHeader {
  readonly type: 'complete-sets-changed';
  readonly conditionId: ConditionId;
  readonly change: 'merged' | 'split';
  readonly sizeMicro: SizeMicro;
  readonly costMicro: MoneyMicro;
  /** Empty as in `WindowRedeemed`. */
  readonly transactionHash: string;
}

/** The venue paid a maker's rebate: money that no trade of ours has brought. */
export interface RebatePaid extends EventHeader {
  readonly type: 'rebate-paid';
  readonly amountMicro: MoneyMicro;
  readonly transactionHash: string;
}

/** A merge or split that was asked for did not happen. */
export interface CompleteSetsFailed extends EventHeader {
  readonly type: 'complete-sets-failed';
  readonly conditionId: ConditionId;
  readonly change: 'merged' | 'split';
  readonly detail: string;
}

export type VenueMode = 'open' | 'post-only' | 'cancel-only' | 'restarting' | 'disabled';

/** What the venue takes at the moment (venue notes of 2026-11-23, polymarket §3.4). */
export interface VenueModeChanged extends EventHeader {
  readonly type: 'venue-mode-changed';
  readonly mode: VenueMode;
  /** When it may be over, or `null` when the venue does not say. */
  readonly untilMs: UnixMs | null;
}

/**
 * A comparison of the series' orders and positions with the venue and the chain. `incomplete`: not everything could be asked, so that
 * nothing follows from it.
 */
export interface ReconciliationCompleted extends EventHeader {
  readonly type: 'reconciliation-completed';
  readonly result: 'clean' | 'mismatch' | 'incomplete';
  /** One sentence for each difference. */
  readonly differences: readonly string[];
  readonly held: readonly HeldToken[];
  readonly blockNumber: number | null;
}

/** One reason of the runner's own for restricting the series, set or lifted (geoblock, bankroll, clock, latch, its own loss limit). */
export interface RunnerRestrictionChanged extends EventHeader {
  readonly type: 'runner-restriction-changed';
  readonly reason: string;
  readonly mode: 'active' | 'reducing' | 'halted';
  readonly detail: string;
}

/** Where a kill or a flatten stands: `confirmed` when the venue has shown no open order twice, at least 10 s apart (DESIGN §3.9). */
export interface StopProgressed extends EventHeader {
  readonly type: 'stop-progressed';
  readonly commandId: string;
  readonly openAtVenue: number;
  readonly unknown: number;
  readonly confirmed: boolean;
}

/** Something on the runner's side that a person should know and that stops nothing: gas is low, the relayer's quota is used up. */
export interface RunnerAlerted extends EventHeader {
  readonly type: 'runner-alerted';
  readonly code: string;
  readonly severity: 'info' | 'warning' | 'critical';
  readonly detail: string;
}

export type AccountEvent =
  | AccountObserved
  | WindowRedeemed
  | CompleteSetsChanged
  | CompleteSetsFailed
  | RebatePaid
  | VenueModeChanged
  | ReconciliationCompleted
  | RunnerRestrictionChanged
  | StopProgressed
  | RunnerAlerted;
export type AccountEventType = AccountEvent['type'];
