/** The signing fixtures: what the official client made, by scripts/make-signing-fixtures.ts (source and date stand in the files). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDigestSigner, type DigestSigner } from '../../runner/signer/digest-signer.ts';
import { type PrivateKey, parsePrivateKey } from '../../runner/signer/private-key.ts';

/** Account #1 of anvil's well-known mnemonic: nobody's money. */
export const ANVIL_KEY = '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d';
export const ANVIL_ADDRESS = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';

export interface OrderFixture {
  readonly input: Readonly<Record<string, unknown>> & { readonly kind: 'limit' | 'market' };
  readonly makerAmount: string;
  readonly takerAmount: string;
  readonly orderHash: string;
  readonly body: string;
}

export interface LoginFixture {
  readonly chainId: number;
  readonly timestamp: number;
  readonly nonce: number;
  readonly address: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

export interface RequestFixture {
  readonly spelling: string;
  readonly secret: string;
  readonly timestamp: number;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

export const orderFixtures = (): readonly OrderFixture[] => cases('orders.json');
export const loginFixtures = (): readonly LoginFixture[] => cases('clob-auth.json');
export const requestFixtures = (): readonly RequestFixture[] => cases('hmac.json');

function cases<T>(name: string): readonly T[] {
  const text = readFileSync(join(import.meta.dirname, '../fixtures/signing', name), 'utf8');
  return (JSON.parse(text) as { readonly cases: readonly T[] }).cases;
}

/** A key that has to be good. */
export function keyOf(text: string): PrivateKey {
  const key = parsePrivateKey(text);
  if (!key.ok) throw new Error(key.error);
  return key.value;
}

/** A signer with the public test key. */
export function anvilSigner(implementation?: 'native' | 'wasm'): Promise<DigestSigner> {
  return createDigestSigner(keyOf(ANVIL_KEY), implementation);
}
