import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyEvent, applyOutput } from '../../core/engine/apply.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../../core/engine/checkpoint.ts';
import { encodeOutputs, type JournalRecord } from '../../core/engine/journal/record.ts';
import type { Output } from '../../core/engine/outputs.ts';
import { createAudit, genesisState } from '../../core/engine/replay.ts';
import { restart } from '../../core/engine/restart.ts';
import { holdingsOf, openExposures } from '../../core/engine/risk-context.ts';
import { decodeSnapshot, encodeSnapshot } from '../../core/engine/snapshot.ts';
import { createMarketState, createScratch, createState, type EngineState } from '../../core/engine/state.ts';
import type { ApprovedOrder } from '../../core/model/order.ts';
import { worstLossMicro } from '../../core/risk/exposure.ts';
import { assertProperty } from '../support/assert-property.ts';
import { aConfig, UNIT, WINDOW_MS, WINDOW_START_MS } from '../support/builders.ts';
import { type Action, actionsArbitrary } from '../support/engine-actions.ts';
import { type EngineRun, type RunOptions, startRun } from '../support/engine-run.ts';

const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 150);
const params = { numRuns: RUNS };
/** Where the whole state is encoded again and again. */
const costly = { numRuns: Math.ceil(RUNS / 5) };
/** Far beyond what a run takes, for slow machines and long runs. */
const TIMEOUT_MS = 600_000;

/** Larger limits than the default ones, so that orders of both sides and several windows stand at once. */
const BOLD = aConfig({ risk: { maxDailyLossPpm: 60_000, maxMarketPpm: 30_000, maxOrdersPerSecond: 40 } });

function run(actions: readonly Action[], options: RunOptions = {}): EngineRun {
  const engine = startRun({ config: BOLD, ...options });
  for (const action of actions) engine.act(action);
  return engine;
}

/** What is the same after a restart, as text. `decisions` counts what was decided, which recovery does not do. */
function restarted(state: EngineState): string {
  restart(state);
  state.scratch.decisions = 0;
  return encodeSnapshot(state);
}

function copyOf(state: EngineState): EngineState {
  const copy = decodeSnapshot(encodeSnapshot(state));
  if (!copy.ok) throw new Error(copy.error.kind);
  return copy.value;
}

function audit(records: readonly JournalRecord[]) {
  const check = createAudit(genesisState(records[0] as JournalRecord), new Set());
  for (const record of records) if (!check.take(record)) break;
  return check.result();
}

const outputsText = (records: readonly JournalRecord[]) =>
  records.map(({ outputs }) => encodeOutputs(outputs)).join('\n');

describe('recovery', { timeout: TIMEOUT_MS }, () => {
  test('behavior: restart(state by step) equals restart(state by recorded events and outputs), at any point', () => {
    assertProperty(
      fc.property(actionsArbitrary, (actions) => {
        const applied = createState(BOLD);
        run(
          actions.filter((action) => action.do !== 'crash'),
          {
            after: (state, { event, outputs }) => {
              applyEvent(applied, event);
              for (const output of outputs) applyOutput(applied, output);
              // Comparing at each step would cost a second for each history: every seventh, and wherever something was decided.
              if (event.seq % 7 !== 0 && outputs.length === 0) return;
              expect(restarted(copyOf(applied))).toBe(restarted(copyOf(state)));
            },
          },
        );
      }),
      costly,
    );
  });

  test('behavior: a history with crashes in it has no difference when it is decided again', () => {
    assertProperty(
      fc.property(actionsArbitrary, (actions) => {
        const { records } = run(actions);
        expect(audit(records).difference).toBeNull();
      }),
      params,
    );
  });

  test('behavior: an output that was tampered with is found, at its own seq', () => {
    assertProperty(
      fc.property(actionsArbitrary, fc.nat(), (actions, pick) => {
        const { records } = run(actions);
        const deciding = records.flatMap(({ outputs }, index) => (outputs.length === 0 ? [] : [index]));
        const index = deciding[pick % deciding.length] as number;
        const record = records[index] as JournalRecord;
        const outputs: Output[] = pick % 2 === 0 ? record.outputs.slice(1) : [...record.outputs, alert];
        const tampered = records.with(index, { ...record, outputs });
        expect(audit(tampered).difference?.seq).toBe(record.event.seq);
      }),
      params,
    );
  });

  test('behavior: a snapshot between any two events changes no decision', () => {
    assertProperty(
      fc.property(actionsArbitrary, (actions) => {
        const plain = run(actions);
        const snapped = run(actions, { between: copyOf });
        expect(outputsText(snapped.records)).toBe(outputsText(plain.records));
        expect(encodeSnapshot(snapped.state)).toBe(encodeSnapshot(plain.state));
      }),
      costly,
    );
  });

  test('behavior: a checkpoint brings back the whole durable state', () => {
    assertProperty(
      fc.property(actionsArbitrary, (actions) => {
        const { state } = run(actions);
        const text = encodeCheckpoint(state.durable);
        const decoded = decodeCheckpoint(text);
        expect(decoded).toEqual({ ok: true, value: state.durable });
        if (decoded.ok) expect(encodeCheckpoint(decoded.value)).toBe(text);
      }),
      params,
    );
  });

  test('behavior: a crash that finds a checkpoint instead of a snapshot keeps orders, money and the number of records', () => {
    assertProperty(
      fc.property(actionsArbitrary, (actions) => {
        const engine = run(actions, {
          recover: (records) => {
            const whole = createState(BOLD);
            for (const { event, outputs } of records) {
              applyEvent(whole, event);
              for (const output of outputs) applyOutput(whole, output);
            }
            const decoded = decodeCheckpoint(encodeCheckpoint(whole.durable));
            if (!decoded.ok) throw new Error(decoded.error.detail);
            return { durable: decoded.value, market: createMarketState(BOLD), scratch: createScratch() };
          },
        });
        expectMoneyConserved(engine);
        expectOneRecordEach(engine);
      }),
      params,
    );
  });
});

