import * as fc from 'fast-check';
import { type Hex, hashTypedData, recoverAddress } from 'viem';
import { beforeAll, describe, expect, test } from 'vitest';
import { ORDER_TYPE } from '../../../core/execution/eip712-order.ts';
import { exchangeContract } from '../../../core/execution/exchange-contracts.ts';
import type { TokenId } from '../../../core/model/identifiers.ts';
import type { ApprovedOrder } from '../../../core/model/order.ts';
import { createOrderSigner } from '../../../runner/signer/create-order-signer.ts';
import type { DigestSigner } from '../../../runner/signer/digest-signer.ts';
import type { OrderRequest, OrderSigner, SigningMarket, TradingWallet } from '../../../runner/signer/order-signer.ts';
import { anOrder } from '../../support/builders.ts';
import { ANVIL_ADDRESS, anvilSigner } from '../../support/signing-fixtures.ts';

const OWNER = '00000000-0000-0000-0000-000000000001';
const FUNDER = '0x3333333333333333333333333333333333333333';
/** A hash, as tokens of the CTF are. */
const TOKEN = '46245794795666772433067781887393062158384732383944483451308425580669017314574' as TokenId;
const MARKET: SigningMarket = { tickSizeTicks: 100, negRisk: false };

const wallet = (more: Partial<TradingWallet> = {}): TradingWallet => ({
  chainId: 137,
  signatureType: 0,
  signerAddress: ANVIL_ADDRESS,
  funderAddress: ANVIL_ADDRESS,
  ...more,
});
const request = (more: Partial<OrderRequest> = {}): OrderRequest => ({
  tokenId: TOKEN,
  side: 'buy',
  timeInForce: 'GTC',
  priceTicks: 5_500,
  amount: { unit: 'shares', sizeMicro: 10_000_000 },
  postOnly: false,
  salt: 7,
  timestampMs: 1_795_435_200_000,
  expirationS: 0,
  metadata: null,
  builderCode: null,
  ...more,
});

let key: DigestSigner;
let signer: OrderSigner;

beforeAll(async () => {
  key = await anvilSigner();
  signer = signerOf(wallet());
});

function signerOf(of: TradingWallet): OrderSigner {
  const made = createOrderSigner(key, of, OWNER);
  if (!made.ok) throw new Error(made.error.detail);
  return made.value;
}

function deniedCode(more: Partial<OrderRequest>, market = MARKET): string | null {
  const signed = signer.signRequest(request(more), market);
  return signed.ok ? null : signed.error.code;
}

const ORDER_FIELDS = ORDER_TYPE.slice('Order('.length, -1)
  .split(',')
  .map((field) => ({ type: field.split(' ')[0] ?? '', name: field.split(' ')[1] ?? '' }));

/** viem's hash of the order in a body, as the venue would compute it. */
function judgedHash(body: string, chainId: number, negRisk: boolean): Hex {
  const { order } = JSON.parse(body);
  return hashTypedData({
    domain: {
      name: 'Polymarket CTF Exchange',
      version: '2',
      chainId,
      verifyingContract: exchangeContract(chainId, negRisk)?.address as Hex,
    },
    types: { Order: ORDER_FIELDS },
    primaryType: 'Order',
    message: { ...order, side: order.side === 'BUY' ? 0 : 1 },
  });
}

describe('createOrderSigner', () => {
  test.each([
    ['another key', { signerAddress: FUNDER }, 'wallet-mismatch'],
    ['an EOA with the money of another', { funderAddress: FUNDER }, 'wallet-mismatch'],
    ['a contract wallet without its address', { signatureType: 3 }, 'wallet-mismatch'],
    ['a funder that is no address', { signatureType: 2, funderAddress: '0x33' }, 'wallet-mismatch'],
    ['a chain without exchanges', { chainId: 1 }, 'unsupported-chain'],
  ] as const)('error: %s', (_what, more, code) => {
    const made = createOrderSigner(key, wallet(more), OWNER);
    expect(made).toMatchObject({ ok: false, error: { code } });
  });

  test('behavior: the spelling of an address does not matter to the check, and stays as it was given', () => {
    const small = wallet({ signerAddress: ANVIL_ADDRESS.toLowerCase(), funderAddress: ANVIL_ADDRESS.toLowerCase() });
    const signed = signerOf(small).signRequest(request(), MARKET);
    expect(signed.ok && JSON.parse(signed.value.body).order.maker).toBe(ANVIL_ADDRESS.toLowerCase());
  });

  test('behavior: an owner with quotes in it stays one JSON string', () => {
    const made = createOrderSigner(key, wallet(), 'a"b\\c');
    if (!made.ok) throw new Error(made.error.detail);
    const signed = made.value.signRequest(request(), MARKET);
    expect(signed.ok && JSON.parse(signed.value.body).owner).toBe('a"b\\c');
  });
});

