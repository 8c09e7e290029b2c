/** What risk has to know at the moment of one intent: plain data, gathered by the engine, so that every check is a function of it. */
import type { ProbeConfig, RiskConfig } from '../config/engine-config.ts';
import type { VenueMode } from '../model/account.ts';
import { invariant } from '../model/errors.ts';
import type { Market } from '../model/market.ts';
import type { MoneyMicro, SizeMicro } from '../model/money.ts';
import type { PriceTicks } from '../model/price.ts';
import type { Source, Stream } from '../model/source.ts';
import type { DurationMs, UnixMs } from '../model/time.ts';
import type { Holdings, OpenExposure } from './exposure.ts';
import type { GuardVerdict } from './settlement-rule-guard.ts';

/** A restriction of trading, as far as risk asks: `reducing` lets through what takes risk away, `halted` nothing. */
export interface RestrictionInForce {
  readonly mode: 'reducing' | 'halted';
  readonly reason: string;
}

/** Two sources of the settlement price said different things of one second. */
export interface ConflictingInput {
  /** The second that they differ about; a window's start where it is the strike. */
  readonly observedMs: UnixMs;
  readonly kept: Source;
  readonly other: Source;
}

export interface RiskContext {
  readonly nowMs: UnixMs;
  /** The strictest restriction in force but for those below, or `null` when there is none. */
  readonly restriction: RestrictionInForce | null;
  /** Our clock is not that of the venue, or stands behind what we have seen. */
  readonly clock: RestrictionInForce | null;
  /** Orders and positions were not compared with venue and chain, or are not what those say. */
  readonly unreconciled: RestrictionInForce | null;
  readonly market: Market | null;
  readonly guard: GuardVerdict;
  /** The market's tick size now: it changes near 0 and 1. */
  readonly tickSizeTicks: PriceTicks;
  /** Time before which opening is too early, and after which too late. */
  readonly opensAtMs: UnixMs;
  readonly closesAtMs: UnixMs;
  readonly staleInput: {
    readonly stream: Stream;
    readonly ageMs: DurationMs | null;
    readonly limitMs: DurationMs;
  } | null;
  readonly conflictingInput: ConflictingInput | null;
  /** Probability that the intent's outcome wins, by our own reckoning; `null` where it is not known. */
  readonly fairProbability: number | null;
  /** Touch of the intent's outcome; `null` where that side of the book is empty or the book is not reliable. */
  readonly bestBidTicks: PriceTicks | null;
  readonly bestAskTicks: PriceTicks | null;
  readonly holdings: Holdings;
  readonly openInWindow: readonly OpenExposure[];
  /** Sum of the worst losses of all other windows. */
  readonly otherWindowsLossMicro: MoneyMicro;
  /**
   * Realised loss of the UTC day so far, with what is carried over midnight; negative on a winning day, and then it does not widen the
   * limit.
   */
  readonly dayLossMicro: MoneyMicro;
  /** What the account is worth by our books: cash, payouts to come, and open positions at their cost. */
  readonly equityMicro: MoneyMicro;
  /** Windows in a row that ended with a loss, and when the last of them was booked. */
  readonly lossesInRow: number;
  readonly lastLossMs: UnixMs;
  /** Cash that is there by our books and by the account's own word. */
  readonly cashMicro: MoneyMicro;
  /** What the exchange may take of it; `null` where nothing limits it. */
  readonly allowanceMicro: MoneyMicro | null;
  /** Cash that orders still standing may take, of all windows. */
  readonly reservedCashMicro: MoneyMicro;
  /** Shares of the intent's token that no standing sale has promised. */
  readonly freeSharesMicro: SizeMicro;
  readonly ordersInLastSecond: number;
  /** Orders that were sent in this window, whatever became of them. */
  readonly ordersInWindow: number;
  readonly venueMode: VenueMode;
  readonly probe: ProbeConfig;
  readonly config: RiskConfig;
}

/** Every restriction that stands: while there is one, only what takes risk away may pass. */
export function isRestrictedContext({ restriction, clock, unreconciled }: RiskContext): boolean {
  return restriction !== null || clock !== null || unreconciled !== null;
}

/** The market of a context that has one: the first check refuses every other. */
export function marketOf({ market }: RiskContext): Market {
  invariant(market !== null, 'the first check refuses an order without a market');
  return market;
}
