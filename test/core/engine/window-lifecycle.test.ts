import { describe, expect, test } from 'vitest';
import type { Fact } from '../../../core/model/fact.ts';
import {
  aMarket,
  aReferencePrice,
  conditionOf,
  tokensOf,
  UNIT,
  WINDOW_MS,
  WINDOW_START_MS,
} from '../../support/builders.ts';
import { createEngineDriver, type EngineDriver, of } from '../../support/engine-driver.ts';

const END_MS = WINDOW_START_MS + WINDOW_MS;

/** Facts of one kind that were published, oldest first. */
function facts<K extends Fact['kind']>(driver: EngineDriver, kind: K): Extract<Fact, { kind: K }>[] {
  return driver
    .all('publish-fact')
    .map(({ fact }) => fact)
    .filter((fact): fact is Extract<Fact, { kind: K }> => fact.kind === kind);
}

/** When an output of this kind was decided. */
function timesOf(driver: EngineDriver, type: string): number[] {
  return driver.records
    .filter(({ outputs }) => outputs.some((output) => output.type === type))
    .map(({ event }) => event.tsInit);
}

describe('a window', () => {
  test('default: found, listened to, traded, left, resolved and recorded once', () => {
    const driver = createEngineDriver();
    driver.runTo(END_MS + WINDOW_MS + 120_000);
    expect(facts(driver, 'window').filter(({ windowStartMs }) => windowStartMs === WINDOW_START_MS)).toEqual([
      expect.objectContaining({
        slug: `btc-updown-5m-${WINDOW_START_MS / 1_000}`,
        windowEndMs: END_MS,
        conditionId: conditionOf(WINDOW_START_MS),
        outcome: 'up',
        officialOutcome: 'up',
        verification: 'confirmed',
        tradable: true,
        fills: 0,
        realizedPnlMicro: 0,
      }),
    ]);
    expect(driver.window()).toBeUndefined();
  });

  test('behavior: both tokens are subscribed 60 s before it opens, at the very second', () => {
    const driver = createEngineDriver({ startMs: WINDOW_START_MS - 100_000 });
    driver.runTo(WINDOW_START_MS - 60_001);
    expect(driver.mustWindow().subscribed).toBe(false);
    driver.runTo(WINDOW_START_MS - 60_000);
    expect(driver.mustWindow().subscribed).toBe(true);
    const { up, down } = tokensOf(WINDOW_START_MS);
    expect(driver.all('subscribe-market')).toContainEqual(expect.objectContaining({ tokenIds: [up, down] }));
  });

  test('behavior: the next window is subscribed before the current one ends, the last one given up after it', () => {
    const driver = createEngineDriver();
    driver.runTo(END_MS - 30_000);
    expect(driver.mustWindow(END_MS).subscribed).toBe(true);
    driver.runTo(END_MS + 9_000);
    expect(driver.mustWindow().subscribed).toBe(true);
    driver.runTo(END_MS + 11_000);
    expect(driver.mustWindow().subscribed).toBe(false);
    const { up, down } = tokensOf(WINDOW_START_MS);
    expect(driver.all('unsubscribe-market')).toContainEqual(expect.objectContaining({ tokenIds: [up, down] }));
    expect(driver.state.market.books[up]).toBeUndefined();
  });

  test('behavior: fifteen windows ahead are known, so an hour without Gamma costs none', () => {
    const driver = createEngineDriver();
    driver.runTo(WINDOW_START_MS + 30_000);
    driver.world.market = () => null;
    driver.runTo(WINDOW_START_MS + 3_620_000);
    expect(driver.mustWindow(WINDOW_START_MS + 12 * WINDOW_MS).orders).toBeGreaterThan(0);
  });

  test('behavior: the strike is the frame stamped exactly at the start', () => {
    const driver = createEngineDriver();
    driver.runTo(WINDOW_START_MS + 1_000);
    expect(driver.state.durable.boundaries[WINDOW_START_MS]).toBeUndefined();
    expect(driver.mustWindow().orders).toBe(0);
    driver.runTo(WINDOW_START_MS + 3_000);
    expect(driver.state.durable.boundaries[WINDOW_START_MS]).toEqual({
      priceE18: driver.world.price(WINDOW_START_MS),
      lookbackSeconds: 60,
      source: 'polybolt',
      snapshot: false,
    });
    driver.runTo(WINDOW_START_MS + 4_000);
    expect(driver.mustWindow().orders).toBe(2);
  });

  test('behavior: a strike that was missed live is taken from a feed’s snapshot, and says so', () => {
    const driver = createEngineDriver();
    driver.world.reference = false;
    driver.runTo(WINDOW_START_MS + 60_000);
    expect(driver.mustWindow().orders).toBe(0);
    driver.world.reference = true;
    driver.emit(aReferencePrice(WINDOW_START_MS, 84_499n * 10n ** 18n, { source: 'rtds', snapshot: true }));
    driver.runTo(WINDOW_START_MS + 63_000);
    expect(driver.state.durable.boundaries[WINDOW_START_MS]).toEqual({
      priceE18: 84_499n * 10n ** 18n,
      lookbackSeconds: 60,
      source: 'rtds',
      snapshot: true,
    });
    expect(driver.mustWindow().orders).toBeGreaterThan(0);
  });

  test('defect 5: a second beside the boundary, the last price seen or another look-back is no strike', () => {
    const driver = createEngineDriver();
    driver.runTo(WINDOW_START_MS - 10_000);
    driver.world.reference = false;
    driver.runTo(WINDOW_START_MS);
    driver.emit(
      aReferencePrice(WINDOW_START_MS - 1_000, 1n),
      aReferencePrice(WINDOW_START_MS + 1_000, 2n),
      aReferencePrice(WINDOW_START_MS, 3n, { lookbackSeconds: 0 }),
      aReferencePrice(WINDOW_START_MS, 4n, { symbol: 'ethusd' }),
      aReferencePrice(WINDOW_START_MS, 5n, { provider: 'pyth' }),
    );
    driver.runTo(WINDOW_START_MS + 5_000);
    expect(driver.state.durable.boundaries[WINDOW_START_MS]).toBeUndefined();
  });

  test('behavior: without a strike it is not traded, and the record says so', () => {
    const driver = createEngineDriver();
    driver.runTo(WINDOW_START_MS - 10_000);
    driver.world.reference = false;
    driver.runTo(WINDOW_START_MS + 20_000);
    driver.world.reference = true;
    driver.runTo(END_MS + 400_000);
    const [record] = facts(driver, 'window').filter(({ windowStartMs }) => windowStartMs === WINDOW_START_MS);
    expect(record).toMatchObject({
      strike: null,
      orders: 0,
      decision: 'market-maker no-strike: no quotes',
      verification: 'missing',
    });
    expect(record?.officialStrike).not.toBeNull();
  });

  test('behavior: a quote on each token while the window is open', () => {
    const driver = createEngineDriver();
    driver.runTo(WINDOW_START_MS + 10_000);
    expect(driver.open().map(({ order }) => [order.outcome, order.side, order.priceTicks, order.postOnly])).toEqual([
      ['up', 'buy', 4_800, true],
      ['down', 'buy', 4_800, true],
    ]);
  });

  test('behavior: resting orders are cancelled at T − 30 s; nothing rests at T − 15 s, T − 5 s or in a closed window', () => {
    const driver = createEngineDriver();
    driver.runTo(END_MS - 30_001);
    expect(driver.open()).toHaveLength(2);
    driver.runTo(END_MS - 30_000);
    expect(driver.open()).toHaveLength(0);
    for (const atMs of [END_MS - 15_000, END_MS - 5_000, END_MS, END_MS + 20_000]) {
      driver.runTo(atMs);
      expect(driver.open().filter(({ order }) => order.windowStartMs === WINDOW_START_MS)).toEqual([]);
    }
    expect(driver.all('raise-alert')).toEqual([]);
  });

  test('behavior: a cancel that is not confirmed is asked for again, and a person is told at T − 15 s, once', () => {
    const driver = createEngineDriver();
    driver.runTo(END_MS - 31_000);
    driver.world.confirms = false;
    driver.runTo(END_MS);
    const alerts = driver.all('raise-alert').filter(({ code }) => code === 'order-near-end');
    expect(alerts).toHaveLength(1);
    expect(alerts[0]?.severity).toBe('critical');
    const cancels = driver
      .all('cancel-order')
      .filter(({ clientOrderId }) => clientOrderId === driver.open()[0]?.order.clientOrderId);
    expect(cancels.length).toBeGreaterThanOrEqual(10);
    expect(cancels.length).toBeLessThanOrEqual(16);
  });

  test('behavior: an order that is never confirmed gone keeps its window open, and goes on being cancelled', () => {
    const driver = createEngineDriver();
    driver.runTo(END_MS - 31_000);
    driver.world.confirms = false;
    driver.runTo(END_MS + 60_000);
    const before = driver.all('cancel-order').length;
    driver.runTo(END_MS + 400_000);
    expect(driver.all('cancel-order').length).toBeGreaterThan(before);
    expect(facts(driver, 'window').some(({ windowStartMs }) => windowStartMs === WINDOW_START_MS)).toBe(false);
    driver.world.confirms = true;
    driver.runTo(END_MS + 410_000);
    expect(facts(driver, 'window').filter(({ windowStartMs }) => windowStartMs === WINDOW_START_MS)).toHaveLength(1);
  });

  test('defect 3: an order of the old window does not outlive the roll to the next one', () => {
    const driver = createEngineDriver();
    driver.runTo(END_MS - 31_000);
    const ids = driver.open().map(({ order }) => order.clientOrderId);
    expect(ids).toHaveLength(2);
    driver.runTo(END_MS + 10_000);
    expect(driver.all('cancel-order').map(({ clientOrderId }) => clientOrderId)).toEqual(expect.arrayContaining(ids));
    expect(driver.open().every(({ order }) => order.windowStartMs === END_MS)).toBe(true);
  });

  test('behavior: a closed window is never made again, whatever Gamma says', () => {
    const driver = createEngineDriver();
    driver.runTo(END_MS + 200_000);
    expect(driver.window()).toBeUndefined();
    driver.emit({ type: 'market-listed', ...driver.header(), source: 'gamma', market: aMarket() });
    expect(driver.window()).toBeUndefined();
    driver.runTo(END_MS + 600_000);
    expect(facts(driver, 'window').filter(({ windowStartMs }) => windowStartMs === WINDOW_START_MS)).toHaveLength(1);
  });

  test('behavior: exactly one record for each window of an hour', () => {
    const driver = createEngineDriver();
    driver.runTo(WINDOW_START_MS + 13 * WINDOW_MS);
    const starts = facts(driver, 'window').map(({ windowStartMs }) => windowStartMs);
    expect(new Set(starts).size).toBe(starts.length);
    for (let index = 0; index < 12; index++) expect(starts).toContain(WINDOW_START_MS + index * WINDOW_MS);
  });

  test('behavior: a listing that corrects the tick size changes the grid of our orders', () => {
    const driver = createEngineDriver();
    driver.world.market = (startMs) =>
      aMarket({ startMs, tickSizeTicks: driver.now < WINDOW_START_MS - 60_000 ? 10 : 100 });
    driver.world.touch = { bidTicks: 4_910, askTicks: 5_090 };
    driver.runTo(WINDOW_START_MS + 10_000);
    expect(driver.mustWindow().tickSizeTicks).toBe(100);
    for (const { order } of driver.open()) expect(order.priceTicks % 100).toBe(0);
  });

  test('behavior: a tick size that the book channel stated outlives a repeated listing', () => {
    const driver = createEngineDriver();
    driver.runTo(WINDOW_START_MS + 5_000);
    const { up } = tokensOf(WINDOW_START_MS);
    driver.emit({
      type: 'tick-size-changed',
      ...driver.header(),
      tokenId: up,
      oldTickSizeTicks: 100,
      newTickSizeTicks: 10,
    });
    expect(driver.mustWindow().tickSizeTicks).toBe(10);
    driver.emit({ type: 'market-listed', ...driver.header(), source: 'gamma', market: aMarket() });
    expect(driver.mustWindow().tickSizeTicks).toBe(10);
  });
});

