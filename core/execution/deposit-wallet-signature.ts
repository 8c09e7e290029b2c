/**
 * Signatures of a deposit wallet (type 3): the owner's key signs a `TypedDataSign` that wraps the contents, under the application's
 * domain, and the signature carries what the wallet's contract needs to see that (ERC-7739; venue notes of 2026-11-23, polymarket
 * §1.2). The same wrapping serves orders and log-ins.
 */
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { encodeUtf8 } from '../model/utf8.ts';
import {
  addressWord,
  createTypedDataDigest,
  createWordCache,
  type Keccak256,
  keccakText,
  WORD_BYTES,
  writeIntegerWord,
} from './eip712.ts';

/** The wallet's own domain. Its salt is zero. */
const WALLET_NAME = 'DepositWallet';
const WALLET_VERSION = '1';

const NAME_AT = WORD_BYTES * 2;
const VERSION_AT = WORD_BYTES * 3;
const CHAIN_AT = WORD_BYTES * 4;
const WALLET_AT = WORD_BYTES * 5;
const WORDS = 7;

export interface DepositWalletWrapping {
  /** What the owner's key signs. `wallet` is the deposit wallet's address. */
  digest(separator: Uint8Array, contentsHash: Uint8Array, chainId: number, wallet: string): Uint8Array;
  /** The whole signature without 0x: inner signature, separator, contents' hash, type string and its length. All in hex. */
  wrap(innerSignature: string, separator: string, contentsHash: string): string;
}

/** The wrapping for one kind of contents, given its name and whole type string ("Order", "Order(uint256 salt,…)"). */
export function createDepositWalletWrapping(
  contentsName: string,
  contentsType: string,
  keccak: Keccak256 = keccak_256,
): DepositWalletWrapping {
  const fields = 'string name,string version,uint256 chainId,address verifyingContract,bytes32 salt';
  const words = new Uint8Array(WORDS * WORD_BYTES);
  const view = new DataView(words.buffer);
  words.set(keccakText(`TypedDataSign(${contentsName} contents,${fields})${contentsType}`));
  words.set(keccakText(WALLET_NAME), NAME_AT);
  words.set(keccakText(WALLET_VERSION), VERSION_AT);
  const address = createWordCache(addressWord);
  const digestOf = createTypedDataDigest(keccak);
  const tail = bytesToHex(encodeUtf8(contentsType)) + contentsType.length.toString(16).padStart(4, '0');
  return {
    digest(separator, contentsHash, chainId, wallet) {
      words.set(contentsHash, WORD_BYTES);
      writeIntegerWord(view, CHAIN_AT, chainId);
      words.set(address(wallet), WALLET_AT);
      return digestOf(separator, keccak(words));
    },
    wrap: (innerSignature, separator, contentsHash) => innerSignature + separator + contentsHash + tail,
  };
}
