/**
 * Watches a world and says what must never be (operations notes of 2026-11-23, §5.2). It looks at what really is, at the venue and on the
 * wires, never at what a process believes; each violation is one sentence.
 */
import type { OperatorCommand } from '../../../core/engine/events.ts';
import type { ApprovedOrder } from '../../../core/model/order.ts';
import { LEASE_TTL_MS } from '../../../core/protocol/runner-link.ts';
import { worstLossMicro } from '../../../core/risk/exposure.ts';
import { maxFeeMicro } from '../../../core/risk/order-exposure.ts';
import type { VenueTrade } from '../../../embedded-venue/trading/venue-exchange.ts';
import type { HttpRequest } from '../../../runner/ports.ts';
import type { CrashDisk } from './crash-disk.ts';
import type { Party } from './crossings.ts';
import { createEngineWatch } from './engine-watch.ts';
import { messagesOf } from './frame-names.ts';
import type { LeanVenue } from './lean-venue.ts';
import type { ObjectProcess } from './object-process.ts';
import { createFindings, type Property } from './properties.ts';
import type { RunnerProcess } from './runner-process.ts';
import type { Scheduler } from './scheduler.ts';
import { createVenueTruth, VENUE_FEES } from './venue-truth.ts';
import { differencesOf } from './world-differences.ts';

/** DESIGN §3.4: the same bytes once more within this. */
const RESEND_WITHIN_MS = 1_000;
/** DESIGN §6: orders are gone so long after the object, or the runner, was lost; and one look more. */
const GONE_AFTER_MS: Readonly<Record<Party, number>> = { object: 8_000, runner: 16_000 };
/** DESIGN §6: none of ours rests this long before the end. */
const CLEAR_BEFORE_END_MS = 5_000;

export interface Judge {
  readonly violations: readonly string[];
  /** What of it was looked at. */
  readonly looked: ReadonlySet<Property>;
  /** The object has stored a turn from which these frames follow. */
  stored(frames: readonly string[]): void;
  commanded(kind: OperatorCommand['kind']): void;
  runnerHeard(frame: string): void;
  left(route: string, request: HttpRequest): void;
  arrived(route: string, request: HttpRequest): void;
  died(party: Party): void;
  /** The runner starts. */
  booted(): void;
  /** After every event. */
  look(object: ObjectProcess, runner: RunnerProcess): void;
  /** What is not known yet, or differs between object, runner and venue; empty when all agree. */
  differences(object: ObjectProcess, runner: RunnerProcess): string[];
  /** POSTs of orders that left, and how many orders were matched. */
  readonly posts: number;
  trades(): readonly VenueTrade[];
  /** Set: the venue itself refuses cancels, and nothing that rests is anybody's fault. */
  venueRefusesCancels: boolean;
  readonly greatestExposureMicro: number;
  /** "GTC buy shares" and the like: what kinds of orders left. */
  readonly orderKinds: ReadonlySet<string>;
}

export interface JudgeOptions {
  readonly scheduler: Scheduler;
  readonly venue: LeanVenue;
  readonly wallet: string;
  readonly disk: CrashDisk;
  readonly limitMicro: number;
  /** No fault keeps a cancel from being carried out, so that the times of DESIGN §6 hold. */
  readonly timesHold: boolean;
  note(what: string): void;
}

interface Intent {
  readonly order: ApprovedOrder;
  readonly epoch: number;
}

interface Sent {
  readonly body: string;
  readonly firstMs: number;
  times: number;
  /** Requests that have not arrived. */
  underWay: number;
}

/** Of a line of the submission log. */
interface Logged {
  readonly orderHash: string;
}

interface Body {
  readonly order: { readonly salt: number };
}

