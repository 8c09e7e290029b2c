import { describe, expect, test } from 'vitest';
import { PROBE_LIMIT } from '../../../core/config/defaults.ts';
import { freeCashMicro } from '../../../core/engine/risk-context.ts';
import { tradingMode } from '../../../core/engine/trading-state.ts';
import { aConfig, conditionOf, UNIT, WINDOW_MS, WINDOW_START_MS } from '../../support/builders.ts';
import { createEngineDriver, type EngineDriver, of } from '../../support/engine-driver.ts';
import { createVenueDriver, link, observe, reconcile, tell, unlink } from '../../support/venue-account.ts';

const END_MS = WINDOW_START_MS + WINDOW_MS;
const CONDITION = conditionOf(WINDOW_START_MS);
const restrictions = (driver: EngineDriver) =>
  driver.state.durable.restrictions.map(({ reason, mode }) => [reason, mode]);
const alerts = (driver: EngineDriver, wanted: string) =>
  driver.all('raise-alert').filter(({ code }) => code === wanted);

describe('link and reconciliation', () => {
  test('default: after a boot nothing is sent before a runner has linked and the comparison is clean', () => {
    const driver = createEngineDriver({ config: aConfig({ execution: 'venue' }) });
    expect(driver.all('cancel-all-orders')).toEqual([{ type: 'cancel-all-orders', reason: 'restarted' }]);
    expect(restrictions(driver)).toEqual([
      ['runner-lost', 'halted'],
      ['not-reconciled', 'halted'],
    ]);
    reconcile(driver, 'clean');
    expect(tradingMode(driver.state.durable)).toBe('halted');
    link(driver);
    observe(driver);
    driver.runTo(WINDOW_START_MS + 5_000);
    expect(driver.all('submit-order')).toEqual([]);
    reconcile(driver, 'incomplete');
    expect(tradingMode(driver.state.durable)).toBe('halted');
    reconcile(driver, 'clean');
    expect(restrictions(driver)).toEqual([]);
    driver.runTo(WINDOW_START_MS + 10_000);
    expect(driver.open()).toHaveLength(2);
  });

  test('behavior: simulated execution waits for nobody, and has forgotten what a venue was in the way of', () => {
    const driver = createVenueDriver();
    unlink(driver);
    const config = aConfig();
    driver.emit({ type: 'restarted', ...driver.header(), epoch: 9, lastSeq: 0, snapshotSeq: 0, buildId: 't', config });
    expect(restrictions(driver)).toEqual([]);
  });

  test('behavior: a link that is lost halts, orders stay what they are, and only a later comparison lifts it', () => {
    const driver = createVenueDriver();
    driver.runTo(WINDOW_START_MS + 10_000);
    driver.world.confirms = false;
    unlink(driver);
    expect(restrictions(driver)).toEqual([['runner-lost', 'halted']]);
    expect(alerts(driver, 'runner-lost')).toHaveLength(1);
    expect(driver.open()).toHaveLength(2);
    driver.pass(5_000);
    link(driver);
    const old = {
      type: 'reconciliation-completed',
      result: 'clean',
      differences: [],
      held: [],
      blockNumber: 1,
    } as const;
    driver.emit({ ...old, seq: 0, tsInit: 0, tsEvent: driver.now - 4_000 });
    expect(restrictions(driver)).toEqual([['runner-lost', 'halted']]);
    reconcile(driver, 'clean');
    expect(restrictions(driver)).toEqual([]);
  });

  test('behavior: a mismatch reduces, is told once for the same differences, and a clean comparison lifts it', () => {
    const driver = createVenueDriver();
    reconcile(driver, 'mismatch', ['5 Up are on the chain, the books say 0.']);
    reconcile(driver, 'mismatch', ['5 Up are on the chain, the books say 0.']);
    expect(restrictions(driver)).toEqual([['reconciliation-mismatch', 'reducing']]);
    expect(alerts(driver, 'reconciliation-mismatch')).toMatchObject([{ detail: expect.stringContaining('5 Up') }]);
    reconcile(driver, 'incomplete');
    expect(restrictions(driver)).toEqual([['reconciliation-mismatch', 'reducing']]);
    reconcile(driver, 'clean');
    expect(restrictions(driver)).toEqual([]);
  });

  test('behavior: what a person has resumed with does not restrict again, another difference does', () => {
    const driver = createVenueDriver();
    reconcile(driver, 'mismatch', ['a']);
    driver.command('resume');
    reconcile(driver, 'mismatch', ['a']);
    expect(restrictions(driver)).toEqual([]);
    reconcile(driver, 'mismatch', ['a', 'b']);
    expect(restrictions(driver)).toEqual([['reconciliation-mismatch', 'reducing']]);
  });

  test('behavior: the runner’s own restrictions come and go with its word alone', () => {
    const driver = createVenueDriver();
    const blocked = {
      type: 'runner-restriction-changed',
      reason: 'geoblock',
      detail: 'The venue does not serve XY.',
    } as const;
    tell(driver, { ...blocked, mode: 'reducing' });
    tell(driver, { ...blocked, mode: 'reducing' });
    expect(restrictions(driver)).toEqual([['runner:geoblock', 'reducing']]);
    expect(alerts(driver, 'runner:geoblock')).toHaveLength(1);
    tell(driver, { ...blocked, mode: 'active' });
    expect(restrictions(driver)).toEqual([]);
  });
});

