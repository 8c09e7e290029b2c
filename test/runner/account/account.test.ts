import { describe, expect, test } from 'vitest';
import type { ClientOrderId } from '../../../core/model/identifiers.ts';
import {
  type AccountWorld,
  CAUSE,
  createAccountWorld,
  type SERIES,
  START_MS,
  UNIT,
  windowAt,
} from '../../support/account-world.ts';

async function opened(options: Parameters<typeof createAccountWorld>[0] = {}): Promise<AccountWorld> {
  const world = await createAccountWorld(options);
  await world.open();
  return world;
}

const hash = (world: AccountWorld, order: Parameters<AccountWorld['hashOf']>[0]) => world.hashOf(order) as never;

describe('submit', () => {
  test('default: an order is written down, sent, and told as accepted; its match is told once, with our price', async () => {
    const world = await opened();
    const order = world.submit(world.order());
    // Written before the POST, in the same turn as the intent.
    const entries = (world.disk.read('submissions.jsonl') ?? '')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).kind);
    expect(entries.at(-1)).toBe('sent');
    expect(world.venue.calls.at(-1)).toBe(`place ${world.hashOf(order)}`);
    await world.advance(50);
    world.venue.match(hash(world, order), 4 * UNIT, 't1', { priceTicks: 4_700 });
    world.venue.match(hash(world, order), 6 * UNIT, 't2');
    world.venue.settle('t1', 'mined');
    await world.advance(50);
    expect(world.told(order.clientOrderId)).toEqual([
      'order-accepted',
      'order-filled',
      'order-filled',
      'fill-settlement-changed',
    ]);
    expect(
      world.of('order-filled').map(({ priceTicks, sizeMicro, feeMicro }) => [priceTicks, sizeMicro, feeMicro]),
    ).toEqual([
      [4_800, 4 * UNIT, 0],
      [4_800, 6 * UNIT, 0],
    ]);
    expect(world.account.status().openOrders).toBe(0);
  });

  test('behavior: the same id twice leaves once', async () => {
    const world = await opened();
    const order = world.submit(world.order());
    world.submit(order);
    await world.advance(100);
    world.submit(order);
    await world.advance(100);
    expect(world.venue.bodies).toHaveLength(1);
  });

  test.each([
    ['without a lease', (world: AccountWorld) => world.lapse(), 'lease'],
    ['for a token that is not ours', () => undefined, 'token'],
  ])('behavior: nothing is signed %s', async (_name, prepare, word) => {
    const world = await opened();
    prepare(world);
    const order = world.submit(world.order(word === 'token' ? { tokenId: windowAt(1).tokens.up } : {}));
    await world.advance(100);
    expect(world.venue.bodies).toEqual([]);
    expect(world.of('order-rejected')).toMatchObject([
      { clientOrderId: order.clientOrderId, code: 'runner-refused', detail: expect.stringContaining(word) },
    ]);
  });

  test('behavior: what is late is not sent, and what was refused once is refused for ever', async () => {
    const world = await opened();
    const late = world.submit(world.order({ notAfterMs: world.time.clock.now() - 1 }));
    expect(world.told(late.clientOrderId)).toEqual(['expired-unsent']);
    world.lapse();
    const refused = world.submit(world.order());
    world.intake.leaseRenewed();
    world.submit(refused);
    expect(world.told(refused.clientOrderId)).toEqual(['order-rejected', 'expired-unsent']);
    expect(world.venue.bodies).toEqual([]);
  });

  test('behavior: no orders before the account has reconciled, and none where the answers were incomplete', async () => {
    const world = await createAccountWorld();
    world.venue.failures.set('fills', { kind: 'ambiguous', detail: 'no answer' });
    await world.open();
    world.submit(world.order());
    expect(world.of('order-rejected')[0]?.detail).toContain('has not reconciled');
    expect(world.of('reconciliation-completed').every(({ result }) => result === 'incomplete')).toBe(true);
    world.venue.failures.clear();
    await world.advance(31_000);
    const order = world.submit(world.order());
    await world.advance(50);
    expect(world.told(order.clientOrderId)).toEqual(['order-accepted']);
  });

  test('behavior: the venue’s refusal is told with its code; a mode is told once and held against others until it ends', async () => {
    const world = await opened();
    world.venue.plan.push({ kind: 'rejected', code: 'crosses-book', detail: 'order crosses book', duplicated: false });
    const crossing = world.submit(world.order());
    await world.advance(50);
    world.venue.plan.push({ kind: 'restarting', untilMs: world.time.clock.now() + 2_000 });
    const first = world.submit(world.order());
    await world.advance(50);
    const second = world.submit(world.order());
    expect(world.of('order-rejected').map(({ clientOrderId, code }) => [clientOrderId, code])).toEqual([
      [crossing.clientOrderId, 'crosses-book'],
      [first.clientOrderId, 'restarting'],
      [second.clientOrderId, 'restarting'],
    ]);
    await world.advance(2_500);
    expect(world.of('venue-mode-changed').map(({ mode }) => mode)).toEqual(['restarting', 'open']);
    expect(world.venue.bodies).toHaveLength(2);
  });

  test('behavior: cash that stands in orders, or in matches that the balance does not show yet, is not spent again', async () => {
    const world = await opened();
    world.venue.balanceMicro = 12 * UNIT;
    await world.advance(31_000);
    const order = world.submit(world.order());
    await world.advance(50);
    const second = world.submit(world.order({ outcome: 'down' }));
    await world.advance(50);
    expect(world.of('account-observed').at(-1)?.cashMicro).toBe(12 * UNIT);
    world.submit(world.order());
    world.venue.match(hash(world, order), 10 * UNIT, 't1');
    world.venue.match(hash(world, second), 10 * UNIT, 't2');
    await world.advance(1_100);
    world.submit(world.order());
    expect(world.of('order-rejected').map(({ code }) => code)).toEqual([
      'insufficient-balance',
      'insufficient-balance',
    ]);
    expect(world.of('account-observed').at(-1)?.cashMicro).toBe(2.4 * UNIT);
  });
});

