/** The client, its user channel and the signer against the embedded venue, over real connections through a SOCKS proxy. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { UserChannelMessage } from '../../../core/venue/clob-account.ts';
import { startVenueServer, type VenueServer } from '../../../embedded-venue/server.ts';
import { createVenueClock } from '../../../embedded-venue/venue-clock.ts';
import { createVenueMarket } from '../../../embedded-venue/venue-market.ts';
import { createWorld } from '../../../embedded-venue/world.ts';
import { createWorldStore } from '../../../embedded-venue/world-store.ts';
import { createApiKeys } from '../../../runner/clob/api-keys.ts';
import { type ApiCredentials, createL2Auth, l1Headers } from '../../../runner/clob/auth.ts';
import type { ClobClient } from '../../../runner/clob/clob-client.ts';
import { createClobClient } from '../../../runner/clob/create-clob-client.ts';
import { createHttpPort, type UndiciHttpPort } from '../../../runner/clob/http-port.ts';
import type { SocksProxy } from '../../../runner/clob/socks-proxy.ts';
import { createUserChannel, type UserChannel } from '../../../runner/clob/user-channel.ts';
import { createNodeSockets } from '../../../runner/node-sockets.ts';
import type { ClockPort, TimersPort } from '../../../runner/ports.ts';
import { createOrderSigner } from '../../../runner/signer/create-order-signer.ts';
import type { OrderRequest } from '../../../runner/signer/order-signer.ts';
import { fixedRandom } from '../../support/runner-ports.ts';
import { ANVIL_ADDRESS, anvilSigner } from '../../support/signing-fixtures.ts';
import { type SocksServer, startSocksServer } from '../../support/socks-server.ts';
import { ORIGIN_MS } from '../../support/venue-client.ts';

const SEED = 7;
/** Settlement takes seconds of simulated time. */
const SPEED = 20;
const WINDOW_MS = 300_000;
const CHAIN_ID = 137;
const series = { slug: 'btc-updown-5m', durationMs: WINDOW_MS } as Parameters<typeof createVenueMarket>[0];
const { tokens, conditionId } = createVenueMarket(series, Math.ceil(ORIGIN_MS / WINDOW_MS) * WINDOW_MS, SEED);

const timers: TimersPort = {
  after(delayWallMs, callback) {
    const timer = setTimeout(callback, delayWallMs);
    return () => clearTimeout(timer);
  },
};

let runFolder = '';
let url = '';
let clock: ClockPort;
let proxy: SocksProxy;
let server: VenueServer;
let socks: SocksServer;
let http: UndiciHttpPort;
let channel: UserChannel | null = null;

beforeEach(async () => {
  runFolder = mkdtempSync(join(tmpdir(), 'clob-client-'));
  const store = createWorldStore(runFolder, Date.now);
  server = await startVenueServer({
    port: 0,
    clock: createVenueClock({ runFolder, speed: SPEED, wallNow: Date.now }),
    store,
    makeWorld: (originMs, startMs) =>
      createWorld({ seed: SEED, originMs, startMs, speed: SPEED, saved: store.read(), takerDelayMs: 0 }),
  });
  url = `http://127.0.0.1:${server.port}`;
  const wallOriginMs = Date.now();
  await control('/clock', { simOriginMs: ORIGIN_MS, wallOriginMs, speed: SPEED });
  await control('/faucet', { address: ANVIL_ADDRESS, pusdMicro: 1_000_000_000, approve: true });
  clock = {
    now: () => ORIGIN_MS + (Date.now() - wallOriginMs) * SPEED,
    wallMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    speed: SPEED,
  };
  socks = await startSocksServer();
  proxy = { host: '127.0.0.1', port: socks.port, credentials: null };
  http = createHttpPort({ proxy });
});
afterEach(async () => {
  channel?.stop();
  channel = null;
  await http.close();
  await socks.close();
  await server.stop();
  rmSync(runFolder, { recursive: true });
});

async function control(path: string, body: object): Promise<void> {
  const response = await fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
}

interface Account {
  readonly client: ClobClient;
  readonly credentials: ApiCredentials;
  readonly identity: { readonly apiKey: string; readonly funderAddress: string };
  sign(
    more: Partial<OrderRequest>,
  ): { readonly orderHash: string; readonly body: string } & Parameters<ClobClient['place']>[0];
}

