/**
 * The two accounts that no client owns. Nothing limits them: what the simulated public sells and pays need not be there, its balances
 * close every sum, and may be negative.
 */
import type { VenueAddress } from './venue-exchange.ts';

/** The simulated public: everybody whose orders are not an account's. */
export const PUBLIC_ACCOUNT: VenueAddress = '0x00000000000000000000000000000000000000a1';
/** The venue itself: fees, and the millionths by which both sides of a match are rounded against themselves. */
export const VENUE_ACCOUNT: VenueAddress = '0x00000000000000000000000000000000000000a2';

/** True for the accounts whose balances are not checked. */
export function isHouse(owner: VenueAddress): boolean {
  return owner === PUBLIC_ACCOUNT || owner === VENUE_ACCOUNT;
}