describe('unknown orders', () => {
  test('behavior: an order that got in though its answer was lost is found and cancelled by its hash', async () => {
    const world = await opened();
    world.venue.onMessage = null;
    world.venue.plan.push('lost-after');
    const order = world.submit(world.order());
    await world.advance(100);
    expect(world.told(order.clientOrderId)).toEqual(['submission-unknown', 'order-accepted']);
    expect(world.venue.bodies).toHaveLength(1);
  });

  test('behavior: one that never arrived is absent after 30 s of silence, and not before', async () => {
    const world = await opened();
    world.venue.plan.push('lost-before');
    const order = world.submit(world.order());
    await world.advance(29_000);
    expect(world.told(order.clientOrderId)).toEqual(['submission-unknown']);
    expect(world.venue.calls.filter((call) => call.startsWith('cancel'))).not.toEqual([]);
    await world.advance(9_000);
    expect(world.told(order.clientOrderId)).toEqual(['submission-unknown', 'order-absent']);
    expect(world.venue.bodies).toHaveLength(1);
  });

  test('behavior: a break in the user channel begins the silence anew', async () => {
    const world = await opened();
    world.venue.plan.push('lost-before');
    const order = world.submit(world.order());
    await world.advance(20_000);
    world.account.channelState('lost');
    await world.advance(30_000);
    expect(world.told(order.clientOrderId)).toEqual(['submission-unknown']);
    world.account.channelState('open');
    await world.advance(25_000);
    expect(world.told(order.clientOrderId)).toEqual(['submission-unknown']);
    await world.advance(15_000);
    expect(world.told(order.clientOrderId)).toEqual(['submission-unknown', 'order-absent']);
  });

  test('behavior: trades that cannot be asked prove nothing', async () => {
    const world = await opened();
    world.venue.plan.push('lost-before');
    world.venue.failures.set('fills', { kind: 'ambiguous', detail: 'no answer' });
    const order = world.submit(world.order());
    await world.advance(90_000);
    expect(world.told(order.clientOrderId)).toEqual(['submission-unknown']);
  });

  test('behavior: a re-send is the same bytes, once, within a second; its refusal proves nothing', async () => {
    const world = await opened();
    world.venue.plan.push('lost-before', {
      kind: 'rejected',
      code: 'insufficient-balance',
      detail: 'x',
      duplicated: false,
    });
    const order = world.submit(world.order());
    await world.advance(100);
    world.intake.resend(order.clientOrderId, CAUSE);
    world.intake.resend(order.clientOrderId, CAUSE);
    await world.advance(100);
    expect(world.venue.bodies).toHaveLength(2);
    expect(world.venue.bodies[1]).toBe(world.venue.bodies[0]);
    expect(world.told(order.clientOrderId)).toEqual(['submission-unknown']);
  });

  test('behavior: no re-send after a second, and none of what the first sending got in', async () => {
    const world = await opened();
    world.venue.plan.push('lost-before');
    const order = world.submit(world.order());
    await world.advance(1_100);
    world.intake.resend(order.clientOrderId, CAUSE);
    await world.advance(100);
    expect(world.venue.bodies).toHaveLength(1);
    world.venue.onMessage = null;
    world.venue.plan.push('lost-after');
    const second = world.submit(world.order());
    await world.advance(8);
    world.venue.plan.push('lost-before');
    await world.advance(5);
    world.intake.resend(second.clientOrderId, CAUSE);
    await world.advance(2_000);
    expect(world.told(second.clientOrderId).filter((type) => type === 'order-accepted')).toHaveLength(1);
  });

  test('behavior: a match whose message was lost is asked for, before the order is told as ended', async () => {
    const world = await opened();
    const order = world.submit(world.order());
    await world.advance(50);
    world.venue.onMessage = null;
    world.venue.match(hash(world, order), 3 * UNIT, 't1');
    world.intake.cancel(order.clientOrderId, CAUSE);
    await world.advance(3_000);
    expect(world.told(order.clientOrderId)).toEqual(['order-accepted', 'order-filled', 'order-canceled']);
    expect(world.of('order-canceled')[0]?.reason).toBe('requested');
  });

  test('behavior: an order that vanished without a word is found out by the poll', async () => {
    const world = await opened();
    const order = world.submit(world.order());
    await world.advance(50);
    world.venue.onMessage = null;
    world.venue.end(hash(world, order), 'canceled-market-resolved');
    await world.advance(6_000);
    expect(world.of('order-canceled')).toMatchObject([
      { clientOrderId: order.clientOrderId, reason: 'market-resolved' },
    ]);
  });

  test('behavior: a status that nobody knows holds the order as unknown and restricts the series', async () => {
    const world = await opened();
    const order = world.submit(world.order());
    await world.advance(50);
    const stated = world.venue.orders.get(hash(world, order));
    if (stated === undefined) throw new Error('the order stands');
    world.account.channelMessage({
      kind: 'order',
      change: 'update',
      order: { ...stated, status: 'unknown-status', statusText: 'PARKED' },
    });
    expect(world.told(order.clientOrderId)).toEqual(['order-accepted', 'submission-unknown']);
    expect(world.of('runner-restriction-changed').at(-1)).toMatchObject({ reason: 'unknown-status', mode: 'reducing' });
  });
});