describe('the venue’s mode', () => {
  test.each(['restarting', 'disabled', 'cancel-only'] as const)(
    'behavior: %s stops all orders until it is over',
    (mode) => {
      const driver = createVenueDriver();
      driver.runTo(WINDOW_START_MS + 10_000);
      tell(driver, { type: 'venue-mode-changed', mode, untilMs: driver.now + 10_000 });
      expect(restrictions(driver)).toEqual([['venue-mode', 'halted']]);
      expect(driver.open()).toEqual([]);
      driver.runTo(driver.now + 9_500);
      expect(tradingMode(driver.state.durable)).toBe('halted');
      driver.runTo(driver.now + 1_000);
      expect(tradingMode(driver.state.durable)).toBe('active');
    },
  );

  test('behavior: without a stated end it lasts until the venue is open again', () => {
    const driver = createVenueDriver();
    tell(driver, { type: 'venue-mode-changed', mode: 'disabled', untilMs: null });
    driver.runTo(WINDOW_START_MS + 100_000);
    expect(driver.all('submit-order')).toEqual([]);
    tell(driver, { type: 'venue-mode-changed', mode: 'open', untilMs: null });
    driver.runTo(driver.now + 2_000);
    expect(driver.open()).toHaveLength(2);
  });

  test('behavior: makers go on in post-only mode', () => {
    const driver = createVenueDriver();
    tell(driver, { type: 'venue-mode-changed', mode: 'post-only', untilMs: null });
    driver.runTo(WINDOW_START_MS + 10_000);
    expect(driver.open()).toHaveLength(2);
    expect(restrictions(driver)).toEqual([]);
  });
});

