/**
 * The raw tape: frames as they were received, in a folder of gzipped segments with a manifest. The format is described in
 * `docs/design/tape-raw.md`.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod';
import { err, ok, type Result } from '../core/model/result.ts';
import { SOURCES } from '../core/model/source.ts';

export const RAW_TAPE_FORMAT = 'poly-edge-raw-tape';
export const RAW_TAPE_VERSION = 1;
/** A segment is closed beyond this many bytes of text: it is unpacked as a whole when it is read. */
const SEGMENT_BYTES = 32_000_000;
/** A channel that is silent for longer has a gap, in milliseconds. */
const GAP_MS = 60_000;

const ms = z.number().int().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const source = z.enum(SOURCES);
const fileName = z.string().regex(/^[a-z0-9-]+(\.[a-z0-9]+)+$/);

const recordSchema = z.strictObject({ source, channel: z.string().min(1), recvMs: ms, frame: z.string() });

const manifestSchema = z.strictObject({
  format: z.literal(RAW_TAPE_FORMAT),
  version: z.literal(RAW_TAPE_VERSION),
  /** Where the recording comes from, in words. */
  source: z.string(),
  span: z.strictObject({ fromMs: ms, toMs: ms }),
  segments: z.array(z.strictObject({ file: fileName, sha256, lines: ms, fromMs: ms, toMs: ms })),
  /** Gamma's market objects, one a line. */
  markets: z.strictObject({ file: fileName, sha256, lines: ms }).nullable(),
  gaps: z.array(z.strictObject({ source, channel: z.string(), fromMs: ms, toMs: ms })),
});

const marketSchema = z.strictObject({
  slug: z.string(),
  startMs: ms,
  endMs: ms,
  conditionId: z.string(),
  upTokenId: z.string(),
  downTokenId: z.string(),
  /** Integer of 1e-18 USD. */
  strikeE18: z.string().regex(/^\d+$/).nullable(),
  outcome: z.enum(['up', 'down']).nullable(),
  /** Gamma's own object, complete. */
  object: z.record(z.string(), z.unknown()),
});

/** One received frame. */
export type TapeRecord = z.infer<typeof recordSchema>;
export type TapeManifest = z.infer<typeof manifestSchema>;
/** One recorded market. */
export type TapeMarket = z.infer<typeof marketSchema>;

export interface RawTapeContents {
  /** In order of `recvMs`. */
  readonly records: readonly TapeRecord[];
  readonly markets: readonly TapeMarket[];
  readonly source: string;
}

export interface RawTape {
  readonly manifest: TapeManifest;
  readonly markets: readonly TapeMarket[];
  /** Every record in order; one segment is in memory at a time. Throws when a segment is damaged. */
  records(): Generator<TapeRecord>;
}

/** Writes a tape into a new or empty folder. An error names what is wrong with the contents. */
export function writeRawTape(folder: string, contents: RawTapeContents): Result<TapeManifest, string> {
  if (existsSync(join(folder, 'manifest.json'))) return err(`${folder} already holds a tape`);
  const { records, markets } = contents;
  const first = records[0];
  const last = records.at(-1);
  if (first === undefined || last === undefined) return err('a tape needs at least one frame');
  if (records.some((record, index) => record.recvMs < (records[index - 1]?.recvMs ?? 0))) {
    return err('frames are not in order of time');
  }
  mkdirSync(folder, { recursive: true });
  const manifest: TapeManifest = {
    format: RAW_TAPE_FORMAT,
    version: RAW_TAPE_VERSION,
    source: contents.source,
    span: { fromMs: first.recvMs, toMs: last.recvMs },
    segments: writeSegments(folder, records),
    markets:
      markets.length === 0
        ? null
        : writeLines(
            folder,
            'markets.ndjson.gz',
            markets.map((market) => JSON.stringify(market)),
          ),
    gaps: findGaps(records),
  };
  // Last, so that a folder without a manifest is an import that did not finish.
  writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return ok(manifest);
}

