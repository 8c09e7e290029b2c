/**
 * The markets of a tape. A market is listed a day before its window; its result appears only after the end, as on the real venue.
 * It settles as recorded, or by the 60-second mean of the recorded ticks, which is how such a market would settle today.
 */
import type { ConditionId, MarketSlug, SeriesSlug, TokenId } from '../core/model/identifiers.ts';
import type { UnixMs } from '../core/model/time.ts';
import type { WindowResults } from '../core/simulation/window-outcome.ts';
import type { TapeMarket } from './raw-tape.ts';
import { type MarketDirectory, type PublishedResult, scheduleOf, type VenueMarket } from './venue-market.ts';

/** Gamma's fields that change in a market's life: the venue states them itself, as they are at the moment of asking. */
const LIVE_FIELDS: ReadonlySet<string> = new Set([
  'active',
  'closed',
  'closedTime',
  'acceptingOrders',
  'outcomePrices',
  'umaResolutionStatus',
  'umaResolutionStatuses',
  'umaEndDate',
  'automaticallyResolved',
  'updatedAt',
  'bestBid',
  'bestAsk',
  'spread',
  'lastTradePrice',
  'orderPriceMinTickSize',
  'oneHourPriceChange',
  'competitive',
  'events',
]);
const LIVE_FIELD_PREFIXES = ['volume', 'liquidity'];

/** The directory of recorded markets; `twapResults` settles them by the mean of the ticks, else they settle as recorded. */
export function createTapeDirectory(
  recorded: readonly TapeMarket[],
  twapResults: WindowResults | null,
): MarketDirectory & { readonly at: (windowStartMs: UnixMs) => VenueMarket | null } {
  const markets = recorded.map(venueMarketOf).sort((left, right) => left.window.startMs - right.window.startMs);
  const recordedBySlug = new Map(recorded.map((market) => [market.slug, market]));
  const recordedByStart = new Map(recorded.map((market) => [market.startMs, market]));
  const byStart = new Map(markets.map((market) => [market.window.startMs, market]));
  const byIdentity = new Map<string, VenueMarket>();
  for (const market of markets) {
    const { slug, conditionId, tokens } = market;
    for (const identity of [slug, conditionId, tokens.up, tokens.down]) byIdentity.set(identity, market);
  }
  const find = (identity: string, nowMs: UnixMs): VenueMarket | null => {
    const market = byIdentity.get(identity);
    return market !== undefined && market.schedule.listedMs <= nowMs ? market : null;
  };
  const resultOf = (market: VenueMarket, nowMs: UnixMs): PublishedResult => {
    if (twapResults !== null) {
      twapResults.advanceTo(nowMs);
      return twapResults.resultOf(market.window.startMs) ?? { strikeE18: null, finalE18: null, outcome: null };
    }
    // A window's final price is the strike of the next.
    return {
      strikeE18: e18Of(recordedBySlug.get(market.slug)?.strikeE18),
      finalE18: e18Of(recordedByStart.get(market.window.endMs)?.strikeE18),
      outcome: recordedBySlug.get(market.slug)?.outcome ?? null,
    };
  };
  return {
    at: (windowStartMs) => byStart.get(windowStartMs) ?? null,
    bySlug: find,
    byToken: find,
    byCondition: find,
    endingBetween: (minMs, maxMs, nowMs) =>
      markets.filter(
        ({ window, schedule }) => window.endMs >= minMs && window.endMs <= maxMs && schedule.listedMs <= nowMs,
      ),
    publishedResult: (market, nowMs) => {
      const { strikeShownMs, finalShownMs, resolvedMs } = market.schedule;
      // Nothing of a window's end is looked up before it.
      if (nowMs < market.window.endMs) return { strikeE18: null, finalE18: null, outcome: null };
      const result = resultOf(market, nowMs);
      return {
        strikeE18: nowMs >= strikeShownMs ? result.strikeE18 : null,
        finalE18: nowMs >= finalShownMs ? result.finalE18 : null,
        outcome: nowMs >= resolvedMs ? result.outcome : null,
      };
    },
    recordedFields: (market) => {
      // Settled by the mean, a market states the rules that go with it, and not those of its time.
      const object = twapResults === null ? recordedBySlug.get(market.slug)?.object : undefined;
      return object === undefined ? null : lastingFields(object);
    },
  };
}

function e18Of(text: string | null | undefined): bigint | null {
  return text === null || text === undefined ? null : BigInt(text);
}

function lastingFields(object: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const lasting = Object.entries(object).filter(
    ([name]) => !LIVE_FIELDS.has(name) && !LIVE_FIELD_PREFIXES.some((prefix) => name.startsWith(prefix)),
  );
  return Object.fromEntries(lasting);
}

function venueMarketOf(market: TapeMarket): VenueMarket {
  const { slug, startMs, endMs } = market;
  const window = { startMs, endMs };
  const { id } = market.object;
  return {
    marketId: typeof id === 'string' ? id : slug,
    eventId: slug,
    slug: slug as MarketSlug,
    series: { slug: slug.replace(/-\d+$/, '') as SeriesSlug, durationMs: endMs - startMs },
    window,
    conditionId: market.conditionId as ConditionId,
    tokens: { up: market.upTokenId as TokenId, down: market.downTokenId as TokenId },
    schedule: scheduleOf(window, slug),
  };
}
