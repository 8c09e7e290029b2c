/**
 * One seed as one run: a scenario, a crossing at which somebody dies, what the venue did with the orders meanwhile, and what else goes
 * wrong. Everything follows from the number. After the faults stop the world has 60 simulated seconds to be known again.
 */
import { createHash } from 'node:crypto';
import { createRng, type Rng } from '../../../core/simulation/rng.ts';
import type { FaultPlan } from '../../../embedded-venue/faults/fault-plan.ts';
import { CROSSING_POINTS, type Scenario } from './crossing-points.ts';
import { type CrashPlan, createOrderPathWorld, type OrderPathWorld, type WorldPlan } from './order-path-world.ts';
import { WINDOW_END_MS, WINDOW_START_MS } from './run-window.ts';

/** No unknown order and no difference so long after the faults have stopped. */
export const CONVERGED_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 1_000;

/** Of the runs that only quote, so many do it at the window's end. */
const CLOSING_SHARE = 0.25;

/** What became of the orders around the crash. */
export type VenueCourse = 'accepted' | 'refused' | 'never-seen';

export interface SeededPlan extends WorldPlan {
  readonly scenario: Scenario;
  readonly course: VenueCourse;
  /** When faults stop. */
  readonly healMs: number;
  /** The object dies without a crossing, in milliseconds after the window's start, and comes back after so long. */
  readonly lostObject?: { readonly atMs: number; readonly forMs: number };
}

export interface SeededResult {
  readonly plan: SeededPlan;
  readonly violations: readonly string[];
  readonly crossed: ReadonlyMap<string, number>;
  readonly crashed: readonly string[];
  /** Of everything that passed a port, in order. */
  readonly traceHash: string;
  readonly trace: readonly string[];
  readonly world: OrderPathWorld;
  /** From the end of the faults until all was known, in milliseconds; `null`: never. */
  readonly convergedAfterMs: number | null;
}

/** The plan of a number. Neighbouring numbers go to different points. */
export function planOf(seed: number): SeededPlan {
  const rng = createRng(seed).fork('plan');
  const point = CROSSING_POINTS[seed % CROSSING_POINTS.length];
  if (point === undefined) throw new Error('there are crossing points');
  const drawn = pick(rng, point.scenarios);
  const scenario = drawn === 'quote' && rng.uniform() < CLOSING_SHARE ? 'close' : drawn;
  const round = Math.floor(seed / CROSSING_POINTS.length);
  const leading = leadingTo(point.name);
  const course = leading.course ?? (['accepted', 'refused', 'never-seen'] as const)[round % 3] ?? 'accepted';
  const dies = (['runner', 'object', 'both'] as const)[Math.floor(round / 3 + rng.uniform() * 3) % 3] ?? 'both';
  const crash: CrashPlan = {
    point: { name: point.name, occurrence: 1 + Math.floor(rng.uniform() * point.occurrences) },
    dies,
    objectBackAfterMs: delay(rng, 8_000),
    runnerBackAfterMs: delay(rng, 15_000),
    keepTail: rng.uniform() < 0.5 ? 1 : rng.uniform(),
  };
  const faults = [...(leading.faults ?? []), ...faultsOf(rng, course)];
  const slow = slowOf(rng);
  const linkDelays = linkDelaysOf(rng);
  const times = courseOf(scenario, rng);
  const crashes = leading.crash === undefined ? [crash] : [{ ...leading.crash, keepTail: 1 }, crash];
  return {
    ...times,
    healMs: times.healMs + (leading.healLaterMs ?? 0),
    seed,
    scenario,
    course,
    crashes,
    faults,
    slow,
    linkDelays,
    answers: leading.answers,
  };
}

interface Leading {
  readonly course?: VenueCourse;
  /** Somebody has to die before. */
  readonly crash?: Omit<CrashPlan, 'keepTail'>;
  readonly healLaterMs?: number;
  readonly faults?: FaultPlan;
  readonly answers?: WorldPlan['answers'];
}

/** A node that refuses what it is to estimate. */
const REVERTED = {
  status: 200,
  headers: {},
  body: '{"jsonrpc":"2.0","id":0,"error":{"code":-32000,"message":"execution reverted"}}',
};

