/**
 * Who made a signature. Typed data are hashed by viem and the key is recovered by libsecp256k1: nothing here is shared with the
 * runner's signer, so that an error in it cannot hide behind the same error here.
 */
import secp256k1 from 'secp256k1';
import type { Hex } from 'viem';
import { hexToBytes, keccak256 } from 'viem/utils';
import type { VenueAddress } from '../trading/venue-exchange.ts';

const SIGNATURE_BYTES = 65;
/** Half the curve's order: the exchange contract refuses the other, equally valid form of a signature (EIP-2). */
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;
/** Where Ethereum's recovery byte begins. */
const RECOVERY_OFFSET = 27;

/** The address whose key signed `digest`, `null` for what is no canonical 65-byte signature. */
export function recoverSigner(digest: Hex, signature: Hex): VenueAddress | null {
  const bytes = hexToBytes(signature);
  const last = bytes[SIGNATURE_BYTES - 1] ?? 0;
  if (bytes.length !== SIGNATURE_BYTES || (last !== RECOVERY_OFFSET && last !== RECOVERY_OFFSET + 1)) return null;
  if (BigInt(`0x${signature.slice(66, 130)}`) > HALF_ORDER) return null;
  try {
    const key = secp256k1.ecdsaRecover(bytes.subarray(0, 64), last - RECOVERY_OFFSET, hexToBytes(digest), false);
    return `0x${keccak256(key.subarray(1)).slice(-40)}`;
  } catch {
    // The library throws for numbers that are no point of the curve: nobody signed that.
    return null;
  }
}
