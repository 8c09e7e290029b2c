/**
 * A market of the embedded venue: who it is and when things happen to it. Token ids, condition and schedule are functions of seed
 * and slug, so a venue that is started again lists the same markets.
 */
import { createHash } from 'node:crypto';
import type { ConditionId, MarketSlug, SeriesSlug, TokenId } from '../core/model/identifiers.ts';
import type { PriceTicks } from '../core/model/price.ts';
import type { PriceE18 } from '../core/model/reference-price.ts';
import { DAY_MS, type DurationMs, SECOND_MS, type UnixMs } from '../core/model/time.ts';
import { marketSlugOf, type Outcome, type Window } from '../core/model/window.ts';
import { isLegacyPositionToken } from '../core/venue/token-namespace.ts';

/** The series that a venue lists. */
export interface VenueSeries {
  readonly slug: SeriesSlug;
  readonly durationMs: DurationMs;
}

/** When a market's life turns. */
export interface MarketSchedule {
  readonly listedMs: UnixMs;
  /** Orders are accepted until then, a few seconds after the end (the real cut-off is not documented). */
  readonly acceptsUntilMs: UnixMs;
  /** Closed, resolved, outcome stated: 53 to 90 s after the end. */
  readonly resolvedMs: UnixMs;
  /** Gamma states the strike, a minute or more after the end; the final price later still. */
  readonly strikeShownMs: UnixMs;
  readonly finalShownMs: UnixMs;
}

export interface VenueMarket {
  /** Gamma's ids of the market and of its event. */
  readonly marketId: string;
  readonly eventId: string;
  readonly slug: MarketSlug;
  readonly series: VenueSeries;
  readonly window: Window;
  readonly conditionId: ConditionId;
  readonly tokens: Readonly<Record<Outcome, TokenId>>;
  readonly schedule: MarketSchedule;
}

/** What the venue has said of a market's end by some moment. */
export interface PublishedResult {
  readonly strikeE18: PriceE18 | null;
  readonly finalE18: PriceE18 | null;
  readonly outcome: Outcome | null;
}

/** A token's book as the venue shows it: levels `[ticks, sizeMicro, …]`, best first. */
export interface ShownBook {
  readonly bids: readonly number[];
  readonly asks: readonly number[];
  readonly tickSizeTicks: PriceTicks;
  readonly lastTradeTicks: PriceTicks | null;
}

/** The markets that a venue knows of: generated, or read from a tape. */
export interface MarketDirectory {
  bySlug(slug: string, nowMs: UnixMs): VenueMarket | null;
  byToken(tokenId: string, nowMs: UnixMs): VenueMarket | null;
  byCondition(conditionId: string, nowMs: UnixMs): VenueMarket | null;
  /** Listed markets whose window ends within [minMs, maxMs], earliest first. */
  endingBetween(minMs: UnixMs, maxMs: UnixMs, nowMs: UnixMs): VenueMarket[];
  publishedResult(market: VenueMarket, nowMs: UnixMs): PublishedResult;
  /** Identity and rules as Gamma stated them, where a market was recorded: they take the place of ours. */
  recordedFields?(market: VenueMarket): Readonly<Record<string, unknown>> | null;
}

/** Markets are listed about a day ahead (venue notes of 2026-11-23 §6). */
export const LISTED_AHEAD_MS = DAY_MS;

/** The market of the window that starts at `startMs`. */
export function createVenueMarket(series: VenueSeries, startMs: UnixMs, seed: number): VenueMarket {
  const slug = marketSlugOf(series.slug, startMs);
  const window = { startMs, endMs: startMs + series.durationMs };
  const name = `${seed}:${slug}`;
  // Ids as the venue counts them: one event and one market for each window, never reused.
  const count = Math.floor(startMs / series.durationMs);
  return {
    marketId: String(count * 2 + 1),
    eventId: String(count * 2),
    slug,
    series,
    window,
    conditionId: `0x${digest(`${name}:condition`)}` as ConditionId,
    tokens: { up: tokenIdOf(`${name}:up`), down: tokenIdOf(`${name}:down`) },
    schedule: scheduleOf(window, name),
  };
}

/** When things happen to the market of a window; the draws within the documented ranges come from its name. */
export function scheduleOf(window: Window, name: string): MarketSchedule {
  const draw = (label: string, fromSeconds: number, toSeconds: number): number => {
    const share = Number.parseInt(digest(`${name}:${label}`).slice(0, 8), 16) / 0x1_0000_0000;
    return Math.floor((fromSeconds + share * (toSeconds - fromSeconds)) * SECOND_MS);
  };
  const resolvedMs = window.endMs + draw('resolved', 53, 90);
  const strikeShownMs = window.endMs + draw('strike', 60, 75);
  return {
    listedMs: window.startMs - LISTED_AHEAD_MS,
    acceptsUntilMs: window.endMs + draw('accepts', 1, 5),
    resolvedMs,
    strikeShownMs,
    finalShownMs: Math.max(resolvedMs, strikeShownMs) + draw('final', 15, 45),
  };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Smallest number of 77 decimal digits: such ids stay below 2^256. */
const SMALLEST_ID = 10n ** 76n;

/** A token id of 77 digits that is none of the new protocol's. */
function tokenIdOf(name: string): TokenId {
  for (let attempt = 0; ; attempt++) {
    const number = BigInt(`0x${digest(`${name}:${attempt}`)}`);
    const tokenId = (SMALLEST_ID + (number % (9n * SMALLEST_ID))).toString() as TokenId;
    if (isLegacyPositionToken(tokenId)) return tokenId;
  }
}
