/**
 * A market as the venue lists it: identity, tokens, trading rules and the rule it settles by. All of it is read per market and
 * nothing is assumed: a field the venue did not state is `null`, and the settlement rule guard decides what that means.
 */
import type { ConditionId, MarketSlug, SeriesSlug, TokenId } from './identifiers.ts';
import type { SizeMicro } from './money.ts';
import type { PriceTicks } from './price.ts';
import type { DurationMs } from './time.ts';
import type { Outcome, Window } from './window.ts';

/**
 * Taker fee: shares × rate × (p(1−p))^exponent (specs polymarket §4). Rates are integers of one millionth: 0.07 is 70,000.
 */
export interface FeeSchedule {
  readonly ratePpm: number;
  readonly exponent: number;
  readonly takerOnly: boolean;
  readonly rebatePpm: number;
}

/** How the window's two prices are made. `twapLookbackSeconds` is `null` where the venue states none (spot era). */
export interface SettlementRule {
  readonly resolutionSource: string;
  readonly twapLookbackSeconds: number | null;
  readonly configId: string | null;
}

export interface Market {
  readonly slug: MarketSlug;
  readonly series: SeriesSlug;
  readonly window: Window;
  readonly conditionId: ConditionId;
  readonly tokens: Readonly<Record<Outcome, TokenId>>;
  readonly tickSizeTicks: PriceTicks;
  readonly minSizeMicro: SizeMicro;
  readonly fees: FeeSchedule | null;
  readonly rule: SettlementRule;
  /** How long the venue holds a taker order before it matches; `null` when the market does not say ([U], specs §3.2). */
  readonly takerDelayMs: DurationMs | null;
  readonly negRisk: boolean;
  /** Gamma's `version`: "v1" is the CTF protocol, "v2" the new one that this project does not trade. */
  readonly protocolVersion: string | null;
  readonly acceptingOrders: boolean;
}

/** The outcome that a token of this market stands for, or `null` for a token that is not its own. */
export function outcomeOfToken(market: Market, tokenId: TokenId): Outcome | null {
  if (market.tokens.up === tokenId) return 'up';
  if (market.tokens.down === tokenId) return 'down';
  return null;
}
