/**
 * Drives the engine through simulated minutes without a shell: time in half seconds, live streams that a test can silence, Gamma and
 * a venue that answer at once or as the test says. What happened is kept as records, as a journal would.
 */

import type { EngineConfig } from '../../core/config/engine-config.ts';
import { applyEvent, applyOutput } from '../../core/engine/apply.ts';
import { windowsInOrder } from '../../core/engine/decide-lifecycle.ts';
import { step } from '../../core/engine/engine.ts';
import type { CommandScope, EngineEvent, OperatorCommand } from '../../core/engine/events.ts';
import type { JournalRecord } from '../../core/engine/journal/record.ts';
import { openOrders } from '../../core/engine/open-orders.ts';
import type { Output } from '../../core/engine/outputs.ts';
import type { OpenOrder } from '../../core/engine/state.ts';
import { createState, type EngineState, type WindowState } from '../../core/engine/state.ts';
import type { VenueOrderId } from '../../core/model/identifiers.ts';
import type { Market } from '../../core/model/market.ts';
import type { OfficialResultPublished } from '../../core/model/market-data.ts';
import type { Outcome } from '../../core/model/window.ts';
import {
  aBook,
  aConfig,
  aListing,
  aMarket,
  anOfficialResult,
  aReferencePrice,
  WINDOW_MS,
  WINDOW_START_MS,
} from './builders.ts';

/** The settlement source's frames arrive this long after their own time: the median of the market-data notes §3. */
const REFERENCE_LAG_MS = 1_600;
const TICK_MS = 500;

export type OutputOf<T extends Output['type']> = Extract<Output, { type: T }>;

/** The outside world; a test changes it as it goes. */
export interface DriverWorld {
  /** The TWAP of each second; by default it rises all the time. */
  price(secondMs: number): bigint;
  /** Touch of the Up token; the Down token's book is its mirror. `null` for an empty side. */
  touch: { bidTicks: number | null; askTicks: number | null };
  reference: boolean;
  depth: boolean;
  books: boolean;
  /** Gamma's answer for a window, or `null` where it lists none. */
  market(startMs: number): Market | null;
  /** Gamma's word on an ended window, or `null` while it has none. */
  result(startMs: number): Partial<OfficialResultPublished> | null;
  /** The venue accepts orders and confirms cancels at once. */
  confirms: boolean;
}

export type EngineDriver = ReturnType<typeof createEngineDriver>;

