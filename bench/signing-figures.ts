/**
 * From (price, size, side) to the signed body, and the headers of a request, beside the official client in the same run, taking turns
 * with it. The client's order is not even written as JSON, and it asks nobody: tick size, kind of market and version are given.
 */
import { Chain, ClobClient, createL2Headers, Side } from '@polymarket/clob-client-v2';
import { createWalletClient, http } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { polygon } from 'viem/chains';
import type { TokenId } from '../core/model/identifiers.ts';
import { createL2Auth } from '../runner/clob/auth.ts';
import { createOrderSigner } from '../runner/signer/create-order-signer.ts';
import type { CurveImplementation } from '../runner/signer/curve.ts';
import { createDigestSigner } from '../runner/signer/digest-signer.ts';
import { parsePrivateKey } from '../runner/signer/private-key.ts';
import { ANVIL_KEY } from '../test/support/signing-fixtures.ts';
import { type Figure, number, times } from './support/figure.ts';
import { median, quantile } from './support/measure.ts';

const NATIVE_RATIO = 12;
const WASM_RATIO = 4;
const NATIVE_P99_US = 100;
const HEADERS_RATIO = 20;

const ROUNDS = 15;
const TOKEN = '46245794795666772433067781887393062158384732383944483451308425580669017314574';
const OWNER = '00000000-0000-0000-0000-000000000001';
const START_MS = Date.UTC(2026, 10, 23);
const MICRO_PER_SHARE = 1_000_000;

/** Microseconds of every call, by contender. */
interface Contender {
  readonly calls: number;
  run(index: number): unknown;
}

/** The figures of signing. Without the native module its two are left out, and said to be. */
export async function signingFigures(): Promise<Figure[]> {
  const [native, wasm, official] = [await ownSigner('native'), await ownSigner('wasm'), officialSigner()];
  const orders = await race({
    ...(native === null ? {} : { native }),
    ...(wasm === null ? {} : { wasm }),
    official,
  });
  const headers = await race({ own: ownHeaders(), official: officialHeaders() });
  const peer = (name: string, of: Race) => {
    const { p50, p99 } = of(name);
    return `${number(p50)} µs, p99 ${number(p99)} µs`;
  };
  const figures: Figure[] = [];
  for (const [name, ratio] of [
    ['native', NATIVE_RATIO],
    ['wasm', WASM_RATIO],
  ] as const) {
    const own = orders.has(name) ? orders.get(name) : null;
    if (own === null) continue;
    const faster = orders.get('official').p50 / own.p50;
    figures.push({
      what: `order to signed body, ${name === 'native' ? 'native module' : 'without it (WebAssembly)'}`,
      value: `${number(own.p50)} µs`,
      target: `≥ ${ratio} × the peer`,
      met: faster >= ratio,
      peer: `the official client's \`createOrder\`: ${peer('official', orders.get)}, ${times(faster)} the time`,
    });
    if (name === 'native') {
      figures.push({
        what: 'the same, p99',
        value: `${number(own.p99)} µs`,
        target: `≤ ${NATIVE_P99_US} µs`,
        met: own.p99 <= NATIVE_P99_US,
        peer: `WebAssembly: ${orders.has('wasm') ? peer('wasm', orders.get) : 'not loaded'}`,
      });
    }
  }
  const faster = headers.get('official').p50 / headers.get('own').p50;
  figures.push({
    what: 'L2 headers of a POST with an order in it',
    value: `${number(headers.get('own').p50)} µs`,
    target: `≥ ${HEADERS_RATIO} × the peer`,
    met: faster >= HEADERS_RATIO,
    peer: `the official client's \`createL2Headers\`: ${peer('official', headers.get)}, ${times(faster)} the time`,
  });
  return figures;
}

type Race = (name: string) => { readonly p50: number; readonly p99: number };

