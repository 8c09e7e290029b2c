/**
 * The contracts that money goes through, on Polygon. Addresses: venue notes of 2026-11-23, polymarket §1.4; those of the ramps come from
 * third parties that agree with each other, so `wallet wrap` first tries the smallest amount ([L], settled by `livetest --facts`).
 */
import type { Hex } from 'viem';

export interface ChainContracts {
  readonly chainId: number;
  /** Collateral of every market: 6 decimals, an ERC-20. */
  readonly pusd: Hex;
  readonly usdce: Hex;
  /** ERC-1155 of all outcome tokens. */
  readonly conditionalTokens: Hex;
  /** Splits, merges and redeems in pUSD what ConditionalTokens keeps in USDC.e. */
  readonly collateralAdapter: Hex;
  /** USDC.e to pUSD, and back. */
  readonly onramp: Hex;
  readonly offramp: Hex;
  /** Takes the orders of standard markets. */
  readonly exchange: Hex;
  readonly safeFactory: Hex;
  readonly safeMultisend: Hex;
  readonly proxyFactory: Hex;
  readonly relayHub: Hex;
  readonly depositWalletFactory: Hex;
  readonly depositWalletImplementation: Hex;
}

export const POLYGON: ChainContracts = {
  chainId: 137,
  pusd: '0xC011a7E12a19f7B1f670d46F03B03f3342E82DFB',
  usdce: '0x2791Bca1f2de4661ED88A30C99A7a9449Aa84174',
  conditionalTokens: '0x4D97DCd97eC945f40cF65F87097ACe5EA0476045',
  collateralAdapter: '0xAdA100Db00Ca00073811820692005400218FcE1f',
  onramp: '0x93070a847efEf7F70739046A929D47a521F5B8ee',
  offramp: '0x2957922Eb93258b93368531d39fAcCA3B4dC5854',
  exchange: '0xE111180000d2663C0091e4f400237545B87B996B',
  safeFactory: '0xaacFeEa03eb1561C4e67d661e40682Bd20E3541b',
  safeMultisend: '0xA238CBeb142c10Ef7Ad8442C6D1f9E89e07e7761',
  proxyFactory: '0xaB45c5A4B0c941a2F231C04C3f49182e1A254052',
  relayHub: '0xD216153c06E857cD7f72665E0aF1d7D82172F494',
  depositWalletFactory: '0x00000000000Fb5C9ADea0298D729A0CB3823Cc07',
  depositWalletImplementation: '0x58CA52ebe0DadfdF531Cde7062e76746de4Db1eB',
};
