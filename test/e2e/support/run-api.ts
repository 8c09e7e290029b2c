/** The API of a run, with the tokens of its folder. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  API_PREFIX,
  fillPageSchema,
  openOrdersSchema,
  positionPageSchema,
  windowPageSchema,
} from '../../../core/protocol/admin-api.ts';
import { seriesStatusSchema } from '../../../core/protocol/series-status-schema.ts';
import type { RunProcess } from './run-process.ts';

export const SERIES = 'btc-updown-5m';

/** The run's operator token. */
export function operatorToken(run: RunProcess): string {
  const tokens = JSON.parse(readFileSync(join(run.folder, 'tokens.json'), 'utf8')) as { readonly operator: string };
  return tokens.operator;
}

async function get(run: RunProcess, path: string): Promise<unknown> {
  const response = await fetch(`${run.url}${API_PREFIX}${path}`, {
    headers: { authorization: `Bearer ${operatorToken(run)}` },
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

export const windowsOf = async (run: RunProcess) => windowPageSchema.parse(await get(run, '/windows?limit=500')).items;
export const fillsOf = async (run: RunProcess) => fillPageSchema.parse(await get(run, '/fills?limit=500')).items;
export const positionsOf = async (run: RunProcess) =>
  positionPageSchema.parse(await get(run, '/positions?limit=500')).items;
export const statusOf = async (run: RunProcess) => seriesStatusSchema.parse(await get(run, `/series/${SERIES}/status`));
export const openOrdersOf = async (run: RunProcess) =>
  openOrdersSchema.parse(await get(run, `/series/${SERIES}/orders`)).items;

/** Pages of a listing are 500 rows at most: a test that needs them all must not run longer. */
export async function historyOf(run: RunProcess): Promise<Uint8Array> {
  const response = await fetch(`${run.url}${API_PREFIX}/series/${SERIES}/history`, {
    headers: { authorization: `Bearer ${operatorToken(run)}` },
  });
  if (!response.ok) throw new Error(`history: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
