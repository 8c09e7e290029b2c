/** Whose orders are whose: keys, wallets and the key that each order was placed with. */
import { createHash } from 'node:crypto';
import type { VenueOrderId } from '../../core/model/identifiers.ts';
import type { TradePart, VenueAddress } from '../trading/venue-exchange.ts';
import { type ApiKey, type ApiKeys, createApiKeys } from './api-keys.ts';
import { createWalletRegistry, type WalletRegistry } from './wallet-registry.ts';

export interface Accounts {
  readonly keys: ApiKeys;
  readonly wallets: WalletRegistry;
  /** The address whose key decides over what this API key may do. */
  ownerOf(key: ApiKey): VenueAddress;
  /** Every wallet that belongs to the key's owner. */
  addressesOf(key: ApiKey): readonly VenueAddress[];
  notePlaced(orderHash: VenueOrderId, key: ApiKey): void;
  /** The `owner` field of an order: the API key that placed it; an invented one for the simulated public. */
  placedWith(orderHash: VenueOrderId | null, maker: VenueAddress): string;
  /** The `owner` field of one part of a match. */
  ownerFieldOf(part: TradePart): string;
  dump(): unknown;
  restore(saved: unknown): void;
}

/** Orders whose key is remembered: days of trading, and little memory. */
const REMEMBERED_ORDERS = 100_000;

/** No account yet. */
export function createAccounts(seed: number): Accounts {
  const keys = createApiKeys(seed);
  const wallets = createWalletRegistry();
  const placedBy = new Map<VenueOrderId, string>();
  const ownerOf = (key: ApiKey): VenueAddress => wallets.ownerOf(key.address);
  const placedWith = (orderHash: VenueOrderId | null, maker: VenueAddress): string =>
    (orderHash === null ? undefined : placedBy.get(orderHash)) ?? inventedKey(maker);
  return {
    keys,
    wallets,
    ownerOf,
    addressesOf: (key) => wallets.addressesOf(ownerOf(key)),
    notePlaced(orderHash, key) {
      placedBy.set(orderHash, key.apiKey);
      for (const oldest of placedBy.keys()) {
        if (placedBy.size <= REMEMBERED_ORDERS) break;
        placedBy.delete(oldest);
      }
    },
    placedWith,
    ownerFieldOf: (part) => placedWith(part.orderHash, part.maker),
    dump: () => ({ keys: keys.dump(), wallets: wallets.dump(), placedBy: [...placedBy] }),
    restore(saved) {
      const { keys: savedKeys, wallets: savedWallets, placedBy: placed } = saved as AccountsDump;
      keys.restore(savedKeys);
      wallets.restore(savedWallets);
      for (const [orderHash, apiKey] of placed) placedBy.set(orderHash, apiKey);
    },
  };
}

/** What `dump` writes; keys and wallets check their own parts. */
interface AccountsDump {
  readonly keys: unknown;
  readonly wallets: unknown;
  readonly placedBy: readonly (readonly [VenueOrderId, string])[];
}

function inventedKey(maker: VenueAddress): string {
  const hex = createHash('sha256').update(`public|${maker}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
