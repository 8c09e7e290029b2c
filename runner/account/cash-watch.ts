/** The account's money: read from the chain or the venue, and told to each series as what it may count on. */
import type { MoneyMicro } from '../../core/model/money.ts';
import { payoutOf } from './account-book.ts';
import { type AccountContext, inFlightMicro, reservedMicro, tell } from './account-state.ts';
import { BALANCE_LAG_MS } from './reconciliation.ts';
import { createSupplyWatch } from './supply-watch.ts';
import { noteFailure } from './venue-mode.ts';

export interface CashWatch {
  /** Reads balance and allowance and tells what has changed; false when it could not be read. Never rejects. */
  observe(): Promise<boolean>;
  /** Tells the series what they may count on by now, where that has changed. */
  tellAll(): void;
}

/** A match whose settlement is not told for so long does not hold back cash any more: the balance shows it by then. */
const FORGET_FILL_MS = 600_000;

/** `exchange`: the contract that takes pUSD for purchases, lower case. */
export function createCashWatch(context: AccountContext, exchange: string): CashWatch {
  const { state, ports, clob, chain } = context;
  const { clock } = ports;
  const told = new Map<string, string>();
  const supply = createSupplyWatch(context);

  const read = async (): Promise<boolean> => {
    // The venue's own figure carries the allowance that it goes by; the chain's balance is the truth at a stated block.
    const collateral = await clob.collateral(false);
    if (collateral.kind !== 'accepted') {
      noteFailure(context, collateral);
      return false;
    }
    const { balanceMicro, allowancesMicro } = collateral.value;
    const allowanceMicro = allowancesMicro[exchange] ?? 0;
    if (chain === null) {
      state.cash = { balanceMicro, allowanceMicro, blockNumber: null };
      return true;
    }
    const balances = await chain.balances([]);
    supply.look(balances.ok ? balances.value.polWei : null);
    if (!balances.ok) return false;
    state.cash = { balanceMicro: balances.value.pusdMicro, allowanceMicro, blockNumber: balances.value.blockNumber };
    return true;
  };

  const forget = (): void => {
    const nowMonoMs = clock.monotonicMs();
    for (const [tradeId, { atMonoMs, settledMonoMs }] of state.unseenFills) {
      const isShown = settledMonoMs !== null && nowMonoMs - settledMonoMs > BALANCE_LAG_MS;
      if (isShown || nowMonoMs - atMonoMs > FORGET_FILL_MS) state.unseenFills.delete(tradeId);
    }
  };

  const tellAll = (): void => {
    const { cash } = state;
    if (cash === null) return;
    for (const { config } of state.series.values()) {
      const free = cash.balanceMicro - reservedMicro(state, config.slug) - inFlightMicro(state);
      const fact = {
        type: 'account-observed' as const,
        cashMicro: Math.max(0, Math.min(free, config.allocationMicro)),
        allowanceMicro: cash.allowanceMicro,
        redeemableMicro: redeemableMicro(context, config.slug),
        blockNumber: cash.blockNumber,
      };
      const line = `${fact.cashMicro} ${fact.allowanceMicro} ${fact.redeemableMicro}`;
      if (told.get(config.slug) === line) continue;
      told.set(config.slug, line);
      tell(state, config.slug, { ...fact, tsEvent: clock.now() });
    }
  };

  return {
    async observe() {
      const isRead = await read();
      if (isRead) {
        forget();
        tellAll();
      }
      return isRead;
    },
    tellAll,
  };
}

/** Won shares of a series' resolved windows that are not redeemed yet, in pUSD; of all series for `null`. */
export function redeemableMicro({ state }: Pick<AccountContext, 'state'>, series: string | null): MoneyMicro {
  let sum = 0;
  for (const window of state.book.windows.values()) {
    if (!window.redeemed && (series === null || window.series === series)) sum += payoutOf(window);
  }
  return sum;
}
