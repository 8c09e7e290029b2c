import { describe, expect, test } from 'vitest';
import { tradingMode } from '../../../core/engine/trading-state.ts';
import { aConfig, aMarket, tokensOf, UNIT, WINDOW_MS, WINDOW_START_MS } from '../../support/builders.ts';
import { createEngineDriver, type EngineDriver, of, officialOf } from '../../support/engine-driver.ts';

const END_MS = WINDOW_START_MS + WINDOW_MS;

function quoting(): EngineDriver {
  const driver = createEngineDriver();
  driver.runTo(WINDOW_START_MS + 10_000);
  expect(driver.open()).toHaveLength(2);
  return driver;
}

const restrictions = (driver: EngineDriver) =>
  driver.state.durable.restrictions.map(({ reason, mode }) => [reason, mode]);

describe('verification', () => {
  test('behavior: one outcome mismatch halts', () => {
    const driver = createEngineDriver();
    driver.world.result = (startMs) => ({ ...officialOf(driver.world, startMs), outcome: 'down' });
    driver.runTo(END_MS + 120_000);
    expect(restrictions(driver)).toContainEqual(['outcome-mismatch', 'halted']);
    expect(tradingMode(driver.state.durable)).toBe('halted');
    expect(driver.all('raise-alert')).toContainEqual(
      expect.objectContaining({ code: 'outcome-mismatch', severity: 'critical' }),
    );
    expect(driver.open()).toEqual([]);
  });

  test('behavior: an outcome mismatch halts as soon as the venue has said its outcome, before the window is closed', () => {
    const driver = createEngineDriver();
    driver.world.result = (startMs) => ({
      ...officialOf(driver.world, startMs),
      strikeE18: null,
      finalE18: null,
      outcome: 'down',
    });
    driver.runTo(END_MS + 120_000);
    expect(driver.window()).toBeDefined();
    expect(restrictions(driver)).toContainEqual(['outcome-mismatch', 'halted']);
    driver.command('resume');
    driver.runTo(END_MS + 180_000);
    expect(restrictions(driver)).not.toContainEqual(['outcome-mismatch', 'halted']);
  });

  test('behavior: a market that settles by another rule proves nothing about our prices', () => {
    const driver = createEngineDriver({
      config: aConfig({ guard: { resolutionSource: 'https://example.test/another-rule' } }),
    });
    driver.world.result = (startMs) => ({ ...officialOf(driver.world, startMs), outcome: 'down' });
    driver.runTo(END_MS + 120_000);
    expect(restrictions(driver)).toEqual([]);
    const closed = driver.all('publish-fact').map(({ fact }) => fact);
    expect(closed).toContainEqual(
      expect.objectContaining({ kind: 'window', verification: 'missing', outcome: 'down' }),
    );
  });

  test('behavior: the venue’s outcome is what pays, mismatch or not', () => {
    const driver = createEngineDriver();
    driver.world.result = (startMs) => ({ ...officialOf(driver.world, startMs), outcome: 'down' });
    driver.runTo(WINDOW_START_MS + 10_000);
    driver.fill(driver.open()[1] as never, 10 * UNIT);
    driver.runTo(END_MS + 120_000);
    const { cashMicro, redeemableMicro } = driver.state.durable.ledger;
    expect(cashMicro + redeemableMicro).toBe(1_005_200_000);
  });

  test('behavior: one strike mismatch is reducing until a person has explained it', () => {
    const driver = createEngineDriver();
    driver.world.result = (startMs) => {
      const official = officialOf(driver.world, startMs);
      return { ...official, strikeE18: (official.strikeE18 ?? 0n) + 2_000_000_000_000n };
    };
    driver.runTo(END_MS + 120_000);
    expect(restrictions(driver)).toEqual([['strike-mismatch', 'reducing']]);
    driver.world.result = (startMs) => officialOf(driver.world, startMs);
    driver.runTo(END_MS + 2 * WINDOW_MS);
    expect(restrictions(driver)).toEqual([['strike-mismatch', 'reducing']]);
    driver.command('resume');
    expect(tradingMode(driver.state.durable)).toBe('active');
  });

  test('behavior: a difference below what a double can say is no mismatch', () => {
    const driver = createEngineDriver();
    driver.world.result = (startMs) => {
      const official = officialOf(driver.world, startMs);
      return { ...official, strikeE18: (official.strikeE18 ?? 0n) + 1_000_000_000_000n };
    };
    driver.runTo(END_MS + 120_000);
    expect(restrictions(driver)).toEqual([]);
  });

  test('behavior: three windows without verification are reducing, the next confirmed one lifts it', () => {
    const driver = createEngineDriver();
    driver.world.result = () => null;
    // The first of the three is the window in which the series booted.
    const third = WINDOW_START_MS + 2 * WINDOW_MS + 600_000;
    driver.runTo(third - 5_000);
    expect(restrictions(driver)).toEqual([]);
    driver.runTo(third + 2_000);
    expect(restrictions(driver)).toEqual([['unverified', 'reducing']]);
    driver.world.result = (startMs) => officialOf(driver.world, startMs);
    driver.runTo(third + WINDOW_MS - 60_000);
    expect(restrictions(driver)).toEqual([]);
    expect(driver.open()).toHaveLength(2);
  });
});

