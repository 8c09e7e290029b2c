/**
 * The five Binance futures streams that the product reads, frame by frame, in the venue's own fields.
 * Source: Binance USDⓈ-M futures market streams, field tables and captured frames in the venue notes of 2026-11-23 (market data §1.3).
 */
import { hashPair, hashToUniform } from '../core/simulation/rng.ts';
import { type ExchangeMarket, formatLots, formatTicks } from './exchange-market.ts';
import { ORDINARY_SIGMA } from './exchange-trades.ts';
import { type DueFrame, multiplesDue } from './timetable.ts';

/** Frames of one stream due in (fromMs, toMs]: the `data` member, as JSON text. */
export type BinanceStream = (fromMs: number, toMs: number) => DueFrame[];

const SYMBOL = 'BTCUSDT';
const SECOND_MS = 1_000;
const DEPTH_LEVELS = 20;
const DEPTH_INTERVAL_MS = 100;
/** Conflated: the real one sends up to 190 a second in a violent minute. */
const TICKER_INTERVAL_MS = 80;
/** From the engine's time to the push: the order of what was seen in captures, without their network. */
const PUSH_DELAY_MS = 15;
const FUNDING_PERIOD_MS = 8 * 3_600_000;
/** Symbol type of a USDⓈ-M perpetual. */
const SYMBOL_TYPE = 1;
/** A second is violent from this many standard deviations on; then about every third has a liquidation to report. */
const VIOLENT_SIGMAS = 1.8;
const LIQUIDATION_CHANCE = 0.35;

/** Order book update ids grow with time, three a millisecond. */
const updateIdAt = (atMs: number): number => Math.floor((atMs - 1_600_000_000_000) * 3);

/** `thinning` < 1 sends quotes that much more rarely; prices of the second are never thinned. */
export function createBinanceStreams(
  market: ExchangeMarket,
  thinning: number,
): { readonly public: ReadonlyMap<string, BinanceStream>; readonly market: ReadonlyMap<string, BinanceStream> } {
  const stretched = (intervalMs: number): number => Math.round(intervalMs / thinning);
  return {
    public: new Map([
      ['btcusdt@depth20@100ms', depthStream(market, stretched(DEPTH_INTERVAL_MS))],
      ['btcusdt@bookTicker', tickerStream(market, stretched(TICKER_INTERVAL_MS))],
    ]),
    market: new Map([
      ['btcusdt@aggTrade', tradeStream(market)],
      ['btcusdt@markPrice@1s', markPriceStream(market)],
      ['btcusdt@forceOrder', liquidationStream(market)],
    ]),
  };
}

function depthStream(market: ExchangeMarket, intervalMs: number): BinanceStream {
  const side = (levels: readonly (readonly [number, number])[]): string[][] =>
    levels.map(([ticks, lots]) => [formatTicks(market, ticks, 2), formatLots(lots, 3)]);
  return (fromMs, toMs) =>
    multiplesDue(fromMs, toMs, intervalMs).map((atMs) => {
      const engineMs = atMs - PUSH_DELAY_MS;
      const book = market.quotes.bookAt(engineMs, DEPTH_LEVELS);
      const previous = updateIdAt(engineMs - intervalMs);
      const data = {
        e: 'depthUpdate',
        E: atMs,
        T: engineMs,
        s: SYMBOL,
        ps: SYMBOL,
        U: previous + 1,
        u: updateIdAt(engineMs),
        pu: previous,
        b: side(book.bids),
        a: side(book.asks),
        st: SYMBOL_TYPE,
      };
      return { atMs, text: JSON.stringify(data) };
    });
}

function tickerStream(market: ExchangeMarket, intervalMs: number): BinanceStream {
  return (fromMs, toMs) =>
    multiplesDue(fromMs, toMs, intervalMs).map((atMs) => {
      const book = market.quotes.bookAt(atMs, 1);
      const [bidTicks, bidLots] = book.bids[0] ?? [0, 0];
      const [askTicks, askLots] = book.asks[0] ?? [0, 0];
      const data = {
        e: 'bookTicker',
        u: updateIdAt(atMs),
        s: SYMBOL,
        ps: SYMBOL,
        b: formatTicks(market, bidTicks, 2),
        B: formatLots(bidLots, 3),
        a: formatTicks(market, askTicks, 2),
        A: formatLots(askLots, 3),
        T: atMs,
        E: atMs,
        st: SYMBOL_TYPE,
      };
      return { atMs, text: JSON.stringify(data) };
    });
}

