import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EngineConfig } from '../../core/config/engine-config.ts';
import { createAudit, genesisState } from '../../core/engine/replay.ts';
import type { Fact } from '../../core/model/fact.ts';
import type { SettlementStatus } from '../../core/model/report.ts';
import type { Outcome } from '../../core/model/window.ts';
import { MARKOUT_PARTS } from '../../core/portfolio/markout.ts';
import { factKey } from '../../durable-objects/outbox.ts';
import { assertProperty } from '../support/assert-property.ts';
import { aConfig, WINDOW_MS, WINDOW_START_MS } from '../support/builders.ts';
import { type Action, actionsArbitrary } from '../support/engine-actions.ts';
import { type EngineRun, startRun } from '../support/engine-run.ts';

const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 150);
/** Far beyond what a run takes, for slow machines and long runs. */
const TIMEOUT_MS = 600_000;

const BOLD = aConfig({ risk: { maxDailyLossPpm: 60_000, maxMarketPpm: 30_000, maxOrdersPerSecond: 40 } });
const word = (name: 'linked' | 'observed' | 'clean'): Action => ({
  do: 'account',
  word: name,
  start: WINDOW_START_MS,
  size: 1,
});
const RESUMED: Action[] = [{ do: 'command', kind: 'resume' }];
/** Whatever stops trading at a venue, a person has it going again. */
const BACK: Action[] = [word('linked'), word('observed'), word('clean'), ...RESUMED];

/** Orders leave, time passes, the venue publishes every result, and then there are late words. */
const ending = fc
  .tuple(
    fc.array(fc.constantFrom<Outcome>('up', 'down'), { minLength: 4, maxLength: 4 }),
    fc.array(fc.constantFrom<SettlementStatus>('failed', 'failed', 'confirmed'), { maxLength: 3 }),
  )
  .map(([outcomes, settlements]): Action[] => {
    const later: Action[] = [{ do: 'answer-all' }, { do: 'wait', ms: 60_000 }];
    const published = outcomes.map((outcome, index): Action => {
      const price = (84_500n + (outcome === 'up' ? 1n : -1n)) * 10n ** 18n;
      const start = WINDOW_START_MS + (index - 1) * WINDOW_MS;
      return { do: 'result', start, outcome, strike: 84_500n * 10n ** 18n, final: price };
    });
    const wait = Array.from({ length: 22 }, () => later).flat();
    return [
      ...wait,
      ...published,
      ...wait.slice(0, 6),
      ...settlements.map((status, which): Action => ({ do: 'settlement', which, status, early: false })),
      ...later,
    ];
  });
/** The first window is listed and open, its strike is known, and a bid of ours is partly filled. */
const TRADED: Action[] = [
  { do: 'list', start: WINDOW_START_MS, lookback: 60, tick: 100 },
  { do: 'wait', ms: 12_000 },
  { do: 'boundary', price: 84_500n * 10n ** 18n },
  { do: 'streams', bid: 4_800, spread: 2, price: 84_500n * 10n ** 18n },
  { do: 'answer-all' },
  { do: 'report', which: 0, report: 'partly-filled', part: 2_345_678 },
];
/** A person has what is held sold, and the venue buys some of it. */
const SOLD: Action[] = [
  { do: 'answer-all' },
  { do: 'streams', bid: 4_700, spread: 2, price: 84_500n * 10n ** 18n },
  { do: 'command', kind: 'flatten' },
  { do: 'wait', ms: 500 },
  { do: 'report', which: 0, report: 'partly-filled', part: 1_234_567 },
  { do: 'report', which: 1, report: 'filled', part: 1 },
];
const histories = fc
  .tuple(actionsArbitrary, fc.boolean(), ending)
  .map(([actions, sold, end]): Action[] => [
    ...TRADED,
    ...actions.flatMap((action) => (action.do === 'streams' ? [...RESUMED, action] : [action])),
    ...(sold ? SOLD : []),
    ...end,
  ]);

function run(actions: readonly Action[], config: EngineConfig): EngineRun {
  const engine = startRun({ config });
  const going = actions.flatMap((action) => (action.do === 'streams' ? [...BACK, action] : [action]));
  for (const action of config.execution === 'simulated' ? actions : [...BACK, ...going]) engine.act(action);
  return engine;
}

/** What D1 would hold in the end: the last row of each key. */
function rows({ records }: EngineRun): Fact[] {
  const byKey = new Map<string, Fact>();
  for (const { outputs } of records) {
    for (const output of outputs) if (output.type === 'publish-fact') byKey.set(factKey(output.fact), output.fact);
  }
  return [...byKey.values()];
}

const of = <K extends Fact['kind']>(facts: readonly Fact[], kind: K) =>
  facts.filter((fact): fact is Extract<Fact, { kind: K }> => fact.kind === kind);
const sum = <Row>(all: readonly Row[], value: (row: Row) => number) =>
  all.reduce((total, row) => total + value(row), 0);

const CONFIGS = fc.constantFrom(BOLD, { ...BOLD, execution: 'venue' as const, ledger: 'probe' as const });

