/**
 * Orders and trades in the venue's own fields, for REST and for the user channel. Sizes and prices are decimal texts; statuses are
 * prefixed on REST and bare on the channel. The top-level fields of a trade are the taker's. Source: official clients' models and a
 * capture of 2026-07, venue notes of 2026-11-23 §3.2, §5.2.
 */
import { createHash } from 'node:crypto';
import type { Hex } from 'viem';
import { getAddress } from 'viem/utils';
import { formatMicro } from '../../core/model/money.ts';
import type { Side } from '../../core/model/order.ts';
import { formatPriceTicks } from '../../core/model/price.ts';
import { SECOND_MS, type UnixMs } from '../../core/model/time.ts';
import type { Outcome } from '../../core/model/window.ts';
import type { TradePart, VenueAddress, VenueOrderView, VenueTrade } from '../trading/venue-exchange.ts';
import type { Accounts } from './accounts.ts';

type Message = Readonly<Record<string, unknown>>;

/** An order as REST shows it. */
export function restOrder(order: VenueOrderView, accounts: Accounts): Message {
  return {
    id: order.orderHash,
    status: `ORDER_STATUS_${order.state}`,
    owner: accounts.placedWith(order.orderHash, order.maker),
    ...orderFields(order),
    created_at: Math.floor(order.createdMs / SECOND_MS),
  };
}

/** An order as the user channel tells of it. */
export function channelOrder(
  order: VenueOrderView,
  type: 'PLACEMENT' | 'UPDATE' | 'CANCELLATION',
  atMs: UnixMs,
  accounts: Accounts,
): Message {
  const owner = accounts.placedWith(order.orderHash, order.maker);
  return {
    event_type: 'order',
    type,
    id: order.orderHash,
    owner,
    order_owner: owner,
    ...orderFields(order),
    created_at: secondsText(order.createdMs),
    status: order.state,
    timestamp: String(atMs),
  };
}

function orderFields(order: VenueOrderView): Message {
  return {
    maker_address: addressText(order.maker),
    market: order.conditionId,
    asset_id: order.tokenId,
    side: sideText(order.side),
    original_size: formatMicro(order.originalMicro),
    size_matched: formatMicro(order.matchedMicro),
    price: formatPriceTicks(order.priceTicks),
    associate_trades: order.tradeIds,
    outcome: outcomeText(order.outcome),
    expiration: String(order.expirationSeconds),
    order_type: order.timeInForce,
  };
}

/** A trade as REST shows it to one of the two sides. */
export function restTrade(trade: VenueTrade, addresses: readonly VenueAddress[], accounts: Accounts): Message {
  return {
    id: trade.tradeId,
    ...tradeFields(trade, addresses, accounts),
    status: `TRADE_STATUS_${trade.state}`,
    match_time_nano: `${trade.matchedMs}000000`,
    ...(trade.state === 'FAILED' ? { err_msg: 'the transaction was reverted' } : {}),
  };
}

/** A trade as the user channel tells it to the account of `addresses`. */
export function channelTrade(
  trade: VenueTrade,
  atMs: UnixMs,
  addresses: readonly VenueAddress[],
  accounts: Accounts,
): Message {
  const viewer = [trade.taker, ...trade.makers].find((part) => isOf(part, addresses)) ?? trade.taker;
  return {
    event_type: 'trade',
    type: 'TRADE',
    id: trade.tradeId,
    ...tradeFields(trade, addresses, accounts),
    status: trade.state,
    trade_owner: accounts.ownerFieldOf(viewer),
    timestamp: String(atMs),
  };
}

function tradeFields(trade: VenueTrade, addresses: readonly VenueAddress[], accounts: Accounts): Message {
  const { taker } = trade;
  return {
    taker_order_id: orderIdOf(taker, trade, 0),
    market: trade.conditionId,
    asset_id: taker.tokenId,
    side: sideText(taker.side),
    size: formatMicro(taker.sizeMicro),
    price: formatPriceTicks(taker.priceTicks),
    // Empty, as the real channel has it since fees are no part of the order.
    fee_rate_bps: '',
    match_time: secondsText(trade.matchedMs),
    last_update: secondsText(trade.updatedMs),
    outcome: outcomeText(taker.outcome),
    owner: accounts.ownerFieldOf(taker),
    maker_address: addressText(taker.maker),
    trader_side: isOf(taker, addresses) ? 'TAKER' : 'MAKER',
    transaction_hash: trade.transactionHash ?? '',
    bucket_index: 0,
    maker_orders: trade.makers.map((maker, index) => ({
      order_id: orderIdOf(maker, trade, index + 1),
      owner: accounts.ownerFieldOf(maker),
      maker_address: addressText(maker.maker),
      matched_amount: formatMicro(maker.sizeMicro),
      price: formatPriceTicks(maker.priceTicks),
      fee_rate_bps: '',
      asset_id: maker.tokenId,
      side: sideText(maker.side),
      outcome: outcomeText(maker.outcome),
      outcome_index: maker.outcome === 'up' ? 0 : 1,
    })),
  };
}

function isOf(part: TradePart, addresses: readonly VenueAddress[]): boolean {
  return part.orderHash !== null && addresses.includes(part.maker);
}

/** An order's id; one is invented for an order of the simulated public. */
function orderIdOf(part: TradePart, trade: VenueTrade, index: number): string {
  if (part.orderHash !== null) return part.orderHash;
  return `0x${createHash('sha256').update(`public|${trade.tradeId}|${index}`).digest('hex')}`;
}

/** The address with its checksum, as the venue writes it. */
export function addressText(address: VenueAddress): string {
  return getAddress(address as Hex);
}

function sideText(side: Side): 'BUY' | 'SELL' {
  return side === 'buy' ? 'BUY' : 'SELL';
}

function outcomeText(outcome: Outcome): 'Up' | 'Down' {
  return outcome === 'up' ? 'Up' : 'Down';
}

function secondsText(atMs: UnixMs): string {
  return String(Math.floor(atMs / SECOND_MS));
}
