/**
 * How the runner proves who it is: HMAC-SHA-256 over every part that matters, each with its length before it, so that no two
 * different requests have the same text. Once for the upgrade, which the Worker checks, and once over the object's own nonce.
 * Two keys are valid at a time, so that one can be replaced while the other works.
 */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { err, ok, type Result } from '../model/result.ts';
import type { UnixMs } from '../model/time.ts';
import { encodeUtf8 } from '../model/utf8.ts';
import { LINK_CLOCK_WINDOW_MS } from './runner-link.ts';

export interface LinkKey {
  readonly id: string;
  readonly secret: string;
}

/** 32 characters of a random secret hold at least 128 bits, whatever alphabet it is written in. */
export const MIN_LINK_SECRET_CHARS = 32;
const MAX_KEYS = 2;
const KEY_ID = /^[a-z0-9][a-z0-9-]{0,31}$/;
const SECRET = /^[\x21-\x2b\x2d-\x7e]+$/;
const NONCE = /^[0-9a-f]{32,64}$/;
const MAC = /^[0-9a-f]{64}$/;
const WALL_TIME = /^\d{1,15}$/;

/**
 * Reads `RUNNER_LINK_KEYS`: `id:secret[,id:secret]`. An empty text means no key, and that nobody can link. The error is one sentence
 * without any part of the text.
 */
export function parseLinkKeys(text: string): Result<readonly LinkKey[], string> {
  if (text === '') return ok([]);
  const keys: LinkKey[] = [];
  for (const part of text.split(',')) {
    const colon = part.indexOf(':');
    const [id, secret] = [part.slice(0, Math.max(0, colon)), part.slice(colon + 1)];
    if (!KEY_ID.test(id) || !SECRET.test(secret) || secret.length < MIN_LINK_SECRET_CHARS) {
      return err(
        `RUNNER_LINK_KEYS must be id:secret[,id:secret], with ids of a-z, 0-9 and -, and secrets of at least ${MIN_LINK_SECRET_CHARS} characters without comma or space.`,
      );
    }
    keys.push({ id, secret });
  }
  const differ = new Set(keys.map(({ id }) => id)).size === keys.length;
  const secretsDiffer = new Set(keys.map(({ secret }) => secret)).size === keys.length;
  if (keys.length > MAX_KEYS || !differ || !secretsDiffer) {
    return err(
      'RUNNER_LINK_KEYS must hold one key, or two with different ids and secrets while one replaces the other.',
    );
  }
  return ok(keys);
}

/** Headers of the signed upgrade request. */
export const LINK_HEADERS = {
  keyId: 'x-link-key',
  timeMs: 'x-link-time',
  nonce: 'x-link-nonce',
  mac: 'x-link-mac',
} as const;

/** What a request for the upgrade is signed over. */
export interface UpgradeRequest {
  readonly method: string;
  /** Path alone, without host and query: `/link/btc-updown-5m`. */
  readonly path: string;
}

/** Headers that let `request` through until `LINK_CLOCK_WINDOW_MS` from `wallMs`. `nonce`: 16 to 32 fresh random bytes in hex. */
export function signUpgrade(
  key: LinkKey,
  request: UpgradeRequest,
  wallMs: UnixMs,
  nonce: string,
): Readonly<Record<string, string>> {
  const timeMs = `${Math.round(wallMs)}`;
  return {
    [LINK_HEADERS.keyId]: key.id,
    [LINK_HEADERS.timeMs]: timeMs,
    [LINK_HEADERS.nonce]: nonce,
    [LINK_HEADERS.mac]: upgradeMac(key, request, timeMs, nonce),
  };
}

/** Why somebody was not believed: for the log, never for the stranger. */
export type LinkRefusal =
  | 'unsigned'
  | 'malformed'
  | 'unknown-key'
  | 'wrong-mac'
  | 'clock'
  | 'other-series'
  | 'other-epoch';

/** The id of the key that signed the upgrade, or why it is refused. `header` looks one up by its lower-case name. */
export function verifyUpgrade(
  keys: readonly LinkKey[],
  request: UpgradeRequest,
  header: (name: string) => string | null,
  wallMs: UnixMs,
): Result<string, LinkRefusal> {
  const [keyId, timeMs, nonce, mac] = [
    header(LINK_HEADERS.keyId),
    header(LINK_HEADERS.timeMs),
    header(LINK_HEADERS.nonce),
    header(LINK_HEADERS.mac),
  ];
  if (keyId === null || timeMs === null || nonce === null || mac === null) return err('unsigned');
  if (!WALL_TIME.test(timeMs) || !NONCE.test(nonce) || !MAC.test(mac)) return err('malformed');
  const key = keys.find(({ id }) => id === keyId);
  if (key === undefined) return err('unknown-key');
  if (!isSameText(upgradeMac(key, request, timeMs, nonce), mac)) return err('wrong-mac');
  return isNear(Number(timeMs), wallMs) ? ok(key.id) : err('clock');
}

/** What `hello` is signed over: the challenge it answers, and who answers when. */
export interface HelloProof {
  readonly protocol: number;
  readonly series: string;
  readonly epoch: number;
  /** The challenge's. */
  readonly nonce: string;
  readonly timeMs: UnixMs;
  readonly keyId: string;
  readonly runnerId: string;
}

/** The MAC of a `hello`, in hex. */
export function helloMac(key: LinkKey, proof: HelloProof): string {
  const { protocol, series, epoch, nonce, timeMs, keyId, runnerId } = proof;
  return macOf(key, ['hello', `${protocol}`, series, `${epoch}`, nonce, `${timeMs}`, keyId, runnerId]);
}

/** Whether a `hello` answers this challenge, by a key of ours, now. `proof` holds the object's series, epoch and nonce. */
export function verifyHello(
  keys: readonly LinkKey[],
  proof: HelloProof,
  statedEpoch: number,
  mac: string,
  wallMs: UnixMs,
): Result<string, LinkRefusal> {
  const key = keys.find(({ id }) => id === proof.keyId);
  if (key === undefined) return err('unknown-key');
  if (!isSameText(helloMac(key, proof), mac)) return err('wrong-mac');
  if (statedEpoch !== proof.epoch) return err('other-epoch');
  return isNear(proof.timeMs, wallMs) ? ok(key.id) : err('clock');
}

function upgradeMac(key: LinkKey, { method, path }: UpgradeRequest, timeMs: string, nonce: string): string {
  return macOf(key, ['upgrade', method, path, timeMs, nonce]);
}

function macOf(key: LinkKey, parts: readonly string[]): string {
  const text = parts.map((part) => `${part.length}:${part}`).join('');
  const digest = hmac(sha256, encodeUtf8(key.secret), encodeUtf8(`poly-edge link ${text}`));
  let hex = '';
  for (const byte of digest) hex += byte.toString(16).padStart(2, '0');
  return hex;
}

function isNear(statedMs: number, wallMs: number): boolean {
  return Math.abs(statedMs - wallMs) <= LINK_CLOCK_WINDOW_MS;
}

/** Takes as long whatever differs: how much of a MAC was right must not show. Texts of other lengths differ. */
export function isSameText(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let index = 0; index < a.length; index++) difference |= a.charCodeAt(index) ^ b.charCodeAt(index);
  return difference === 0;
}
