import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { createRng } from '../../../core/simulation/rng.ts';
import { type Calibration, calibrate } from '../../../runner/cli/calibrate.ts';
import { CliProblem } from '../../../runner/cli/cli-problem.ts';

const folder = mkdtempSync(join(tmpdir(), 'calibrate-'));
const HEADER = 'feed_ts_ms,value,full_accuracy_value,server_ts_ms,recv_ms';

/** Two hours of a walk, one price a second. */
function walkCsv(seconds = 7_200): string {
  const rng = createRng(4);
  let usd = 65_000;
  const lines = [HEADER];
  for (let second = 0; second < seconds; second++) {
    usd += 4 * rng.normal();
    const atMs = 1_784_851_200_000 + second * 1_000;
    lines.push(`${atMs},${usd.toFixed(8)},0,${atMs + 1_000},${atMs + 1_600}`);
  }
  return `${lines.join('\n')}\n`;
}

function fileWith(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function run(ticks: string, options: Omit<Parameters<typeof calibrate>[0], 'ticks'> = {}): string[] {
  const lines: string[] = [];
  calibrate({ ticks, ...options }, (line) => lines.push(line));
  return lines;
}

describe('calibrate', () => {
  const walk = fileWith('walk.csv', walkCsv());

  test('default: scores of the full model and without each part, at each horizon', () => {
    const [line = ''] = run(walk, { json: true });
    const result = JSON.parse(line) as Calibration;
    // Two hours, less the two windows that the model begins with, and the end.
    expect(result.windows).toBe(21);
    expect(result.horizons.map(({ secondsLeft }) => secondsLeft)).toEqual([240, 120, 60, 30, 10]);
    for (const { windows, leftOut, models } of result.horizons) {
      expect([windows, leftOut]).toEqual([21, 0]);
      expect(models.map(({ model }) => model)).toEqual([
        'full',
        'without-volatility-memories',
        'without-hour-of-day',
        'without-fat-tails',
        'without-feed-lag',
      ]);
      for (const { bins } of models) expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(21);
    }
    expect(result.horizons.at(-1)?.models[0]?.brier).toBeLessThan(result.horizons[0]?.models[0]?.brier as number);
    expect(Object.keys(result.notMeasured)).toEqual(['volatilityIndex', 'basis', 'settlementError']);
  });

  test('behavior: a table for people', () => {
    const lines = run(walk);
    expect(lines[0]).toBe(`${walk}: 7200 prices, 21 windows`);
    expect(lines.filter((line) => line.includes('without-fat-tails'))).toHaveLength(5);
  });

  test('behavior: compressed or not, the same', () => {
    const packed = run(fileWith('walk.csv.gz', gzipSync(walkCsv())), { json: true })[0] as string;
    const plain = run(walk, { json: true })[0] as string;
    expect(JSON.parse(packed)).toEqual({ ...(JSON.parse(plain) as object), file: join(folder, 'walk.csv.gz') });
  });

  test('args: --score-from-hour and --windows', () => {
    const path = join(folder, 'windows.csv');
    run(walk, { scoreFromHour: '1', windows: path });
    const rows = readFileSync(path, 'utf8').trim().split('\n');
    expect(rows[0]).toBe('start,left,model,p,outcome');
    // 11 windows, 5 horizons, 5 models.
    expect(rows).toHaveLength(1 + 11 * 5 * 5);
    expect(rows[1]).toMatch(/^1784854800,240,full,0\.\d{6},[01]$/);
  });

  test('args: --as-received knows less', () => {
    const ten = (asReceived: boolean): number =>
      (JSON.parse(run(walk, { json: true, asReceived })[0] as string) as Calibration).horizons[3]?.models[0]
        ?.logLoss as number;
    expect(ten(true)).toBeGreaterThan(ten(false));
  });

  test('behavior: windows whose start was not seen, or whose price is old, are left out for all', () => {
    const lines = walkCsv().split('\n');
    // Six seconds of the mean at 01:00, and the eight until 10 s are left at 01:10, which the next window's mean lacks, too.
    const holes = [...lines.slice(0, 3_596), ...lines.slice(3_602, 4_184), ...lines.slice(4_192)];
    const result = JSON.parse(run(fileWith('holes.csv', holes.join('\n')), { json: true })[0] as string) as Calibration;
    expect(result.horizons.map(({ leftOut }) => leftOut)).toEqual([2, 2, 2, 2, 3]);
  });

  test.each([
    ['no file', () => join(folder, 'none.csv'), /none\.csv cannot be read/],
    ['another file', () => fileWith('a.csv', 'time,price\n1,2\n'), /does not name the column feed_ts_ms/],
    ['nothing in it', () => fileWith('b.csv', `${HEADER}\n`), /holds no prices/],
    ['an empty file', () => fileWith('c.csv', ''), /does not name the column/],
    ['a word for a price', () => fileWith('d.csv', `${HEADER}\n1784851200000,dear,0,0,0\n`), /line 2: value is "dear"/],
    ['NaN', () => fileWith('e.csv', `${HEADER}\n1784851200000,NaN,0,0,0\n`), /line 2: value is "NaN"/],
    ['a price of 0', () => fileWith('f.csv', `${HEADER}\n1784851200000,0,0,0,0\n`), /line 2: a price of 0/],
    ['a cut line', () => fileWith('g.csv', `${HEADER}\n1784851200000\n`), /line 2: value is ""/],
    ['too short', () => fileWith('h.csv', walkCsv(300)), /span no whole window/],
    ['a broken archive', () => fileWith('i.gz', gzipSync(walkCsv()).subarray(0, 500)), /neither text nor/],
    ['bytes', () => fileWith('j.csv', new Uint8Array([0xff, 0xfe, 0])), /neither text nor/],
  ])('error: %s, in one sentence', (_, path, sentence) => {
    expect(() => run(path())).toThrow(CliProblem);
    expect(() => run(path())).toThrow(sentence);
  });

  test('error: hours that are none, windows that cannot be written', () => {
    expect(() => run(walk, { scoreFromHour: 'six' })).toThrow(/--score-from-hour six/);
    expect(() => run(walk, { windows: join(folder, 'no', 'where.csv') })).toThrow(/--windows .* cannot be written/);
  });
});
