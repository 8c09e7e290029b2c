import { describe, expect, test } from 'vitest';
import { applyOutput } from '../../../core/engine/apply.ts';
import type { JournalRecord } from '../../../core/engine/journal/record.ts';
import { knownOrder } from '../../../core/engine/known-orders.ts';
import type { Output } from '../../../core/engine/outputs.ts';
import { decodeSnapshot, encodeSnapshot } from '../../../core/engine/snapshot.ts';
import type { OpenOrder } from '../../../core/engine/state.ts';
import type { Fact } from '../../../core/model/fact.ts';
import type { ClientOrderId, TradeId } from '../../../core/model/identifiers.ts';
import type { Outcome } from '../../../core/model/window.ts';
import { aConfig, anOrder, UNIT, WINDOW_MS, WINDOW_START_MS } from '../../support/builders.ts';
import { createEngineDriver, type EngineDriver, officialOf } from '../../support/engine-driver.ts';

const END_MS = WINDOW_START_MS + WINDOW_MS;
const FILL_MS = WINDOW_START_MS + 10_000;

/** The last row of each key that was published, of one kind. */
function facts<K extends Fact['kind']>(driver: EngineDriver, kind: K): Extract<Fact, { kind: K }>[] {
  return driver
    .all('publish-fact')
    .map(({ fact }) => fact)
    .filter((fact): fact is Extract<Fact, { kind: K }> => fact.kind === kind);
}

/**
 * A bid of the market maker for 10 shares at 0.48, as if it had been decided with the last event. What the strategies themselves want in
 * that moment is no matter here.
 */
function orderOf(driver: EngineDriver, outcome: Outcome): OpenOrder {
  const clientOrderId = `acc-${outcome}` as ClientOrderId;
  const known = knownOrder(driver.state.durable, clientOrderId);
  if (known === undefined) {
    const output: Output = { type: 'submit-order', order: anOrder({ clientOrderId, outcome, createdMs: driver.now }) };
    const last = driver.records.pop() as JournalRecord;
    driver.records.push({ ...last, outputs: [...last.outputs, output] });
    applyOutput(driver.state, output);
  }
  return knownOrder(driver.state.durable, clientOrderId) as OpenOrder;
}

/** A driver at 10 s into the window, the middle of its book at 0.50. */
function quoting(config = aConfig()): EngineDriver {
  const driver = createEngineDriver({ config });
  driver.runTo(FILL_MS);
  return driver;
}

const touch = (middle: number) => ({ bidTicks: middle - 100, askTicks: middle + 100 });
const winner = (outcome: 'up' | 'down') => (driver: EngineDriver) => {
  driver.world.result = (startMs) => ({ ...officialOf(driver.world, startMs), outcome });
};

