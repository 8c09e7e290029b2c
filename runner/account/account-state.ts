/** What the account knows at this moment, shared by its parts, and how a part tells a series or writes down what it did. */
import type { VenueMode } from '../../core/model/account.ts';
import type { ConditionId, MarketSlug, SeriesSlug, TokenId, VenueOrderId } from '../../core/model/identifiers.ts';
import type { MoneyMicro, SizeMicro } from '../../core/model/money.ts';
import type { DurationMs, UnixMs } from '../../core/model/time.ts';
import type { LinkFact } from '../../core/protocol/runner-link.ts';
import { cashNeededMicro, type OpenExposure } from '../../core/risk/exposure.ts';
import { maxFeeMicro } from '../../core/risk/order-exposure.ts';
import type { ChainAccount } from '../chain/chain-account.ts';
import type { ClobClient } from '../clob/clob-client.ts';
import type { RunnerPorts } from '../ports.ts';
import type { OrderSigner } from '../signer/order-signer.ts';
import type { SubmissionLog } from '../submission-log.ts';
import { bookReport } from './book-report.ts';
import type { MarketRules } from './market-rules.ts';
import type { AccountCaps } from './order-checks.ts';
import { type LoggedAccount, orderKey } from './order-log.ts';
import { remainingMicro, type Tracked, type TrackedOrder } from './order-tracker.ts';
import type { Restrictions } from './restrictions.ts';
import type { SeriesOutlet } from './series-port.ts';

export interface SeriesConfig {
  readonly slug: SeriesSlug;
  readonly durationMs: DurationMs;
  /** What of the bankroll it may count on. */
  readonly allocationMicro: MoneyMicro;
}

export interface AccountConfig {
  readonly series: readonly SeriesConfig[];
  readonly caps: AccountCaps;
  readonly bankrollMicro: MoneyMicro;
  readonly gammaUrl: string;
  readonly clobUrl: string;
}

/** A series as the account sees it. Times are of the monotonic clock unless they say otherwise. */
export interface SeriesState {
  readonly config: SeriesConfig;
  outlet: SeriesOutlet | null;
  epoch: number;
  leaseFresh: boolean;
  /** When its object was heard of last, so far as that is known. */
  lastContactMonoMs: number | null;
  /** Since when no other runner can have had its intents, in the product's time; `null` before the first contact. */
  holdingSinceMs: UnixMs | null;
  /** Orders that stood when the epoch began: nothing is sent before they are cancelled. `null`: that is done. */
  clearing: readonly TrackedOrder[] | null;
  /** Lapsed, and not everything of it is known to be cancelled: when that began. */
  lapsedAtMonoMs: number | null;
  /** It was told all restrictions once. */
  told: boolean;
}

/** When an order left, by the monotonic clock, and its bytes while they may be sent again. */
export interface Sending {
  readonly firstMonoMs: number;
  lastMonoMs: number;
  readonly body: string | null;
  resent: boolean;
}

export interface AccountState extends LoggedAccount {
  readonly series: Map<SeriesSlug, SeriesState>;
  readonly byHash: Map<VenueOrderId, TrackedOrder>;
  /** Those of `orders` that may still trade, or of which it is not known. */
  readonly open: Set<TrackedOrder>;
  readonly rules: Map<MarketSlug, MarketRules>;
  /** The venue's midpoint and best bid of a token, in ticks. */
  readonly quotes: Map<TokenId, { readonly midTicks: number; readonly bidTicks: number; readonly atMonoMs: number }>;
  /** What the venue's geoblock end-point said last; `null`: nothing yet. */
  geoblocked: boolean | null;
  /** Of an order that an earlier process has sent: when this one began. */
  readonly sentAt: Map<TrackedOrder, Sending>;
  /** Orders whose cancel the venue has confirmed, though not yet how much of them had matched. */
  readonly cancelConfirmed: Set<TrackedOrder>;
  venueMode: VenueMode;
  rateLimitedUntilMs: UnixMs;
  /** As observed last; `null` before. */
  cash: {
    readonly balanceMicro: MoneyMicro;
    readonly allowanceMicro: MoneyMicro;
    readonly blockNumber: number | null;
  } | null;
  /** Matches whose money the observed balance may not show yet. */
  readonly unseenFills: Map<
    string,
    { readonly costMicro: MoneyMicro; readonly atMonoMs: number; settledMonoMs: number | null }
  >;
  /** Since when the user channel is open without a break, or `null`. */
  channelSinceMonoMs: number | null;
  reconciled: boolean;
  draining: boolean;
  /** When each kind of alert was raised last. */
  readonly alertedMonoMs: Map<string, number>;
  /** When the venue's dead-man's switch was last fed. */
  lastBeatMonoMs: number | null;
}

export interface AccountContext {
  readonly ports: RunnerPorts;
  readonly clob: ClobClient;
  readonly signer: OrderSigner;
  readonly chain: ChainAccount | null;
  readonly log: SubmissionLog;
  readonly config: AccountConfig;
  readonly state: AccountState;
  readonly restrictions: Restrictions;
}

