/**
 * Makes test/fixtures/signing: orders, log-ins and request signatures as the official client signs them, with salt and time pinned and
 * a publicly known key; viem computes the order hashes. Nothing is sent. `node scripts/make-signing-fixtures.ts`
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ClobClient,
  createL1Headers,
  createL2Headers,
  getContractConfig,
  isV2Order,
  OrderType,
  orderToJsonV2,
  Side,
  type TickSize,
} from '@polymarket/clob-client-v2';
import { createWalletClient, type Hex, hashTypedData, http } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { polygon } from 'viem/chains';

const ROOT = join(import.meta.dirname, '..');
const FOLDER = join(ROOT, 'test/fixtures/signing');

/** Account #1 of anvil's and Hardhat's well-known mnemonic: nobody's money. */
const PRIVATE_KEY = '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d';
const OWNER = '00000000-0000-0000-0000-000000000001';
/** The client never calls: everything that it would ask for is given. */
const NOWHERE = 'http://127.0.0.1:1';

const account = privateKeyToAccount(PRIVATE_KEY);
const signer = createWalletClient({ account, chain: polygon, transport: http(NOWHERE) });
const { version } = JSON.parse(
  readFileSync(join(ROOT, 'node_modules/@polymarket/clob-client-v2/package.json'), 'utf8'),
) as { readonly version: string };
const source = `@polymarket/clob-client-v2 ${version}, made by scripts/make-signing-fixtures.ts`;
const madeOn = new Date().toISOString().slice(0, 10);

/** One line for `cli sign`. */
interface OrderInput {
  chainId: 137 | 80002;
  tokenID: string;
  signatureType: 0 | 1 | 2 | 3;
  negRisk: boolean;
  kind: 'limit' | 'market';
  orderType: 'GTC' | 'GTD' | 'FOK' | 'FAK';
  side: 'BUY' | 'SELL';
  tickSize: TickSize;
  price: number;
  size?: number;
  amount?: number;
  salt: number;
  timestampMs: number;
  funder?: string;
  expiration?: number;
  postOnly?: boolean;
  builderCode?: string;
  metadata?: string;
}

const FIRST_MS = Date.UTC(2026, 10, 23, 12, 0, 0);
/** Token ids of the CTF kind: hashes. */
const TOKENS = ['up', 'down', 'another'].map((name) =>
  BigInt(`0x${sha256(`token ${name}`).toString('hex')}`).toString(),
);
const FUNDERS = ['1', '2', '3'].map((digit) => `0x${digit.repeat(40)}`);

/** On-grid prices of each tick size: the bounds, and some between, with many digits where there can be. */
const PRICES: Readonly<Record<TickSize, readonly number[]>> = {
  '0.1': [0.1, 0.3, 0.9],
  '0.01': [0.01, 0.29, 0.57, 0.58, 0.99],
  '0.005': [0.005, 0.535, 0.995],
  '0.0025': [0.0025, 0.5025, 0.9975],
  '0.001': [0.001, 0.123, 0.962, 0.999],
  '0.0001': [0.0001, 0.1234, 0.5001, 0.9999],
};
/** 21.049 and 1.005 are cut to hundredths by the client; 0.29 and 8.2 are not what they seem in floats. */
const SIZES = [5, 10.07, 0.29, 21.049, 1234.56, 1.005, 8.2, 999_999.99];

