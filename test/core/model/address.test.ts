import { describe, expect, test } from 'vitest';
import { checksumAddress, isAddress, isSameAddress } from '../../../core/model/address.ts';

// EIP-55's own examples (2016-01-14).
const SPELT = [
  '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
  '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359',
  '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB',
  '0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb',
  '0x52908400098527886E0F7030069857D2E4169EE7',
  '0xde709f2102306220921060314715629080e2fb77',
];

describe('checksumAddress', () => {
  test.each(SPELT)('default: %s', (address) => {
    expect(checksumAddress(address.toLowerCase())).toBe(address);
    expect(checksumAddress(address)).toBe(address);
  });
});

describe('isAddress', () => {
  test.each(SPELT)('default: %s', (address) => {
    expect(isAddress(address)).toBe(true);
  });

  test.each([
    ['0x'],
    [`0x${'1'.repeat(39)}`],
    [`0x${'1'.repeat(41)}`],
    [`0x${'g'.repeat(40)}`],
    ['1'.repeat(40)],
    [1],
    [null],
  ])('error: %j', (text) => {
    expect(isAddress(text)).toBe(false);
  });
});

describe('isSameAddress', () => {
  test('behavior: the spelling does not matter', () => {
    const [one = '', other = ''] = SPELT;
    expect(isSameAddress(one, one.toLowerCase())).toBe(true);
    expect(isSameAddress(one, other)).toBe(false);
  });
});