/** Opens a tape and checks its manifest, its markets and that its files are unchanged. */
export function openRawTape(folder: string): Result<RawTape, string> {
  const path = join(folder, 'manifest.json');
  if (!existsSync(path)) return err(`${folder} holds no tape: manifest.json is missing`);
  const parsed = manifestSchema.safeParse(parseJson(readFileSync(path, 'utf8')));
  if (!parsed.success) return err(`${path}: ${z.prettifyError(parsed.error)}`);
  const manifest = parsed.data;
  for (const file of [...manifest.segments, ...(manifest.markets === null ? [] : [manifest.markets])]) {
    const damage = damageOf(folder, file);
    if (damage !== null) return err(damage);
  }
  const markets = readMarkets(folder, manifest);
  if (!markets.ok) return markets;
  return ok({ manifest, markets: markets.value, records: () => readRecords(folder, manifest) });
}

function damageOf(folder: string, file: { readonly file: string; readonly sha256: string }): string | null {
  const path = join(folder, file.file);
  if (!existsSync(path)) return `${path} is missing`;
  const found = createHash('sha256').update(readFileSync(path)).digest('hex');
  return found === file.sha256 ? null : `${path} is damaged: its SHA-256 is not the manifest's`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function writeSegments(folder: string, records: readonly TapeRecord[]): TapeManifest['segments'] {
  const segments: TapeManifest['segments'] = [];
  let lines: string[] = [];
  let bytes = 0;
  let fromMs = 0;
  const close = (toMs: number): void => {
    if (lines.length === 0) return;
    const name = `segment-${String(segments.length + 1).padStart(5, '0')}.ndjson.gz`;
    segments.push({ ...writeLines(folder, name, lines), fromMs, toMs });
    lines = [];
    bytes = 0;
  };
  let previousMs = 0;
  for (const record of records) {
    if (bytes > SEGMENT_BYTES) close(previousMs);
    if (lines.length === 0) fromMs = record.recvMs;
    const line = JSON.stringify(record);
    lines.push(line);
    bytes += line.length;
    previousMs = record.recvMs;
  }
  close(previousMs);
  return segments;
}

function writeLines(
  folder: string,
  file: string,
  lines: readonly string[],
): { readonly file: string; readonly sha256: string; readonly lines: number } {
  const bytes = gzipSync(`${lines.join('\n')}\n`);
  writeFileSync(join(folder, file), bytes);
  return { file, sha256: createHash('sha256').update(bytes).digest('hex'), lines: lines.length };
}

/** Silences longer than a minute within a channel, and a channel's late start or early end against the whole tape. */
function findGaps(records: readonly TapeRecord[]): TapeManifest['gaps'] {
  const gaps: TapeManifest['gaps'] = [];
  const last = new Map<string, TapeRecord>();
  const startMs = records[0]?.recvMs ?? 0;
  const endMs = records.at(-1)?.recvMs ?? 0;
  const note = (record: TapeRecord, fromMs: number, toMs: number): void => {
    if (toMs - fromMs > GAP_MS) gaps.push({ source: record.source, channel: record.channel, fromMs, toMs });
  };
  for (const record of records) {
    const key = `${record.source}/${record.channel}`;
    note(record, last.get(key)?.recvMs ?? startMs, record.recvMs);
    last.set(key, record);
  }
  for (const record of last.values()) note(record, record.recvMs, endMs);
  return gaps.sort((left, right) => left.fromMs - right.fromMs);
}

function* readLines(folder: string, file: string): Generator<string> {
  const text = gunzipSync(readFileSync(join(folder, file))).toString('utf8');
  let start = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
    yield text.slice(start, end);
    start = end + 1;
  }
}

function* readRecords(folder: string, manifest: TapeManifest): Generator<TapeRecord> {
  for (const segment of manifest.segments) {
    for (const line of readLines(folder, segment.file)) yield recordSchema.parse(JSON.parse(line));
  }
}

function readMarkets(folder: string, manifest: TapeManifest): Result<TapeMarket[], string> {
  if (manifest.markets === null) return ok([]);
  const markets: TapeMarket[] = [];
  for (const line of readLines(folder, manifest.markets.file)) {
    const parsed = marketSchema.safeParse(parseJson(line));
    if (!parsed.success) return err(`${manifest.markets.file}: ${z.prettifyError(parsed.error)}`);
    markets.push(parsed.data);
  }
  return ok(markets);
}
