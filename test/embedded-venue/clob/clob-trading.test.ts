/** The authenticated CLOB over the real exchange, on simulated time. */
import { describe, expect, test } from 'vitest';
import { connectTo } from '../../support/venue-client.ts';
import {
  createTrader,
  fund,
  testAccount,
  traderWith,
  tradingWorld,
  walletHeaders,
} from '../../support/venue-trader.ts';

/** Nobody else in the books, and no delay: what two accounts do is all that happens. */
const QUIET = { participants: 'none', takerDelayMs: 0 } as const;
const quiet = (rules: Parameters<typeof tradingWorld>[0] = {}) => {
  const at = tradingWorld({ ...QUIET, ...rules });
  at.pass(1_000);
  return at;
};
const WALLET = '0x5555555555555555555555555555555555555555';

describe('keys', () => {
  test('behavior: a key is created once for each nonce, and derived again', async () => {
    const at = quiet();
    const account = testAccount(1);
    const headers = await walletHeaders(account, at.nowMs);
    const derive = () => at.call('GET', '/clob/auth/derive-api-key', { headers });
    expect(derive()).toMatchObject({ status: 400, json: { error: 'Could not derive api key!' } });
    const created = at.call('POST', '/clob/auth/api-key', { headers });
    expect(created.status).toBe(200);
    expect(Object.keys(created.json)).toEqual(['apiKey', 'secret', 'passphrase']);
    expect(at.call('POST', '/clob/auth/api-key', { headers })).toMatchObject({
      status: 400,
      json: { error: 'Could not create api key' },
    });
    expect(derive().json).toEqual(created.json);
    const second = at.call('POST', '/clob/auth/api-key', {
      headers: await walletHeaders(account, at.nowMs, { nonce: 1 }),
    });
    expect(second.json.apiKey).not.toBe(created.json.apiKey);
  });

  test('behavior: forged headers are refused', async () => {
    const at = quiet();
    const headers = { ...(await walletHeaders(testAccount(1), at.nowMs)), POLY_ADDRESS: testAccount(2).address };
    expect(at.call('POST', '/clob/auth/api-key', { headers })).toMatchObject({
      status: 401,
      json: { error: 'Invalid L1 Request headers' },
    });
  });

  test('behavior: a deleted key opens nothing any more', async () => {
    const at = quiet();
    const trader = await createTrader(at, 1);
    expect(trader.call('GET', '/auth/api-keys').json).toEqual({ apiKeys: [trader.key.apiKey] });
    expect(trader.call('DELETE', '/auth/api-key').json).toBe('OK');
    expect(trader.call('GET', '/auth/api-keys')).toMatchObject({
      status: 401,
      json: { error: 'Unauthorized/Invalid api key' },
    });
  });

  test('behavior: a read-only key reads and does nothing else', async () => {
    const at = quiet();
    const trader = await createTrader(at, 1);
    const { json } = trader.call('POST', '/auth/readonly-api-key');
    const reader = traderWith(at, testAccount(1), trader.address, json);
    expect(trader.call('GET', '/auth/readonly-api-keys').json).toEqual([json.apiKey]);
    expect((await trader.place({ price: 0.4, size: 10 })).status).toBe(200);
    expect(reader.call('GET', '/data/orders').json.data).toHaveLength(1);
    expect(reader.call('GET', '/balance-allowance', { query: { asset_type: 'COLLATERAL' } }).status).toBe(200);
    expect((await reader.place({ price: 0.4, size: 10 })).status).toBe(401);
    for (const [method, path] of [
      ['DELETE', '/cancel-all'],
      ['POST', '/v1/heartbeats'],
      ['DELETE', '/auth/api-key'],
      ['POST', '/auth/readonly-api-key'],
    ] as const) {
      expect(reader.call(method, path).status).toBe(401);
    }
    expect(trader.call('DELETE', '/auth/readonly-api-key', { body: { key: json.apiKey } }).json).toBe(true);
    expect(reader.call('GET', '/data/orders').status).toBe(401);
  });
});

describe('prices', () => {
  test('behavior: whoever has a key may listen to PolyBolt', async () => {
    const at = quiet();
    const { key } = await createTrader(at, 1);
    const ask = (auth: object): string => {
      const client = connectTo(at.world.feeds, '/polybolt/ws');
      client.send({ op: 'auth', rid: 'a', auth });
      return JSON.parse(client.frames[0] ?? '{}').op;
    };
    expect([ask(key), ask({ ...key, secret: 'other' }), ask({})]).toEqual(['authed', 'error', 'error']);
  });
});

