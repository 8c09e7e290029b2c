/** The interpreter of `engine-actions.ts`: an engine, a clock, and the records that a journal would have. */
import type { EngineConfig } from '../../core/config/engine-config.ts';
import { mustCommit } from '../../core/engine/durability.ts';
import { step } from '../../core/engine/engine.ts';
import type { EngineEvent, OperatorCommand } from '../../core/engine/events.ts';
import type { JournalRecord } from '../../core/engine/journal/record.ts';
import { knownWindow } from '../../core/engine/known-orders.ts';
import { openOrders } from '../../core/engine/open-orders.ts';
import { createState, type EngineState, type KnownOrder } from '../../core/engine/state.ts';
import { priceAt } from '../../core/market-data/reference-tracker.ts';
import type { ClientOrderId, TradeId, VenueOrderId } from '../../core/model/identifiers.ts';
import { setsHeldMicro } from '../../core/portfolio/complete-set.ts';
import {
  aBook,
  aConfig,
  aListing,
  aMarket,
  anOfficialResult,
  aReferencePrice,
  conditionOf,
  tokensOf,
  WINDOW_MS,
  WINDOW_START_MS,
} from './builders.ts';
import type { AccountWord, Action, ReportKind } from './engine-actions.ts';
import { rebuild } from './engine-driver.ts';

export interface EngineRun {
  readonly config: EngineConfig;
  readonly records: JournalRecord[];
  readonly state: EngineState;
  /** Does one action. */
  act(action: Action): void;
}

export interface RunOptions {
  readonly config?: EngineConfig;
  /** Called after each step, with the state as it then is. */
  readonly after?: (state: EngineState, record: JournalRecord) => void;
  /** How a crash rebuilds the state from the records that were stored; by default with `apply` alone. */
  readonly recover?: (records: readonly JournalRecord[]) => EngineState;
  /** Between two actions memory is replaced by what this makes of it. */
  readonly between?: (state: EngineState) => EngineState;
}

