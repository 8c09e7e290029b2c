/** Where the recorded data lies that some tests read. It is no part of the project: without it those tests say that they were skipped. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../../shared');

/** True when the recorded data is on this machine. */
export const hasSharedData = existsSync(join(root, 'data'));

/** Path below the recorded data, e.g. `sharedDataPath('binance', 'x.gz')`. */
export function sharedDataPath(...parts: string[]): string {
  return join(root, 'data', ...parts);
}

/** Path below the vectors that other implementations made. */
export function sharedVectorPath(...parts: string[]): string {
  return join(root, 'vectors', ...parts);
}
