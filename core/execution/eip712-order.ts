/**
 * A V2 order as EIP-712 data: struct hash, and the order hash, which is the venue's order id whatever the wallet (venue notes of
 * 2026-11-23, polymarket §1.2). `expiration` stands in the body only and is not signed.
 */
import { keccak_256 } from '@noble/hashes/sha3.js';
import { invariant } from '../model/errors.ts';
import type { TokenId } from '../model/identifiers.ts';
import type { MoneyMicro, SizeMicro } from '../model/money.ts';
import type { Side } from '../model/order.ts';
import type { UnixMs } from '../model/time.ts';
import {
  addressWord,
  bytes32Word,
  createTypedDataDigest,
  createWordCache,
  type Keccak256,
  keccakText,
  type TypedDataDigest,
  uint256Word,
  WORD_BYTES,
  writeIntegerWord,
} from './eip712.ts';

/** The struct's type string: 186 bytes, the last part of a deposit wallet's signature. */
export const ORDER_TYPE =
  'Order(uint256 salt,address maker,address signer,uint256 tokenId,uint256 makerAmount,uint256 takerAmount,uint8 side,uint8 signatureType,uint256 timestamp,bytes32 metadata,bytes32 builder)';

/** 32 zero bytes: no metadata, no builder. */
export const ZERO_BYTES32 = `0x${'0'.repeat(64)}`;

/** 0 EOA, 1 proxy of an e-mail account, 2 Safe of a browser wallet, 3 deposit wallet (ERC-1271). */
export type SignatureType = 0 | 1 | 2 | 3;

/** The signed fields. */
export interface SignableOrder {
  /** At most 2^53 − 1: the body carries it as a JSON number. */
  readonly salt: number;
  /** The wallet that holds pUSD and shares. */
  readonly maker: string;
  /** The signing key's address; of a deposit wallet (type 3) the wallet itself. */
  readonly signer: string;
  readonly tokenId: TokenId;
  /** What the maker gives: pUSD of a BUY, shares of a SELL. */
  readonly makerMicro: MoneyMicro | SizeMicro;
  readonly takerMicro: MoneyMicro | SizeMicro;
  readonly side: Side;
  readonly signatureType: SignatureType;
  /** Makes orders unique; it is no expiry. */
  readonly timestampMs: UnixMs;
  /** 0x and 64 hex digits. */
  readonly metadata: string;
  readonly builder: string;
}

export interface OrderHasher {
  /** hashStruct of the order. */
  structHash(order: SignableOrder): Uint8Array;
  /** The digest under an exchange's domain: order hash, order id, and what wallets of types 0, 1 and 2 sign. */
  readonly orderHash: TypedDataDigest;
}

const FIELDS = [
  'salt',
  'maker',
  'signer',
  'tokenId',
  'makerAmount',
  'takerAmount',
  'side',
  'signatureType',
  'timestamp',
  'metadata',
  'builder',
] as const;
/** The type hash comes first. */
const WORDS = FIELDS.length + 1;
const at = (field: (typeof FIELDS)[number]): number => (FIELDS.indexOf(field) + 1) * WORD_BYTES;
const OFFSET = {
  salt: at('salt'),
  maker: at('maker'),
  signer: at('signer'),
  tokenId: at('tokenId'),
  makerAmount: at('makerAmount'),
  takerAmount: at('takerAmount'),
  side: at('side'),
  signatureType: at('signatureType'),
  timestamp: at('timestamp'),
  metadata: at('metadata'),
  builder: at('builder'),
};

/** A hasher with its own buffer: not for two orders at once, which synchronous code cannot have. */
export function createOrderHasher(keccak: Keccak256 = keccak_256): OrderHasher {
  const words = new Uint8Array(WORDS * WORD_BYTES);
  const view = new DataView(words.buffer);
  words.set(keccakText(ORDER_TYPE));
  const address = createWordCache(addressWord);
  const bytes32 = createWordCache(bytes32Word);
  const tokenId = createWordCache((text) => {
    const word = uint256Word(text);
    invariant(word !== null, 'a token id fits into 256 bits');
    return word;
  });
  return {
    structHash(order) {
      writeIntegerWord(view, OFFSET.salt, order.salt);
      words.set(address(order.maker), OFFSET.maker);
      words.set(address(order.signer), OFFSET.signer);
      words.set(tokenId(order.tokenId), OFFSET.tokenId);
      writeIntegerWord(view, OFFSET.makerAmount, order.makerMicro);
      writeIntegerWord(view, OFFSET.takerAmount, order.takerMicro);
      words[OFFSET.side + WORD_BYTES - 1] = order.side === 'buy' ? 0 : 1;
      words[OFFSET.signatureType + WORD_BYTES - 1] = order.signatureType;
      writeIntegerWord(view, OFFSET.timestamp, order.timestampMs);
      words.set(bytes32(order.metadata), OFFSET.metadata);
      words.set(bytes32(order.builder), OFFSET.builder);
      return keccak(words);
    },
    orderHash: createTypedDataDigest(keccak),
  };
}
