/**
 * Who asks: L1, a wallet's signature over `ClobAuth`, and L2, an HMAC over the request by an API key's secret. Source: official
 * clients, venue notes of 2026-11-23 §3.1.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Hex, TypedDataDomain } from 'viem';
import { type DurationMs, SECOND_MS, type UnixMs } from '../../core/model/time.ts';
import type { VenueRequest } from '../connection.ts';
import type { VenueAddress } from '../trading/venue-exchange.ts';
import type { ApiKey, ApiKeys } from './api-keys.ts';
import { recoverSigner } from './signature-recovery.ts';
import type { WalletRegistry } from './wallet-registry.ts';
import { digestOf, recoverWrapped, type TypedContents } from './wrapped-signature.ts';

/**
 * How a key for a deposit wallet's orders comes about; which of the three holds at the real venue is not known (venue notes §3.1).
 * `eoa`: the owner's own key trades for the wallet; `wallet`: a key bound to the wallet, asked for with the owner's plain signature;
 * `wrapped`: the same, asked for with a nested signature.
 */
export type KeyBinding = 'eoa' | 'wallet' | 'wrapped';

export interface AuthOptions {
  readonly chainId: number;
  readonly keyBinding: KeyBinding;
  /** How far a request's time may be from the venue's. */
  readonly toleranceMs: DurationMs;
}

/** An L1 request that was believed. */
export interface WalletProof {
  readonly address: VenueAddress;
  readonly nonce: string;
}

const AUTH_MESSAGE = 'This message attests that I control the given wallet';
const AUTH_FIELDS = [
  { name: 'address', type: 'address' },
  { name: 'timestamp', type: 'string' },
  { name: 'nonce', type: 'uint256' },
  { name: 'message', type: 'string' },
] as const;

/** Who proves to own a wallet, `null` when the headers do not prove it. */
export function readWalletProof(
  request: VenueRequest,
  nowMs: UnixMs,
  wallets: WalletRegistry,
  options: AuthOptions,
): WalletProof | null {
  const { headers } = request;
  const address = (headers['poly_address'] ?? '').toLowerCase();
  const signature = (headers['poly_signature'] ?? '').toLowerCase();
  const timestamp = headers['poly_timestamp'] ?? '';
  const nonce = headers['poly_nonce'] ?? '0';
  if (!/^0x[0-9a-f]{40}$/.test(address) || !/^0x([0-9a-f]{2})+$/.test(signature) || !/^\d{1,20}$/.test(nonce)) {
    return null;
  }
  if (!isTimely(timestamp, nowMs, options.toleranceMs)) return null;
  const domain: TypedDataDomain = { name: 'ClobAuthDomain', version: '1', chainId: options.chainId };
  const contents: TypedContents = {
    domain,
    primaryType: 'ClobAuth',
    fields: AUTH_FIELDS,
    message: { address, timestamp, nonce: BigInt(nonce), message: AUTH_MESSAGE },
  };
  const wallet = wallets.walletAt(address);
  if (wallet === null) {
    return recoverSigner(digestOf(contents), signature as Hex) === address ? { address, nonce } : null;
  }
  // Keys of proxies and Safes are their owners' keys: only a deposit wallet can have one of its own.
  if (wallet.type !== 'deposit' || options.keyBinding === 'eoa') return null;
  const signedBy =
    options.keyBinding === 'wrapped'
      ? recoverWrapped(contents, address, signature as Hex)
      : recoverSigner(digestOf(contents), signature as Hex);
  return signedBy === wallet.owner ? { address, nonce } : null;
}

/** The API key that signed the request, `null` when none did. `path` has neither host nor query. */
export function readKeyProof(
  request: VenueRequest,
  path: string,
  nowMs: UnixMs,
  keys: ApiKeys,
  toleranceMs: DurationMs,
): ApiKey | null {
  const { headers, method, body } = request;
  const key = keys.find(headers['poly_api_key'] ?? '');
  const timestamp = headers['poly_timestamp'] ?? '';
  if (key === null || headers['poly_passphrase'] !== key.passphrase) return null;
  if ((headers['poly_address'] ?? '').toLowerCase() !== key.address) return null;
  if (!isTimely(timestamp, nowMs, toleranceMs)) return null;
  const expected = createHmac('sha256', Buffer.from(key.secret, 'base64url'))
    .update(`${timestamp}${method}${path}${body}`)
    .digest('base64')
    .replaceAll('+', '-')
    .replaceAll('/', '_');
  return isSameText(expected, headers['poly_signature'] ?? '') ? key : null;
}

function isTimely(seconds: string, nowMs: UnixMs, toleranceMs: DurationMs): boolean {
  if (!/^\d{1,11}$/.test(seconds)) return false;
  return Math.abs(Number(seconds) * SECOND_MS - nowMs) <= toleranceMs;
}

function isSameText(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
