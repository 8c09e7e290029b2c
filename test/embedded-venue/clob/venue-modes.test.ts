/** States and faults of the CLOB's routes over the real exchange. */
import { describe, expect, test } from 'vitest';
import { createTrader, type Trader, type TradingWorld, tradingWorld } from '../../support/venue-trader.ts';

async function quietTrader(rules = {}): Promise<{ at: TradingWorld; trader: Trader }> {
  const at = tradingWorld({ participants: 'none', takerDelayMs: 0, rules });
  at.pass(1_000);
  return { at, trader: await createTrader(at, 1) };
}
const open = (trader: Trader): number => trader.call('GET', '/data/orders').json.count;
const disturb = (at: TradingWorld, body: object): void => {
  expect(at.call('POST', '/faults', { body }).status).toBe(200);
};

describe('trading modes', () => {
  test('behavior: a restart refuses everything, then takers, then nobody', async () => {
    const { at, trader } = await quietTrader();
    const { orderID } = (await trader.place({ price: 0.4, size: 10 })).json;
    disturb(at, { mode: 'restarting', forMs: 5_000 });
    expect((await trader.place({ price: 0.4, size: 10, postOnly: true })).status).toBe(425);
    expect(trader.call('POST', '/orders', { body: [await trader.sign({ price: 0.4, size: 10 })] }).status).toBe(425);
    expect(trader.call('DELETE', '/order', { body: { orderID } }).status).toBe(425);
    expect(open(trader)).toBe(1);
    at.pass(5_000);
    const taker = await trader.place({ price: 0.4, size: 10 });
    expect(taker).toMatchObject({ status: 503, json: { code: 'post_only_mode' } });
    expect(taker.headers['retry-after']).toBe(String(taker.json.retry_after_seconds));
    expect((await trader.place({ price: 0.41, size: 10, postOnly: true })).status).toBe(200);
    const batch = [
      await trader.sign({ price: 0.42, size: 10 }),
      await trader.sign({ price: 0.43, size: 10, postOnly: true }),
    ];
    const { status, json } = trader.call('POST', '/orders', { body: batch });
    expect(status).toBe(200);
    expect(json.map(({ errorMsg }: { errorMsg: string }) => errorMsg)).toEqual([
      'post-only mode: only post-only orders and cancels are allowed',
      '',
    ]);
    expect(trader.call('DELETE', '/order', { body: { orderID } }).json.canceled).toEqual([orderID]);
    at.pass(120_000);
    expect((await trader.place({ price: 0.4, size: 10 })).status).toBe(200);
  });

  test('behavior: cancel-only and disabled', async () => {
    const { at, trader } = await quietTrader();
    await trader.place({ price: 0.4, size: 10 });
    disturb(at, { mode: 'disabled' });
    const refused = trader.call('DELETE', '/cancel-all');
    expect(refused).toMatchObject({
      status: 503,
      json: { error: 'Trading is currently disabled. Check polymarket.com for updates' },
    });
    disturb(at, { mode: 'cancel-only' });
    expect((await trader.place({ price: 0.4, size: 10, postOnly: true })).json.error).toContain('cancel-only');
    expect(trader.call('DELETE', '/cancel-all').json.canceled).toHaveLength(1);
    expect(at.call('GET', '/faults').json).toEqual({ mode: 'cancel-only', geoblocked: false });
    expect(at.call('DELETE', '/faults').json).toEqual({ mode: 'normal', geoblocked: false });
  });

  test('behavior: a blocked country', async () => {
    const { at, trader } = await quietTrader();
    expect(at.call('GET', '/geoblock').json.blocked).toBe(false);
    disturb(at, { geoblocked: true });
    expect(at.call('GET', '/geoblock').json.blocked).toBe(true);
    expect((await trader.place({ price: 0.4, size: 10 })).status).toBe(403);
    expect(open(trader)).toBe(0);
    expect(trader.call('DELETE', '/cancel-all').status).toBe(200);
  });

  test('behavior: nonsense is refused in a sentence', () => {
    const at = tradingWorld();
    for (const body of [{ mode: 'broken' }, { plan: [{ fault: { kind: 'none' } }] }, 'text']) {
      expect(at.call('POST', '/faults', { body }).status).toBe(400);
    }
  });
});

