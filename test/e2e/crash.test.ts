/** SIGKILL of workerd in mid-window: the same positions, one record for each window, and a history that replays in both runtimes. */
import { afterEach, describe, expect, test } from 'vitest';
import { auditHistory, readHistory } from '../../runner/cli/history-audit.ts';
import { historyCompression } from '../../runner/cli/history-compression.ts';
import { fillsOf, historyOf, positionsOf, statusOf, windowsOf } from './support/run-api.ts';
import { childrenOf, cleanUp, type RunProcess, startRun } from './support/run-process.ts';
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
    expect(await run.end('SIGTERM')).toBe(0);
    const history = readHistory(bytes);
    if (!history.ok) throw new Error(history.error);
    const inNode = auditHistory(history.value, historyCompression);
    expect(inNode).toMatchObject({ ok: true, value: { difference: null, restarts: 2, rowsWithGaps: 0, skipped: 0 } });
    expect(inNode.ok && inNode.value.decisions).toBeGreaterThan(1_000);
    expect(await auditInWorkerd(bytes)).toEqual(inNode);
  });
});
