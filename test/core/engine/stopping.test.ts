import { describe, expect, test } from 'vitest';
import { commandRefusal } from '../../../core/engine/decide-commands.ts';
import type { OpenOrder } from '../../../core/engine/state.ts';
import { tradingMode } from '../../../core/engine/trading-state.ts';
import { conditionOf, UNIT, WINDOW_MS, WINDOW_START_MS } from '../../support/builders.ts';
import { createEngineDriver, type EngineDriver, of } from '../../support/engine-driver.ts';
import { createVenueDriver, link, reconcile, tell, unlink } from '../../support/venue-account.ts';

const END_MS = WINDOW_START_MS + WINDOW_MS;
const CONDITION = conditionOf(WINDOW_START_MS);

/** Quoting in mid-window. */
function quoting(driver: EngineDriver): EngineDriver {
  driver.runTo(WINDOW_START_MS + 10_000);
  expect(driver.open()).toHaveLength(2);
  return driver;
}

const orderOf = (driver: EngineDriver, outcome: 'up' | 'down'): OpenOrder =>
  driver.open().find(({ order }) => order.outcome === outcome) as OpenOrder;
const stopOf = (driver: EngineDriver) => driver.state.durable.stop;
const reasons = (driver: EngineDriver) => driver.state.durable.restrictions.map(({ reason }) => reason);
const audits = (driver: EngineDriver) =>
  driver.all('publish-fact').flatMap(({ fact }) => (fact.kind === 'audit' ? [`${fact.action}: ${fact.detail}`] : []));

describe('pause', () => {
  test('default: everything is cancelled here and at the runner, which is told the verb', () => {
    const driver = quoting(createVenueDriver());
    const outputs = driver.command('pause', 'alice', 'account');
    expect(of(outputs, 'cancel-order')).toHaveLength(2);
    expect(of(outputs, 'cancel-all-orders')).toEqual([{ type: 'cancel-all-orders', reason: 'paused' }]);
    expect(of(outputs, 'instruct-runner')).toMatchObject([{ verb: 'pause', scope: 'account' }]);
    expect(tradingMode(driver.state.durable)).toBe('reducing');
    expect(stopOf(driver)).toMatchObject({ verb: 'pause', confirmed: true, actor: 'alice' });
  });

  test('behavior: positions are kept, and a flatten that is under way ends', () => {
    const driver = quoting(createEngineDriver());
    driver.fill(orderOf(driver, 'up'), 10 * UNIT);
    driver.world.confirms = false;
    driver.command('flatten');
    driver.command('pause');
    expect(reasons(driver)).toEqual(['paused']);
    driver.world.confirms = true;
    for (const { order } of driver.open()) {
      driver.emit({
        type: 'order-canceled',
        ...driver.header(),
        clientOrderId: order.clientOrderId,
        reason: 'requested',
      });
    }
    driver.runTo(driver.now + 5_000);
    expect(driver.all('submit-order').every(({ order }) => order.strategy === 'market-maker')).toBe(true);
    expect(driver.mustWindow().positions.up.sizeMicro).toBe(10 * UNIT);
  });
});