describe('cancel', () => {
  test('behavior: what the venue will not cancel is told once, and cancelled again until it is gone', async () => {
    const world = await opened();
    const order = world.submit(world.order());
    await world.advance(50);
    world.venue.uncancelable.set(hash(world, order), 'order is delayed');
    world.intake.cancel(order.clientOrderId, CAUSE);
    await world.advance(2_500);
    expect(world.told(order.clientOrderId)).toEqual(['order-accepted', 'cancel-rejected']);
    world.venue.uncancelable.clear();
    await world.advance(2_000);
    expect(world.told(order.clientOrderId)).toEqual(['order-accepted', 'cancel-rejected', 'order-canceled']);
  });

  test('behavior: a cancel that overtakes its order is repeated once the order is in', async () => {
    const world = await opened();
    world.venue.latencyMs = 200;
    const order = world.submit(world.order());
    world.intake.cancel(order.clientOrderId, CAUSE);
    await world.advance(3_000);
    expect(world.told(order.clientOrderId).at(-1)).toBe('order-canceled');
  });
});

describe('lease and epoch', () => {
  test('behavior: a lapsed series is cancelled by id and by market; the heartbeat goes on once that is confirmed', async () => {
    const world = await createAccountWorld({ otherSeries: 'eth-updown-5m' as typeof SERIES });
    await world.open();
    const order = world.submit(world.order());
    await world.advance(50);
    world.account.intake('eth-updown-5m' as typeof SERIES).leaseRenewed();
    world.lapse();
    await world.advance(500);
    expect(world.told(order.clientOrderId)).toEqual(['order-accepted', 'order-canceled']);
    expect(world.venue.calls).toContain(`cancelMarket ${windowAt(0).conditionId}`);
    const before = world.venue.calls.filter((call) => call === 'heartbeat').length;
    await world.advance(11_000);
    expect(world.venue.calls.filter((call) => call === 'heartbeat').length - before).toBeGreaterThanOrEqual(2);
  });

  test('behavior: unconfirmed after 3 s, the heartbeat stops for the whole account', async () => {
    const world = await createAccountWorld({ otherSeries: 'eth-updown-5m' as typeof SERIES });
    await world.open();
    const order = world.submit(world.order());
    await world.advance(50);
    world.account.intake('eth-updown-5m' as typeof SERIES).leaseRenewed();
    world.venue.uncancelable.set(hash(world, order), 'no');
    world.lapse();
    await world.advance(4_000);
    const before = world.venue.calls.filter((call) => call === 'heartbeat').length;
    await world.advance(20_000);
    expect(world.venue.calls.filter((call) => call === 'heartbeat')).toHaveLength(before);
  });

  test('behavior: without any lease no beat leaves', async () => {
    const world = await opened();
    world.lapse();
    await world.advance(1_000);
    const before = world.venue.calls.filter((call) => call === 'heartbeat').length;
    await world.advance(20_000);
    expect(world.venue.calls.filter((call) => call === 'heartbeat')).toHaveLength(before);
  });

  test('behavior: a new epoch cancels what its predecessor left before anything new is sent', async () => {
    const world = await opened();
    const order = world.submit(world.order());
    await world.advance(50);
    world.intake.epochBegan(2);
    const early = world.submit(world.order());
    expect(world.of('order-rejected')).toMatchObject([
      { clientOrderId: early.clientOrderId, detail: expect.stringContaining('earlier epoch') },
    ]);
    await world.advance(1_500);
    expect(world.told(order.clientOrderId).at(-1)).toBe('order-canceled');
    const next = world.submit(world.order());
    await world.advance(50);
    expect(world.told(next.clientOrderId)).toEqual(['order-accepted']);
  });

  test('behavior: resume answers for each order, and cancels what the object does not count', async () => {
    const world = await opened();
    const [known, orphan, filled] = [world.order(), world.order(), world.order()].map((order) => world.submit(order));
    await world.advance(50);
    if (known === undefined || orphan === undefined || filled === undefined) throw new Error('three orders');
    world.venue.match(hash(world, filled), 10 * UNIT, 't1');
    await world.advance(50);
    world.facts.length = 0;
    const never = world.order();
    await world.advance(2_000);
    const neverLater = world.order();
    world.intake.resumed([
      { order: known, status: 'resting' },
      { order: filled, status: 'in-flight' },
      { order: never, status: 'in-flight' },
      { order: neverLater, status: 'in-flight' },
    ]);
    await world.advance(1_000);
    expect(world.told(known.clientOrderId)).toEqual(['order-accepted']);
    expect(world.told(filled.clientOrderId)).toEqual(['order-accepted', 'order-filled']);
    expect(world.told(orphan.clientOrderId)).toEqual(['order-canceled']);
    expect(world.told(neverLater.clientOrderId)).toEqual(['expired-unsent']);
    // A late frame brings the intent after all.
    world.submit(neverLater);
    await world.advance(100);
    expect(world.venue.bodies).toHaveLength(3);
  });

  test('behavior: an order of another runner’s time is unknown, found by its hash, and cancelled', async () => {
    const world = await opened();
    const theirs = world.submit(world.order());
    await world.advance(50);
    const other = await world.restart({ disk: undefined as never });
    await other.open();
    other.intake.resumed([{ order: theirs, status: 'resting' }]);
    await other.advance(2_000);
    expect(other.told(theirs.clientOrderId)).toEqual([
      'submission-unknown',
      'submission-unknown',
      'order-accepted',
      'order-canceled',
    ]);
    expect(other.venue.bodies).toHaveLength(1);
  });
});