/** Each contender's calls in turn, round by round; the first two rounds are not counted: they compile. */
async function race(contenders: Readonly<Record<string, Contender>>) {
  const samples = new Map(Object.keys(contenders).map((name) => [name, [] as number[]]));
  for (let round = -2; round < ROUNDS; round++) {
    for (const [name, { calls, run }] of Object.entries(contenders)) {
      for (let call = 0; call < calls; call++) {
        const from = process.hrtime.bigint();
        const made = run((round + 2) * calls + call);
        // Only a promise is awaited: what is synchronous does not pay for a turn of the loop.
        if (made instanceof Promise) await made;
        if (round >= 0) samples.get(name)?.push(Number(process.hrtime.bigint() - from) / 1_000);
      }
    }
  }
  const get: Race = (name) => {
    const all = samples.get(name) ?? [];
    return { p50: median(all), p99: quantile(all, 0.99) };
  };
  return { get, has: (name: string) => samples.has(name) };
}

/** Prices and sizes that no cache can know. */
const cents = (index: number): number => 1 + (index % 99);
const hundredths = (index: number): number => 500 + (index % 9_973);

async function ownSigner(implementation: CurveImplementation): Promise<Contender | null> {
  const key = parsePrivateKey(ANVIL_KEY);
  if (!key.ok) throw new Error(key.error);
  const digestSigner = await createDigestSigner(key.value, implementation).catch(() => null);
  if (digestSigner === null) return null;
  const { address } = digestSigner;
  const wallet = { chainId: 137, signatureType: 0, signerAddress: address, funderAddress: address } as const;
  const signer = createOrderSigner(digestSigner, wallet, OWNER);
  if (!signer.ok) throw new Error(signer.error.detail);
  const market = { tickSizeTicks: 100, negRisk: false };
  return {
    calls: implementation === 'native' ? 1_000 : 400,
    run(index) {
      const signed = signer.value.signRequest(
        {
          tokenId: TOKEN as TokenId,
          side: index % 2 === 0 ? 'buy' : 'sell',
          timeInForce: 'GTC',
          priceTicks: cents(index) * 100,
          amount: { unit: 'shares', sizeMicro: (hundredths(index) * MICRO_PER_SHARE) / 100 },
          postOnly: false,
          salt: START_MS + index,
          timestampMs: START_MS + index,
          expirationS: 0,
          metadata: null,
          builderCode: null,
        },
        market,
      );
      if (!signed.ok) throw new Error(signed.error.detail);
      return signed.value.body;
    },
  };
}

const officialWallet = () =>
  createWalletClient({
    account: privateKeyToAccount(ANVIL_KEY),
    chain: polygon,
    transport: http('http://127.0.0.1:1'),
  });

function officialSigner(): Contender {
  const client = new ClobClient({ host: 'http://127.0.0.1:1', chain: Chain.POLYGON, signer: officialWallet() });
  // Else it would ask for the tick size, which is not what is measured.
  client.tickSizes[TOKEN] = '0.01';
  return {
    calls: 100,
    run: (index) =>
      client.createOrder(
        {
          tokenID: TOKEN,
          price: cents(index) / 100,
          size: hundredths(index) / 100,
          side: index % 2 === 0 ? Side.BUY : Side.SELL,
        },
        { tickSize: '0.01', negRisk: false, version: 2 },
      ),
  };
}

const CREDENTIALS = { key: OWNER, secret: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=', passphrase: 'a passphrase' };
/** As long as an order's. */
const BODY = JSON.stringify({ order: 'x'.repeat(850) });

function ownHeaders(): Contender {
  const auth = createL2Auth(CREDENTIALS, privateKeyToAccount(ANVIL_KEY).address);
  if (!auth.ok) throw new Error(auth.error);
  return {
    calls: 2_000,
    run: (index) =>
      auth.value.headers({ timestampS: START_MS / 1_000 + index, method: 'POST', path: '/order', body: BODY }),
  };
}

function officialHeaders(): Contender {
  const wallet = officialWallet();
  const request = { method: 'POST', requestPath: '/order', body: BODY };
  return {
    calls: 400,
    run: (index) => createL2Headers(wallet, CREDENTIALS, request, START_MS / 1_000 + index),
  };
}
