/**
 * Orders and their cancels, one after the other, from a stand-in for the object through a real runner to the embedded venue: how long the
 * runner itself takes, beside a bare WebSocket and a bare undici in the same process, taking turns with it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wallMs } from '../workerd/link-client.ts';
import { startBenchVenue } from '../workerd/venue.ts';
import type { Departure } from './departures.ts';
import { type ObjectStandIn, startObjectStandIn } from './object-stand-in.ts';
import { startBenchRunner } from './runner.ts';
import { createOrderMaker, type OrderMaker, SERIES, SLUG } from './series.ts';

/** Times in milliseconds, from the link's frame in the runner to the request that leaves it. */
export interface PacedOrders {
  readonly ordersMs: readonly number[];
  readonly cancelsMs: readonly number[];
  readonly peerMs: readonly number[];
  /** What the runner's code takes for an intent that follows others at once: until it is free for the next one. */
  readonly followingMs: readonly number[];
  /** Orders of which something else came than that they rest. */
  readonly refused: number;
}

/** The first of them compile. */
const WARM_UP = 200;
/** Below the signer's 40 orders a second, and its questions below theirs (venue notes of 2026-11-23, polymarket §3.5). */
const EVERY_MS = 40;
/** Intents that come at once, now and then, after the others; of each burst the first ones are not counted. */
const BURSTS = 100;
const BURST_LENGTH = 8;
const BURST_FIRST = 4;
const BURST_EVERY_MS = 250;
/** Above the numbers of all other orders. */
const BURST_SEQ = 1_000_000;
/** As long as a signed order's body. */
const PEER_TEXT = JSON.stringify({ order: 'x'.repeat(850) });

/** Sends `count` orders, and cancels each. */
export async function pacedOrders(count: number): Promise<PacedOrders> {
  const folder = mkdtempSync(join(tmpdir(), 'poly-edge-bench-'));
  const venue = await startBenchVenue({ series: [SERIES], books: 'flips', rate: 0, speed: 1, runFolder: folder });
  const object = await startObjectStandIn(SLUG, 1);
  try {
    const runner = await startBenchRunner({
      venueUrl: venue.url,
      workerUrl: object.url,
      series: [SLUG],
      folder,
      pace: 1,
      taps: { peer: { socketUrl: object.peerUrl, venueUrl: venue.url } },
    });
    try {
      const maker = createOrderMaker(venue, object.epoch);
      const refused = await sendAll(count + WARM_UP, object, maker, venue.timeAt);
      const { departures, peerMs } = await runner.notes();
      await sendBursts(object, maker, venue.timeAt);
      const all = (await runner.notes()).departures.filter(({ type }) => type === 'submit-order');
      const ofType = (type: Departure['type']): number[] =>
        departures
          .filter((one) => one.type === type)
          .slice(WARM_UP)
          .map(({ receivedMs, leftMs }) => leftMs - receivedMs);
      return {
        ordersMs: ofType('submit-order'),
        cancelsMs: ofType('cancel-order'),
        peerMs: peerMs.slice(WARM_UP),
        followingMs: followingMs(all),
        refused,
      };
    } finally {
      await runner.stop();
    }
  } finally {
    await object.stop();
    await venue.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function sendAll(
  count: number,
  object: ObjectStandIn,
  maker: OrderMaker,
  timeAt: (wallMs: number) => number,
): Promise<number> {
  const { epoch } = object;
  let refused = 0;
  for (let index = 0; index < count; index++) {
    const dueMs = wallMs() + EVERY_MS;
    const nowMs = timeAt(wallMs());
    const order = maker.order(await maker.market(nowMs), nowMs);
    const { clientOrderId } = order;
    const cause = { seq: index, tsEvent: order.createdMs, tsInit: order.createdMs };
    const told = (...types: readonly string[]) =>
      object.fact(
        (fact) => 'clientOrderId' in fact && fact.clientOrderId === clientOrderId && types.includes(fact.type),
      );
    const taken = told('order-accepted', 'order-rejected', 'expired-unsent', 'submission-unknown');
    object.send({ type: 'submit-order', epoch, order, cause });
    if ((await taken).type === 'order-accepted') {
      const gone = told('order-canceled');
      object.send({ type: 'cancel-order', epoch, clientOrderId, cause });
      await gone;
    } else refused++;
    // As long after the last thing that happened as the next order: a processor that was idle is slower for both.
    await untilMs(dueMs - EVERY_MS / 2);
    object.sendToPeer(PEER_TEXT);
    await untilMs(dueMs);
  }
  return refused;
}

/** The `seq` of an intent's cause says of a burst which one of it it was. */
async function sendBursts(object: ObjectStandIn, maker: OrderMaker, timeAt: (wallMs: number) => number): Promise<void> {
  for (let burst = 0; burst < BURSTS; burst++) {
    const dueMs = wallMs() + BURST_EVERY_MS;
    const nowMs = timeAt(wallMs());
    const market = await maker.market(nowMs);
    for (let place = 0; place < BURST_LENGTH; place++) {
      const order = maker.order(market, nowMs);
      const cause = { seq: BURST_SEQ + place, tsEvent: order.createdMs, tsInit: order.createdMs };
      object.send({ type: 'submit-order', epoch: object.epoch, order, cause });
    }
    object.send({ type: 'cancel-all', epoch: object.epoch, reason: 'the next burst' });
    await untilMs(dueMs);
  }
}

function followingMs(orders: readonly Departure[]): number[] {
  const bursts = orders.filter(({ cause }) => cause.seq >= BURST_SEQ);
  return bursts.flatMap(({ cause, receivedMs }, index) => {
    const before = bursts[index - 1];
    const isFollower = cause.seq >= BURST_SEQ + BURST_FIRST && before?.cause.seq === cause.seq - 1;
    return isFollower ? [receivedMs - before.receivedMs] : [];
  });
}

function untilMs(dueMs: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, Math.max(0, dueMs - wallMs())));
}