describe('restart', () => {
  test.each(['lost-after', 'lost-before', 'never-answered'] as const)(
    'behavior: an order whose POST was under way (%s) is not sent again, and ends known',
    async (plan) => {
      const world = await opened();
      world.venue.plan.push(plan);
      const order = world.submit(world.order());
      await world.advance(2);
      const next = await world.restart();
      await next.open();
      next.intake.resumed([{ order, status: 'in-flight' }]);
      next.submit(order);
      await next.advance(60_000);
      expect(next.venue.bodies).toHaveLength(1);
      const last = next.told(order.clientOrderId).at(-1);
      expect(last).toBe(plan === 'lost-after' ? 'order-canceled' : 'order-absent');
    },
  );

  test('behavior: matches that came while the process was away are told', async () => {
    const world = await opened();
    const order = world.submit(world.order());
    await world.advance(50);
    const next = await world.restart();
    world.venue.match(hash(world, order), 10 * UNIT, 't1');
    await next.open();
    await next.advance(3_000);
    expect(next.told(order.clientOrderId)).toContain('order-filled');
  });

  test('behavior: the log forgets windows that are over, and the day’s loss stays', async () => {
    const winners = new Map([[windowAt(0).slug as string, 'down' as const]]);
    const world = await opened({ winners });
    const order = world.submit(world.order());
    await world.advance(50);
    world.venue.match(hash(world, order), 10 * UNIT, 't1');
    world.venue.settle('t1', 'confirmed');
    world.venue.shares.set(order.tokenId, 10 * UNIT);
    await world.advance(2 * 3_600_000);
    const text = world.disk.read('submissions.jsonl') ?? '';
    expect(text).not.toContain('"kind":"sent"');
    expect(world.account.liveFacts().lostMicro).toBe(4.8 * UNIT);
    const next = await world.restart();
    expect(next.account.liveFacts().lostMicro).toBe(4.8 * UNIT);
  });
});

