/**
 * The venue's own TypeScript client, unchanged, trades on the embedded venue over real sockets: what it signs and expects is the proof
 * that the venue speaks the real protocol.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AssetType,
  Chain,
  ClobClient,
  type ClobClientOptions,
  OrderType,
  Side,
  SignatureTypeV2,
} from '@polymarket/clob-client-v2';
import { createWalletClient, custom } from 'viem';
import { polygon } from 'viem/chains';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startVenueServer, type VenueServer } from '../../embedded-venue/server.ts';
import { createVenueClock } from '../../embedded-venue/venue-clock.ts';
import { createVenueMarket } from '../../embedded-venue/venue-market.ts';
import { createWorld, type WorldOptions } from '../../embedded-venue/world.ts';
import { createWorldStore } from '../../embedded-venue/world-store.ts';
import { ORIGIN_MS } from '../support/venue-client.ts';
import { testAccount } from '../support/venue-trader.ts';

const SEED = 7;
/** Settlement takes seconds of simulated time. */
const SPEED = 20;
const WINDOW_MS = 300_000;
const WALLET = '0x5555555555555555555555555555555555555555';
const series = { slug: 'btc-updown-5m', durationMs: WINDOW_MS } as Parameters<typeof createVenueMarket>[0];
const { tokens, conditionId } = createVenueMarket(series, Math.ceil(ORIGIN_MS / WINDOW_MS) * WINDOW_MS, SEED);

let runFolder = '';
let server: VenueServer | null = null;

beforeEach(() => {
  runFolder = mkdtempSync(join(tmpdir(), 'official-client-'));
});
afterEach(async () => {
  await server?.stop();
  server = null;
  rmSync(runFolder, { recursive: true });
});

/** A venue that listens, 20 s before a window. */
async function startVenue(options: Partial<WorldOptions> = {}): Promise<string> {
  const clock = createVenueClock({ runFolder, speed: SPEED, wallNow: Date.now });
  const store = createWorldStore(runFolder, Date.now);
  server = await startVenueServer({
    port: 0,
    clock,
    store,
    makeWorld: (originMs, startMs) =>
      createWorld({ seed: SEED, originMs, startMs, speed: SPEED, saved: store.read(), ...options }),
  });
  const url = `http://127.0.0.1:${server.port}`;
  const { lastSimMs } = (await (await fetch(`${url}/clock`)).json()) as { lastSimMs: number | null };
  await post(url, '/clock', { simOriginMs: lastSimMs ?? ORIGIN_MS, wallOriginMs: Date.now(), speed: SPEED });
  return url;
}

async function post(url: string, path: string, body: object): Promise<void> {
  const response = await fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
}

interface Party {
  readonly client: ClobClient;
  readonly apiKey: string;
}

/** The official client of test account `index`, with a key and 1,000 pUSD in the wallet that it trades from. */
async function enter(url: string, index: number, signatureType: SignatureTypeV2 = SignatureTypeV2.EOA): Promise<Party> {
  const account = testAccount(index);
  const funderAddress = signatureType === SignatureTypeV2.EOA ? account.address : WALLET;
  if (signatureType !== SignatureTypeV2.EOA) {
    const type = ['', 'proxy', 'safe', 'deposit'][signatureType];
    await post(url, '/wallets', { owner: account.address, wallet: WALLET, type });
  }
  await post(url, '/faucet', { address: funderAddress, pusdMicro: 1_000_000_000, approve: true });
  const transport = custom({ request: () => Promise.reject(new Error('no chain is asked')) });
  const signer = createWalletClient({ account, chain: polygon, transport }) as NonNullable<ClobClientOptions['signer']>;
  const shared = {
    host: `${url}/clob`,
    chain: Chain.POLYGON,
    signer,
    signatureType,
    funderAddress,
    useServerTime: true,
  };
  const creds = await new ClobClient({ ...shared, throwOnError: true }).createOrDeriveApiKey();
  return { client: new ClobClient({ ...shared, creds, throwOnError: true }), apiKey: creds.key };
}

const limit = (price: number, side = Side.BUY, size = 10) => ({ tokenID: tokens.up, price, side, size });