describe('orders', () => {
  test('behavior: a limit order rests, is shown, and is cancelled', async () => {
    const at = quiet();
    const trader = await createTrader(at, 1);
    const placed = await trader.place({ price: 0.4, size: 10 });
    expect(placed).toMatchObject({
      status: 200,
      json: { success: true, errorMsg: '', status: 'live', makingAmount: '', takingAmount: '' },
    });
    const { orderID } = placed.json;
    const [order] = trader.call('GET', '/data/orders').json.data;
    expect(order).toEqual({
      id: orderID,
      status: 'ORDER_STATUS_LIVE',
      owner: trader.key.apiKey,
      maker_address: testAccount(1).address,
      market: at.market.conditionId,
      asset_id: at.market.tokens.up,
      side: 'BUY',
      original_size: '10',
      size_matched: '0',
      price: '0.4',
      associate_trades: [],
      outcome: 'Up',
      created_at: Math.floor(at.nowMs / 1_000),
      expiration: '0',
      order_type: 'GTC',
    });
    expect(trader.call('GET', `/data/order/${orderID}`).json).toEqual(order);
    expect(trader.call('DELETE', '/order', { body: { orderID } }).json).toEqual({
      canceled: [orderID],
      not_canceled: {},
    });
    const again = trader.call('DELETE', '/order', { body: { orderID } }).json;
    expect(again.canceled).toEqual([]);
    expect(Object.keys(again.not_canceled)).toEqual([orderID]);
    expect(trader.call('GET', `/data/order/${orderID}`).json.status).toBe('ORDER_STATUS_CANCELED');
    expect(trader.call('GET', '/data/orders').json.data).toEqual([]);
  });

  test('behavior: the same bytes twice are one order', async () => {
    const at = quiet();
    const trader = await createTrader(at, 1);
    const body = await trader.sign({ price: 0.4, size: 10 });
    const { orderID } = trader.call('POST', '/order', { body }).json;
    const again = trader.call('POST', '/order', { body });
    expect(again.status).toBe(400);
    expect(again.json.error).toBe(`order ${orderID} is invalid. Duplicated.`);
    expect(trader.call('GET', '/data/orders').json.data).toHaveLength(1);
  });

  test.each([
    [
      'another owner',
      { owner: '00000000-0000-0000-0000-000000000000' },
      'the order owner has to be the owner of the API KEY',
    ],
    ['another exchange', { verifyingContract: '0xe2222d279d744050d28e00520010520000310F59' }, 'invalid signature'],
    ['the first protocol', { version: '1' }, 'invalid signature'],
    [
      'the third protocol',
      { version: '3', verifyingContract: '0xe3333700cA9d93003F00f0F71f8515005F6c00Aa' },
      'order_version_mismatch',
    ],
    ['a token of the new protocol', { tokenId: '1' }, 'order_version_mismatch'],
    ['an expiration without GTD', { expiration: 1_795_500_000 }, 'invalid expiration'],
    ['GTD without expiration', { orderType: 'GTD' }, 'invalid expiration'],
    ['post-only FOK', { orderType: 'FOK', postOnly: true }, 'Invalid order payload'],
    ['nothing for something', { makerAmount: 0 }, 'Invalid order payload'],
  ] as const)('args: %s', async (_name, wish, error) => {
    const at = quiet();
    const trader = await createTrader(at, 1);
    expect(await trader.place({ price: 0.4, size: 10, ...wish })).toMatchObject({ status: 400, json: { error } });
    expect(trader.call('GET', '/data/orders').json.data).toEqual([]);
  });

  test('behavior: an order of the first struct, and nonsense', async () => {
    const at = quiet();
    const trader = await createTrader(at, 1);
    const signed = (await trader.sign({ price: 0.4, size: 10 })) as { order: object };
    const send = (body: object) => trader.call('POST', '/order', { body }).json.error;
    expect(send({ ...signed, order: { ...signed.order, nonce: '0', taker: WALLET } })).toBe('order_version_mismatch');
    expect(send({ ...signed, order: { ...signed.order, signature: 'none' } })).toBe('Invalid order payload');
    expect(send({ ...signed, orderType: 'IOC' })).toBe('Invalid order payload');
    expect(send([])).toBe('Invalid order payload');
  });

  test("behavior: nobody cancels, sees or sends another's order", async () => {
    const at = quiet();
    const [first, second] = [await createTrader(at, 1), await createTrader(at, 2)];
    const { orderID } = (await first.place({ price: 0.4, size: 10 })).json;
    expect(second.call('DELETE', '/order', { body: { orderID } }).json.canceled).toEqual([]);
    expect(second.call('DELETE', '/cancel-all').json.canceled).toEqual([]);
    expect(second.call('GET', `/data/order/${orderID}`).status).toBe(404);
    const foreign = { ...(await first.sign({ price: 0.4, size: 10 })), owner: second.key.apiKey };
    expect(second.call('POST', '/order', { body: foreign }).json.error).toBe(
      'the order signer address has to be the address of the API KEY',
    );
    expect(first.call('GET', '/data/orders').json.data).toHaveLength(1);
  });

  test('behavior: a batch answers each order by itself', async () => {
    const at = quiet();
    const trader = await createTrader(at, 1);
    const body = [
      await trader.sign({ price: 0.4, size: 10 }),
      await trader.sign({ price: 0.405, size: 10 }),
      await trader.sign({ price: 0.41, size: 10, postOnly: true }),
    ];
    const { status, json } = trader.call('POST', '/orders', { body });
    expect(status).toBe(200);
    expect(json.map((item: { success: boolean; status: string }) => [item.success, item.status])).toEqual([
      [true, 'live'],
      [true, ''],
      [true, 'live'],
    ]);
    expect(json[1]).toMatchObject({ orderID: '', makingAmount: '', takingAmount: '' });
    expect(json[1].errorMsg).toContain('breaks minimum tick size rule: 0.01');
    const sixteen = Array.from({ length: 16 }, () => body[0]);
    expect(trader.call('POST', '/orders', { body: sixteen })).toMatchObject({
      status: 400,
      json: { error: 'Too many orders in payload: 16, max allowed: 15' },
    });
    expect(trader.call('POST', '/orders', { body: [] }).status).toBe(400);
  });

  test('behavior: cancels of many, of a market, of all', async () => {
    const at = quiet();
    const trader = await createTrader(at, 1);
    const ids: string[] = [];
    for (const [price, outcome] of [
      [0.4, 'up'],
      [0.41, 'up'],
      [0.3, 'down'],
      [0.31, 'down'],
    ] as const) {
      ids.push((await trader.place({ price, size: 10, outcome })).json.orderID);
    }
    const cancel = (path: string, body?: object) =>
      trader.call('DELETE', path, body === undefined ? {} : { body }).json.canceled as string[];
    expect(cancel('/orders', [ids[0]])).toEqual([ids[0]]);
    expect(cancel('/cancel-market-orders', { market: `0x${'1'.repeat(64)}` })).toEqual([]);
    expect(cancel('/cancel-market-orders', { asset_id: at.market.tokens.up })).toEqual([ids[1]]);
    expect(cancel('/cancel-market-orders', { market: at.market.conditionId }).sort()).toEqual([ids[2], ids[3]].sort());
    ids.push((await trader.place({ price: 0.42, size: 10 })).json.orderID);
    expect(cancel('/cancel-all')).toEqual([ids[4]]);
    expect(trader.call('DELETE', '/order', { body: { orderID: 'x' } })).toMatchObject({
      status: 400,
      json: { error: 'Invalid orderID' },
    });
    const tooMany = Array.from({ length: 1_001 }, () => ids[0]);
    expect(trader.call('DELETE', '/orders', { body: tooMany }).status).toBe(400);
  });

  test('behavior: orders and trades come in pages', async () => {
    const at = quiet({ rules: { pageSize: 2 } });
    const trader = await createTrader(at, 1);
    for (let cents = 30; cents < 35; cents++) await trader.place({ price: cents / 100, size: 10 });
    const seen: string[] = [];
    const sizes: number[] = [];
    for (let cursor = 'MA=='; cursor !== 'LTE='; ) {
      const { json } = trader.call('GET', '/data/orders', { query: { next_cursor: cursor } });
      seen.push(...json.data.map(({ id }: { id: string }) => id));
      sizes.push(json.count);
      cursor = json.next_cursor;
    }
    expect(sizes).toEqual([2, 2, 1]);
    expect(new Set(seen).size).toBe(5);
  });
});

