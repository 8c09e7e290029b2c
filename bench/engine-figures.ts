/**
 * Step and replay in a process of their own for each history, as `cli replay` has one: what else ran in a process (the shells that made
 * the history) would slow the engine down by half, because it makes the compiled code more general.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import type { EngineChildOptions } from './engine-child.ts';
import type { History } from './histories/history.ts';
import type { Figure } from './support/figure.ts';

/** Which of the figures of a history have a target. */
export type EngineTargets = Omit<EngineChildOptions, 'file'>;

export async function engineFigures(history: History, targets: EngineTargets): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'poly-edge-bench-'));
  try {
    const file = join(folder, 'history');
    writeFileSync(file, serialize(history));
    const options: EngineChildOptions = { ...targets, file };
    const child = fork(join(import.meta.dirname, 'engine-child.ts'), [JSON.stringify(options)]);
    const failed = new AbortController();
    child.once('exit', (code) => failed.abort(new Error(`the measuring process ended with ${code}`)));
    const [figures] = await once(child, 'message', { signal: failed.signal });
    return figures as Figure[];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
