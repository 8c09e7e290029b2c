/** The embedded exchange: wiring of its parts into the contract that REST, user channel, relayer and JSON-RPC stand on. */
import { invariant } from '../../core/model/errors.ts';
import { accountOf, bookedPusd } from './account-ledger.ts';
import { refreshCache, shownBalance } from './balance-cache.ts';
import {
  mergeSets,
  movePusd,
  moveUsdce,
  outcomeOf,
  redeemShares,
  splitSets,
  unwrapPusd,
  wrapUsdce,
} from './chain-calls.ts';
import { dumpExchange, restoreExchange } from './exchange-dump.ts';
import { createExchangeState, type VenueExchangeOptions, viewOf } from './exchange-state.ts';
import { passTime } from './exchange-time.ts';
import { openOrdersOf, reservedCash } from './funds.ts';
import { cancelOrder, cancelUncovered } from './order-endings.ts';
import { placeOrder } from './order-placing.ts';
import { healthyFaults } from './settlement.ts';
import type { VenueExchange } from './venue-exchange.ts';

/**
 * An exchange over a directory of markets and their books. All of it is a function of the seed, of simulated time and of the calls.
 * Addresses are taken in any case. Calls with a time bring everything up to it first; chain calls happen at the time reached.
 */
export function createVenueExchange(options: VenueExchangeOptions): VenueExchange {
  invariant(options.fees.takerOnly, 'makers pay nothing on this venue');
  const state = createExchangeState(options, { ...healthyFaults(options.seed), ...options.faults });
  const account = (owner: string) => accountOf(state.ledger, owner);
  return {
    place(order, nowMs) {
      passTime(state, nowMs);
      return placeOrder(state, order);
    },
    cancel(maker, orderHash, nowMs) {
      passTime(state, nowMs);
      return cancelOrder(state, maker.toLowerCase(), orderHash, state.nowMs);
    },
    openOrders: (maker) => openOrdersOf(state, maker.toLowerCase()).map(viewOf),
    order(orderHash) {
      const order = state.orders.get(orderHash);
      return order === undefined ? null : viewOf(order);
    },
    trades(maker) {
      const owner = maker.toLowerCase();
      const own = [...state.trades.values()].filter(
        ({ trade }) => trade.taker.maker === owner || trade.makers.some((part) => part.maker === owner),
      );
      return own.map(({ trade }) => trade).reverse();
    },
    takeNotices: () => state.notices.splice(0),
    advanceTo: (nowMs) => passTime(state, nowMs),

    holdings(owner) {
      const { pusdMicro, usdceMicro, polWei, shares } = account(owner);
      const reservedMicro = reservedCash(state, owner.toLowerCase(), null);
      return { pusdMicro, reservedMicro, usdceMicro, polWei, shares: new Map(shares) };
    },
    allowances(owner) {
      const { allowances, operators } = account(owner);
      return { pusdMicro: new Map(allowances), conditional: new Set(operators) };
    },
    cachedBalance(owner, tokenId, nowMs) {
      passTime(state, nowMs);
      if (tokenId === null) return bookedPusd(account(owner));
      return shownBalance(state.cache, owner.toLowerCase(), tokenId, state.nowMs);
    },
    refreshBalance(owner, nowMs) {
      passTime(state, nowMs);
      refreshCache(state.cache, owner.toLowerCase());
    },

    fund(owner, { pusdMicro = 0, usdceMicro = 0, polWei = 0n }) {
      account(owner).pusdMicro += pusdMicro;
      account(owner).usdceMicro += usdceMicro;
      account(owner).polWei += polWei;
      state.ledger.fundedMicro += pusdMicro + usdceMicro;
    },
    approve(owner, spender, amountMicro) {
      account(owner).allowances.set(spender.toLowerCase(), amountMicro);
      cancelUncovered(state, owner.toLowerCase(), state.nowMs);
      return null;
    },
    approveConditional(owner, operator, approved) {
      const { operators } = account(owner);
      if (approved) operators.add(operator.toLowerCase());
      else operators.delete(operator.toLowerCase());
      cancelUncovered(state, owner.toLowerCase(), state.nowMs);
      return null;
    },
    split(owner, conditionId, sizeMicro, nowMs) {
      passTime(state, nowMs);
      return splitSets(state, owner.toLowerCase(), conditionId, sizeMicro);
    },
    merge(owner, conditionId, sizeMicro, nowMs) {
      passTime(state, nowMs);
      return mergeSets(state, owner.toLowerCase(), conditionId, sizeMicro);
    },
    redeem(owner, conditionId, nowMs) {
      passTime(state, nowMs);
      return redeemShares(state, owner.toLowerCase(), conditionId);
    },
    transferPusd: (from, to, amountMicro) => movePusd(state, from.toLowerCase(), to.toLowerCase(), amountMicro),
    transferUsdce: (from, to, amountMicro) => moveUsdce(state, from.toLowerCase(), to.toLowerCase(), amountMicro),
    wrap: (from, to, amountMicro) => wrapUsdce(state, from.toLowerCase(), to.toLowerCase(), amountMicro),
    unwrap: (from, to, amountMicro) => unwrapPusd(state, from.toLowerCase(), to.toLowerCase(), amountMicro),
    spendGas(owner, wei) {
      if (account(owner).polWei < wei) return 'insufficient funds for gas * price + value';
      account(owner).polWei -= wei;
      return null;
    },
    payouts(conditionId, nowMs) {
      const outcome = outcomeOf(state, conditionId, nowMs);
      return outcome === null ? null : outcome === 'up' ? [1, 0] : [0, 1];
    },

    dump: () => dumpExchange(state),
    restore: (text) => restoreExchange(state, text),
  };
}