const alert: Output = { type: 'raise-alert', code: 'tampered', severity: 'info', detail: '' };

/** What we own is what the bankroll became: less what stands in positions, plus all that was ever realised. */
function expectMoneyConserved({ state, records, config }: EngineRun): void {
  const { cashMicro, redeemableMicro } = state.durable.ledger;
  // A window's record is written anew when a match of it is told or taken back later: the last one counts.
  const realized = new Map<number, number>();
  for (const { outputs } of records) {
    for (const output of outputs) {
      if (output.type !== 'publish-fact' || output.fact.kind !== 'window') continue;
      realized.set(output.fact.windowStartMs, output.fact.realizedPnlMicro);
    }
  }
  let expected = config.risk.bankrollMicro;
  for (const pnlMicro of realized.values()) expected += pnlMicro;
  for (const { event } of records) if ('costMicro' in event) expected -= event.costMicro;
  // A closed window without a result has nothing realised in its record, and can still be told of a match.
  const { windows, closedWindows } = state.durable;
  const unpaid = Object.values(closedWindows).flatMap((closed) => (closed.state.resolved === null ? closed.state : []));
  for (const { positions, resolved } of [...Object.values(windows), ...unpaid]) {
    const { up, down } = positions;
    if (resolved !== null) expected += resolved.pnlMicro;
    else expected -= up.boughtMicro + down.boughtMicro + up.feesMicro + down.feesMicro - up.soldMicro - down.soldMicro;
  }
  expect(cashMicro + redeemableMicro).toBe(expected);
}

/** Its record can be written anew with what is told later; it is closed once. */
function expectOneRecordEach({ records }: EngineRun): void {
  const closed = records.flatMap(({ outputs }) =>
    outputs.flatMap((output) => (output.type === 'close-window' ? [output.windowStartMs] : [])),
  );
  expect(new Set(closed).size).toBe(closed.length);
}

