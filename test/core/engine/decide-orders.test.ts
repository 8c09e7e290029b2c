import { describe, expect, test } from 'vitest';
import { applyOutput } from '../../../core/engine/apply.ts';
import type { EngineEvent } from '../../../core/engine/events.ts';
import { openExposures } from '../../../core/engine/risk-context.ts';
import type { OpenOrder } from '../../../core/engine/state.ts';
import { orderSalt } from '../../../core/execution/order-identity.ts';
import type { ClientOrderId, StrategyId, VenueOrderId } from '../../../core/model/identifiers.ts';
import { aConfig, anOrder, SERIES, UNIT, WINDOW_START_MS } from '../../support/builders.ts';
import { createEngineDriver, type EngineDriver, of } from '../../support/engine-driver.ts';

/** Both bids of a window have just left, and nothing answers by itself. */
function quoting(options: Parameters<typeof createEngineDriver>[0] = {}) {
  const driver = createEngineDriver(options);
  driver.world.confirms = false;
  while (driver.open().length === 0) driver.runTo(driver.now + 500);
  const [order] = driver.open();
  if (order === undefined) throw new Error('nothing was placed');
  const { clientOrderId } = order.order;
  const tell = (body: { readonly type: EngineEvent['type'] } & Record<string, unknown>) =>
    driver.emit({ ...driver.header(), clientOrderId, ...body } as unknown as EngineEvent);
  const sent = (type: 'resend-order' | 'cancel-order') =>
    driver.all<'resend-order' | 'cancel-order'>(type).filter((output) => output.clientOrderId === clientOrderId);
  return { driver, clientOrderId, tell, sent, placedMs: driver.now };
}

const now = (driver: EngineDriver, clientOrderId: ClientOrderId): OpenOrder | undefined =>
  driver.state.durable.orders[clientOrderId];

describe('place', () => {
  test('behavior: an order’s salt follows from series, epoch and its name', () => {
    const { driver } = quoting();
    for (const { order } of driver.all('submit-order')) {
      expect(order.salt).toBe(orderSalt(SERIES, 1, order.clientOrderId));
      expect(Number.isSafeInteger(order.salt)).toBe(true);
    }
  });
});

describe('resolveUnknown', () => {
  test('default: the same bytes go out once more, at once, and nothing else does', () => {
    const { driver, clientOrderId, tell, sent } = quoting();
    driver.pass(400);
    expect(of(tell({ type: 'submission-unknown' }), 'resend-order')).toEqual([{ type: 'resend-order', clientOrderId }]);
    expect(now(driver, clientOrderId)).toMatchObject({ status: 'unknown', cancelRequestedMs: null });
    tell({ type: 'order-accepted', venueOrderId: 'v-1' as VenueOrderId });
    driver.runTo(driver.now + 5_000);
    expect(now(driver, clientOrderId)?.status).toBe('resting');
    expect(sent('resend-order')).toHaveLength(1);
    expect(sent('cancel-order')).toEqual([]);
  });

  test('behavior: a second silence is followed by a cancel, never by a third sending', () => {
    const { driver, clientOrderId, tell, sent } = quoting();
    tell({ type: 'submission-unknown' });
    tell({ type: 'submission-unknown' });
    driver.runTo(driver.now + 1_500);
    expect(sent('resend-order')).toHaveLength(1);
    expect(sent('cancel-order')).toMatchObject([{ reason: 'unknown' }]);
    expect(now(driver, clientOrderId)?.status).toBe('unknown');
  });

  test('behavior: later than 1 s after the first sending it is cancelled', () => {
    const { driver, tell, sent } = quoting();
    driver.pass(1_001);
    tell({ type: 'submission-unknown' });
    expect(sent('resend-order')).toEqual([]);
    expect(sent('cancel-order')).toMatchObject([{ reason: 'unknown' }]);
  });

  test('behavior: what the strategy does not want any more is not sent again', () => {
    const { driver, tell, sent } = quoting();
    driver.world.touch = { bidTicks: 3_900, askTicks: 4_100 };
    driver.runTo(driver.now + 500);
    tell({ type: 'submission-unknown' });
    expect(sent('resend-order')).toEqual([]);
    expect(sent('cancel-order')).toMatchObject([{ reason: 'moved' }]);
  });

  test('behavior: what risk would not approve today is not sent again', () => {
    const { driver, tell, sent } = quoting();
    driver.emit({ type: 'config-applied', ...driver.header(), config: aConfig({ risk: { maxOrderPpm: 100 } }) });
    tell({ type: 'submission-unknown' });
    expect(sent('resend-order')).toEqual([]);
    expect(sent('cancel-order')).toMatchObject([{ reason: 'unknown' }]);
  });

  test('behavior: the order itself does not stand in the way of its second sending', () => {
    // Room for one bid of 4.80 a side, and for no other.
    const { tell, sent } = quoting({ config: aConfig({ risk: { maxDailyLossPpm: 5_000, maxOrdersPerSecond: 1 } }) });
    tell({ type: 'submission-unknown' });
    expect(sent('resend-order')).toHaveLength(1);
  });

  test('behavior: nothing is sent again while trading is restricted', () => {
    const { driver, tell, sent } = quoting();
    driver.command('pause');
    tell({ type: 'submission-unknown' });
    expect(sent('resend-order')).toEqual([]);
    expect(sent('cancel-order')).not.toEqual([]);
  });

  test('behavior: after a refusal was contradicted nothing is sent again, and it is cancelled', () => {
    const { driver, clientOrderId, tell, sent } = quoting();
    tell({ type: 'order-rejected', code: 'other', detail: '' });
    tell({ type: 'order-accepted', venueOrderId: 'v-1' });
    driver.runTo(driver.now + 1_500);
    expect(now(driver, clientOrderId)?.status).toBe('unknown');
    expect(sent('resend-order')).toEqual([]);
    expect(sent('cancel-order')).toMatchObject([{ reason: 'unknown' }]);
  });

  test('behavior: it counts as exposure until it is proven absent', () => {
    const { driver, clientOrderId, tell, sent } = quoting();
    driver.pass(2_000);
    tell({ type: 'submission-unknown' });
    driver.runTo(driver.now + 31_000);
    expect(sent('cancel-order').length).toBeGreaterThan(10);
    const counted = () => openExposures(driver.state.durable, WINDOW_START_MS).map(({ intent }) => intent);
    expect(counted()).toContain(now(driver, clientOrderId)?.order);
    const before = counted().length;
    tell({ type: 'order-absent', detail: 'order, trades and user channel' });
    expect(counted().length).toBeLessThanOrEqual(before);
    expect(now(driver, clientOrderId)).toBeUndefined();
  });
});

