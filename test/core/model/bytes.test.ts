import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type ByteReader,
  type ByteWriter,
  createByteReader,
  createByteWriter,
  readBigint,
  readDouble,
  readNullableVarint,
  readSigned,
  readText,
  readVarint,
  writeBigint,
  writeDouble,
  writeNullableVarint,
  writeSigned,
  writeText,
  writeVarint,
  writtenBytes,
} from '../../../core/model/bytes.ts';
import { assertProperty } from '../../support/assert-property.ts';

/** Writes all values into one small writer, so that it has to grow, and reads them back. */
function roundTrip<T>(
  values: readonly T[],
  write: (writer: ByteWriter, value: T) => void,
  read: (reader: ByteReader) => T,
): T[] {
  const writer = createByteWriter(1);
  for (const value of values) write(writer, value);
  expect(writer.failed).toBe(false);
  const reader = createByteReader(writtenBytes(writer));
  const found = values.map(() => read(reader));
  expect(reader.failed).toBe(false);
  expect(reader.position).toBe(reader.end);
  return found;
}

const EDGES = [0, 1, 63, 64, 127, 128, 2 ** 28 - 1, 2 ** 28, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1];
const safeNat = fc.oneof(fc.maxSafeNat(), fc.nat(), fc.constantFrom(...EDGES));

describe('writeVarint', () => {
  test('default: every safe integer from 0 on comes back', () => {
    assertProperty(
      fc.property(fc.array(safeNat), (values) => {
        expect(roundTrip(values, writeVarint, readVarint)).toEqual(values);
      }),
    );
  });

  test('behavior: small numbers take one byte, the largest eight', () => {
    const lengths = [127, 128, 2 ** 28, Number.MAX_SAFE_INTEGER].map((value) => {
      const writer = createByteWriter();
      writeVarint(writer, value);
      return writer.length;
    });
    expect(lengths).toEqual([1, 2, 5, 8]);
  });

  test.each([-1, 0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY])('error: %d has no exact form', (value) => {
    const writer = createByteWriter();
    writeVarint(writer, value);
    expect(writer.failed).toBe(true);
    expect(writer.length).toBe(0);
  });
});

describe('readVarint', () => {
  test.each([
    ['nothing', []],
    ['an unfinished number', [0x80, 0x80]],
    ['more than 2^53', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
    ['no end', [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0]],
  ])('error: %s', (_, bytes) => {
    const reader = createByteReader(new Uint8Array(bytes));
    readVarint(reader);
    expect(reader.failed).toBe(true);
  });
});

describe('writeSigned', () => {
  test('default: every safe integer comes back', () => {
    const signed = fc.oneof(fc.maxSafeInteger(), fc.integer(), ...EDGES.map((edge) => fc.constantFrom(edge, -edge)));
    assertProperty(
      fc.property(fc.array(signed.map((value) => (value === 0 ? 0 : value))), (values) => {
        expect(roundTrip(values, writeSigned, readSigned)).toEqual(values);
      }),
    );
  });

  test.each([0.5, -(2 ** 53), Number.NaN, Number.NEGATIVE_INFINITY])('error: %d has no exact form', (value) => {
    const writer = createByteWriter();
    writeSigned(writer, value);
    expect(writer.failed).toBe(true);
  });
});

describe('writeNullableVarint', () => {
  test('default: null and numbers come back', () => {
    const values = [null, 0, 1, 5_300, Number.MAX_SAFE_INTEGER - 1, null];
    expect(roundTrip(values, writeNullableVarint, readNullableVarint)).toEqual(values);
  });

  test.each([-1, 0.5, Number.MAX_SAFE_INTEGER])('error: %d has no exact form', (value) => {
    const writer = createByteWriter();
    writeNullableVarint(writer, value);
    expect(writer.failed).toBe(true);
  });
});

describe('writeDouble', () => {
  test('default: every double comes back, bit for bit', () => {
    assertProperty(
      fc.property(fc.array(fc.double()), (values) => {
        const found = roundTrip(values, writeDouble, readDouble);
        expect(found.every((value, index) => Object.is(value, values[index]))).toBe(true);
      }),
    );
  });
});

describe('writeBigint', () => {
  test('default: every big integer comes back', () => {
    assertProperty(
      fc.property(fc.array(fc.bigInt()), (values) => {
        expect(roundTrip(values, writeBigint, readBigint)).toEqual(values);
      }),
    );
  });

  test('error: a limb count beyond the bytes', () => {
    const reader = createByteReader(new Uint8Array([0x7e, 1]));
    readBigint(reader);
    expect(reader.failed).toBe(true);
  });
});

describe('writeText', () => {
  test('default: texts come back', () => {
    assertProperty(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (values) => {
        expect(roundTrip(values, writeText, readText)).toEqual(values);
      }),
    );
  });

  test('error: a length beyond the bytes', () => {
    const reader = createByteReader(new Uint8Array([5, 65]));
    expect(readText(reader)).toBe('');
    expect(reader.failed).toBe(true);
  });
});
