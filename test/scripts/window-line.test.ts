import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { WindowRow } from '../../scripts/run/series-api.ts';
import { windowLine } from '../../scripts/run/window-line.ts';
import { createWindowReport } from '../../scripts/run/window-report.ts';

/** 2026-11-23T16:40:00Z: start of a window. */
const START_MS = 1_795_452_000_000;
const WINDOW_MS = 300_000;

function aWindow(change: Partial<WindowRow> = {}): WindowRow {
  return {
    series: 'btc-updown-5m',
    windowStartMs: START_MS,
    windowEndMs: START_MS + WINDOW_MS,
    slug: 'btc-updown-5m-1795452000',
    conditionId: null,
    strike: '84501.203450000000000001',
    final: '84502',
    outcome: 'up',
    officialOutcome: 'up',
    officialStrike: null,
    verification: 'confirmed',
    tradable: true,
    decision: '',
    orders: 4,
    fills: 3,
    feesMicro: 12_345,
    realizedPnlMicro: -1_500_000,
    worstFeedAgeMs: 310,
    worstFeed: 'book',
    closedAtMs: START_MS + WINDOW_MS,
    ...change,
  };
}

describe('windowLine', () => {
  test('default', () => {
    expect(windowLine(aWindow())).toBe(
      '2026-11-23 16:40–16:45  strike 84501.20  final 84502.00  up (confirmed)  fills 3  fees 0.012345  PnL -1.50  worst feed age 310 ms (book)',
    );
  });

  test('behavior: what is not known is said, not left out', () => {
    const line = windowLine(
      aWindow({
        strike: null,
        final: null,
        outcome: null,
        verification: 'missing',
        officialOutcome: null,
        tradable: false,
        decision: 'rules',
      }),
    );
    expect(line).toContain('strike not captured  final not captured  no outcome (not confirmed)');
    expect(line).toContain('not tradable: rules');
  });

  test.each<[Partial<WindowRow>, string]>([
    [{ verification: 'mismatch', officialOutcome: 'down' }, 'up (MISMATCH with the venue)'],
    [{ verification: 'missing', officialOutcome: 'up' }, 'up (by the venue alone)'],
    [{ verification: 'missing', officialOutcome: null }, 'up (not confirmed)'],
  ])('behavior: %j', (change, text) => {
    expect(windowLine(aWindow(change))).toContain(text);
  });

  test.each([
    [0, 'PnL 0.00'],
    [1, 'PnL +0.000001'],
    [-250_000, 'PnL -0.25'],
    [1_234_567_890, 'PnL +1234.56789'],
  ])('behavior: %d millionths', (realizedPnlMicro, text) => {
    expect(windowLine(aWindow({ realizedPnlMicro }))).toContain(`${text}  `);
  });
});

describe('createWindowReport', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'window-report-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('behavior: each window once, in order, also after a restart', () => {
    const file = join(folder, 'printed.json');
    const rows = [2, 1, 0].map((index) => aWindow({ windowStartMs: START_MS + index * WINDOW_MS }));
    const said: string[] = [];
    const report = createWindowReport(file, (line) => said.push(line.slice(11, 16)));
    report.take(rows.slice(1));
    report.take(rows);
    expect(said).toEqual(['16:40', '16:45', '16:50']);

    createWindowReport(file, (line) => said.push(line)).take(rows);
    expect(said).toHaveLength(3);
  });
});
