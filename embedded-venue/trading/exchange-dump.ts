/** The exchange's whole state as text and back: a venue that is started again goes on with it (RUNTIME §6). */
import { InvariantError, invariant } from '../../core/model/errors.ts';
import { decodeTaggedJson, encodeTaggedJson } from '../../core/model/tagged-json.ts';
import type { Ledger, LedgerAccount } from './account-ledger.ts';
import type { AccountOrder, ExchangeState, KnownMarket, TradeRecord } from './exchange-state.ts';
import { imbalances } from './ledger-audit.ts';
import type { ExchangeNotice } from './venue-exchange.ts';

const VERSION = 1;

type Entries<Key, Value> = readonly (readonly [Key, Value])[];
type EntriesOf<Kept> = Kept extends ReadonlyMap<infer Key, infer Value> ? Entries<Key, Value> : never;

/** An account with its maps as lists. */
interface KeptAccount extends Omit<LedgerAccount, 'shares' | 'pendingShares' | 'allowances' | 'operators'> {
  readonly shares: EntriesOf<LedgerAccount['shares']>;
  readonly pendingShares: EntriesOf<LedgerAccount['pendingShares']>;
  readonly allowances: EntriesOf<LedgerAccount['allowances']>;
  readonly operators: readonly string[];
}

interface KeptState {
  readonly version: typeof VERSION;
  readonly nowMs: number;
  readonly nextSequence: number;
  readonly nextTrade: number;
  readonly fundedMicro: number;
  readonly accounts: Entries<string, KeptAccount>;
  readonly collateral: EntriesOf<Ledger['collateral']>;
  readonly cache: EntriesOf<ExchangeState['cache']>;
  readonly orders: readonly AccountOrder[];
  readonly trades: readonly TradeRecord[];
  readonly markets: readonly KnownMarket[];
  readonly notices: readonly ExchangeNotice[];
}

/** The state as JSON text; equal states have equal texts. */
export function dumpExchange(state: ExchangeState): string {
  const kept: KeptState = {
    version: VERSION,
    nowMs: state.nowMs,
    nextSequence: state.nextSequence,
    nextTrade: state.nextTrade,
    fundedMicro: state.ledger.fundedMicro,
    accounts: [...state.ledger.accounts].map(([owner, account]) => [owner, keepAccount(account)]),
    collateral: [...state.ledger.collateral],
    cache: [...state.cache],
    orders: [...state.orders.values()],
    trades: [...state.trades.values()],
    markets: [...state.markets.values()],
    notices: state.notices,
  };
  return encodeTaggedJson(kept);
}

function keepAccount(account: LedgerAccount): KeptAccount {
  return {
    ...account,
    shares: [...account.shares],
    pendingShares: [...account.pendingShares],
    allowances: [...account.allowances],
    operators: [...account.operators],
  };
}

/**
 * Puts a dumped state in place of the present one. Orders that rested are in no book until time goes on. Throws `InvariantError` for a
 * text of another version, or one whose money does not add up.
 */
export function restoreExchange(state: ExchangeState, text: string): void {
  const kept = decodeTaggedJson(text) as KeptState;
  if (kept.version !== VERSION) {
    throw new InvariantError('the dump of the exchange is of another version', { version: Number(kept.version) });
  }
  state.ledger = {
    accounts: new Map(kept.accounts.map(([owner, account]) => [owner, accountOfKept(account)])),
    collateral: new Map(kept.collateral),
    fundedMicro: kept.fundedMicro,
  };
  refill(state.cache, kept.cache);
  refill(
    state.orders,
    kept.orders.map((order) => [order.orderHash, { ...order, bookId: null }]),
  );
  refill(
    state.open,
    [...state.orders].filter(([, order]) => order.endedMs === null),
  );
  refill(
    state.trades,
    kept.trades.map((record) => [record.trade.tradeId, record]),
  );
  refill(
    state.unsettled,
    [...state.trades].filter(([, record]) => record.nextAtMs !== null),
  );
  refill(
    state.markets,
    kept.markets.map((known) => [known.market.conditionId, known]),
  );
  state.notices = [...kept.notices];
  state.nowMs = kept.nowMs;
  state.nextSequence = kept.nextSequence;
  state.nextTrade = kept.nextTrade;
  state.restored = true;
  const [wrong] = imbalances(state.ledger, state.markets.values());
  invariant(wrong === undefined, 'the dump of the exchange does not add up', { wrong: wrong ?? null });
}

function accountOfKept(account: KeptAccount): LedgerAccount {
  return {
    ...account,
    shares: new Map(account.shares),
    pendingShares: new Map(account.pendingShares),
    allowances: new Map(account.allowances),
    operators: new Set(account.operators),
  };
}

function refill<Key, Value>(map: Map<Key, Value>, entries: Entries<Key, Value>): void {
  map.clear();
  for (const [key, value] of entries) map.set(key, value);
}
