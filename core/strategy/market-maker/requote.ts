/** Whether a standing quote stays: too high goes at once, too cautious goes after a while, old goes. */
import type { MarketMakerConfig } from '../../config/market-maker-config.ts';
import type { PriceTicks } from '../../model/price.ts';
import type { UnixMs } from '../../model/time.ts';

/** Where a quote of one side should stand. */
export interface QuoteTarget {
  /** Where a new one would be placed. */
  readonly priceTicks: PriceTicks;
  /** Above this a bid is not safe any more. */
  readonly limitTicks: PriceTicks;
}

export type ReplaceReason = 'too-aggressive' | 'moved' | 'aged';

/** Why a standing bid has to be replaced, or `null`. */
export function reasonToReplace(
  quote: { readonly priceTicks: PriceTicks; readonly createdMs: UnixMs },
  target: QuoteTarget,
  nowMs: UnixMs,
  config: MarketMakerConfig,
): ReplaceReason | null {
  if (quote.priceTicks > target.limitTicks) return 'too-aggressive';
  // A bid that is too high costs money now; one that is too low only waits.
  if (quote.priceTicks - target.priceTicks >= config.requoteMoveTicks) return 'moved';
  const ageMs = nowMs - quote.createdMs;
  const tooCautious = target.priceTicks - quote.priceTicks >= config.requoteMoveTicks;
  if (tooCautious && ageMs >= config.minQuoteAgeMs) return 'moved';
  return ageMs >= config.requoteAfterMs ? 'aged' : null;
}
