/**
 * The runner as the account's single owner (RUNTIME §7): wires the parts, and starts and ends what is done again and again. What
 * decides stands in the parts; they share one state, and everything they learn goes through the tracker of the one order it concerns.
 */
import type { SeriesSlug, VenueOrderId } from '../../core/model/identifiers.ts';
import type { LinkVerb } from '../../core/protocol/runner-link.ts';
import type { ChainAccount } from '../chain/chain-account.ts';
import type { ClobClient, UserChannelMessage } from '../clob/clob-client.ts';
import type { RunnerPorts } from '../ports.ts';
import type { OrderSigner } from '../signer/order-signer.ts';
import { openSubmissionLog } from '../submission-log.ts';
import { type AccountConfig, type AccountContext, openOrders, tell } from './account-state.ts';
import { type AccountStatus, accountStatus, type LiveAccountFacts, liveAccountFacts } from './account-status.ts';
import { alertSeries } from './alerts.ts';
import { createCashWatch } from './cash-watch.ts';
import { type DrainReport, drainAccount } from './drain.ts';
import { createHeartbeat } from './heartbeat.ts';
import { initialState } from './initial-state.ts';
import { createLogCompaction } from './log-compaction.ts';
import { createOrderCare, type OrderCare } from './order-care.ts';
import { readLog } from './order-log.ts';
import { createOrderPath } from './order-path.ts';
import { createReconciliation, type ReconciliationResult } from './reconciliation.ts';
import { createRedemption } from './redemption.ts';
import { type Repeated, repeat } from './repeat.ts';
import { createReports, type Reports } from './reports.ts';
import { createRestrictions } from './restrictions.ts';
import { createRulesKeeper } from './rules-keeper.ts';
import { createSeriesIntake } from './series-intake.ts';
import type { SeriesIntake, SeriesOutlet } from './series-port.ts';
import { createSeriesSafety } from './series-safety.ts';
import { createSetMerging } from './set-merging.ts';
import { type LatchScope, openStopLatch } from './stop-latch.ts';
import { createStops } from './stops.ts';
import { noteFailure } from './venue-mode.ts';
import { createVenueWatch } from './venue-watch.ts';

export interface AccountDeps {
  readonly ports: RunnerPorts;
  readonly clob: ClobClient;
  readonly signer: OrderSigner;
  /** `null`: no way to the chain; balances are then the venue's, and nothing is merged or redeemed. */
  readonly chain: ChainAccount | null;
  readonly config: AccountConfig;
  /** The contract that takes pUSD for purchases. */
  readonly exchangeAddress: string;
}

export interface Account {
  intake(series: SeriesSlug): SeriesIntake;
  /** Whether an order is one that this runner has sent, or found again. */
  knows(orderHash: VenueOrderId): boolean;
  /** To be called for every series before `start`. */
  bind(outlet: SeriesOutlet): void;
  start(): void;
  /** Resolves with the first result that is complete, or when asked again and again in vain was ended by `stop`. */
  reconcile(): Promise<ReconciliationResult>;
  channelMessage(message: UserChannelMessage): void;
  channelState(state: 'open' | 'lost'): void;
  /** A message of the channel could not be read: what it concerns is asked for. */
  channelRejected(problem: string): void;
  apply(verb: LinkVerb, scope: LatchScope, commandId: string): void;
  /** Cancels everything of the account at the venue, or one series. Resolves when the venue has answered. */
  cancelAll(scope: LatchScope): Promise<number>;
  /** What the account itself knows for the guards of live trading. */
  liveFacts(): LiveAccountFacts;
  /** The guards that are not green: no opening orders. An empty list lifts. */
  guard(refusals: readonly string[]): void;
  redeem(): Promise<void>;
  /** No new orders; cancels, waits for known ends (40 s at most), reconciles. */
  drain(): Promise<DrainReport>;
  stop(): void;
  status(): AccountStatus;
}

/** Wall time, all of them. */
const LOOK_EVERY_MS = 1_000;
const OPEN_ORDERS_EVERY_MS = 5_000;
const RECONCILE_EVERY_MS = 30_000;
const RULES_EVERY_MS = 2_000;
const REDEEM_EVERY_MS = 30_000;
/** Looks whether the log holds what is over; it is written anew only then, and while nothing stands. */
const COMPACT_EVERY_MS = 5_000;

