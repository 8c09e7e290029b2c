/** Signs 32-byte digests with the account's key: the only place where the key is used. */
import { keccak_256 } from '@noble/hashes/sha3.js';
import type { Keccak256 } from '../../core/execution/eip712.ts';
import { checksumAddress } from '../../core/model/address.ts';
import { type CurveImplementation, loadCurve } from './curve.ts';
import { createFastKeccak } from './fast-keccak.ts';
import { type PrivateKey, privateKeyBytes } from './private-key.ts';

export interface DigestSigner {
  /** Of the key, checksummed. */
  readonly address: string;
  readonly implementation: CurveImplementation;
  /** The hash function that belongs to it: the fastest there is. */
  readonly keccak: Keccak256;
  /** r, s and v (27 or 28) in 130 hex digits, without 0x. The same digest always gives the same signature. */
  signDigest(digest: Uint8Array): string;
}

/** Loads the curve and the hash function; afterwards everything is synchronous. `wanted` asks for one curve by name. */
export async function createDigestSigner(key: PrivateKey, wanted?: CurveImplementation): Promise<DigestSigner> {
  const [curve, keccak] = await Promise.all([loadCurve(wanted), createFastKeccak()]);
  const privateKey = privateKeyBytes(key);
  const signature = Buffer.alloc(SIGNATURE_BYTES);
  return {
    address: addressOf(curve.publicKey(privateKey)),
    implementation: curve.implementation,
    keccak,
    signDigest(digest) {
      signature[SIGNATURE_BYTES - 1] = FIRST_RECOVERY_VALUE + curve.sign(digest, privateKey, signature);
      return signature.toString('hex');
    },
  };
}

const SIGNATURE_BYTES = 65;
/** Ethereum writes recovery ids as 27 and 28. */
const FIRST_RECOVERY_VALUE = 27;

function addressOf(publicKey: Uint8Array): string {
  const hash = keccak_256(publicKey.subarray(1));
  return checksumAddress(`0x${Buffer.from(hash.subarray(12)).toString('hex')}`);
}
