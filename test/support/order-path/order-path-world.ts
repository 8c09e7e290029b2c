/**
 * Object, link, runner, venue and chain of one series in one process, on one virtual clock: the product's own code on ports that can be
 * cut, slowed and revoked at every crossing. Counterparties quote and take; what a plan says goes wrong, goes wrong.
 */
import type { EngineConfig } from '../../../core/config/engine-config.ts';
import type { OperatorCommand } from '../../../core/engine/events.ts';
import { createRng } from '../../../core/simulation/rng.ts';
import type { FaultPlan } from '../../../embedded-venue/faults/fault-plan.ts';
import type { HttpAnswer } from '../../../runner/ports.ts';
import type { LogLine } from '../node-ports.ts';
import { createVirtualNetwork, type VirtualNetwork } from '../virtual-network.ts';
import { createCounterpartyTrading } from './counterparty-trading.ts';
import { createCrashDisk } from './crash-disk.ts';
import { type CrashPoint, type Crossings, createCrossings, type Party } from './crossings.ts';
import { createJudge, type Judge } from './judge.ts';
import { createLeanVenue, type LeanVenue } from './lean-venue.ts';
import { createLinkWire, type LinkWire } from './link-wire.ts';
import { createObjectProcess, type ObjectProcess } from './object-process.ts';
import { ORIGIN_MS, SERIES, WINDOW_END_MS, WINDOW_START_MS } from './run-window.ts';
import { createRunnerProcess, LINK_KEY, type RunnerDefects, type RunnerProcess } from './runner-process.ts';
import { createScheduler, type Scheduler } from './scheduler.ts';
import { createVenueLine, type VenueLine } from './venue-line.ts';
import {
  accountSigner,
  BANKROLL_MICRO,
  credentialsOf,
  DAILY_LIMIT_MICRO,
  runnerSettings,
  seriesSettings,
} from './world-settings.ts';

/** Between two turns of the venue that nobody asked for. */
const STEP_MS = 200;

/** What a crash takes with it, and when it comes back. */
export interface CrashPlan {
  readonly point: CrashPoint;
  readonly dies: 'object' | 'runner' | 'both';
  readonly objectBackAfterMs: number;
  readonly runnerBackAfterMs: number;
  /** The most of each unsynced tail that outlives the runner; 1: all of it. */
  readonly keepTail: number;
}

/** What a person does: a command to the series, or `cli redeem` on the runner's machine. */
export interface PlannedCommand {
  readonly atMs: number;
  readonly kind: OperatorCommand['kind'] | 'redeem';
}

/** Requests of a route that arrive late, after so many milliseconds; in their order. */
export interface SlowRequests {
  readonly route: string;
  readonly delaysMs: readonly number[];
}

export interface WorldPlan {
  readonly seed: number;
  /** When the world begins; 8 s before the window when left out. */
  readonly originMs?: number;
  readonly crashes?: readonly CrashPlan[];
  readonly faults?: FaultPlan;
  readonly slow?: readonly SlowRequests[] | undefined;
  readonly commands?: readonly PlannedCommand[];
  readonly defects?: RunnerDefects;
  readonly outputGate?: boolean;
  /** What the line answers in place of the venue, each once, without the venue having seen the request. */
  readonly answers?: readonly { readonly route: string; readonly answer: HttpAnswer }[] | undefined;
  /** Times in which frames of the object take so much longer to the runner. */
  readonly linkDelays?:
    | readonly { readonly atMs: number; readonly forMs: number; readonly delayMs: number }[]
    | undefined;
  /** Until when counterparties trade. */
  readonly tradeUntilMs?: number;
  /** Somebody takes what stands; else everything that is quoted rests. */
  readonly takers?: boolean;
  readonly config?: (config: EngineConfig) => EngineConfig;
  /** What may be lost at the most; the engine's daily limit when left out. */
  readonly limitMicro?: number;
}

export interface OrderPathWorld {
  readonly scheduler: Scheduler;
  readonly venue: LeanVenue;
  readonly line: VenueLine;
  readonly wire: LinkWire;
  readonly object: ObjectProcess;
  readonly runner: RunnerProcess;
  readonly crossings: Crossings;
  readonly judge: Judge;
  readonly log: readonly LogLine[];
  readonly trace: readonly string[];
  /** The runner's other sockets: the user channel. */
  readonly channel: VirtualNetwork['faults'];
  /** The account's wallet. */
  readonly wallet: string;
  /** Where it died. */
  readonly crashed: readonly string[];
  runTo(atMs: number): Promise<void>;
  kill(party: Party, backAfterMs: number | null, keepTail?: number): void;
  command(kind: PlannedCommand['kind']): void;
  /** Lifts every fault of venue and network. */
  heal(): void;
}

