/**
 * The runner's own last word before an order is signed: its own rules of the market, its own caps, its own price collar (DESIGN §3.14).
 * Pure; each refusal is one sentence with the numbers that decided. What the object believes does not enter.
 */

import type { VenueMode } from '../../core/model/account.ts';
import type { MoneyMicro, SizeMicro } from '../../core/model/money.ts';
import { formatMicro, MICRO_PER_UNIT } from '../../core/model/money.ts';
import type { ApprovedOrder } from '../../core/model/order.ts';
import { formatPriceTicks, type PriceTicks, TICKS_PER_PUSD } from '../../core/model/price.ts';
import type { RejectCode } from '../../core/model/report.ts';
import type { UnixMs } from '../../core/model/time.ts';
import type { Holdings, OpenExposure } from '../../core/risk/exposure.ts';
import { cashNeededMicro, worstLossMicro } from '../../core/risk/exposure.ts';
import { exposureOf } from '../../core/risk/order-exposure.ts';
import { notionalMicro } from './account-book.ts';
import type { MarketRules } from './market-rules.ts';

/** The runner's own limits, from its own environment. Money in millionths of pUSD. */
export interface AccountCaps {
  readonly maxOrderMicro: MoneyMicro;
  readonly maxHourlyMicro: MoneyMicro;
  readonly maxDailyLossMicro: MoneyMicro;
  /** The collar's bounds: no order at a lower or a higher price, on either side. */
  readonly minPriceTicks: PriceTicks;
  readonly maxPriceTicks: PriceTicks;
  /** How far beyond the venue's midpoint a purchase may pay, or a sale may go below it; only where a fresh midpoint is known. */
  readonly maxDistanceTicks: PriceTicks;
  /** Live, until a campaign says otherwise: one order of the minimum size in a window (DESIGN §6). `null`: no such limit. */
  readonly maxOrdersPerWindow: number | null;
  /** Money that may be lost in all for learning; `null`: no such limit. */
  readonly learningBudgetMicro: MoneyMicro | null;
}

export interface CheckContext {
  readonly nowMs: UnixMs;
  readonly rules: MarketRules | null;
  /** The strictest restriction in force, and why. */
  readonly restriction: { readonly mode: 'active' | 'reducing' | 'halted'; readonly detail: string };
  readonly venueMode: VenueMode;
  readonly rateLimitedUntilMs: UnixMs;
  readonly caps: AccountCaps;
  /** Of the order's window. */
  readonly holdings: Holdings;
  readonly openInWindow: readonly OpenExposure[];
  readonly ordersInWindow: number;
  readonly sentInHourMicro: MoneyMicro;
  /** With everything that stands. */
  readonly dayLossMicro: MoneyMicro;
  /** Lost for good so far, gains taken off. */
  readonly lostInAllMicro: MoneyMicro;
  readonly freeCashMicro: MoneyMicro;
  /** Shares of the order's token that no standing sale has promised. */
  readonly freeSharesMicro: SizeMicro;
  /** The venue's midpoint of the token, while it is fresh. */
  readonly midTicks: PriceTicks | null;
}

/** `expired`: too late, so that it never leaves. */
export interface Refusal {
  readonly code: RejectCode | 'expired';
  readonly detail: string;
}

/** Below this a marketable purchase is refused: nominally 1 pUSD may be cut to 0.99 (venue notes of 2026-11-23, polymarket §2). */
const MIN_MARKETABLE_MICRO = 1.01 * MICRO_PER_UNIT;
/** Sizes have two decimals at every tick size (venue notes §2). */
const SIZE_STEP_MICRO = MICRO_PER_UNIT / 100;

const refuse = (detail: string, code: Refusal['code'] = 'runner-refused'): Refusal => ({ code, detail });

/** Why the order may not be signed, or `null`. */
export function checkOrder(order: ApprovedOrder, context: CheckContext): Refusal | null {
  const { nowMs, rules } = context;
  if (nowMs > order.notAfterMs)
    return refuse(`It may not be sent ${nowMs - order.notAfterMs} ms after its time.`, 'expired');
  if (rules === null) return refuse(`The runner does not know the rules of ${order.marketSlug} yet.`);
  return (
    checkForm(order, rules, nowMs) ??
    checkVenueMode(order, context) ??
    checkCollar(order, context) ??
    checkCaps(order, rules, context)
  );
}