describe('kill', () => {
  test('default: halted, everything cancelled, and done only when the runner says so', () => {
    const driver = quoting(createVenueDriver());
    const outputs = driver.command('kill');
    expect(of(outputs, 'cancel-order')).toHaveLength(2);
    expect(of(outputs, 'instruct-runner')).toMatchObject([{ verb: 'kill', scope: 'series' }]);
    expect(tradingMode(driver.state.durable)).toBe('halted');
    driver.runTo(driver.now + 30_000);
    expect(driver.open()).toEqual([]);
    expect(stopOf(driver)).toMatchObject({ verb: 'kill', confirmed: false });
    const { commandId } = stopOf(driver) as { commandId: string };
    const progress = { type: 'stop-progressed', openAtVenue: 0, unknown: 0 } as const;
    tell(driver, { ...progress, commandId: 'another', confirmed: true });
    tell(driver, { ...progress, commandId, confirmed: false });
    expect(stopOf(driver)).toMatchObject({ confirmed: false, openAtVenue: 0 });
    tell(driver, { ...progress, commandId, confirmed: true });
    expect(stopOf(driver)).toMatchObject({ confirmed: true, confirmedMs: driver.now });
    expect(audits(driver).filter((line) => line.startsWith('kill-confirmed'))).toHaveLength(1);
    driver.crash();
    driver.runTo(driver.now + 5_000);
    expect(audits(driver).filter((line) => line.startsWith('kill-confirmed'))).toHaveLength(1);
    expect(reasons(driver)).toContain('killed');
  });

  test('behavior: while it is not confirmed everything is cancelled again every two seconds, and a person is told after a minute', () => {
    const driver = quoting(createVenueDriver());
    driver.command('kill');
    const before = driver.all('cancel-all-orders').length;
    driver.runTo(driver.now + 20_000);
    expect(driver.all('cancel-all-orders').length - before).toBe(10);
    driver.runTo(driver.now + 60_000);
    const alerts = driver.all('raise-alert').filter(({ code }) => code === 'kill-unconfirmed');
    expect(alerts).toMatchObject([{ severity: 'critical' }]);
  });

  test('behavior: in simulated execution it is done when nothing of ours is open', () => {
    const driver = quoting(createEngineDriver());
    driver.world.confirms = false;
    driver.command('kill');
    expect(stopOf(driver)?.confirmed).toBe(false);
    for (const { order } of driver.open()) {
      driver.emit({
        type: 'order-canceled',
        ...driver.header(),
        clientOrderId: order.clientOrderId,
        reason: 'requested',
      });
    }
    expect(stopOf(driver)).toMatchObject({ confirmed: true, confirmedMs: driver.now });
  });

  test('behavior: nothing is submitted until resume: not by a pause, not by time, not by a restart', () => {
    const driver = quoting(createVenueDriver());
    driver.command('kill');
    const before = driver.all('submit-order').length;
    driver.command('pause');
    expect(stopOf(driver)?.verb).toBe('kill');
    driver.runTo(END_MS + 60_000);
    driver.crash();
    link(driver);
    reconcile(driver, 'clean');
    driver.runTo(END_MS + 120_000);
    expect(driver.all('submit-order')).toHaveLength(before);
    driver.command('resume');
    driver.runTo(driver.now + 2_000);
    expect(driver.all('submit-order').length).toBeGreaterThan(before);
  });

  test('behavior: flatten is refused with a sentence, in the audit too', () => {
    const driver = quoting(createEngineDriver());
    driver.command('kill');
    expect(commandRefusal(driver.state.durable, { kind: 'flatten', scope: 'series' })).toContain('resume it first');
    const outputs = driver.command('flatten');
    expect(outputs.map(({ type }) => type)).toEqual(['publish-fact']);
    expect(audits(driver).at(-1)).toContain('refused: The series is killed');
  });

  test('behavior: a runner that links later is told, and told again after each link', () => {
    const driver = quoting(createVenueDriver());
    unlink(driver);
    driver.command('kill');
    expect(of(link(driver), 'instruct-runner')).toMatchObject([{ verb: 'kill' }]);
    unlink(driver);
    expect(of(link(driver), 'instruct-runner')).toMatchObject([{ verb: 'kill' }]);
  });

  test('behavior: resume during an unconfirmed kill is a person’s word, and the audit says so', () => {
    const driver = quoting(createVenueDriver());
    driver.command('kill');
    const outputs = driver.command('resume', 'bob');
    expect(stopOf(driver)).toBeNull();
    expect(of(outputs, 'instruct-runner')).toMatchObject([{ verb: 'resume' }]);
    expect(audits(driver).at(-1)).toMatch(/^resume: .*: killed; the kill was not confirmed yet$/);
  });

  test('behavior: a resume that no runner heard is told to the next one, once', () => {
    const driver = quoting(createVenueDriver());
    driver.command('kill');
    unlink(driver);
    driver.command('resume');
    expect(of(link(driver), 'instruct-runner')).toMatchObject([{ verb: 'resume' }]);
    unlink(driver);
    expect(of(link(driver), 'instruct-runner')).toEqual([]);
  });
});

describe('resume', () => {
  test('behavior: lifts what a person can judge and names what is left', () => {
    const driver = quoting(createVenueDriver());
    driver.command('pause');
    tell(driver, { type: 'runner-restriction-changed', reason: 'geoblock', mode: 'reducing', detail: 'Blocked.' });
    unlink(driver);
    driver.command('resume');
    expect(reasons(driver)).toEqual(['runner:geoblock', 'runner-lost']);
    expect(audits(driver).at(-1)).toMatch(/: paused; still in the way: runner:geoblock, runner-lost$/);
  });
});

