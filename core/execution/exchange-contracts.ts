/**
 * The exchange contracts that take V2 orders, and their EIP-712 domains. Addresses: venue notes of 2026-11-23, polymarket §1.1. The
 * separators are constants, so that nothing has to be computed before an order; a test computes them again from the type string.
 */

/** The domain's name and version of every V2 exchange; V1 is dead, V3 is another protocol that this project does not trade. */
export const EXCHANGE_DOMAIN_NAME = 'Polymarket CTF Exchange';
export const EXCHANGE_DOMAIN_VERSION = '2';

export interface ExchangeContract {
  readonly chainId: number;
  readonly negRisk: boolean;
  readonly address: string;
  /** 0x and 64 hex digits. */
  readonly domainSeparator: string;
}

const STANDARD = '0xE111180000d2663C0091e4f400237545B87B996B';
const NEG_RISK = '0xe2222d279d744050d28e00520010520000310F59';

/** Polygon (137) and its test network Amoy (80002), where the addresses are the same. */
export const EXCHANGE_CONTRACTS: readonly ExchangeContract[] = [
  {
    chainId: 137,
    negRisk: false,
    address: STANDARD,
    domainSeparator: '0x3264e159346253e26a64e00b69032db0e7d32f94628de3e6eecb50304d7af3d2',
  },
  {
    chainId: 137,
    negRisk: true,
    address: NEG_RISK,
    domainSeparator: '0x9b858f53327b0bd13af8ec14cfb35234fb9eb7b0504d1a4e61f433840d30e81a',
  },
  {
    chainId: 80002,
    negRisk: false,
    address: STANDARD,
    domainSeparator: '0xa440cbd865bc0c6243d7a8df9a8bf48a8827b0a4abbb61c30e96d305423af148',
  },
  {
    chainId: 80002,
    negRisk: true,
    address: NEG_RISK,
    domainSeparator: '0x1468e39841f0a0e05d3762b235cb7acecabf8cd7b6d3a672965a5d415bf9378e',
  },
];

/** The exchange that a market's orders are signed for, or `null` on a chain where there is none. */
export function exchangeContract(chainId: number, negRisk: boolean): ExchangeContract | null {
  return EXCHANGE_CONTRACTS.find((contract) => contract.chainId === chainId && contract.negRisk === negRisk) ?? null;
}
