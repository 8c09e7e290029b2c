import { describe, expect, test } from 'vitest';
import { DEFAULT_ENGINE_CONFIG } from '../../../core/config/defaults.ts';
import type { EngineConfig } from '../../../core/config/engine-config.ts';
import { applyEvent } from '../../../core/engine/apply.ts';
import { equityMicro, riskContextOf } from '../../../core/engine/risk-context.ts';
import { dayLossMicro, noteWindowResult } from '../../../core/engine/risk-state.ts';
import { createState, type EngineState } from '../../../core/engine/state.ts';
import { isLiftedByPerson, liftedByOf } from '../../../core/engine/trading-state.ts';
import { DAY_MS, utcDayStart } from '../../../core/model/time.ts';
import { emptyPosition } from '../../../core/portfolio/position.ts';
import {
  aConfig,
  anIntent,
  anOpenOrder,
  anOrder,
  aReferencePrice,
  aWindowState,
  UNIT,
  WINDOW_MS,
  WINDOW_START_MS,
} from '../../support/builders.ts';
import { createEngineDriver } from '../../support/engine-driver.ts';

const MIDNIGHT_MS = utcDayStart(WINDOW_START_MS) + DAY_MS;
const LAST_WINDOW_MS = MIDNIGHT_MS - WINDOW_MS;

/** A day that has lost 20 pUSD, a window of it that holds ten Up shares. */
function lateInTheDay(): EngineState {
  const state = createState(aConfig());
  tick(state, MIDNIGHT_MS - 1_000);
  state.durable.ledger.day.realizedMicro = -20 * UNIT;
  const up = { ...emptyPosition('up'), sizeMicro: 10 * UNIT, costMicro: 4_800_000, boughtMicro: 4_800_000 };
  state.durable.windows[LAST_WINDOW_MS] = aWindowState({
    startMs: LAST_WINDOW_MS,
    positions: { up, down: emptyPosition('down') },
  });
  return state;
}

function tick(state: EngineState, tsInit: number): void {
  const seq = state.durable.lastSeq + 1;
  applyEvent(state, { type: 'timer-fired', seq, tsEvent: tsInit, tsInit, key: 'tick', generation: 0 });
}

function resolve(state: EngineState, startMs: number): void {
  const window = state.durable.windows[startMs];
  if (window !== undefined) window.resolved = { outcome: 'down', by: 'official', payoutMicro: 0, pnlMicro: -4_800_000 };
}

describe('rollRiskDay', () => {
  test('default: a day that ends without positions begins the next with no loss', () => {
    const state = lateInTheDay();
    state.durable.windows = {};
    tick(state, MIDNIGHT_MS);
    expect(dayLossMicro(state.durable)).toBe(0);
    expect(state.durable.risk.carried).toBeNull();
  });

  test('behavior: the loss is carried over midnight until the window that was open has ended', () => {
    const state = lateInTheDay();
    expect(dayLossMicro(state.durable)).toBe(20 * UNIT);
    tick(state, MIDNIGHT_MS);
    expect(state.durable.ledger.day).toMatchObject({ startMs: MIDNIGHT_MS, realizedMicro: 0 });
    expect(dayLossMicro(state.durable)).toBe(20 * UNIT);
    resolve(state, LAST_WINDOW_MS);
    state.durable.ledger.day.realizedMicro = -4_800_000;
    expect(dayLossMicro(state.durable)).toBe(24_800_000);
    tick(state, MIDNIGHT_MS + 90_000);
    expect(dayLossMicro(state.durable)).toBe(4_800_000);
  });

  test('behavior: an order that may still fill counts as open, and windows of the new day do not', () => {
    const state = lateInTheDay();
    const open = anOpenOrder({ order: anOrder({ windowStartMs: LAST_WINDOW_MS }) });
    state.durable.orders[open.order.clientOrderId] = open;
    const window = state.durable.windows[LAST_WINDOW_MS];
    if (window !== undefined) window.positions = { up: emptyPosition('up'), down: emptyPosition('down') };
    tick(state, MIDNIGHT_MS);
    expect(dayLossMicro(state.durable)).toBe(20 * UNIT);
    state.durable.windows[MIDNIGHT_MS] = {
      ...lateInTheDay().durable.windows[LAST_WINDOW_MS],
      ...aWindowState({ startMs: MIDNIGHT_MS }),
    };
    delete state.durable.orders[open.order.clientOrderId];
    tick(state, MIDNIGHT_MS + 1_000);
    expect(dayLossMicro(state.durable)).toBe(0);
  });

  test('behavior: a gain of the new day makes up for the loss that is carried, a gain of the old day is not carried', () => {
    const state = lateInTheDay();
    tick(state, MIDNIGHT_MS);
    state.durable.ledger.day.realizedMicro = 5 * UNIT;
    expect(dayLossMicro(state.durable)).toBe(15 * UNIT);
    const winner = lateInTheDay();
    winner.durable.ledger.day.realizedMicro = 7 * UNIT;
    tick(winner, MIDNIGHT_MS);
    expect(winner.durable.risk.carried).toBeNull();
  });
});