describe('flatten', () => {
  /** Holds 10 Up (and `down` Down), bought at 0.48 each, in mid-window. */
  function holding(driver: EngineDriver, downMicro = 0): EngineDriver {
    quoting(driver);
    const [up, down] = [orderOf(driver, 'up'), orderOf(driver, 'down')];
    driver.fill(up, 10 * UNIT);
    if (downMicro > 0) driver.fill(down, downMicro);
    return driver;
  }
  const exits = (driver: EngineDriver) =>
    driver.all('submit-order').flatMap(({ order }) => (order.strategy === 'flatten' ? [order] : []));
  const sold = (driver: EngineDriver, sizeMicro: number, priceTicks = 4_900) => {
    const [open] = driver.open();
    driver.fill(open as OpenOrder, sizeMicro, { priceTicks, feeMicro: 17_500 });
  };
  const canceled = (driver: EngineDriver) => {
    for (const { order } of driver.open()) {
      const clientOrderId = order.clientOrderId;
      driver.emit({ type: 'order-canceled', ...driver.header(), clientOrderId, reason: 'unfilled-remainder' });
    }
  };

  test('default: the position is sold at what the book offers, then it is done', () => {
    const driver = holding(createEngineDriver());
    driver.command('flatten');
    expect(tradingMode(driver.state.durable)).toBe('reducing');
    expect(exits(driver)).toMatchObject([
      {
        outcome: 'up',
        side: 'sell',
        timeInForce: 'FAK',
        postOnly: false,
        amount: { unit: 'shares', sizeMicro: 10 * UNIT },
      },
    ]);
    expect(stopOf(driver)).toMatchObject({ verb: 'flatten', confirmed: false });
    sold(driver, 10 * UNIT);
    expect(driver.mustWindow().positions.up.sizeMicro).toBe(0);
    expect(stopOf(driver)).toMatchObject({ confirmed: true, held: [] });
    driver.runTo(driver.now + 5_000);
    expect(exits(driver)).toHaveLength(1);
    expect(reasons(driver)).toEqual(['flattening']);
  });

  test('behavior: the limit of a sale is the lowest price that the configured cost allows, after fees', () => {
    const driver = holding(createEngineDriver());
    driver.command('flatten');
    // Fair is 0.50: at least 0.45 a share after fees. 0.47 brings 0.4526, 0.46 brings 0.4426.
    expect(exits(driver)[0]?.priceTicks).toBe(4_700);
  });

  test('behavior: each step waits for the report of the one before', () => {
    const driver = holding(createEngineDriver());
    driver.world.confirms = false;
    driver.command('flatten');
    driver.runTo(driver.now + 5_000);
    // The Down quote is still on its way out.
    expect(exits(driver)).toEqual([]);
    canceled(driver);
    expect(exits(driver)).toHaveLength(1);
    driver.runTo(driver.now + 5_000);
    expect(exits(driver)).toHaveLength(1);
  });

  test('behavior: what a taker leaves over is tried again, and held where it is below the venue’s minimum', () => {
    const driver = holding(createEngineDriver());
    driver.command('flatten');
    sold(driver, 4 * UNIT);
    canceled(driver);
    expect(exits(driver)).toHaveLength(2);
    expect(exits(driver)[1]?.amount).toEqual({ unit: 'shares', sizeMicro: 6 * UNIT });
    sold(driver, 3 * UNIT);
    canceled(driver);
    expect(exits(driver)).toHaveLength(2);
    expect(stopOf(driver)).toMatchObject({
      confirmed: true,
      held: [{ outcome: 'up', sizeMicro: 3 * UNIT, reason: expect.stringContaining('minimum of 5 shares') }],
    });
    expect(driver.all('raise-alert').filter(({ code }) => code === 'flatten-held')).toHaveLength(1);
    expect(
      driver
        .all('record-decision')
        .filter(({ strategy }) => strategy === 'flatten')
        .at(-1)?.outcome,
    ).toBe('hold 3 up to resolution');
  });

  test('behavior: a book that is too dear is no way out: the position is held, and it is said', () => {
    const driver = holding(createEngineDriver());
    driver.world.touch = { bidTicks: 3_000, askTicks: 7_000 };
    driver.runTo(driver.now + 500);
    driver.command('flatten');
    driver.runTo(driver.now + 1_000);
    expect(exits(driver)).toEqual([]);
    expect(stopOf(driver)).toMatchObject({
      confirmed: true,
      held: [{ reason: expect.stringContaining('fair value') }],
    });
  });

  test('behavior: without a usable book it waits ten seconds, then holds', () => {
    const driver = holding(createEngineDriver());
    driver.world.touch = { bidTicks: null, askTicks: null };
    driver.runTo(driver.now + 500);
    driver.command('flatten');
    driver.runTo(driver.now + 9_000);
    expect(stopOf(driver)?.confirmed).toBe(false);
    driver.runTo(driver.now + 2_000);
    expect(stopOf(driver)).toMatchObject({ confirmed: true, held: [{ reason: 'there is no usable book.' }] });
  });

  test('behavior: complete sets are merged first, through the runner, and only the rest is sold', () => {
    const driver = holding(createVenueDriver(), 4 * UNIT);
    const outputs = driver.command('flatten');
    const [quote] = driver.open();
    expect(quote).toBeUndefined();
    expect(of(outputs, 'merge-complete-sets')).toEqual([
      { type: 'merge-complete-sets', windowStartMs: WINDOW_START_MS, conditionId: CONDITION, sizeMicro: 4 * UNIT },
    ]);
    driver.runTo(driver.now + 3_000);
    expect(driver.all('merge-complete-sets')).toHaveLength(1);
    expect(exits(driver)).toEqual([]);
    const before = driver.state.durable.ledger.cashMicro;
    const merged = {
      type: 'complete-sets-changed',
      conditionId: CONDITION,
      change: 'merged',
      sizeMicro: 4 * UNIT,
      costMicro: 2_000,
      transactionHash: '0x1',
    } as const;
    tell(driver, merged);
    tell(driver, merged);
    expect(driver.state.durable.ledger.cashMicro - before).toBe(4 * UNIT - 2_000);
    expect(driver.state.durable.ledger.day.costsMicro).toBe(2_000);
    expect(exits(driver).map(({ outcome, side, amount }) => [outcome, side, amount])).toEqual([
      ['up', 'sell', { unit: 'shares', sizeMicro: 6 * UNIT }],
    ]);
  });

  test('behavior: sets that cannot be merged are held, and the rest leaves all the same', () => {
    const driver = holding(createVenueDriver(), 4 * UNIT);
    driver.command('flatten');
    tell(driver, { type: 'complete-sets-failed', conditionId: CONDITION, change: 'merged', detail: 'quota' });
    expect(driver.all('merge-complete-sets')).toHaveLength(1);
    expect(exits(driver)).toMatchObject([{ outcome: 'up', amount: { sizeMicro: 6 * UNIT } }]);
    sold(driver, 6 * UNIT);
    expect(stopOf(driver)?.confirmed).toBe(true);
    const { up, down } = driver.mustWindow().positions;
    expect([up.sizeMicro, down.sizeMicro]).toEqual([4 * UNIT, 4 * UNIT]);
  });

  test('behavior: in simulated execution a merge takes its time and books the same', () => {
    const driver = holding(createEngineDriver(), 4 * UNIT);
    const before = driver.state.durable.ledger.cashMicro;
    driver.command('flatten');
    driver.runTo(driver.now + 9_000);
    expect(driver.state.durable.ledger.cashMicro).toBe(before);
    driver.runTo(driver.now + 2_000);
    expect(driver.state.durable.ledger.cashMicro).toBe(before + 4 * UNIT);
    expect(exits(driver)).toMatchObject([{ outcome: 'up', amount: { sizeMicro: 6 * UNIT } }]);
  });

  test('behavior: after a refusal the other way goes first, and both are given up after five orders', () => {
    const driver = holding(createEngineDriver());
    driver.command('flatten');
    for (let times = 0; times < 6; times++) {
      const [open] = driver.open();
      if (open === undefined) break;
      const { clientOrderId } = open.order;
      const refusal = { code: 'insufficient-balance', detail: 'balance: 0' } as const;
      driver.emit({ type: 'order-rejected', ...driver.header(), clientOrderId, ...refusal });
      driver.runTo(driver.now + 2_500);
    }
    expect(exits(driver).map(({ side, outcome }) => `${side} ${outcome}`)).toEqual([
      'sell up',
      'buy down',
      'buy down',
      'buy down',
      'buy down',
    ]);
    expect(exits(driver)[1]).toMatchObject({ priceTicks: 5_100, amount: { unit: 'pusd', spendMicro: 5_100_000 } });
    expect(stopOf(driver)).toMatchObject({ confirmed: true, held: [{ reason: expect.stringContaining('5 orders') }] });
  });

  test('behavior: nothing leaves in the last twenty seconds', () => {
    const driver = holding(createEngineDriver());
    driver.runTo(END_MS - 19_000);
    driver.command('flatten');
    expect(exits(driver)).toEqual([]);
    expect(stopOf(driver)).toMatchObject({
      confirmed: true,
      held: [{ reason: expect.stringContaining('about to end') }],
    });
  });

  test('behavior: takers wait out the venue’s post-only mode', () => {
    const driver = holding(createVenueDriver());
    tell(driver, { type: 'venue-mode-changed', mode: 'post-only', untilMs: driver.now + 20_000 });
    driver.command('flatten');
    driver.runTo(driver.now + 19_000);
    expect(exits(driver)).toEqual([]);
    driver.runTo(driver.now + 2_000);
    expect(exits(driver)).toHaveLength(1);
  });

  test('behavior: a fill that nobody knew of makes it go on', () => {
    const driver = holding(createVenueDriver());
    const down = orderOf(driver, 'down');
    driver.command('flatten');
    sold(driver, 10 * UNIT);
    expect(stopOf(driver)?.confirmed).toBe(true);
    driver.fill(down, 10 * UNIT);
    expect(stopOf(driver)?.confirmed).toBe(false);
    expect(exits(driver).at(-1)).toMatchObject({ outcome: 'down', side: 'sell' });
  });
});
