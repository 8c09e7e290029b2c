/**
 * A client with a key on the embedded venue, without sockets and on simulated time: signs with viem and Node's own HMAC, as an outside
 * party would, and calls the venue's routes.
 */
import { createHmac } from 'node:crypto';
import { type Address, type Hex, hexToBigInt, keccak256, toHex } from 'viem';
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts';
import { createVenueMarket, type VenueMarket } from '../../embedded-venue/venue-market.ts';
import type { World, WorldOptions } from '../../embedded-venue/world.ts';
import { connectTo, ORIGIN_MS, type VenueClient, worldAtOrigin } from './venue-client.ts';

/** A world and its time. */
export interface TradingWorld {
  readonly world: World;
  nowMs: number;
  /** Lets time pass, in steps of a real run. */
  pass(ms: number): void;
  call(method: string, path: string, options?: CallOptions): Called;
  /** The market of the window that starts first after the origin. */
  readonly market: VenueMarket;
}

interface CallOptions {
  readonly body?: string | object;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Called {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes.
  readonly json: any;
  readonly headers: Readonly<Record<string, string>>;
  readonly dropped: boolean;
  readonly delayMs: number;
}

export interface TraderKey {
  readonly apiKey: string;
  readonly secret: string;
  readonly passphrase: string;
}

export interface OrderWish {
  readonly price: number;
  readonly size: number;
  readonly side?: 'BUY' | 'SELL';
  readonly outcome?: 'up' | 'down';
  readonly orderType?: 'GTC' | 'GTD' | 'FOK' | 'FAK';
  readonly postOnly?: boolean;
  readonly expiration?: number;
  /** Amounts in millionths in place of those that price and size mean. */
  readonly makerAmount?: number;
  readonly takerAmount?: number;
  readonly salt?: number;
  readonly version?: string;
  readonly verifyingContract?: Hex;
  readonly owner?: string;
  readonly tokenId?: string;
}

/** How a trader's orders are signed. */
export interface Signing {
  readonly signatureType: 0 | 1 | 2 | 3;
  readonly maker: string;
}

export interface Trader {
  readonly address: string;
  readonly key: TraderKey;
  call(method: string, path: string, options?: CallOptions): Called;
  /** A signed order with what surrounds it. */
  sign(wish: OrderWish, signing?: Signing): Promise<object>;
  place(wish: OrderWish, signing?: Signing): Promise<Called>;
  /** A connection to the user channel that has authenticated. */
  listen(markets?: readonly string[]): VenueClient;
}

const EXCHANGE: Hex = '0xE111180000d2663C0091e4f400237545B87B996B';
const ZERO: Hex = `0x${'0'.repeat(64)}`;
const STEP_MS = 50;
const ORDER_FIELDS = [
  ['salt', 'uint256'],
  ['maker', 'address'],
  ['signer', 'address'],
  ['tokenId', 'uint256'],
  ['makerAmount', 'uint256'],
  ['takerAmount', 'uint256'],
  ['side', 'uint8'],
  ['signatureType', 'uint8'],
  ['timestamp', 'uint256'],
  ['metadata', 'bytes32'],
  ['builder', 'bytes32'],
].map(([name, type]) => ({ name: name ?? '', type: type ?? '' }));
const TYPE_TEXT = `Order(${ORDER_FIELDS.map(({ name, type }) => `${type} ${name}`).join(',')})`;

/** A world 20 s before its first window, in which books are quoted. */
export function tradingWorld(options: Partial<WorldOptions> = {}): TradingWorld {
  const world = worldAtOrigin(options);
  const seed = options.seed ?? 1;
  const series = { slug: 'btc-updown-5m', durationMs: 300_000 } as Parameters<typeof createVenueMarket>[0];
  const self: TradingWorld = {
    world,
    nowMs: options.startMs ?? ORIGIN_MS,
    market: createVenueMarket(series, Math.ceil(ORIGIN_MS / 300_000) * 300_000, seed),
    pass(ms) {
      const untilMs = self.nowMs + ms;
      while (self.nowMs < untilMs) {
        self.nowMs = Math.min(untilMs, self.nowMs + STEP_MS);
        world.advanceTo(self.nowMs);
      }
    },
    call(method, path, { body, query = {}, headers = {} } = {}) {
      const request = {
        method,
        path,
        query: new URLSearchParams(query),
        body: body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body),
        headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
      };
      for (const routes of world.routes) {
        const response = routes.handle(request, self.nowMs);
        if (response === null) continue;
        return {
          status: response.status,
          json: response.body === '' ? null : parseOr(response.body),
          headers: response.headers ?? {},
          dropped: response.drop ?? false,
          delayMs: response.delayMs ?? 0,
        };
      }
      throw new Error(`no route for ${method} ${path}`);
    },
  };
  return self;
}