/** Tells a series. Facts wait in its link until its object has stored them. */
export function tell(state: AccountState, series: SeriesSlug, fact: LinkFact): void {
  state.series.get(series)?.outlet?.fact(fact);
}

/** Tells all series the same. */
export function tellAll(state: AccountState, fact: LinkFact): void {
  for (const { outlet } of state.series.values()) outlet?.fact(fact);
}

/**
 * Passes on what a message came to: to the series first, then into the log, so that a death in between repeats a fact and never loses
 * one. What has to be asked is left to the caller.
 */
export function settleTracked(context: AccountContext, tracked: TrackedOrder, out: Tracked): Tracked {
  const { state, log, ports, restrictions } = context;
  for (const fact of out.facts) {
    tell(state, tracked.series, fact);
    log.append({ kind: 'fact', series: tracked.series, fact });
    bookReport(state.book, tracked, fact);
    if (fact.type === 'order-filled' && tracked.order.side === 'buy') {
      const costMicro = Math.ceil((fact.priceTicks * fact.sizeMicro) / 10_000) + fact.feeMicro;
      state.unseenFills.set(fact.tradeId, { costMicro, atMonoMs: ports.clock.monotonicMs(), settledMonoMs: null });
    }
    const unseen = fact.type === 'fill-settlement-changed' ? state.unseenFills.get(fact.tradeId) : undefined;
    if (unseen !== undefined && fact.type === 'fill-settlement-changed') {
      if (fact.status === 'failed') state.unseenFills.delete(fact.tradeId);
      if (fact.status === 'confirmed') unseen.settledMonoMs = ports.clock.monotonicMs();
    }
  }
  for (const alert of out.alerts) {
    ports.log.log('error', alert, { series: tracked.series, clientOrderId: tracked.order.clientOrderId });
  }
  if (out.unknownStatus) {
    restrictions.set(
      tracked.series,
      'unknown-status',
      'reducing',
      out.alerts[0] ?? 'The venue used a word that is not known.',
    );
  }
  if (tracked.phase === 'ended') {
    state.open.delete(tracked);
    state.cancelConfirmed.delete(tracked);
    // Its bytes with it: an hour of them is what a runner would remember most of.
    state.sentAt.delete(tracked);
  } else state.open.add(tracked);
  return out;
}

/** Orders that may still trade, or of which it is not known. */
export function openOrders(state: AccountState, series: SeriesSlug | null = null): TrackedOrder[] {
  return [...state.open].filter((order) => series === null || order.series === series);
}

/** What an open order could still do. */
export function exposureOfOrder(tracked: TrackedOrder): OpenExposure {
  const remaining = remainingMicro(tracked);
  return {
    intent: tracked.order,
    remainingMicro: remaining,
    maxFeeMicro: maxFeeMicro(tracked.order, tracked.fees, remaining),
  };
}

/** All open exposures by window. */
export function openByWindow(state: AccountState): (conditionId: ConditionId) => readonly OpenExposure[] {
  const byWindow = new Map<ConditionId, OpenExposure[]>();
  for (const order of openOrders(state)) {
    const list = byWindow.get(order.conditionId);
    if (list === undefined) byWindow.set(order.conditionId, [exposureOfOrder(order)]);
    else list.push(exposureOfOrder(order));
  }
  return (conditionId) => byWindow.get(conditionId) ?? [];
}

/** Cash that open orders may still take: of all series, or of all but one. */
export function reservedMicro(state: AccountState, except: SeriesSlug | null = null): MoneyMicro {
  return openOrders(state)
    .filter(({ series }) => series !== except)
    .reduce((sum, order) => sum + cashNeededMicro(exposureOfOrder(order)), 0);
}

/** Money of matches that the observed balance may not show yet. */
export function inFlightMicro(state: AccountState): MoneyMicro {
  let sum = 0;
  for (const { costMicro } of state.unseenFills.values()) sum += costMicro;
  return sum;
}

/** Balance, less what orders have reserved, less what is in flight (issue: sizing sees free cash and never the bankroll). */
export function freeCashMicro(state: AccountState): MoneyMicro {
  const { cash } = state;
  if (cash === null) return 0;
  return Math.min(cash.balanceMicro, cash.allowanceMicro) - reservedMicro(state) - inFlightMicro(state);
}

/** Shares of the token that no open sale has promised. */
export function freeSharesMicro(state: AccountState, conditionId: ConditionId, tokenId: TokenId): SizeMicro {
  const window = state.book.windows.get(conditionId);
  if (window === undefined) return 0;
  const held = window.tokens.up === tokenId ? window.upMicro : window.downMicro;
  const promised = openOrders(state)
    .filter(({ order }) => order.tokenId === tokenId && order.side === 'sell')
    .reduce((sum, order) => sum + remainingMicro(order), 0);
  return held - promised;
}

/** Puts an order among those that are followed. */
export function follow(state: AccountState, tracked: TrackedOrder): void {
  state.orders.set(orderKey(tracked.series, tracked.order.clientOrderId), tracked);
  state.byHash.set(tracked.orderHash, tracked);
  if (tracked.phase !== 'ended') state.open.add(tracked);
}
