/** The embedded venue as a process, over real sockets. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { parseBinanceFrame } from '../../core/venue/binance.ts';
import { ORIGIN_MS } from '../support/venue-client.ts';

const ROOT = resolve(import.meta.dirname, '../..');
// The repository's own Node: it runs TypeScript as it is.
const NODE = join(ROOT, 'node_modules/.bin/node');

let runFolder = '';
let child: ChildProcess | null = null;

beforeEach(() => {
  runFolder = mkdtempSync(join(tmpdir(), 'embedded-venue-'));
});
afterEach(async () => {
  if (child !== null && child.exitCode === null && child.signalCode === null) {
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }
  rmSync(runFolder, { recursive: true });
});

/** Starts a venue and waits for its ready line. */
async function start(): Promise<{ process: ChildProcess; port: number }> {
  const started = spawn(NODE, ['embedded-venue/main.ts', '--port', '0', '--run-folder', runFolder, '--seed', '7'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child = started;
  const [line] = (await once(createInterface({ input: started.stdout }), 'line')) as [string];
  const ready = JSON.parse(line) as { ready: boolean; port: number };
  expect(ready.ready).toBe(true);
  return { process: started, port: ready.port };
}

const mapping = (simOriginMs = ORIGIN_MS): object => ({ simOriginMs, wallOriginMs: Date.now(), speed: 1 });

const post = (port: number, body: object): Promise<Response> =>
  fetch(`http://127.0.0.1:${port}/clock`, { method: 'POST', body: JSON.stringify(body) });

async function stop(started: ChildProcess): Promise<number | null> {
  const exited = once(started, 'exit');
  started.kill('SIGTERM');
  const [code] = (await exited) as [number | null];
  return code;
}

describe('embedded-venue/main', { timeout: 30_000 }, () => {
  test('default', async () => {
    const { process, port } = await start();
    expect((await fetch(`http://127.0.0.1:${port}/clock`)).status).toBe(425);
    const early = new WebSocket(`ws://127.0.0.1:${port}/rtds`);
    const [refusal] = (await once(early, 'error')) as [Error];
    expect(refusal.message).toContain('425');

    expect((await post(port, mapping())).status).toBe(200);
    expect((await post(port, mapping())).status).toBe(409);
    expect(await (await fetch(`http://127.0.0.1:${port}/clock`)).json()).toMatchObject({
      simOriginMs: ORIGIN_MS,
      speed: 1,
    });
    expect(await (await fetch(`http://127.0.0.1:${port}/health`)).json()).toMatchObject({ status: 'ok', clock: 'set' });

    const url = `ws://127.0.0.1:${port}/binance/public/stream?streams=btcusdt@depth20@100ms`;
    const socket = new WebSocket(url);
    const frames: string[] = [];
    await new Promise<void>((done, failed) => {
      socket.on('error', failed);
      socket.on('message', (data) => {
        if (frames.push(data.toString()) === 3) done();
      });
    });
    const parse = parseBinanceFrame('binance-futures', 'BTCUSDT');
    for (const frame of frames) expect(parse(frame).events[0]).toMatchObject({ type: 'depth-received' });

    const klines = await fetch(
      `http://127.0.0.1:${port}/binance-rest/fapi/v1/klines?symbol=BTCUSDT&interval=1m&limit=5`,
    );
    expect(await klines.json()).toHaveLength(5);
    expect((await fetch(`http://127.0.0.1:${port}/nobody`)).status).toBe(404);

    const closed = once(socket, 'close');
    expect(await stop(process)).toBe(0);
    const [code] = (await closed) as [number];
    expect(code).toBe(1_001);
    expect(JSON.parse(readFileSync(join(runFolder, 'clock.json'), 'utf8'))).toMatchObject({ stopped: true });
  });

  test('behavior: a restart continues the world and never goes back', async () => {
    const first = await start();
    await post(first.port, mapping());
    const candle = async (port: number): Promise<unknown> => {
      const query = `symbol=BTCUSDT&interval=1m&startTime=${ORIGIN_MS - 600_000}&limit=5`;
      return (await fetch(`http://127.0.0.1:${port}/binance-rest/fapi/v1/klines?${query}`)).json();
    };
    const before = await candle(first.port);
    expect(await stop(first.process)).toBe(0);

    const second = await start();
    const unset = await fetch(`http://127.0.0.1:${second.port}/clock`);
    expect(unset.status).toBe(425);
    const { lastSimMs } = (await unset.json()) as { lastSimMs: number };
    expect(lastSimMs).toBeGreaterThanOrEqual(ORIGIN_MS);
    expect((await post(second.port, mapping(lastSimMs - 60_000))).status).toBe(409);
    expect((await post(second.port, mapping(lastSimMs))).status).toBe(200);
    expect(await candle(second.port)).toEqual(before);
    expect(await stop(second.process)).toBe(0);
  });
});