/** A new key for the public test account, and a client with it. */
async function enter(): Promise<Account> {
  const key = await anvilSigner();
  const keys = createApiKeys({
    http,
    clock,
    clobUrl: `${url}/clob`,
    login: (binding, timestampS) => l1Headers(key, { chainId: CHAIN_ID, timestampS, nonce: 0, binding }),
  });
  const made = await keys.deriveOrCreate({ kind: 'signer' });
  if (made.kind !== 'accepted') throw new Error(JSON.stringify(made));
  const auth = createL2Auth(made.value, ANVIL_ADDRESS);
  const wallet = {
    chainId: CHAIN_ID,
    signatureType: 0,
    signerAddress: ANVIL_ADDRESS,
    funderAddress: ANVIL_ADDRESS,
  } as const;
  const signer = createOrderSigner(key, wallet, made.value.key);
  if (!auth.ok || !signer.ok) throw new Error('no login or no signer');
  const identity = { apiKey: made.value.key, funderAddress: ANVIL_ADDRESS };
  let salt = 0;
  return {
    credentials: made.value,
    identity,
    client: createClobClient({
      http,
      clock,
      timers,
      random: fixedRandom(),
      auth: auth.value,
      clobUrl: `${url}/clob`,
      geoblockUrl: `${url}/geoblock`,
      identity,
      signatureType: 0,
    }),
    sign(more) {
      const request: OrderRequest = {
        tokenId: tokens.up,
        side: 'buy',
        timeInForce: 'GTC',
        priceTicks: 200,
        amount: { unit: 'shares', sizeMicro: 10_000_000 },
        postOnly: false,
        salt: ++salt,
        timestampMs: Math.floor(clock.now()),
        expirationS: 0,
        metadata: null,
        builderCode: null,
        ...more,
      };
      const signed = signer.value.signRequest(request, { tickSizeTicks: 100, negRisk: false });
      if (!signed.ok) throw new Error(signed.error.detail);
      return signed.value;
    },
  };
}

