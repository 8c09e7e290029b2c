/** The user channel over the real exchange, healthy and disturbed. */
import { describe, expect, test } from 'vitest';
import type { FaultPlan } from '../../../embedded-venue/faults/fault-plan.ts';
import { connectTo } from '../../support/venue-client.ts';
import { createTrader, type Trader, type TradingWorld, testAccount, tradingWorld } from '../../support/venue-trader.ts';

const STEP_MS = 200;

async function channelWorld(faults: FaultPlan = []): Promise<{ at: TradingWorld; trader: Trader }> {
  const at = tradingWorld({ participants: 'none', takerDelayMs: 0, faults });
  at.pass(1_000);
  return { at, trader: await createTrader(at, 1) };
}

const parsed = (frames: readonly string[]) =>
  // biome-ignore lint/suspicious/noExplicitAny: messages of two shapes.
  frames.filter((frame) => frame !== 'PONG').map((frame): any => JSON.parse(frame));
/** "PLACEMENT 0.4" and the like. */
const told = (frames: readonly string[]): string[] => parsed(frames).map(({ type, price }) => `${type} ${price}`);

/** Places at 0.40 and 0.41, one after the other, and lets what is underway arrive. */
async function placeTwo(at: TradingWorld, trader: Trader): Promise<void> {
  await trader.place({ price: 0.4, size: 10 });
  at.pass(STEP_MS);
  await trader.place({ price: 0.41, size: 10 });
  at.pass(STEP_MS);
}

describe('user channel', () => {
  test('behavior: an order as it was captured, to every connection of the account', async () => {
    const { at, trader } = await channelWorld();
    const stranger = await createTrader(at, 2);
    const clients = [trader.listen(), trader.listen(), stranger.listen()];
    const placedMs = at.nowMs;
    const { orderID } = (await trader.place({ price: 0.4, size: 10 })).json;
    at.pass(STEP_MS);
    trader.call('DELETE', '/order', { body: { orderID } });
    at.pass(STEP_MS);
    const [first, second, other] = clients.map(({ frames }) => parsed(frames));
    expect(other).toEqual([]);
    expect(second).toEqual(first);
    expect(first?.[0]).toEqual({
      event_type: 'order',
      type: 'PLACEMENT',
      id: orderID,
      owner: trader.key.apiKey,
      order_owner: trader.key.apiKey,
      market: at.market.conditionId,
      asset_id: at.market.tokens.up,
      side: 'BUY',
      original_size: '10',
      size_matched: '0',
      price: '0.4',
      associate_trades: [],
      outcome: 'Up',
      created_at: String(Math.floor(placedMs / 1_000)),
      expiration: '0',
      order_type: 'GTC',
      status: 'LIVE',
      maker_address: testAccount(1).address,
      timestamp: String(placedMs),
    });
    expect(first?.[1]).toMatchObject({ type: 'CANCELLATION', id: orderID, status: 'CANCELED', size_matched: '0' });
  });

  test('behavior: only the markets that are asked for', async () => {
    const { at, trader } = await channelWorld();
    const elsewhere = `0x${'1'.repeat(64)}`;
    const all = trader.listen();
    const named = trader.listen([at.market.conditionId]);
    const changing = trader.listen([elsewhere]);
    await trader.place({ price: 0.4, size: 10 });
    at.pass(STEP_MS);
    changing.send({ operation: 'subscribe', markets: [at.market.conditionId] });
    await trader.place({ price: 0.41, size: 10 });
    at.pass(STEP_MS);
    changing.send({ operation: 'unsubscribe', markets: [at.market.conditionId] });
    named.send({ operation: 'unsubscribe', markets: [at.market.conditionId] });
    await trader.place({ price: 0.42, size: 10 });
    at.pass(STEP_MS);
    expect(told(all.frames)).toEqual(['PLACEMENT 0.4', 'PLACEMENT 0.41', 'PLACEMENT 0.42']);
    expect(told(named.frames)).toEqual(['PLACEMENT 0.4', 'PLACEMENT 0.41']);
    expect(told(changing.frames)).toEqual(['PLACEMENT 0.41']);
  });

  test('behavior: strangers are shown the door', async () => {
    const { at, trader } = await channelWorld();
    const client = connectTo(at.world.feeds, '/clob/ws/user');
    client.send({ type: 'user', auth: { ...trader.key, secret: 'other' } });
    expect(client.closes).toEqual([4_001]);
    const silent = connectTo(at.world.feeds, '/clob/ws/user');
    silent.send({ operation: 'subscribe', markets: [] });
    silent.send('PING');
    await trader.place({ price: 0.4, size: 10 });
    at.pass(STEP_MS);
    expect(silent.frames).toEqual(['PONG']);
  });
});

