/**
 * The nested form in which a deposit wallet's owner signs (ERC-7739): inner signature ‖ domain separator of the asking application ‖
 * hash of the contents ‖ the contents' type as text ‖ its length in two bytes; 317 bytes for an order. Source: venue notes of
 * 2026-11-23 §1.2.
 */
import type { Hex, TypedData, TypedDataDomain } from 'viem';
import { hashStruct, hashTypedData, hexToString, size, sliceHex } from 'viem/utils';
import type { VenueAddress } from '../trading/venue-exchange.ts';
import { recoverSigner } from './signature-recovery.ts';

type Fields = readonly { readonly name: string; readonly type: string }[];

/** One struct under one application's domain. */
export interface TypedContents {
  readonly domain: TypedDataDomain;
  readonly primaryType: string;
  readonly fields: Fields;
  readonly message: Readonly<Record<string, unknown>>;
}

const DOMAIN_FIELDS: Readonly<Record<string, string>> = {
  name: 'string',
  version: 'string',
  chainId: 'uint256',
  verifyingContract: 'address',
};
const WRAPPER_FIELDS: Fields = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'chainId', type: 'uint256' },
  { name: 'verifyingContract', type: 'address' },
  { name: 'salt', type: 'bytes32' },
];
const WALLET_NAME = 'DepositWallet';
const WALLET_VERSION = '1';
const ZERO_SALT: Hex = `0x${'0'.repeat(64)}`;
const INNER_BYTES = 65;
const HASH_BYTES = 32;
const LENGTH_BYTES = 2;

/** The digest that an ordinary account signs. */
export function digestOf({ domain, primaryType, fields, message }: TypedContents): Hex {
  return hashTypedData({ domain, primaryType, types: { [primaryType]: fields }, message });
}

/** A domain's separator. */
export function separatorOf(domain: TypedDataDomain): Hex {
  const fields = Object.keys(DOMAIN_FIELDS).filter((name) => name in domain);
  return hashStruct({
    primaryType: 'EIP712Domain',
    types: { EIP712Domain: fields.map((name) => ({ name, type: DOMAIN_FIELDS[name] ?? '' })) },
    data: { ...domain },
  });
}

/** The key that signed `contents` for `wallet` in the nested form; `null` when any part of it is not as it must be. */
export function recoverWrapped(contents: TypedContents, wallet: VenueAddress, signature: Hex): VenueAddress | null {
  const { domain, primaryType, fields, message } = contents;
  const typeText = `${primaryType}(${fields.map(({ name, type }) => `${type} ${name}`).join(',')})`;
  const length = INNER_BYTES + HASH_BYTES + HASH_BYTES + typeText.length + LENGTH_BYTES;
  if (size(signature) !== length) return null;
  const separatorAt = INNER_BYTES;
  const contentsAt = separatorAt + HASH_BYTES;
  const typeAt = contentsAt + HASH_BYTES;
  const lengthAt = typeAt + typeText.length;
  const types = { [primaryType]: fields };
  if (sliceHex(signature, separatorAt, contentsAt) !== separatorOf(domain)) return null;
  if (sliceHex(signature, contentsAt, typeAt) !== hashStruct({ primaryType, types, data: message })) return null;
  if (hexToString(sliceHex(signature, typeAt, lengthAt)) !== typeText) return null;
  if (Number(sliceHex(signature, lengthAt)) !== typeText.length) return null;
  const wrapper: TypedData = { ...types, TypedDataSign: [{ name: 'contents', type: primaryType }, ...WRAPPER_FIELDS] };
  const digest = hashTypedData<TypedData, string>({
    domain,
    primaryType: 'TypedDataSign',
    types: wrapper,
    message: {
      contents: message,
      name: WALLET_NAME,
      version: WALLET_VERSION,
      chainId: domain.chainId,
      verifyingContract: wallet,
      salt: ZERO_SALT,
    },
  });
  return recoverSigner(digest, sliceHex(signature, 0, INNER_BYTES));
}
