/**
 * Levels of a book in few bytes. Prices of neighbouring levels lie close together, so each is written as its distance from the one
 * before; exchange prices and sizes in E8 end in many zeros, so a common power of ten is taken out of each first.
 */
import {
  type ByteReader,
  type ByteWriter,
  readByte,
  readSigned,
  readVarint,
  writeByte,
  writeSigned,
  writeVarint,
} from '../../model/bytes.ts';

const POWERS_OF_TEN = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000] as const;
const GREATEST_POWER = 8;

/** `[price, size, price, size, …]`; a list of another shape raises `failed`. */
export function writeLevels(writer: ByteWriter, levels: readonly number[]): void {
  const length = levels.length;
  if (length % 2 !== 0) {
    writer.failed = true;
    return;
  }
  writeVarint(writer, length / 2);
  if (length === 0) return;
  const pricePower = commonPower(levels, 0);
  const sizePower = commonPower(levels, 1);
  writeByte(writer, pricePower * 16 + sizePower);
  const priceUnit = POWERS_OF_TEN[pricePower] as number;
  const sizeUnit = POWERS_OF_TEN[sizePower] as number;
  let previous = 0;
  for (let index = 0; index < length; index += 2) {
    const price = (levels[index] as number) / priceUnit;
    writeSigned(writer, price - previous);
    writeVarint(writer, (levels[index + 1] as number) / sizeUnit);
    previous = price;
  }
}

/** Reads what `writeLevels` wrote. */
export function readLevels(reader: ByteReader): number[] {
  const count = readVarint(reader);
  if (count === 0) return [];
  const powers = readByte(reader);
  const priceUnit = POWERS_OF_TEN[powers >>> 4];
  const sizeUnit = POWERS_OF_TEN[powers & 15];
  // A level takes two bytes at least: a count beyond that is damage and must not become a loop.
  if (priceUnit === undefined || sizeUnit === undefined || count * 2 > reader.end - reader.position) {
    reader.failed = true;
    return [];
  }
  const levels: number[] = [];
  let price = 0;
  for (let index = 0; index < count; index++) {
    price += readSigned(reader);
    levels.push(price * priceUnit, readVarint(reader) * sizeUnit);
  }
  return levels;
}

/** Greatest power of ten (at most 10^8) that divides every second number from `start` on. */
function commonPower(levels: readonly number[], start: 0 | 1): number {
  let power = GREATEST_POWER;
  for (let index = start; index < levels.length && power > 0; index += 2) {
    const value = levels[index] as number;
    while (power > 0 && value % (POWERS_OF_TEN[power] as number) !== 0) power--;
  }
  return power;
}

/** Any list of safe integers. */
export function writeIntegers(writer: ByteWriter, values: readonly number[]): void {
  writeVarint(writer, values.length);
  for (const value of values) writeSigned(writer, value);
}

/** Reads what `writeIntegers` wrote. */
export function readIntegers(reader: ByteReader): number[] {
  const count = readVarint(reader);
  if (count > reader.end - reader.position) {
    reader.failed = true;
    return [];
  }
  const values: number[] = [];
  for (let index = 0; index < count; index++) values.push(readSigned(reader));
  return values;
}
