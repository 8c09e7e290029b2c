/** The streams without which nothing is traded, and the age beyond which each stops new orders. */
import type { EngineConfig } from '../config/engine-config.ts';
import type { FeedHealth } from '../market-data/feed-health.ts';
import { referenceTwapLimitMs } from '../market-data/stream-limits.ts';
import type { Stream } from '../model/source.ts';
import type { DurationMs } from '../model/time.ts';

export interface RequiredStream {
  readonly stream: Stream;
  readonly limitMs: DurationMs;
}

/** A required stream that is too old; `null`: nothing came of it yet. */
export interface StaleInput extends RequiredStream {
  readonly ageMs: DurationMs | null;
}

/** Names of the required streams, without their limits. */
export function requiredStreamNames(config: EngineConfig): readonly Stream[] {
  return ['book', 'reference-twap', config.exchangeFeed === 'coinbase' ? 'coinbase-ticker' : 'binance-depth'];
}

/**
 * Receive-time limits are in wall milliseconds and are multiplied by the speed of the embedded venue's clock. The reference
 * price is judged by its own source time, which is not; it may be older the more of the window is left, on top of the feed's own lag
 * (RUNTIME §6; market data notes §5, 2026-11-23), and never older than the configuration says.
 */
export function requiredStreams(
  config: EngineConfig,
  health: FeedHealth,
  msToEnd: DurationMs,
): readonly RequiredStream[] {
  const { staleness, simSpeed } = config;
  const lagMs = health['reference-twap'].lagMs;
  return requiredStreamNames(config).map((stream) => {
    if (stream === 'book') return { stream, limitMs: staleness.bookMs * simSpeed };
    if (stream !== 'reference-twap') return { stream, limitMs: staleness.exchangeMs * simSpeed };
    return { stream, limitMs: Math.min(referenceTwapLimitMs(msToEnd, lagMs), lagMs + staleness.referenceTwapMs) };
  });
}