/** Boots an engine 10 s before the first window and hands out the interpreter. */
export function startRun(options: RunOptions = {}): EngineRun {
  const config = options.config ?? aConfig();
  const records: JournalRecord[] = [];
  let state = createState(config);
  let nowMs = WINDOW_START_MS - 10_000;
  let seq = 0;
  let committedSeq = 0;
  let epoch = 0;
  let updateId = 0;
  let trades = 0;
  const header = () => ({ seq: 0, tsEvent: nowMs, tsInit: 0 });

  function take(event: EngineEvent): void {
    const stamped = { ...event, seq: ++seq, tsInit: nowMs } as EngineEvent;
    const outputs = step(state, stamped);
    const record = { event: stamped, outputs };
    records.push(record);
    if (mustCommit(stamped, outputs)) committedSeq = seq;
    options.after?.(state, record);
  }

  function boot(): void {
    epoch++;
    take({ type: 'restarted', ...header(), epoch, lastSeq: seq, snapshotSeq: 0, buildId: 'test', config });
    take({ type: 'recovery-completed', ...header() });
  }

  function crash(downMs: number, losesTail: boolean): void {
    if (losesTail) {
      records.length = committedSeq;
      seq = committedSeq;
    }
    state = options.recover === undefined ? rebuild(config, records) : options.recover(records);
    nowMs += downMs;
    boot();
  }

  function wait(ms: number): void {
    const untilMs = nowMs + ms;
    for (;;) {
      const due = Object.entries(state.durable.timers)
        .filter(([, timer]) => timer.dueMs <= untilMs)
        .sort(([, a], [, b]) => a.dueMs - b.dueMs)[0];
      if (due === undefined) break;
      const [key, { dueMs, generation }] = due;
      nowMs = Math.max(nowMs, dueMs);
      take({ type: 'timer-fired', ...header(), key, generation });
    }
    nowMs = untilMs;
    take({ type: 'timer-fired', ...header(), key: 'tick', generation: 0 });
  }

  function depth(): void {
    take({
      type: 'depth-received',
      ...header(),
      source: 'binance-futures',
      updateId: ++updateId,
      bidsE8: [],
      asksE8: [],
    });
  }

  /** All that quoting needs: depth, the TWAP of two seconds ago, both books of every window that is listened to. */
  function streams(bid: number, spreadCents: number, priceE18: bigint): void {
    depth();
    take(aReferencePrice(Math.floor((nowMs - 1_600) / 1_000) * 1_000, priceE18));
    const ask = Math.min(9_900, bid + spreadCents * 100);
    for (const { subscribed, market } of Object.values(state.durable.windows)) {
      if (!subscribed || market === null || ask <= bid) continue;
      take({ ...aBook(market.tokens.up, bid, ask), tsEvent: nowMs });
      take({ ...aBook(market.tokens.down, 10_000 - ask, 10_000 - bid), tsEvent: nowMs });
    }
  }

  /** The venue accepts what is in flight and confirms what is to be cancelled. */
  function answerAll(): void {
    for (const open of openOrders(state.durable)) {
      // What takes at once does not rest: it ends with whatever it got.
      const rests = open.order.timeInForce === 'GTC';
      if (open.status === 'in-flight') take(reportOf(open, rests ? 'accepted' : 'canceled', 0));
      else if (open.cancelRequestedMs !== null) take(reportOf(open, 'canceled', 0));
    }
  }

  /** A word about the settlement of a match that is known, or of the next one that will be told. */
  function settle({ which, status, early }: Extract<Action, { do: 'settlement' }>): void {
    const { windows, closedWindows, orders, endedOrders } = state.durable;
    const known = [...Object.values(windows), ...Object.values(closedWindows).map((closed) => closed.state)];
    const matches = known
      .flatMap((window) => Object.values(window.matches))
      .sort((a, b) => Number(a.tradeId.slice(1)) - Number(b.tradeId.slice(1)));
    const all = [...byNumber(orders), ...byNumber(endedOrders)];
    const next = all.map(({ order }) => ({ clientOrderId: order.clientOrderId, tradeId: `t${trades + 1}` as TradeId }));
    const among = early ? next : matches;
    const chosen = among[which % Math.max(1, among.length)];
    if (chosen === undefined) return;
    const { clientOrderId, tradeId } = chosen;
    const transactionHash = which % 2 === 0 ? null : `0x${which}`;
    take({ type: 'fill-settlement-changed', ...header(), clientOrderId, tradeId, status, transactionHash });
  }

  function reportOf(open: KnownOrder, kind: ReportKind, part: number): EngineEvent {
    const { clientOrderId, priceTicks, amount } = open.order;
    const orderedMicro =
      amount.unit === 'shares' ? amount.sizeMicro : Math.floor((amount.spendMicro * 10_000) / priceTicks);
    const leftMicro = Math.max(1, orderedMicro - open.filledMicro);
    const base = { ...header(), clientOrderId };
    const fill = (sizeMicro: number): EngineEvent => {
      const tradeId = `t${++trades}` as TradeId;
      return { type: 'order-filled', ...base, tradeId, priceTicks, sizeMicro, feeMicro: part % 7, liquidity: 'maker' };
    };
    switch (kind) {
      case 'accepted':
        return { type: 'order-accepted', ...base, venueOrderId: `v-${clientOrderId}` as VenueOrderId };
      case 'filled':
        return fill(leftMicro);
      case 'partly-filled':
        return fill(1 + (part % leftMicro));
      case 'canceled':
        return { type: 'order-canceled', ...base, reason: 'requested' };
      case 'rejected':
        return { type: 'order-rejected', ...base, code: 'crosses-book', detail: '' };
      case 'unknown':
        return { type: 'submission-unknown', ...base };
      case 'cancel-rejected':
        return { type: 'cancel-rejected', ...base, detail: '' };
      case 'expired':
        return { type: 'expired-unsent', ...base };
      case 'absent':
        return { type: 'order-absent', ...base, detail: '' };
    }
  }

  function act(action: Action): void {
    switch (action.do) {
      case 'wait':
        wait(action.ms);
        break;
      case 'streams':
        streams(action.bid, action.spread, action.price);
        break;
      case 'answer-all':
        answerAll();
        break;
      case 'crash':
        crash(action.downMs, action.losesTail);
        break;
      case 'step-failed':
        take({ type: 'step-failed', ...header(), failedSeq: 0, message: 'test' });
        take({ type: 'recovery-completed', ...header() });
        if (action.resumed) take(commandOf('resume'));
        break;
      case 'late-report': {
        const ended = byNumber(state.durable.endedOrders);
        const chosen = ended[action.which % Math.max(1, ended.length)];
        if (chosen !== undefined) take(reportOf(chosen, action.report, action.part));
        break;
      }
      case 'settlement':
        settle(action);
        break;
      case 'report': {
        const open = openOrders(state.durable);
        const chosen = open[action.which % Math.max(1, open.length)];
        if (chosen !== undefined) take(reportOf(chosen, action.report, action.part));
        break;
      }
      default:
        take(eventOf(action));
    }
  }

  function commandOf(kind: OperatorCommand['kind']): EngineEvent {
    return {
      type: 'command-received',
      ...header(),
      commandId: `c${seq}`,
      actor: 'alice',
      command: { kind, scope: 'series' },
    };
  }

  function setsHeldOf(startMs: number): number {
    const window = knownWindow(state.durable, startMs);
    return window === undefined ? 0 : setsHeldMicro(window.positions);
  }

  function accountWord(word: AccountWord, startMs: number, size: number): EngineEvent {
    const about = header();
    const conditionId = conditionOf(startMs);
    const transaction = { conditionId, transactionHash: `0x${seq}` };
    const compared = { type: 'reconciliation-completed', ...about, held: [], blockNumber: null } as const;
    const restriction = { type: 'runner-restriction-changed', ...about, reason: 'test', detail: 'test' } as const;
    const progress = { type: 'stop-progressed', ...about, commandId: state.durable.stop?.commandId ?? 'none' } as const;
    const allowanceMicro = 2_000_000_000;
    const money = {
      type: 'account-observed',
      ...about,
      allowanceMicro,
      redeemableMicro: 0,
      blockNumber: null,
    } as const;
    const sets = { type: 'complete-sets-changed', ...about, ...transaction, costMicro: size % 1_000 } as const;
    const failed = { type: 'complete-sets-failed', ...about, conditionId, change: 'merged', detail: 'test' } as const;
    switch (word) {
      case 'linked':
        return { type: 'runner-linked', ...about, runnerId: 'r1' };
      case 'unlinked':
        return { type: 'runner-unlinked', ...about, reason: 'test' };
      case 'clean':
      case 'incomplete':
        return { ...compared, result: word, differences: [] };
      case 'mismatch':
        return { ...compared, result: word, differences: [`${size % 3}`] };
      case 'observed':
        return { ...money, cashMicro: 2_000_000_000 };
      case 'poor':
        return { ...money, cashMicro: size };
      case 'redeemed':
        return { type: 'window-redeemed', ...about, ...transaction, payoutMicro: size, costMicro: size % 1_000 };
      case 'merged': {
        const sizeMicro = Math.min(size, setsHeldOf(startMs));
        return sizeMicro === 0 ? failed : { ...sets, change: 'merged', sizeMicro };
      }
      case 'split':
        return knownWindow(state.durable, startMs) === undefined
          ? failed
          : { ...sets, change: 'split', sizeMicro: size };
      case 'sets-failed':
        return failed;
      case 'restarting':
      case 'post-only':
      case 'open':
        return { type: 'venue-mode-changed', ...about, mode: word, untilMs: word === 'open' ? null : nowMs + 5_000 };
      case 'restricted':
        return { ...restriction, mode: 'reducing' };
      case 'unrestricted':
        return { ...restriction, mode: 'active' };
      case 'stop-progressed':
        return { ...progress, openAtVenue: 1, unknown: 0, confirmed: false };
      case 'stop-confirmed':
        return { ...progress, openAtVenue: 0, unknown: 0, confirmed: true };
    }
  }

  function eventOf(
    action: Exclude<
      Action,
      { do: 'wait' | 'streams' | 'answer-all' | 'crash' | 'step-failed' | 'report' | 'late-report' | 'settlement' }
    >,
  ): EngineEvent {
    switch (action.do) {
      case 'book':
        return { ...aBook(tokensOf(action.start)[action.outcome], action.bid, action.ask), tsEvent: nowMs };
      case 'change': {
        const tokenId = tokensOf(action.start)[action.outcome];
        const changes = [action.side, action.ticks, action.size];
        return { type: 'book-changed', ...header(), tokenId, changes, bestBidTicks: null, bestAskTicks: null };
      }
      case 'book-trade': {
        const tokenId = tokensOf(action.start)[action.outcome];
        const { ticks: priceTicks } = action;
        return { type: 'book-trade-received', ...header(), tokenId, priceTicks, sizeMicro: 1, takerSide: 'buy' };
      }
      case 'reference': {
        const observedMs = (Math.floor(nowMs / 1_000) - action.agoSeconds) * 1_000;
        const { snapshot, lookback: lookbackSeconds } = action;
        return aReferencePrice(observedMs, action.price, { snapshot, lookbackSeconds });
      }
      case 'boundary': {
        // RTDS carries the same frames: another value for a strike would stop the whole window, in nearly every history.
        const boundaryMs = Math.floor(nowMs / WINDOW_MS) * WINDOW_MS;
        const known = priceAt(state.market.reference, boundaryMs, config.guard.twapLookbackSeconds);
        return aReferencePrice(boundaryMs, known?.priceE18 ?? action.price, { source: 'rtds' });
      }
      case 'trade':
        return {
          type: 'trade-received',
          ...header(),
          source: 'binance-futures',
          tradeId: ++updateId,
          aggregated: true,
          priceE8: action.priceE8,
          quantityE8: 1_000,
          aggressor: 'buy',
        };
      case 'list': {
        const market = aMarket({ startMs: action.start, tickSizeTicks: action.tick });
        return aListing({ ...market, rule: { ...market.rule, twapLookbackSeconds: action.lookback } });
      }
      case 'tick-size': {
        const tokenId = tokensOf(action.start)[action.outcome];
        const sizes = { oldTickSizeTicks: 100, newTickSizeTicks: action.tick };
        return { type: 'tick-size-changed', ...header(), tokenId, ...sizes };
      }
      case 'result': {
        const { outcome, strike: strikeE18, final: finalE18 } = action;
        return anOfficialResult(action.start, { outcome, strikeE18, finalE18 });
      }
      case 'stray-report':
        return { type: 'order-canceled', ...header(), clientOrderId: 'stray' as ClientOrderId, reason: 'requested' };
      case 'command':
        return commandOf(action.kind);
      case 'account':
        return accountWord(action.word, action.start, action.size);
      case 'connection': {
        const about = { ...header(), source: action.source, connection: 1 };
        return action.up
          ? { type: 'feed-connected', ...about }
          : { type: 'feed-disconnected', ...about, reason: 'test' };
      }
      case 'volatility':
        return {
          type: 'volatility-index-received',
          ...header(),
          source: 'deribit',
          volatilityPercent: action.percent,
        };
    }
  }

  boot();
  for (let index = -1; index <= 2; index++) take(aListing(aMarket({ startMs: WINDOW_START_MS + index * WINDOW_MS })));
  nowMs = WINDOW_START_MS + 2_000;
  take(aReferencePrice(WINDOW_START_MS, 84_500n * 10n ** 18n));

  return {
    config,
    records,
    get state() {
      return state;
    },
    act(action) {
      act(action);
      if (options.between !== undefined) state = options.between(state);
    },
  };
}

/** Orders as they were sent: a restored state holds them in another order. */
function byNumber(orders: Readonly<Record<string, KnownOrder>>): KnownOrder[] {
  return Object.values(orders).sort((a, b) => a.number - b.number);
}