describe('settlement rule guard', () => {
  test('behavior: a market with other rules is not traded, and a person is told once for the difference', () => {
    const driver = createEngineDriver();
    driver.world.market = (startMs) => aMarket({ startMs, rule: { ...aMarket().rule, twapLookbackSeconds: 30 } });
    driver.runTo(WINDOW_START_MS + 2 * WINDOW_MS);
    expect(driver.all('submit-order')).toEqual([]);
    expect(driver.all('raise-alert')).toEqual([
      {
        type: 'raise-alert',
        code: 'rule-guard',
        severity: 'warning',
        detail: expect.stringContaining('TWAP look-back is 30 s, known is 60 s'),
      },
    ]);
    expect(driver.mustWindow(END_MS).decisions['market-maker']).toMatchObject({
      rule: 'rule-guard',
      outcome: 'no quotes',
    });
  });

  test('behavior: rules that change while our orders rest take them away', () => {
    const driver = quoting();
    driver.emit({
      type: 'market-listed',
      ...driver.header(),
      source: 'gamma',
      market: aMarket({ fees: { ratePpm: 100_000, exponent: 1, takerOnly: true, rebatePpm: 0 } }),
    });
    expect(driver.open()).toEqual([]);
  });
});

describe('pause and resume', () => {
  test('behavior: pause cancels our resting orders in the same step, and stays until resume', () => {
    const driver = quoting();
    const outputs = driver.command('pause');
    expect(of(outputs, 'cancel-order')).toHaveLength(2);
    expect(driver.open()).toEqual([]);
    driver.runTo(END_MS + 30_000);
    expect(driver.open()).toEqual([]);
    expect(tradingMode(driver.state.durable)).toBe('reducing');
    driver.command('resume');
    expect(tradingMode(driver.state.durable)).toBe('active');
    driver.runTo(driver.now + 1_000);
    expect(driver.open()).toHaveLength(2);
  });

  test('defect 12: a pause is ended by a command, never by trading, and never by time', () => {
    const driver = quoting();
    driver.command('pause');
    driver.runTo(WINDOW_START_MS + 3 * WINDOW_MS);
    expect(tradingMode(driver.state.durable)).toBe('reducing');
    driver.command('resume', 'bob');
    driver.runTo(WINDOW_START_MS + 3 * WINDOW_MS + 30_000);
    expect(driver.open()).toHaveLength(2);
  });

  test('behavior: who paused and who resumed is in the audit, each once, with the reasons that were lifted', () => {
    const driver = quoting();
    driver.command('pause', 'alice');
    driver.command('resume', 'bob');
    const audit = driver
      .all('publish-fact')
      .map(({ fact }) => fact)
      .filter((fact) => fact.kind === 'audit');
    expect(audit).toMatchObject([
      { actor: 'alice', action: 'pause' },
      { actor: 'bob', action: 'resume', detail: expect.stringContaining('paused') },
    ]);
    expect(new Set(audit.map((fact) => fact.kind === 'audit' && fact.id)).size).toBe(2);
  });

  test('behavior: resume with nothing to lift says so', () => {
    const driver = quoting();
    const outputs = driver.command('resume');
    expect(of(outputs, 'set-trading-restriction')).toEqual([]);
    expect(of(outputs, 'publish-fact')[0]?.fact).toMatchObject({ detail: expect.stringContaining('nothing to lift') });
  });
});

