/**
 * Makes a trade of what met in the book: who gave and got what, told to the user channel and counted as pending until it is settled.
 * Makers trade at their own order's price; the fee is the taker's. Two buyers of both tokens mint, two sellers merge (venue notes of
 * 2026-11-23 §4, §7).
 */
import { createHash } from 'node:crypto';
import type { ConditionId, VenueOrderId } from '../../core/model/identifiers.ts';
import { costRoundedUp, type MoneyMicro } from '../../core/model/money.ts';
import type { Side } from '../../core/model/order.ts';
import type { PriceTicks } from '../../core/model/price.ts';
import type { UnixMs } from '../../core/model/time.ts';
import { type Outcome, oppositeOutcome } from '../../core/model/window.ts';
import { takerFeeMicro } from '../../core/pricing/fees.ts';
import type { BookFill } from '../../core/simulation/joint-book.ts';
import { hashLabel, hashPair } from '../../core/simulation/rng.ts';
import type { VenueMarket } from '../venue-market.ts';
import { accountOf, bookedShares, bookPending, type MatchEffects, type Movement } from './account-ledger.ts';
import { noteBalance } from './balance-cache.ts';
import {
  type AccountOrder,
  type ExchangeState,
  inUpTerms,
  leftOf,
  noteOrder,
  type TradeRecord,
} from './exchange-state.ts';
import { isHouse, PUBLIC_ACCOUNT, VENUE_ACCOUNT } from './house-accounts.ts';
import { cancelUncovered, endOrder } from './order-endings.ts';
import { pusdOf } from './taking-plan.ts';
import type { TradePart, VenueAddress, VenueTrade } from './venue-exchange.ts';

/** Who took: an account's order, or `order: null` for the public. */
export interface Taker {
  readonly order: AccountOrder | null;
  readonly outcome: Outcome;
  readonly side: Side;
}

/** Records the match of a taker with what it met at one price of Up. */
export function recordTrade(
  state: ExchangeState,
  market: VenueMarket,
  taker: Taker,
  upTicks: PriceTicks,
  fills: readonly BookFill[],
  atMs: UnixMs,
): VenueTrade {
  const number = state.nextTrade++;
  const tradeId = tradeIdOf(state, number);
  const parts = makerParts(state, market, taker, upTicks, fills);
  const makers = parts.map(({ part }) => part);
  const movements = parts.map(({ order, part }) => movementOf(part, valueOfMaker(order, part)));
  const touched: AccountOrder[] = [];
  for (const { order, part } of parts) {
    if (order === null) continue;
    order.matchedMicro += part.sizeMicro;
    order.tradeIds = [...order.tradeIds, tradeId];
    touched.push(order);
  }
  const takerPart = takerPartOf(state, market, taker, upTicks, fills);
  movements.push(movementOf(takerPart, pusdOf(taker.side, takerPart.priceTicks, takerPart.sizeMicro)));
  const effects = closeEffects(market.conditionId, takerPart, makers, movements);
  const trade: VenueTrade = {
    tradeId,
    conditionId: market.conditionId,
    kind: kindOf(takerPart, makers),
    taker: takerPart,
    makers,
    state: 'MATCHED',
    transactionHash: null,
    matchedMs: atMs,
    updatedMs: atMs,
  };
  if (taker.order !== null) {
    taker.order.matchedMicro += takerPart.sizeMicro;
    taker.order.tradeIds = [...taker.order.tradeIds, tradeId];
  }
  const record = openRecord(state, trade, effects, atMs);
  state.trades.set(tradeId, record);
  state.unsettled.set(tradeId, record);
  bookPending(state.ledger, effects, 1);
  noteShares(state, effects, atMs);
  state.notices.push({ kind: 'trade', trade, atMs });
  for (const order of touched) {
    if (leftOf(order) === 0) endOrder(state, order, 'MATCHED', atMs);
    noteOrder(state, 'UPDATE', order, atMs);
  }
  for (const owner of ownersOf(effects)) cancelUncovered(state, owner, atMs);
  return trade;
}

/** Accounts that a match moves something of. */
export function ownersOf(effects: MatchEffects): ReadonlySet<VenueAddress> {
  return new Set(effects.movements.map(({ owner }) => owner));
}

/** The venue's cache learns, in its own time, of shares that moved. */
export function noteShares(state: ExchangeState, effects: MatchEffects, atMs: UnixMs): void {
  for (const { owner, tokenId } of effects.movements) {
    if (tokenId === null || isHouse(owner)) continue;
    const sizeMicro = bookedShares(accountOf(state.ledger, owner), tokenId);
    noteBalance(state.cache, owner, tokenId, sizeMicro, atMs + state.faults.balanceLagMs());
  }
}

interface MakerPart {
  readonly order: AccountOrder | null;
  readonly part: TradePart;
}

