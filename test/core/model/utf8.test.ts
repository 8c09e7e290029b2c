import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeUtf8, encodeUtf8 } from '../../../core/model/utf8.ts';
import { assertProperty } from '../../support/assert-property.ts';

/** Any UTF-16 units, half surrogate pairs included. */
const anyText = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 60 }).map((u) => String.fromCharCode(...u));

describe('encodeUtf8', () => {
  test('default: equals the platform for well-formed text', () => {
    assertProperty(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(encodeUtf8(text)).toEqual(new TextEncoder().encode(text));
      }),
    );
  });
});

describe('decodeUtf8', () => {
  test('default: every string comes back, half surrogate pairs too', () => {
    assertProperty(
      fc.property(anyText, (text) => {
        expect(decodeUtf8(encodeUtf8(text))).toBe(text);
      }),
    );
  });

  test('behavior: text longer than one chunk', () => {
    const text = 'ä€😀x'.repeat(5_000);
    expect(decodeUtf8(encodeUtf8(text))).toBe(text);
  });
});
