/**
 * The recorded half day: Chainlink's BTC/USD of 2026-07-24, 00:00 to 12:00 UTC, about once a second, and the markets of that time.
 * It is no part of the project; where it lies on a machine, beside the repository, it can be played.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { HOUR_MS, type UnixMs } from '../../core/model/time.ts';
import type { TapeManifest } from '../../embedded-venue/raw-tape.ts';
import { importTape } from '../../embedded-venue/tape-import.ts';

/** First boundary of the recording: the first tick is stamped with it. */
export const HALF_DAY_START_MS: UnixMs = Date.UTC(2026, 6, 24);
/** Last boundary: the recording ends five seconds later. */
export const HALF_DAY_END_MS: UnixMs = HALF_DAY_START_MS + 12 * HOUR_MS;

export interface HalfDayFiles {
  /** CSV of ticks, gzipped. */
  readonly ticks: string;
  /** One market a line, gzipped. */
  readonly markets: string;
}

/** Where the recording lies below `dataFolder`. */
export function halfDayFiles(dataFolder: string): HalfDayFiles {
  return {
    ticks: join(dataFolder, 'chainlink/Ligengxin96_btcusd_ticks_20260724_h00_h12.csv.gz'),
    markets: join(dataFolder, 'polymarket/Ligengxin96_btc_5m_markets_20260724_h00_h12.jsonl.gz'),
  };
}

/** Those of the files that are not there. */
export function missingFiles({ ticks, markets }: HalfDayFiles): string[] {
  return [ticks, markets].filter((file) => !existsSync(file));
}

/** Imports what was received within `span`, or all, into the new folder `outputFolder`. Throws with a reason when it cannot. */
export async function importHalfDay(
  files: HalfDayFiles,
  outputFolder: string,
  span: { readonly fromMs?: UnixMs; readonly toMs?: UnixMs } = {},
): Promise<TapeManifest> {
  const imported = await importTape({
    inputs: [
      { kind: 'chainlink', path: files.ticks },
      { kind: 'gamma-markets', path: files.markets },
    ],
    outputFolder,
    source: 'Chainlink ticks and Gamma markets of 2026-07-24, 00:00 to 12:00',
    ...span,
  });
  if (!imported.ok) throw new Error(imported.error);
  return imported.value;
}