describe('markouts', () => {
  test('default: marks at the fill, after 1, 5, 30 and 60 s, and the settlement', () => {
    const driver = quoting();
    driver.fill(orderOf(driver, 'up'), 10 * UNIT);
    driver.world.touch = touch(4_800);
    driver.runTo(FILL_MS + 1_500);
    driver.world.touch = touch(4_700);
    driver.runTo(FILL_MS + 5_500);
    driver.world.touch = touch(5_500);
    driver.runTo(FILL_MS + 30_500);
    driver.world.touch = touch(6_000);
    driver.runTo(END_MS + 120_000);
    expect(facts(driver, 'markout')).toEqual([
      {
        kind: 'markout',
        series: 'btc-updown-5m',
        windowStartMs: WINDOW_START_MS,
        tradeId: 't-1',
        clientOrderId: 'acc-up',
        ledger: 'sim',
        strategy: 'market-maker',
        outcome: 'up',
        side: 'buy',
        liquidity: 'maker',
        priceTicks: 4_800,
        sizeMicro: 10 * UNIT,
        filledAtMs: FILL_MS,
        edgeMicro: 200_000,
        drift1sMicro: -200_000,
        drift5sMicro: -100_000,
        drift30sMicro: 800_000,
        drift60sMicro: 500_000,
        driftSettlementMicro: 4_000_000,
        feeMicro: 0,
        realizedPnlMicro: 5_200_000,
        carriedMarks: 0,
        worstMarkDelayMs: 0,
        failed: false,
      },
    ]);
  });

  test('behavior: a share of Down is worth the rest', () => {
    const driver = quoting();
    driver.fill(orderOf(driver, 'down'), 10 * UNIT);
    driver.world.touch = touch(4_800);
    driver.runTo(END_MS + 120_000);
    expect(facts(driver, 'markout')).toMatchObject([{ edgeMicro: 200_000, drift1sMicro: 200_000 }]);
  });

  test('behavior: a fill that is told 40 s late has the marks of that moment, and says how late they are', () => {
    const driver = quoting();
    const order = orderOf(driver, 'up');
    driver.runTo(FILL_MS + 40_000);
    driver.emit({
      type: 'order-filled',
      ...driver.header(),
      tsEvent: FILL_MS,
      clientOrderId: order.order.clientOrderId,
      tradeId: 'late' as never,
      priceTicks: 4_800,
      sizeMicro: 10 * UNIT,
      feeMicro: 0,
      liquidity: 'maker',
    });
    const [mine] = Object.values(driver.mustWindow().attributions);
    expect(mine).toMatchObject({ marksMicro: [500_000, 500_000, 500_000, 500_000], worstDelayMs: 40_000 });
    driver.runTo(END_MS + 120_000);
    expect(facts(driver, 'markout')).toMatchObject([{ carriedMarks: 0, worstMarkDelayMs: 40_000 }]);
  });

  test('behavior: where there is no book the mark before stands, and is counted', () => {
    const driver = quoting();
    driver.fill(orderOf(driver, 'up'), 10 * UNIT);
    driver.world.touch = { bidTicks: 4_800, askTicks: null };
    driver.runTo(END_MS + 120_000);
    expect(facts(driver, 'markout')).toMatchObject([
      { edgeMicro: 200_000, drift1sMicro: 0, drift60sMicro: 0, driftSettlementMicro: 5_000_000, carriedMarks: 4 },
    ]);
  });

  test('behavior: after the window’s end nothing is marked', () => {
    const driver = quoting();
    driver.runTo(END_MS - 40_000);
    driver.fill(orderOf(driver, 'up'), 10 * UNIT, { priceTicks: 4_800 });
    driver.runTo(END_MS + 120_000);
    expect(facts(driver, 'markout')).toMatchObject([{ carriedMarks: 1, drift60sMicro: 0 }]);
    const marks = driver.all('take-marks').flatMap(({ marks: taken }) => taken.map(({ markMicro }) => markMicro));
    expect(marks).toEqual([500_000, 500_000, 500_000, 500_000, null]);
  });

  test('behavior: marks survive a crash, and those that were due meanwhile have no book', () => {
    const driver = quoting();
    driver.fill(orderOf(driver, 'up'), 10 * UNIT);
    driver.runTo(FILL_MS + 2_000);
    driver.crash(10_000);
    const [mine] = Object.values(driver.mustWindow().attributions);
    expect(mine).toMatchObject({ marksMicro: [500_000, 500_000, 500_000], carried: 1 });
    driver.runTo(END_MS + 120_000);
    expect(facts(driver, 'markout')).toMatchObject([{ carriedMarks: 1, realizedPnlMicro: 5_200_000 }]);
  });
});

describe('strategies', () => {
  test('default: a row for each, totals for good, fees and rebates as entries', () => {
    const driver = quoting();
    driver.fill(orderOf(driver, 'up'), 10 * UNIT, { feeMicro: 1_000 });
    driver.runTo(END_MS + 120_000);
    const figures = { fills: 1, sharesMicro: 10 * UNIT, boughtMicro: 4_800_000, feesMicro: 1_000, pnlMicro: 5_199_000 };
    expect(facts(driver, 'strategy-pnl')).toMatchObject([
      { ledger: 'sim', strategy: 'market-maker', outcome: 'up', rebateAccruedMicro: 34_944, ...figures },
    ]);
    expect(driver.state.durable.accounting).toMatchObject({
      ledgers: { sim: { strategies: { 'market-maker': { windows: 1, ...figures } }, rebatesPaidMicro: 0 } },
      marksDueMs: null,
    });
    expect(facts(driver, 'ledger-entry').map(({ entry, amountMicro }) => [entry, amountMicro])).toEqual([
      ['fee', -1_000],
      ['rebate-accrued', 34_944],
    ]);
    driver.runTo(END_MS + 240_000);
    expect(facts(driver, 'ledger-entry').at(-1)).toMatchObject({ entry: 'redemption', amountMicro: 10 * UNIT });
  });

  test('behavior: a match that fails after the window was closed is taken out of rows and totals', () => {
    const driver = quoting(aConfig({ execution: 'venue' }));
    const { clientOrderId } = orderOf(driver, 'up').order;
    driver.fill(orderOf(driver, 'up'), 10 * UNIT);
    driver.runTo(END_MS + 120_000);
    expect(driver.state.durable.accounting.ledgers.sim?.strategies['market-maker']).toMatchObject({
      windows: 1,
      pnlMicro: 5_200_000,
    });
    const about = { clientOrderId, tradeId: 't-1' as TradeId, transactionHash: null };
    driver.emit({ type: 'fill-settlement-changed', ...driver.header(), ...about, status: 'failed' });
    expect(driver.state.durable.accounting.ledgers.sim?.strategies['market-maker']).toMatchObject({
      windows: 1,
      fills: 0,
      pnlMicro: 0,
      edgeMicro: 0,
      driftSettlementMicro: 0,
    });
    expect(facts(driver, 'strategy-pnl').at(-1)).toMatchObject({ fills: 0, pnlMicro: 0 });
    expect(facts(driver, 'markout').at(-1)).toMatchObject({ failed: true, realizedPnlMicro: 0, edgeMicro: 0 });
  });

  test('behavior: ledgers are kept apart', () => {
    const driver = quoting();
    driver.fill(orderOf(driver, 'up'), 4 * UNIT);
    driver.emit({ type: 'config-applied', ...driver.header(), config: aConfig({ ledger: 'paper' }) });
    driver.fill(orderOf(driver, 'up'), 6 * UNIT);
    driver.runTo(END_MS + 120_000);
    expect(facts(driver, 'strategy-pnl').map(({ ledger, pnlMicro }) => [ledger, pnlMicro])).toEqual([
      ['paper', 3_120_000],
      ['sim', 2_080_000],
    ]);
    expect(Object.keys(driver.state.durable.accounting.ledgers).toSorted()).toEqual(['paper', 'sim']);
  });

  test('behavior: a rebate that was paid is cash, an entry, and nobody’s result; told twice it is one', () => {
    const driver = quoting();
    const { cashMicro, day } = structuredClone(driver.state.durable.ledger);
    for (let told = 0; told < 2; told++) {
      driver.emit({ type: 'rebate-paid', ...driver.header(), amountMicro: 1_250_000, transactionHash: '0xab' });
    }
    expect(driver.state.durable.ledger).toMatchObject({ cashMicro: cashMicro + 1_250_000, day });
    expect(driver.state.durable.accounting.ledgers.sim?.rebatesPaidMicro).toBe(1_250_000);
    expect(facts(driver, 'ledger-entry')).toMatchObject([{ entry: 'rebate-paid', amountMicro: 1_250_000 }]);
  });

  test('behavior: a snapshot in the middle of a window brings marks and totals back', () => {
    const driver = quoting();
    driver.fill(orderOf(driver, 'up'), 10 * UNIT);
    driver.runTo(FILL_MS + 6_000);
    const copy = decodeSnapshot(encodeSnapshot(driver.state));
    expect(copy.ok && copy.value.durable.accounting).toEqual(driver.state.durable.accounting);
    expect(driver.state.durable.accounting.marksDueMs).toBe(FILL_MS + 30_000);
  });
});

