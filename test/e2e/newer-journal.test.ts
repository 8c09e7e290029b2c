/** A journal that a newer release has written: this one halts and says so, and still answers. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, test } from 'vitest';
import { API_PREFIX } from '../../core/protocol/admin-api.ts';
import { operatorToken, SERIES, statusOf } from './support/run-api.ts';
import { cleanUp, type RunProcess, startRun } from './support/run-process.ts';

/** Place of the format version in a stored row, behind the four bytes of the magic. */
const VERSION_AT = 5;

afterEach(cleanUp);

/** Makes the newest row say that it has format version 99. */
function writeNewerRow(folder: string): void {
  const objects = join(folder, 'state/do/poly-edge-MarketSeriesDurableObject');
  const file = readdirSync(objects).find((name) => /^[0-9a-f]{64}\.sqlite$/.test(name));
  if (file === undefined) throw new Error('the object has a database');
  const database = new DatabaseSync(join(objects, file));
  const changed = database
    .prepare(
      `UPDATE journal SET blob = CAST(substr(blob, 1, ${VERSION_AT - 1}) || x'63' || substr(blob, ${VERSION_AT + 1}) AS BLOB)
       WHERE seq = (SELECT max(seq) FROM journal)`,
    )
    .run();
  expect(changed.changes).toBe(1);
  database.close();
}

async function post(run: RunProcess, verb: 'pause' | 'resume'): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${run.url}${API_PREFIX}/series/${SERIES}/${verb}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${operatorToken(run)}`, 'content-type': 'application/json' },
    body: JSON.stringify({ commandId: `${verb}-of-a-halted-series` }),
  });
  return { status: response.status, body: await response.json() };
}

describe('a journal from a newer version', () => {
  test('behavior: status and pause work, trading is halted with that reason', async () => {
    const first = await startRun({ SIM_SPEED: '20' });
    await first.line(/^ready in/);
    expect(await first.end('SIGTERM')).toBe(0);
    writeNewerRow(first.folder);

    const second = await startRun({ SIM_SPEED: '20', RUN_FOLDER: first.folder });
    const line = await second.line(/^series: /);
    expect(line).toContain('is halted, status and pause work');
    const status = await statusOf(second);
    expect(status).toMatchObject({ phase: 'failed', tradingMode: 'halted', openOrders: [], feeds: [] });
    expect(status.detail).toContain('newer');
    expect(await post(second, 'pause')).toMatchObject({ body: { result: 'applied', tradingMode: 'halted' } });
    expect(await post(second, 'resume')).toMatchObject({ body: { result: 'refused', tradingMode: 'halted' } });
    expect(await second.end('SIGTERM')).toBe(0);
  });
});