function checkForm(order: ApprovedOrder, { market, tickSizeTicks }: MarketRules, nowMs: UnixMs): Refusal | null {
  const { amount, priceTicks, side, timeInForce } = order;
  const isImmediate = timeInForce === 'FOK' || timeInForce === 'FAK';
  if (market.tokens[order.outcome] !== order.tokenId) {
    return refuse(`The token is not the ${order.outcome} token of ${market.slug} by the runner's own knowledge.`);
  }
  if (order.marketSlug !== market.slug || order.windowStartMs !== market.window.startMs) {
    return refuse(`The window of the order is not that of ${market.slug}.`);
  }
  if (nowMs >= market.window.endMs) return refuse(`The window of ${market.slug} is over.`);
  if (!Number.isSafeInteger(priceTicks) || priceTicks % tickSizeTicks !== 0) {
    return refuse(
      `Price ${formatPriceTicks(priceTicks)} is not on the market's grid of ${formatPriceTicks(tickSizeTicks)}.`,
      'off-tick',
    );
  }
  if (priceTicks < tickSizeTicks || priceTicks > TICKS_PER_PUSD - tickSizeTicks) {
    return refuse(`Price ${formatPriceTicks(priceTicks)} is outside what the venue takes.`, 'off-tick');
  }
  if (!Number.isSafeInteger(order.salt) || order.salt < 0) return refuse('The salt is not an integer below 2^53.');
  if (order.postOnly && isImmediate) return refuse(`Post-only and ${timeInForce} exclude each other.`);
  if (amount.unit === 'pusd') {
    if (side !== 'buy' || !isImmediate) return refuse('Only a market purchase spends an amount of money.');
    if (!Number.isSafeInteger(amount.spendMicro) || amount.spendMicro <= 0)
      return refuse('The amount to spend is not a whole one.');
    const shares = Math.floor((amount.spendMicro * TICKS_PER_PUSD) / priceTicks);
    if (shares < market.minSizeMicro) return refuse(tooSmall(shares, market.minSizeMicro));
  } else {
    if (!Number.isSafeInteger(amount.sizeMicro) || amount.sizeMicro <= 0 || amount.sizeMicro % SIZE_STEP_MICRO !== 0) {
      return refuse('The size is not a whole number of hundredths.');
    }
    if (amount.sizeMicro < market.minSizeMicro) return refuse(tooSmall(amount.sizeMicro, market.minSizeMicro));
  }
  if (side === 'buy' && isImmediate && notionalMicro(order) < MIN_MARKETABLE_MICRO) {
    return refuse(`A market purchase of ${formatMicro(notionalMicro(order))} pUSD is below the venue's 1 pUSD.`);
  }
  return null;
}

const tooSmall = (sizeMicro: SizeMicro, minimumMicro: SizeMicro): string =>
  `${formatMicro(sizeMicro)} shares are fewer than the venue's minimum of ${formatMicro(minimumMicro)}.`;

function checkVenueMode(order: ApprovedOrder, { venueMode, nowMs, rateLimitedUntilMs }: CheckContext): Refusal | null {
  if (nowMs < rateLimitedUntilMs) {
    return refuse(`The venue's rate limit holds for ${rateLimitedUntilMs - nowMs} ms more.`, 'rate-limited');
  }
  switch (venueMode) {
    case 'open':
      return null;
    case 'post-only':
      return order.postOnly ? null : refuse('The venue takes post-only orders alone at the moment.', 'post-only-mode');
    case 'cancel-only':
      return refuse('The venue takes cancels alone at the moment.', 'cancel-only');
    case 'restarting':
      return refuse('The venue is starting anew.', 'restarting');
    case 'disabled':
      return refuse('The venue has disabled trading.', 'cancel-only');
    default:
      venueMode satisfies never;
      return refuse('The venue is in a mode that is not known.');
  }
}

function checkCollar(order: ApprovedOrder, { caps, midTicks }: CheckContext): Refusal | null {
  const { priceTicks, side } = order;
  if (priceTicks < caps.minPriceTicks || priceTicks > caps.maxPriceTicks) {
    return refuse(
      `Price ${formatPriceTicks(priceTicks)} is outside the runner's collar of ${formatPriceTicks(caps.minPriceTicks)} to ${formatPriceTicks(caps.maxPriceTicks)}.`,
    );
  }
  if (midTicks === null) return null;
  const beyond = side === 'buy' ? priceTicks - midTicks : midTicks - priceTicks;
  if (beyond <= caps.maxDistanceTicks) return null;
  return refuse(
    `Price ${formatPriceTicks(priceTicks)} is ${formatPriceTicks(beyond)} beyond the venue's midpoint, the runner's collar is ${formatPriceTicks(caps.maxDistanceTicks)}.`,
  );
}

