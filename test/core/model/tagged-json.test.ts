import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvariantError } from '../../../core/model/errors.ts';
import { decodeTaggedJson, encodeTaggedJson } from '../../../core/model/tagged-json.ts';
import { assertProperty } from '../../support/assert-property.ts';

const key = fc.oneof(
  fc.string(),
  fc.constantFrom('$bigint', '$number', '$', '$$bigint', '__proto__', 'constructor', 'toString'),
);
const { value: data } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, false, Number.NaN, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
    fc.double(),
    fc.integer(),
    fc.bigInt(),
    fc.string({ unit: 'binary' }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

describe('encodeTaggedJson', () => {
  test('default', () => {
    const value = { price: 84_500_000_000_000_000_000_000n, age: Number.NaN, note: 'a' };
    expect(encodeTaggedJson(value)).toBe(
      '{"age":{"$number":"NaN"},"note":"a","price":{"$bigint":"84500000000000000000000"}}',
    );
  });

  test('behavior: the order in which fields were set makes no difference', () => {
    expect(encodeTaggedJson({ a: 1, b: [{ d: 1, c: 2 }] })).toBe(encodeTaggedJson({ b: [{ c: 2, d: 1 }], a: 1 }));
  });

  test.each([[{ a: undefined }], [() => 1], [Symbol('x')]])('error: %s is no data', (value) => {
    expect(() => encodeTaggedJson(value)).toThrow(InvariantError);
  });
});

describe('decodeTaggedJson', () => {
  test('default: everything comes back exactly', () => {
    assertProperty(
      fc.property(data, (value) => {
        // Not toStrictEqual: it takes a key named "constructor" for the object's class.
        expect(isDeepStrictEqual(decodeTaggedJson(encodeTaggedJson(value)), value)).toBe(true);
      }),
    );
  });

  test.each(['{"$bigint":"x"}', '{"$other":"1"}', '{"$number":1}', '{'])('error: %s', (text) => {
    expect(() => decodeTaggedJson(text)).toThrow(SyntaxError);
  });
});