function tradeStream(market: ExchangeMarket): BinanceStream {
  return (fromMs, toMs) => {
    const due: DueFrame[] = [];
    const last = Math.floor((toMs - PUSH_DELAY_MS) / SECOND_MS);
    for (let second = Math.floor((fromMs - PUSH_DELAY_MS) / SECOND_MS); second <= last; second++) {
      for (const trade of market.trades.tradesIn(second)) {
        const pushedMs = trade.atMs + PUSH_DELAY_MS;
        if (pushedMs <= fromMs || pushedMs > toMs) continue;
        const quantity = formatLots(trade.quantityLots, 3);
        const data = {
          e: 'aggTrade',
          E: pushedMs,
          a: trade.id,
          s: SYMBOL,
          p: formatTicks(market, trade.priceTicks, 2),
          q: quantity,
          nq: quantity,
          f: trade.id * 2,
          l: trade.id * 2,
          T: trade.atMs,
          m: trade.buyerIsMaker,
          st: SYMBOL_TYPE,
        };
        due.push({ atMs: pushedMs, text: JSON.stringify(data) });
      }
    }
    return due;
  };
}

function markPriceStream(market: ExchangeMarket): BinanceStream {
  return (fromMs, toMs) =>
    multiplesDue(fromMs, toMs, SECOND_MS).map((atMs) => {
      const mark = market.quotes.midAt(atMs);
      const index = market.path.priceAt(atMs);
      const data = {
        e: 'markPriceUpdate',
        E: atMs,
        s: SYMBOL,
        p: mark.toFixed(8),
        ap: mark.toFixed(8),
        P: index.toFixed(8),
        i: index.toFixed(8),
        r: (0.0001 + 0.1 * (mark / index - 1)).toFixed(8),
        T: (Math.floor(atMs / FUNDING_PERIOD_MS) + 1) * FUNDING_PERIOD_MS,
        st: SYMBOL_TYPE,
      };
      return { atMs, text: JSON.stringify(data) };
    });
}

/** The largest liquidation of a second, at its end; most seconds have none, and the stream is then silent. */
function liquidationStream(market: ExchangeMarket): BinanceStream {
  const { path, quotes } = market;
  return (fromMs, toMs) =>
    multiplesDue(fromMs, toMs, SECOND_MS).flatMap((atMs) => {
      const startMs = atMs - SECOND_MS;
      // Quiet markets liquidate nobody.
      const sigma = Math.max(ORDINARY_SIGMA, path.volatilityAt(startMs));
      const move = (path.priceAt(atMs) / path.priceAt(startMs) - 1) / sigma;
      const chance = hashToUniform(hashPair(hashPair(path.seed, startMs / SECOND_MS), 11));
      if (Math.abs(move) < VIOLENT_SIGMAS || chance >= LIQUIDATION_CHANCE) return [];
      const isSell = move < 0;
      const price = formatTicks(market, quotes.bidTicksAt(atMs) + (isSell ? 0 : 1), 2);
      // A Pareto tail: most are small, a few are not.
      const size = hashToUniform(hashPair(hashPair(path.seed, startMs / SECOND_MS), 12));
      const quantity = formatLots(Math.ceil(5 / (1 - size) ** 0.9), 3);
      const order = {
        s: SYMBOL,
        S: isSell ? 'SELL' : 'BUY',
        o: 'LIMIT',
        f: 'IOC',
        q: quantity,
        p: price,
        ap: price,
        X: 'FILLED',
        l: quantity,
        z: quantity,
        T: atMs - 1,
        ps: SYMBOL,
        st: SYMBOL_TYPE,
      };
      return [{ atMs, text: JSON.stringify({ e: 'forceOrder', E: atMs, o: order }) }];
    });
}
