/** SIGKILL of workerd, of the runner and of both in the middle of trading; `make kill-matrix` does it fifty times. */
import { afterEach, expect, test } from 'vitest';
import { killInTurns } from './support/order-path-kills.ts';
import { cleanUp, freePort, startRun } from './support/run-process.ts';

const KILLS = Number(process.env['ORDER_PATH_KILLS'] ?? 3);
/** A kill takes a window of 15 s of real time, and what it takes to be back. */
const TIMEOUT_MS = 120_000 + KILLS * 60_000;

afterEach(cleanUp);

test(
  'behavior: no order is signed twice, no match booked twice, and object and venue hold the same, whoever is killed',
  async () => {
    const venuePort = String(await freePort());
    const run = await startRun({ SIM_SPEED: '20', VENUE_PORT: venuePort });
    await run.line(/^ready in/);
    const report = await killInTurns(run, `http://127.0.0.1:${venuePort}`, KILLS);
    console.log(JSON.stringify(report, null, 2));
    expect(report.kills).toHaveLength(KILLS);
    expect(report.signedTwice).toEqual([]);
    expect(report.bookedTwice).toEqual([]);
    expect(report.differences).toEqual([]);
    expect(report.orders).toBeGreaterThan(0);
    expect(await run.end('SIGTERM')).toBe(0);
  },
  TIMEOUT_MS,
);
