/** Every signed order of the vectors, as the venue reads it; and forged ones. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseOrderPayload, type SignedOrder } from '../../../embedded-venue/clob/order-payload.ts';
import { isSignedForV3, readOrderSignature } from '../../../embedded-venue/clob/order-signature.ts';
import { hasSharedData, sharedVectorPath } from '../../support/shared-data.ts';

interface OrderCase {
  readonly id: string;
  readonly input: { readonly chainId: number; readonly negRisk: boolean; readonly version?: number };
  readonly orderHash: string;
  readonly bodyJson: string;
}

const { cases, signer } = hasSharedData
  ? (JSON.parse(readFileSync(sharedVectorPath('polymarket', 'orders-v2.json'), 'utf8')) as {
      readonly cases: readonly OrderCase[];
      readonly signer: string;
    })
  : { cases: [], signer: '' };
const owner = signer.toLowerCase();
const ours = cases.filter(({ input }) => input.version !== 3);

function orderOf({ bodyJson }: OrderCase): SignedOrder {
  const payload = parseOrderPayload(JSON.parse(bodyJson));
  if (!payload.ok) throw new Error(payload.error);
  return payload.value.order;
}

/** Changes one hex digit of a text, `fromEnd` digits before its end. */
function turnDigit(text: string, fromEnd: number): string {
  const at = text.length - 1 - fromEnd;
  return `${text.slice(0, at)}${text[at] === '0' ? '1' : '0'}${text.slice(at + 1)}`;
}

describe.skipIf(!hasSharedData)('readOrderSignature, vectors', () => {
  test('behavior: the owner signed every order of the present protocol, and its hash is the order id', () => {
    expect(ours.length).toBe(88);
    for (const vector of ours) {
      const read = readOrderSignature(orderOf(vector), vector.input.negRisk, vector.input.chainId);
      expect({ id: vector.id, ...read }).toEqual({ id: vector.id, orderHash: vector.orderHash, signedBy: owner });
    }
  });

  test('behavior: an order for the other exchange, or of another chain, was signed by somebody else', () => {
    for (const vector of ours) {
      const { chainId, negRisk } = vector.input;
      expect(readOrderSignature(orderOf(vector), !negRisk, chainId).signedBy).not.toBe(owner);
      expect(readOrderSignature(orderOf(vector), negRisk, chainId + 1).signedBy).not.toBe(owner);
    }
  });

  test('behavior: no field of an order can be changed after signing', () => {
    const changes: Partial<SignedOrder>[] = [
      { salt: 1 },
      { maker: '0x4444444444444444444444444444444444444444' },
      { tokenId: '1' },
      { makerAmount: 1 },
      { takerAmount: 1 },
      { timestamp: '1' },
      { metadata: `0x${'1'.repeat(64)}` },
      { builder: `0x${'1'.repeat(64)}` },
    ];
    for (const vector of ours) {
      const order = orderOf(vector);
      const otherSide = order.side === 'BUY' ? 'SELL' : 'BUY';
      for (const change of [...changes, { side: otherSide } as const]) {
        const read = readOrderSignature({ ...order, ...change }, vector.input.negRisk, vector.input.chainId);
        expect(read.signedBy).not.toBe(owner);
      }
      const { signedBy } = readOrderSignature({ ...order, expiration: 7 }, vector.input.negRisk, vector.input.chainId);
      expect(signedBy).toBe(owner);
    }
  });

  test('behavior: every part of the nested form is looked at', () => {
    const nested = ours.filter((vector) => orderOf(vector).signatureType === 3);
    expect(nested.length).toBe(6);
    for (const vector of nested) {
      const order = orderOf(vector);
      expect(order.signature.length).toBe(2 + 2 * 317);
      const { chainId, negRisk } = vector.input;
      // From the end: length, type text, contents hash, domain separator, inner signature.
      for (const fromEnd of [0, 10, 2 * (2 + 186) + 3, 2 * (2 + 186 + 32) + 3, 2 * (2 + 186 + 64) + 3]) {
        const signature = turnDigit(order.signature, fromEnd);
        expect(readOrderSignature({ ...order, signature }, negRisk, chainId).signedBy).not.toBe(owner);
      }
      for (const signature of [`${order.signature}00`, order.signature.slice(0, -2), order.signature.slice(0, 132)]) {
        expect(readOrderSignature({ ...order, signature }, negRisk, chainId).signedBy).toBeNull();
      }
    }
  });

  test('behavior: the mirror image of a signature is refused, as the exchange contract does', () => {
    const vector = ours.find((candidate) => orderOf(candidate).signatureType === 0);
    if (vector === undefined) throw new Error('no plain order');
    const order = orderOf(vector);
    const curve = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const mirrored = (curve - BigInt(`0x${order.signature.slice(66, 130)}`)).toString(16).padStart(64, '0');
    const last = order.signature.endsWith('1b') ? '1c' : '1b';
    const signature = `${order.signature.slice(0, 66)}${mirrored}${last}`;
    expect(readOrderSignature({ ...order, signature }, vector.input.negRisk, vector.input.chainId).signedBy).toBeNull();
  });

  test('behavior: orders for the exchange of the new protocol are known as such', () => {
    const newer = cases.filter(({ input }) => input.version === 3);
    expect(newer.map(({ id }) => id)).toEqual(['v2-062', 'v2-063']);
    for (const vector of newer) {
      expect(readOrderSignature(orderOf(vector), false, 137).signedBy).not.toBe(owner);
      expect(isSignedForV3(orderOf(vector), owner, 137)).toBe(true);
    }
    for (const vector of ours) expect(isSignedForV3(orderOf(vector), owner, vector.input.chainId)).toBe(false);
  });
});
