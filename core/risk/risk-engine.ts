/**
 * The one gate between an intent and an order. Every check is pure, counts the worst case with what is resting, in flight and
 * unknown before the order leaves, and names its reason. Nothing else makes an `ApprovedOrder`.
 */
import type { ProbeConfig, RiskConfig } from '../config/engine-config.ts';
import type { VenueMode } from '../model/account.ts';
import type { ClientOrderId } from '../model/identifiers.ts';
import type { FeeSchedule, Market } from '../model/market.ts';
import type { MoneyMicro, SizeMicro } from '../model/money.ts';
import { costRoundedUp, MICRO_PER_UNIT, proceedsRoundedDown } from '../model/money.ts';
import type { ApprovedOrder, OrderIntent } from '../model/order.ts';
import type { PriceTicks } from '../model/price.ts';
import { TICKS_PER_PUSD } from '../model/price.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { Stream } from '../model/source.ts';
import type { DurationMs, UnixMs } from '../model/time.ts';
import { takerFeeMicro } from '../pricing/fees.ts';
import type { DeniedReason } from './denied-reason.ts';
import { cashNeededMicro, type Holdings, type OpenExposure, worstLossMicro, worstResultMicro } from './exposure.ts';
import type { GuardVerdict } from './settlement-rule-guard.ts';

/** Millionths in one: limits are given in parts per million of the bankroll. */
const PPM = 1_000_000;
/** The venue wants 1 pUSD of a BUY that trades at once, and can cut exactly that to 0.99 (venue notes §2, 2026-11-23). */
const MIN_MARKETABLE_BUY_MICRO: MoneyMicro = 1_010_000;

export interface RiskContext {
  readonly nowMs: UnixMs;
  /** The strictest restriction in force, or `null` when trading is active. */
  readonly restriction: { readonly mode: 'reducing' | 'halted'; readonly reason: string } | null;
  readonly market: Market | null;
  readonly guard: GuardVerdict;
  /** The market's tick size now: it changes near 0 and 1. */
  readonly tickSizeTicks: PriceTicks;
  /** Time before which opening is too early, and after which too late. */
  readonly opensAtMs: UnixMs;
  readonly closesAtMs: UnixMs;
  readonly staleInput: {
    readonly stream: Stream;
    readonly ageMs: DurationMs | null;
    readonly limitMs: DurationMs;
  } | null;
  readonly holdings: Holdings;
  readonly openInWindow: readonly OpenExposure[];
  /** Sum of the worst losses of all other windows. */
  readonly otherWindowsLossMicro: MoneyMicro;
  /** Realised loss of the UTC day so far; negative on a winning day, and then it does not widen the limit. */
  readonly dayLossMicro: MoneyMicro;
  /** Cash that is there by our books and by the account's own word. */
  readonly cashMicro: MoneyMicro;
  /** What the exchange may take of it; `null` where nothing limits it. */
  readonly allowanceMicro: MoneyMicro | null;
  /** Cash that orders still standing may take, of all windows. */
  readonly reservedCashMicro: MoneyMicro;
  /** Shares of the intent's token that no standing sale has promised. */
  readonly freeSharesMicro: SizeMicro;
  readonly ordersInLastSecond: number;
  /** Orders that were sent in this window, whatever became of them. */
  readonly ordersInWindow: number;
  readonly venueMode: VenueMode;
  readonly probe: ProbeConfig;
  readonly config: RiskConfig;
}

export interface OrderIdentity {
  readonly clientOrderId: ClientOrderId;
  readonly createdMs: UnixMs;
  readonly notAfterMs: UnixMs;
  readonly salt: number;
}

/** Approves an intent, or says why not. */
export function approveOrder(
  intent: OrderIntent,
  context: RiskContext,
  identity: OrderIdentity,
): Result<ApprovedOrder, DeniedReason> {
  const { market } = context;
  if (market === null || market.tokens[intent.outcome] !== intent.tokenId) return err({ code: 'unknown-market' });
  if (!context.guard.tradable) return err({ code: 'rule-guard', difference: context.guard.differences.join('; ') });
  const exposure = exposureOf(intent, market.fees);
  const denied =
    checkTradingState(exposure, context) ??
    checkVenueMode(intent, context) ??
    checkTime(context) ??
    checkInputs(context) ??
    checkPrice(intent, context.tickSizeTicks) ??
    checkSize(intent, market) ??
    checkProbe(intent, market, context) ??
    checkRate(context) ??
    checkFunds(intent, exposure, context) ??
    checkLosses(exposure, context);
  if (denied !== null) return err(denied);
  return ok({ ...intent, ...identity } as ApprovedOrder);
}

