/**
 * The two 32-bit words of a double, as the fdlibm algorithms use them. One scratch cell is shared by all calls: nothing reads
 * it across a call, so every function here is pure to its caller. The byte order is found once and does not show outside.
 */
const cell = new Float64Array(1);
const words = new Int32Array(cell.buffer);
cell[0] = 1;
const HIGH = words[1] === 0x3ff00000 ? 1 : 0;
const LOW = 1 - HIGH;

/** Sign, exponent and the 20 leading bits of the mantissa, as a signed 32-bit integer. */
export function highWord(x: number): number {
  cell[0] = x;
  return words[HIGH] as number;
}

/** The 32 trailing bits of the mantissa, as a signed 32-bit integer. */
export function lowWord(x: number): number {
  cell[0] = x;
  return words[LOW] as number;
}

/** `x` with the 32 trailing bits of its mantissa cleared: the leading part of a two-part product. */
export function withoutLowWord(x: number): number {
  cell[0] = x;
  words[LOW] = 0;
  return cell[0] as number;
}

/** The double of two words. */
export function fromWords(high: number, low: number): number {
  words[HIGH] = high;
  words[LOW] = low;
  return cell[0] as number;
}
