/** `doctor`: each thing that can be wrong is found, named and answered with what to do. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { clockResult } from '../../../runner/cli/doctor/clock-offset.ts';
import { CHECKS } from '../../../runner/cli/doctor/doctor.ts';
import { nodeVersionResult } from '../../../runner/cli/doctor/node-version.ts';
import { type CliRun, type CliWorld, setUpAccount, startCliWorld } from '../../support/cli-world.ts';
import { startSocksServer } from '../../support/socks-server.ts';
import { exampleStatus } from '../../workers/support/example-status.ts';

// Real sockets on whatever machine this is: in no hurry.
vi.setConfig({ testTimeout: 60_000 });

let world: CliWorld | null = null;
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await world?.stop();
  world = null;
});

async function start(options: Parameters<typeof startCliWorld>[0] = {}): Promise<CliWorld> {
  world = await startCliWorld(options);
  await setUpAccount(world);
  return world;
}

/** Answers with what `answer` makes of a path. */
async function serve(answer: (path: string) => Promise<string> | string): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    void Promise.resolve(answer(request.url ?? '/')).then((body) => response.writeHead(200).end(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Shown {
  readonly name: string;
  readonly status: string;
  readonly detail: string;
  readonly fix?: string;
}

const checkOf = (run: CliRun, name: string): Shown => run.json.checks.find((check: Shown) => check.name === name);
const failuresOf = (run: CliRun): string[] =>
  run.json.checks.filter(({ status }: Shown) => status === 'fail').map(({ name }: Shown) => name);

/** Runs the program itself. */
async function statusOf(cli: CliWorld, args: readonly string[]): Promise<number | null> {
  const main = join(import.meta.dirname, '../../../runner/cli/main.ts');
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH: process.env['PATH'], ...cli.environment },
    stdio: 'ignore',
  });
  const [status] = (await once(child, 'exit')) as [number | null];
  return status;
}

const nowhere = 'http://127.0.0.1:9';