/** Crossings that come only when something has gone wrong before: that goes wrong then. */
function leadingTo(point: string): Leading {
  const first = (route: string, fault: FaultPlan[number]['fault'], times = 2): Leading => ({
    faults: [{ match: { route, nth: 1, times }, fault }],
  });
  const died = (dies: CrashPlan['dies'], name: string, occurrence = 1, runnerBackAfterMs = 300): Leading => ({
    crash: { point: { name, occurrence }, dies, objectBackAfterMs: 1_500, runnerBackAfterMs },
  });
  // Absence is proven after 30 s.
  if (/order-absent/.test(point)) return { course: 'never-seen', healLaterMs: 30_000 };
  if (/submission-unknown|resen[dt]|POST \/order lost/.test(point)) return { course: 'never-seen' };
  if (/expired-unsent|tombstone/.test(point)) return died('object', 'object commit submit-order after', 2);
  if (/write facts|timer 100 /.test(point)) return died('both', 'runner receive submit-order after');
  if (/timer 15000/.test(point)) return died('runner', 'runner disk append submissions.jsonl merge after');
  if (/timer other/.test(point)) return died('object', 'object receive lease-ack after', 12);
  if (/DELETE \/orders (?!lost)/.test(point)) return died('object', 'object receive lease-ack after', 16);
  if (/order-rejected/.test(point)) return { course: 'refused' };
  if (/trade (FAILED|RETRYING)/.test(point)) {
    const failing = { kind: 'settlement', minedAfterMs: 1_000, confirmedAfterMs: 2_000, fails: true } as const;
    return { faults: [{ match: { nth: 1, times: 3 }, fault: failing }] };
  }
  if (/venue-mode-changed/.test(point))
    return first('POST /order', answer(425, { error: 'matching engine is restarting' }));
  if (/cancel-rejected/.test(point)) return first('DELETE /order', answer(200, { canceled: [], not_canceled: {} }));
  if (/complete-sets-failed|merge-failed/.test(point))
    return { answers: [{ route: 'rpc eth_estimateGas', answer: REVERTED }] };
  if (/DELETE \/orders lost/.test(point)) {
    return {
      ...died('object', 'object receive lease-ack after', 16),
      ...first('DELETE /orders', { kind: 'lose-response' }, 4),
    };
  }
  const lost = /http ((?:GET|DELETE) [^:]*) lost/.exec(point)?.[1];
  return lost === undefined ? {} : first(lost, { kind: 'lose-response' }, 4);
}

/** Often short, sometimes long. */
function delay(rng: Rng, longestMs: number): number {
  return Math.floor(100 + (longestMs - 100) * rng.uniform() ** 2);
}

function pick<T>(rng: Rng, list: readonly T[]): T {
  const one = list[Math.floor(rng.uniform() * list.length)];
  if (one === undefined) throw new Error('nothing to choose from');
  return one;
}

function courseOf(scenario: Scenario, rng: Rng): Pick<SeededPlan, 'commands' | 'healMs' | 'tradeUntilMs' | 'originMs'> {
  const at = (fromS: number, toS: number): number =>
    WINDOW_START_MS + Math.floor((fromS + rng.uniform() * (toS - fromS)) * 1_000);
  switch (scenario) {
    case 'quote':
      return { healMs: at(20, 25), tradeUntilMs: at(17, 22) };
    case 'flatten':
      return { commands: [{ atMs: at(10, 15), kind: 'flatten' }], healMs: at(26, 32), tradeUntilMs: at(24, 28) };
    case 'kill': {
      const kill = { atMs: at(7, 12), kind: 'kill' } as const;
      const resume = { atMs: at(23, 27), kind: 'resume' } as const;
      return { commands: rng.uniform() < 0.5 ? [kill] : [kill, resume], healMs: at(27, 32), tradeUntilMs: at(20, 26) };
    }
    case 'close':
      // Past T − 5 s with every fault on.
      return {
        originMs: WINDOW_END_MS - 65_000,
        healMs: WINDOW_END_MS + 2_000,
        tradeUntilMs: WINDOW_END_MS - 20_000,
      };
    case 'end':
      // From 50 s before the end, with the strike from the feed's snapshot, until the window is resolved and redeemed.
      return {
        originMs: WINDOW_END_MS - 50_000,
        commands: [{ atMs: WINDOW_END_MS + 125_000, kind: 'redeem' }],
        healMs: WINDOW_END_MS + 142_000,
        tradeUntilMs: WINDOW_END_MS - 20_000,
      };
    default:
      return scenario satisfies never;
  }
}