/** What a whole new order could still do, its largest fee included. */
export function exposureOf(intent: OrderIntent, fees: FeeSchedule | null): OpenExposure {
  const remainingMicro = intent.amount.unit === 'pusd' ? intent.amount.spendMicro : intent.amount.sizeMicro;
  return { intent, remainingMicro, maxFeeMicro: maxFeeMicro(intent, fees, remainingMicro) };
}

/** Largest fee of filling `remainingMicro`: a maker pays none; a taker pays most at the price nearest to a half that it accepts. */
export function maxFeeMicro(intent: OrderIntent, fees: FeeSchedule | null, remainingMicro: number): MoneyMicro {
  if (fees === null || (intent.postOnly && fees.takerOnly)) return 0;
  if (intent.amount.unit === 'pusd') return Math.ceil((remainingMicro * fees.ratePpm) / MICRO_PER_UNIT);
  const half = TICKS_PER_PUSD / 2;
  const worst = intent.side === 'buy' ? Math.min(intent.priceTicks, half) : Math.max(intent.priceTicks, half);
  return takerFeeMicro(fees, worst, remainingMicro);
}

function checkTradingState(exposure: OpenExposure, context: RiskContext): DeniedReason | null {
  const { restriction } = context;
  if (restriction === null) return null;
  if (restriction.mode === 'reducing' && lowersWorstLoss(exposure, context)) return null;
  return { code: 'trading-restricted', mode: restriction.mode, reason: restriction.reason };
}

/**
 * True when the window's worst result, over what stands already, is better after the order has filled in full than before. Loss and
 * shares change in one proportion, so a part of the fill makes it better too.
 */
function lowersWorstLoss(exposure: OpenExposure, { holdings, openInWindow }: RiskContext): boolean {
  const { intent, remainingMicro, maxFeeMicro: fee } = exposure;
  const buys = intent.side === 'buy';
  const shares =
    intent.amount.unit === 'pusd' ? Math.floor((remainingMicro * TICKS_PER_PUSD) / intent.priceTicks) : remainingMicro;
  const signedShares = buys ? shares : -shares;
  const paid = buys
    ? (intent.amount.unit === 'pusd' ? remainingMicro : costRoundedUp(intent.priceTicks, shares)) + fee
    : fee - proceedsRoundedDown(intent.priceTicks, shares);
  const after: Holdings = {
    upMicro: holdings.upMicro + (intent.outcome === 'up' ? signedShares : 0),
    downMicro: holdings.downMicro + (intent.outcome === 'down' ? signedShares : 0),
    netPaidMicro: holdings.netPaidMicro + paid,
  };
  return worstResultMicro(after, openInWindow) < worstResultMicro(holdings, openInWindow);
}

/** Post-only orders are taken for a while after a restart of the venue, and nothing else (venue notes §3.4, 2026-11-23). */
function checkVenueMode(intent: OrderIntent, { venueMode }: RiskContext): DeniedReason | null {
  if (venueMode === 'open' || (venueMode === 'post-only' && intent.postOnly)) return null;
  return { code: 'venue-mode', mode: venueMode };
}

function checkTime(context: RiskContext): DeniedReason | null {
  if (context.nowMs >= context.opensAtMs && context.nowMs < context.closesAtMs) return null;
  return { code: 'window-closed', msToEnd: Math.max(0, context.closesAtMs - context.nowMs) };
}

function checkInputs(context: RiskContext): DeniedReason | null {
  return context.staleInput === null ? null : { code: 'stale-input', ...context.staleInput };
}

function checkPrice(intent: OrderIntent, tickSizeTicks: PriceTicks): DeniedReason | null {
  const { priceTicks } = intent;
  const onGrid = Number.isSafeInteger(priceTicks) && priceTicks % tickSizeTicks === 0;
  if (onGrid && priceTicks >= tickSizeTicks && priceTicks <= TICKS_PER_PUSD - tickSizeTicks) return null;
  return { code: 'bad-price', priceTicks, tickSizeTicks };
}