/** A judge of an account that has done nothing yet. */
export function createJudge(options: JudgeOptions): Judge {
  const { scheduler, venue, disk, limitMicro } = options;
  const truth = createVenueTruth(venue, options.wallet);
  const findings = createFindings(options.note);
  const { look, violate } = findings;
  const intents = new Map<number, Intent>();
  const byHash = new Map<string, Intent>();
  const sent = new Map<number, Sent>();
  const orderKinds = new Set<string>();
  const cancels = new Map<string, number>();
  let posts = 0;
  let leaseMs = Number.NEGATIVE_INFINITY;
  let epoch = 0;
  let killed = false;
  let asked = new Set<string>();
  let greatestExposureMicro = 0;
  let lastLook = '';
  const lostMs: Partial<Record<Party, number>> = {};

  const checkEngine = createEngineWatch(truth, findings);
  const saltOf = ({ body }: HttpRequest): number => (JSON.parse(body ?? '{}') as Body).order.salt;
  const isOrder = (route: string): boolean => route === 'POST /order';

  function left(route: string, request: HttpRequest): void {
    asked.add(route);
    if (!isOrder(route)) return;
    posts++;
    const salt = saltOf(request);
    const intent = intents.get(salt);
    look('written');
    if (intent === undefined) {
      violate('written', `an order left with salt ${salt}, which belongs to no intent that is stored`);
      return;
    }
    const { clientOrderId, timeInForce, side, amount } = intent.order;
    orderKinds.add(`${timeInForce} ${side} ${amount.unit}`);
    checkOnce(clientOrderId, salt, request.body ?? '');
    checkPermission(intent);
    const line = logged(salt);
    if (line === undefined) violate('written', `${clientOrderId} left before it was written down`);
    else byHash.set((JSON.parse(line) as Logged).orderHash, intent);
    for (const needed of ['GET /data/orders', 'GET /data/trades']) {
      if (!asked.has(needed)) violate('written', `${clientOrderId} left before ${needed} was asked since the start`);
    }
  }

  const logged = (salt: number): string | undefined =>
    disk
      .text('submissions.jsonl')
      .split('\n')
      .findLast((line) => line.startsWith('{"kind":"sent"') && new RegExp(`"salt":${salt}[,}]`).test(line));

  function checkOnce(clientOrderId: string, salt: number, body: string): void {
    look('once');
    const nowMs = scheduler.nowMs();
    const before = sent.get(salt);
    if (before === undefined) {
      sent.set(salt, { body, firstMs: nowMs, times: 1, underWay: 1 });
      return;
    }
    before.times++;
    before.underWay++;
    const afterMs = nowMs - before.firstMs;
    if (before.body !== body) violate('once', `${clientOrderId} left twice with different bytes`);
    if (before.times > 2) violate('once', `${clientOrderId} left ${before.times} times`);
    if (afterMs > RESEND_WITHIN_MS) violate('once', `${clientOrderId} left again ${afterMs} ms after the first time`);
  }

  function checkPermission({ order: { clientOrderId, notAfterMs }, epoch: of }: Intent): void {
    look('permitted');
    const nowMs = scheduler.nowMs();
    const refuse = (why: string): void => violate('permitted', `${clientOrderId} ${why}`);
    if (nowMs > notAfterMs) refuse(`left ${nowMs - notAfterMs} ms after its time`);
    if (nowMs - leaseMs >= LEASE_TTL_MS) refuse(`left ${nowMs - leaseMs} ms after the last lease`);
    if (of !== epoch) refuse(`of epoch ${of} left in epoch ${epoch}`);
    if (/"verb":"kill"/.test(disk.text('latch.json'))) refuse('left after a kill was latched');
  }

  function stored(frames: readonly string[]): void {
    for (const frame of frames) {
      for (const message of messagesOf(frame)) {
        if (message.type === 'submit-order') {
          const { order, epoch: of } = message as unknown as Intent;
          intents.set(order.salt, { order, epoch: of });
          if (killed) violate('permitted', `${order.clientOrderId} was decided after a kill`);
        }
        if (message.type === 'cancel-order') {
          const { clientOrderId } = message as unknown as { readonly clientOrderId: string };
          if (!cancels.has(clientOrderId)) cancels.set(clientOrderId, scheduler.nowMs());
        }
      }
    }
  }

  /** What could be lost by what is at the venue and by what may still arrive there. */
  function exposureMicro(): number {
    const open = truth.openExposures();
    for (const [salt, { underWay, times }] of sent) {
      const intent = intents.get(salt);
      if (underWay === 0 || times > 1 || intent === undefined) continue;
      const { order } = intent;
      const remainingMicro = order.amount.unit === 'shares' ? order.amount.sizeMicro : order.amount.spendMicro;
      open.push({
        intent: order,
        remainingMicro,
        maxFeeMicro: order.postOnly ? 0 : maxFeeMicro(order, VENUE_FEES, remainingMicro),
      });
    }
    return worstLossMicro(truth.holdings(), open);
  }

  function checkExposure(): void {
    const nowMicro = exposureMicro();
    greatestExposureMicro = Math.max(greatestExposureMicro, nowMicro);
    look('exposure');
    if (nowMicro > limitMicro) violate('exposure', `${nowMicro} could be lost, the limit is ${limitMicro}`);
  }

  function checkOrders(): void {
    const nowMs = scheduler.nowMs();
    for (const order of truth.openOrders()) {
      look('clear');
      const market = venue.marketAt(windowStartOf(order.conditionId, nowMs), nowMs);
      const leftMs = market.window.endMs - nowMs;
      if (judge.venueRefusesCancels || leftMs > CLEAR_BEFORE_END_MS || order.state !== 'LIVE') continue;
      violate('clear', `${order.orderHash} rests ${leftMs} ms before the end`);
    }
  }

  /** By the matches that the venue has, those included that fail: what failed does not return to the book. */
  function checkAmounts(): void {
    look('size');
    look('spend');
    for (const [orderHash, { sizeMicro, spentMicro }] of truth.matched()) {
      const intent = byHash.get(orderHash);
      if (intent === undefined) {
        violate('matches', `${orderHash} was matched, and belongs to no intent`);
        continue;
      }
      const { amount, clientOrderId } = intent.order;
      if (amount.unit === 'shares' && sizeMicro > amount.sizeMicro) {
        violate('size', `${clientOrderId} was matched ${sizeMicro} of ${amount.sizeMicro}`);
      }
      if (amount.unit === 'pusd' && spentMicro > amount.spendMicro) {
        violate('spend', `${clientOrderId} has spent ${spentMicro} of ${amount.spendMicro}`);
      }
    }
  }

  /** Once one of them is back, it has its own way of clearing up. */
  function checkLoss(): void {
    const nowMs = scheduler.nowMs();
    look('gone');
    const [live] = truth.openOrders().filter(({ state }) => state === 'LIVE');
    const [party, since] =
      lostMs.runner === undefined ? (['object', lostMs.object] as const) : (['runner', lostMs.runner] as const);
    if (live === undefined || since === undefined || nowMs - since <= GONE_AFTER_MS[party]) return;
    violate('gone', `${live.orderHash} rests ${nowMs - since} ms after the ${party} was lost`);
  }

  const starts = new Map<string, number>();
  function windowStartOf(conditionId: string, nowMs: number): number {
    const known = starts.get(conditionId);
    if (known !== undefined) return known;
    for (const { order } of intents.values()) {
      const market = venue.marketAt(order.windowStartMs, nowMs);
      starts.set(market.conditionId, market.window.startMs);
    }
    return starts.get(conditionId) ?? 0;
  }

  const judge: Judge = {
    violations: findings.violations,
    looked: findings.looked,
    venueRefusesCancels: false,
    stored,
    commanded(kind) {
      killed = kind === 'kill' ? true : kind === 'resume' ? false : killed;
    },
    runnerHeard(frame) {
      for (const message of messagesOf(frame) as readonly { readonly type: string; readonly epoch?: number }[]) {
        if (message.type === 'lease') {
          leaseMs = scheduler.nowMs();
          epoch = Math.max(epoch, message.epoch ?? 0);
        }
        if (message.type === 'resume') epoch = Math.max(epoch, message.epoch ?? 0);
      }
    },
    left,
    arrived(route, request) {
      if (!isOrder(route)) return;
      const known = sent.get(saltOf(request));
      if (known !== undefined) known.underWay--;
    },
    died(party) {
      lostMs[party] = scheduler.nowMs();
    },
    booted() {
      delete lostMs.runner;
      asked = new Set();
      leaseMs = Number.NEGATIVE_INFINITY;
    },
    look(object) {
      if (object.alive) delete lostMs.object;
      const open = truth.openOrders();
      const key = `${open.length} ${posts} ${truth.trades().length} ${object.runtime?.pipeline.lastSeq ?? 0} ${open.map(({ matchedMicro }) => matchedMicro).join()}`;
      if (open.length > 0) {
        checkOrders();
        if (options.timesHold) checkLoss();
      }
      if (key === lastLook) return;
      lastLook = key;
      checkExposure();
      checkAmounts();
      const durable = object.runtime?.pipeline.host.state.durable;
      if (durable !== undefined) checkEngine(durable);
    },
    differences(object, runner) {
      look('known');
      return differencesOf({ truth, object, runner, cancels, nowMs: scheduler.nowMs() });
    },
    get posts() {
      return posts;
    },
    trades: truth.trades,
    orderKinds,
    get greatestExposureMicro() {
      return greatestExposureMicro;
    },
  };
  return judge;
}