describe('wallets', () => {
  test.each([
    [1, 'proxy'],
    [2, 'safe'],
    [3, 'deposit'],
  ] as const)("behavior: signature type %i trades from its owner's %s wallet", async (signatureType, type) => {
    const at = quiet();
    const trader = await createTrader(at, 1, { pusd: 0 });
    fund(at, WALLET, 100);
    const place = () => trader.place({ price: 0.4, size: 10 }, { signatureType, maker: WALLET });
    const before = await place();
    // Nobody's wallet yet.
    expect(before.status).toBe(400);
    expect(at.call('POST', '/wallets', { body: { owner: trader.address, wallet: WALLET, type } }).status).toBe(200);
    expect((await place()).json.status).toBe('live');
    expect(trader.call('GET', '/data/orders').json.data[0].maker_address).toBe(WALLET);
    const balance = (of: number) =>
      trader.call('GET', '/balance-allowance', { query: { asset_type: 'COLLATERAL', signature_type: String(of) } }).json
        .balance;
    expect(balance(signatureType)).toBe('100000000');
    expect(balance(0)).toBe('0');
    const stranger = await createTrader(at, 2);
    expect((await stranger.place({ price: 0.4, size: 10 }, { signatureType, maker: WALLET })).status).toBe(400);
    // A wallet of one type does not sign as another.
    const other = signatureType === 1 ? 2 : 1;
    expect((await trader.place({ price: 0.4, size: 10 }, { signatureType: other, maker: WALLET })).json.error).toBe(
      'invalid signature',
    );
  });

  test.each([
    ['eoa', 'owner'],
    ['wallet', 'plain'],
    ['wrapped', 'wrapped'],
  ] as const)(
    'behavior: where deposit wallets bind keys by %s, only the key asked for as %s trades',
    async (keyBinding, works) => {
      const at = quiet({ rules: { keyBinding } });
      fund(at, WALLET, 100);
      const owner = testAccount(1).address.toLowerCase();
      at.call('POST', '/wallets', { body: { owner, wallet: WALLET, type: 'deposit' } });
      const attempts = {
        owner: () => createTrader(at, 1),
        plain: () => createTrader(at, 1, { boundTo: WALLET }),
        wrapped: () => createTrader(at, 1, { boundTo: WALLET, wrapped: true }),
      };
      const outcomes: Record<string, string> = {};
      for (const [name, attempt] of Object.entries(attempts)) {
        try {
          const trader = await attempt();
          const { json } = await trader.place({ price: 0.4, size: 10 }, { signatureType: 3, maker: WALLET });
          outcomes[name] = json.status ?? json.error;
        } catch {
          outcomes[name] = 'no key';
        }
      }
      const wrongKey = 'the order signer address has to be the address of the API KEY';
      expect(outcomes).toEqual({ owner: wrongKey, plain: 'no key', wrapped: 'no key', [works]: 'live' });
    },
  );

  test('behavior: new accounts may have to use the deposit wallet', async () => {
    const at = quiet({ rules: { depositWalletOnly: true } });
    const trader = await createTrader(at, 1);
    fund(at, WALLET, 100);
    at.call('POST', '/wallets', { body: { owner: trader.address, wallet: WALLET, type: 'deposit' } });
    expect((await trader.place({ price: 0.4, size: 10 })).json.error).toBe(
      'maker address not allowed, please use the deposit wallet flow',
    );
    expect((await trader.place({ price: 0.4, size: 10 }, { signatureType: 3, maker: WALLET })).status).toBe(200);
  });

  test('behavior: banned and closed-only accounts', async () => {
    const at = quiet();
    const trader = await createTrader(at, 1);
    const checksummed = testAccount(1).address;
    at.call('POST', '/faults', { body: { closedOnly: [checksummed] } });
    expect(trader.call('GET', '/auth/ban-status/closed-only').json).toEqual({ closed_only: true });
    expect((await trader.place({ price: 0.4, size: 10 })).json.error).toBe(
      `'${checksummed}' address in closed only mode`,
    );
    at.call('POST', '/faults', { body: { closedOnly: [], banned: [checksummed] } });
    expect((await trader.place({ price: 0.4, size: 10 })).json.error).toBe(`'${checksummed}' address banned`);
    at.call('DELETE', '/faults');
    expect((await trader.place({ price: 0.4, size: 10 })).status).toBe(200);
  });
});

