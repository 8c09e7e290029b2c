/**
 * EIP-712 as far as orders and log-ins need it: 32-byte words, domain separators, digests. The hash function is a parameter: noble's
 * here and in the object, a faster one in the runner.
 */
import { keccak_256 } from '@noble/hashes/sha3.js';
import { hexToBytes } from '@noble/hashes/utils.js';
import { isAddress } from '../model/address.ts';
import { invariant } from '../model/errors.ts';
import { encodeUtf8 } from '../model/utf8.ts';

/** Keccak-256 of some bytes: 32 bytes, new ones at each call. */
export type Keccak256 = (bytes: Uint8Array) => Uint8Array;

/** Bytes of a word: EIP-712 encodes every field as one. */
export const WORD_BYTES = 32;

const ADDRESS_OFFSET = WORD_BYTES - 20;
const LOW_HALF_RANGE = 0x1_0000_0000;
const BYTES32 = /^0x[0-9a-fA-F]{64}$/;
const MAX_UINT256 = (1n << 256n) - 1n;

/** True for 0x and 64 hex digits. */
export const isBytes32 = (text: unknown): text is string => typeof text === 'string' && BYTES32.test(text);

/** Keccak-256 of a text, in plain arithmetic: for constants and at start. */
export function keccakText(text: string): Uint8Array {
  return keccak_256(encodeUtf8(text));
}

/** Writes a safe integer ≥ 0 into the lowest eight bytes of the word at `offset`; the others must be zero already. */
export function writeIntegerWord(view: DataView, offset: number, value: number): void {
  invariant(Number.isSafeInteger(value) && value >= 0, 'a signed field is a safe integer of at least 0', { value });
  view.setUint32(offset + WORD_BYTES - 8, Math.floor(value / LOW_HALF_RANGE));
  view.setUint32(offset + WORD_BYTES - 4, value % LOW_HALF_RANGE);
}

/** The word of an address. */
export function addressWord(address: string): Uint8Array {
  invariant(isAddress(address), 'an address is 0x and 40 hex digits');
  const word = new Uint8Array(WORD_BYTES);
  word.set(hexToBytes(address.slice(2)), ADDRESS_OFFSET);
  return word;
}

/** The word of a bytes32 in hex. */
export function bytes32Word(hex: string): Uint8Array {
  invariant(isBytes32(hex), 'a bytes32 is 0x and 64 hex digits');
  return hexToBytes(hex.slice(2));
}

/** The word of a decimal uint256, or `null` for a number that does not fit into one. */
export function uint256Word(decimal: string): Uint8Array | null {
  const value = BigInt(decimal);
  if (value < 0n || value > MAX_UINT256) return null;
  return hexToBytes(value.toString(16).padStart(WORD_BYTES * 2, '0'));
}

export interface TypedDataDomain {
  readonly name: string;
  readonly version: string;
  readonly chainId: number;
  /** Log-ins have none. */
  readonly verifyingContract?: string;
}

/** The domain's separator, from its type string on. */
export function domainSeparator({ name, version, chainId, verifyingContract }: TypedDataDomain): Uint8Array {
  const fields = 'string name,string version,uint256 chainId';
  const type = `EIP712Domain(${fields}${verifyingContract === undefined ? '' : ',address verifyingContract'})`;
  const words = new Uint8Array(WORD_BYTES * (verifyingContract === undefined ? 4 : 5));
  words.set(keccakText(type), 0);
  words.set(keccakText(name), WORD_BYTES);
  words.set(keccakText(version), WORD_BYTES * 2);
  writeIntegerWord(new DataView(words.buffer), WORD_BYTES * 3, chainId);
  if (verifyingContract !== undefined) words.set(addressWord(verifyingContract), WORD_BYTES * 4);
  return keccak_256(words);
}

/** What is signed: the hash of 0x1901, separator and struct hash. */
export type TypedDataDigest = (separator: Uint8Array, structHash: Uint8Array) => Uint8Array;

/** A digest function with its own buffer: an order makes no other garbage than its results. */
export function createTypedDataDigest(keccak: Keccak256): TypedDataDigest {
  const bytes = new Uint8Array(2 + WORD_BYTES * 2);
  bytes[0] = 0x19;
  bytes[1] = 0x01;
  return (separator, structHash) => {
    bytes.set(separator, 2);
    bytes.set(structHash, 2 + WORD_BYTES);
    return keccak(bytes);
  };
}

/**
 * Words by the text that they stand for. A window has two tokens and a wallet one address: nearly every look-up hits. Emptied when it
 * is full, which a long-lived process does once in some hours.
 */
export function createWordCache(encode: (text: string) => Uint8Array): (text: string) => Uint8Array {
  const words = new Map<string, Uint8Array>();
  return (text) => {
    const known = words.get(text);
    if (known !== undefined) return known;
    if (words.size >= CACHED_WORDS) words.clear();
    const word = encode(text);
    words.set(text, word);
    return word;
  };
}

/** Tokens of some hundred windows: a few kilobytes. */
const CACHED_WORDS = 512;