/** What the venue and the line do with requests and messages. Every kind comes in a good part of the runs. */
export function faultsOf(rng: Rng, course: VenueCourse): FaultPlan {
  const rules: FaultPlan[number][] = [];
  const nth = (most: number): number => 1 + Math.floor(rng.uniform() * most);
  const order = { route: 'POST /order', nth: nth(6), times: nth(3) };
  if (course === 'never-seen') rules.push({ match: order, fault: { kind: 'lose-request' } });
  else if (course === 'accepted') {
    rules.push({
      match: order,
      fault: pick(rng, [
        { kind: 'lose-response' },
        { kind: 'delay', delayMs: 2_500 },
        { kind: 'channel-first', delayMs: 1_200 },
        { kind: 'repeat-request' },
      ] as const),
    });
  } else {
    rules.push({
      match: order,
      fault: pick(rng, [
        answer(400, { error: 'invalid post-only order: order crosses book' }),
        answer(400, { error: 'not enough balance / allowance' }),
        answer(425, { error: 'matching engine is restarting' }),
        answer(500, { error: 'Internal server error' }),
        answer(429, { error: 'Too Many Requests' }),
        answer(503, {
          error: 'post-only mode: only post-only orders and cancels are allowed',
          code: 'post_only_mode',
          retry_after_seconds: 2,
        }),
      ]),
    });
  }
  const others: readonly FaultPlan[number][] = [
    { match: { route: 'DELETE /order', probability: 0.3 }, fault: { kind: 'lose-response' } },
    { match: { route: 'DELETE /order', probability: 0.3 }, fault: { kind: 'lose-request' } },
    { match: { route: 'DELETE /orders', probability: 0.3 }, fault: { kind: 'lose-response' } },
    { match: { route: 'GET /data/trades', probability: 0.3 }, fault: { kind: 'lose-response' } },
    { match: { route: 'GET /data/orders', probability: 0.3 }, fault: { kind: 'lose-response' } },
    { match: { route: 'order', probability: 0.3 }, fault: { kind: 'repeat-message', copies: 1 } },
    { match: { route: 'trade', probability: 0.3 }, fault: { kind: 'repeat-message', copies: 2 } },
    { match: { route: 'trade', probability: 0.2 }, fault: { kind: 'delay-message', delayMs: 1_500 } },
    { match: { route: 'order', probability: 0.3 }, fault: { kind: 'swap-message' } },
    { match: { route: 'trade', probability: 0.2 }, fault: { kind: 'lose-message' } },
    { match: { route: 'order', nth: nth(10) }, fault: { kind: 'silence', forMs: 8_000 } },
    {
      match: { nth: nth(5) },
      fault: { kind: 'settlement', minedAfterMs: 1_500, confirmedAfterMs: 3_000, fails: true },
    },
    {
      match: { nth: nth(5) },
      fault: { kind: 'settlement', minedAfterMs: 9_000, confirmedAfterMs: 15_000, fails: false },
    },
    { match: {}, fault: { kind: 'balance-lag', lagMs: 5_000 } },
  ];
  for (const rule of others) if (rng.uniform() < 0.2) rules.push(rule);
  return rules;
}

function answer(status: number, body: object) {
  return { kind: 'answer', accepted: false, status, body: JSON.stringify(body) } as const;
}

/** A POST that the venue gets only after seconds (client issue 98 of the venue's own SDK, operations notes §5.1). */
export function slowOf(rng: Rng): WorldPlan['slow'] {
  if (rng.uniform() > 0.3) return [];
  const delaysMs = Array.from({ length: 8 }, () => (rng.uniform() < 0.4 ? Math.floor(rng.uniform() * 9_000) : 0));
  return [{ route: 'POST /order', delaysMs }];
}

/** The way from object to runner is slow for a while: intents come late, and so does the lease. */
function linkDelaysOf(rng: Rng): WorldPlan['linkDelays'] {
  if (rng.uniform() > 0.15) return [];
  const atMs = WINDOW_START_MS + Math.floor(rng.uniform() * 20_000);
  return [{ atMs, forMs: 2_000 + Math.floor(rng.uniform() * 6_000), delayMs: 500 + Math.floor(rng.uniform() * 6_000) }];
}

/** Runs a seed to its end, or to its first violation. */
export async function runSeed(seed: number, changes: Partial<SeededPlan> = {}): Promise<SeededResult> {
  return runPlan({ ...planOf(seed), ...changes });
}

/** Runs a plan. */
export async function runPlan(plan: SeededPlan): Promise<SeededResult> {
  const world = await createOrderPathWorld(plan);
  const { judge } = world;
  if (plan.lostObject !== undefined) {
    await world.runTo(WINDOW_START_MS + plan.lostObject.atMs);
    world.kill('object', plan.lostObject.forMs);
  }
  await world.runTo(plan.healMs);
  world.heal();
  let convergedAfterMs: number | null = null;
  for (
    let afterMs = LOOK_EVERY_MS;
    afterMs <= CONVERGED_WITHIN_MS && judge.violations.length === 0;
    afterMs += LOOK_EVERY_MS
  ) {
    await world.runTo(plan.healMs + afterMs);
    if (judge.differences(world.object, world.runner).length > 0) continue;
    convergedAfterMs = afterMs;
    break;
  }
  const left =
    judge.violations.length === 0 && convergedAfterMs === null ? judge.differences(world.object, world.runner) : [];
  const violations = [
    ...judge.violations,
    ...left.map((sentence) => `known: ${CONVERGED_WITHIN_MS / 1_000} s after the faults: ${sentence}`),
  ];
  return {
    plan,
    violations,
    crossed: world.crossings.counts,
    crashed: world.crashed,
    traceHash: createHash('sha256').update(world.trace.join('\n')).digest('hex'),
    trace: world.trace,
    world,
    convergedAfterMs,
  };
}