describe('stale inputs', () => {
  test.each([
    ['depth', 2_000],
    ['reference', 5_000],
    ['books', 10_000],
  ] as const)('behavior: quotes leave when %s has been silent for its limit', (stream, limitMs) => {
    const driver = quoting();
    driver.world[stream] = false;
    driver.runTo(WINDOW_START_MS + 10_000 + limitMs - 1_500);
    expect(driver.open()).toHaveLength(2);
    driver.runTo(WINDOW_START_MS + 10_000 + limitMs + 1_500);
    expect(driver.open()).toEqual([]);
    expect(driver.mustWindow().decisions['market-maker']?.rule).toBe('stale-input');
    driver.world[stream] = true;
    driver.runTo(driver.now + 3_000);
    expect(driver.open()).toHaveLength(2);
  });

  test('behavior: the decision records the ages that it saw', () => {
    const driver = quoting();
    driver.world.depth = false;
    driver.runTo(WINDOW_START_MS + 20_000);
    expect(driver.all('record-decision').at(-1)).toMatchObject({
      rule: 'stale-input',
      inputs: { 'binance-depthAgeMs': 2_500, 'reference-twapAgeMs': expect.any(Number), bookAgeMs: expect.any(Number) },
    });
  });

  test('defect 4: no quotes without a book of our own tokens, and an empty book is none', () => {
    const driver = createEngineDriver();
    driver.world.books = false;
    driver.runTo(WINDOW_START_MS + 10_000);
    expect(driver.all('submit-order')).toEqual([]);
    expect(driver.mustWindow().decisions['market-maker']?.rule).toBe('no-book');
    driver.world.books = true;
    driver.world.touch = { bidTicks: null, askTicks: null };
    driver.runTo(WINDOW_START_MS + 20_000);
    expect(driver.all('submit-order')).toEqual([]);
    expect(driver.mustWindow().decisions['market-maker']?.rule).toBe('book-empty');
  });

  test('defect 4: changes of the book move our quotes', () => {
    const driver = quoting();
    const { up, down } = tokensOf(WINDOW_START_MS);
    driver.world.books = false;
    const change = (tokenId: typeof up, changes: number[]) =>
      driver.emit({
        type: 'book-changed',
        ...driver.header(),
        tokenId,
        changes,
        bestBidTicks: null,
        bestAskTicks: null,
      });
    change(up, [0, 4_900, 0, 1, 5_100, 0, 0, 6_900, UNIT, 1, 7_100, UNIT]);
    change(down, [1, 5_100, 0, 0, 4_900, 0, 0, 2_900, UNIT, 1, 3_100, UNIT]);
    driver.runTo(driver.now + 1_000);
    expect(driver.open().map(({ order }) => [order.outcome, order.priceTicks])).toEqual([
      ['up', 6_800],
      ['down', 2_800],
    ]);
  });

  test('behavior: between the two tokens of one change nothing is decided, and nothing is cancelled for want of a book', () => {
    const driver = quoting();
    driver.runTo(driver.now + 1_000);
    const { up, down } = tokensOf(WINDOW_START_MS);
    const decisions = () => driver.state.scratch.decisions;
    const before = decisions();
    // Longer than the pause between two decisions that market data causes.
    driver.pass(60);
    const rest = { bestBidTicks: null, bestAskTicks: null };
    const moved = driver.emit({
      type: 'book-changed',
      ...driver.header(),
      tokenId: up,
      changes: [0, 4_900, 0, 1, 5_100, 0, 0, 6_900, UNIT, 1, 7_100, UNIT],
      ...rest,
    });
    expect(moved).toEqual([]);
    expect(decisions()).toBe(before);
    const whole = driver.emit({
      type: 'book-changed',
      ...driver.header(),
      tokenId: down,
      changes: [1, 5_100, 0, 0, 4_900, 0, 0, 2_900, UNIT, 1, 3_100, UNIT],
      ...rest,
    });
    // The cancel is answered, so more than one decision follows.
    expect(decisions()).toBeGreaterThan(before);
    expect(of(whole, 'cancel-order').map(({ reason }) => reason)).toEqual(['moved', 'moved']);
    expect(of(whole, 'record-decision')).toEqual([]);
  });

  test('behavior: books that contradict each other for longer are none', () => {
    const driver = quoting();
    const { up } = tokensOf(WINDOW_START_MS);
    driver.world.books = false;
    driver.emit({
      type: 'book-changed',
      ...driver.header(),
      tokenId: up,
      changes: [0, 4_900, 0, 1, 5_100, 0, 0, 6_900, UNIT, 1, 7_100, UNIT],
      bestBidTicks: null,
      bestAskTicks: null,
    });
    driver.runTo(driver.now + 200);
    expect(driver.open()).toHaveLength(2);
    driver.runTo(driver.now + 1_000);
    expect(driver.open()).toEqual([]);
    expect(driver.mustWindow().decisions['market-maker']?.rule).toBe('no-book');
  });
});