function inputs(): OrderInput[] {
  const made: OrderInput[] = [];
  const add = (input: Partial<OrderInput>): void => {
    const count = made.length;
    made.push({
      chainId: 137,
      tokenID: TOKENS[count % TOKENS.length] ?? '',
      signatureType: 0,
      negRisk: false,
      kind: 'limit',
      orderType: 'GTC',
      side: count % 2 === 0 ? 'BUY' : 'SELL',
      tickSize: '0.01',
      price: 0.52,
      salt: count === 0 ? Number.MAX_SAFE_INTEGER : (count * 37_037_037_037) % Number.MAX_SAFE_INTEGER,
      timestampMs: FIRST_MS + count * 1_001,
      ...input,
    });
  };
  for (const [tickSize, prices] of Object.entries(PRICES) as [TickSize, readonly number[]][]) {
    prices.forEach((price, index) => {
      add({ tickSize, price, size: SIZES[(made.length + index) % SIZES.length] ?? 5, side: 'BUY' });
      add({ tickSize, price, size: SIZES[(made.length + index) % SIZES.length] ?? 5, side: 'SELL' });
      add({ tickSize, price, kind: 'market', orderType: 'FOK', side: 'BUY', amount: 12.5 + index * 7.77 });
      add({ tickSize, price, kind: 'market', orderType: 'FAK', side: 'SELL', amount: 20.1 + index * 0.03 });
    });
  }
  for (const signatureType of [1, 2, 3] as const) {
    const funder = FUNDERS[signatureType - 1] ?? '';
    for (const negRisk of [false, true]) {
      for (const chainId of [137, 80002] as const) add({ signatureType, funder, negRisk, chainId, size: 25 });
      add({ signatureType, funder, negRisk, kind: 'market', orderType: 'FAK', side: 'BUY', amount: 33.33 });
    }
    add({ signatureType, funder, size: 15, orderType: 'GTD', expiration: FIRST_MS / 1_000 + 600 });
    add({ signatureType, funder, size: 15, postOnly: true });
    const metadata = `0x${'ab'.repeat(32)}`;
    add({ signatureType, funder, size: 9, metadata, builderCode: `0x${'aa'.padStart(64, '0')}` });
  }
  for (const chainId of [137, 80002] as const) add({ chainId, negRisk: true, size: 10 });
  return made;
}

/** The body that the client would post, and the order's hash. */
async function officialOrder(input: OrderInput) {
  const client = new ClobClient({
    host: NOWHERE,
    chain: input.chainId as never,
    signer,
    signatureType: input.signatureType as never,
    ...(input.funder === undefined ? {} : { funderAddress: input.funder }),
  });
  const common = {
    tokenID: input.tokenID,
    price: input.price,
    side: Side[input.side],
    ...(input.builderCode === undefined ? {} : { builderCode: input.builderCode }),
    ...(input.metadata === undefined ? {} : { metadata: input.metadata }),
  };
  const options = { tickSize: input.tickSize, negRisk: input.negRisk };
  const signed = await pinned(input, () =>
    input.kind === 'limit'
      ? client.orderBuilder.buildOrder(
          {
            ...common,
            size: input.size ?? 0,
            ...(input.expiration === undefined ? {} : { expiration: input.expiration }),
          },
          options,
          2,
        )
      : client.orderBuilder.buildMarketOrder({ ...common, amount: input.amount ?? 0 }, options, 2),
  );
  if (!isV2Order(signed)) throw new Error('the client made an order of version 1');
  const contracts = getContractConfig(input.chainId as never);
  const orderHash = hashTypedData({
    domain: {
      name: 'Polymarket CTF Exchange',
      version: '2',
      chainId: input.chainId,
      verifyingContract: (input.negRisk ? contracts.negRiskExchangeV2 : contracts.exchangeV2) as Hex,
    },
    types: {
      Order: [
        { name: 'salt', type: 'uint256' },
        { name: 'maker', type: 'address' },
        { name: 'signer', type: 'address' },
        { name: 'tokenId', type: 'uint256' },
        { name: 'makerAmount', type: 'uint256' },
        { name: 'takerAmount', type: 'uint256' },
        { name: 'side', type: 'uint8' },
        { name: 'signatureType', type: 'uint8' },
        { name: 'timestamp', type: 'uint256' },
        { name: 'metadata', type: 'bytes32' },
        { name: 'builder', type: 'bytes32' },
      ],
    },
    primaryType: 'Order',
    message: {
      salt: BigInt(signed.salt),
      maker: signed.maker as Hex,
      signer: signed.signer as Hex,
      tokenId: BigInt(signed.tokenId),
      makerAmount: BigInt(signed.makerAmount),
      takerAmount: BigInt(signed.takerAmount),
      side: input.side === 'BUY' ? 0 : 1,
      signatureType: input.signatureType,
      timestamp: BigInt(signed.timestamp),
      metadata: signed.metadata as Hex,
      builder: signed.builder as Hex,
    },
  });
  const body = JSON.stringify(orderToJsonV2(signed, OWNER, OrderType[input.orderType], input.postOnly ?? false));
  return { input, makerAmount: signed.makerAmount, takerAmount: signed.takerAmount, orderHash, body };
}

