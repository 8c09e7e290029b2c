/** How soon our orders are gone, or what became of them is known, when a part is lost (DESIGN §6). Simulated time: the same on every machine. */
import { describe, expect, test } from 'vitest';
import { createRng } from '../../../core/simulation/rng.ts';
import {
  createOrderPathWorld,
  type OrderPathWorld,
  type WorldPlan,
} from '../../support/order-path/order-path-world.ts';
import { WINDOW_START_MS } from '../../support/order-path/run-window.ts';

const SEEDS = 20;
const STEP_MS = 50;
/** Something of ours rests by then; the moment of the loss is drawn within the next seconds, so that beats and leases are of any age. */
const RESTING_FROM_MS = WINDOW_START_MS + 8_000;
const LOSS_WITHIN_MS = 6_000;
const GIVE_UP_MS = 30_000;
const CHANNEL = '/clob/ws/user';

interface Loss {
  readonly lost: string;
  readonly withinMs: number;
  readonly lose: (world: OrderPathWorld) => void;
}

/** DESIGN §6: 8 s (lease 5 s and the cancel), 16 s (the venue's own dead-man's switch). */
const LOSSES: readonly Loss[] = [
  { lost: 'object', withinMs: 8_000, lose: (world) => world.kill('object', null) },
  {
    lost: 'link',
    withinMs: 8_000,
    lose({ wire }) {
      wire.cut();
      wire.down = true;
    },
  },
  {
    lost: 'link, and nobody is told',
    withinMs: 8_000,
    lose({ wire }) {
      wire.down = true;
    },
  },
  { lost: 'runner', withinMs: 16_000, lose: (world) => world.kill('runner', null) },
  {
    lost: 'proxy',
    withinMs: 16_000,
    lose({ line, channel }) {
      line.proxyDown = true;
      channel.refuse(CHANNEL, 0);
      channel.drop(CHANNEL);
    },
  },
];
/** DESIGN §6: the poll of open orders finds out. */
const CHANNEL_WITHIN_MS = 20_000;

async function worldWithOrders(seed: number, plan: Partial<WorldPlan> = {}): Promise<OrderPathWorld> {
  const world = await createOrderPathWorld({ seed, takers: false, ...plan });
  await world.runTo(RESTING_FROM_MS + Math.floor(createRng(seed).fork('loss').uniform() * LOSS_WITHIN_MS));
  while (world.venue.exchange.openOrders(world.wallet).length === 0) await step(world);
  return world;
}

async function step(world: OrderPathWorld): Promise<void> {
  await world.runTo(world.scheduler.nowMs() + STEP_MS);
  if (world.scheduler.nowMs() > WINDOW_START_MS + 100_000) throw new Error('nothing of ours was at the venue');
}

/** Milliseconds until the venue holds no order of ours, and none came back within the bound. */
async function goneAfterMs({ lose, withinMs }: Loss, seed: number): Promise<number> {
  const world = await worldWithOrders(seed);
  const lostMs = world.scheduler.nowMs();
  lose(world);
  let lastMs = lostMs;
  while (world.scheduler.nowMs() - lostMs < Math.max(withinMs, GIVE_UP_MS)) {
    await world.runTo(world.scheduler.nowMs() + STEP_MS);
    if (world.venue.exchange.openOrders(world.wallet).length > 0) lastMs = world.scheduler.nowMs();
  }
  expect(world.judge.violations).toEqual([]);
  return lastMs - lostMs;
}

const spread = (values: readonly number[]): string => {
  const sorted = [...values].sort((left, right) => left - right);
  const at = (share: number): string => `${sorted[Math.floor(share * (sorted.length - 1))]}`.padStart(8);
  return `${at(0)}${at(0.5)}${at(1)}`;
};

describe('orders of a part that is lost', { timeout: 600_000 }, () => {
  test.each(LOSSES)('behavior: the $lost is lost, and nothing of ours rests $withinMs ms later', async (loss) => {
    const measured: number[] = [];
    for (let seed = 1; seed <= SEEDS; seed++) measured.push(await goneAfterMs(loss, seed));
    console.log(
      `${loss.lost.padEnd(26)} ms until gone, least, median, most: ${spread(measured)}   bound ${loss.withinMs}`,
    );
    expect(Math.max(...measured)).toBeLessThanOrEqual(loss.withinMs);
    expect(Math.max(...measured)).toBeGreaterThan(0);
  });

  test.each([
    [
      'lost',
      (world: OrderPathWorld) => {
        world.channel.refuse(CHANNEL, 503);
        world.channel.drop(CHANNEL);
      },
    ],
    ['silent', (world: OrderPathWorld) => world.channel.stall(CHANNEL, (frame) => frame === 'PONG')],
  ] as const)('behavior: the user channel is %s, and every match is known 20 s later', async (lost, lose) => {
    const measured: number[] = [];
    for (let seed = 1; seed <= SEEDS; seed++) {
      const world = await worldWithOrders(seed, { takers: true });
      const lostMs = world.scheduler.nowMs();
      lose(world);
      const known = new Set<string>();
      while (world.scheduler.nowMs() - lostMs < 2 * CHANNEL_WITHIN_MS) {
        await world.runTo(world.scheduler.nowMs() + STEP_MS);
        const nowMs = world.scheduler.nowMs();
        const windows = Object.values(world.object.runtime?.pipeline.host.state.durable.windows ?? {});
        const booked = new Set<string>(
          windows.flatMap(({ matches }) => Object.values(matches).map((match) => match.tradeId)),
        );
        for (const { tradeId, matchedMs } of world.judge.trades()) {
          if (matchedMs <= lostMs || known.has(tradeId)) continue;
          if (booked.has(tradeId)) {
            known.add(tradeId);
            measured.push(nowMs - matchedMs);
          } else expect(nowMs - matchedMs).toBeLessThanOrEqual(CHANNEL_WITHIN_MS);
        }
      }
      expect(world.judge.violations).toEqual([]);
    }
    console.log(
      `${`user channel ${lost}`.padEnd(26)} ms until known, least, median, most: ${spread(measured)}   bound ${CHANNEL_WITHIN_MS}`,
    );
    expect(measured.length).toBeGreaterThan(SEEDS);
    expect(Math.max(...measured)).toBeLessThanOrEqual(CHANNEL_WITHIN_MS);
  });
});
