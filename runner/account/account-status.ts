/** What the account comes to at a moment: for people and programs on this machine, and for the guards of live trading. */
import type { TokenId } from '../../core/model/identifiers.ts';
import { type MoneyMicro, proceedsRoundedDown } from '../../core/model/money.ts';
import { realisedLossMicro } from './account-book.ts';
import { type AccountContext, type AccountState, freeCashMicro, openOrders } from './account-state.ts';
import { redeemableMicro } from './cash-watch.ts';
import type { LiveFacts } from './live-guards.ts';
import { QUOTE_FRESH_MS } from './order-path.ts';
import type { ReconciliationResult } from './reconciliation.ts';
import type { StopLatch } from './stop-latch.ts';

/** For people and programs on this machine. */
export interface AccountStatus {
  readonly reconciled: ReconciliationResult | null;
  readonly venueMode: string;
  readonly channelOpen: boolean;
  readonly openOrders: number;
  readonly unknownOrders: number;
  readonly balanceMicro: number | null;
  readonly allowanceMicro: number | null;
  readonly freeCashMicro: number | null;
  readonly redeemableMicro: number;
  readonly latches: readonly { readonly scope: string; readonly verb: string; readonly confirmed: boolean }[];
  readonly series: readonly {
    readonly series: string;
    readonly epoch: number;
    readonly leaseFresh: boolean;
    readonly mode: string;
    readonly detail: string;
    readonly openOrders: number;
  }[];
}

/** What the account itself knows of what live trading is guarded by. */
export type LiveAccountFacts = Pick<
  LiveFacts,
  | 'geoblocked'
  | 'reconciliation'
  | 'balanceMicro'
  | 'allowanceMicro'
  | 'redeemableMicro'
  | 'positionsMicro'
  | 'lostMicro'
>;

/** How the account stands now. `reconciled`: how its last reconciliation ended; `latches`: the verbs that hold it. */
export function accountStatus(
  context: AccountContext,
  reconciled: ReconciliationResult | null,
  latches: ReturnType<StopLatch['all']>,
): AccountStatus {
  const { state, restrictions } = context;
  return {
    reconciled,
    venueMode: state.venueMode,
    channelOpen: state.channelSinceMonoMs !== null,
    openOrders: state.open.size,
    unknownOrders: openOrders(state).filter(({ phase }) => phase === 'unknown').length,
    balanceMicro: state.cash?.balanceMicro ?? null,
    allowanceMicro: state.cash?.allowanceMicro ?? null,
    freeCashMicro: state.cash === null ? null : freeCashMicro(state),
    redeemableMicro: redeemableMicro(context, null),
    latches: latches.map(({ scope, latch: held }) => ({
      scope: scope ?? 'account',
      verb: held.verb,
      confirmed: held.confirmed,
    })),
    series: [...state.series.values()].map(({ config: { slug }, epoch, leaseFresh }) => ({
      series: slug,
      epoch,
      leaseFresh,
      ...restrictions.of(slug),
      openOrders: openOrders(state, slug).length,
    })),
  };
}

/** What the guards of live trading ask the account. */
export function liveAccountFacts(
  context: AccountContext,
  reconciliation: ReconciliationResult | null,
): LiveAccountFacts {
  const { state, ports } = context;
  return {
    geoblocked: state.geoblocked,
    reconciliation,
    balanceMicro: state.cash?.balanceMicro ?? null,
    allowanceMicro: state.cash?.allowanceMicro ?? null,
    redeemableMicro: redeemableMicro(context, null),
    positionsMicro: positionsMicro(state, ports.clock.monotonicMs()),
    lostMicro: state.carriedLossMicro + realisedLossMicro(state.book.windows.values()),
  };
}

/** Positions at the lower of what they cost and what the venue bids; nothing where no fresh bid is known. */
function positionsMicro(state: AccountState, nowMonoMs: number): MoneyMicro {
  const worth = (tokenId: TokenId, sizeMicro: number): MoneyMicro => {
    const quote = state.quotes.get(tokenId);
    const isFresh = quote !== undefined && nowMonoMs - quote.atMonoMs <= QUOTE_FRESH_MS;
    return isFresh ? proceedsRoundedDown(quote.bidTicks, Math.max(0, sizeMicro)) : 0;
  };
  let sum = 0;
  for (const { outcome, tokens, upMicro, downMicro, netPaidMicro } of state.book.windows.values()) {
    if (outcome !== null) continue;
    sum += Math.min(Math.max(0, netPaidMicro), worth(tokens.up, upMicro) + worth(tokens.down, downMicro));
  }
  return sum;
}