describe('failure and restart', () => {
  test('behavior: step-failed halts, cancels our orders, alerts, and resume lifts it', () => {
    const driver = quoting();
    const outputs = driver.stepFailed('boom');
    expect(of(outputs, 'cancel-order')).toHaveLength(2);
    expect(of(outputs, 'raise-alert')).toMatchObject([{ code: 'step-failed', severity: 'critical' }]);
    expect(tradingMode(driver.state.durable)).toBe('halted');
    driver.emit({ type: 'recovery-completed', ...driver.header() });
    driver.runTo(WINDOW_START_MS + 20_000);
    expect(driver.open()).toEqual([]);
    driver.command('resume');
    driver.runTo(WINDOW_START_MS + 21_000);
    expect(driver.open()).toHaveLength(2);
  });

  test('behavior: after a restart our own orders are cancelled first, positions are kept', () => {
    const driver = quoting();
    driver.fill(driver.open()[0] as never, 4 * UNIT);
    const before = structuredClone(driver.mustWindow().positions);
    driver.world.confirms = false;
    const outputs = driver.crash(5_000);
    expect(outputs[0]).toMatchObject({ type: 'cancel-order', reason: 'restarted' });
    expect(of(outputs, 'cancel-order')).toHaveLength(2);
    expect(driver.mustWindow().positions).toEqual(before);
    expect(driver.open().map(({ status }) => status)).toEqual(['cancel-pending', 'cancel-pending']);
  });

  test('behavior: trading again within 10 s of a restart when the strike is known', () => {
    const driver = quoting();
    driver.crash(5_000);
    driver.runTo(driver.now + 10_000);
    expect(driver.open()).toHaveLength(2);
    expect(driver.state.durable.boundaries[WINDOW_START_MS]?.priceE18).toBe(driver.world.price(WINDOW_START_MS));
  });

  test('behavior: a restart between the end of a window and its result makes no second record', () => {
    const driver = quoting();
    driver.runTo(END_MS + 40_000);
    driver.crash();
    driver.runTo(END_MS + 100_000);
    driver.crash();
    driver.runTo(END_MS + 400_000);
    const starts = driver
      .all('close-window')
      .map(({ windowStartMs }) => windowStartMs)
      .filter((startMs) => startMs === WINDOW_START_MS);
    expect(starts).toHaveLength(1);
  });

  test('defect 10: a submission of which nothing is known is exposure, is cancelled once every 2 s, and never sent again', () => {
    const driver = createEngineDriver();
    driver.runTo(WINDOW_START_MS);
    driver.world.confirms = false;
    driver.runTo(WINDOW_START_MS + 5_000);
    const [first] = driver.open();
    const unknownMs = driver.now;
    for (const { order } of driver.open()) {
      driver.emit({ type: 'submission-unknown', ...driver.header(), clientOrderId: order.clientOrderId });
    }
    driver.command('pause');
    driver.runTo(unknownMs + 20_000);
    expect(driver.open().map(({ status }) => status)).toEqual(['unknown', 'unknown']);
    expect(driver.all('submit-order')).toHaveLength(2);
    const cancels = driver
      .all('cancel-order')
      .filter(({ clientOrderId }) => clientOrderId === first?.order.clientOrderId);
    expect(cancels.length).toBeGreaterThanOrEqual(9);
    expect(cancels.length).toBeLessThanOrEqual(12);
  });

  test('behavior: a refused order is not sent again in the same breath', () => {
    const driver = createEngineDriver();
    driver.world.confirms = false;
    driver.runTo(WINDOW_START_MS + 4_000);
    const sent = driver.all('submit-order').length;
    expect(sent).toBe(2);
    for (let times = 0; times < 5; times++) {
      for (const { order } of driver.open()) {
        driver.emit({
          type: 'order-rejected',
          ...driver.header(),
          clientOrderId: order.clientOrderId,
          code: 'crosses-book',
          detail: '',
        });
      }
    }
    expect(driver.all('submit-order').length).toBeLessThanOrEqual(4);
  });
});