function parseOr(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

/** Test account number `index`: a key that belongs to nobody. */
export function testAccount(index: number): PrivateKeyAccount {
  return privateKeyToAccount(keccak256(toHex(`embedded venue test ${index}`)));
}

/** Headers that prove a wallet, for POST /auth/api-key and its like. */
export async function walletHeaders(
  account: PrivateKeyAccount,
  nowMs: number,
  {
    address = account.address,
    nonce = 0,
    wrapped = false,
  }: { address?: string; nonce?: number; wrapped?: boolean } = {},
): Promise<Record<string, string>> {
  const timestamp = String(Math.floor(nowMs / 1_000));
  const domain = { name: 'ClobAuthDomain', version: '1', chainId: 137 };
  const fields = [
    { name: 'address', type: 'address' },
    { name: 'timestamp', type: 'string' },
    { name: 'nonce', type: 'uint256' },
    { name: 'message', type: 'string' },
  ];
  const message = {
    address,
    timestamp,
    nonce: BigInt(nonce),
    message: 'This message attests that I control the given wallet',
  };
  const typeText = 'ClobAuth(address address,string timestamp,uint256 nonce,string message)';
  const signature = wrapped
    ? await wrapSignature(account, domain, 'ClobAuth', fields, message, address, typeText)
    : await account.signTypedData({ domain, primaryType: 'ClobAuth', types: { ClobAuth: fields }, message });
  return { POLY_ADDRESS: address, POLY_SIGNATURE: signature, POLY_TIMESTAMP: timestamp, POLY_NONCE: String(nonce) };
}

/** A trader with money, allowances and an API key; `boundTo` binds the key to a wallet in place of the account. */
export async function createTrader(
  at: TradingWorld,
  index: number,
  options: { readonly pusd?: number; readonly boundTo?: string; readonly wrapped?: boolean } = {},
): Promise<Trader> {
  const account = testAccount(index);
  const { pusd = 1_000, boundTo = account.address, wrapped = false } = options;
  fund(at, account.address, pusd);
  const headers = await walletHeaders(account, at.nowMs, { address: boundTo, wrapped });
  const created = at.call('POST', '/clob/auth/api-key', { headers });
  if (created.status !== 200) throw new Error(`no key: ${JSON.stringify(created.json)}`);
  return traderWith(at, account, boundTo, created.json as TraderKey);
}

/** Gives an address pUSD and lets the exchange take it. */
export function fund(at: TradingWorld, address: string, pusd: number): void {
  const body = { address, pusdMicro: pusd * 1_000_000, approve: true };
  const { status } = at.call('POST', '/faucet', { body });
  if (status !== 200) throw new Error('the faucet is dry');
}

/** A trader with a key that there is. */
export function traderWith(at: TradingWorld, account: PrivateKeyAccount, boundTo: string, key: TraderKey): Trader {
  let salts = 0;
  const trader: Trader = {
    address: account.address.toLowerCase(),
    key,
    call(method, path, options = {}) {
      const timestamp = String(Math.floor(at.nowMs / 1_000));
      const body = options.body === undefined ? '' : JSON.stringify(options.body);
      const signature = createHmac('sha256', Buffer.from(key.secret, 'base64'))
        .update(`${timestamp}${method}${path}${body}`)
        .digest('base64')
        .replaceAll('+', '-')
        .replaceAll('/', '_');
      const headers = {
        POLY_ADDRESS: boundTo,
        POLY_API_KEY: key.apiKey,
        POLY_PASSPHRASE: key.passphrase,
        POLY_TIMESTAMP: timestamp,
        POLY_SIGNATURE: signature,
        ...options.headers,
      };
      return at.call(method, `/clob${path}`, { ...options, body, headers });
    },
    async sign(wish, { signatureType, maker } = { signatureType: 0, maker: account.address }) {
      const { side = 'BUY', outcome = 'up', price, size, orderType = 'GTC' } = wish;
      const dollars = Math.round(price * size * 1_000_000);
      const shares = Math.round(size * 1_000_000);
      const order = {
        salt: wish.salt ?? ++salts,
        maker,
        signer: signatureType === 3 ? maker : account.address,
        tokenId: wish.tokenId ?? at.market.tokens[outcome],
        makerAmount: String(wish.makerAmount ?? (side === 'BUY' ? dollars : shares)),
        takerAmount: String(wish.takerAmount ?? (side === 'BUY' ? shares : dollars)),
        side,
        signatureType,
        timestamp: String(at.nowMs),
        expiration: String(wish.expiration ?? 0),
        metadata: ZERO,
        builder: ZERO,
      };
      const domain = {
        name: 'Polymarket CTF Exchange',
        version: wish.version ?? '2',
        chainId: 137,
        verifyingContract: wish.verifyingContract ?? EXCHANGE,
      };
      const message = { ...order, side: side === 'BUY' ? 0 : 1 };
      const signature =
        signatureType === 3
          ? await wrapSignature(account, domain, 'Order', ORDER_FIELDS, message, maker, TYPE_TEXT)
          : await account.signTypedData({ domain, primaryType: 'Order', types: { Order: ORDER_FIELDS }, message });
      return {
        deferExec: false,
        postOnly: wish.postOnly ?? false,
        order: { ...order, signature },
        owner: wish.owner ?? key.apiKey,
        orderType,
      };
    },
    place: async (wish, signing) => trader.call('POST', '/order', { body: await trader.sign(wish, signing) }),
    listen(markets = []) {
      const client = connectTo(at.world.feeds, '/clob/ws/user');
      const { apiKey, secret, passphrase } = key;
      client.send({ type: 'user', auth: { apiKey, secret, passphrase }, markets });
      return client;
    },
  };
  return trader;
}

type Fields = readonly { readonly name: string; readonly type: string }[];

/** The nested form, put together by hand from digests that viem's wallet signs and Solidity's encoding rules. */
async function wrapSignature(
  account: PrivateKeyAccount,
  domain: {
    readonly name: string;
    readonly version: string;
    readonly chainId: number;
    readonly verifyingContract?: Hex;
  },
  primaryType: string,
  fields: Fields,
  message: Readonly<Record<string, unknown>>,
  wallet: string,
  typeText: string,
): Promise<Hex> {
  const inner = await account.signTypedData({
    domain,
    primaryType: 'TypedDataSign',
    types: {
      [primaryType]: fields,
      TypedDataSign: [
        { name: 'contents', type: primaryType },
        { name: 'name', type: 'string' },
        { name: 'version', type: 'string' },
        { name: 'chainId', type: 'uint256' },
        { name: 'verifyingContract', type: 'address' },
        { name: 'salt', type: 'bytes32' },
      ],
    },
    message: {
      contents: message,
      name: 'DepositWallet',
      version: '1',
      chainId: 137n,
      verifyingContract: wallet as Address,
      salt: ZERO,
    },
  });
  const domainFields: Fields = [
    { name: 'name', type: 'string' },
    { name: 'version', type: 'string' },
    { name: 'chainId', type: 'uint256' },
    ...(domain.verifyingContract === undefined ? [] : [{ name: 'verifyingContract', type: 'address' }]),
  ];
  const separator = structHash('EIP712Domain', domainFields, { ...domain });
  const contents = structHash(primaryType, fields, message);
  const length = typeText.length.toString(16).padStart(4, '0');
  return `0x${inner.slice(2)}${separator}${contents}${toHex(typeText).slice(2)}${length}`;
}

/** EIP-712's hashStruct for fields of one word each, and texts; without 0x. */
function structHash(name: string, fields: Fields, data: Readonly<Record<string, unknown>>): string {
  const type = keccak256(toHex(`${name}(${fields.map((field) => `${field.type} ${field.name}`).join(',')})`));
  const words = fields.map((field) => {
    const value = data[field.name];
    if (field.type === 'string') return keccak256(toHex(String(value))).slice(2);
    const number =
      typeof value === 'string' && value.startsWith('0x') ? hexToBigInt(value as Hex) : BigInt(String(value));
    return number.toString(16).padStart(64, '0');
  });
  return keccak256(`${type}${words.join('')}`).slice(2);
}
