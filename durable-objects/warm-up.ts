/** Fills look-backs after a start: the last closed 1-minute candles of the exchange feed, over REST. */
import type { CandleHistoryReceived } from '../core/model/market-data.ts';
import { err, ok, type Result } from '../core/model/result.ts';
import { MINUTE_MS, SECOND_MS } from '../core/model/time.ts';
import type { FrameParser } from '../core/venue/parsed-frame.ts';
import { parseBinanceKlines, parseCoinbaseCandles } from '../core/venue/rest-klines.ts';
import type { FeedAddresses } from './feeds/feed-addresses.ts';
import type { FeedSymbols } from './feeds/feed-symbols.ts';
import type { ClockPort, HttpPort } from './ports.ts';

/** Closed minutes that are asked for: twice the longest look-back of the features. */
export const WARM_UP_MINUTES = 120;
const TIMEOUT_MS = 5 * SECOND_MS;

export interface WarmUpDeps {
  readonly http: HttpPort;
  readonly clock: ClockPort;
  readonly addresses: FeedAddresses;
  readonly symbols: FeedSymbols;
  readonly exchangeFeed: 'binance-futures' | 'coinbase';
}

/** Why each source that was asked gave nothing, in order. */
export type WarmUpFailure = readonly { readonly source: 'binance-futures' | 'coinbase'; readonly reason: string }[];

/**
 * The last `WARM_UP_MINUTES` closed candles (fewer where the source knows fewer), from the configured exchange or else from the
 * other one: the event says from which, for a substitute is not the same feature. Never throws. Sources: Binance
 * `/fapi/v1/klines` and Coinbase Advanced Trade `products/{id}/candles` docs, notes of 2026-11-23.
 */
export async function fetchCandleHistory(deps: WarmUpDeps): Promise<Result<CandleHistoryReceived, WarmUpFailure>> {
  const order =
    deps.exchangeFeed === 'binance-futures'
      ? (['binance-futures', 'coinbase'] as const)
      : (['coinbase', 'binance-futures'] as const);
  const failures: { readonly source: 'binance-futures' | 'coinbase'; readonly reason: string }[] = [];
  for (const source of order) {
    const answer = await ask(deps, source);
    if (answer.ok) return answer;
    failures.push({ source, reason: answer.error });
  }
  return err(failures);
}

async function ask(
  deps: WarmUpDeps,
  source: 'binance-futures' | 'coinbase',
): Promise<Result<CandleHistoryReceived, string>> {
  const nowMs = deps.clock.now();
  const { url, parse } = source === 'coinbase' ? coinbaseRequest(deps, nowMs) : binanceRequest(deps, nowMs);
  try {
    const { status, body } = await deps.http.get(url, TIMEOUT_MS);
    if (status !== 200) return err(`status-${status}`);
    const { events, rejected } = parse(body);
    const history = events.find((event) => event.type === 'candle-history-received');
    if (history !== undefined) return ok({ ...history, candles: history.candles.slice(-WARM_UP_MINUTES) });
    const first = rejected[0];
    return err(first === undefined ? 'no closed candle' : `rejected: ${first.reason} ${first.detail}`);
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error));
  }
}

interface CandleRequest {
  readonly url: string;
  readonly parse: FrameParser;
}

/** One more than wanted: the last one is still running. */
function binanceRequest({ addresses, symbols }: WarmUpDeps, nowMs: number): CandleRequest {
  const symbol = symbols.binance.toUpperCase();
  return {
    url: `${addresses.binanceRest}/fapi/v1/klines?symbol=${symbol}&interval=1m&limit=${WARM_UP_MINUTES + 1}`,
    parse: parseBinanceKlines('binance-futures', nowMs),
  };
}

function coinbaseRequest({ addresses, symbols }: WarmUpDeps, nowMs: number): CandleRequest {
  const minuteMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
  const start = (minuteMs - WARM_UP_MINUTES * MINUTE_MS) / SECOND_MS;
  const path = `/api/v3/brokerage/market/products/${symbols.coinbase}/candles`;
  return {
    url: `${addresses.coinbaseRest}${path}?start=${start}&end=${minuteMs / SECOND_MS}&granularity=ONE_MINUTE&limit=${WARM_UP_MINUTES + 1}`,
    parse: parseCoinbaseCandles(nowMs),
  };
}
