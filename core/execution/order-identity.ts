/**
 * What makes a signed order this order and no other, fixed before it is sent and journalled with the intent (DESIGN §3.4, RUNTIME
 * §7). The same intent always gives the same bytes, so nothing can be signed twice with another salt.
 */
import { keccak_256 } from '@noble/hashes/sha3.js';
import type { ClientOrderId, SeriesSlug } from '../model/identifiers.ts';
import { encodeUtf8 } from '../model/utf8.ts';

/** Low 53 bits of keccak-256 over series, epoch and client order id: a JSON number in the venue's body must be exact. */
export function orderSalt(series: SeriesSlug, epoch: number, clientOrderId: ClientOrderId): number {
  const digest = keccak_256(encodeUtf8(`${series}|${epoch}|${clientOrderId}`));
  let salt = (digest[25] ?? 0) & 0x1f;
  for (let index = 26; index < 32; index++) salt = salt * 256 + (digest[index] ?? 0);
  return salt;
}
