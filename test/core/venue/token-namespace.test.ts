import { describe, expect, test } from 'vitest';
import type { TokenId } from '../../../core/model/identifiers.ts';
import { isLegacyPositionToken } from '../../../core/venue/token-namespace.ts';

const token = (id: bigint) => id.toString() as TokenId;

describe('isLegacyPositionToken', () => {
  test('default: an ordinary hash is a ConditionalTokens position', () => {
    expect(isLegacyPositionToken(token(2n ** 255n - 19n))).toBe(true);
  });

  test.each([
    ['the lowest bit of the namespace', 1n << 40n, true],
    ['the highest bit of the namespace', 1n << 103n, true],
    ['just below', (1n << 40n) - 1n, false],
    ['just above', 1n << 104n, false],
    ['high and low bits without the middle', (1n << 200n) | 7n, false],
    ['zero', 0n, false],
  ])('behavior: %s', (_name, id, expected) => {
    expect(isLegacyPositionToken(token(id))).toBe(expected);
  });
});