describe('the original’s defects, in the accounts of strategies', () => {
  test('defect 1: every order a BUY and Down booked as Up would turn the result around', () => {
    const driver = quoting();
    winner('down')(driver);
    driver.fill(orderOf(driver, 'down'), 10 * UNIT);
    driver.runTo(FILL_MS + 2_000);
    // The way out is a sale.
    driver.command('flatten');
    const sale = driver.all('submit-order').find(({ order }) => order.strategy === 'flatten')?.order;
    expect(sale).toMatchObject({ outcome: 'down', side: 'sell' });
    driver.fill({ order: sale } as never, 4 * UNIT, { priceTicks: 4_500 });
    expect(driver.mustWindow().positions).toMatchObject({ up: { sizeMicro: 0 }, down: { sizeMicro: 6 * UNIT } });
    driver.runTo(END_MS + 120_000);
    expect(facts(driver, 'strategy-pnl').map(({ strategy, pnlMicro }) => [strategy, pnlMicro])).toEqual([
      // 4 shares sold for 1.80 that paid 4.00; 10 shares bought for 4.80 that paid 10.00.
      ['flatten', -2_200_000],
      ['market-maker', 5_200_000],
    ]);
    expect(facts(driver, 'window').find(({ windowStartMs }) => windowStartMs === WINDOW_START_MS)).toMatchObject({
      realizedPnlMicro: 3_000_000,
    });
  });

  test('defect 10: each part of a partly filled order is a fill of its strategy, with a markout of its own', () => {
    const driver = quoting();
    const order = orderOf(driver, 'up');
    for (const sizeMicro of [3_333_333, 3_333_333, 1]) driver.fill(order, sizeMicro);
    driver.runTo(END_MS + 120_000);
    expect(facts(driver, 'markout').map(({ sizeMicro }) => sizeMicro)).toEqual([3_333_333, 3_333_333, 1]);
    // 1,600,000 each, and a millionth of a share for a millionth: costs are rounded up.
    expect(facts(driver, 'strategy-pnl')).toMatchObject([
      { fills: 3, sharesMicro: 6_666_667, boughtMicro: 3_200_001, payoutMicro: 6_666_667, pnlMicro: 3_466_666 },
    ]);
  });

  test('defect 11: a tie pays Up, and a price seen 15 s after the end decides nothing', () => {
    const strike = 84_500n * 10n ** 18n;
    const driver = quoting();
    // Equal at both boundaries; 15 s later far below.
    driver.world.price = (secondMs) => (secondMs > END_MS ? strike - 50n * 10n ** 18n : strike);
    driver.world.result = () => null;
    driver.fill(orderOf(driver, 'up'), 10 * UNIT);
    driver.runTo(END_MS + 15 * 60_000);
    expect(facts(driver, 'strategy-pnl')).toMatchObject([{ outcome: 'up', pnlMicro: 5_200_000 }]);
  });
});
