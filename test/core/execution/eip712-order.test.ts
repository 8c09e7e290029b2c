import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import * as fc from 'fast-check';
import { type Hex, hashStruct, hashTypedData, keccak256, stringToHex } from 'viem';
import { describe, expect, test } from 'vitest';
import { createDepositWalletWrapping } from '../../../core/execution/deposit-wallet-signature.ts';
import { keccakText } from '../../../core/execution/eip712.ts';
import { createOrderHasher, ORDER_TYPE, type SignableOrder } from '../../../core/execution/eip712-order.ts';
import {
  EXCHANGE_CONTRACTS,
  EXCHANGE_DOMAIN_NAME,
  EXCHANGE_DOMAIN_VERSION,
} from '../../../core/execution/exchange-contracts.ts';
import type { TokenId } from '../../../core/model/identifiers.ts';
import { assertProperty } from '../../support/assert-property.ts';

const hex = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => `0x${bytesToHex(bytes)}`);
const UINT256 = (1n << 256n) - 1n;

const anyOrder: fc.Arbitrary<SignableOrder> = fc.record({
  salt: fc.maxSafeNat(),
  maker: hex(20),
  signer: hex(20),
  tokenId: fc.bigInt({ min: 0n, max: UINT256 }).map((id) => id.toString() as TokenId),
  makerMicro: fc.maxSafeNat(),
  takerMicro: fc.maxSafeNat(),
  side: fc.constantFrom('buy' as const, 'sell' as const),
  signatureType: fc.constantFrom(0 as const, 1 as const, 2 as const, 3 as const),
  timestampMs: fc.maxSafeNat(),
  metadata: hex(32),
  builder: hex(32),
});
const anyExchange = fc.constantFrom(...EXCHANGE_CONTRACTS);

const ORDER_FIELDS = ORDER_TYPE.slice('Order('.length, -1)
  .split(',')
  .map((field) => {
    const [type = '', name = ''] = field.split(' ');
    return { type, name };
  });

function messageOf(order: SignableOrder) {
  return {
    salt: BigInt(order.salt),
    maker: order.maker,
    signer: order.signer,
    tokenId: BigInt(order.tokenId),
    makerAmount: BigInt(order.makerMicro),
    takerAmount: BigInt(order.takerMicro),
    side: order.side === 'buy' ? 0 : 1,
    signatureType: order.signatureType,
    timestamp: BigInt(order.timestampMs),
    metadata: order.metadata,
    builder: order.builder,
  };
}

const domainOf = ({ chainId, address }: (typeof EXCHANGE_CONTRACTS)[number]) => ({
  name: EXCHANGE_DOMAIN_NAME,
  version: EXCHANGE_DOMAIN_VERSION,
  chainId,
  verifyingContract: address as Hex,
});

describe('ORDER_TYPE', () => {
  test('default: the type string and hash of the venue', () => {
    expect(ORDER_TYPE).toHaveLength(186);
    // Venue notes of 2026-11-23, polymarket §1.2.
    expect(bytesToHex(keccakText(ORDER_TYPE))).toBe('bb86318a2138f5fa8ae32fbe8e659f8fcf13cc6ae4014a707893055433818589');
  });
});

describe('createOrderHasher', () => {
  test('behavior: struct hash and order hash are those of viem, whatever was hashed before', () => {
    const hasher = createOrderHasher();
    assertProperty(
      fc.property(anyOrder, anyExchange, (order, exchange) => {
        const message = messageOf(order);
        const structHash = hasher.structHash(order);
        expect(`0x${bytesToHex(structHash)}`).toBe(
          hashStruct({ data: message, primaryType: 'Order', types: { Order: ORDER_FIELDS } }),
        );
        expect(`0x${bytesToHex(hasher.orderHash(hexToBytes(exchange.domainSeparator.slice(2)), structHash))}`).toBe(
          hashTypedData({ domain: domainOf(exchange), types: { Order: ORDER_FIELDS }, primaryType: 'Order', message }),
        );
      }),
    );
  });

  test('error: a number that is no safe integer is a bug', () => {
    const hasher = createOrderHasher();
    const [order] = fc.sample(anyOrder, 1);
    if (order === undefined) throw new Error('no order');
    for (const salt of [2 ** 53, -1, 0.5, Number.NaN]) {
      expect(() => hasher.structHash({ ...order, salt })).toThrow('safe integer');
    }
  });
});

describe('createDepositWalletWrapping', () => {
  test("behavior: the digest is viem's of the wrapped order", () => {
    const hasher = createOrderHasher();
    const wrapping = createDepositWalletWrapping('Order', ORDER_TYPE);
    assertProperty(
      fc.property(anyOrder, anyExchange, (order, exchange) => {
        const separator = hexToBytes(exchange.domainSeparator.slice(2));
        const digest = wrapping.digest(separator, hasher.structHash(order), exchange.chainId, order.maker);
        expect(`0x${bytesToHex(digest)}`).toBe(
          hashTypedData({
            domain: domainOf(exchange),
            types: {
              Order: ORDER_FIELDS,
              TypedDataSign: [
                { name: 'contents', type: 'Order' },
                { name: 'name', type: 'string' },
                { name: 'version', type: 'string' },
                { name: 'chainId', type: 'uint256' },
                { name: 'verifyingContract', type: 'address' },
                { name: 'salt', type: 'bytes32' },
              ],
            },
            primaryType: 'TypedDataSign',
            message: {
              contents: messageOf(order),
              name: 'DepositWallet',
              version: '1',
              chainId: BigInt(exchange.chainId),
              verifyingContract: order.maker as Hex,
              salt: `0x${'0'.repeat(64)}`,
            },
          } as never),
        );
      }),
    );
  });

  test('default: 317 bytes: signature, separator, contents, type string, its length', () => {
    const wrapped = createDepositWalletWrapping('Order', ORDER_TYPE).wrap(
      '1'.repeat(130),
      '2'.repeat(64),
      '3'.repeat(64),
    );
    expect(wrapped).toHaveLength(317 * 2);
    const type = stringToHex(ORDER_TYPE).slice(2);
    expect(wrapped).toBe(`${'1'.repeat(130)}${'2'.repeat(64)}${'3'.repeat(64)}${type}00ba`);
    expect(keccak256(`0x${type}`)).toBe(`0x${bytesToHex(keccakText(ORDER_TYPE))}`);
  });
});
