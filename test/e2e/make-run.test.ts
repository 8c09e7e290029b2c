/** `make run` as a person has it: real processes, real sockets on loopback. */
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { fillsOf, statusOf, windowsOf } from './support/run-api.ts';
import { childrenOf, cleanUp, freePort, lives, ROOT, startRun } from './support/run-process.ts';

const WINDOW_LINE = /^\d{4}-\d\d-\d\d \d\d:\d\d–\d\d:\d\d {2}strike /;
/** What the issue allows from the signal to the end. */
const STOPS_WITHIN_MS = 10_000;

afterEach(cleanUp);

describe('make run', () => {
  test('default', async () => {
    const run = await startRun({ SIM_SPEED: '20' });
    await run.line(/^ready in \d+\.\d s$/);
    await run.line(/^API: http:\/\/127\.0\.0\.1:\d+\/api\/v1 /);
    expect(statSync(join(run.folder, 'tokens.json')).mode & 0o777).toBe(0o600);
    expect(await statusOf(run)).toMatchObject({ phase: 'running', tradingMode: 'active', mode: 'sim', simSpeed: 20 });
    // Orders went through the runner: signed, sent, filled and told.
    await run.line(/^runner: linked and reconciled$/);

    const printed = await run.countOf(WINDOW_LINE, 3);
    const rows = await windowsOf(run);
    expect(rows.length).toBeGreaterThanOrEqual(3);
    expect(new Set(printed).size).toBe(printed.length);
    // The first one was under way when the world began; from the next on everything is there.
    expect(rows.filter((row) => row.strike !== null && row.outcome !== null && row.tradable).length).toBeGreaterThan(1);

    expect((await fillsOf(run)).length).toBeGreaterThan(0);

    const pid = run.child.pid ?? 0;
    const children = childrenOf(pid);
    expect(children.map(({ name }) => name).sort()).toEqual(['node', 'node', 'workerd']);
    const signalMs = Date.now();
    expect(await run.end('SIGTERM')).toBe(0);
    expect(Date.now() - signalMs).toBeLessThan(STOPS_WITHIN_MS);
    expect(run.lines.at(-1)).toBe('stopped');
    expect(run.errors()).toBe('');
    expect(children.filter((child) => lives(child.pid))).toEqual([]);
  });

  test('behavior: a second start goes on in the same world, and prints no window again', async () => {
    const first = await startRun({ SIM_SPEED: '20' });
    const [line = ''] = await first.countOf(WINDOW_LINE, 1);
    expect(await first.end('SIGINT')).toBe(0);

    const second = await startRun({ SIM_SPEED: '20', RUN_FOLDER: first.folder });
    expect(await second.line(/^clock: /)).toContain('the world goes on');
    await second.countOf(WINDOW_LINE, 1);
    expect(second.lines).not.toContain(line);
    expect((await statusOf(second)).epoch).toBe(2);
    expect(await second.end('SIGTERM')).toBe(0);
  });

  test('error: a port in use', async () => {
    const port = await freePort();
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    const run = await startRun({ API_PORT: String(port) });
    expect(await run.exited()).toBe(1);
    server.close();
    expect(run.lines).toEqual([]);
    expect(run.errors()).toBe(
      `Port ${port} on 127.0.0.1 is in use, perhaps by another \`make run\`: stop that, or set API_PORT to another port.\n`,
    );
  });

  test.each([
    ['MODE', 'fast', 'MODE must be sim, demo, paper or live. It is "fast" now (from the environment).\n'],
    [
      'TAPE',
      'nowhere',
      `TAPE=${join(ROOT, 'nowhere')} holds no recording (manifest.json is missing): \`cli tape import\` makes one.\n`,
    ],
  ])('error: %s=%s', async (name, value, sentence) => {
    const run = await startRun({ [name]: value });
    expect(await run.exited()).toBe(1);
    expect(run.lines).toEqual([]);
    expect(run.errors()).toBe(sentence);
  });
});
