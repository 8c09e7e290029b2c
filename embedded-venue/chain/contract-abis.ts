/** The few contract functions that the embedded chain knows, by their signatures. Source: venue notes of 2026-11-23 §1.4, §7. */
import { parseAbi } from 'viem';

export const KNOWN_FUNCTIONS = parseAbi([
  'function balanceOf(address owner) view returns (uint256)',
  'function allowance(address owner, address spender) view returns (uint256)',
  'function approve(address spender, uint256 amount) returns (bool)',
  'function transfer(address to, uint256 amount) returns (bool)',
  'function balanceOfBatch(address[] owners, uint256[] ids) view returns (uint256[])',
  'function isApprovedForAll(address owner, address operator) view returns (bool)',
  'function setApprovalForAll(address operator, bool approved)',
  'function payoutDenominator(bytes32 conditionId) view returns (uint256)',
  'function payoutNumerators(bytes32 conditionId, uint256 index) view returns (uint256)',
  'function splitPosition(address collateral, bytes32 parent, bytes32 conditionId, uint256[] partition, uint256 amount)',
  'function mergePositions(address collateral, bytes32 parent, bytes32 conditionId, uint256[] partition, uint256 amount)',
  'function redeemPositions(address collateral, bytes32 parent, bytes32 conditionId, uint256[] indexSets)',
  'function wrap(address asset, address to, uint256 amount)',
  'function unwrap(address asset, address to, uint256 amount)',
]);

/** Contracts by address, in lower case. */
export const PUSD = '0xc011a7e12a19f7b1f670d46f03b03f3342e82dfb';
export const USDCE = '0x2791bca1f2de4661ed88a30c99a7a9449aa84174';
export const CONDITIONAL_TOKENS = '0x4d97dcd97ec945f40cf65f87097ace5ea0476045';
export const ADAPTER = '0xada100db00ca00073811820692005400218fce1f';
export const ONRAMP = '0x93070a847efef7f70739046a929d47a521f5b8ee';
export const OFFRAMP = '0x2957922eb93258b93368531d39facca3b4dc5854';
