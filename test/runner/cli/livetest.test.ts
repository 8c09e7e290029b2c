/** `livetest`: what it shows when all is well, and that it sends nothing while anything is not. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { listenForControl } from '../../../runner/control-socket.ts';
import { nodeRandom } from '../../../runner/node-ports.ts';
import { openStateFolder } from '../../../runner/state-folder.ts';
import { type CliRun, type CliWorld, setUpAccount, startCliWorld } from '../../support/cli-world.ts';

// Real sockets on whatever machine this is: in no hurry.
vi.setConfig({ testTimeout: 60_000 });

let world: CliWorld | null = null;

afterEach(async () => {
  await world?.stop();
  world = null;
});

async function start(): Promise<CliWorld> {
  world = await startCliWorld();
  await setUpAccount(world);
  return world;
}

const failedSteps = (run: CliRun): string[] =>
  run.json.steps.filter(({ ok }: { ok: boolean }) => !ok).map(({ step }: { step: string }) => step);
/** Money moves by an order's match only: none of these orders may. */
const moneyOf = async (cli: CliWorld): Promise<number> => (await cli.run(['balance', '--json'])).json.pusdMicro;

describe('livetest', () => {
  test('default: the order is seen resting and seen gone, both ways, and nothing is left', async () => {
    const cli = await start();
    const before = await moneyOf(cli);
    const run = await cli.run(['livetest', '--yes', '--json']);
    expect(run).toMatchObject({ ok: true, json: { ok: true, worstCaseMicro: 50_000 } });
    expect(run.json.steps.map(({ step }: { step: string }) => step)).toEqual([
      'user channel open',
      'order taken',
      'seen resting over REST',
      'seen resting on the user channel',
      'cancelled',
      'seen gone over REST',
      'seen gone on the user channel',
    ]);
    const after = await cli.run(['balance', '--json']);
    expect(after.json).toMatchObject({ openOrders: [], pusdMicro: before });
  });

  test('behavior: explains first, and a no sends nothing', async () => {
    const cli = await start();
    const run = await cli.run(['livetest'], false);
    expect(run.ok).toBe(false);
    expect(run.lines.join('\n')).toMatch(/BUY 5 (up|down) of btc-updown-5m-\d+ at 0\.01, GTC, post-only/);
    expect(run.lines.join('\n')).toMatch(/it would cost 0\.05 pUSD/);
    expect((await cli.run(['livetest'], null)).problem).toMatch(/say --yes/);
  });

  for (const [what, faults] of [
    ['the place is not served', { geoblocked: true }],
    [
      'the venue does not answer questions',
      { plan: [{ match: { route: 'GET /auth/ban-status/closed-only' }, fault: { kind: 'lose-request' } }] },
    ],
  ] as const) {
    test(`error: sends nothing where ${what}`, async () => {
      const cli = await start();
      await cli.post('/faults', faults);
      const run = await cli.run(['livetest', '--yes', '--json']);
      expect(run).toMatchObject({ ok: false, json: { ok: false } });
      expect(run.json.refused.length).toBeGreaterThan(0);
      expect(run.json.steps).toBeUndefined();
    });
  }

  test('behavior: an order whose acknowledgement is lost is found, cancelled and seen gone', async () => {
    const cli = await start();
    await cli.post('/faults', {
      plan: [{ match: { route: 'POST /order', nth: 1 }, fault: { kind: 'lose-response' } }],
    });
    const run = await cli.run(['livetest', '--yes', '--json']);
    expect(failedSteps(run)).toEqual([]);
    expect((await cli.run(['balance', '--json'])).json.openOrders).toEqual([]);
  });

  test('error: a user channel that says nothing is told, and the order is cancelled all the same', async () => {
    const cli = await start();
    await cli.post('/faults', { plan: [{ match: { route: 'order' }, fault: { kind: 'lose-message' } }] });
    const run = await cli.run(['livetest', '--yes', '--json']);
    expect(run.ok).toBe(false);
    expect(failedSteps(run)).toEqual(['seen resting on the user channel', 'seen gone on the user channel']);
    expect((await cli.run(['balance', '--json'])).json.openOrders).toEqual([]);
  });

  test('error: a refused order is told with the venue’s words', async () => {
    const cli = await start();
    const refusal = { kind: 'answer', accepted: false, status: 400, body: '{"error":"invalid signature"}' };
    await cli.post('/faults', { plan: [{ match: { route: 'POST /order' }, fault: refusal }] });
    const run = await cli.run(['livetest', '--yes', '--json']);
    expect(failedSteps(run)).toEqual(['order taken']);
    expect(run.json.steps.at(-1).detail).toMatch(/invalid signature/);
  });

  test('error: while another process has the state folder nothing is sent', async () => {
    const cli = await start();
    const folder = openStateFolder(cli.stateFolder, nodeRandom, () => undefined);
    const socket = await listenForControl(`${cli.stateFolder}/control.sock`, () => Promise.resolve({}));
    try {
      expect((await cli.run(['livetest', '--yes'])).problem).toMatch(/is in use by process/);
      expect((await cli.run(['wallet', 'wrap', '1', '--yes'])).problem).toMatch(/is in use by process/);
      // What only reads goes on.
      expect((await cli.run(['balance'])).ok).toBe(true);
    } finally {
      socket.close();
      folder.release();
    }
  });
});
