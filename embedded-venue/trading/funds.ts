/** What an account can still commit: its balances as the venue counts them, less what its open orders hold back. */
import type { TokenId, VenueOrderId } from '../../core/model/identifiers.ts';
import type { MoneyMicro, SizeMicro } from '../../core/model/money.ts';
import { STANDARD_EXCHANGE } from '../clob/chain-contracts.ts';
import { accountOf, bookedPusd, bookedShares, exchangeAllowance } from './account-ledger.ts';
import { type AccountOrder, type ExchangeState, leftOf, reserveOf } from './exchange-state.ts';
import type { VenueAddress } from './venue-exchange.ts';

/** Open orders of an account, oldest first. */
export function openOrdersOf(state: ExchangeState, owner: VenueAddress): AccountOrder[] {
  return [...state.open.values()].filter((order) => order.maker === owner);
}

/** pUSD that open BUY orders hold back, without one of them where it is named. */
export function reservedCash(state: ExchangeState, owner: VenueAddress, without: VenueOrderId | null): MoneyMicro {
  let sumMicro = 0;
  for (const order of state.open.values()) {
    if (order.maker === owner && order.orderHash !== without) sumMicro += reserveOf(order);
  }
  return sumMicro;
}

/** Shares that open SELL orders hold back, without one of them where it is named. */
export function reservedShares(
  state: ExchangeState,
  owner: VenueAddress,
  tokenId: TokenId,
  without: VenueOrderId | null,
): SizeMicro {
  let sumMicro = 0;
  for (const order of state.open.values()) {
    const holds = order.maker === owner && order.side === 'sell' && order.tokenId === tokenId;
    if (holds && order.orderHash !== without) sumMicro += leftOf(order);
  }
  return sumMicro;
}

/** pUSD that the exchange can take: balance and allowance, whichever is less. */
export function coveredCash(state: ExchangeState, owner: VenueAddress): MoneyMicro {
  const account = accountOf(state.ledger, owner);
  return Math.min(bookedPusd(account), exchangeAllowance(account));
}

/** Shares that the exchange can take; none without its approval. */
export function coveredShares(state: ExchangeState, owner: VenueAddress, tokenId: TokenId): SizeMicro {
  const account = accountOf(state.ledger, owner);
  return account.operators.has(STANDARD_EXCHANGE) ? bookedShares(account, tokenId) : 0;
}