describe('resolution', () => {
  test('defect 11: a tie is Up', () => {
    const driver = createEngineDriver();
    driver.world.price = () => 84_500n * 10n ** 18n;
    driver.world.result = () => null;
    driver.runTo(END_MS + 700_000);
    expect(driver.all('resolve-window')[0]).toMatchObject({
      windowStartMs: WINDOW_START_MS,
      outcome: 'up',
      by: 'reference',
    });
  });

  test('defect 11: one part in 10^18 below the strike is Down, and only the boundary frames decide', () => {
    const driver = createEngineDriver();
    const strike = 84_500n * 10n ** 18n;
    driver.world.price = (secondMs) => (secondMs === END_MS ? strike - 1n : secondMs > END_MS ? 2n * strike : strike);
    driver.world.result = () => null;
    driver.runTo(END_MS + 700_000);
    const resolved = driver.all('resolve-window').filter(({ windowStartMs }) => windowStartMs === WINDOW_START_MS);
    expect(resolved).toMatchObject([{ outcome: 'down', by: 'reference' }]);
  });

  test('behavior: the venue’s own word counts as soon as it is there, and pays', () => {
    const driver = createEngineDriver();
    driver.runTo(WINDOW_START_MS + 10_000);
    const [up] = driver.open();
    driver.fill(up as never, 10 * UNIT);
    expect(driver.mustWindow().positions.up).toMatchObject({ sizeMicro: 10 * UNIT, costMicro: 4_800_000 });
    driver.runTo(END_MS + 70_000);
    expect(
      of(
        driver.records.flatMap(({ outputs }) => outputs),
        'resolve-window',
      )[0],
    ).toMatchObject({ by: 'official', outcome: 'up' });
    driver.runTo(END_MS + 120_000);
    const [record] = facts(driver, 'window').filter(({ windowStartMs }) => windowStartMs === WINDOW_START_MS);
    const others = driver.mustWindow(END_MS).positions;
    expect(record).toMatchObject({ fills: 1, realizedPnlMicro: 5_200_000, feesMicro: 0 });
    expect(others.up.sizeMicro + others.down.sizeMicro).toBe(0);
    expect(driver.state.durable.ledger).toMatchObject({ cashMicro: 995_200_000, redeemableMicro: 10 * UNIT });
    expect(facts(driver, 'position')).toMatchObject([
      { outcome: 'up', payoutMicro: 10 * UNIT, realizedPnlMicro: 5_200_000 },
    ]);
    expect(facts(driver, 'daily-pnl').at(-1)).toMatchObject({ realizedPnlMicro: 5_200_000, fills: 1 });
  });

  test('defect 1: a Down buy is booked as Down', () => {
    const driver = createEngineDriver();
    driver.runTo(WINDOW_START_MS + 10_000);
    const down = driver.open().find(({ order }) => order.outcome === 'down');
    driver.fill(down as never, 10 * UNIT);
    expect(driver.mustWindow().positions.down.sizeMicro).toBe(10 * UNIT);
    expect(driver.mustWindow().positions.up.sizeMicro).toBe(0);
    driver.runTo(END_MS + 120_000);
    const [record] = facts(driver, 'window').filter(({ windowStartMs }) => windowStartMs === WINDOW_START_MS);
    expect(record).toMatchObject({ outcome: 'up', realizedPnlMicro: -4_800_000 });
  });

  test('defect 10: partial fills add up to the order, to the millionth', () => {
    const driver = createEngineDriver();
    driver.runTo(WINDOW_START_MS + 10_000);
    const [order] = driver.open();
    driver.fill(order as never, 3_333_333);
    driver.fill(order as never, 3_333_333);
    expect(driver.open()).toHaveLength(2);
    expect(driver.open()[0]?.filledMicro).toBe(6_666_666);
    driver.fill(order as never, 3_333_334);
    expect(facts(driver, 'order').at(-1)).toMatchObject({ status: 'filled', filledMicro: 10 * UNIT });
    expect(driver.mustWindow().positions.up).toMatchObject({ sizeMicro: 10 * UNIT, boughtMicro: 4_800_001 });
    expect(facts(driver, 'fill')).toHaveLength(3);
  });

  test('behavior: a match that is reported twice is booked once', () => {
    const driver = createEngineDriver();
    driver.runTo(WINDOW_START_MS + 10_000);
    const [order] = driver.open();
    driver.fill(order as never, 3 * UNIT, { tradeId: 'the-same' });
    driver.fill(order as never, 3 * UNIT, { tradeId: 'the-same' });
    expect(driver.open()[0]?.filledMicro).toBe(3 * UNIT);
    expect(driver.mustWindow().positions.up.sizeMicro).toBe(3 * UNIT);
    expect(facts(driver, 'fill')).toHaveLength(1);
  });

  test('behavior: a fill’s side, outcome and money are our own order’s', () => {
    const driver = createEngineDriver();
    driver.runTo(WINDOW_START_MS + 10_000);
    const [order] = driver.open();
    driver.fill(order as never, 10 * UNIT, { priceTicks: 4_700 });
    expect(facts(driver, 'fill')).toMatchObject([
      { outcome: 'up', side: 'buy', priceTicks: 4_700, strategy: 'market-maker' },
    ]);
    expect(driver.state.durable.ledger.cashMicro).toBe(995_300_000);
  });

  test('behavior: a fill that is reported after the result is paid all the same, to the millionth', () => {
    const driver = createEngineDriver();
    driver.runTo(WINDOW_START_MS + 10_000);
    const [up] = driver.open();
    if (up === undefined) throw new Error('nothing stands');
    driver.fill(up, 4 * UNIT);
    driver.world.confirms = false;
    driver.emit({ type: 'submission-unknown', ...driver.header(), clientOrderId: up.order.clientOrderId });
    driver.world.result = () => ({ outcome: 'up' });
    driver.runTo(END_MS + 70_000);
    expect(driver.mustWindow().resolved).toMatchObject({ outcome: 'up', payoutMicro: 4 * UNIT, pnlMicro: 2_080_000 });
    driver.fill(up, 6 * UNIT);
    expect(driver.mustWindow().resolved).toMatchObject({ payoutMicro: 10 * UNIT, pnlMicro: 5_200_000 });
    expect(driver.state.durable.ledger).toMatchObject({
      cashMicro: 995_200_000,
      redeemableMicro: 10 * UNIT,
      day: { realizedMicro: 5_200_000 },
    });
  });

  test('behavior: a report for an order that is not open is raised, never swallowed', () => {
    const driver = createEngineDriver();
    driver.runTo(WINDOW_START_MS + 10_000);
    const outputs = driver.emit({
      type: 'order-canceled',
      ...driver.header(),
      clientOrderId: 'nobody' as never,
      reason: 'requested',
    });
    expect(of(outputs, 'raise-alert')).toMatchObject([{ code: 'report-without-order', severity: 'critical' }]);
  });

  test('behavior: a cancel that crossed the order’s end on its way is no surprise', () => {
    const driver = createEngineDriver();
    const outputs = driver.emit({
      type: 'cancel-rejected',
      ...driver.header(),
      clientOrderId: 'gone' as never,
      detail: '',
    });
    expect(of(outputs, 'raise-alert')).toEqual([]);
  });

  test('behavior: no window is closed while its strike and final are still to come, but not for ever', () => {
    const driver = createEngineDriver();
    driver.world.result = () => ({ outcome: 'up' });
    driver.runTo(END_MS + 299_000);
    expect(driver.window()).toBeDefined();
    driver.runTo(END_MS + 301_000);
    expect(driver.window()).toBeUndefined();
    expect(timesOf(driver, 'close-window').length).toBeGreaterThan(0);
  });
});
