import { createRequire } from 'node:module';
import * as fc from 'fast-check';
import { keccak256, recoverAddress, toHex } from 'viem';
import { privateKeyToAccount, sign } from 'viem/accounts';
import { describe, expect, test } from 'vitest';
import { loadCurve } from '../../../runner/signer/curve.ts';
import { createDigestSigner } from '../../../runner/signer/digest-signer.ts';
import { ANVIL_ADDRESS, ANVIL_KEY, anvilSigner, keyOf } from '../../support/signing-fixtures.ts';

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
/** Below the order of the curve, and not zero. */
const keyBytes = bytes32.map((bytes) =>
  Uint8Array.of(bytes[0] === 0 ? 1 : (bytes[0] ?? 1) % 0xff || 1, ...bytes.slice(1)),
);
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;

/** Whether this platform has the native binary; where it has none, there is nothing to compare. */
const hasNative = ((): boolean => {
  try {
    createRequire(import.meta.url)('secp256k1/bindings.js');
    return true;
  } catch {
    return false;
  }
})();
const IMPLEMENTATIONS = hasNative ? (['native', 'wasm'] as const) : (['wasm'] as const);

describe('createDigestSigner', () => {
  test.each(IMPLEMENTATIONS)('default: the address of the key, %s', async (implementation) => {
    const signer = await anvilSigner(implementation);
    expect(signer).toMatchObject({ address: ANVIL_ADDRESS, implementation });
  });

  test('behavior: says which implementation it took, the native one where there is one', async () => {
    expect((await anvilSigner()).implementation).toBe(hasNative ? 'native' : 'wasm');
    expect((await loadCurve()).implementation).toBe(hasNative ? 'native' : 'wasm');
  });

  test.each(IMPLEMENTATIONS)(
    "behavior: %s signatures are viem's, low s, v 27 or 28, and recover the address, for any key and digest",
    async (implementation) => {
      await fc.assert(
        fc.asyncProperty(keyBytes, bytes32, async (key, digest) => {
          const privateKey = toHex(key);
          const signer = await createDigestSigner(keyOf(privateKey), implementation);
          const signature = `0x${signer.signDigest(digest)}` as const;
          expect(signature).toBe(await sign({ hash: toHex(digest), privateKey, to: 'hex' }));
          expect(BigInt(`0x${signature.slice(66, 130)}`) <= HALF_ORDER).toBe(true);
          expect(['1b', '1c']).toContain(signature.slice(130));
          expect(await recoverAddress({ hash: toHex(digest), signature })).toBe(signer.address);
          expect(signer.address).toBe(privateKeyToAccount(privateKey).address);
        }),
        { numRuns: 60 },
      );
    },
  );

  test('behavior: its hash function is Keccak-256 of any bytes, one call after another', async () => {
    const { keccak } = await anvilSigner();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 600 }), async (bytes) => {
        expect(toHex(keccak(bytes))).toBe(keccak256(bytes));
      }),
    );
  });

  test('behavior: two signers do not disturb each other', async () => {
    const other = await createDigestSigner(keyOf(`0x${'1'.repeat(64)}`));
    const own = await anvilSigner();
    const digest = new Uint8Array(32).fill(7);
    const before = own.signDigest(digest);
    expect(other.signDigest(digest)).not.toBe(before);
    expect(own.signDigest(digest)).toBe(before);
    expect(`0x${before}`).toBe(await sign({ hash: toHex(digest), privateKey: ANVIL_KEY, to: 'hex' }));
  });
});
