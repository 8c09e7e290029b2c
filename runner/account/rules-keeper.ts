/**
 * Fetches what has to be known of the coming windows before they open, keeps it fresh while they run, and takes a look at the venue's
 * midpoint now and then: the only view of the price that is the runner's own.
 */
import type { MarketSlug, SeriesSlug } from '../../core/model/identifiers.ts';
import { isMarketSlug } from '../../core/model/identifiers.ts';
import { type PriceTicks, parsePriceTicks, TICKS_PER_PUSD } from '../../core/model/price.ts';
import { marketSlugOf, windowAt } from '../../core/model/window.ts';
import type { AccountContext } from './account-state.ts';
import { fetchMarketRules, type MarketRules } from './market-rules.ts';

export interface RulesKeeper {
  /** Fetches what is not known yet. Never rejects. */
  prepare(series: SeriesSlug, slugs: readonly string[]): Promise<void>;
  /** Fetches again: the tick may have changed, which happens near 0 and 1 (venue notes of 2026-11-23, polymarket §2). */
  refresh(series: SeriesSlug, slug: MarketSlug): Promise<MarketRules | null>;
  /** Now and then: the running and the next window of each series, and the midpoint. */
  look(): Promise<void>;
}

const BOOK_TIMEOUT_MS = 2_000;

/** Rules go into the account's state. */
export function createRulesKeeper(context: AccountContext): RulesKeeper {
  const { state, ports, clob, config } = context;
  const { clock, http } = ports;
  const running = new Map<MarketSlug, Promise<MarketRules | null>>();

  const fetchRules = async (series: SeriesSlug, slug: MarketSlug): Promise<MarketRules | null> => {
    const known = state.series.get(series);
    if (known === undefined) return null;
    const { durationMs } = known.config;
    const rules = await fetchMarketRules({ http, clob, gammaUrl: config.gammaUrl }, { slug: series, durationMs }, slug);
    if (!rules.ok) {
      ports.log.log('warn', 'The rules of a window are not known.', { series, slug, detail: rules.error });
      // What was known of it no longer holds when the two sources have come to differ.
      if (rules.error.includes('is not traded')) state.rules.delete(slug);
      return null;
    }
    state.rules.set(slug, rules.value);
    return rules.value;
  };

  const refresh = (series: SeriesSlug, slug: MarketSlug): Promise<MarketRules | null> => {
    const now = running.get(slug);
    if (now !== undefined) return now;
    const fetching = fetchRules(series, slug).finally(() => running.delete(slug));
    running.set(slug, fetching);
    return fetching;
  };

  const lookAtBook = async (rules: MarketRules): Promise<void> => {
    const { up, down } = rules.market.tokens;
    const url = `${config.clobUrl}/book?token_id=${up}`;
    const answer = await http.request({ method: 'GET', url, headers: {}, body: null, timeoutMs: BOOK_TIMEOUT_MS });
    if ('sent' in answer || answer.status !== 200) return;
    const touch = readTouch(answer.body);
    if (touch === null) return;
    const { bidTicks, askTicks, tickSizeTicks } = touch;
    const known = state.rules.get(rules.market.slug);
    // It becomes finer near 0 and 1, and the runner has no other word of that in time.
    if (known !== undefined && tickSizeTicks !== null) {
      state.rules.set(rules.market.slug, { ...known, tickSizeTicks });
    }
    if (bidTicks === null || askTicks === null) return;
    const midTicks = (bidTicks + askTicks) / 2;
    const atMonoMs = clock.monotonicMs();
    state.quotes.set(up, { midTicks, bidTicks, atMonoMs });
    // One Up and one Down are worth 1 pUSD: who buys the one sells the other.
    state.quotes.set(down, {
      midTicks: TICKS_PER_PUSD - midTicks,
      bidTicks: TICKS_PER_PUSD - askTicks,
      atMonoMs,
    });
  };

  return {
    async prepare(series, slugs) {
      const missing = slugs.filter((slug): slug is MarketSlug => isMarketSlug(slug) && !state.rules.has(slug));
      if (missing.length === 0) return;
      await Promise.all([clob.warm(), ...missing.map((slug) => refresh(series, slug))]);
    },
    refresh,
    async look() {
      const nowMs = clock.now();
      for (const [slug, { market }] of state.rules) {
        if (market.window.endMs < nowMs - market.window.endMs + market.window.startMs) {
          state.rules.delete(slug);
          for (const token of Object.values(market.tokens)) state.quotes.delete(token);
        }
      }
      await Promise.all(
        [...state.series.values()].map(async ({ config: { slug, durationMs }, leaseFresh }) => {
          const { startMs, endMs } = windowAt(nowMs, durationMs);
          const current = marketSlugOf(slug, startMs);
          await Promise.all(
            [current, marketSlugOf(slug, endMs)].map((wanted) =>
              state.rules.has(wanted) ? Promise.resolve(null) : refresh(slug, wanted),
            ),
          );
          const rules = state.rules.get(current);
          if (leaseFresh && rules !== undefined) await lookAtBook(rules);
        }),
      );
    },
  };
}

/** What a book says of prices, in ticks; `null` for what it does not say. */
export interface BookTouch {
  readonly bidTicks: PriceTicks | null;
  readonly askTicks: PriceTicks | null;
  readonly tickSizeTicks: PriceTicks | null;
}

/** Best bid, best ask and tick size of a book; `null` for what is no book. The order of its levels is documented both ways, so the extremes are taken (§3.3). */
export function readTouch(body: string): BookTouch | null {
  let book: unknown;
  try {
    book = JSON.parse(body);
  } catch {
    // No book, no midpoint: the bounds of the collar hold all the same.
    return null;
  }
  if (typeof book !== 'object' || book === null) return null;
  const bids = pricesOf(book, 'bids');
  const asks = pricesOf(book, 'asks');
  const tick = parsePriceTicks(Reflect.get(book, 'tick_size'));
  return {
    bidTicks: bids.length === 0 ? null : Math.max(...bids),
    askTicks: asks.length === 0 ? null : Math.min(...asks),
    tickSizeTicks: tick.ok && tick.value > 0 ? tick.value : null,
  };
}

function pricesOf(book: object, side: 'bids' | 'asks'): number[] {
  const levels: unknown = Reflect.get(book, side);
  if (!Array.isArray(levels)) return [];
  return levels.flatMap((level: unknown) => {
    const price = parsePriceTicks(typeof level === 'object' && level !== null ? Reflect.get(level, 'price') : null);
    return price.ok ? [price.value] : [];
  });
}