describe('money', () => {
  test('behavior: nothing is ordered with money that nobody has seen', () => {
    const driver = createEngineDriver({ config: aConfig({ execution: 'venue' }) });
    link(driver);
    reconcile(driver, 'clean');
    driver.runTo(WINDOW_START_MS + 10_000);
    expect(driver.all('submit-order')).toEqual([]);
    expect(driver.mustWindow().decisions['market-maker']?.outcome).toContain('insufficient-cash');
    observe(driver);
    driver.runTo(driver.now + 2_000);
    expect(driver.open()).toHaveLength(2);
  });

  test.each<[string, number, number, string]>([
    ['what the account shows', 7 * UNIT, 1_000 * UNIT, 'insufficient-cash'],
    ['what the exchange may take', 1_000 * UNIT, 7 * UNIT, 'insufficient-allowance'],
  ])('behavior: orders are bounded by %s, with what stands already', (_, cashMicro, allowanceMicro, code) => {
    const driver = createVenueDriver();
    observe(driver, cashMicro, allowanceMicro);
    driver.runTo(WINDOW_START_MS + 10_000);
    expect(driver.open()).toHaveLength(1);
    expect(driver.mustWindow().decisions['market-maker']?.outcome).toContain(code);
  });

  test('behavior: a payout is free when it is redeemed, with its cost taken off the day', () => {
    const driver = createVenueDriver();
    driver.runTo(WINDOW_START_MS + 10_000);
    driver.fill(driver.open()[0] as never, 10 * UNIT);
    driver.runTo(END_MS + 70_000);
    const { ledger } = driver.state.durable;
    expect(ledger).toMatchObject({ cashMicro: 995_200_000, redeemableMicro: 10 * UNIT });
    driver.runTo(END_MS + 300_000);
    expect(driver.state.durable.ledger.redeemableMicro).toBe(10 * UNIT);
    const paid = { type: 'window-redeemed', conditionId: CONDITION, payoutMicro: 10 * UNIT, costMicro: 1_500 } as const;
    tell(driver, { ...paid, transactionHash: '0x1' });
    tell(driver, { ...paid, transactionHash: '0x1' });
    expect(driver.state.durable.ledger).toMatchObject({
      cashMicro: 1_005_198_500,
      redeemableMicro: 0,
      day: { costsMicro: 1_500, realizedMicro: 5_198_500 },
    });
    observe(driver, 1_005_198_500);
    expect(freeCashMicro(driver.state.durable)).toBeLessThanOrEqual(1_005_198_500);
  });

  test('behavior: in simulated execution a payout is cash two minutes after the result, over a crash too', () => {
    const driver = createEngineDriver();
    driver.runTo(WINDOW_START_MS + 10_000);
    driver.fill(driver.open()[0] as never, 10 * UNIT);
    driver.runTo(END_MS + 60_000);
    const resolvedMs =
      driver.records.find(({ outputs }) =>
        of(outputs, 'resolve-window').some(({ windowStartMs }) => windowStartMs === WINDOW_START_MS),
      )?.event.tsInit ?? 0;
    driver.crash(1_000);
    driver.runTo(resolvedMs + 119_500);
    expect(driver.state.durable.ledger).toMatchObject({ cashMicro: 995_200_000, redeemableMicro: 10 * UNIT });
    driver.runTo(resolvedMs + 121_000);
    expect(driver.state.durable.ledger).toMatchObject({ cashMicro: 1_005_200_000, redeemableMicro: 0 });
  });

  test('behavior: a merge that is told again because its runner had died is booked once', () => {
    const driver = createVenueDriver();
    driver.runTo(WINDOW_START_MS + 10_000);
    const merged = { type: 'complete-sets-changed', conditionId: CONDITION, change: 'merged' } as const;
    const sets = { ...merged, sizeMicro: 2 * UNIT, costMicro: 0 };
    tell(driver, { ...sets, transactionHash: '0x2' });
    const { cashMicro } = driver.state.durable.ledger;
    driver.pass(60_000);
    tell(driver, { ...sets, transactionHash: '' });
    expect(driver.state.durable.ledger.cashMicro).toBe(cashMicro);
    // Of another size it is another one.
    tell(driver, { ...sets, sizeMicro: UNIT, transactionHash: '' });
    expect(driver.state.durable.ledger.cashMicro).toBe(cashMicro + UNIT);
  });

  test('behavior: a redemption that is told again because its runner had died is booked once', () => {
    const driver = createVenueDriver();
    driver.runTo(WINDOW_START_MS + 10_000);
    const paid = { type: 'window-redeemed', conditionId: CONDITION, payoutMicro: UNIT, costMicro: 0 } as const;
    tell(driver, { ...paid, transactionHash: '0x1' });
    const { cashMicro } = driver.state.durable.ledger;
    tell(driver, { ...paid, transactionHash: '' });
    expect(driver.state.durable.ledger.cashMicro).toBe(cashMicro);
  });

  test('behavior: sets that were merged without being in the books are raised, and their money is booked', () => {
    const driver = createVenueDriver();
    driver.runTo(WINDOW_START_MS + 10_000);
    const merged = { type: 'complete-sets-changed', conditionId: CONDITION, change: 'merged' } as const;
    tell(driver, { ...merged, sizeMicro: 2 * UNIT, costMicro: 0, transactionHash: '0x2' });
    expect(alerts(driver, 'sets-not-held')).toHaveLength(1);
    expect(driver.state.durable.ledger.cashMicro).toBe(1_002 * UNIT);
    expect(driver.mustWindow().positions.up.sizeMicro).toBe(-2 * UNIT);
  });

  test('behavior: a split is a position and no loss', () => {
    const driver = createVenueDriver();
    driver.runTo(WINDOW_START_MS + 10_000);
    const split = { type: 'complete-sets-changed', conditionId: CONDITION, change: 'split' } as const;
    tell(driver, { ...split, sizeMicro: 5 * UNIT + 1, costMicro: 0, transactionHash: '0x3' });
    const { up, down } = driver.mustWindow().positions;
    expect([up.sizeMicro, down.sizeMicro, up.costMicro + down.costMicro]).toEqual([5_000_001, 5_000_001, 5_000_001]);
    expect(driver.state.durable.ledger.cashMicro).toBe(994_999_999);
  });
});

describe('the cap on live', () => {
  test('behavior: one order of the minimum size a window, whatever became of it', () => {
    const driver = createVenueDriver({ probe: PROBE_LIMIT, marketMaker: { orderSizeMicro: 5 * UNIT } });
    driver.runTo(WINDOW_START_MS + 200_000);
    const sent = driver.all('submit-order');
    expect(sent).toHaveLength(1);
    expect(sent[0]?.order.amount).toEqual({ unit: 'shares', sizeMicro: 5 * UNIT });
    expect(driver.all('record-decision').some(({ outcome }) => outcome.includes('probe-orders'))).toBe(true);
    driver.runTo(END_MS + 100_000);
    expect(driver.all('submit-order')).toHaveLength(2);
  });

  test('behavior: a larger order is denied', () => {
    const driver = createVenueDriver({ probe: PROBE_LIMIT });
    driver.runTo(WINDOW_START_MS + 20_000);
    expect(driver.all('submit-order')).toEqual([]);
    expect(driver.mustWindow().decisions['market-maker']?.outcome).toContain('probe-size');
  });
});