describe('safety', { timeout: TIMEOUT_MS }, () => {
  test('behavior: right after any order, no limit is exceeded in the worst case', () => {
    assertProperty(
      fc.property(actionsArbitrary, fc.constantFrom(BOLD, aConfig()), (actions, config) => {
        run(actions, {
          config,
          after: (state, { outputs }) => {
            // What only takes risk away may leave while a limit is passed already.
            if (outputs.some((output) => output.type === 'submit-order' && opens(output.order)))
              expectWithinLimits(state);
          },
        });
      }),
      params,
    );
  });

  test('behavior: two bids of ours never sum to 1 or more, with what is still leaving', () => {
    assertProperty(
      fc.property(actionsArbitrary, (actions) => {
        // An order that stands again after its end was decided on when it did not.
        const expected = actions.filter((action) => action.do !== 'late-report');
        run(expected, {
          after: ({ durable }) => {
            const open = Object.values(durable.orders).filter(({ order }) => opens(order));
            for (const { order: up } of open.filter(({ order }) => order.outcome === 'up')) {
              for (const { order: down } of open.filter(({ order }) => order.outcome === 'down')) {
                if (up.windowStartMs === down.windowStartMs)
                  expect(up.priceTicks + down.priceTicks).toBeLessThan(10_000);
              }
            }
          },
        });
      }),
      params,
    );
  });

  test('behavior: where the venue confirms cancels, none of our orders stands after T − 15 s', () => {
    const confirming = actionsArbitrary.map((actions) =>
      actions
        .filter((action) => action.do !== 'report' && action.do !== 'crash')
        .flatMap((action): Action[] => [action, { do: 'answer-all' }]),
    );
    assertProperty(
      fc.property(confirming, (actions) => {
        const engine = run([]);
        for (const action of actions) {
          engine.act(action);
          if (action.do !== 'answer-all') continue;
          const { nowMs, orders } = engine.state.durable;
          for (const { order } of Object.values(orders)) {
            expect(nowMs).toBeLessThan(order.windowStartMs + WINDOW_MS - 15_000);
          }
        }
      }),
      params,
    );
  });

  test('behavior: cash and what is won is the bankroll and everything realised, to the millionth', () => {
    assertProperty(
      fc.property(actionsArbitrary, (actions) => expectMoneyConserved(run(actions))),
      params,
    );
  });

  test('behavior: at a venue whose matches fail, are told late or in any order, it is conserved as well', () => {
    const config = { ...BOLD, execution: 'venue' as const };
    const word = (name: 'linked' | 'observed' | 'clean'): Action => ({
      do: 'account',
      word: name,
      start: WINDOW_START_MS,
      size: 1,
    });
    const back: Action[] = [word('linked'), word('observed'), word('clean'), { do: 'command', kind: 'resume' }];
    let reversed = 0;
    assertProperty(
      fc.property(actionsArbitrary, (actions) => {
        // Whatever stops it, a person has it going again.
        const going = actions.flatMap((action) => (action.do === 'streams' ? [...back, action] : [action]));
        const engine = run([...back, ...going], { config });
        expectMoneyConserved(engine);
        for (const { failedFills } of Object.values(engine.state.durable.windows)) reversed += failedFills;
      }),
      params,
    );
    expect(reversed).toBeGreaterThan(RUNS / 10);
  });

  test('behavior: a window has at most one final record, crashes or not', () => {
    assertProperty(
      fc.property(actionsArbitrary, (actions) => expectOneRecordEach(run(actions))),
      params,
    );
  });

  test('behavior: nothing is opened while restricted, and nothing ordered before the window or near its end', () => {
    assertProperty(
      fc.property(actionsArbitrary, (actions) => {
        run(actions, {
          after: (state, { event, outputs }) => {
            for (const output of outputs) {
              if (output.type !== 'submit-order') continue;
              const { windowStartMs, outcome, tokenId } = output.order;
              const { restrictions } = state.durable;
              if (opens(output.order)) expect(restrictions).toEqual([]);
              else expect(new Set(restrictions.map(({ mode }) => mode))).toEqual(new Set(['reducing']));
              const leaveMs = opens(output.order) ? 30_000 : 20_000;
              expect(event.tsInit).toBeGreaterThanOrEqual(windowStartMs);
              expect(event.tsInit).toBeLessThan(windowStartMs + WINDOW_MS - leaveMs);
              expect(state.durable.windows[windowStartMs]?.market?.tokens[outcome]).toBe(tokenId);
            }
          },
        });
      }),
      params,
    );
  });

  test('behavior: the histories of these properties do trade, fill, end and crash', () => {
    const seen = { orders: 0, fills: 0, records: 0, crashes: 0 };
    for (const actions of fc.sample(actionsArbitrary, { numRuns: 100, seed: 1 })) {
      const { records } = run(actions);
      const outputs = records.flatMap((record) => record.outputs);
      if (outputs.filter(({ type }) => type === 'submit-order').length > 2) seen.orders++;
      if (records.some(({ event }) => event.type === 'order-filled')) seen.fills++;
      if (outputs.some(({ type }) => type === 'close-window')) seen.records++;
      if (records.filter(({ event }) => event.type === 'restarted').length > 1) seen.crashes++;
    }
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(25);
  });
});

/** A quote, not the way out of a position. */
const opens = ({ strategy }: ApprovedOrder): boolean => strategy !== 'flatten';

/** The same limits as risk's, counted here from the state anew. */
function expectWithinLimits({ durable }: EngineState): void {
  const { risk } = durable.config;
  const limit = (ppm: number) => (risk.bankrollMicro / UNIT) * ppm;
  let total = 0;
  for (const window of Object.values(durable.windows)) {
    const loss = worstLossMicro(holdingsOf(window), openExposures(durable, window.window.startMs));
    expect(loss).toBeLessThanOrEqual(limit(risk.maxMarketPpm));
    total += loss;
  }
  expect(total).toBeLessThanOrEqual(limit(risk.maxTotalPpm));
  expect(total + Math.max(0, -durable.ledger.day.realizedMicro)).toBeLessThanOrEqual(limit(risk.maxDailyLossPpm));
}