describe('matches that nobody explains', () => {
  test('behavior: such a match halts all series until a person resumes', async () => {
    const world = await opened();
    const order = world.submit(world.order());
    await world.advance(50);
    world.intake.resumed([{ order, status: 'resting' }]);
    const fill = world.venue.match(hash(world, order), UNIT, 't1');
    world.account.channelMessage({
      kind: 'fill',
      fill: { ...fill, tradeId: 't9' as never, orderHash: `0x${'9'.repeat(64)}` as never },
    });
    await world.advance(12_000);
    expect(world.of('runner-restriction-changed').at(-1)).toMatchObject({ reason: 'unroutable-fill', mode: 'halted' });
    world.submit(world.order());
    expect(world.of('order-rejected').at(-1)?.detail).toContain('no order of the runner explains');
    world.intake.stop('resume', 'series', 'c1');
    const next = world.submit(world.order());
    await world.advance(50);
    expect(world.told(next.clientOrderId)).toEqual(['order-accepted']);
  });

  test('behavior: nothing is unexplained before the object has said what it counts as open', async () => {
    const before = await opened();
    const order = before.order();
    const signed = hash(before, order);
    const world = await before.restart();
    await world.open();
    // What a power cut leaves: the venue has the order and a match of it, the log knows neither.
    world.account.channelMessage({
      kind: 'fill',
      fill: {
        tradeId: 't1' as never,
        orderHash: signed,
        tokenId: order.tokenId,
        side: 'buy',
        priceTicks: order.priceTicks,
        sizeMicro: UNIT,
        liquidity: 'maker',
        settlement: 'matched',
        transactionHash: null,
        matchedMs: order.createdMs,
      },
    });
    await world.advance(30_000);
    expect(world.of('runner-restriction-changed').filter(({ mode }) => mode === 'halted')).toEqual([]);
    world.intake.resumed([{ order, status: 'in-flight' }]);
    await world.advance(2_000);
    expect(world.told(order.clientOrderId)).toContain('order-filled');
    expect(world.of('runner-restriction-changed').filter(({ mode }) => mode === 'halted')).toEqual([]);
  });

  test('behavior: an order at the venue that is not ours is cancelled', async () => {
    const world = await opened();
    const order = world.submit(world.order());
    await world.advance(50);
    const stated = world.venue.orders.get(hash(world, order));
    if (stated === undefined) throw new Error('the order stands');
    const strange = `0x${'8'.repeat(64)}` as never;
    world.venue.orders.set(strange, { ...stated, orderHash: strange });
    await world.advance(6_000);
    expect(world.venue.orders.get(strange)?.status).toBe('canceled');
    expect(world.venue.orders.get(hash(world, order))?.status).toBe('live');
  });
});