describe('matches', () => {
  test('behavior: both sides see the match, the top level is the taker', async () => {
    const at = quiet();
    const [maker, taker] = [await createTrader(at, 1), await createTrader(at, 2)];
    const [toMaker, toTaker] = [maker.listen(), taker.listen()];
    const resting = (await maker.place({ price: 0.45, size: 20, outcome: 'down' })).json.orderID;
    // Buys Up at 0.55 against the buyer of Down at 0.45: new shares of both are made.
    const placed = (await taker.place({ price: 0.55, size: 10, orderType: 'FAK', makerAmount: 5_500_000 })).json;
    expect(placed).toMatchObject({ status: 'matched', makingAmount: '5.5', takingAmount: '10' });
    at.pass(20_000);
    const [seenByTaker] = taker.call('GET', '/data/trades').json.data;
    const [seenByMaker] = maker.call('GET', '/data/trades').json.data;
    expect(seenByTaker).toMatchObject({
      id: placed.tradeIDs[0],
      taker_order_id: placed.orderID,
      asset_id: at.market.tokens.up,
      side: 'BUY',
      size: '10',
      price: '0.55',
      status: 'TRADE_STATUS_CONFIRMED',
      outcome: 'Up',
      owner: taker.key.apiKey,
      trader_side: 'TAKER',
      maker_orders: [
        {
          order_id: resting,
          owner: maker.key.apiKey,
          maker_address: testAccount(1).address,
          matched_amount: '10',
          price: '0.45',
          asset_id: at.market.tokens.down,
          side: 'BUY',
          outcome: 'Down',
        },
      ],
    });
    expect(seenByTaker.transaction_hash).toMatch(/^0x[0-9a-f]{64}$/);
    expect(seenByMaker).toEqual({ ...seenByTaker, trader_side: 'MAKER' });

    const told = (frames: readonly string[]) =>
      frames
        .map((frame) => JSON.parse(frame))
        .map((message) => `${message.event_type} ${message.type} ${message.status}`);
    expect(told(toMaker.frames)).toEqual([
      'order PLACEMENT LIVE',
      'trade TRADE MATCHED',
      'order UPDATE LIVE',
      'trade TRADE MINED',
      'trade TRADE CONFIRMED',
    ]);
    const trades = toTaker.frames.map((frame) => JSON.parse(frame)).filter(({ event_type }) => event_type === 'trade');
    expect(trades.map(({ status }) => status)).toEqual(['MATCHED', 'MINED', 'CONFIRMED']);
    expect(trades[0]).toMatchObject({ trader_side: 'TAKER', trade_owner: taker.key.apiKey, owner: taker.key.apiKey });
    const matched = toMaker.frames.map((frame) => JSON.parse(frame)).find(({ status }) => status === 'MATCHED');
    expect(matched).toMatchObject({ trader_side: 'MAKER', trade_owner: maker.key.apiKey, owner: taker.key.apiKey });
  });

  test('behavior: trades are found by id, market, token, maker and time', async () => {
    const at = quiet();
    const [maker, taker] = [await createTrader(at, 1), await createTrader(at, 2)];
    await maker.place({ price: 0.45, size: 20, outcome: 'down' });
    const { tradeIDs } = (await taker.place({ price: 0.55, size: 10 })).json;
    const seconds = Math.floor(at.nowMs / 1_000);
    const count = (query: Record<string, string>) => taker.call('GET', '/data/trades', { query }).json.count;
    expect(count({ id: tradeIDs[0] })).toBe(1);
    expect(count({ id: 'other' })).toBe(0);
    expect(count({ market: at.market.conditionId, asset_id: at.market.tokens.down })).toBe(1);
    expect(count({ maker_address: testAccount(1).address })).toBe(1);
    expect(count({ maker_address: WALLET })).toBe(0);
    expect([count({ after: String(seconds - 1) }), count({ after: String(seconds + 1) })]).toEqual([1, 0]);
    expect([count({ before: String(seconds + 1) }), count({ before: String(seconds) })]).toEqual([1, 0]);
  });

  test('behavior: a maker earns a fifth of the fee that its taker paid', async () => {
    const at = quiet();
    const [maker, taker] = [await createTrader(at, 1), await createTrader(at, 2)];
    await maker.place({ price: 0.5, size: 100, outcome: 'down' });
    await taker.place({ price: 0.5, size: 100 });
    const date = new Date(at.nowMs).toISOString().slice(0, 10);
    const query = { date, maker_address: testAccount(1).address };
    // 100 shares at 0.5 cost a fee of 100 × 0.07 × 0.25 = 1.75.
    expect(at.call('GET', '/clob/rebates/current', { query }).json).toEqual([
      {
        date,
        condition_id: at.market.conditionId,
        maker_address: testAccount(1).address,
        rebated_fees_usdc: '0.35',
      },
    ]);
    expect(at.call('GET', '/clob/rebates/current', { query: { ...query, date: '2026-01-01' } }).json).toEqual([]);
  });

  test('behavior: balances and allowances, by asset', async () => {
    const at = quiet();
    const [maker, taker] = [await createTrader(at, 1), await createTrader(at, 2)];
    const balance = (query: Record<string, string>) => taker.call('GET', '/balance-allowance', { query }).json;
    const collateral = balance({ asset_type: 'COLLATERAL', signature_type: '0' });
    expect(collateral.balance).toBe('1000000000');
    expect(collateral.allowances['0xE111180000d2663C0091e4f400237545B87B996B']).toBe((2n ** 256n - 1n).toString());
    const up = { asset_type: 'CONDITIONAL', token_id: at.market.tokens.up };
    expect(balance(up).balance).toBe('0');
    await maker.place({ price: 0.45, size: 20, outcome: 'down' });
    await taker.place({ price: 0.55, size: 10 });
    at.pass(20_000);
    expect(taker.call('GET', '/balance-allowance/update', { query: up }).status).toBe(200);
    expect(balance(up).balance).toBe('10000000');
    expect(balance({ asset_type: 'CONDITIONAL' }).error).toBeDefined();
    const poor = await createTrader(at, 3, { pusd: 0 });
    expect((await poor.place({ price: 0.4, size: 10 })).json.error).toContain('not enough balance / allowance');
  });
});

