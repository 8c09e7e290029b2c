/** `balance` and `cancel` on the embedded venue, with and without a runner, with and without the API. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { openStopLatch } from '../../../runner/account/stop-latch.ts';
import { type ControlRequest, type ControlSocket, listenForControl } from '../../../runner/control-socket.ts';
import { createNodeDisk } from '../../../runner/node-ports.ts';
import { controlSocketPath } from '../../../runner/state-folder.ts';
import { createCliTrader } from '../../support/cli-trader.ts';
import { type CliWorld, setUpAccount, startCliWorld } from '../../support/cli-world.ts';

// Real sockets on whatever machine this is: in no hurry.
vi.setConfig({ testTimeout: 60_000 });

const USDC = 1_000_000;
let world: CliWorld | null = null;
const closing: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await world?.stop();
  world = null;
});

async function start(options: Parameters<typeof startCliWorld>[0] = {}): Promise<CliWorld> {
  world = await startCliWorld(options);
  return world;
}

/** A runner's control socket; what it was asked is kept, and it cancels like a runner does not: not at all. */
async function runnerIsUp(cli: CliWorld): Promise<readonly ControlRequest[]> {
  const asked: ControlRequest[] = [];
  const socket: ControlSocket = await listenForControl(controlSocketPath(cli.stateFolder), (request) => {
    asked.push(request);
    return Promise.resolve({});
  });
  closing.push(() => socket.close());
  return asked;
}

/** The Worker's API as far as a pause goes. */
async function apiIsUp(cli: CliWorld): Promise<readonly string[]> {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    request.resume();
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"items":[]}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cli.environment['WORKER_URL'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  closing.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return asked;
}

describe('balance', () => {
  test('behavior: shows money, shares, open orders and what they reserve', async () => {
    const cli = await start();
    const wallet = await setUpAccount(cli);
    const trader = createCliTrader(cli);
    await trader.rest(0);
    await trader.rest(1, 'down');
    await trader.split(1, 12);
    await trader.buy(1, 'up', 6);

    const held = await cli.run(['balance', '--json']);
    expect(held).toMatchObject({ ok: true, json: { address: wallet, key: 'read-only', gaps: [] } });
    const { pusdMicro, reservedMicro, freeMicro, openOrders, positions } = held.json;
    expect(openOrders).toHaveLength(2);
    expect(reservedMicro).toBe(2 * 5 * 10_000);
    expect(freeMicro).toBe(pusdMicro - reservedMicro);
    const account = await cli.get(`/account/${wallet}`);
    expect(pusdMicro).toBe(account.pusdMicro);
    const byOutcome = Object.fromEntries(
      positions.map((one: { outcome: string; sizeMicro: number }) => [one.outcome, one.sizeMicro]),
    );
    expect(byOutcome).toMatchObject({ down: 12 * USDC });
    expect(byOutcome.up).toBeGreaterThan(12 * USDC);
    const { market } = await trader.rules(1);
    expect(positions.every(({ slug }: { slug: string }) => slug === market.slug)).toBe(true);

    const text = (await cli.run(['balance'])).lines.join('\n');
    expect(text).toContain('not resolved');
    expect(text).toMatch(/reserved +0\.1 \(by 2 open orders\)/);
  });

  test('behavior: shares of a window that is over show as redeemable', async () => {
    const cli = await startCliWorld({ speed: 100 });
    world = cli;
    await setUpAccount(cli);
    const trader = createCliTrader(cli);
    await trader.split(0, 8);
    let held = await cli.run(['balance', '--json']);
    while (held.json.redeemableMicro === 0) held = await cli.run(['balance', '--json']);
    expect(held.json.redeemableMicro).toBe(8 * USDC);
    const payouts = held.json.positions.map(({ payoutMicro }: { payoutMicro: number }) => payoutMicro);
    expect(payouts.sort()).toEqual([0, 8 * USDC]);
  });

  test('error: the trading key reads where the read-only key was revoked', async () => {
    const cli = await start();
    await setUpAccount(cli);
    const { readFileSync, writeFileSync } = await import('node:fs');
    const file = join(cli.stateFolder, 'api-credentials-read-only.json');
    const kept = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...kept, apiKey: '00000000-0000-4000-8000-00000000dead' }));
    expect((await cli.run(['balance', '--json'])).json).toMatchObject({ key: 'full' });
  });
});

