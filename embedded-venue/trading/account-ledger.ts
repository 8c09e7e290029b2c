/**
 * Who holds what. Two views of one ledger: the chain's, which changes when a transaction is mined, and the venue's own, which counts
 * matches that are still on their way as well. Between a match and its settlement they differ by the account's pending part.
 */
import type { ConditionId, TokenId } from '../../core/model/identifiers.ts';
import type { MoneyMicro, SizeMicro } from '../../core/model/money.ts';
import { STANDARD_EXCHANGE } from '../clob/chain-contracts.ts';
import { isHouse } from './house-accounts.ts';
import type { VenueAddress } from './venue-exchange.ts';

export interface LedgerAccount {
  pusdMicro: MoneyMicro;
  usdceMicro: MoneyMicro;
  polWei: bigint;
  readonly shares: Map<TokenId, SizeMicro>;
  /** What matches that are not mined yet will add. */
  pendingPusdMicro: MoneyMicro;
  readonly pendingShares: Map<TokenId, SizeMicro>;
  /** The outgoing part of it, which will use up the exchange's allowance. */
  pendingSpendMicro: MoneyMicro;
  readonly allowances: Map<VenueAddress, MoneyMicro>;
  readonly operators: Set<VenueAddress>;
}

export interface Ledger {
  readonly accounts: Map<VenueAddress, LedgerAccount>;
  /** pUSD that stands behind the shares of a condition, on the chain. */
  readonly collateral: Map<ConditionId, MoneyMicro>;
  /** pUSD and USDC.e that were ever given out. */
  fundedMicro: MoneyMicro;
}

/** What one party of a match gives and gets. */
export interface Movement {
  readonly owner: VenueAddress;
  readonly pusdMicro: MoneyMicro;
  readonly tokenId: TokenId | null;
  readonly sharesMicro: SizeMicro;
}

/** All of a match: sums to nothing but for the collateral that mints lock and merges free. */
export interface MatchEffects {
  readonly conditionId: ConditionId;
  readonly movements: readonly Movement[];
  readonly collateralMicro: MoneyMicro;
}

/** An allowance that is never used up, as tokens treat the greatest number. */
export const UNLIMITED_MICRO: MoneyMicro = Number.MAX_SAFE_INTEGER;

/** A ledger without accounts. */
export function createLedger(): Ledger {
  return { accounts: new Map(), collateral: new Map(), fundedMicro: 0 };
}

/** The account of an address, empty at first. */
export function accountOf(ledger: Ledger, owner: VenueAddress): LedgerAccount {
  const address = owner.toLowerCase();
  const known = ledger.accounts.get(address);
  if (known !== undefined) return known;
  const created: LedgerAccount = {
    pusdMicro: 0,
    usdceMicro: 0,
    polWei: 0n,
    shares: new Map(),
    pendingPusdMicro: 0,
    pendingShares: new Map(),
    pendingSpendMicro: 0,
    allowances: new Map(),
    operators: new Set(),
  };
  ledger.accounts.set(address, created);
  return created;
}

/** pUSD as the venue counts it: matched is spent, and received. */
export function bookedPusd(account: LedgerAccount): MoneyMicro {
  return account.pusdMicro + account.pendingPusdMicro;
}

/** Shares as the venue counts them. */
export function bookedShares(account: LedgerAccount, tokenId: TokenId): SizeMicro {
  return (account.shares.get(tokenId) ?? 0) + (account.pendingShares.get(tokenId) ?? 0);
}

/** What the exchange may still take of an account's pUSD once everything matched is paid. */
export function exchangeAllowance(account: LedgerAccount): MoneyMicro {
  const allowedMicro = account.allowances.get(STANDARD_EXCHANGE) ?? 0;
  return allowedMicro >= UNLIMITED_MICRO ? UNLIMITED_MICRO : allowedMicro - account.pendingSpendMicro;
}

/** Adds to a balance and forgets it at zero. */
export function addTo<Key>(balances: Map<Key, number>, key: Key, amount: number): void {
  const sum = (balances.get(key) ?? 0) + amount;
  if (sum === 0) balances.delete(key);
  else balances.set(key, sum);
}

/** Counts a match before it is mined; with `sign` −1 takes it back to the millionth. */
export function bookPending(ledger: Ledger, effects: MatchEffects, sign: 1 | -1): void {
  for (const { owner, pusdMicro, tokenId, sharesMicro } of effects.movements) {
    const account = accountOf(ledger, owner);
    account.pendingPusdMicro += sign * pusdMicro;
    if (pusdMicro < 0) account.pendingSpendMicro -= sign * pusdMicro;
    if (tokenId !== null) addTo(account.pendingShares, tokenId, sign * sharesMicro);
  }
}

/** Who cannot deliver a match on the chain now: balance, allowance or operator is missing. `null`: everybody can. */
export function shortParty(ledger: Ledger, effects: MatchEffects): VenueAddress | null {
  for (const owner of new Set(effects.movements.map((movement) => movement.owner))) {
    if (!isHouse(owner) && !canDeliver(accountOf(ledger, owner), owner, effects)) return owner;
  }
  return null;
}

function canDeliver(account: LedgerAccount, owner: VenueAddress, effects: MatchEffects): boolean {
  const own = effects.movements.filter((movement) => movement.owner === owner);
  const paidMicro = own.reduce((sum, { pusdMicro }) => sum - Math.min(0, pusdMicro), 0);
  const netMicro = own.reduce((sum, { pusdMicro }) => sum + pusdMicro, 0);
  if (account.pusdMicro + netMicro < 0 || (account.allowances.get(STANDARD_EXCHANGE) ?? 0) < paidMicro) return false;
  const shares = new Map<TokenId, SizeMicro>();
  for (const { tokenId, sharesMicro } of own) {
    if (tokenId === null) continue;
    if (sharesMicro < 0 && !account.operators.has(STANDARD_EXCHANGE)) return false;
    addTo(shares, tokenId, sharesMicro);
  }
  return [...shares].every(([tokenId, sharesMicro]) => (account.shares.get(tokenId) ?? 0) + sharesMicro >= 0);
}

/** Moves a match that was pending onto the chain. Everybody must be able to deliver (`shortParty`). */
export function settleOnChain(ledger: Ledger, effects: MatchEffects): void {
  bookPending(ledger, effects, -1);
  for (const { owner, pusdMicro, tokenId, sharesMicro } of effects.movements) {
    const account = accountOf(ledger, owner);
    account.pusdMicro += pusdMicro;
    if (pusdMicro < 0 && !isHouse(owner)) spendAllowance(account, STANDARD_EXCHANGE, -pusdMicro);
    if (tokenId !== null) addTo(account.shares, tokenId, sharesMicro);
  }
  addTo(ledger.collateral, effects.conditionId, effects.collateralMicro);
}

/** Uses up an allowance; the greatest number stays what it is. False when it does not suffice. */
export function spendAllowance(account: LedgerAccount, spender: VenueAddress, amountMicro: MoneyMicro): boolean {
  const allowedMicro = account.allowances.get(spender) ?? 0;
  if (allowedMicro >= UNLIMITED_MICRO) return true;
  if (allowedMicro < amountMicro) return false;
  account.allowances.set(spender, allowedMicro - amountMicro);
  return true;
}
