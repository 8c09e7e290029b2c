/**
 * The bench's venue as a process of its own, so that what it does takes no time from the client that measures. Started by `fork` with
 * its options as one JSON argument; tells its port, and at a message "sent" what it has sent.
 */
import { startVenueServer } from '../../embedded-venue/server.ts';
import { createVenueClock } from '../../embedded-venue/venue-clock.ts';
import type { VenueSeries } from '../../embedded-venue/venue-market.ts';
import { type BenchWorld, createBenchWorld } from './bench-world.ts';

/** What the parent says. */
export interface VenueChildOptions {
  readonly series: readonly VenueSeries[];
  readonly books: 'natural' | 'flips';
  /** Messages a simulated second. */
  readonly rate: number;
  /** Simulated over wall time. */
  readonly speed: number;
  readonly runFolder: string;
}

const { series, books, rate, speed, runFolder } = JSON.parse(process.argv[2] ?? '') as VenueChildOptions;
const clock = createVenueClock({ runFolder, speed, wallNow: Date.now });
let world: BenchWorld | null = null;
const server = await startVenueServer({
  port: 0,
  clock,
  makeWorld(originMs, startMs) {
    world = createBenchWorld({ series, books, rate, originMs, startMs, speed, now: () => clock.now() ?? startMs });
    return world;
  },
});
process.on('message', (message) => {
  if (message === 'sent') process.send?.({ frames: world?.frames() ?? 0, touchMovesMs: world?.touchMovesMs() ?? [] });
});
process.once('SIGTERM', () => void server.stop().then(() => process.exit(0)));
process.send?.({ port: server.port });