describe('noteWindowResult', () => {
  test('default: losses add up, a gain ends the row, and a window without trades or without result changes nothing', () => {
    const risk = { lossesInRow: 0, lastLossMs: 0, carried: null };
    noteWindowResult(risk, -1, true, 10);
    noteWindowResult(risk, -1, true, 20);
    noteWindowResult(risk, 0, true, 30);
    noteWindowResult(risk, -5, false, 40);
    expect(risk).toEqual({ lossesInRow: 2, lastLossMs: 20, carried: null });
    noteWindowResult(risk, 1, true, 50);
    expect(risk.lossesInRow).toBe(0);
  });
});

describe('equityMicro', () => {
  test('default: cash, payouts to come, and what is held at its cost', () => {
    const state = lateInTheDay();
    state.durable.ledger.cashMicro = 900 * UNIT;
    state.durable.ledger.redeemableMicro = 50 * UNIT;
    expect(equityMicro(state.durable)).toBe(954_800_000);
    resolve(state, LAST_WINDOW_MS);
    expect(equityMicro(state.durable)).toBe(950 * UNIT);
  });
});

describe('riskContextOf', () => {
  const context = (driver: ReturnType<typeof createEngineDriver>) =>
    riskContextOf(
      { state: driver.state, nowMs: driver.now, outputs: [] },
      driver.mustWindow(),
      anIntent({ outcome: 'down' }),
      null,
      0.6,
    );

  test('default: touch and fair value are those of the intent’s outcome', () => {
    const driver = createEngineDriver();
    driver.world.touch = { bidTicks: 5_500, askTicks: 5_700 };
    driver.runTo(WINDOW_START_MS + 5_000);
    expect(context(driver)).toMatchObject({ bestBidTicks: 4_300, bestAskTicks: 4_500, equityMicro: 1_000 * UNIT });
    expect(context(driver).fairProbability).toBeCloseTo(0.4, 12);
  });

  test('behavior: PolyBolt and RTDS that differ stop new orders for a minute, and for the whole window where it is the strike', () => {
    const driver = createEngineDriver();
    driver.runTo(WINDOW_START_MS + 20_000);
    expect(context(driver).conflictingInput).toBeNull();
    const observedMs = WINDOW_START_MS + 10_000;
    driver.emit({ ...aReferencePrice(observedMs, 1n), source: 'rtds' });
    expect(context(driver).conflictingInput).toEqual({ observedMs, kept: 'polybolt', other: 'rtds' });
    driver.runTo(observedMs + 59_500);
    expect(context(driver).conflictingInput).not.toBeNull();
    driver.runTo(observedMs + 60_500);
    expect(context(driver).conflictingInput).toBeNull();
    driver.emit({ ...aReferencePrice(WINDOW_START_MS, 1n), source: 'rtds' });
    driver.runTo(WINDOW_START_MS + 200_000);
    expect(context(driver).conflictingInput).toMatchObject({ observedMs: WINDOW_START_MS });
  });

  test('behavior: a source that only contradicts itself is no conflict of two', () => {
    const driver = createEngineDriver();
    driver.runTo(WINDOW_START_MS + 20_000);
    driver.emit(aReferencePrice(WINDOW_START_MS + 10_000, 1n), aReferencePrice(WINDOW_START_MS, 1n));
    expect(context(driver).conflictingInput).toBeNull();
  });

  test('behavior: restrictions about clock and books come to their own checks', () => {
    const driver = createEngineDriver();
    driver.runTo(WINDOW_START_MS);
    const about = { detail: '', actor: 'engine', sinceMs: 0, liftedBy: '' };
    driver.state.durable.restrictions.push(
      { reason: 'runner:runner-clock', mode: 'reducing', ...about },
      { reason: 'reconciliation-mismatch', mode: 'reducing', ...about },
      { reason: 'paused', mode: 'reducing', ...about },
      { reason: 'killed', mode: 'halted', ...about },
    );
    expect(context(driver)).toMatchObject({
      clock: { reason: 'runner:runner-clock' },
      unreconciled: { reason: 'reconciliation-mismatch' },
      restriction: { mode: 'halted', reason: 'killed' },
    });
  });
});