describe('cancel', () => {
  test('behavior: with the runner down it latches a pause, cancels everything and sees twice that nothing is open', async () => {
    const cli = await start();
    await setUpAccount(cli);
    const trader = createCliTrader(cli);
    await trader.rest(0);
    await trader.rest(1);
    const done = await cli.run(['cancel', '--json']);
    expect(done).toMatchObject({ ok: true, json: { done: true, open: [], emptyListings: 2, held: 'latch-file' } });
    expect(done.json.cancelled).toHaveLength(2);
    const latch = openStopLatch(createNodeDisk(cli.stateFolder, () => undefined));
    expect(latch.get(null)).toMatchObject({ verb: 'pause' });
  });

  test('behavior: one market by its slug or its condition leaves the others alone', async () => {
    const cli = await start();
    await setUpAccount(cli);
    const trader = createCliTrader(cli);
    const first = await trader.rest(0);
    const second = await trader.rest(1);
    const { market } = await trader.rules(0);
    const bySlug = await cli.run(['cancel', '--market', market.slug, '--once', '--json']);
    expect(bySlug.json).toMatchObject({ cancelled: [first.orderHash], emptyListings: 1 });
    const left = (await cli.run(['balance', '--json'])).json.openOrders;
    expect(left.map(({ orderHash }: { orderHash: string }) => orderHash)).toEqual([second.orderHash]);
    const other = (await trader.rules(1)).market.conditionId;
    expect((await cli.run(['cancel', '--market', other, '--once', '--json'])).json.cancelled).toEqual([
      second.orderHash,
    ]);
    expect((await cli.run(['cancel', '--market', 'nonsense'])).problem).toMatch(/nonsense is no market/);
  });

  test('behavior: cancels and listings that are lost on the way are repeated', async () => {
    const cli = await start();
    await setUpAccount(cli);
    await createCliTrader(cli).rest(0);
    const plan = [
      { match: { route: 'DELETE /cancel-all', nth: 1, times: 2 }, fault: { kind: 'lose-request' } },
      { match: { route: 'GET /data/orders', nth: 2 }, fault: { kind: 'lose-response' } },
    ];
    await cli.post('/faults', { plan });
    const done = await cli.run(['cancel', '--json']);
    expect(done.json).toMatchObject({ done: true, emptyListings: 2 });
    expect(done.json.cancelled).toHaveLength(1);
  });

  test('behavior: a runner that is up pauses and cancels, and the API pauses the objects', async () => {
    const cli = await start();
    await setUpAccount(cli);
    await createCliTrader(cli).rest(0);
    const told = await runnerIsUp(cli);
    const asked = await apiIsUp(cli);
    const done = await cli.run(['cancel', '--json']);
    expect(done.json).toMatchObject({ done: true, held: 'api' });
    expect(told.map(({ command }) => command)).toEqual(['latch', 'cancel']);
    expect(told[0]).toMatchObject({ verb: 'pause', series: null });
    expect(asked).toEqual(['POST /api/v1/account/pause Bearer an-operator-token-of-the-tests']);
  });

  test('error: while the venue refuses cancels it does not say that it is done', async () => {
    const cli = await start({ quick: 200 });
    await setUpAccount(cli);
    await createCliTrader(cli).rest(0);
    await cli.post('/faults', { mode: 'disabled' });
    const done = await cli.run(['cancel', '--json']);
    expect(done).toMatchObject({ ok: false, json: { done: false, emptyListings: 0 } });
    expect(done.json.open).toHaveLength(1);
  });
});
