/**
 * Orders and their cancels, one after the other, from a stand-in for the object through a real runner to the embedded venue: how long the
 * runner itself takes, beside a bare WebSocket and a bare undici in the same process, taking turns with it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wallMs } from '../workerd/link-client.ts';
import { startBenchVenue } from '../workerd/venue.ts';
import { startObjectStandIn } from './object-stand-in.ts';
import { startBenchRunner } from './runner.ts';
import { createOrderMaker, SERIES, SLUG } from './series.ts';

/** Times in milliseconds, from the link's frame in the runner to the request that leaves it. */
export interface PacedOrders {
  readonly ordersMs: readonly number[];
  readonly cancelsMs: readonly number[];
  readonly peerMs: readonly number[];
  /** Orders of which something else came than that they rest. */
  readonly refused: number;
}

/** The first of them compile. */
const WARM_UP = 200;
/** Below the signer's 40 orders a second, and its questions below theirs (venue notes of 2026-11-23, polymarket §3.5). */
const EVERY_MS = 40;
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
      const refused = await sendAll(count + WARM_UP, object, createOrderMaker(venue, object.epoch), venue.timeAt);
      const { departures, peerMs } = await runner.notes();
      const of = (type: string): number[] =>
        departures
          .filter((one) => one.type === type)
          .slice(WARM_UP)
          .map(({ receivedMs, leftMs }) => leftMs - receivedMs);
      const [ordersMs, cancelsMs] = [of('submit-order'), of('cancel-order')];
      return { ordersMs, cancelsMs, peerMs: peerMs.slice(WARM_UP), refused };
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
  object: Awaited<ReturnType<typeof startObjectStandIn>>,
  maker: ReturnType<typeof createOrderMaker>,
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

function untilMs(dueMs: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, Math.max(0, dueMs - wallMs())));
}