/** A new series that has booted at `startMs`, by default two minutes before `WINDOW_START_MS`. */
export function createEngineDriver(options: { readonly config?: EngineConfig; readonly startMs?: number } = {}) {
  const config = options.config ?? aConfig();
  const records: JournalRecord[] = [];
  const queue: EngineEvent[] = [];
  let state: EngineState = createState(config);
  let nowMs = options.startMs ?? WINDOW_START_MS - 120_000;
  let seq = 0;
  let updateId = 1;
  let trades = 1;
  let epoch = 0;

  const world: DriverWorld = {
    price: (secondMs) => 84_500n * 10n ** 18n + BigInt((secondMs - WINDOW_START_MS) / 1_000) * 10n ** 15n,
    touch: { bidTicks: 4_900, askTicks: 5_100 },
    reference: true,
    depth: true,
    books: true,
    market: (startMs) => aMarket({ startMs }),
    result: (startMs) => officialOf(world, startMs),
    confirms: true,
  };

  /** Takes events in order, and the world's answers to what they cause. */
  function emit(...events: EngineEvent[]): Output[] {
    const caused: Output[] = [];
    queue.push(...events);
    for (let event = queue.shift(); event !== undefined; event = queue.shift()) {
      const stamped = { ...event, seq: ++seq, tsInit: nowMs } as EngineEvent;
      const outputs = step(state, stamped);
      records.push({ event: stamped, outputs });
      caused.push(...outputs);
      for (const output of outputs) answer(output);
    }
    return caused;
  }

  function answer(output: Output): void {
    if (output.type === 'request-markets')
      for (const slug of output.slugs) answerGamma(Number(slug.split('-').at(-1)) * 1_000);
    if (!world.confirms) return;
    if (output.type === 'submit-order') queue.push(accepted(output.order));
    if (output.type === 'cancel-order') queue.push(canceled(output));
  }

  function answerGamma(startMs: number): void {
    const market = world.market(startMs);
    if (market !== null) queue.push(aListing(market));
    const result = startMs + WINDOW_MS + 50_000 <= nowMs ? world.result(startMs) : null;
    if (result !== null) queue.push(anOfficialResult(startMs, result));
  }

  /** Half a second at a time: due timers at their own time, then what the streams bring. */
  function runTo(untilMs: number): Output[] {
    const caused: Output[] = [];
    while (nowMs < untilMs) {
      const nextMs = Math.min(untilMs, (Math.floor(nowMs / TICK_MS) + 1) * TICK_MS);
      caused.push(...fireTimers(nextMs));
      nowMs = nextMs;
      caused.push(...emit({ type: 'timer-fired', ...header(), key: 'tick', generation: 0 }));
      caused.push(...streams());
    }
    return caused;
  }

  function fireTimers(untilMs: number): Output[] {
    const caused: Output[] = [];
    for (;;) {
      const due = Object.entries(state.durable.timers)
        .filter(([, timer]) => timer.dueMs <= untilMs)
        .sort(([, a], [, b]) => a.dueMs - b.dueMs)[0];
      if (due === undefined) return caused;
      const [key, { dueMs, generation }] = due;
      nowMs = Math.max(nowMs, dueMs);
      caused.push(...emit({ type: 'timer-fired', ...header(), key, generation }));
    }
  }

  function streams(): Output[] {
    const events: EngineEvent[] = [];
    if (world.depth) events.push(depth());
    const observedMs = Math.floor((nowMs - REFERENCE_LAG_MS) / 1_000) * 1_000;
    if (world.reference && nowMs % 1_000 === 0) events.push(aReferencePrice(observedMs, world.price(observedMs)));
    if (world.books) events.push(...books());
    return emit(...events);
  }

  /** Both tokens' books of every window that is subscribed. */
  function books(): EngineEvent[] {
    const { bidTicks, askTicks } = world.touch;
    return windowsInOrder(state).flatMap(({ subscribed, market }) => {
      if (!subscribed || market === null) return [];
      const mirror = (ticks: number | null) => (ticks === null ? null : 10_000 - ticks);
      return [
        aBook(market.tokens.up, bidTicks, askTicks),
        aBook(market.tokens.down, mirror(askTicks), mirror(bidTicks)),
      ];
    });
  }

  function depth(): EngineEvent {
    return {
      type: 'depth-received',
      ...header(),
      source: 'binance-futures',
      updateId: updateId++,
      bidsE8: [],
      asksE8: [],
    };
  }

  const header = () => ({ seq: 0, tsEvent: nowMs, tsInit: 0 });
  const accepted = ({ clientOrderId }: Pick<OpenOrder['order'], 'clientOrderId'>): EngineEvent => ({
    type: 'order-accepted',
    ...header(),
    clientOrderId,
    venueOrderId: `v-${clientOrderId}` as VenueOrderId,
  });
  const canceled = ({ clientOrderId }: OutputOf<'cancel-order'>): EngineEvent => ({
    type: 'order-canceled',
    ...header(),
    clientOrderId,
    reason: 'requested',
  });

  /** A boot: `restarted`, then the word that recovery is complete. */
  function boot(): Output[] {
    epoch++;
    return emit(
      { type: 'restarted', ...header(), epoch, lastSeq: seq, snapshotSeq: 0, buildId: 'test', config },
      { type: 'recovery-completed', ...header() },
    );
  }

  const driver = {
    records,
    world,
    get state() {
      return state;
    },
    get now() {
      return nowMs;
    },
    /** Lets time pass in which nothing happens, not even a tick. */
    pass(durationMs: number): void {
      nowMs += durationMs;
    },
    emit,
    runTo,
    boot,
    header,
    window: (startMs = WINDOW_START_MS): WindowState | undefined => state.durable.windows[startMs],
    mustWindow(startMs = WINDOW_START_MS): WindowState {
      const window = state.durable.windows[startMs];
      if (window === undefined) throw new Error(`no window at ${startMs}`);
      return window;
    },
    open: () => openOrders(state.durable),
    /** Everything that was ever decided, of one kind. */
    all<T extends Output['type']>(type: T): OutputOf<T>[] {
      return of(
        records.flatMap(({ outputs }) => outputs),
        type,
      );
    },
    fill(
      order: OpenOrder,
      sizeMicro: number,
      more: { priceTicks?: number; feeMicro?: number; tradeId?: string } = {},
    ): Output[] {
      return emit({
        type: 'order-filled',
        ...header(),
        clientOrderId: order.order.clientOrderId,
        tradeId: (more.tradeId ?? `t-${trades++}`) as never,
        priceTicks: more.priceTicks ?? order.order.priceTicks,
        sizeMicro,
        feeMicro: more.feeMicro ?? 0,
        liquidity: 'maker',
      });
    },
    command(kind: OperatorCommand['kind'], actor = 'alice', scope: CommandScope = 'series'): Output[] {
      return emit({ type: 'command-received', ...header(), commandId: `c-${seq}`, actor, command: { kind, scope } });
    },
    stepFailed(message = 'boom'): Output[] {
      return emit({ type: 'step-failed', ...header(), failedSeq: seq, message });
    },
    /** The process dies and comes back `downMs` later: memory is rebuilt from the records, then the boot is recorded. */
    crash(downMs = 1_000): Output[] {
      state = rebuild(config, records);
      queue.length = 0;
      nowMs += downMs;
      return boot();
    },
  };
  boot();
  return driver;
}

/** Outputs of one kind. */
export function of<T extends Output['type']>(outputs: readonly Output[], type: T): OutputOf<T>[] {
  return outputs.filter((output): output is OutputOf<T> => output.type === type);
}

/** The state that recovery finds: recorded events and outputs applied, nothing decided. */
export function rebuild(config: EngineConfig, records: readonly JournalRecord[]): EngineState {
  const state = createState(config);
  for (const { event, outputs } of records) {
    applyEvent(state, event);
    for (const output of outputs) applyOutput(state, output);
  }
  return state;
}

/** What the venue says of a window, true to the world's prices. */
export function officialOf(world: DriverWorld, startMs: number): Partial<OfficialResultPublished> {
  const strikeE18 = world.price(startMs);
  const finalE18 = world.price(startMs + WINDOW_MS);
  const outcome: Outcome = finalE18 >= strikeE18 ? 'up' : 'down';
  return { strikeE18, finalE18, outcome };
}
