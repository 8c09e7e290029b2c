/**
 * API keys of the venue's accounts. A key is a function of seed, address and nonce, as the real venue derives the same key again from
 * the same signature. Source: venue notes of 2026-11-23 §3.1.
 */
import { createHmac } from 'node:crypto';
import * as z from 'zod';
import type { VenueAddress } from '../trading/venue-exchange.ts';

const keySchema = z.object({
  apiKey: z.string(),
  secret: z.string(),
  passphrase: z.string(),
  /** The address that it is bound to: an ordinary account's or a wallet's. */
  address: z.string(),
  nonce: z.string(),
  readOnly: z.boolean(),
});

export type ApiKey = z.infer<typeof keySchema>;

export interface ApiKeys {
  /** `null` when the address has one for this nonce. */
  create(address: VenueAddress, nonce: string): ApiKey | null;
  /** `null` when the address has none for this nonce. */
  derive(address: VenueAddress, nonce: string): ApiKey | null;
  createReadOnly(address: VenueAddress): ApiKey;
  find(apiKey: string): ApiKey | null;
  listOf(address: VenueAddress): readonly ApiKey[];
  remove(apiKey: string): void;
  dump(): unknown;
  restore(saved: unknown): void;
}

const dumpSchema = z.object({ keys: z.array(keySchema), made: z.number().int() });

/** No key yet; `seed` makes another venue's keys other ones. */
export function createApiKeys(seed: number): ApiKeys {
  const keys = new Map<string, ApiKey>();
  /** Counts what was ever made: a key that was deleted does not come back under the same name. */
  let made = 0;

  const make = (address: VenueAddress, nonce: string, readOnly: boolean): ApiKey => {
    const part = (label: string): Buffer =>
      createHmac('sha256', `embedded-venue:${seed}`).update(`${label}|${address}|${nonce}|${made}`).digest();
    const hex = part('key').toString('hex');
    // The form of a random UUID.
    const apiKey = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
    made++;
    const key = {
      apiKey,
      secret: `${part('secret').toString('base64url')}=`,
      passphrase: part('passphrase').toString('hex'),
      address,
      nonce,
      readOnly,
    };
    keys.set(apiKey, key);
    return key;
  };
  const derive = (address: VenueAddress, nonce: string): ApiKey | null => {
    for (const key of keys.values()) if (key.address === address && key.nonce === nonce && !key.readOnly) return key;
    return null;
  };
  return {
    create: (address, nonce) => (derive(address, nonce) === null ? make(address, nonce, false) : null),
    derive,
    createReadOnly: (address) => make(address, 'read-only', true),
    find: (apiKey) => keys.get(apiKey) ?? null,
    listOf: (address) => [...keys.values()].filter((key) => key.address === address),
    remove: (apiKey) => void keys.delete(apiKey),
    dump: () => ({ keys: [...keys.values()], made }),
    restore(saved) {
      const { keys: restored, made: count } = dumpSchema.parse(saved);
      for (const key of restored) keys.set(key.apiKey, key);
      made = count;
    },
  };
}