/** The channel of the account; `until` resolves with the first message that fits. */
async function listen({ credentials, identity }: Account) {
  const seen: UserChannelMessage[] = [];
  const problems: string[] = [];
  const waiting: (() => void)[] = [];
  const until = async (fits: (message: UserChannelMessage) => boolean): Promise<UserChannelMessage> => {
    for (;;) {
      const found = seen.find(fits);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  };
  await new Promise<void>((resolve) => {
    channel = createUserChannel({
      url: `${url.replace('http', 'ws')}/clob/ws/user`,
      credentials,
      identity,
      sockets: createNodeSockets({ proxy }),
      clock,
      timers,
      random: fixedRandom(),
      handlers: {
        onMessage(message) {
          seen.push(message);
          for (const resume of waiting.splice(0)) resume();
        },
        onState: (state, detail) => (state === 'open' ? resolve() : void problems.push(detail)),
        onRejected: ({ reason, detail }) => void problems.push(`${reason} ${detail}`),
      },
    });
    channel.start();
  });
  return { seen, problems, until };
}

describe('createClobClient on the embedded venue', { timeout: 30_000 }, () => {
  test('default: an order is placed, told, listed, cancelled and gone', async () => {
    const account = await enter();
    const { client } = account;
    const { until, problems } = await listen(account);
    const order = account.sign({ postOnly: true });
    await expect(client.place(order)).resolves.toEqual({
      kind: 'accepted',
      value: { orderHash: order.orderHash, status: 'live', tradeIds: [] },
    });
    const placed = await until((message) => message.kind === 'order' && message.change === 'placement');
    expect(placed).toMatchObject({
      order: { orderHash: order.orderHash, status: 'live', priceTicks: 200, timeInForce: 'GTC' },
    });
    await expect(client.openOrders({ conditionId })).resolves.toMatchObject({
      kind: 'accepted',
      value: [{ orderHash: order.orderHash, originalMicro: 10_000_000, matchedMicro: 0, side: 'buy' }],
    });
    await expect(client.order(order.orderHash)).resolves.toMatchObject({
      value: { status: 'live', tokenId: tokens.up },
    });
    await expect(client.place(order)).resolves.toMatchObject({ kind: 'rejected', duplicated: true });
    await expect(client.cancel(order.orderHash)).resolves.toEqual({
      kind: 'accepted',
      value: { canceled: [order.orderHash], notCanceled: [] },
    });
    await until((message) => message.kind === 'order' && message.order.status === 'canceled');
    await expect(client.openOrders({})).resolves.toEqual({ kind: 'accepted', value: [] });
    expect(problems).toEqual([]);
    // Every connection went through the proxy.
    expect(socks.destinations.length).toBeGreaterThan(1);
  });

  test('behavior: a taker’s fill comes on both ways alike, and settles', async () => {
    const account = await enter();
    const { client } = account;
    const { until, problems } = await listen(account);
    const order = account.sign({
      timeInForce: 'FAK',
      priceTicks: 9_900,
      amount: { unit: 'pusd', spendMicro: 10_000_000 },
    });
    const placed = await client.place(order);
    expect(placed).toMatchObject({ kind: 'accepted', value: { status: 'matched' } });
    const told = await until((message) => message.kind === 'fill' && message.fill.settlement === 'confirmed');
    const listed = await client.fills({ conditionId, afterMs: ORIGIN_MS });
    if (told.kind !== 'fill' || listed.kind !== 'accepted') throw new Error('no fill');
    expect(told.fill).toMatchObject({
      orderHash: order.orderHash,
      tokenId: tokens.up,
      side: 'buy',
      liquidity: 'taker',
    });
    expect(listed.value.find(({ tradeId }) => tradeId === told.fill.tradeId)).toMatchObject({
      priceTicks: told.fill.priceTicks,
      sizeMicro: told.fill.sizeMicro,
      matchedMs: told.fill.matchedMs,
    });
    await expect(client.conditional(tokens.up, true)).resolves.toMatchObject({
      value: { balanceMicro: listed.value.reduce((sum, { sizeMicro }) => sum + sizeMicro, 0) },
    });
    expect(problems).toEqual([]);
  });

  test('behavior: batches, cancels of many, of a market and of all', async () => {
    const { client, sign } = await enter();
    const good = [
      sign({ priceTicks: 200 }),
      sign({ priceTicks: 300 }),
      sign({ priceTicks: 400 }),
      sign({ priceTicks: 500 }),
    ];
    const small = sign({ amount: { unit: 'shares', sizeMicro: 1_000_000 } });
    const outcomes = await client.placeBatch([...good, small]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'accepted', 'accepted', 'rejected']);
    expect(outcomes[4]).toMatchObject({ code: 'below-minimum' });
    const [first, second, third, fourth] = good.map(({ orderHash }) => orderHash);
    if (first === undefined || second === undefined) throw new Error('four were signed');
    await expect(client.cancelMany([first, small.orderHash])).resolves.toMatchObject({
      value: { canceled: [first], notCanceled: [{ orderHash: small.orderHash }] },
    });
    await client.cancel(second);
    const market = await client.cancelMarket(conditionId);
    expect(market.kind === 'accepted' ? [...market.value.canceled].sort() : market).toEqual([third, fourth].sort());
    await expect(client.cancelAll()).resolves.toEqual({ kind: 'accepted', value: { canceled: [], notCanceled: [] } });
    await expect(client.order(small.orderHash)).resolves.toEqual({ kind: 'accepted', value: null });
  });

  test('behavior: everything that is only asked', async () => {
    const { client } = await enter();
    await client.warm();
    await expect(client.market(conditionId)).resolves.toMatchObject({
      kind: 'accepted',
      value: { tickSizeTicks: 100, minSizeMicro: 5_000_000, negRisk: false, acceptingOrders: true, feeRatePpm: 70_000 },
    });
    await expect(client.collateral(true)).resolves.toMatchObject({
      kind: 'accepted',
      value: { balanceMicro: 1_000_000_000 },
    });
    await expect(client.geoblock()).resolves.toMatchObject({ kind: 'accepted', value: { blocked: false } });
    await expect(client.closedOnly()).resolves.toEqual({ kind: 'accepted', value: false });
    await expect(client.rebates(ORIGIN_MS)).resolves.toMatchObject({ kind: 'accepted' });
    await expect(client.heartbeat()).resolves.toMatchObject({ kind: 'accepted' });
    await expect(client.heartbeat()).resolves.toMatchObject({ kind: 'accepted' });
    const beforeS = Math.floor(clock.now() / 1_000);
    const time = await client.time();
    if (time.kind !== 'accepted') throw new Error(time.kind);
    expect(time.value).toBeGreaterThanOrEqual(beforeS);
    expect(time.value).toBeLessThanOrEqual(clock.now() / 1_000);
  });

  test('behavior: a second client of the account finds the first one’s heartbeat and goes on with it', async () => {
    const first = await enter();
    const second = await enter();
    await first.client.heartbeat();
    await expect(second.client.heartbeat()).resolves.toMatchObject({ kind: 'accepted' });
    await expect(first.client.heartbeat()).resolves.toMatchObject({ kind: 'accepted' });
  });
});