describe('official client', { timeout: 30_000 }, () => {
  test('behavior: keys are created and derived', async () => {
    const url = await startVenue();
    const { client, apiKey } = await enter(url, 1);
    expect((await client.deriveApiKey()).key).toBe(apiKey);
    await expect(client.createApiKey()).rejects.toThrow('Could not create api key');
    expect(await client.getApiKeys()).toEqual({ apiKeys: [apiKey] });
    expect(await client.getClosedOnlyMode()).toEqual({ closed_only: false });
    const { apiKey: readOnly } = await client.createReadonlyApiKey();
    expect(await client.getReadonlyApiKeys()).toEqual([readOnly]);
    expect(await client.deleteReadonlyApiKey(readOnly)).toBe(true);
    expect(await client.deleteApiKey()).toBe('OK');
    await expect(client.getOpenOrders()).rejects.toThrow('Unauthorized/Invalid api key');
  });

  test('behavior: public figures', async () => {
    const url = await startVenue();
    const client = new ClobClient({ host: `${url}/clob`, chain: Chain.POLYGON, throwOnError: true });
    expect(await client.getOk()).toBe('OK');
    expect(await client.getVersion()).toBe(2);
    expect(await client.getTickSize(tokens.up)).toBe('0.01');
    expect(await client.getNegRisk(tokens.up)).toBe(false);
    expect(await client.getFeeRateBps(tokens.up)).toBe(1_000);
    expect(await client.getFeeExponent(tokens.up)).toBe(1);
    const [book] = await client.getOrderBooks([{ token_id: tokens.up, side: Side.BUY }]);
    expect(book).toMatchObject({ asset_id: tokens.up, market: conditionId, tick_size: '0.01', neg_risk: false });
    const params = [{ token_id: tokens.up, side: Side.BUY }];
    expect(Number((await client.getMidpoint(tokens.up)).mid)).toBeGreaterThan(0);
    expect(Object.keys(await client.getMidpoints(params))).toEqual([tokens.up]);
    expect(Object.keys(await client.getPrices(params))).toEqual([tokens.up]);
    expect(Object.keys(await client.getSpreads(params))).toEqual([tokens.up]);
    const [buy, sell] = await Promise.all([client.getPrice(tokens.up, 'BUY'), client.getPrice(tokens.up, 'SELL')]);
    expect(Number(buy.price)).toBeLessThan(Number(sell.price));
    expect((await client.getMarket(conditionId)).condition_id).toBe(conditionId);
    await expect(client.getOrderBook('1')).rejects.toThrow('No orderbook exists for the requested token id');
  });

  test('behavior: orders are posted, shown, batched and cancelled', async () => {
    const url = await startVenue();
    const { client, apiKey } = await enter(url, 1);
    const first = await client.createAndPostOrder(limit(0.02), {}, OrderType.GTC, true);
    expect(first).toMatchObject({ success: true, status: 'live', errorMsg: '' });
    expect(await client.getOrder(first.orderID)).toMatchObject({ id: first.orderID, owner: apiKey, price: '0.02' });

    const expiration = Math.floor((await client.getServerTime()) + 240);
    const args = [
      { order: await client.createOrder(limit(0.03)), orderType: OrderType.GTC },
      { order: await client.createOrder({ ...limit(0.04), expiration }), orderType: OrderType.GTD },
      { order: await client.createOrder(limit(0.03, Side.BUY, 1)), orderType: OrderType.GTC },
    ];
    const batch = await client.postOrders(args);
    expect(batch.map(({ status }) => status)).toEqual(['live', 'live', '']);
    expect(batch[2]?.errorMsg).toContain('Size (1) lower than the minimum: 5');

    const open = await client.getOpenOrders({ market: conditionId });
    expect(open.map(({ price }) => price).sort()).toEqual(['0.02', '0.03', '0.04']);
    expect(open.find(({ order_type }) => order_type === 'GTD')?.expiration).toBe(String(expiration));
    expect(await client.getOpenOrders({ asset_id: tokens.down })).toEqual([]);
    expect(await client.isOrderScoring({ order_id: first.orderID })).toEqual({ scoring: false });
    expect(await client.areOrdersScoring({ orderIds: [first.orderID] })).toEqual({ [first.orderID]: false });

    expect(await client.cancelOrder({ orderID: first.orderID })).toEqual({
      canceled: [first.orderID],
      not_canceled: {},
    });
    const second = batch[0]?.orderID ?? '';
    expect((await client.cancelOrders([second, first.orderID])).canceled).toEqual([second]);
    expect((await client.cancelMarketOrders({ market: conditionId })).canceled).toEqual([batch[1]?.orderID]);
    await client.createAndPostOrder(limit(0.02));
    expect((await client.cancelAll()).canceled).toHaveLength(1);
    expect(await client.getOpenOrders()).toEqual([]);
    await expect(client.createAndPostOrder(limit(0.98, Side.BUY, 5_000))).rejects.toThrow('not enough balance');
  });

  test('behavior: market orders are filled, settle, and can be sold again', async () => {
    const url = await startVenue({ takerDelayMs: 0 });
    const { client, apiKey } = await enter(url, 1);
    const before = await client.getBalanceAllowance({ asset_type: AssetType.COLLATERAL });
    expect(before.balance).toBe('1000000000');
    for (const orderType of [OrderType.FOK, OrderType.FAK] as const) {
      const bought = await client.createAndPostMarketOrder(
        { tokenID: tokens.up, side: Side.BUY, amount: 10, price: 0.99 },
        {},
        orderType,
      );
      expect(bought).toMatchObject({ success: true, status: 'matched' });
      // The client itself has waited for the settlement of what was matched.
      expect(bought.transactionsHashes?.length).toBeGreaterThan(0);
      const [trade] = await client.getTrades({ id: bought.tradeIDs?.[0] ?? '' });
      expect(trade).toMatchObject({ taker_order_id: bought.orderID, owner: apiKey, trader_side: 'TAKER', side: 'BUY' });
      expect(Number(bought.makingAmount)).toBeLessThanOrEqual(10);
    }
    await client.updateBalanceAllowance({ asset_type: AssetType.CONDITIONAL, token_id: tokens.up });
    const held = await client.getBalanceAllowance({ asset_type: AssetType.CONDITIONAL, token_id: tokens.up });
    const shares = Math.floor(Number(held.balance) / 10_000) / 100;
    expect(shares).toBeGreaterThan(10);
    const sold = await client.createAndPostMarketOrder(
      { tokenID: tokens.up, side: Side.SELL, amount: shares, price: 0.01 },
      {},
      OrderType.FAK,
    );
    expect(sold.status).toBe('matched');
    expect(Number(sold.makingAmount)).toBe(shares);
    const trades = await client.getTrades({ market: conditionId });
    expect(trades.length).toBeGreaterThanOrEqual(3);
    const after = await client.getBalanceAllowance({ asset_type: AssetType.COLLATERAL });
    expect(Number(after.balance)).toBeLessThan(Number(before.balance));
  });

  test("behavior: a taker is held for the market's delay, then its trades are told on the user channel", async () => {
    const url = await startVenue();
    const { client } = await enter(url, 1);
    const { key, secret, passphrase } = await client.deriveApiKey();
    const socket = new WebSocket(`${url.replace('http', 'ws')}/clob/ws/user`);
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'user', auth: { apiKey: key, secret, passphrase }, markets: [conditionId] }));
    const confirmed = new Promise<{ taker_order_id: string }>((resolve) => {
      socket.on('message', (data) => {
        const message = JSON.parse(data.toString());
        if (message.event_type === 'trade' && message.status === 'CONFIRMED') resolve(message);
      });
    });
    const bought = await client.createAndPostMarketOrder(
      { tokenID: tokens.up, side: Side.BUY, amount: 5, price: 0.99 },
      {},
      OrderType.FAK,
    );
    expect(bought).toMatchObject({ success: true, status: 'delayed' });
    expect((await confirmed).taker_order_id).toBe(bought.orderID);
    socket.close();
  });

  test.each([SignatureTypeV2.POLY_PROXY, SignatureTypeV2.POLY_GNOSIS_SAFE, SignatureTypeV2.POLY_1271])(
    'behavior: wallets, signature type %i',
    async (signatureType) => {
      const url = await startVenue();
      const { client } = await enter(url, 1, signatureType);
      const placed = await client.createAndPostOrder(limit(0.02));
      expect(placed).toMatchObject({ success: true, status: 'live' });
      expect((await client.getOpenOrders())[0]?.maker_address).toBe(WALLET);
      const { balance } = await client.getBalanceAllowance({ asset_type: AssetType.COLLATERAL });
      expect(balance).toBe('1000000000');
    },
  );

  test('behavior: heartbeats', async () => {
    const url = await startVenue();
    const { client } = await enter(url, 1);
    const first = await client.postHeartbeat();
    const second = await client.postHeartbeat(first.heartbeat_id);
    expect(second.heartbeat_id).not.toBe(first.heartbeat_id);
    const { heartbeat_id: expected } = second;
    const tolerant = new ClobClient({ ...client, chain: client.chainId, throwOnError: false } as never);
    expect(await tolerant.postHeartbeat('stale')).toMatchObject({
      error: { error_msg: 'Invalid Heartbeat ID', heartbeat_id: expected },
    });
  });

  test('behavior: it sends the same bytes again when the answer was lost, and gets one order', async () => {
    const url = await startVenue({
      faults: [{ match: { route: 'POST /order', nth: 1 }, fault: { kind: 'lose-response' } }],
    });
    const { client } = await enter(url, 1);
    const retrying = new ClobClient({ ...client, chain: client.chainId, retryOnError: true } as never);
    await expect(retrying.createAndPostOrder(limit(0.02))).rejects.toThrow('Duplicated.');
    expect(await client.getOpenOrders()).toHaveLength(1);
  });

  test('behavior: a venue that was stopped goes on with its accounts', async () => {
    const first = await startVenue();
    const { client, apiKey } = await enter(first, 1);
    const { orderID } = await client.createAndPostOrder(limit(0.02));
    await server?.stop();
    const second = await startVenue();
    const again = new ClobClient({ ...client, host: `${second}/clob`, chain: client.chainId } as never);
    expect(await again.getOpenOrders()).toMatchObject([{ id: orderID, owner: apiKey, status: 'ORDER_STATUS_LIVE' }]);
  });
});
