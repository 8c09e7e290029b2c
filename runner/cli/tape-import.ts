/** `cli tape import`: recordings of others become a recording that `make run TAPE=…` plays. */
import { existsSync } from 'node:fs';
import { importTape, type TapeInput, type TapeInputKind } from '../../embedded-venue/tape-import.ts';
import { CliProblem } from './cli-problem.ts';
import { parseIsoMs } from './iso-option.ts';

/** The kinds of recordings that can be read, and what they are. The compiler holds the list complete. */
export const TAPE_INPUT_KINDS: Readonly<Record<TapeInputKind, string>> = {
  'binance-futures': 'frames of USDⓈ-M streams, one a line',
  'binance-spot': 'frames of spot streams, one a line',
  coinbase: 'frames of the market data feed, one a line',
  deribit: 'frames of the volatility index, one a line',
  chainlink: 'ticks of the reference price',
  'polymarket-books': 'recorded books, a Parquet file or a folder of them',
  'gamma-markets': 'market objects, one a line',
};

export interface TapeImportOptions {
  /** `kind=path` each. */
  readonly input: readonly string[];
  readonly output: string;
  readonly source?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Imports and prints what became of it. Throws `CliProblem`. */
export async function tapeImport(options: TapeImportOptions, print: (line: string) => void): Promise<void> {
  const inputs = options.input.map(parseInput);
  const imported = await importTape({
    inputs,
    outputFolder: options.output,
    source: options.source ?? inputs.map(({ kind, path }) => `${kind} ${path}`).join(', '),
    ...(options.from === undefined ? {} : { fromMs: parseIsoMs('--from', options.from) }),
    ...(options.to === undefined ? {} : { toMs: parseIsoMs('--to', options.to) }),
  });
  if (!imported.ok) throw new CliProblem(`The import failed: ${imported.error}.`);
  const { span, segments, markets, gaps } = imported.value;
  const frames = segments.reduce((sum, { lines }) => sum + lines, 0);
  print(`${options.output}: ${frames} frames, ${markets?.lines ?? 0} markets, ${gaps.length} gaps`);
  print(`from ${new Date(span.fromMs).toISOString()} to ${new Date(span.toMs).toISOString()}`);
  print(`play it with: make run TAPE=${options.output}`);
}

function parseInput(text: string): TapeInput {
  const [, kind, path] = /^([a-z-]+)=(.+)$/.exec(text) ?? [];
  if (kind === undefined || path === undefined || !(kind in TAPE_INPUT_KINDS)) {
    const kinds = Object.keys(TAPE_INPUT_KINDS).join(', ');
    throw new CliProblem(`--input ${text} is not kind=path with one of the kinds ${kinds}.`);
  }
  if (!existsSync(path)) throw new CliProblem(`--input ${text}: there is no ${path}.`);
  return { kind: kind as TapeInputKind, path };
}
