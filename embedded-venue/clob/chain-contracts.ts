/** Contracts that the venue trades and settles through, by address in lower case. Source: venue notes of 2026-11-23 §1.1, §1.4. */
import type { VenueAddress } from '../trading/venue-exchange.ts';

/** Polygon. */
export const CHAIN_ID = 137;
export const STANDARD_EXCHANGE: VenueAddress = '0xe111180000d2663c0091e4f400237545b87b996b';
export const NEG_RISK_EXCHANGE: VenueAddress = '0xe2222d279d744050d28e00520010520000310f59';
/** The exchange of the new protocol's positions, which this venue does not trade. */
export const EXCHANGE_V3: VenueAddress = '0xe3333700ca9d93003f00f0f71f8515005f6c00aa';
export const COLLATERAL_ADAPTER: VenueAddress = '0xada100db00ca00073811820692005400218fce1f';
export const NEG_RISK_COLLATERAL_ADAPTER: VenueAddress = '0xada2005600dec949baf300f4c6120000bdb6eaab';

/** Who an account must let take its pUSD or its shares; `/balance-allowance` tells of each (venue notes §1.4). */
export const SPENDERS: readonly VenueAddress[] = [
  STANDARD_EXCHANGE,
  NEG_RISK_EXCHANGE,
  COLLATERAL_ADAPTER,
  NEG_RISK_COLLATERAL_ADAPTER,
];