describe('user channel, disturbed', () => {
  test.each([
    ['repeated', { kind: 'repeat-message', copies: 1 }, ['PLACEMENT 0.4', 'PLACEMENT 0.4', 'PLACEMENT 0.41']],
    ['lost', { kind: 'lose-message' }, ['PLACEMENT 0.41']],
    ['out of order', { kind: 'swap-message' }, ['PLACEMENT 0.41', 'PLACEMENT 0.4']],
    ['late', { kind: 'delay-message', delayMs: 300 }, ['PLACEMENT 0.41', 'PLACEMENT 0.4']],
    ['silent', { kind: 'silence', forMs: 300 }, []],
  ] as const)('args: the first message is %s', async (_name, fault, expected) => {
    const { at, trader } = await channelWorld([{ match: { route: 'order', nth: 1 }, fault }]);
    const client = trader.listen();
    await placeTwo(at, trader);
    client.send('PING');
    at.pass(1_000);
    expect(told(client.frames)).toEqual([...expected]);
    expect(client.frames).toContain('PONG');
    await trader.place({ price: 0.42, size: 10 });
    at.pass(STEP_MS);
    expect(told(client.frames).at(-1)).toBe('PLACEMENT 0.42');
  });

  test('behavior: a message that waits for another one comes at last', async () => {
    const { at, trader } = await channelWorld([{ match: { nth: 1 }, fault: { kind: 'swap-message' } }]);
    const client = trader.listen();
    await trader.place({ price: 0.4, size: 10 });
    at.pass(900);
    expect(client.frames).toEqual([]);
    at.pass(200);
    expect(told(client.frames)).toEqual(['PLACEMENT 0.4']);
  });

  test('behavior: the channel can be ahead of the acknowledgement', async () => {
    const { trader } = await channelWorld([
      { match: { route: 'POST /order' }, fault: { kind: 'channel-first', delayMs: 400 } },
    ]);
    const client = trader.listen();
    const placed = await trader.place({ price: 0.4, size: 10 });
    expect(placed.delayMs).toBe(400);
    expect(told(client.frames)).toEqual(['PLACEMENT 0.4']);
  });

  test('behavior: a settlement can fail, and gives everything back', async () => {
    const { at, trader } = await channelWorld([
      { match: {}, fault: { kind: 'settlement', minedAfterMs: 3_000, confirmedAfterMs: 6_000, fails: true } },
    ]);
    const taker = await createTrader(at, 2);
    const client = taker.listen();
    const money = () => at.call('GET', `/account/${taker.address}`).json;
    const before = money();
    await trader.place({ price: 0.45, size: 10, outcome: 'down' });
    await taker.place({ price: 0.55, size: 10 });
    at.pass(30_000);
    const statuses = parsed(client.frames)
      .filter(({ event_type }) => event_type === 'trade')
      .map(({ status }) => status);
    expect(statuses).toEqual(['MATCHED', 'RETRYING', 'FAILED']);
    expect(taker.call('GET', '/data/trades').json.data[0]).toMatchObject({ status: 'TRADE_STATUS_FAILED' });
    expect(money()).toEqual(before);
  });

  test('behavior: balances lag until they are refreshed', async () => {
    const { at, trader } = await channelWorld([{ match: {}, fault: { kind: 'balance-lag', lagMs: 60_000 } }]);
    const taker = await createTrader(at, 2);
    await trader.place({ price: 0.45, size: 20, outcome: 'down' });
    await taker.place({ price: 0.55, size: 10 });
    at.pass(20_000);
    const sell = () => taker.place({ price: 0.6, size: 10, side: 'SELL' });
    expect((await sell()).json.error).toContain('not enough balance / allowance');
    const query = { asset_type: 'CONDITIONAL', token_id: at.market.tokens.up, signature_type: '0' };
    taker.call('GET', '/balance-allowance/update', { query });
    expect((await sell()).json.status).toBe('live');
  });
});
