/** `cashout` on the embedded venue: every kind of position, failures in the middle, and what it must never do. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { listenForControl } from '../../../runner/control-socket.ts';
import { controlSocketPath } from '../../../runner/state-folder.ts';
import { createCliTrader } from '../../support/cli-trader.ts';
import { type CliWorld, setUpAccount, startCliWorld } from '../../support/cli-world.ts';

// Real sockets on whatever machine this is: in no hurry.
vi.setConfig({ testTimeout: 60_000 });

const USDC = 1_000_000;
const DEST = '0x7777777777777777777777777777777777777777';
let world: CliWorld | null = null;

afterEach(async () => {
  await world?.stop();
  world = null;
});

async function start(options: Parameters<typeof startCliWorld>[0] = {}): Promise<CliWorld> {
  world = await startCliWorld({ speed: 20, quick: 20, ...options });
  world.environment['CASHOUT_DEST'] = DEST;
  return world;
}

const usdceOf = async (cli: CliWorld, address: string): Promise<number> =>
  (await cli.get(`/account/${address}`)).usdceMicro;

describe('cashout', () => {
  test('behavior: cancels, merges, sells, unwraps and sends all of it to the address of its own settings', async () => {
    const cli = await start();
    const wallet = await setUpAccount(cli, 100);
    const trader = createCliTrader(cli);
    await trader.rest(1);
    await trader.split(1, 10);
    await trader.buy(1, 'up', 8);

    const done = await cli.run(['cashout', '--yes', '--json']);
    expect(done).toMatchObject({ ok: true, json: { done: true, destination: DEST, held: [] } });
    const after = await cli.get(`/account/${wallet}`);
    expect(after).toMatchObject({ pusdMicro: 0, usdceMicro: 0 });
    // Nobody loses more than the spread and two fees on eight dollars.
    expect(await usdceOf(cli, DEST)).toBe(done.json.sentMicro);
    expect(done.json.sentMicro).toBeGreaterThan(96 * USDC);
    expect(done.json.sentMicro).toBeLessThan(100 * USDC);
    const { openOrders, positions } = (await cli.run(['balance', '--json'])).json;
    expect(openOrders).toEqual([]);
    // Less than a hundredth of a share is less than an order can have.
    for (const { sizeMicro } of positions) expect(sizeMicro).toBeLessThan(10_000);
  });

  test('behavior: a dry run shows the plan and changes nothing; a no does nothing', async () => {
    const cli = await start();
    const wallet = await setUpAccount(cli, 100);
    const trader = createCliTrader(cli);
    await trader.rest(1);
    await trader.split(1, 10);
    const before = await cli.get(`/account/${wallet}`);
    const shown = await cli.run(['cashout', '--dry-run']);
    expect(shown.ok).toBe(true);
    const plan = shown.lines.join('\n');
    expect(plan).toMatch(/cancel +1 open orders/);
    expect(plan).toMatch(/merge +10 pUSD/);
    expect(plan).toMatch(/unwrap +100 pUSD/);
    expect(plan).toMatch(new RegExp(`send +100 USDC.e to ${DEST}`));
    expect((await cli.run(['cashout'], false)).ok).toBe(false);
    expect((await cli.run(['cashout'], null)).problem).toMatch(/say --yes/);
    expect(await cli.get(`/account/${wallet}`)).toEqual(before);
    expect((await cli.run(['balance', '--json'])).json.openOrders).toHaveLength(1);
  });

  test('behavior: what a run left half done the next one goes on with', async () => {
    const cli = await start();
    const wallet = await setUpAccount(cli, 40);
    await createCliTrader(cli).split(1, 10);
    // From some moment on the venue lists no orders any more.
    const refuse = { kind: 'answer', accepted: false, status: 500, body: '{}' };
    await cli.post('/faults', {
      plan: [{ match: { route: 'GET /data/orders', nth: 5, times: 1_000 }, fault: refuse }],
    });
    const first = await cli.run(['cashout', '--yes']);
    expect(first.problem).toMatch(/Open orders cannot be listed|not known what is open/);
    expect(await usdceOf(cli, DEST)).toBe(0);
    await fetch(`${cli.url}/faults`, { method: 'DELETE' });
    const second = await cli.run(['cashout', '--yes', '--json']);
    expect(second.json).toMatchObject({ done: true, sentMicro: 40 * USDC });
    const third = await cli.run(['cashout', '--yes', '--json']);
    expect(third.json).toMatchObject({ done: true, sentMicro: 0, transactions: [] });
    expect(await usdceOf(cli, DEST)).toBe(40 * USDC);
    expect(await cli.get(`/account/${wallet}`)).toMatchObject({ pusdMicro: 0, usdceMicro: 0 });
  });

  test('behavior: resolved windows are redeemed', async () => {
    const cli = await start({ speed: 100 });
    await setUpAccount(cli, 40);
    const trader = createCliTrader(cli);
    await trader.split(0, 8);
    for (;;) {
      const { json } = await cli.run(['balance', '--json']);
      if (json.redeemableMicro > 0) break;
    }
    expect((await cli.run(['cashout', '--dry-run'])).lines.join('\n')).toMatch(/redeem +8 pUSD/);
    expect((await cli.run(['cashout', '--yes', '--json'])).json).toMatchObject({ done: true, sentMicro: 40 * USDC });
  });

  test('behavior: what nobody takes is held and said, and the rest goes', async () => {
    const cli = await start();
    await setUpAccount(cli, 50);
    const trader = createCliTrader(cli);
    await trader.split(1, 9);
    await trader.buy(1, 'up', 6);
    const { market } = await trader.rules(1);
    await cli.post('/faults', {
      plan: [
        {
          match: { route: 'POST /order' },
          fault: { kind: 'answer', accepted: false, status: 400, body: '{"error":"not enough balance / allowance"}' },
        },
      ],
    });
    const done = await cli.run(['cashout', '--yes', '--json']);
    expect(done).toMatchObject({ ok: false, json: { done: false } });
    expect(done.json.held).toEqual([expect.objectContaining({ name: `${market.slug} up` })]);
    expect(done.json.sentMicro).toBe(await usdceOf(cli, DEST));
    expect(done.json.sentMicro).toBeGreaterThan(40 * USDC);
  });

  test('error: without a destination of its own, or with the wallet as destination, nothing is planned', async () => {
    const cli = await start();
    const wallet = await setUpAccount(cli);
    cli.environment['CASHOUT_DEST'] = '';
    expect((await cli.run(['cashout', '--yes'])).problem).toMatch(/CASHOUT_DEST must be set/);
    cli.environment['CASHOUT_DEST'] = wallet;
    expect((await cli.run(['cashout', '--yes'])).problem).toMatch(/is the wallet itself/);
    expect((await cli.run(['cashout', '--dest', DEST])).problem).toMatch(/unknown option/);
  });

  test('behavior: a runner that is up cancels and sends by itself; the command sends nothing', async () => {
    const cli = await start();
    const wallet = await setUpAccount(cli, 50);
    const asked: string[] = [];
    const socket = await listenForControl(controlSocketPath(cli.stateFolder), (request) => {
      asked.push(request.command);
      return Promise.resolve({ sentMicro: 0 });
    });
    try {
      expect((await cli.run(['cashout', '--yes', '--json'])).json).toMatchObject({
        done: true,
        runner: { sentMicro: 0 },
      });
      expect(asked).toEqual(['latch', 'cancel', 'cash-out']);
      expect(await cli.get(`/account/${wallet}`)).toMatchObject({ pusdMicro: 50 * USDC, usdceMicro: 0 });
      // Positions are the runner's to leave, and its object is told through the API.
      await createCliTrader(cli).split(1, 10);
      expect((await cli.run(['cashout', '--yes'])).problem).toMatch(/runner holds positions, and the API/);
      expect(asked.slice(3)).toEqual(['latch']);
    } finally {
      socket.close();
    }
  });

  test('error: an answer that is lost ends it, so that no order is sent twice', async () => {
    const cli = await start();
    await setUpAccount(cli, 50);
    await createCliTrader(cli).buy(1, 'up', 8);
    const lose = [{ match: { route: 'POST /order', nth: 1 }, fault: { kind: 'lose-response' } }];
    await cli.post('/faults', { plan: lose });
    const first = await cli.run(['cashout', '--yes']);
    expect(first.problem).toMatch(/not known whether the order that leaves/);
    const second = await cli.run(['cashout', '--yes', '--json']);
    expect(second.ok).toBe(true);
    expect(await usdceOf(cli, DEST)).toBeLessThan(50 * USDC);
    expect(await usdceOf(cli, DEST)).toBeGreaterThan(47 * USDC);
  });
});
