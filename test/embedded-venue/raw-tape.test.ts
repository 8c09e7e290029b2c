import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openRawTape, type TapeMarket, type TapeRecord, writeRawTape } from '../../embedded-venue/raw-tape.ts';

const START = 1_784_851_200_000;

let folder: string;

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'raw-tape-')), 'tape');
});

afterEach(() => {
  rmSync(join(folder, '..'), { recursive: true });
});

const record = (seconds: number, channel = 'ws'): TapeRecord => ({
  source: 'polybolt',
  channel,
  recvMs: START + seconds * 1_000,
  frame: `{"n":${seconds},"text":"zwölf \\n"}`,
});

const MARKET: TapeMarket = {
  slug: 'btc-updown-5m-1784851200',
  startMs: START,
  endMs: START + 300_000,
  conditionId: `0x${'a'.repeat(64)}`,
  upTokenId: '1'.repeat(77),
  downTokenId: '2'.repeat(77),
  strikeE18: '65048078902260626000000',
  outcome: 'down',
  object: { id: '1' },
};

describe('writeRawTape', () => {
  test('default: what is written is read back, in order', () => {
    const records = [record(0), record(1), record(1), { ...record(2), frame: 'not json "' }];
    expect(writeRawTape(folder, { records, markets: [MARKET], source: 'by hand' }).ok).toBe(true);
    const opened = openRawTape(folder);
    if (!opened.ok) throw new Error(opened.error);
    expect([...opened.value.records()]).toEqual(records);
    expect(opened.value.markets).toEqual([MARKET]);
    expect(opened.value.manifest).toMatchObject({
      format: 'poly-edge-raw-tape',
      version: 1,
      source: 'by hand',
      span: { fromMs: START, toMs: START + 2_000 },
      segments: [{ lines: 4 }],
      gaps: [],
    });
  });

  test('behavior: silences of more than a minute are gaps, late starts and early ends too', () => {
    const records = [record(0), record(60), record(121), record(200, 'other'), record(400, 'other')];
    const written = writeRawTape(folder, { records, markets: [], source: '' });
    if (!written.ok) throw new Error(written.error);
    const at = (seconds: number): number => START + seconds * 1_000;
    expect(written.value.gaps).toEqual([
      { source: 'polybolt', channel: 'other', fromMs: at(0), toMs: at(200) },
      { source: 'polybolt', channel: 'ws', fromMs: at(60), toMs: at(121) },
      { source: 'polybolt', channel: 'ws', fromMs: at(121), toMs: at(400) },
      { source: 'polybolt', channel: 'other', fromMs: at(200), toMs: at(400) },
    ]);
  });

  test('behavior: large recordings are split, and read back as one', () => {
    const frame = 'x'.repeat(1_000_000);
    const records = Array.from({ length: 70 }, (_value, index) => ({ ...record(index), frame }));
    const written = writeRawTape(folder, { records, markets: [], source: '' });
    if (!written.ok) throw new Error(written.error);
    expect(written.value.segments.length).toBeGreaterThan(1);
    const opened = openRawTape(folder);
    if (!opened.ok) throw new Error(opened.error);
    expect([...opened.value.records()].map((read) => read.recvMs)).toEqual(records.map((each) => each.recvMs));
  });

  test.each([
    ['no frames', [], 'at least one frame'],
    ['frames out of order', [record(1), record(0)], 'order of time'],
  ])('error: %s', (_name, records, message) => {
    expect(writeRawTape(folder, { records, markets: [], source: '' })).toEqual({
      ok: false,
      error: expect.stringContaining(message),
    });
  });

  test('error: a folder that holds a tape already', () => {
    const contents = { records: [record(0)], markets: [], source: '' };
    expect(writeRawTape(folder, contents).ok).toBe(true);
    expect(writeRawTape(folder, contents)).toEqual({ ok: false, error: expect.stringContaining('already') });
  });
});

describe('openRawTape', () => {
  const tamper = (file: string, change: (bytes: Buffer) => Buffer | string): void => {
    expect(writeRawTape(folder, { records: [record(0)], markets: [MARKET], source: '' }).ok).toBe(true);
    writeFileSync(join(folder, file), change(readFileSync(join(folder, file))));
  };
  const errorOf = (): string => {
    const opened = openRawTape(folder);
    return opened.ok ? 'opened' : opened.error;
  };

  test('error: a folder without a manifest', () => {
    expect(errorOf()).toContain('manifest.json is missing');
  });

  test.each(['segment-00001.ndjson.gz', 'markets.ndjson.gz'])('error: %s was changed', (file) => {
    tamper(file, (bytes) => Buffer.concat([bytes, Buffer.from('x')]));
    expect(errorOf()).toContain('SHA-256');
  });

  test('error: a manifest of another version, or with unknown keys', () => {
    tamper('manifest.json', (bytes) => bytes.toString().replace('"version": 1', '"version": 2, "more": 1'));
    expect(errorOf()).toMatch(/version[\s\S]*/);
    expect(errorOf()).toContain('more');
  });

  test('error: a manifest that names a file outside the folder', () => {
    tamper('manifest.json', (bytes) => bytes.toString().replace('segment-00001.ndjson.gz', '../segment.gz'));
    expect(errorOf()).toContain('file');
  });
});