/** Who was hit, in the order of the queue; neighbours of the public that do the same are one. */
function makerParts(
  state: ExchangeState,
  market: VenueMarket,
  taker: Taker,
  upTicks: PriceTicks,
  fills: readonly BookFill[],
): MakerPart[] {
  const parts: MakerPart[] = [];
  for (const fill of fills) {
    const order = state.orders.get(fill.owner as VenueOrderId) ?? null;
    const part = order === null ? publicPart(state, market, taker, upTicks, fill) : partOf(order, fill.sizeMicro);
    const last = parts.at(-1);
    if (last !== undefined && last.order === null && order === null && last.part.outcome === part.outcome) {
      parts[parts.length - 1] = {
        order,
        part: { ...part, sizeMicro: last.part.sizeMicro + part.sizeMicro },
      };
    } else parts.push({ order, part });
  }
  return parts;
}

function partOf(order: AccountOrder, sizeMicro: number): TradePart {
  const { orderHash, maker, tokenId, outcome, side, priceTicks } = order;
  return { orderHash, maker, tokenId, outcome, side, priceTicks, sizeMicro, feeMicro: 0 };
}

/** An order of the public sells one token or buys the other: the book does not say which, so half of them do either. */
function publicPart(
  state: ExchangeState,
  market: VenueMarket,
  taker: Taker,
  upTicks: PriceTicks,
  fill: BookFill,
): TradePart {
  const draw = hashPair(state.options.seed ^ hashLabel(`public:${market.slug}`), fill.orderId);
  const same = (draw & 1) === 0;
  const outcome = same ? taker.outcome : oppositeOutcome(taker.outcome);
  return {
    orderHash: null,
    maker: PUBLIC_ACCOUNT,
    tokenId: market.tokens[outcome],
    outcome,
    side: same ? (taker.side === 'buy' ? 'sell' : 'buy') : taker.side,
    priceTicks: inUpTerms(outcome, upTicks),
    sizeMicro: fill.sizeMicro,
    feeMicro: 0,
  };
}

function takerPartOf(
  state: ExchangeState,
  market: VenueMarket,
  taker: Taker,
  upTicks: PriceTicks,
  fills: readonly BookFill[],
): TradePart {
  const { order, outcome, side } = taker;
  const priceTicks = inUpTerms(outcome, upTicks);
  const sizeMicro = fills.reduce((sum, fill) => sum + fill.sizeMicro, 0);
  return {
    orderHash: order?.orderHash ?? null,
    maker: order?.maker ?? PUBLIC_ACCOUNT,
    tokenId: market.tokens[outcome],
    outcome,
    side,
    priceTicks,
    sizeMicro,
    feeMicro: takerFeeMicro(state.options.fees, priceTicks, sizeMicro),
  };
}

/** A resting BUY pays in sum what it reserved, however many parts it is filled in: the rounding is of the whole. */
function valueOfMaker(order: AccountOrder | null, part: TradePart): MoneyMicro {
  if (order === null || order.side === 'sell') return pusdOf(part.side, part.priceTicks, part.sizeMicro);
  const left = leftOf(order);
  return costRoundedUp(order.priceTicks, left) - costRoundedUp(order.priceTicks, left - part.sizeMicro);
}

function movementOf(part: TradePart, valueMicro: MoneyMicro): Movement {
  const { maker: owner, tokenId, side, sizeMicro, feeMicro } = part;
  return side === 'buy'
    ? { owner, pusdMicro: -valueMicro - feeMicro, tokenId, sharesMicro: sizeMicro }
    : { owner, pusdMicro: valueMicro - feeMicro, tokenId, sharesMicro: -sizeMicro };
}

/** The venue takes the fee, and the millionths that the roundings of both sides leave or lack. */
function closeEffects(
  conditionId: ConditionId,
  taker: TradePart,
  makers: readonly TradePart[],
  movements: readonly Movement[],
): MatchEffects {
  let collateralMicro = 0;
  for (const maker of makers) {
    if (maker.side === taker.side) collateralMicro += maker.side === 'buy' ? maker.sizeMicro : -maker.sizeMicro;
  }
  const paidMicro = movements.reduce((sum, { pusdMicro }) => sum - pusdMicro, 0);
  const venue: Movement = {
    owner: VENUE_ACCOUNT,
    pusdMicro: paidMicro - collateralMicro,
    tokenId: null,
    sharesMicro: 0,
  };
  return { conditionId, movements: [...movements, venue], collateralMicro };
}

function kindOf(taker: TradePart, makers: readonly TradePart[]): VenueTrade['kind'] {
  const kinds = new Set(
    makers.map((maker) => (maker.side !== taker.side ? 'direct' : maker.side === 'buy' ? 'mint' : 'merge')),
  );
  const [only] = kinds;
  return kinds.size === 1 && only !== undefined ? only : 'mixed';
}

function openRecord(state: ExchangeState, trade: VenueTrade, effects: MatchEffects, atMs: UnixMs): TradeRecord {
  const { minedAfterMs, confirmedAfterMs, fails } = state.faults.settlementOf(trade);
  const minedAtMs = atMs + minedAfterMs;
  return { trade, effects, confirmedAtMs: Math.max(minedAtMs, atMs + confirmedAfterMs), fails, nextAtMs: minedAtMs };
}

/** A UUID's form from the seed and the count. */
function tradeIdOf(state: ExchangeState, number: number): string {
  const hex = createHash('sha256').update(`${state.options.seed}:trade:${number}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}