describe('reconciliation', () => {
  test('behavior: holdings that our matches do not come to are a mismatch, once they had time to settle', async () => {
    const world = await opened();
    const order = world.submit(world.order());
    await world.advance(50);
    world.venue.match(hash(world, order), 10 * UNIT, 't1');
    world.venue.settle('t1', 'confirmed');
    await world.advance(31_000);
    expect(world.of('reconciliation-completed').at(-1)?.result).toBe('clean');
    await world.advance(61_000);
    const last = world.of('reconciliation-completed').at(-1);
    expect(last?.result).toBe('mismatch');
    expect(last?.differences[0]).toContain('0 Up shares are held, our matches come to 10');
    world.venue.shares.set(order.tokenId, 10 * UNIT);
    await world.advance(31_000);
    expect(world.of('reconciliation-completed').at(-1)).toMatchObject({
      result: 'clean',
      held: [{ tokenId: order.tokenId, sizeMicro: 10 * UNIT }],
    });
  });

  test('behavior: a missing balance is never a proof that nothing is held', async () => {
    const world = await opened();
    const order = world.submit(world.order());
    await world.advance(50);
    world.venue.match(hash(world, order), 10 * UNIT, 't1');
    world.venue.settle('t1', 'confirmed');
    world.venue.failures.set('conditional', { kind: 'ambiguous', detail: 'no answer' });
    await world.advance(120_000);
    const late = world.of('reconciliation-completed').slice(-3);
    expect(
      late.every(({ result, differences, held }) => result === 'incomplete' && differences.length + held.length === 0),
    ).toBe(true);
  });
});

describe('stops', () => {
  test('behavior: a kill holds across restarts, and is confirmed by two empty listings 10 s apart', async () => {
    const world = await opened();
    const order = world.submit(world.order());
    await world.advance(50);
    world.intake.stop('kill', 'account', 'k1');
    world.submit(world.order());
    await world.advance(9_000);
    expect(world.told(order.clientOrderId).at(-1)).toBe('order-canceled');
    expect(world.of('stop-progressed').some(({ confirmed }) => confirmed)).toBe(false);
    await world.advance(5_000);
    expect(world.of('stop-progressed').at(-1)).toMatchObject({
      commandId: 'k1',
      openAtVenue: 0,
      unknown: 0,
      confirmed: true,
    });
    const next = await world.restart();
    await next.open();
    next.submit(next.order());
    expect(next.of('order-rejected')[0]?.detail).toContain('kill');
    next.intake.stop('resume', 'account', 'r1');
    const free = next.submit(next.order());
    await next.advance(50);
    expect(next.told(free.clientOrderId)).toEqual(['order-accepted']);
  });

  test('behavior: a kill holds from the moment it is said, whatever happens to the process', async () => {
    const world = await opened();
    const order = world.submit(world.order());
    await world.advance(50);
    world.intake.stop('kill', 'account', 'k1');
    const next = await world.restart();
    await next.open();
    next.submit(next.order());
    expect(next.of('order-rejected')[0]?.detail).toContain('kill');
    await next.advance(15_000);
    expect(next.told(order.clientOrderId).at(-1)).toBe('order-canceled');
    expect(next.of('stop-progressed').at(-1)).toMatchObject({ commandId: 'k1', confirmed: true });
  });

  test('behavior: an order that appears late takes the confirmation back', async () => {
    const world = await opened();
    world.intake.stop('kill', 'account', 'k1');
    await world.advance(6_000);
    const stranger = `0x${'8'.repeat(64)}` as never;
    const { conditionId, tokens } = windowAt(0);
    world.venue.uncancelable.set(stranger, 'no');
    world.venue.orders.set(stranger, {
      orderHash: stranger,
      status: 'live',
      statusText: 'LIVE',
      conditionId,
      tokenId: tokens.up,
      side: 'buy',
      priceTicks: 4_000,
      originalMicro: 5 * UNIT,
      matchedMicro: 0,
      timeInForce: 'GTC',
      tradeIds: [],
    });
    await world.advance(15_000);
    expect(world.of('stop-progressed').at(-1)).toMatchObject({ openAtVenue: 1, confirmed: false });
    world.venue.uncancelable.clear();
    await world.advance(9_000);
    expect(world.of('stop-progressed').some(({ confirmed }) => confirmed)).toBe(false);
    await world.advance(5_000);
    expect(world.of('stop-progressed').at(-1)?.confirmed).toBe(true);
  });

  test('behavior: an unknown order keeps a kill from being confirmed, for 60 s at most', async () => {
    const world = await opened();
    world.venue.plan.push('never-answered');
    world.submit(world.order());
    await world.advance(50);
    world.intake.stop('kill', 'account', 'k1');
    await world.advance(50_000);
    expect(world.of('stop-progressed').at(-1)).toMatchObject({ unknown: 1, confirmed: false });
    await world.advance(25_000);
    expect(world.of('stop-progressed').at(-1)?.confirmed).toBe(true);
  });

  test('behavior: pause cancels what rests and refuses openings, but not a sale that lowers the loss', async () => {
    const world = await opened();
    const bought = world.submit(world.order());
    const resting = world.submit(world.order({ priceTicks: 4_000 }));
    await world.advance(50);
    world.venue.match(hash(world, bought), 10 * UNIT, 't1');
    world.intake.stop('pause', 'series', 'p1');
    await world.advance(2_000);
    expect(world.told(resting.clientOrderId).at(-1)).toBe('order-canceled');
    world.submit(world.order());
    expect(world.of('order-rejected').at(-1)?.detail).toContain('pause');
    const sale = world.submit(world.order({ side: 'sell', priceTicks: 5_000 }));
    await world.advance(50);
    expect(world.told(sale.clientOrderId)).toEqual(['order-accepted']);
  });
});

