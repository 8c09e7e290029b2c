import { crc32 as zlibCrc32 } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crc32 } from '../../../core/model/crc32.ts';
import { encodeUtf8 } from '../../../core/model/utf8.ts';
import { assertProperty } from '../../support/assert-property.ts';

describe('crc32', () => {
  test('default: the check value of the CRC catalogue', () => {
    expect(crc32(encodeUtf8('123456789'))).toBe(0xcbf43926);
  });

  test('behavior: equals zlib for any bytes', () => {
    assertProperty(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => crc32(bytes) === zlibCrc32(bytes)));
  });

  test('args: previous continues where another part ended', () => {
    assertProperty(
      fc.property(fc.uint8Array({ maxLength: 50 }), fc.uint8Array({ maxLength: 50 }), (a, b) => {
        expect(crc32(b, crc32(a))).toBe(crc32(new Uint8Array([...a, ...b])));
      }),
    );
  });
});
