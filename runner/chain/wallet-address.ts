/**
 * Addresses of the contract wallets that belong to a signing key: each follows from the owner by CREATE2, so that a wrong funder shows
 * before anything is signed. Factories and code hashes: venue notes of 2026-11-23, polymarket §1.4; the form of a deposit wallet's code
 * is Solady's ERC-1967 clone with arguments.
 */
import {
  concatHex,
  encodeAbiParameters,
  encodePacked,
  getCreate2Address,
  type Hex,
  keccak256,
  pad,
  size,
  toHex,
} from 'viem';
import type { ChainContracts } from './contracts.ts';

const SAFE_CODE_HASH: Hex = '0x2bce2127ff07fb632d16c8347c4ebf501f4841168bed00d9e6ef715ddb6fcecf';
/** Of the venue's proxy factory (official relayer client 0.0.10). */
const PROXY_CODE_HASH: Hex = '0xd21df8dc65880a8606f09fe0ce3df9b8869287ab0b058be05aa9e8af6330a00b';

/** The factory may make its deposit wallets of it in place of the implementation (venue notes §1.4). */
export const DEPOSIT_WALLET_BEACON: Hex = '0x7A18EDfe055488A3128f01F563e5B479D92ffc3a';

/** The owner's Safe, deployed or not. */
export function safeAddress(contracts: ChainContracts, owner: Hex): Hex {
  const salt = keccak256(encodeAbiParameters([{ type: 'address' }], [owner]));
  return getCreate2Address({ from: contracts.safeFactory, salt, bytecodeHash: SAFE_CODE_HASH });
}

/** The owner's proxy wallet (accounts made by e-mail). */
export function proxyAddress(contracts: ChainContracts, owner: Hex): Hex {
  const salt = keccak256(encodePacked(['address'], [owner]));
  return getCreate2Address({ from: contracts.proxyFactory, salt, bytecodeHash: PROXY_CODE_HASH });
}

/** Creation code of an ERC-1967 clone around its implementation and its arguments, in Solady's form (LibClone v0.1.26). */
const CLONE_PREFIX = 0x61003d3d8160233d3973n;
const CLONE_MIDDLE: Hex = '0x5155f3363d3d373d3d363d7f360894a13ba1a3210667c828492db98dca3e2076';
const CLONE_END: Hex = '0xcc3735a920a3ca505d382bbc545af43d6000803e6038573d6000fd5b3d6000f3';
const BEACON_PREFIX = 0x6100523d8160233d3973n;
const BEACON_HEAD: Hex = '0x60195155f3363d3d373d3d363d602036600436635c60da';
const BEACON_MIDDLE: Hex = '0x1b60e01b36527fa3f0ad74e5423aebfd80d3ef4346578335a9a72aeaee59ff6c';
const BEACON_END: Hex = '0xb3582b35133d50545afa5036515af43d6000803e604d573d6000fd5b3d6000f3';
/** The length of the arguments stands in the prefix, seven bytes from its end. */
const LENGTH_SHIFT = 56n;
const PREFIX_BYTES = 10;

/** The owner's deposit wallet as a clone of the implementation; `beacon` where the factory makes its wallets of one. */
export function depositWalletAddress(contracts: ChainContracts, owner: Hex, beacon: Hex | null): Hex {
  const args = encodeAbiParameters(
    [{ type: 'address' }, { type: 'bytes32' }],
    [contracts.depositWalletFactory, pad(owner, { size: 32 })],
  );
  const prefix = toHex((beacon === null ? CLONE_PREFIX : BEACON_PREFIX) + (BigInt(size(args)) << LENGTH_SHIFT), {
    size: PREFIX_BYTES,
  });
  const code =
    beacon === null
      ? concatHex([prefix, contracts.depositWalletImplementation, '0x6009', CLONE_MIDDLE, CLONE_END, args])
      : concatHex([prefix, beacon, BEACON_HEAD, BEACON_MIDDLE, BEACON_END, args]);
  return getCreate2Address({
    from: contracts.depositWalletFactory,
    salt: keccak256(args),
    bytecodeHash: keccak256(code),
  });
}
