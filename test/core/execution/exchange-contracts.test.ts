import { bytesToHex } from '@noble/hashes/utils.js';
import { type Hex, domainSeparator as viemSeparator } from 'viem';
import { describe, expect, test } from 'vitest';
import { domainSeparator } from '../../../core/execution/eip712.ts';
import {
  EXCHANGE_CONTRACTS,
  EXCHANGE_DOMAIN_NAME,
  EXCHANGE_DOMAIN_VERSION,
  exchangeContract,
} from '../../../core/execution/exchange-contracts.ts';
import { checksumAddress } from '../../../core/model/address.ts';

describe('EXCHANGE_CONTRACTS', () => {
  test.each(EXCHANGE_CONTRACTS)(
    'default: the separator on chain $chainId, neg-risk $negRisk, is what the type string gives',
    (contract) => {
      const domain = {
        name: EXCHANGE_DOMAIN_NAME,
        version: EXCHANGE_DOMAIN_VERSION,
        chainId: contract.chainId,
        verifyingContract: contract.address as Hex,
      };
      expect(contract.domainSeparator).toBe(`0x${bytesToHex(domainSeparator(domain))}`);
      expect(contract.domainSeparator).toBe(viemSeparator({ domain }));
    },
  );

  test('behavior: addresses are spelt with their checksum', () => {
    for (const { address } of EXCHANGE_CONTRACTS) expect(checksumAddress(address)).toBe(address);
  });
});

describe('exchangeContract', () => {
  test('default: one for each chain and kind of market', () => {
    for (const chainId of [137, 80002]) {
      for (const negRisk of [false, true]) {
        expect(exchangeContract(chainId, negRisk)).toMatchObject({ chainId, negRisk });
      }
    }
    expect(new Set(EXCHANGE_CONTRACTS.map((contract) => contract.domainSeparator)).size).toBe(4);
  });

  test('error: none on another chain', () => {
    expect(exchangeContract(1, false)).toBeNull();
  });
});
