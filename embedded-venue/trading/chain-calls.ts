/**
 * Transactions on the ledger as contracts would do them: they see the chain's balances only, take their allowances, and revert with the
 * contracts' own reasons. Complete sets go through the collateral adapter (venue notes of 2026-11-23 §7).
 */
import type { ConditionId, TokenId } from '../../core/model/identifiers.ts';
import type { MoneyMicro, SizeMicro } from '../../core/model/money.ts';
import type { UnixMs } from '../../core/model/time.ts';
import type { Outcome } from '../../core/model/window.ts';
import { COLLATERAL_ADAPTER } from '../clob/chain-contracts.ts';
import type { VenueMarket } from '../venue-market.ts';
import { accountOf, addTo, bookedShares, spendAllowance } from './account-ledger.ts';
import { noteBalance } from './balance-cache.ts';
import { type ExchangeState, rememberMarket } from './exchange-state.ts';
import { cancelUncovered } from './order-endings.ts';
import type { VenueAddress } from './venue-exchange.ts';

const BALANCE = 'ERC20: transfer amount exceeds balance';
const ALLOWANCE = 'ERC20: insufficient allowance';
const OPERATOR = 'ERC1155: need operator approval for 3rd party transfers.';
const SHARES = 'SafeMath: subtraction overflow';
const CONDITION = 'condition not prepared yet';
const RESULT = 'result for condition not received yet';
const AMOUNT = 'the amount is not a positive whole number of millionths';

/** pUSD into one Up and one Down each. */
export function splitSets(
  state: ExchangeState,
  owner: VenueAddress,
  conditionId: ConditionId,
  sizeMicro: SizeMicro,
): string | null {
  const market = marketOf(state, conditionId);
  if (market === null) return CONDITION;
  if (!isAmount(sizeMicro)) return AMOUNT;
  const account = accountOf(state.ledger, owner);
  // One set costs one pUSD.
  const costMicro: number = sizeMicro;
  if (account.pusdMicro < costMicro) return BALANCE;
  if (!spendAllowance(account, COLLATERAL_ADAPTER, costMicro)) return ALLOWANCE;
  rememberMarket(state, market);
  account.pusdMicro -= costMicro;
  addTo(state.ledger.collateral, conditionId, sizeMicro);
  moveSets(state, owner, market, sizeMicro);
  return null;
}

/** One Up and one Down each back into pUSD. */
export function mergeSets(
  state: ExchangeState,
  owner: VenueAddress,
  conditionId: ConditionId,
  sizeMicro: SizeMicro,
): string | null {
  const market = marketOf(state, conditionId);
  if (market === null) return CONDITION;
  if (!isAmount(sizeMicro)) return AMOUNT;
  const account = accountOf(state.ledger, owner);
  if (!account.operators.has(COLLATERAL_ADAPTER)) return OPERATOR;
  const { up, down } = market.tokens;
  if (Math.min(account.shares.get(up) ?? 0, account.shares.get(down) ?? 0) < sizeMicro) return SHARES;
  account.pusdMicro += sizeMicro;
  addTo(state.ledger.collateral, conditionId, -sizeMicro);
  moveSets(state, owner, market, -sizeMicro);
  return null;
}

function moveSets(state: ExchangeState, owner: VenueAddress, market: VenueMarket, sizeMicro: SizeMicro): void {
  for (const tokenId of [market.tokens.up, market.tokens.down]) moveShares(state, owner, tokenId, sizeMicro);
  cancelUncovered(state, owner, state.nowMs);
}

function moveShares(state: ExchangeState, owner: VenueAddress, tokenId: TokenId, sizeMicro: SizeMicro): void {
  const account = accountOf(state.ledger, owner);
  addTo(account.shares, tokenId, sizeMicro);
  const fromMs = state.nowMs + state.faults.balanceLagMs();
  noteBalance(state.cache, owner, tokenId, bookedShares(account, tokenId), fromMs);
}

