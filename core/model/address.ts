/** Addresses of the chain, as text: 0x and 40 hex digits, in capitals and small letters as EIP-55 mixes them. */
import { keccak_256 } from '@noble/hashes/sha3.js';
import { encodeUtf8 } from './utf8.ts';

const ADDRESS = /^0x[0-9a-fA-F]{40}$/;

/** True for 0x and 40 hex digits. Says nothing of the checksum: the venue itself sends small letters. */
export const isAddress = (text: unknown): text is string => typeof text === 'string' && ADDRESS.test(text);

/** The address in EIP-55's spelling, which is how the official client sends it and how people compare it. */
export function checksumAddress(address: string): string {
  const small = address.slice(2).toLowerCase();
  const digest = keccak_256(encodeUtf8(small));
  let text = '0x';
  for (let index = 0; index < small.length; index++) {
    const nibble = ((digest[index >> 1] ?? 0) >> (index % 2 === 0 ? 4 : 0)) & 0x0f;
    const letter = small.charAt(index);
    text += nibble >= 8 ? letter.toUpperCase() : letter;
  }
  return text;
}

/** Whether two texts name the same account, however they are spelt. */
export function isSameAddress(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
