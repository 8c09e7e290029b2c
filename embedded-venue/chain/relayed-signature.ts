/**
 * Whether a contract wallet's owner signed what the relayer is asked to do. Hashes are viem's, as the official relayer client's are;
 * nothing is shared with the runner. Source: venue notes of 2026-11-23 §7.
 */
import { concat, type Hex, hashMessage, hashTypedData, keccak256, toHex, zeroAddress } from 'viem';
import { CHAIN_ID } from '../clob/chain-contracts.ts';
import { recoverSigner } from '../clob/signature-recovery.ts';
import type { VenueAddress } from '../trading/venue-exchange.ts';

/** Contracts that stand in the signatures. */
export const SAFE_MULTISEND = '0xa238cbeb142c10ef7ad8442c6d1f9e89e07e7761';
const RELAY_HUB: Hex = '0xD216153c06E857cD7f72665E0aF1d7D82172F494';
const PROXY_FACTORY: Hex = '0xaB45c5A4B0c941a2F231C04C3f49182e1A254052';
/** The relay that a proxy's signature names. */
export const RELAY: Hex = '0x1111111111111111111111111111111111111111';

const SAFE_TX = {
  SafeTx: [
    { name: 'to', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'data', type: 'bytes' },
    { name: 'operation', type: 'uint8' },
    { name: 'safeTxGas', type: 'uint256' },
    { name: 'baseGas', type: 'uint256' },
    { name: 'gasPrice', type: 'uint256' },
    { name: 'gasToken', type: 'address' },
    { name: 'refundReceiver', type: 'address' },
    { name: 'nonce', type: 'uint256' },
  ],
} as const;
const BATCH = {
  Call: [
    { name: 'target', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'data', type: 'bytes' },
  ],
  Batch: [
    { name: 'wallet', type: 'address' },
    { name: 'nonce', type: 'uint256' },
    { name: 'deadline', type: 'uint256' },
    { name: 'calls', type: 'Call[]' },
  ],
} as const;

/** Who signed a Safe's transaction: a personal message over its hash, with v raised by 4. */
export function safeSigner(
  safe: VenueAddress,
  transaction: { readonly to: Hex; readonly data: Hex; readonly operation: number; readonly nonce: bigint },
  signature: Hex,
): VenueAddress | null {
  const digest = hashTypedData({
    domain: { chainId: CHAIN_ID, verifyingContract: safe as Hex },
    types: SAFE_TX,
    primaryType: 'SafeTx',
    message: {
      ...transaction,
      value: 0n,
      safeTxGas: 0n,
      baseGas: 0n,
      gasPrice: 0n,
      gasToken: zeroAddress,
      refundReceiver: zeroAddress,
    },
  });
  const v = Number.parseInt(signature.slice(130), 16) - 4;
  return recoverSigner(hashMessage({ raw: digest }), `${signature.slice(0, 130)}${v.toString(16)}` as Hex);
}

/** Who signed a proxy's call through its factory. */
export function proxySigner(
  from: VenueAddress,
  data: Hex,
  gasLimit: bigint,
  nonce: bigint,
  signature: Hex,
): VenueAddress | null {
  const word = (value: bigint): Hex => toHex(value, { size: 32 });
  const parts: Hex[] = [
    toHex('rlx:'),
    from as Hex,
    PROXY_FACTORY,
    data,
    word(0n),
    word(0n),
    word(gasLimit),
    word(nonce),
  ];
  const hash = keccak256(concat([...parts, RELAY_HUB, RELAY]));
  return recoverSigner(hashMessage({ raw: hash }), signature);
}

/** Who signed a deposit wallet's batch. */
export function batchSigner(
  wallet: VenueAddress,
  batch: {
    readonly nonce: bigint;
    readonly deadline: bigint;
    readonly calls: readonly { readonly target: Hex; readonly value: bigint; readonly data: Hex }[];
  },
  signature: Hex,
): VenueAddress | null {
  const digest = hashTypedData({
    domain: { name: 'DepositWallet', version: '1', chainId: CHAIN_ID, verifyingContract: wallet as Hex },
    types: BATCH,
    primaryType: 'Batch',
    message: { wallet: wallet as Hex, ...batch, calls: [...batch.calls] },
  });
  return recoverSigner(digest, signature);
}
