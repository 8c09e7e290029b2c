import * as fc from 'fast-check';
import { keccak256, stringToHex } from 'viem';
import { describe, expect, test } from 'vitest';
import { orderSalt } from '../../../core/execution/order-identity.ts';
import type { ClientOrderId, SeriesSlug } from '../../../core/model/identifiers.ts';
import { assertProperty } from '../../support/assert-property.ts';

const series = 'btc-updown-5m' as SeriesSlug;
const id = (text: string) => text as ClientOrderId;

describe('orderSalt', () => {
  test('behavior: the low 53 bits of keccak over series, epoch and id', () => {
    assertProperty(
      fc.property(fc.nat(), fc.string({ minLength: 1, maxLength: 30 }), (epoch, text) => {
        const clientOrderId = id(text.replace(/[\ud800-\udfff]/g, '?'));
        const digest = BigInt(keccak256(stringToHex(`${series}|${epoch}|${clientOrderId}`)));
        expect(BigInt(orderSalt(series, epoch, clientOrderId))).toBe(digest & ((1n << 53n) - 1n));
      }),
    );
  });

  test('behavior: another epoch, series or id is another salt', () => {
    const salts = [
      orderSalt(series, 1, id('mm-1')),
      orderSalt(series, 2, id('mm-1')),
      orderSalt(series, 1, id('mm-2')),
      orderSalt('eth-updown-5m' as SeriesSlug, 1, id('mm-1')),
    ];
    expect(new Set(salts).size).toBe(4);
    for (const salt of salts) expect(Number.isSafeInteger(salt)).toBe(true);
  });
});
