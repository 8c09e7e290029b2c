/**
 * From an approved order to the exact bytes of `POST /order`, without a network and without asking anything (venue notes of
 * 2026-11-23, polymarket §1–2). The private key never leaves this folder.
 */
import type { AmountsDeniedCode } from '../../core/execution/amounts.ts';
import type { TokenId } from '../../core/model/identifiers.ts';
import type { ApprovedOrder, OrderAmount, Side, TimeInForce } from '../../core/model/order.ts';
import type { PriceTicks } from '../../core/model/price.ts';
import type { Result } from '../../core/model/result.ts';
import type { UnixMs } from '../../core/model/time.ts';
import type { SignedOrder } from '../clob/clob-client.ts';

/** Who trades: the signing key's address, and the wallet that holds pUSD and shares. */
export interface TradingWallet {
  readonly chainId: number;
  readonly signatureType: 0 | 1 | 2 | 3;
  /** Address of the private key, checksummed. */
  readonly signerAddress: string;
  /** Equal to the signer for an EOA (type 0). */
  readonly funderAddress: string;
}

/** What has to be known of a market to sign an order in it; fetched before its window opens. */
export interface SigningMarket {
  readonly tickSizeTicks: PriceTicks;
  readonly negRisk: boolean;
}

/** What a person, a program or a market can have wrong about an order. */
export type SigningDeniedCode =
  | AmountsDeniedCode
  /** The key, the wallet's type and its addresses do not belong together. */
  | 'wallet-mismatch'
  | 'unsupported-chain'
  /** The order is not of version 2. */
  | 'unsupported-version'
  /** The token belongs to the venue's new protocol, which has another exchange. */
  | 'new-protocol-token'
  | 'invalid-token'
  | 'invalid-salt'
  | 'invalid-timestamp'
  | 'invalid-bytes32'
  /** A market BUY spends money, everything else is shares. */
  | 'wrong-unit'
  | 'post-only-taker'
  | 'expiration-missing'
  | 'expiration-unexpected'
  | 'expiration-too-soon';

/** Why no order was built: a code for people and programs, and the sentence. */
export interface SigningDenied {
  readonly code: SigningDeniedCode;
  readonly detail: string;
}

/** An order in full, for callers that risk does not stand before: the command line and its tests of the venue. */
export interface OrderRequest {
  readonly tokenId: TokenId;
  readonly side: Side;
  readonly timeInForce: TimeInForce;
  readonly priceTicks: PriceTicks;
  /** pUSD for a BUY with FOK or FAK, shares for everything else. */
  readonly amount: OrderAmount;
  readonly postOnly: boolean;
  /** At most 2^53 − 1. */
  readonly salt: number;
  readonly timestampMs: UnixMs;
  /** Unix seconds; 0 for none, which is what everything but GTD has. */
  readonly expirationS: number;
  /** 0x and 64 hex digits; `null` for zero. */
  readonly metadata: string | null;
  readonly builderCode: string | null;
}

export interface OrderSigner {
  readonly wallet: TradingWallet;
  /** `native`, or the slower one that runs everywhere. */
  readonly implementation: 'native' | 'wasm';
  /**
   * The order that risk approved: its salt, and its creation as the timestamp, so that it always has the same bytes. `expirationS`
   * (Unix seconds) is for GTD alone, and lies at least 60 s after the order's creation (venue notes §2).
   */
  sign(order: ApprovedOrder, market: SigningMarket, expirationS?: number): Result<SignedOrder, SigningDenied>;
  /** Any other order. Knows no clock: whether an expiration is far enough away is the caller's business. */
  signRequest(request: OrderRequest, market: SigningMarket): Result<SignedOrder, SigningDenied>;
}
