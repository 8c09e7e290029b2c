/**
 * Turns recordings of others into a raw tape: Binance, Coinbase and Deribit frames, Chainlink ticks, recorded Polymarket books and
 * Gamma markets, any of them together. Everything is sorted in memory by receive time: hours of a few feeds, not weeks.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { err, ok, type Result } from '../core/model/result.ts';
import { type TapeManifest, type TapeMarket, type TapeRecord, writeRawTape } from './raw-tape.ts';
import { polyBoltRecords, readChainlinkTicks } from './tape-chainlink.ts';
import { readBinanceLines, readBookRows, readCryptofeedLines, readGammaMarketLines } from './tape-readers.ts';

/** One recording, by what it holds. `polymarket-books` may be a folder of Parquet files. */
export type TapeInput =
  | { readonly kind: 'binance-futures'; readonly path: string }
  | { readonly kind: 'binance-spot'; readonly path: string }
  | { readonly kind: 'coinbase'; readonly path: string }
  | { readonly kind: 'deribit'; readonly path: string }
  | { readonly kind: 'chainlink'; readonly path: string }
  | { readonly kind: 'polymarket-books'; readonly path: string }
  | { readonly kind: 'gamma-markets'; readonly path: string };

export type TapeInputKind = TapeInput['kind'];

export interface ImportTapeOptions {
  readonly inputs: readonly TapeInput[];
  /** A new or empty folder. */
  readonly outputFolder: string;
  /** Where the recordings come from, in words; written into the manifest. */
  readonly source: string;
  /** Only what was received within [fromMs, toMs]; markets that lie within it. */
  readonly fromMs?: number;
  readonly toMs?: number;
}

/** Imports all inputs into one tape. The error names the file and the line. */
export async function importTape(options: ImportTapeOptions): Promise<Result<TapeManifest, string>> {
  const records: TapeRecord[] = [];
  const markets: TapeMarket[] = [];
  for (const input of options.inputs) {
    const read = await readInput(input);
    if (!read.ok) return err(`${input.path}: ${read.error}`);
    for (const record of read.value.records) records.push(record);
    markets.push(...read.value.markets);
  }
  const { fromMs = 0, toMs = Number.POSITIVE_INFINITY } = options;
  // The sort is stable: frames of one moment keep the order they were recorded in.
  const ordered = records
    .filter((record) => record.recvMs >= fromMs && record.recvMs <= toMs)
    .sort((left, right) => left.recvMs - right.recvMs);
  const within = markets.filter((market) => market.endMs >= fromMs && market.startMs <= toMs);
  return writeRawTape(options.outputFolder, { records: ordered, markets: within, source: options.source });
}

interface InputContents {
  readonly records: readonly TapeRecord[];
  readonly markets: readonly TapeMarket[];
}

async function readInput(input: TapeInput): Promise<Result<InputContents, string>> {
  switch (input.kind) {
    case 'binance-futures':
      return recordsOnly(readBinanceLines(readText(input.path), 'futures'));
    case 'binance-spot':
      return recordsOnly(readBinanceLines(readText(input.path), 'spot'));
    case 'coinbase':
    case 'deribit':
      return recordsOnly(readCryptofeedLines(readText(input.path), input.kind));
    case 'chainlink': {
      const ticks = readChainlinkTicks(readText(input.path));
      return ticks.ok ? recordsOnly(ok(polyBoltRecords(ticks.value))) : ticks;
    }
    case 'polymarket-books':
      return recordsOnly(await readBooks(input.path));
    case 'gamma-markets': {
      const markets = readGammaMarketLines(readText(input.path));
      return markets.ok ? ok({ records: [], markets: markets.value }) : markets;
    }
  }
}

function recordsOnly(records: Result<TapeRecord[], string>): Result<InputContents, string> {
  return records.ok ? ok({ records: records.value, markets: [] }) : records;
}

/** The text of a plain, gzipped or zstd file. */
function readText(path: string): string {
  const bytes = readFileSync(path);
  if (path.endsWith('.gz')) return gunzipSync(bytes).toString('utf8');
  if (path.endsWith('.zst')) return decompressZstd(bytes).toString('utf8');
  return bytes.toString('utf8');
}

/** All frames of a zstd file: Node stops without a word after the first, so the rest is unpacked one by one. */
export function decompressZstd(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  let rest = bytes;
  while (rest.length > 0) {
    const result: unknown = zstdDecompressSync(rest, { info: true } as Parameters<typeof zstdDecompressSync>[1]);
    const { buffer, engine } = result as {
      readonly buffer: Buffer;
      readonly engine: { readonly bytesWritten: number };
    };
    if (engine.bytesWritten === 0) throw new Error('zstd: no progress');
    parts.push(buffer);
    rest = rest.subarray(engine.bytesWritten);
  }
  return Buffer.concat(parts);
}

/** Books of one Parquet file, or of all in a folder. */
async function readBooks(path: string): Promise<Result<TapeRecord[], string>> {
  const files = statSync(path).isDirectory()
    ? readdirSync(path)
        .filter((name) => name.endsWith('.parquet'))
        .sort()
        .map((name) => join(path, name))
    : [path];
  const records: TapeRecord[] = [];
  for (const file of files) {
    const rows = await parquetReadObjects({
      file: await asyncBufferFromFile(file),
      columns: ['timestamp', 'raw_data'],
    });
    const read = readBookRows(rows);
    if (!read.ok) return err(`${file}: ${read.error}`);
    records.push(...read.value);
  }
  return ok(records);
}