/** Reads the submission log and puts the account together; nothing is asked before `start`. */
export function createAccount(deps: AccountDeps): Account {
  const { ports, clob, config } = deps;
  const { clock, timers } = ports;
  const log = openSubmissionLog(ports.disk, clock.now());
  const state = initialState(config, ports, readLog(log.entries, clock.now()));
  const slugs = config.series.map(({ slug }) => slug);
  const restrictions = createRestrictions(slugs, (slug, reason, { mode, detail }) => {
    ports.log.log(mode === 'active' ? 'info' : 'warn', 'A restriction has changed.', {
      series: slug,
      code: reason,
      mode,
      detail,
    });
    tell(state, slug, { type: 'runner-restriction-changed', tsEvent: clock.now(), reason, mode, detail });
  });
  const context: AccountContext = {
    ports,
    clob,
    signer: deps.signer,
    chain: deps.chain,
    log,
    config,
    state,
    restrictions,
  };

  let isCashShort = false;
  const rules = createRulesKeeper(context);
  const care: OrderCare = createOrderCare(context, () => reports);
  const reports: Reports = createReports(context, care);
  const safety = createSeriesSafety(context, care);
  const cash = createCashWatch(context, deps.exchangeAddress.toLowerCase());
  const reconciliation = createReconciliation(context, { reports, care, observeCash: cash.observe });
  const redemption = createRedemption(context);
  const merging = createSetMerging(context);
  const latch = openStopLatch(ports.disk);
  const stops = createStops(context, { latch, care, safety, reports });
  const heartbeat = createHeartbeat(context, safety.mayBeat);
  const venueWatch = createVenueWatch(context);
  const path = createOrderPath(context, {
    askOrder: care.askOrder,
    askTrades: care.askTrades,
    cancelNow: (tracked) => care.cancel([tracked]),
    cashIsShort: () => {
      isCashShort = true;
    },
    rulesWanted: (series, order) => void rules.refresh(series, order.marketSlug).catch(told('Fetching rules threw.')),
  });
  function told(what: string): (error: unknown) => void {
    return (error) => ports.log.log('error', what, { detail: String(error) });
  }

  /** Everything of ours that stands is looked for at the venue, and everything that stands there is looked for among ours. */
  const pollOpenOrders = async (): Promise<void> => {
    if (state.open.size === 0) return;
    const before = openOrders(state).filter(({ phase }) => phase === 'standing');
    const listing = await clob.openOrders({});
    if (listing.kind !== 'accepted') return noteFailure(context, listing);
    const listed = new Set(listing.value.map(({ orderHash }) => orderHash));
    for (const order of listing.value) reports.order(order);
    for (const order of before) if (order.phase === 'standing' && !listed.has(order.orderHash)) care.askOrder(order);
  };

  const reconcile = async (): Promise<ReconciliationResult> => {
    await redemption.noteGone();
    const result = await reconciliation.run();
    if (result !== 'incomplete') restrictions.set(null, 'runner-starting', 'active', '');
    return result;
  };

  const repeated: Repeated[] = [];
  const every = (ms: number, what: string, job: () => Promise<void> | void): Repeated => {
    const one = repeat(timers, ms, job, told(what));
    repeated.push(one);
    return one;
  };

  const intakes = new Map<SeriesSlug, SeriesIntake>();
  for (const series of state.series.values()) {
    const parts = {
      path,
      care,
      safety,
      stops,
      rules,
      merging,
      beatNow: heartbeat.now,
      reconcileNow: () => void reconcile().catch(told('Reconciling threw.')),
    };
    intakes.set(series.config.slug, createSeriesIntake(context, series, parts));
  }

  const cancelAll = async (scope: LatchScope): Promise<number> => {
    const orders = openOrders(state, scope);
    care.cancel(orders);
    for (const series of state.series.values()) {
      if (scope === null || series.config.slug === scope) safety.cancelSeries(series);
    }
    if (scope === null) await clob.cancelAll();
    await pollOpenOrders();
    return orders.length;
  };

  return {
    intake(slug) {
      const intake = intakes.get(slug);
      if (intake === undefined) throw new Error(`${slug} is no series of this runner.`);
      return intake;
    },
    knows: (orderHash) => state.byHash.has(orderHash),
    bind(outlet) {
      const series = state.series.get(outlet.series as SeriesSlug);
      if (series !== undefined) series.outlet = outlet;
    },
    start() {
      restrictions.set(null, 'runner-starting', 'reducing', 'The runner has not reconciled with the venue yet.');
      if (log.damagedLines > 1) {
        restrictions.set(
          null,
          'damaged-log',
          'halted',
          `${log.damagedLines} lines of the submission log cannot be read.`,
        );
      }
      stops.start();
      // What an earlier process has left standing is nobody's will any more.
      care.cancel(openOrders(state));
      every(LOOK_EVERY_MS, 'Looking after orders threw.', () => {
        care.look();
        safety.look();
        cash.tellAll();
      });
      every(OPEN_ORDERS_EVERY_MS, 'Asking for open orders threw.', pollOpenOrders);
      every(RECONCILE_EVERY_MS, 'Reconciling threw.', async () => void (await reconcile()));
      every(RULES_EVERY_MS, 'Looking at markets threw.', rules.look).now();
      every(REDEEM_EVERY_MS, 'Redeeming threw.', async () => {
        await redemption.resolve();
        const wasShort = isCashShort;
        isCashShort = false;
        await redemption.look(wasShort);
      });
      every(COMPACT_EVERY_MS, 'Compacting the submission log threw.', createLogCompaction(context));
      merging.resume().catch(told('Looking for merges threw.'));
      heartbeat.start();
      venueWatch.start();
    },
    async reconcile() {
      await venueWatch.now();
      return reconcile();
    },
    channelMessage: reports.fromChannel,
    channelState(next) {
      state.channelSinceMonoMs = next === 'open' ? clock.monotonicMs() : null;
      // What came while it was away is asked for.
      if (next === 'open' && state.reconciled) reconcile().catch(told('Reconciling threw.'));
    },
    channelRejected(problem) {
      const detail = `A message of the user channel cannot be read (${problem}): what it concerns is asked for.`;
      alertSeries(context, 'channel-unreadable', 'critical', detail);
      reconcile().catch(told('Reconciling threw.'));
    },
    apply: stops.apply,
    cancelAll,
    liveFacts: () => liveAccountFacts(context, reconciliation.last),
    guard(refusals) {
      const [first] = refusals;
      restrictions.set(null, 'runner-guard', first === undefined ? 'active' : 'reducing', refusals.join(' '));
    },
    redeem: redemption.redeemNow,
    drain: () => drainAccount(context, { care, safety, reconciliation }),
    stop() {
      for (const one of repeated) one.stop();
      heartbeat.stop();
      venueWatch.stop();
      log.sync();
    },
    status: () => accountStatus(context, reconciliation.last, latch.all()),
  };
}
