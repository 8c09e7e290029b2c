/** The verbs of an operator on the command line, while a run trades: real processes, the embedded venue, the runner up. */
import { afterEach, expect, test } from 'vitest';
import * as z from 'zod';
import type { SeriesStatus } from '../../core/protocol/series-status.ts';
import { statusOf } from './support/run-api.ts';
import { cliEnvironment, runCli } from './support/run-cli.ts';
import { cleanUp, freePort, type RunProcess, startRun } from './support/run-process.ts';
import { until } from './support/until.ts';

/** Some 80 s; a kill alone takes two looks at the venue that lie 10 s apart. */
const TIMEOUT_MS = 300_000;
/** A window of five minutes lasts 30 s. */
const SIM_SPEED = 10;
const DESTINATION = '0x9999999999999999999999999999999999999999';
/** What the venue's own page shows of an account. */
const accountSchema = z.object({ usdceMicro: z.number() });
const operatedSchema = z.object({ done: z.boolean(), series: z.array(z.object({ result: z.string() })) });
const balanceSchema = z.object({ openOrders: z.array(z.unknown()) });
const dryRunSchema = z.object({
  dryRun: z.literal(true),
  destination: z.string(),
  plan: z.object({ orders: z.number(), pusdMicro: z.number(), usdceMicro: z.number() }),
});
const cashoutSchema = z.object({ destination: z.string(), pusdBeforeMicro: z.number(), held: z.array(z.unknown()) });

afterEach(cleanUp);

const isQuoting = ({ tradingMode, openOrders }: SeriesStatus): boolean =>
  tradingMode === 'active' && openOrders.some(({ status }) => status === 'resting');
const sharesOf = ({ window }: SeriesStatus): number =>
  (window?.up?.positionMicro ?? 0) + (window?.down?.positionMicro ?? 0);
const untilStatus = (run: RunProcess, found: (status: SeriesStatus) => boolean): Promise<SeriesStatus> =>
  until(() => statusOf(run), found);

test('behavior: pause, resume, flatten, kill, and a cashout that is planned first and then done', {
  timeout: TIMEOUT_MS,
}, async () => {
  const venueUrl = `http://127.0.0.1:${await freePort()}`;
  const run = await startRun({
    MODE: 'sim',
    SIM_SPEED: `${SIM_SPEED}`,
    VENUE_PORT: new URL(venueUrl).port,
    CASHOUT_DEST: DESTINATION,
  });
  await run.line(/^ready in /);
  const environment = { ...cliEnvironment(run, venueUrl), CASHOUT_DEST: DESTINATION };
  const cli = async <T>(schema: z.ZodType<T>, ...args: readonly string[]): Promise<T> => {
    const { status, stdout, stderr } = await runCli([...args, '--json'], environment);
    expect({ args, status, stderr }).toMatchObject({ status: 0 });
    return schema.parse(JSON.parse(stdout));
  };
  const verb = (name: string, ...args: readonly string[]) => cli(operatedSchema, name, '--url', run.url, ...args);

  await untilStatus(run, isQuoting);
  expect(await verb('pause')).toMatchObject({ done: true, series: [{ result: 'applied' }] });
  expect(await statusOf(run)).toMatchObject({ tradingMode: 'reducing', openOrders: [] });
  // Not by our own books alone.
  expect((await cli(balanceSchema, 'balance')).openOrders).toEqual([]);

  expect(await verb('resume', '--yes')).toMatchObject({ done: true });
  await untilStatus(run, (status) => isQuoting(status) && sharesOf(status) > 0);
  expect(await verb('flatten', '--yes')).toMatchObject({ done: true });
  const flattened = await statusOf(run);
  expect(flattened).toMatchObject({ openOrders: [], stop: { verb: 'flatten', confirmed: true, openAtVenue: 0 } });
  // What nobody would take at a fair price is held to its resolution, and said.
  if (sharesOf(flattened) > 0) expect(flattened.stop?.held).not.toEqual([]);

  expect(await verb('kill')).toMatchObject({ done: true });
  expect(await statusOf(run)).toMatchObject({
    tradingMode: 'halted',
    openOrders: [],
    stop: { verb: 'kill', confirmed: true, openAtVenue: 0, unknown: 0 },
  });

  expect(await verb('resume', '--yes')).toMatchObject({ done: true });
  await untilStatus(run, isQuoting);
  const { destination, plan } = await cli(dryRunSchema, 'cashout', '--dry-run');
  expect(destination).toBe(DESTINATION);
  expect(plan.pusdMicro).toBeGreaterThan(0);
  expect(plan.usdceMicro).toBe(0);
  // A plan stops nothing and sends nothing.
  expect((await statusOf(run)).restrictions.filter(({ reason }) => reason === 'operator')).toEqual([]);
  expect(await usdceOf(venueUrl, DESTINATION)).toBe(0);

  const { status, stdout, stderr } = await runCli(['cashout', '--yes', '--json'], environment);
  const { held, pusdBeforeMicro } = cashoutSchema.parse(JSON.parse(stdout));
  // Status 1 says that something has to be fetched later.
  expect({ status, stderr }).toMatchObject({ status: held.length === 0 ? 0 : 1 });
  expect(await usdceOf(venueUrl, DESTINATION)).toBe(pusdBeforeMicro);
  expect(await statusOf(run)).toMatchObject({ openOrders: [] });
  expect((await statusOf(run)).tradingMode).not.toBe('active');

  expect(await run.end('SIGTERM')).toBe(0);
  expect(run.errors()).toBe('');
});

/** What the venue's chain shows of an address that nobody here has the key of. */
async function usdceOf(venueUrl: string, address: string): Promise<number> {
  const answer = await fetch(`${venueUrl}/account/${address}`);
  return answer.status === 200 ? accountSchema.parse(await answer.json()).usdceMicro : 0;
}
