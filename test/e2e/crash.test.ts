/** SIGKILL of workerd in mid-window: the same positions, one record for each window, and a history that replays in both runtimes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { decodeRow } from '../../core/engine/journal/record-reader.ts';
import { createRecordWriter } from '../../core/engine/journal/record-writer.ts';
import { auditHistory, type History, readHistory } from '../../runner/cli/history-audit.ts';
import { historyCompression } from '../../runner/cli/history-compression.ts';
import { fillsOf, historyOf, positionsOf, statusOf, windowsOf } from './support/run-api.ts';
import { childrenOf, cleanUp, NODE, ROOT, type RunProcess, startRun, temporaryFolder } from './support/run-process.ts';
import { auditInWorkerd } from './support/workerd-audit.ts';

const WINDOW_LINE = /^\d{4}-\d\d-\d\d \d\d:\d\d–\d\d:\d\d {2}strike /;

afterEach(cleanUp);

function workerdOf(run: RunProcess): number {
  const workerd = childrenOf(run.child.pid ?? 0).find(({ name }) => name === 'workerd');
  if (workerd === undefined) throw new Error('workerd is a child of the supervisor');
  return workerd.pid;
}

/** Shares bought less shares sold, by window and outcome. */
function tradedShares(fills: Awaited<ReturnType<typeof fillsOf>>): Map<string, number> {
  const shares = new Map<string, number>();
  for (const { windowStartMs, outcome, side, sizeMicro } of fills) {
    const key = `${windowStartMs} ${outcome}`;
    shares.set(key, (shares.get(key) ?? 0) + (side === 'buy' ? sizeMicro : -sizeMicro));
  }
  return shares;
}

/** Waits, window by window, for one in which we hold something while it runs. */
async function waitForPosition(run: RunProcess): Promise<Awaited<ReturnType<typeof statusOf>>> {
  for (;;) {
    const status = await statusOf(run);
    const held = (status.window?.up?.positionMicro ?? 0) + (status.window?.down?.positionMicro ?? 0);
    if (held > 0) return status;
  }
}

/** Runs `cli replay` as a process. */
async function replayCli(
  args: readonly string[],
): Promise<{ readonly status: number | null; readonly output: string }> {
  const child = spawn(NODE, ['runner/cli/main.ts', 'replay', ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8');
  });
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, output };
}

/** A history in which one decision was struck out, properly packed. */
function forge(history: History): { readonly history: History; readonly seq: number } {
  for (const [index, row] of history.rows.entries()) {
    const records = decodeRow(new Uint8Array(row.bytes), historyCompression);
    if (!records.ok) throw new Error('the row is readable');
    const victim = records.value.find(({ outputs }) => outputs.some(({ type }) => type === 'submit-order'));
    if (victim === undefined) continue;
    const writer = createRecordWriter();
    for (const { event, outputs } of records.value) writer.append(event, event === victim.event ? [] : outputs);
    const bytes = writer.finish(historyCompression).buffer;
    return { history: { ...history, rows: history.rows.with(index, { ...row, bytes }) }, seq: victim.event.seq };
  }
  throw new Error('the history holds an order');
}

describe('make run', () => {
  test('behavior: workerd is killed in mid-window', async () => {
    const run = await startRun({ SIM_SPEED: '20' });
    await run.line(/^ready in/);
    const before = await waitForPosition(run);
    const killed = workerdOf(run);
    process.kill(killed, 'SIGKILL');
    await run.line(/^worker: workerd had died/);
    expect(workerdOf(run)).not.toBe(killed);
    const after = await statusOf(run);
    expect(after.epoch).toBe(before.epoch + 1);
    // What was held is held: in the same window nothing was lost, and later fills can only be ours.
    if (after.window?.slug === before.window?.slug) {
      expect(after.window?.up?.positionMicro).toBeGreaterThanOrEqual(before.window?.up?.positionMicro ?? 0);
      expect(after.window?.down?.positionMicro).toBeGreaterThanOrEqual(before.window?.down?.positionMicro ?? 0);
    }
    const lines = await run.countOf(WINDOW_LINE, run.lines.filter((line) => WINDOW_LINE.test(line)).length + 2);
    const windows = await windowsOf(run);
    expect(new Set(windows.map(({ windowStartMs }) => windowStartMs)).size).toBe(windows.length);
    expect(new Set(lines.map((line) => line.slice(0, 22))).size).toBe(lines.length);
    expect(windows.some(({ slug }) => slug === before.window?.slug)).toBe(true);

    const ended = new Set(windows.map(({ windowStartMs }) => windowStartMs));
    const traded = tradedShares((await fillsOf(run)).filter(({ windowStartMs }) => ended.has(windowStartMs)));
    const positions = (await positionsOf(run)).filter(({ windowStartMs }) => ended.has(windowStartMs));
    expect(traded.size).toBeGreaterThan(0);
    expect(new Map(positions.map((row) => [`${row.windowStartMs} ${row.outcome}`, row.sizeMicro]))).toEqual(traded);

    const bytes = await historyOf(run);
    const file = join(temporaryFolder(), 'history');
    writeFileSync(file, bytes);
    const said = await replayCli(['--file', file]);
    expect(said).toMatchObject({ status: 0 });
    expect(said.output).toContain('every decision is the same');
    const fresh = await replayCli(['--url', run.url, '--token-file', join(run.folder, 'tokens.json'), '--json']);
    expect(fresh.status).toBe(0);
    expect(JSON.parse(fresh.output)).toMatchObject({ difference: null, restarts: 2 });
    expect(await run.end('SIGTERM')).toBe(0);
    const history = readHistory(bytes);
    if (!history.ok) throw new Error(history.error);
    const inNode = auditHistory(history.value, historyCompression);
    expect(inNode).toMatchObject({ ok: true, value: { difference: null, restarts: 2, rowsWithGaps: 0, skipped: 0 } });
    expect(inNode.ok && inNode.value.decisions).toBeGreaterThan(1_000);
    expect(inNode.ok && said.output.includes(inNode.value.hash)).toBe(true);
    expect(await auditInWorkerd(bytes)).toEqual(inNode);

    const forged = forge(history.value);
    expect(auditHistory(forged.history, historyCompression)).toMatchObject({
      ok: true,
      value: { difference: { seq: forged.seq, recorded: '[]' } },
    });
  });
});