/** Nothing keeps an order from arriving, a cancel from being carried out or a lease from ending when it should. */
function timesHold({ faults = [], slow = [], linkDelays = [] }: WorldPlan): boolean {
  const isSlow = slow.some(({ delaysMs }) => delaysMs.some((delayMs) => delayMs > 0));
  const keepsCancels = faults.some(({ match, fault }) => match.route?.startsWith('DELETE') && fault.kind !== 'answer');
  return !isSlow && !keepsCancels && linkDelays.length === 0;
}

/** Orders that a request cancels by name. */
function canceledBy(route: string, body: string): readonly string[] {
  if (route === 'DELETE /orders') return JSON.parse(body) as string[];
  return route === 'DELETE /order' ? [(JSON.parse(body) as { readonly orderID: string }).orderID] : [];
}

/** Builds a world and starts both processes at its beginning. */
export async function createOrderPathWorld(plan: WorldPlan): Promise<OrderPathWorld> {
  const rng = createRng(plan.seed);
  const originMs = plan.originMs ?? ORIGIN_MS;
  const scheduler = createScheduler(originMs, plan.seed);
  const log: LogLine[] = [];
  const trace: string[] = [];
  const crashed: string[] = [];
  const afterEvent: (() => void)[] = [];
  const boots: Party[] = [];
  const venue = createLeanVenue({ seed: plan.seed, originMs, series: SERIES, rng: rng.fork('prices') });
  const signer = await accountSigner();
  const wallet = signer.address.toLowerCase();
  venue.equip(wallet, BANKROLL_MICRO);
  const credentials = credentialsOf(venue, signer, originMs);

  const crossings = createCrossings(
    (plan.crashes ?? []).map(({ point }) => point),
    (party, name) => {
      const crash = (plan.crashes ?? []).find(({ point }) => point.name === name);
      if (crash === undefined) return;
      crashed.push(name);
      if (crash.dies !== 'runner') kill('object', crash.objectBackAfterMs);
      if (crash.dies !== 'object') kill('runner', crash.runnerBackAfterMs, crash.keepTail);
      note(`crash of ${crash.dies} at ${name}, seen by ${party}`);
    },
  );
  crossings.onCross((name) => note(name));
  function note(what: string): void {
    trace.push(`${scheduler.nowMs() - WINDOW_START_MS} ${what}`);
  }
  const keep = (line: LogLine): void => {
    log.push(line);
    note(`${line.level} ${line.message} ${JSON.stringify(line.fields)}`);
  };

  const clock = { clock: { now: scheduler.nowMs, wallMs: scheduler.nowMs, speed: 1 } };
  const timersOf = (party: string) => ({
    after: (delayMs: number, callback: () => void) => scheduler.after(delayMs, callback, party),
  });
  const networkOf = (party: string) =>
    createVirtualNetwork({
      feeds: venue.feeds,
      routes: [{ handle: venue.handle }],
      clock: { ...clock, timers: timersOf(party) } as never,
      latencyMs: 4,
      advanceTo: venue.advanceTo,
      stepMs: 1_000_000_000,
    });
  const objectNetwork = networkOf('object feeds');
  const runnerNetwork = networkOf('user channel');
  const disk = createCrashDisk();
  const judge = createJudge({
    scheduler,
    venue,
    wallet,
    disk,
    limitMicro: plan.limitMicro ?? DAILY_LIMIT_MICRO,
    timesHold: timesHold(plan),
    note,
  });

  const object = createObjectProcess({
    scheduler,
    crossings,
    settings: seriesSettings(plan.config),
    sockets: objectNetwork.sockets,
    http: objectNetwork.http,
    dropSockets: () => objectNetwork.faults.drop('/'),
    log: keep,
    onStored: (frames) => judge.stored(frames),
    ...(plan.outputGate === undefined ? {} : { outputGate: plan.outputGate }),
  });
  const wire = createLinkWire({
    scheduler,
    keys: [LINK_KEY],
    attach: (socket, nonce) => object.attach(socket, nonce),
  });
  const line = createVenueLine({
    scheduler,
    crossings,
    venue,
    onLeave(route, request) {
      judge.left(route, request);
      for (const orderHash of canceledBy(route, request.body ?? '')) others.cancelLeft(orderHash);
    },
    onArrive: (route, request) => judge.arrived(route, request),
    afterEvent: (act) => void afterEvent.push(act),
  });
  const runner = createRunnerProcess({
    scheduler,
    crossings,
    settings: runnerSettings(credentials),
    disk,
    openHttp: line.open,
    sockets: runnerNetwork.sockets,
    linkSockets: wire.sockets,
    dropSockets: () => {
      runnerNetwork.faults.drop('/');
    },
    onLinkFrame: (frame) => judge.runnerHeard(frame),
    log: keep,
    ...(plan.defects === undefined ? {} : { defects: plan.defects }),
  });

  function kill(party: Party, backAfterMs: number | null, keepTail = 1): void {
    const one = party === 'object' ? object : runner;
    if (!one.alive) return;
    one.kill();
    judge.died(party);
    if (party === 'runner') {
      const draws = rng.fork(`tails at ${scheduler.nowMs()}`);
      // 1: the process was killed and the machine lives. Less: the power went, and each file kept a part of its own.
      disk.lose(() => (keepTail >= 1 ? 1 : keepTail * draws.uniform()));
    }
    wire.ended(party);
    if (backAfterMs !== null) scheduler.after(Math.max(2, backAfterMs), () => void boots.push(party), party);
  }

  function command(kind: PlannedCommand['kind']): void {
    if (kind === 'redeem') {
      const up = runner.runner;
      if (up === null) scheduler.after(500, () => command(kind), 'person');
      else
        up.account
          .redeem()
          .catch((error: unknown) =>
            keep({ level: 'error', message: 'redeem threw', fields: { detail: String(error) } }),
          );
      return;
    }
    const ask = (commandId: string): void => {
      const taken = object.turn((up) => up.command({ commandId, actor: 'test', kind, scope: 'series' }));
      object.endTurn();
      // Whoever gets no answer asks again, under the same id.
      if (taken === null || !object.alive) scheduler.after(500, () => ask(commandId), 'person');
      else judge.commanded(kind);
      note(`command ${kind} ${taken?.result ?? 'not heard'}`);
    };
    ask(`${kind}-${scheduler.nowMs()}`);
  }

  scheduler.onSettled(async () => {
    object.endTurn();
    for (const act of afterEvent.splice(0)) act();
    for (const party of boots.splice(0)) {
      if (party === 'object' && !object.alive) object.boot();
      if (party === 'runner' && !runner.alive) {
        judge.booted();
        await runner.boot();
      }
      note(`${party} is up again`);
    }
    judge.look(object, runner);
  });

  const step = (): void => {
    venue.advanceTo(scheduler.nowMs());
    scheduler.after(STEP_MS, step, 'venue');
  };
  scheduler.after(STEP_MS, step, 'venue');
  const others = createCounterpartyTrading({
    scheduler,
    venue,
    rng: rng.fork('counterparties'),
    wallet,
    untilMs: plan.tradeUntilMs ?? WINDOW_END_MS,
    takers: plan.takers ?? true,
  });
  venue.faults.add(plan.faults ?? []);
  line.answers.push(...(plan.answers ?? []));
  for (const { route, delaysMs } of plan.slow ?? []) line.slow.set(route, [...delaysMs]);
  for (const { atMs, kind } of plan.commands ?? []) {
    scheduler.after(atMs - originMs, () => command(kind), 'person');
  }
  for (const { atMs, forMs, delayMs } of plan.linkDelays ?? []) {
    const set = (toMs: number) => () => {
      wire.delayToRunnerMs = toMs;
    };
    scheduler.after(atMs - originMs, set(delayMs), 'wire');
    scheduler.after(atMs - originMs + forMs, set(0), 'wire');
  }
  scheduler.after(1, () => void boots.push('object', 'runner'), 'start');

  return {
    scheduler,
    venue,
    line,
    wire,
    object,
    runner,
    crossings,
    judge,
    log,
    trace,
    channel: runnerNetwork.faults,
    wallet,
    crashed,
    runTo: (atMs) => scheduler.runTo(atMs, () => judge.violations.length > 0),
    kill,
    command,
    heal() {
      crossings.disarm();
      venue.faults.clear();
      line.slow.clear();
      line.answers.length = 0;
      line.proxyDown = false;
      wire.down = false;
      wire.delayToRunnerMs = 0;
      runnerNetwork.faults.stall('/clob/ws/user', null);
      runnerNetwork.faults.refuse('/clob/ws/user', null);
    },
  };
}
