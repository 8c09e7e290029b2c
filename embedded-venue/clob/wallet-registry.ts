/** Which wallet contract belongs to whom: proxies, Safes and deposit wallets that act for a key's address. */
import * as z from 'zod';
import type { VenueAddress } from '../trading/venue-exchange.ts';

export type WalletType = 'proxy' | 'safe' | 'deposit';

export interface VenueWallet {
  readonly wallet: VenueAddress;
  readonly owner: VenueAddress;
  readonly type: WalletType;
}

export interface WalletRegistry {
  /** Refused, with the reason, when the wallet is somebody else's already or the owner has another of this type. */
  register(wallet: VenueWallet): string | null;
  walletAt(address: VenueAddress): VenueWallet | null;
  /** The wallet of that type; `null` while the owner has none. */
  walletOf(owner: VenueAddress, type: WalletType): VenueAddress | null;
  /** The address whose key decides: a wallet's owner, else the address itself. */
  ownerOf(address: VenueAddress): VenueAddress;
  /** The owner's own address and its wallets. */
  addressesOf(owner: VenueAddress): readonly VenueAddress[];
  dump(): unknown;
  restore(saved: unknown): void;
}

/** Wallet type of a signature type; `null`: an ordinary account. Source: venue notes of 2026-11-23 §1.2. */
export const WALLET_OF_SIGNATURE: readonly (WalletType | null)[] = [null, 'proxy', 'safe', 'deposit'];

export const walletSchema = z.object({
  owner: z
    .string()
    .regex(/^0x[0-9a-fA-F]{40}$/)
    .transform((text) => text.toLowerCase()),
  wallet: z
    .string()
    .regex(/^0x[0-9a-fA-F]{40}$/)
    .transform((text) => text.toLowerCase()),
  type: z.enum(['proxy', 'safe', 'deposit']),
});

/** No wallet yet. */
export function createWalletRegistry(): WalletRegistry {
  const byAddress = new Map<VenueAddress, VenueWallet>();
  const walletsOf = (owner: VenueAddress): VenueWallet[] =>
    [...byAddress.values()].filter((known) => known.owner === owner);

  const register = (added: VenueWallet): string | null => {
    const known = byAddress.get(added.wallet);
    if (known !== undefined) {
      const isSame = known.owner === added.owner && known.type === added.type;
      return isSame ? null : 'the wallet is registered for another owner or as another type';
    }
    if (added.wallet === added.owner) return 'a wallet is another address than its owner';
    if (walletsOf(added.owner).some(({ type }) => type === added.type)) return `the owner has a ${added.type} wallet`;
    byAddress.set(added.wallet, added);
    return null;
  };
  return {
    register,
    walletAt: (address) => byAddress.get(address) ?? null,
    walletOf: (owner, type) => walletsOf(owner).find((known) => known.type === type)?.wallet ?? null,
    ownerOf: (address) => byAddress.get(address)?.owner ?? address,
    addressesOf: (owner) => [owner, ...walletsOf(owner).map(({ wallet }) => wallet)],
    dump: () => [...byAddress.values()],
    restore(saved) {
      for (const wallet of z.array(walletSchema).parse(saved)) register(wallet);
    },
  };
}
