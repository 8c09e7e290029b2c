/**
 * What a runner comes to after ten minutes of as many orders as the venue's limits let through: its clocks and timers run some times as
 * fast, the code and everything that it remembers are as always. One order in twenty trades, the others are cancelled some time later.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientOrderId } from '../../core/model/identifiers.ts';
import type { LinkFact } from '../../core/protocol/runner-link.ts';
import { wallMs } from '../workerd/link-client.ts';
import { startBenchVenue } from '../workerd/venue.ts';
import { type ObjectStandIn, startObjectStandIn } from './object-stand-in.ts';
import { startBenchRunner } from './runner.ts';
import type { RunnerMemory } from './runner-child.ts';
import { createOrderMaker, type OrderMaker, SERIES, SLUG } from './series.ts';

export interface MemoryRun {
  readonly before: RunnerMemory;
  readonly after: RunnerMemory;
  /** Orders that the venue took. */
  readonly accepted: number;
  readonly filled: number;
  /** Orders of which something else came. */
  readonly refused: number;
  /** In the runner's own time. */
  readonly minutes: number;
}

const PACE = 8;
/** A little below the 40 orders a second of a signer (venue notes of 2026-11-23, polymarket §3.5), in the runner's time. */
const ORDERS_PER_SECOND = 33;
const LOOK_EVERY_MS = 5;
/** So many are on their way at a time. */
const UNANSWERED = 8;
/** So many rest at a time; the oldest is cancelled. */
const RESTING = 20;
const TAKER_EVERY = 20;
/** Whoever buys at this price is served at once, wherever the book is. */
const TAKER = {
  timeInForce: 'FAK',
  postOnly: false,
  priceTicks: 9_800,
  amount: { unit: 'pusd', spendMicro: 5_000_000 },
} as const;
const MINUTE_MS = 60_000;

/** Runs until the venue has taken `count` orders. */
export async function memoryRun(count: number): Promise<MemoryRun> {
  const folder = mkdtempSync(join(tmpdir(), 'poly-edge-bench-'));
  const venue = await startBenchVenue({ series: [SERIES], books: 'natural', rate: 0, speed: PACE, runFolder: folder });
  const object = await startObjectStandIn(SLUG, PACE);
  try {
    const runner = await startBenchRunner({
      venueUrl: venue.url,
      workerUrl: object.url,
      series: [SLUG],
      folder,
      pace: PACE,
      taps: null,
    });
    try {
      const before = await runner.memory();
      const sent = await sendAll(count, object, createOrderMaker(venue, object.epoch), venue.timeAt);
      return { before, after: await runner.memory(), ...sent };
    } finally {
      await runner.stop();
    }
  } finally {
    await object.stop();
    await venue.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Sent = Omit<MemoryRun, 'before' | 'after'>;

/** Sends until the venue has taken `count`, no faster than its limits and than answers come. */
async function sendAll(
  count: number,
  object: ObjectStandIn,
  maker: OrderMaker,
  timeAt: (wallMs: number) => number,
): Promise<Sent> {
  const { epoch } = object;
  const counts = { accepted: 0, filled: 0, refused: 0 };
  const resting: ClientOrderId[] = [];
  object.onFact((fact) => tally(counts, fact));
  const startedMs = wallMs();
  const due = (): number => Math.floor(((wallMs() - startedMs) * PACE * ORDERS_PER_SECOND) / 1_000);
  let sent = 0;
  while (counts.accepted < count) {
    const market = await maker.market(timeAt(wallMs()));
    while (sent < due() && sent - counts.accepted - counts.refused < UNANSWERED) {
      const isTaker = sent % TAKER_EVERY === 0;
      const order = maker.order(market, timeAt(wallMs()), isTaker ? TAKER : {});
      const cause = { seq: sent++, tsEvent: order.createdMs, tsInit: order.createdMs };
      object.send({ type: 'submit-order', epoch, order, cause });
      if (!isTaker) resting.push(order.clientOrderId);
      const oldest = resting.length > RESTING ? resting.shift() : undefined;
      if (oldest !== undefined) object.send({ type: 'cancel-order', epoch, clientOrderId: oldest, cause });
    }
    await new Promise((resolve) => void setTimeout(resolve, LOOK_EVERY_MS));
  }
  return { ...counts, minutes: ((wallMs() - startedMs) * PACE) / MINUTE_MS };
}

function tally(counts: { accepted: number; filled: number; refused: number }, { type }: LinkFact): void {
  if (type === 'order-accepted') counts.accepted++;
  else if (type === 'order-filled') counts.filled++;
  else if (type === 'order-rejected' || type === 'expired-unsent' || type === 'submission-unknown') counts.refused++;
}