describe('watchOrders', () => {
  test('behavior: a cancel that nobody confirms is asked for again every 2 s, and no more often', () => {
    const { driver, clientOrderId, tell, sent } = quoting();
    tell({ type: 'order-accepted', venueOrderId: 'v-1' });
    driver.command('pause');
    driver.runTo(driver.now + 10_000);
    expect(sent('cancel-order').slice(1)).toEqual(
      Array(5).fill({ type: 'cancel-order', clientOrderId, reason: 'unconfirmed' }),
    );
  });

  test.each([1, 10])('behavior: an order that nobody answers for leaves, and is told once (clock × %i)', (simSpeed) => {
    const { driver, clientOrderId, sent, placedMs } = quoting({ config: aConfig({ simSpeed }) });
    const told = () =>
      driver
        .all('raise-alert')
        .filter(({ code, detail }) => code === 'order-unanswered' && detail.includes(clientOrderId));
    driver.runTo(placedMs + 3_000 + 5_000 * simSpeed - 500);
    expect(told()).toEqual([]);
    expect(now(driver, clientOrderId)?.status).toBe(simSpeed === 1 ? 'in-flight' : 'cancel-pending');
    driver.runTo(placedMs + 3_000 + 60_000 * simSpeed + 500);
    expect(told()).toHaveLength(1);
    expect(sent('cancel-order').length).toBeGreaterThan(0);
    expect(now(driver, clientOrderId)).toBeDefined();
  });

  test('behavior: orders of another origin are neither wanted nor unwanted by the quotes', () => {
    const driver = createEngineDriver();
    driver.runTo(WINDOW_START_MS + 10_000);
    const clientOrderId = 'out-1' as ClientOrderId;
    const exit = { strategy: 'flatten' as StrategyId, side: 'sell', timeInForce: 'FAK', postOnly: false } as const;
    const amount = { unit: 'shares', sizeMicro: 5 * UNIT } as const;
    applyOutput(driver.state, {
      type: 'submit-order',
      order: anOrder({ ...exit, clientOrderId, amount, createdMs: driver.now }),
    });
    driver.runTo(driver.now + 3_000);
    expect(driver.all('cancel-order').some((output) => output.clientOrderId === clientOrderId)).toBe(false);
    driver.emit({ type: 'submission-unknown', ...driver.header(), clientOrderId });
    expect(driver.all('resend-order')).toEqual([]);
    expect(driver.all('cancel-order').filter((output) => output.clientOrderId === clientOrderId)).toHaveLength(1);
  });
});
