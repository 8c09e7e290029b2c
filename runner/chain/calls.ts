/** The contract calls that trading needs, as data for whatever wallet sends them (venue notes of 2026-11-23, polymarket §7). */
import { encodeFunctionData, type Hex, parseAbi, zeroHash } from 'viem';
import type { ConditionId } from '../../core/model/identifiers.ts';
import type { MoneyMicro, SizeMicro } from '../../core/model/money.ts';
import type { ChainContracts } from './contracts.ts';

/** One call without value. */
export interface ChainCall {
  readonly to: Hex;
  readonly data: Hex;
  /** For people: "redeem 0x12…". */
  readonly label: string;
}

export const ERC20_ABI = parseAbi([
  'function balanceOf(address owner) view returns (uint256)',
  'function allowance(address owner, address spender) view returns (uint256)',
  'function approve(address spender, uint256 amount) returns (bool)',
  'function transfer(address to, uint256 amount) returns (bool)',
]);

export const CONDITIONAL_TOKENS_ABI = parseAbi([
  'function balanceOfBatch(address[] owners, uint256[] ids) view returns (uint256[])',
  'function isApprovedForAll(address owner, address operator) view returns (bool)',
  'function setApprovalForAll(address operator, bool approved)',
  'function payoutDenominator(bytes32 conditionId) view returns (uint256)',
  'function payoutNumerators(bytes32 conditionId, uint256 index) view returns (uint256)',
]);

export const ADAPTER_ABI = parseAbi([
  'function splitPosition(address collateral, bytes32 parent, bytes32 conditionId, uint256[] partition, uint256 amount)',
  'function mergePositions(address collateral, bytes32 parent, bytes32 conditionId, uint256[] partition, uint256 amount)',
  'function redeemPositions(address collateral, bytes32 parent, bytes32 conditionId, uint256[] indexSets)',
]);

export const RAMP_ABI = parseAbi([
  'function wrap(address asset, address to, uint256 amount)',
  'function unwrap(address asset, address to, uint256 amount)',
]);

/** All of it, as ERC-20 writes an allowance without a limit. */
export const UNLIMITED = 2n ** 256n - 1n;
/** The index sets of a market of two outcomes: the first alone, the second alone. */
const BOTH_OUTCOMES = [1n, 2n];

/** Makes one Up and one Down of each pUSD; the adapter must be allowed to take it. */
export function splitCall(contracts: ChainContracts, conditionId: ConditionId, sizeMicro: SizeMicro): ChainCall {
  const args = [contracts.pusd, zeroHash, conditionId as Hex, BOTH_OUTCOMES, BigInt(sizeMicro)] as const;
  return {
    to: contracts.collateralAdapter,
    data: encodeFunctionData({ abi: ADAPTER_ABI, functionName: 'splitPosition', args }),
    label: `split ${conditionId}`,
  };
}

/** Makes pUSD of one Up and one Down each. */
export function mergeCall(contracts: ChainContracts, conditionId: ConditionId, sizeMicro: SizeMicro): ChainCall {
  const args = [contracts.pusd, zeroHash, conditionId as Hex, BOTH_OUTCOMES, BigInt(sizeMicro)] as const;
  return {
    to: contracts.collateralAdapter,
    data: encodeFunctionData({ abi: ADAPTER_ABI, functionName: 'mergePositions', args }),
    label: `merge ${conditionId}`,
  };
}

/** Burns all shares of both outcomes and pays the winner's. */
export function redeemCall(contracts: ChainContracts, conditionId: ConditionId): ChainCall {
  const args = [contracts.pusd, zeroHash, conditionId as Hex, BOTH_OUTCOMES] as const;
  return {
    to: contracts.collateralAdapter,
    data: encodeFunctionData({ abi: ADAPTER_ABI, functionName: 'redeemPositions', args }),
    label: `redeem ${conditionId}`,
  };
}

/** Lets `spender` take `amountMicro` of a token, no more; `null` for all of it, which only a person asks for. */
export function approveCall(token: Hex, spender: Hex, amountMicro: MoneyMicro | null): ChainCall {
  const amount = amountMicro === null ? UNLIMITED : BigInt(amountMicro);
  return {
    to: token,
    data: encodeFunctionData({ abi: ERC20_ABI, functionName: 'approve', args: [spender, amount] }),
    label: `approve ${spender}`,
  };
}

/** Lets `operator` move all outcome tokens, or no longer: ERC-1155 knows no amounts. */
export function approveTokensCall(contracts: ChainContracts, operator: Hex, approved: boolean): ChainCall {
  const args = [operator, approved] as const;
  return {
    to: contracts.conditionalTokens,
    data: encodeFunctionData({ abi: CONDITIONAL_TOKENS_ABI, functionName: 'setApprovalForAll', args }),
    label: `${approved ? 'approve' : 'revoke'} ${operator} for outcome tokens`,
  };
}

/** Turns USDC.e into pUSD, one for one; the onramp must be allowed to take it. */
export function wrapCall(contracts: ChainContracts, to: Hex, amountMicro: MoneyMicro): ChainCall {
  const args = [contracts.usdce, to, BigInt(amountMicro)] as const;
  return {
    to: contracts.onramp,
    data: encodeFunctionData({ abi: RAMP_ABI, functionName: 'wrap', args }),
    label: 'wrap USDC.e',
  };
}

/** Turns pUSD into USDC.e, one for one; the offramp must be allowed to take it. */
export function unwrapCall(contracts: ChainContracts, to: Hex, amountMicro: MoneyMicro): ChainCall {
  const args = [contracts.usdce, to, BigInt(amountMicro)] as const;
  return {
    to: contracts.offramp,
    data: encodeFunctionData({ abi: RAMP_ABI, functionName: 'unwrap', args }),
    label: 'unwrap pUSD',
  };
}

/** Sends an ERC-20 token away. */
export function transferCall(token: Hex, to: Hex, amountMicro: MoneyMicro): ChainCall {
  return {
    to: token,
    data: encodeFunctionData({ abi: ERC20_ABI, functionName: 'transfer', args: [to, BigInt(amountMicro)] }),
    label: `transfer to ${to}`,
  };
}
