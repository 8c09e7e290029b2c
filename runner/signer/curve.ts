/**
 * secp256k1 in two implementations with equal signatures (RFC 6979, low s): libsecp256k1 as a native module, and the same as
 * WebAssembly where there is no binary for the platform (linux-arm64, darwin-x64).
 */
import { createRequire } from 'node:module';

export type CurveImplementation = 'native' | 'wasm';

export interface Curve {
  readonly implementation: CurveImplementation;
  /** Writes r and s (64 bytes) to the start of `output`, returns the recovery id, 0 or 1. */
  sign(digest: Uint8Array, privateKey: Uint8Array, output: Uint8Array): number;
  /** 65 bytes, uncompressed. */
  publicKey(privateKey: Uint8Array): Uint8Array;
}

/**
 * The native curve, or the slower one where that is not to be had; `wanted` asks for one of them by name. Throws when neither loads.
 */
export async function loadCurve(wanted?: CurveImplementation): Promise<Curve> {
  if (wanted !== 'wasm') {
    const native = loadNative();
    if (native !== null) return native;
    if (wanted === 'native') throw new Error('The native secp256k1 module has no binary for this platform.');
  }
  return await loadWasm();
}

/** The part of `secp256k1/bindings.js` that is used. */
interface NativeModule {
  ecdsaSign(digest: Uint8Array, key: Uint8Array, options: object, output: Uint8Array): { readonly recid: number };
  publicKeyCreate(key: Uint8Array, compressed: boolean): Uint8Array;
}

const NO_OPTIONS = {};

function loadNative(): Curve | null {
  let native: NativeModule;
  try {
    // Not the package's index: that falls back to elliptic without a word, which is slow and has an open advisory.
    native = createRequire(import.meta.url)('secp256k1/bindings.js') as NativeModule;
  } catch {
    // No binary: the caller takes the other implementation, and says so by its name.
    return null;
  }
  return {
    implementation: 'native',
    sign(digest, privateKey, output) {
      return native.ecdsaSign(digest, privateKey, NO_OPTIONS, output.subarray(0, 64)).recid;
    },
    publicKey: (privateKey) => native.publicKeyCreate(privateKey, false),
  };
}

async function loadWasm(): Promise<Curve> {
  const { pointFromScalar, signRecoverable } = await import('tiny-secp256k1');
  return {
    implementation: 'wasm',
    sign(digest, privateKey, output) {
      const { signature, recoveryId } = signRecoverable(digest, privateKey);
      output.set(signature);
      return recoveryId;
    },
    publicKey(privateKey) {
      const point = pointFromScalar(privateKey, false);
      if (point === null) throw new RangeError('The private key is outside the range of the curve.');
      return point;
    },
  };
}