/** Never rounded up to the minimum (DESIGN §3.13). Money buys at least this many shares at the limit price. */
function checkSize(intent: OrderIntent, market: Market): DeniedReason | null {
  const sizeMicro = sizeOf(intent);
  if (sizeMicro < market.minSizeMicro) return { code: 'below-minimum', sizeMicro, minimumMicro: market.minSizeMicro };
  const amountMicro =
    intent.amount.unit === 'pusd' ? intent.amount.spendMicro : costRoundedUp(intent.priceTicks, sizeMicro);
  const canTradeAtOnce = intent.side === 'buy' && !intent.postOnly;
  if (!canTradeAtOnce || amountMicro >= MIN_MARKETABLE_BUY_MICRO) return null;
  return { code: 'below-dollar', amountMicro, minimumMicro: MIN_MARKETABLE_BUY_MICRO };
}

function sizeOf({ amount, priceTicks }: OrderIntent): SizeMicro {
  return amount.unit === 'pusd' ? Math.floor((amount.spendMicro * TICKS_PER_PUSD) / priceTicks) : amount.sizeMicro;
}

/** The cap on a probe is on what it opens: what takes risk away while trading is restricted is none of it. */
function checkProbe(intent: OrderIntent, market: Market, context: RiskContext): DeniedReason | null {
  const { probe, ordersInWindow: orders } = context;
  if (probe === null || context.restriction !== null) return null;
  const sizeMicro = sizeOf(intent);
  if (sizeMicro > market.minSizeMicro) return { code: 'probe-size', sizeMicro, limitMicro: market.minSizeMicro };
  const limit = probe.maxOrdersPerWindow;
  return orders < limit ? null : { code: 'probe-orders', orders, limit };
}

function checkRate(context: RiskContext): DeniedReason | null {
  const limit = context.config.maxOrdersPerSecond;
  if (context.ordersInLastSecond < limit) return null;
  return { code: 'order-rate', inLastSecond: context.ordersInLastSecond, limit };
}

function checkFunds(intent: OrderIntent, exposure: OpenExposure, context: RiskContext): DeniedReason | null {
  if (intent.side === 'sell' && exposure.remainingMicro > context.freeSharesMicro) {
    return {
      code: 'insufficient-shares',
      neededMicro: exposure.remainingMicro,
      freeMicro: context.freeSharesMicro,
    };
  }
  const neededMicro = cashNeededMicro(exposure);
  const freeMicro = context.cashMicro - context.reservedCashMicro;
  if (neededMicro > freeMicro) return { code: 'insufficient-cash', neededMicro, freeMicro };
  if (intent.side === 'sell' || context.allowanceMicro === null) return null;
  const allowedMicro = context.allowanceMicro - context.reservedCashMicro;
  return neededMicro > allowedMicro ? { code: 'insufficient-allowance', neededMicro, freeMicro: allowedMicro } : null;
}

function checkLosses(exposure: OpenExposure, context: RiskContext): DeniedReason | null {
  const { config, holdings } = context;
  // While restricted only what takes risk away has come this far: a limit that is passed already must not keep us in.
  if (context.restriction !== null) return null;
  const nothingHeld: Holdings = { upMicro: 0, downMicro: 0, netPaidMicro: 0 };
  const orderLoss = worstLossMicro(nothingHeld, [exposure]);
  const marketLoss = worstLossMicro(holdings, [...context.openInWindow, exposure]);
  const totalLoss = marketLoss + context.otherWindowsLossMicro;
  const dayLoss = totalLoss + Math.max(0, context.dayLossMicro);
  return (
    overLimit('max-order-loss', orderLoss, config.maxOrderPpm, config.bankrollMicro) ??
    overLimit('max-market-loss', marketLoss, config.maxMarketPpm, config.bankrollMicro) ??
    overLimit('max-total-loss', totalLoss, config.maxTotalPpm, config.bankrollMicro) ??
    overLimit('max-daily-loss', dayLoss, config.maxDailyLossPpm, config.bankrollMicro)
  );
}

type LossCode = 'max-order-loss' | 'max-market-loss' | 'max-total-loss' | 'max-daily-loss';

function overLimit(code: LossCode, lossMicro: MoneyMicro, ppm: number, bankrollMicro: MoneyMicro): DeniedReason | null {
  const limitMicro = Math.floor((bankrollMicro / PPM) * ppm);
  return lossMicro > limitMicro ? { code, lossMicro, limitMicro } : null;
}
