/**
 * From the quotes a strategy wants to the orders that have to leave and to go: cancels first, places second, and never two of
 * ours where one was meant. An order on its way out still counts as standing until the venue says that it is gone.
 */
import type { MarketMakerConfig } from '../config/market-maker-config.ts';
import type { ClientOrderId } from '../model/identifiers.ts';
import type { PriceTicks } from '../model/price.ts';
import { TICKS_PER_PUSD } from '../model/price.ts';
import type { UnixMs } from '../model/time.ts';
import type { Outcome } from '../model/window.ts';
import type { DesiredQuote } from '../strategy/strategy.ts';

/** What the order manager knows of a standing bid of ours. */
export interface StandingQuote {
  readonly clientOrderId: ClientOrderId;
  readonly outcome: Outcome;
  readonly priceTicks: PriceTicks;
  readonly createdMs: UnixMs;
  /** Its cancel is on its way: it is not asked for anew at every look. */
  readonly leaving: boolean;
}

export interface QuotePlan {
  readonly cancel: readonly { readonly clientOrderId: ClientOrderId; readonly reason: string }[];
  readonly place: readonly DesiredQuote[];
}

/** Compares what stands with what is wanted. */
export function planQuotes(
  standing: readonly StandingQuote[],
  wanted: readonly DesiredQuote[],
  nowMs: UnixMs,
  config: MarketMakerConfig,
): QuotePlan {
  const cancel: { clientOrderId: ClientOrderId; reason: string }[] = [];
  for (const quote of standing) {
    if (quote.leaving) continue;
    const reason = reasonToCancel(quote, wanted, nowMs, config);
    if (reason !== null) cancel.push({ clientOrderId: quote.clientOrderId, reason });
  }
  const place: DesiredQuote[] = [];
  for (const quote of wanted) {
    const taken = standing.some((other) => other.outcome === quote.outcome);
    const room = standing.length + place.length < config.maxOrders;
    if (!taken && room && !locksInLoss(quote, standing, place)) place.push(quote);
  }
  return { cancel, place };
}

function reasonToCancel(
  quote: StandingQuote,
  wanted: readonly DesiredQuote[],
  nowMs: UnixMs,
  config: MarketMakerConfig,
): string | null {
  const target = wanted.find((other) => other.outcome === quote.outcome);
  if (target === undefined) return 'not-wanted';
  const ageMs = nowMs - quote.createdMs;
  // A bid that is too high loses money now; one that is too low only waits.
  if (quote.priceTicks - target.priceTicks >= config.requoteMoveTicks) return 'moved';
  const tooCautious = target.priceTicks - quote.priceTicks >= config.requoteMoveTicks;
  if (tooCautious && ageMs >= config.minQuoteAgeMs) return 'moved';
  if (ageMs >= config.requoteAfterMs) return 'aged';
  return null;
}

/** True when this bid and one of ours on the other token would cost 1 pUSD or more together. */
function locksInLoss(quote: DesiredQuote, standing: readonly StandingQuote[], place: readonly DesiredQuote[]): boolean {
  const pairs = (other: { readonly outcome: Outcome; readonly priceTicks: PriceTicks }) =>
    other.outcome !== quote.outcome && other.priceTicks + quote.priceTicks >= TICKS_PER_PUSD;
  return standing.some(pairs) || place.some(pairs);
}