describe('accounting', { timeout: TIMEOUT_MS }, () => {
  test('behavior: markouts telescope, strategies sum to their window and windows to the totals, in every history', () => {
    const seen = { windows: 0, failed: 0, strategies: new Set<string>(), marked: 0 };
    assertProperty(
      fc.property(histories, CONFIGS, (actions, config) => {
        const engine = run(actions, config);
        const facts = rows(engine);
        const markouts = of(facts, 'markout');
        const strategies = of(facts, 'strategy-pnl');
        for (const row of [...markouts]) {
          const parts = sum(MARKOUT_PARTS, (part) => row[part]);
          expect(parts - row.feeMicro).toBe(row.realizedPnlMicro);
          if (row.failed) seen.failed++;
          if (row.carriedMarks < 5) seen.marked++;
        }
        for (const row of strategies) {
          const own = markouts.filter(
            (each) => each.windowStartMs === row.windowStartMs && each.strategy === row.strategy,
          );
          expect(sum(own, ({ realizedPnlMicro }) => realizedPnlMicro)).toBe(row.pnlMicro);
          for (const part of MARKOUT_PARTS) expect(sum(own, (each) => each[part])).toBe(row[part]);
          seen.strategies.add(row.strategy);
        }
        for (const window of of(facts, 'window')) {
          if (window.outcome === null) continue;
          const own = strategies.filter(({ windowStartMs }) => windowStartMs === window.windowStartMs);
          expect(sum(own, ({ pnlMicro }) => pnlMicro)).toBe(window.realizedPnlMicro);
          expect(sum(own, ({ feesMicro }) => feesMicro)).toBe(window.feesMicro);
          expect(sum(own, ({ fills }) => fills)).toBe(window.fills);
          if (own.length > 0) seen.windows++;
        }
        expectTotals(engine, strategies);
      }),
      { numRuns: RUNS },
    );
    expect(seen.windows).toBeGreaterThan(RUNS / 5);
    expect(seen.marked).toBeGreaterThan(RUNS / 5);
    expect(seen.failed).toBeGreaterThan(0);
    expect([...seen.strategies].toSorted()).toEqual(['flatten', 'market-maker']);
  });

  test('behavior: fees and gas are entries, and what was redeemed, merged or split is one each', () => {
    assertProperty(
      fc.property(histories, CONFIGS, (actions, config) => {
        const engine = run(actions, config);
        const facts = rows(engine);
        const entries = of(facts, 'ledger-entry');
        const total = (kind: string) =>
          sum(
            entries.filter(({ entry }) => entry === kind),
            ({ amountMicro }) => amountMicro,
          );
        const strategies = of(facts, 'strategy-pnl');
        expect(0 - total('fee')).toBe(sum(strategies, ({ feesMicro }) => feesMicro));
        expect(total('rebate-accrued')).toBe(sum(strategies, ({ rebateAccruedMicro }) => rebateAccruedMicro));
        // Cash is the bankroll, less what trades have paid, and every entry that is money.
        const { windows, closedWindows, ledger } = engine.state.durable;
        const known = [...Object.values(windows), ...Object.values(closedWindows).map(({ state }) => state)];
        const all = new Map(known.map((window) => [window.window.startMs, window]));
        let traded = 0;
        for (const { positions, sets } of all.values()) {
          const { up, down } = positions;
          traded += up.boughtMicro + down.boughtMicro - up.soldMicro - down.soldMicro + up.feesMicro + down.feesMicro;
          for (const { change, sizeMicro } of sets) traded += change === 'merged' ? sizeMicro : -sizeMicro;
        }
        const moved = total('gas') + total('redemption') + total('merge') + total('split');
        expect(ledger.cashMicro).toBe(config.risk.bankrollMicro - traded + moved);
      }),
      { numRuns: RUNS },
    );
  });

  test('behavior: a replay takes the same marks', () => {
    let marks = 0;
    assertProperty(
      fc.property(histories, CONFIGS, (actions, config) => {
        const { records } = run(actions, config);
        const audit = createAudit(genesisState(records[0] as never), new Set());
        for (const record of records) if (!audit.take(record)) break;
        expect(audit.result().difference).toBeNull();
        marks += records.filter(({ outputs }) => outputs.some(({ type }) => type === 'take-marks')).length;
      }),
      { numRuns: Math.ceil(RUNS / 3) },
    );
    expect(marks).toBeGreaterThan(RUNS / 3);
  });
});

/** The totals that are kept for good are the rows that were written. */
function expectTotals({ state }: EngineRun, strategies: readonly Extract<Fact, { kind: 'strategy-pnl' }>[]): void {
  const written = new Map<string, number>();
  for (const { ledger, strategy, pnlMicro } of strategies) {
    const key = `${ledger} ${strategy}`;
    written.set(key, (written.get(key) ?? 0) + pnlMicro);
  }
  const { accounting, windows } = state.durable;
  const kept = new Map<string, number>();
  for (const [ledger, totals] of Object.entries(accounting.ledgers)) {
    for (const [strategy, { pnlMicro }] of Object.entries(totals.strategies))
      kept.set(`${ledger} ${strategy}`, pnlMicro);
  }
  // A window that has its result and is not closed is in the totals, and its rows are still to come.
  for (const { accounted } of Object.values(windows)) {
    for (const { ledger, strategy, pnlMicro } of accounted ?? []) {
      const key = `${ledger} ${strategy}`;
      written.set(key, (written.get(key) ?? 0) + pnlMicro);
    }
  }
  expect(Object.fromEntries(kept)).toEqual(Object.fromEntries(written));
}