describe('doctor', () => {
  test('default: all is green, with one line for each check and status 0', async () => {
    const cli = await start();
    const text = await cli.run(['doctor']);
    expect(text.ok).toBe(true);
    expect(text.lines).toHaveLength(CHECKS.length + 2);
    const json = await cli.run(['doctor', '--json']);
    expect(json.lines).toHaveLength(1);
    expect(failuresOf(json)).toEqual([]);
    expect(json.json.checks.map(({ name }: Shown) => name)).toEqual(CHECKS.map(({ name }) => name));
  });

  const wrong: readonly {
    readonly what: string;
    readonly environment?: (cli: CliWorld) => Record<string, string>;
    readonly prepare?: (cli: CliWorld) => Promise<unknown>;
    readonly check: string;
    readonly detail: RegExp;
    readonly fix: RegExp;
  }[] = [
    {
      what: 'the place is not served',
      prepare: (cli) => cli.post('/faults', { geoblocked: true }),
      check: 'geoblock',
      detail: /does not serve US-NY/,
      fix: /can only be left/,
    },
    {
      what: 'nothing is approved',
      prepare: (cli) => cli.run(['wallet', 'revoke', '--yes']),
      check: 'allowances',
      detail: /missing: pUSD → exchange \(0 of 500\), shares → exchange, shares → collateral adapter/,
      fix: /cli wallet approve/,
    },
    {
      what: 'too little is approved',
      prepare: (cli) => cli.run(['wallet', 'approve', '--amount', '20', '--yes']),
      check: 'allowances',
      detail: /pUSD → exchange \(20 of 500\)/,
      fix: /cli wallet approve/,
    },
    {
      what: 'the account is worth less than the bankroll',
      environment: () => ({ RUNNER_BANKROLL_USDC: '1001' }),
      check: 'bankroll',
      detail: /worth 1000 pUSD, the bankroll is 1001/,
      fix: /lower RUNNER_BANKROLL_USDC/,
    },
    {
      what: 'the API key was revoked elsewhere',
      environment: () => ({
        POLY_API_KEY: '00000000-0000-4000-8000-00000000dead',
        POLY_API_SECRET: 'ZGVhZGRlYWQ=',
        POLY_API_PASSPHRASE: 'nobody-knows',
      }),
      check: 'API key',
      detail: /does not accept the log-in/,
      fix: /cli keys create/,
    },
    {
      what: 'the account may only close positions',
      prepare: async (cli) => {
        const { json } = await cli.run(['wallet', 'status', '--json']);
        await cli.post('/faults', { closedOnly: [json.address] });
      },
      check: 'API key',
      detail: /only close positions/,
      fix: /support/,
    },
    {
      what: 'there is no gas money',
      prepare: async (cli) => {
        await cli.run(['wallet', 'create', '--type', 'eoa', '--key-file', `${cli.folder}/poor.key`]);
        cli.environment['POLY_PRIVATE_KEY_FILE'] = `${cli.folder}/poor.key`;
      },
      check: 'gas',
      detail: /0\.0000 POL/,
      fix: /send at least 0\.6000 POL/,
    },
    {
      what: 'a feed is not reached',
      environment: () => ({ POLYBOLT_URL: 'ws://127.0.0.1:9' }),
      check: 'feed: PolyBolt',
      detail: /ECONNREFUSED/,
      fix: /settlement price/,
    },
    {
      what: 'a feed is connected and silent',
      environment: (cli) => ({ BINANCE_URL: `${cli.url.replace(/^http/, 'ws')}/polybolt` }),
      check: 'feed: exchange',
      detail: /refused|within|closed/,
      fix: /EXCHANGE_FEED=coinbase/,
    },
    {
      what: 'the node is not reached',
      environment: () => ({ RPC_URL: nowhere }),
      check: 'allowances',
      detail: /chain cannot be read/,
      fix: /RPC_URL/,
    },
    {
      what: 'a name is not resolved',
      environment: () => ({ GAMMA_URL: 'http://gamma.invalid' }),
      check: 'DNS',
      detail: /not resolved: gamma\.invalid/,
      fix: /resolv\.conf/,
    },
    {
      what: 'the venue settles by another rule',
      environment: () => ({}),
      prepare: async (cli) => {
        const url = await serve(async (path) => {
          const body = await (await fetch(`${cli.url}/gamma${path}`)).text();
          return body.replaceAll('btc-usd-twap-60s-streams', 'btc-usd-spot');
        });
        cli.environment['GAMMA_URL'] = url;
      },
      check: 'market rules',
      detail: /resolution source is ".*btc-usd-spot", known is/,
      fix: /nothing is traded/,
    },
    {
      what: 'a series still fills its look-backs',
      prepare: async (cli) => {
        const restriction = {
          reason: 'warming',
          mode: 'reducing',
          detail: '35 of 68 candles are there.',
          actor: 'engine',
          sinceMs: 1,
          liftedBy: 'more candles',
        };
        cli.environment['WORKER_URL'] = await serve(() =>
          JSON.stringify({ ...exampleStatus('btc-updown-5m'), restrictions: [restriction] }),
        );
      },
      check: 'look-backs',
      detail: /btc-updown-5m: 35 of 68 candles/,
      fix: /wait/,
    },
  ];
  for (const { what, environment, prepare, check, detail, fix } of wrong) {
    test(`error: ${what}`, async () => {
      const cli = await start();
      await prepare?.(cli);
      Object.assign(cli.environment, environment?.(cli));
      const run = await cli.run(['doctor', '--json']);
      expect(run.ok).toBe(false);
      expect(checkOf(run, check)).toMatchObject({ status: 'fail' });
      expect(checkOf(run, check).detail).toMatch(detail);
      expect(checkOf(run, check).fix).toMatch(fix);
      const text = await cli.run(['doctor']);
      expect(text.lines.filter((line) => line.startsWith('FAIL')).every((line) => line.includes('→'))).toBe(true);
    });
  }

  test('behavior: as a process it ends with status 0 when all is well, 1 when not, 2 when it cannot look', async () => {
    const cli = await start();
    expect(await statusOf(cli, ['doctor', '--json'])).toBe(0);
    await cli.post('/faults', { geoblocked: true });
    expect(await statusOf(cli, ['doctor', '--json'])).toBe(1);
    cli.environment['POLY_SIGNATURE_TYPE'] = '9';
    expect(await statusOf(cli, ['doctor', '--json'])).toBe(2);
  });

  test('behavior: everything goes through the proxy that is set', async () => {
    const cli = await start();
    const socks = await startSocksServer({ credentials: { user: 'runner', password: 'proxy-canary-password' } });
    closing.push(() => socks.close());
    cli.environment['SOCKS5_URL'] = `socks5h://runner:proxy-canary-password@127.0.0.1:${socks.port}`;
    const run = await cli.run(['doctor', '--json']);
    expect(failuresOf(run)).toEqual([]);
    expect(checkOf(run, 'proxy').detail).toMatch(/reaches the venue/);
    expect(checkOf(run, 'DNS').status).toBe('skipped');
    expect(socks.destinations.length).toBeGreaterThan(5);
    expect(cli.said.join('\n')).not.toContain('proxy-canary-password');
  });

  test('error: with the proxy down nothing is reached, and nothing goes around it', async () => {
    const cli = await start();
    cli.environment['SOCKS5_URL'] = 'socks5h://127.0.0.1:9';
    const before = (await cli.get('/health')).connections;
    const run = await cli.run(['doctor', '--json']);
    expect(checkOf(run, 'proxy')).toMatchObject({
      status: 'fail',
      fix: expect.stringContaining('nothing ever goes around it'),
    });
    const unreached = failuresOf(run);
    for (const name of ['proxy', 'clock', 'geoblock', 'feed: books', 'feed: exchange', 'allowances', 'market rules']) {
      expect(unreached).toContain(name);
    }
    expect((await cli.get('/health')).connections).toBe(before);
  });
});

describe('nodeVersionResult', () => {
  test('behavior: 22 and newer run TypeScript as it is', () => {
    expect(nodeVersionResult('22.0.0').status).toBe('ok');
    expect(nodeVersionResult('24.1.0').status).toBe('ok');
    expect(nodeVersionResult('20.19.0').status).toBe('fail');
  });
});

describe('clockResult', () => {
  const sample = (offsetMs: number, atMs: number) => {
    const venueSeconds = Math.floor((atMs + offsetMs) / 1_000);
    return { askedMs: atMs - 5, answeredMs: atMs + 5, venueSeconds };
  };
  const samplesOf = (offsetMs: number) =>
    Array.from({ length: 12 }, (_, index) => sample(offsetMs, 1_795_405_200_000 + index * 87));

  test('behavior: only what is proven counts', () => {
    expect(clockResult(samplesOf(0), 1).status).toBe('ok');
    expect(clockResult(samplesOf(2_000), 1)).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('behind'),
    });
    expect(clockResult(samplesOf(-2_000), 1)).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('ahead of'),
    });
    expect(clockResult([], 1).status).toBe('fail');
  });

  test('behavior: a world that runs faster may be off by as much more', () => {
    expect(clockResult(samplesOf(2_000), 20).status).toBe('ok');
  });
});