describe('config-applied', () => {
  const change = { commandId: 'change-1', actor: 'operator', document: '{"risk":{}}', deployedDocument: '' };
  const tighter: EngineConfig = aConfig({ risk: { maxOrderPpm: 5_000 } });

  test('default: limits change at once, and the audit says which and by whom', () => {
    const driver = createEngineDriver();
    driver.emit({ type: 'config-applied', ...driver.header(), config: tighter, change });
    expect(driver.state.durable.config.risk.maxOrderPpm).toBe(5_000);
    expect(driver.state.durable.applied).toMatchObject({ document: change.document, actor: 'operator' });
    expect(driver.state.durable.commands.map(({ commandId }) => commandId)).toEqual(['change-1']);
    const audits = driver.all('publish-fact').flatMap(({ fact }) => (fact.kind === 'audit' ? [fact] : []));
    expect(audits).toEqual([
      expect.objectContaining({
        actor: 'operator',
        action: 'config',
        detail: 'change-1: risk.maxOrderPpm: 10000 → 5000',
      }),
    ]);
  });

  test('behavior: it holds over a crash where the boot keeps it, and ends where the deployment’s own word runs', () => {
    const driver = createEngineDriver();
    driver.emit({ type: 'config-applied', ...driver.header(), config: tighter, change });
    const boot = { type: 'restarted', ...driver.header(), epoch: 2, lastSeq: 0, snapshotSeq: 0, buildId: 'b' } as const;
    driver.emit({ ...boot, config: tighter, keepsDocument: true });
    expect(driver.state.durable.applied?.actor).toBe('operator');
    driver.emit({ ...boot, epoch: 3, config: aConfig() });
    expect(driver.state.durable.applied).toBeNull();
    const details = driver.all('publish-fact').flatMap(({ fact }) => (fact.kind === 'audit' ? [fact.detail] : []));
    expect(details.at(-1)).toBe('risk.maxOrderPpm: 5000 → 10000');
  });

  test('behavior: a configuration of an earlier release gets what it did not know', () => {
    const { risk, ...rest } = DEFAULT_ENGINE_CONFIG;
    const { maxLossesInRow: _, ...older } = risk;
    const state = createState(aConfig());
    const config = { ...rest, risk: { ...older, maxOrderPpm: 7_000 } } as EngineConfig;
    applyEvent(state, { type: 'config-applied', seq: 1, tsEvent: 0, tsInit: 1, config });
    expect(state.durable.config.risk).toEqual({ ...risk, maxOrderPpm: 7_000 });
  });
});

describe('liftedByOf', () => {
  test.each([
    ['clock', 'the clock, once it has caught up', false],
    ['not-reconciled', 'the first whole comparison', false],
    ['runner:runner-geoblock', 'the runner, once its cause is gone', false],
    ['outcome-mismatch', 'a resume, once the difference is explained', true],
    ['something-new', 'a resume', true],
  ])('default: %s', (reason, liftedBy, byPerson) => {
    expect([liftedByOf(reason), isLiftedByPerson(reason)]).toEqual([liftedBy, byPerson]);
  });

  test('behavior: a restriction that stands says who, why, since when and what lifts it', () => {
    const driver = createEngineDriver();
    driver.command('pause');
    expect(driver.state.durable.restrictions).toEqual([
      {
        reason: 'paused',
        mode: 'reducing',
        detail: 'Paused by alice.',
        actor: 'alice',
        sinceMs: driver.now,
        liftedBy: 'a resume',
      },
    ]);
  });
});
