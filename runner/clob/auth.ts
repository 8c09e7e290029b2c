/**
 * The venue's two log-ins (venue notes of 2026-11-23, polymarket §3.1). L1: a signature of the private key, to make or derive API keys.
 * L2: an HMAC over every request with such a key.
 */
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { bytesToHex } from '@noble/hashes/utils.js';
import { createDepositWalletWrapping } from '../../core/execution/deposit-wallet-signature.ts';
import {
  addressWord,
  createTypedDataDigest,
  domainSeparator,
  keccakText,
  WORD_BYTES,
  writeIntegerWord,
} from '../../core/execution/eip712.ts';
import { err, ok, type Result } from '../../core/model/result.ts';
import type { DigestSigner } from '../signer/digest-signer.ts';
import { createStrikeOut } from '../strike-out.ts';

export interface L1Headers {
  readonly POLY_ADDRESS: string;
  readonly POLY_SIGNATURE: string;
  readonly POLY_TIMESTAMP: string;
  readonly POLY_NONCE: string;
}

export interface L2Headers {
  readonly POLY_ADDRESS: string;
  readonly POLY_SIGNATURE: string;
  readonly POLY_TIMESTAMP: string;
  readonly POLY_API_KEY: string;
  readonly POLY_PASSPHRASE: string;
}

/**
 * Whom a new API key is bound to: the signing key, or a deposit wallet, proven by the owner's plain signature or by one that is wrapped
 * for the wallet's contract. The venue's rule changes, so all three are tried in this order (venue notes §3.1).
 */
export type KeyBinding =
  | { readonly kind: 'signer' }
  | { readonly kind: 'wallet'; readonly wallet: string }
  | { readonly kind: 'wallet-wrapped'; readonly wallet: string };

export interface L1Request {
  readonly chainId: number;
  /** Unix seconds. */
  readonly timestampS: number;
  readonly nonce: number;
  readonly binding: KeyBinding;
}

const AUTH_TYPE = 'ClobAuth(address address,string timestamp,uint256 nonce,string message)';
const AUTH_TYPE_HASH = keccakText(AUTH_TYPE);
const AUTH_MESSAGE_HASH = keccakText('This message attests that I control the given wallet');

/** Headers of `POST /auth/api-key` and `GET /auth/derive-api-key`. */
export function l1Headers(signer: DigestSigner, { chainId, timestampS, nonce, binding }: L1Request): L1Headers {
  const address = binding.kind === 'signer' ? signer.address : binding.wallet;
  const separator = domainSeparator({ name: 'ClobAuthDomain', version: '1', chainId });
  const words = new Uint8Array(WORD_BYTES * 5);
  words.set(AUTH_TYPE_HASH);
  words.set(addressWord(address), WORD_BYTES);
  words.set(keccakText(`${timestampS}`), WORD_BYTES * 2);
  writeIntegerWord(new DataView(words.buffer), WORD_BYTES * 3, nonce);
  words.set(AUTH_MESSAGE_HASH, WORD_BYTES * 4);
  const contents = signer.keccak(words);
  let signature: string;
  if (binding.kind === 'wallet-wrapped') {
    const wrapping = createDepositWalletWrapping('ClobAuth', AUTH_TYPE, signer.keccak);
    const inner = signer.signDigest(wrapping.digest(separator, contents, chainId, binding.wallet));
    signature = wrapping.wrap(inner, bytesToHex(separator), bytesToHex(contents));
  } else {
    signature = signer.signDigest(createTypedDataDigest(signer.keccak)(separator, contents));
  }
  return {
    POLY_ADDRESS: address,
    POLY_SIGNATURE: `0x${signature}`,
    POLY_TIMESTAMP: `${timestampS}`,
    POLY_NONCE: `${nonce}`,
  };
}

/** What the venue gives for an L1 log-in. Secret and passphrase are as confidential as the private key. */
export interface ApiCredentials {
  readonly key: string;
  /** Base64, of either alphabet, padded or not. */
  readonly secret: string;
  readonly passphrase: string;
}

export interface L2Request {
  /** Unix seconds. */
  readonly timestampS: number;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** As in the URL; a query string is not signed and is cut off here. */
  readonly path: string;
  /** The exact bytes that are sent, `null` for none. */
  readonly body: string | null;
}

export interface L2Auth {
  headers(request: L2Request): L2Headers;
  /** A text of the venue without what only the two of us know. */
  clean(text: string): string;
}

const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

/**
 * Signs requests with an API key. `address` is the one that the key is bound to. Refused: a secret that is not base64 (the sentence does
 * not repeat it).
 */
export function createL2Auth(credentials: ApiCredentials, address: string): Result<L2Auth, string> {
  const secret = secretKey(credentials.secret);
  if (secret === null) return err('The API secret is not base64: derive the key again with `cli keys derive`.');
  const { key, passphrase } = credentials;
  return ok({
    headers: ({ timestampS, method, path, body }) => ({
      POLY_ADDRESS: address,
      POLY_SIGNATURE: hmacSignature(secret, `${timestampS}${method}${withoutQuery(path)}${body ?? ''}`),
      POLY_TIMESTAMP: `${timestampS}`,
      POLY_API_KEY: key,
      POLY_PASSPHRASE: passphrase,
    }),
    clean: createStrikeOut([credentials.secret, passphrase]),
  });
}

function secretKey(text: string): KeyObject | null {
  const digits = text.replace(/=+$/, '').length;
  // One digit left over is half a byte: no base64 ends like that.
  if (!BASE64.test(text) || digits % 4 === 1) return null;
  return createSecretKey(Buffer.from(text, 'base64'));
}

function hmacSignature(secret: KeyObject, message: string): string {
  // 32 bytes make 43 digits: the padding that the venue wants is always this one sign.
  return `${createHmac('sha256', secret).update(message).digest('base64url')}=`;
}

function withoutQuery(path: string): string {
  const query = path.indexOf('?');
  return query < 0 ? path : path.slice(0, query);
}
