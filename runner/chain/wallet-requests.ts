/**
 * Signed requests of the three contract wallets, as the relayer takes them (venue notes of 2026-11-23, polymarket §7): a Safe signs
 * EIP-712 `SafeTx` as a personal message, a proxy the hash of "rlx:", a deposit wallet an EIP-712 `Batch`.
 */
import {
  concat,
  concatHex,
  encodeFunctionData,
  encodePacked,
  type Hex,
  hashMessage,
  hashTypedData,
  keccak256,
  parseAbi,
  size,
  toBytes,
  toHex,
  zeroAddress,
} from 'viem';
import type { DigestSigner } from '../signer/digest-signer.ts';
import type { ChainCall } from './calls.ts';
import type { ChainContracts } from './contracts.ts';

const SAFE_TX_TYPES = {
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

const BATCH_TYPES = {
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

const MULTISEND_ABI = parseAbi(['function multiSend(bytes transactions)']);
const PROXY_ABI = parseAbi([
  'struct ProxyCall { uint8 typeCode; address to; uint256 value; bytes data; }',
  'function proxy(ProxyCall[] calls) payable returns (bytes[] returnValues)',
]);

/** A call that runs in the wallet's own name, and one whose code does. */
const CALL = 0;
const DELEGATE_CALL = 1;
/** A proxy's factory counts the kinds of calls from one. */
const PROXY_CALL = 1;
/** What a proxy's call may use: a redemption of ten windows takes about two million. */
const PROXY_GAS_LIMIT = 10_000_000n;
/** A signed batch is good for this long (venue notes §7). */
const BATCH_VALID_SECONDS = 600;
/** A Safe takes a signature over a personal message when its v is 4 greater. */
const SAFE_MESSAGE_V = 4;

/** What a Safe is asked to do: one call as it is, several through the multisend contract. */
export function safeRequest(
  signer: DigestSigner,
  contracts: ChainContracts,
  safe: Hex,
  calls: readonly ChainCall[],
  nonce: string,
): object {
  const { to, data, operation } = safeCall(contracts, calls);
  const digest = hashTypedData({
    domain: { chainId: contracts.chainId, verifyingContract: safe },
    types: SAFE_TX_TYPES,
    primaryType: 'SafeTx',
    message: {
      to,
      value: 0n,
      data,
      operation,
      safeTxGas: 0n,
      baseGas: 0n,
      gasPrice: 0n,
      gasToken: zeroAddress,
      refundReceiver: zeroAddress,
      nonce: BigInt(nonce),
    },
  });
  const signature = signer.signDigest(toBytes(hashMessage({ raw: digest })));
  const v = Number.parseInt(signature.slice(128), 16) + SAFE_MESSAGE_V;
  return {
    from: signer.address,
    to,
    proxyWallet: safe,
    data,
    nonce,
    signature: `0x${signature.slice(0, 128)}${v.toString(16)}`,
    signatureParams: {
      gasPrice: '0',
      operation: String(operation),
      safeTxnGas: '0',
      baseGas: '0',
      gasToken: zeroAddress,
      refundReceiver: zeroAddress,
    },
    type: 'SAFE',
    metadata: '',
  };
}

function safeCall(
  contracts: ChainContracts,
  calls: readonly ChainCall[],
): { readonly to: Hex; readonly data: Hex; readonly operation: number } {
  const [first] = calls;
  if (first !== undefined && calls.length === 1) return { to: first.to, data: first.data, operation: CALL };
  const packed = concatHex(
    calls.map(({ to, data }) =>
      encodePacked(['uint8', 'address', 'uint256', 'uint256', 'bytes'], [CALL, to, 0n, BigInt(size(data)), data]),
    ),
  );
  const data = encodeFunctionData({ abi: MULTISEND_ABI, functionName: 'multiSend', args: [packed] });
  return { to: contracts.safeMultisend, data, operation: DELEGATE_CALL };
}

/** What a proxy is asked to do, through its factory. */
export function proxyRequest(
  signer: DigestSigner,
  contracts: ChainContracts,
  proxy: Hex,
  calls: readonly ChainCall[],
  relay: { readonly address: string; readonly nonce: string },
): object {
  const proxyCalls = calls.map(({ to, data }) => ({ typeCode: PROXY_CALL, to, value: 0n, data }));
  const data = encodeFunctionData({ abi: PROXY_ABI, functionName: 'proxy', args: [proxyCalls] });
  const word = (value: bigint): Hex => toHex(value, { size: 32 });
  const hash = keccak256(
    concat([
      toHex('rlx:'),
      signer.address as Hex,
      contracts.proxyFactory,
      data,
      word(0n),
      word(0n),
      word(PROXY_GAS_LIMIT),
      word(BigInt(relay.nonce)),
      contracts.relayHub,
      relay.address as Hex,
    ]),
  );
  return {
    from: signer.address,
    to: contracts.proxyFactory,
    proxyWallet: proxy,
    data,
    nonce: relay.nonce,
    signature: `0x${signer.signDigest(toBytes(hashMessage({ raw: hash })))}`,
    signatureParams: {
      gasPrice: '0',
      gasLimit: String(PROXY_GAS_LIMIT),
      relayerFee: '0',
      relayHub: contracts.relayHub,
      relay: relay.address,
    },
    type: 'PROXY',
    metadata: '',
  };
}

/** What a deposit wallet is asked to do, good for ten minutes from `nowMs`. */
export function depositWalletRequest(
  signer: DigestSigner,
  contracts: ChainContracts,
  wallet: Hex,
  calls: readonly ChainCall[],
  nonce: string,
  nowMs: number,
): object {
  const deadline = Math.floor(nowMs / 1_000) + BATCH_VALID_SECONDS;
  const batch = calls.map(({ to, data }) => ({ target: to, value: 0n, data }));
  const digest = hashTypedData({
    domain: { name: 'DepositWallet', version: '1', chainId: contracts.chainId, verifyingContract: wallet },
    types: BATCH_TYPES,
    primaryType: 'Batch',
    message: { wallet, nonce: BigInt(nonce), deadline: BigInt(deadline), calls: batch },
  });
  return {
    type: 'WALLET',
    from: signer.address,
    to: contracts.depositWalletFactory,
    nonce,
    signature: `0x${signer.signDigest(toBytes(digest))}`,
    depositWalletParams: {
      depositWallet: wallet,
      deadline: String(deadline),
      calls: calls.map(({ to, data }) => ({ target: to, value: '0', data })),
    },
  };
}

/** Asks for the owner's deposit wallet to be made. */
export function depositWalletCreateRequest(signer: DigestSigner, contracts: ChainContracts): object {
  return { type: 'WALLET-CREATE', from: signer.address, to: contracts.depositWalletFactory };
}