function checkCaps(order: ApprovedOrder, { market }: MarketRules, context: CheckContext): Refusal | null {
  const { caps, restriction, holdings, openInWindow } = context;
  const exposure = exposureOf(order, market.fees);
  const notional = notionalMicro(order);
  if (restriction.mode === 'halted') return refuse(restriction.detail);
  if (notional > caps.maxOrderMicro) {
    return refuse(
      `The order is worth ${formatMicro(notional)} pUSD, the runner's limit is ${formatMicro(caps.maxOrderMicro)}.`,
    );
  }
  if (context.sentInHourMicro + notional > caps.maxHourlyMicro) {
    return refuse(
      `With this order ${formatMicro(context.sentInHourMicro + notional)} pUSD would be sent in an hour, the runner's limit is ${formatMicro(caps.maxHourlyMicro)}.`,
    );
  }
  if (order.side === 'sell') {
    const sizeMicro = order.amount.unit === 'shares' ? order.amount.sizeMicro : 0;
    if (sizeMicro > context.freeSharesMicro) {
      return refuse(
        `${formatMicro(sizeMicro)} shares would be sold, ${formatMicro(context.freeSharesMicro)} are free.`,
        'insufficient-balance',
      );
    }
  }
  const needed = cashNeededMicro(exposure);
  if (needed > context.freeCashMicro) {
    return refuse(
      `The order needs ${formatMicro(needed)} pUSD, ${formatMicro(Math.max(0, context.freeCashMicro))} pUSD are free.`,
      'insufficient-balance',
    );
  }
  const before = worstLossMicro(holdings, openInWindow);
  const after = worstLossMicro(holdings, [...openInWindow, exposure]);
  if (lowersWorstLoss(exposure, context)) return null;
  if (restriction.mode === 'reducing') return refuse(restriction.detail);
  if (caps.maxOrdersPerWindow !== null) {
    if (context.ordersInWindow >= caps.maxOrdersPerWindow) {
      return refuse(`${context.ordersInWindow} order was sent in this window, which is all that is allowed live.`);
    }
    const sizeMicro = order.amount.unit === 'shares' ? order.amount.sizeMicro : null;
    if (sizeMicro !== market.minSizeMicro) {
      return refuse(`Live orders have exactly the minimum size of ${formatMicro(market.minSizeMicro)} shares for now.`);
    }
  }
  const dayLoss = context.dayLossMicro + after - before;
  if (dayLoss > caps.maxDailyLossMicro) {
    return refuse(
      `The day could lose ${formatMicro(dayLoss)} pUSD, the runner's limit is ${formatMicro(caps.maxDailyLossMicro)}.`,
    );
  }
  if (caps.learningBudgetMicro !== null && context.lostInAllMicro + after > caps.learningBudgetMicro) {
    return refuse(
      `${formatMicro(Math.max(0, context.lostInAllMicro) + after)} pUSD could be lost in all, the learning budget is ${formatMicro(caps.learningBudgetMicro)}.`,
    );
  }
  return null;
}

/** Whether the window's worst loss is smaller once the order has filled, whatever else of it fills. */
function lowersWorstLoss(exposure: OpenExposure, { holdings, openInWindow }: CheckContext): boolean {
  const { intent, remainingMicro, maxFeeMicro } = exposure;
  if (intent.amount.unit === 'pusd') return false;
  const sign = intent.side === 'buy' ? 1 : -1;
  const paid = sign * Math.ceil((intent.priceTicks * remainingMicro) / TICKS_PER_PUSD) + maxFeeMicro;
  const filled: Holdings = {
    upMicro: holdings.upMicro + (intent.outcome === 'up' ? sign * remainingMicro : 0),
    downMicro: holdings.downMicro + (intent.outcome === 'down' ? sign * remainingMicro : 0),
    netPaidMicro: holdings.netPaidMicro + paid,
  };
  return worstLossMicro(filled, openInWindow) < worstLossMicro(holdings, openInWindow);
}