describe('drain', () => {
  test('behavior: cancels, waits for known ends, reconciles, and takes nothing new', async () => {
    const world = await opened();
    const order = world.submit(world.order());
    await world.advance(50);
    const drained = world.account.drain();
    world.submit(world.order());
    await world.advance(2_000);
    expect(await drained).toEqual({ canceled: 1, left: 0, reconciliation: 'clean' });
    expect(world.told(order.clientOrderId).at(-1)).toBe('order-canceled');
    expect(world.venue.bodies).toHaveLength(1);
  });

  test('behavior: gives up on what does not become known after 40 s, and says so', async () => {
    const world = await opened();
    world.venue.plan.push('never-answered');
    world.submit(world.order());
    await world.advance(50);
    const drained = world.account.drain();
    await world.advance(42_000);
    expect(await drained).toMatchObject({ left: 1 });
  });
});

describe('restrictions', () => {
  test('behavior: place and clock restrict, each with its own sentence', async () => {
    const world = await createAccountWorld();
    world.venue.geoblocked = true;
    world.venue.clockOffsetMs = 5_000;
    await world.open();
    const told = world.of('runner-restriction-changed');
    expect(told).toContainEqual(expect.objectContaining({ reason: 'runner-geoblock', mode: 'reducing' }));
    expect(told).toContainEqual(expect.objectContaining({ reason: 'runner-clock', mode: 'halted' }));
    world.submit(world.order());
    expect(world.of('order-rejected')[0]?.detail).toContain('clock');
  });

  test('behavior: the first resume tells how every reason stands, so that another runner’s are lifted', async () => {
    const world = await opened();
    world.facts.length = 0;
    world.intake.resumed([]);
    const reasons = world.of('runner-restriction-changed');
    expect(reasons.length).toBeGreaterThan(5);
    expect(reasons.every(({ mode }) => mode === 'active')).toBe(true);
    world.facts.length = 0;
    world.intake.resumed([]);
    expect(world.of('runner-restriction-changed')).toEqual([]);
  });

  test('behavior: live is one order of the minimum size in a window', async () => {
    const world = await opened({ caps: { maxOrdersPerWindow: 1, learningBudgetMicro: 20 * UNIT } });
    world.submit(world.order());
    expect(world.of('order-rejected')[0]?.detail).toContain('minimum size of 5');
    const first = world.submit(world.order({ amount: { unit: 'shares', sizeMicro: 5 * UNIT } }));
    await world.advance(50);
    expect(world.told(first.clientOrderId)).toEqual(['order-accepted']);
    world.submit(world.order({ amount: { unit: 'shares', sizeMicro: 5 * UNIT } }));
    expect(world.of('order-rejected').at(-1)?.detail).toContain('all that is allowed live');
    const nextWindow = windowAt(1);
    world.submit(
      world.order({
        marketSlug: nextWindow.slug,
        windowStartMs: nextWindow.window.startMs,
        tokenId: nextWindow.tokens.up,
        amount: { unit: 'shares', sizeMicro: 5 * UNIT },
        clientOrderId: 'next' as ClientOrderId,
      }),
    );
    await world.advance(50);
    expect(world.told('next')).toEqual(['order-accepted']);
    expect(START_MS).toBeLessThan(world.time.clock.now());
  });
});