/** The client's salt is a rounded random number times the time: both are set for one call, so that it comes out as wanted. */
async function pinned<T>({ salt, timestampMs }: OrderInput, run: () => Promise<T>): Promise<T> {
  const { random, round } = Math;
  const { now } = Date;
  Math.random = () => salt / timestampMs;
  // The product is not exact in floats; what it is near is.
  Math.round = (value) => (Math.abs(value - salt) < 2 ? salt : round(value));
  Date.now = () => timestampMs;
  try {
    return await run();
  } finally {
    Object.assign(Math, { random, round });
    Date.now = now;
  }
}

async function logins() {
  const cases: { chainId: 137 | 80002; timestamp: number; nonce: number; address: string | null }[] = [
    { chainId: 137, timestamp: 1_795_435_200, nonce: 0, address: null },
    { chainId: 137, timestamp: 1_795_435_201, nonce: 1, address: null },
    { chainId: 80002, timestamp: 7, nonce: 4_294_967_296, address: null },
    { chainId: 137, timestamp: 1_795_435_202, nonce: 0, address: FUNDERS[2] ?? '' },
    { chainId: 80002, timestamp: 1_795_435_203, nonce: 123_456_789, address: FUNDERS[2] ?? '' },
  ];
  return await Promise.all(
    cases.map(async (input) => ({
      ...input,
      headers: await createL1Headers(
        signer,
        input.chainId as never,
        input.nonce,
        input.timestamp,
        input.address ?? undefined,
      ),
    })),
  );
}

async function requests() {
  // Throw-away secrets, in every spelling of base64.
  const bytes = sha256('an API secret with + and / in it: 4');
  const secrets = {
    standard: bytes.toString('base64'),
    'url-safe': bytes.toString('base64url').padEnd(44, '='),
    unpadded: bytes.toString('base64url'),
    short: Buffer.from('secret').toString('base64'),
  };
  const cases: { method: 'GET' | 'POST' | 'DELETE'; path: string; body: string | null }[] = [
    { method: 'GET', path: '/data/orders', body: null },
    { method: 'POST', path: '/order', body: '{"deferExec":false,"postOnly":true,"order":{"salt":123},"owner":"k"}' },
    { method: 'POST', path: '/orders', body: '[]' },
    { method: 'DELETE', path: '/cancel-all', body: null },
    { method: 'DELETE', path: '/order', body: `{"orderID":"0x${'ab'.repeat(32)}"}` },
    { method: 'POST', path: '/v1/heartbeats', body: '{"heartbeat_id":"é中😀"}' },
  ];
  const made: object[] = [];
  for (const [spelling, secret] of Object.entries(secrets)) {
    for (const { method, path, body } of cases) {
      const timestamp = 1_795_435_200 + made.length;
      const args = { method, requestPath: path, ...(body === null ? {} : { body }) };
      const headers = await createL2Headers(
        signer,
        { key: OWNER, secret, passphrase: 'a passphrase' },
        args,
        timestamp,
      );
      made.push({ spelling, secret, timestamp, method, path, body, headers });
    }
  }
  return made;
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function write(name: string, content: object): void {
  writeFileSync(join(FOLDER, name), `${JSON.stringify({ source, madeOn, ...content }, null, 2)}\n`);
}

mkdirSync(FOLDER, { recursive: true });
const orders = [];
for (const input of inputs()) orders.push(await officialOrder(input));
write('orders.json', { privateKey: PRIVATE_KEY, owner: OWNER, cases: orders });
write('clob-auth.json', { privateKey: PRIVATE_KEY, cases: await logins() });
write('hmac.json', { privateKey: PRIVATE_KEY, cases: await requests() });
