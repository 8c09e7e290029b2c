/**
 * The CLOB's cache of share balances, which lags behind a change until it is refreshed: a SELL right after a BUY is refused although
 * the shares are there (venue notes of 2026-11-23 §3.2, §8).
 */
import type { TokenId } from '../../core/model/identifiers.ts';
import type { SizeMicro } from '../../core/model/money.ts';
import type { UnixMs } from '../../core/model/time.ts';
import type { VenueAddress } from './venue-exchange.ts';

interface CachedBalance {
  shownMicro: SizeMicro;
  /** Changes that will show, oldest first. */
  readonly coming: { readonly fromMs: UnixMs; readonly sizeMicro: SizeMicro }[];
}

/** By owner and token: `owner:token`. */
export type BalanceCache = Map<string, CachedBalance>;

/** A balance changed; the cache will show it from `fromMs` on. */
export function noteBalance(
  cache: BalanceCache,
  owner: VenueAddress,
  tokenId: TokenId,
  sizeMicro: SizeMicro,
  fromMs: UnixMs,
): void {
  const key = `${owner}:${tokenId}`;
  const known = cache.get(key);
  if (known === undefined) cache.set(key, { shownMicro: 0, coming: [{ fromMs, sizeMicro }] });
  else known.coming.push({ fromMs: Math.max(fromMs, known.coming.at(-1)?.fromMs ?? fromMs), sizeMicro });
}

/** What the cache shows at `nowMs`. */
export function shownBalance(cache: BalanceCache, owner: VenueAddress, tokenId: TokenId, nowMs: UnixMs): SizeMicro {
  const cached = cache.get(`${owner}:${tokenId}`);
  if (cached === undefined) return 0;
  for (let next = cached.coming[0]; next !== undefined && next.fromMs <= nowMs; next = cached.coming[0]) {
    cached.shownMicro = next.sizeMicro;
    cached.coming.shift();
  }
  return cached.shownMicro;
}

/** Shows everything of an owner as it is. */
export function refreshCache(cache: BalanceCache, owner: VenueAddress): void {
  for (const [key, cached] of cache) {
    if (!key.startsWith(`${owner}:`)) continue;
    cached.shownMicro = cached.coming.at(-1)?.sizeMicro ?? cached.shownMicro;
    cached.coming.length = 0;
  }
}