describe('signRequest', () => {
  test('behavior: the body is JSON without spaces, the hash is viem’s, the signature is the key’s, for any order', async () => {
    const anyRequest = fc
      .record({
        side: fc.constantFrom('buy' as const, 'sell' as const),
        timeInForce: fc.constantFrom('GTC' as const, 'GTD' as const, 'FOK' as const, 'FAK' as const),
        cents: fc.integer({ min: 1, max: 99 }),
        hundredths: fc.integer({ min: 500, max: 10_000_000 }),
        salt: fc.maxSafeNat(),
        timestampMs: fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 }),
        token: fc.bigInt({ min: 1n << 200n, max: (1n << 256n) - 1n }),
      })
      .map(({ side, timeInForce, cents, hundredths, token, ...rest }) => {
        const takes = timeInForce === 'FOK' || timeInForce === 'FAK';
        const micro = hundredths * 10_000;
        return request({
          side,
          timeInForce,
          priceTicks: cents * 100,
          amount: takes && side === 'buy' ? { unit: 'pusd', spendMicro: micro } : { unit: 'shares', sizeMicro: micro },
          // A bit above the lowest 40 makes it a CTF token, whatever the rest is.
          tokenId: (token | (1n << 64n)).toString() as TokenId,
          expirationS: timeInForce === 'GTD' ? 1_795_435_900 : 0,
          ...rest,
        });
      });
    await fc.assert(
      fc.asyncProperty(
        anyRequest,
        fc.constantFrom(137, 80002),
        fc.boolean(),
        fc.constantFrom(0 as const, 1 as const, 2 as const),
        async (order, chainId, negRisk, signatureType) => {
          const of = wallet({ chainId, signatureType, funderAddress: signatureType === 0 ? ANVIL_ADDRESS : FUNDER });
          const signed = signerOf(of).signRequest(order, { tickSizeTicks: 100, negRisk });
          if (!signed.ok) throw new Error(signed.error.detail);
          const { body, orderHash } = signed.value;
          const parsed = JSON.parse(body);
          expect(JSON.stringify(parsed)).toBe(body);
          expect(parsed.order.salt).toBe(order.salt);
          expect(orderHash).toBe(judgedHash(body, chainId, negRisk));
          expect(await recoverAddress({ hash: orderHash as Hex, signature: parsed.order.signature })).toBe(
            ANVIL_ADDRESS,
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  test('default: of a deposit wallet the wallet is maker and signer, and the signature has 317 bytes', () => {
    const signed = signerOf(wallet({ signatureType: 3, funderAddress: FUNDER })).signRequest(request(), MARKET);
    if (!signed.ok) throw new Error(signed.error.detail);
    const { order } = JSON.parse(signed.value.body);
    expect(order).toMatchObject({ maker: FUNDER, signer: FUNDER, signatureType: 3 });
    expect(order.signature).toHaveLength(2 + 317 * 2);
    expect(signed.value.orderHash).toBe(judgedHash(signed.value.body, 137, false));
  });

  test('behavior: native and slower implementation give the same bytes', async () => {
    const slow = createOrderSigner(await anvilSigner('wasm'), wallet(), OWNER);
    if (!slow.ok) throw new Error(slow.error.detail);
    expect(slow.value.implementation).toBe('wasm');
    for (let salt = 0; salt < 20; salt++) {
      expect(slow.value.signRequest(request({ salt }), MARKET)).toEqual(signer.signRequest(request({ salt }), MARKET));
    }
  });

  test.each([
    ['invalid-token', { tokenId: '0x1' as TokenId }],
    ['invalid-token', { tokenId: (1n << 256n).toString() as TokenId }],
    // Bits 40 to 103 are zero: a position of the new protocol.
    ['new-protocol-token', { tokenId: ((1n << 200n) + 5n).toString() as TokenId }],
    ['new-protocol-token', { tokenId: '12345' as TokenId }],
    ['invalid-salt', { salt: 2 ** 53 }],
    ['invalid-salt', { salt: -1 }],
    ['invalid-salt', { salt: 1.5 }],
    ['invalid-timestamp', { timestampMs: Number.NaN }],
    ['invalid-bytes32', { metadata: '0xab' }],
    ['invalid-bytes32', { builderCode: `0x${'g'.repeat(64)}` }],
    ['wrong-unit', { timeInForce: 'FOK' }],
    ['wrong-unit', { amount: { unit: 'pusd', spendMicro: 1_000_000 } }],
    ['wrong-unit', { timeInForce: 'FAK', side: 'sell', amount: { unit: 'pusd', spendMicro: 1_000_000 } }],
    ['post-only-taker', { timeInForce: 'FAK', side: 'sell', postOnly: true }],
    ['expiration-missing', { timeInForce: 'GTD' }],
    ['expiration-missing', { timeInForce: 'GTD', expirationS: Number.NaN }],
    ['expiration-unexpected', { expirationS: 1_795_435_900 }],
    ['expiration-unexpected', { timeInForce: 'FAK', side: 'sell', expirationS: 1 }],
    ['price-off-grid', { priceTicks: 5_550 }],
    ['size-precision', { amount: { unit: 'shares', sizeMicro: 10_001_000 } }],
    ['size-precision', { timeInForce: 'FAK', amount: { unit: 'pusd', spendMicro: 1_001_000 } }],
  ] as const satisfies readonly (readonly [string, Partial<OrderRequest>])[])('error: %s %#', (code, more) => {
    expect(deniedCode(more)).toBe(code);
  });

  test('error: a tick size that the venue does not have', () => {
    expect(deniedCode({}, { tickSizeTicks: 7, negRisk: false })).toBe('unknown-tick-size');
  });

  test('default: post-only with GTC and GTD', () => {
    expect(deniedCode({ postOnly: true })).toBeNull();
    expect(deniedCode({ postOnly: true, timeInForce: 'GTD', expirationS: 1_795_435_900 })).toBeNull();
  });
});

describe('sign', () => {
  const approved = (more: Partial<ApprovedOrder> = {}) => anOrder({ tokenId: TOKEN, salt: 12_345, ...more });

  test('default: salt and creation time of the approved order, so that it has the same bytes whenever it is signed', () => {
    const order = approved();
    const first = signer.sign(order, MARKET);
    expect(first).toEqual(signer.sign(order, MARKET));
    expect(first.ok && JSON.parse(first.value.body)).toMatchObject({
      postOnly: true,
      orderType: 'GTC',
      order: {
        salt: 12_345,
        timestamp: `${order.createdMs}`,
        makerAmount: '4800000',
        takerAmount: '10000000',
        side: 'BUY',
        expiration: '0',
      },
    });
  });

  test('default: a FAK buy spends its money, a FOK sell gives its shares', () => {
    const buy = signer.sign(
      approved({ timeInForce: 'FAK', postOnly: false, amount: { unit: 'pusd', spendMicro: 5_000_000 } }),
      MARKET,
    );
    expect(buy.ok && JSON.parse(buy.value.body).order).toMatchObject({
      makerAmount: '5000000',
      takerAmount: '10416600',
    });
    const sell = signer.sign(approved({ timeInForce: 'FOK', postOnly: false, side: 'sell' }), MARKET);
    expect(sell.ok && JSON.parse(sell.value.body).order).toMatchObject({
      makerAmount: '10000000',
      takerAmount: '4800000',
    });
  });

  test('error: a GTD order has to live for 60 s from its creation', () => {
    const order = approved({ timeInForce: 'GTD', createdMs: 1_795_435_200_000 });
    expect(signer.sign(order, MARKET)).toMatchObject({ ok: false, error: { code: 'expiration-missing' } });
    expect(signer.sign(order, MARKET, 1_795_435_259)).toMatchObject({
      ok: false,
      error: { code: 'expiration-too-soon' },
    });
    const signed = signer.sign(order, MARKET, 1_795_435_260);
    expect(signed.ok && JSON.parse(signed.value.body).order.expiration).toBe('1795435260');
  });
});