describe('rate limits', () => {
  test('behavior: enforced or not, the level is told', async () => {
    for (const enforceRateLimits of [true, false]) {
      const { trader } = await quietTrader({ enforceRateLimits });
      const item = await trader.sign({ price: 0.4, size: 10 });
      const body = Array.from({ length: 15 }, () => item);
      const statuses = [1, 2, 3, 4, 5].map(() => trader.call('POST', '/orders', { body }));
      expect(statuses.map(({ status }) => status)).toEqual([200, 200, 200, 200, enforceRateLimits ? 429 : 200]);
      expect(statuses[0]?.headers).toMatchObject({
        'poly-ratelimit-remaining': '45',
        'poly-ratelimit-tier': 'Standard',
      });
      const [last] = statuses.slice(-1);
      expect(last?.headers['poly-ratelimit-warning']).toBeDefined();
      if (enforceRateLimits) expect(last?.headers['retry-after']).toBe('1');
    }
  });

  test('behavior: cancel-all costs one and each order', async () => {
    const { trader } = await quietTrader();
    for (let cents = 30; cents < 35; cents++) await trader.place({ price: cents / 100, size: 10 });
    expect(trader.call('DELETE', '/cancel-all').headers['poly-ratelimit-remaining']).toBe(String(120 - 6));
  });
});

describe('request faults', () => {
  const loseFirst = (kind: 'lose-request' | 'lose-response') => ({
    plan: [{ match: { route: 'POST /order', nth: 1 }, fault: { kind } }],
  });

  test('behavior: an order that was lost on the way is nowhere, one whose answer was lost stands', async () => {
    for (const [kind, stands] of [
      ['lose-request', 0],
      ['lose-response', 1],
    ] as const) {
      const { at, trader } = await quietTrader();
      disturb(at, loseFirst(kind));
      const body = await trader.sign({ price: 0.4, size: 10 });
      expect(trader.call('POST', '/order', { body }).dropped).toBe(true);
      expect(open(trader)).toBe(stands);
      const again = trader.call('POST', '/order', { body });
      if (stands === 0) expect(again.json.status).toBe('live');
      else expect(again.json.error).toContain('Duplicated.');
      expect(open(trader)).toBe(1);
    }
  });

  test('behavior: a request that arrives twice is one order', async () => {
    const { at, trader } = await quietTrader();
    disturb(at, { plan: [{ match: { route: 'POST /order' }, fault: { kind: 'repeat-request' } }] });
    const placed = await trader.place({ price: 0.4, size: 10 });
    expect(placed.json.error).toContain('Duplicated.');
    expect(open(trader)).toBe(1);
  });

  test('behavior: an error of the venue may hide an order', async () => {
    for (const accepted of [true, false]) {
      const { at, trader } = await quietTrader();
      const fault = { kind: 'answer', accepted, status: 500, body: '{"error":"could not insert order"}' };
      disturb(at, { plan: [{ match: { route: 'POST /order' }, fault }] });
      expect(await trader.place({ price: 0.4, size: 10 })).toMatchObject({
        status: 500,
        json: { error: 'could not insert order' },
      });
      expect(open(trader)).toBe(accepted ? 1 : 0);
    }
  });

  test('behavior: an answer may be late', async () => {
    const { at, trader } = await quietTrader();
    disturb(at, { plan: [{ match: { route: 'DELETE /cancel-all' }, fault: { kind: 'delay', delayMs: 700 } }] });
    await trader.place({ price: 0.4, size: 10 });
    expect(trader.call('DELETE', '/cancel-all').delayMs).toBe(700);
    expect(open(trader)).toBe(0);
  });
});