describe('heartbeats', () => {
  test("behavior: when they stop all of the account's orders go, and nobody else's", async () => {
    const at = quiet();
    const [first, second] = [await createTrader(at, 1), await createTrader(at, 2)];
    for (const trader of [first, second]) await trader.place({ price: 0.4, size: 10 });
    const beat = (heartbeat_id: string) => first.call('POST', '/v1/heartbeats', { body: { heartbeat_id } });
    const { heartbeat_id } = beat('').json;
    expect(beat('stale')).toMatchObject({ status: 400, json: { error_msg: 'Invalid Heartbeat ID', heartbeat_id } });
    at.pass(9_900);
    expect(first.call('GET', '/data/orders').json.count).toBe(1);
    at.pass(5_200);
    expect(first.call('GET', '/data/orders').json.count).toBe(0);
    expect(second.call('GET', '/data/orders').json.count).toBe(1);
  });
});

describe('restart', () => {
  test('behavior: damaged accounts are one sentence', () => {
    for (const saved of ['', '{}', '{"trading":"{}","chain":{}}']) {
      expect(() => tradingWorld({ ...QUIET, saved })).toThrow('delete accounts.json');
    }
  });

  test('behavior: keys, wallets, orders, balances and beats are there again', async () => {
    const at = quiet();
    const trader = await createTrader(at, 1);
    at.call('POST', '/wallets', { body: { owner: trader.address, wallet: WALLET, type: 'proxy' } });
    const { orderID } = (await trader.place({ price: 0.4, size: 10 })).json;
    trader.call('POST', '/v1/heartbeats', { body: { heartbeat_id: '' } });
    const saved = at.world.dump();
    expect(saved).not.toBeNull();

    const later = tradingWorld({ ...QUIET, startMs: at.nowMs + 1_000, saved });
    later.pass(100);
    const again = traderWith(later, testAccount(1), trader.address, trader.key);
    const [order] = again.call('GET', '/data/orders').json.data;
    expect(order).toMatchObject({ id: orderID, owner: trader.key.apiKey, status: 'ORDER_STATUS_LIVE' });
    expect(later.call('GET', `/account/${trader.address}`).json).toMatchObject({
      pusdMicro: 1_000_000_000,
      reservedMicro: 4_000_000,
    });
    const stranger = testAccount(2).address;
    expect(later.call('POST', '/wallets', { body: { owner: stranger, wallet: WALLET, type: 'proxy' } }).status).toBe(
      409,
    );
    later.pass(16_000);
    expect(again.call('GET', '/data/orders').json.count).toBe(0);
  });
});
