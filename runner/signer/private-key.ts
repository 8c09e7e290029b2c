/**
 * The private key, held so that nothing can print it by accident: the object has no field that holds it, and text, JSON and inspection
 * of it say "[private key]". Only this folder asks for the bytes.
 */
import { inspect } from 'node:util';
import { err, ok, type Result } from '../../core/model/result.ts';

const PRINTED = '[private key]';
const printed = (): typeof PRINTED => PRINTED;

export interface PrivateKey {
  toString(): typeof PRINTED;
  toJSON(): typeof PRINTED;
}

const held = new WeakMap<PrivateKey, Uint8Array>();

/** Order of secp256k1: a key is at least 1 and below it. */
const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const KEY = /^(?:0x)?([0-9a-fA-F]{64})$/;

/** Reads 64 hex digits, with or without 0x, white space around them ignored. The error never repeats the text. */
export function parsePrivateKey(text: string): Result<PrivateKey, string> {
  const digits = KEY.exec(text.trim())?.[1];
  if (digits === undefined) return err('a private key is 64 hex digits, with or without 0x');
  const value = BigInt(`0x${digits}`);
  if (value === 0n || value >= CURVE_ORDER) return err('the private key is outside the range of the curve');
  const key: PrivateKey = Object.freeze({ toString: printed, toJSON: printed, [inspect.custom]: printed });
  held.set(key, Uint8Array.from(Buffer.from(digits, 'hex')));
  return ok(key);
}

/** The 32 bytes, for what signs. Never to be logged, stored or sent. */
export function privateKeyBytes(key: PrivateKey): Uint8Array {
  const bytes = held.get(key);
  if (bytes === undefined) throw new TypeError('This is no private key of parsePrivateKey.');
  return bytes;
}