/** Burns all that the owner holds of both tokens and pays what the winner is worth; nothing held pays nothing. */
export function redeemShares(state: ExchangeState, owner: VenueAddress, conditionId: ConditionId): string | null {
  const market = marketOf(state, conditionId);
  if (market === null) return CONDITION;
  const outcome = outcomeOf(state, conditionId, state.nowMs);
  if (outcome === null) return RESULT;
  const account = accountOf(state.ledger, owner);
  if (!account.operators.has(COLLATERAL_ADAPTER)) return OPERATOR;
  rememberMarket(state, market).outcome = outcome;
  const wonMicro = account.shares.get(market.tokens[outcome]) ?? 0;
  account.pusdMicro += wonMicro;
  addTo(state.ledger.collateral, conditionId, -wonMicro);
  for (const tokenId of [market.tokens.up, market.tokens.down]) {
    const heldMicro = account.shares.get(tokenId) ?? 0;
    if (heldMicro !== 0) moveShares(state, owner, tokenId, -heldMicro);
  }
  cancelUncovered(state, owner, state.nowMs);
  return null;
}

/** The winner of a condition once the chain knows it. */
export function outcomeOf(state: ExchangeState, conditionId: ConditionId, nowMs: UnixMs): Outcome | null {
  const known = state.markets.get(conditionId);
  if (known !== undefined && known.outcome !== null) return known.outcome;
  const market = known?.market ?? state.options.directory.byCondition(conditionId, nowMs);
  return market === null ? null : state.options.directory.publishedResult(market, nowMs).outcome;
}

/** pUSD from one wallet to another. */
export function movePusd(
  state: ExchangeState,
  from: VenueAddress,
  to: VenueAddress,
  amountMicro: MoneyMicro,
): string | null {
  if (!isAmount(amountMicro)) return AMOUNT;
  const source = accountOf(state.ledger, from);
  if (source.pusdMicro < amountMicro) return BALANCE;
  source.pusdMicro -= amountMicro;
  accountOf(state.ledger, to).pusdMicro += amountMicro;
  cancelUncovered(state, from, state.nowMs);
  return null;
}

/** USDC.e from one wallet to another. */
export function moveUsdce(
  state: ExchangeState,
  from: VenueAddress,
  to: VenueAddress,
  amountMicro: MoneyMicro,
): string | null {
  if (!isAmount(amountMicro)) return AMOUNT;
  const source = accountOf(state.ledger, from);
  if (source.usdceMicro < amountMicro) return BALANCE;
  source.usdceMicro -= amountMicro;
  accountOf(state.ledger, to).usdceMicro += amountMicro;
  return null;
}

/** USDC.e of one wallet to pUSD of another, one to one. */
export function wrapUsdce(
  state: ExchangeState,
  from: VenueAddress,
  to: VenueAddress,
  amountMicro: MoneyMicro,
): string | null {
  if (!isAmount(amountMicro)) return AMOUNT;
  const source = accountOf(state.ledger, from);
  if (source.usdceMicro < amountMicro) return BALANCE;
  source.usdceMicro -= amountMicro;
  accountOf(state.ledger, to).pusdMicro += amountMicro;
  return null;
}

/** pUSD of one wallet to USDC.e of another, one to one. */
export function unwrapPusd(
  state: ExchangeState,
  from: VenueAddress,
  to: VenueAddress,
  amountMicro: MoneyMicro,
): string | null {
  if (!isAmount(amountMicro)) return AMOUNT;
  const source = accountOf(state.ledger, from);
  if (source.pusdMicro < amountMicro) return BALANCE;
  source.pusdMicro -= amountMicro;
  accountOf(state.ledger, to).usdceMicro += amountMicro;
  cancelUncovered(state, from, state.nowMs);
  return null;
}

function marketOf(state: ExchangeState, conditionId: ConditionId): VenueMarket | null {
  return state.markets.get(conditionId)?.market ?? state.options.directory.byCondition(conditionId, state.nowMs);
}

function isAmount(micro: number): boolean {
  return Number.isSafeInteger(micro) && micro > 0;
}
