/** Checks an order's signature and says its hash, for signature types 0, 1, 2 and 3. Source: venue notes of 2026-11-23 §1.1, §1.2. */
import type { Hex, TypedDataDomain } from 'viem';
import type { VenueOrderId } from '../../core/model/identifiers.ts';
import type { VenueAddress } from '../trading/venue-exchange.ts';
import { EXCHANGE_V3, NEG_RISK_EXCHANGE, STANDARD_EXCHANGE } from './chain-contracts.ts';
import type { SignedOrder } from './order-payload.ts';
import { recoverSigner } from './signature-recovery.ts';
import { digestOf, recoverWrapped, type TypedContents } from './wrapped-signature.ts';

export interface OrderSignature {
  /** The venue's order id: the digest under the exchange's domain, for every signature type. */
  readonly orderHash: VenueOrderId;
  /** Whose key signed; `null`: nobody's, the signature is not one. */
  readonly signedBy: VenueAddress | null;
}

/** Signature type of a deposit wallet (ERC-1271). */
export const DEPOSIT_WALLET_TYPE = 3;

const ORDER_FIELDS = [
  { name: 'salt', type: 'uint256' },
  { name: 'maker', type: 'address' },
  { name: 'signer', type: 'address' },
  { name: 'tokenId', type: 'uint256' },
  { name: 'makerAmount', type: 'uint256' },
  { name: 'takerAmount', type: 'uint256' },
  { name: 'side', type: 'uint8' },
  { name: 'signatureType', type: 'uint8' },
  { name: 'timestamp', type: 'uint256' },
  { name: 'metadata', type: 'bytes32' },
  { name: 'builder', type: 'bytes32' },
] as const;

/** Reads the signature of an order for the standard or the neg-risk exchange of `chainId`. */
export function readOrderSignature(order: SignedOrder, negRisk: boolean, chainId: number): OrderSignature {
  const contents = contentsOf(order, domainOf('2', negRisk ? NEG_RISK_EXCHANGE : STANDARD_EXCHANGE, chainId));
  return { orderHash: digestOf(contents) as VenueOrderId, signedBy: signerOf(order, contents) };
}

/** True when the order was signed for the exchange of another protocol version than the one that trades its token. */
export function isSignedForV3(order: SignedOrder, expected: VenueAddress, chainId: number): boolean {
  return signerOf(order, contentsOf(order, domainOf('3', EXCHANGE_V3, chainId))) === expected;
}

function signerOf(order: SignedOrder, contents: TypedContents): VenueAddress | null {
  return order.signatureType === DEPOSIT_WALLET_TYPE
    ? recoverWrapped(contents, order.signer, order.signature as Hex)
    : recoverSigner(digestOf(contents), order.signature as Hex);
}

function domainOf(version: string, verifyingContract: string, chainId: number): TypedDataDomain {
  return { name: 'Polymarket CTF Exchange', version, chainId, verifyingContract: verifyingContract as Hex };
}

function contentsOf(order: SignedOrder, domain: TypedDataDomain): TypedContents {
  const { salt, maker, signer, tokenId, makerAmount, takerAmount, timestamp, metadata, builder } = order;
  return {
    domain,
    primaryType: 'Order',
    fields: ORDER_FIELDS,
    message: {
      salt: BigInt(salt),
      maker,
      signer,
      tokenId: BigInt(tokenId),
      makerAmount: BigInt(makerAmount),
      takerAmount: BigInt(takerAmount),
      side: order.side === 'BUY' ? 0 : 1,
      signatureType: order.signatureType,
      timestamp: BigInt(timestamp),
      metadata,
      builder,
    },
  };
}
