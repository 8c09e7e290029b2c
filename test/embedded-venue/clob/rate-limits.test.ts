import { describe, expect, test } from 'vitest';
import { createRateLimits } from '../../../embedded-venue/clob/rate-limits.ts';

const SIGNER = '0x1111111111111111111111111111111111111111';
const OTHER = '0x2222222222222222222222222222222222222222';

describe('createRateLimits', () => {
  test('behavior: a full bucket of 60 orders and 120 cancels, each signer its own', () => {
    const limits = createRateLimits(true, 1);
    for (let order = 0; order < 4; order++) expect(limits.take(SIGNER, 'order', 15, 0).refusal).toBeNull();
    expect(limits.take(SIGNER, 'order', 1, 0).refusal?.status).toBe(429);
    expect(limits.take(OTHER, 'order', 60, 0).refusal).toBeNull();
    expect(limits.take(SIGNER, 'cancel', 120, 0).refusal).toBeNull();
    expect(limits.take(SIGNER, 'cancel', 1, 0).refusal?.headers?.['retry-after']).toBe('1');
  });

  test.each([1, 10])('behavior: 40 orders a second come back in wall time, speed %i', (speed) => {
    const limits = createRateLimits(true, speed);
    limits.take(SIGNER, 'order', 60, 0);
    expect(limits.take(SIGNER, 'order', 41, 1_000 * speed).refusal).not.toBeNull();
    expect(limits.take(SIGNER, 'order', 40, 1_000 * speed).refusal).toBeNull();
  });

  test('behavior: all or nothing', () => {
    const limits = createRateLimits(true, 1);
    limits.take(SIGNER, 'order', 50, 0);
    expect(limits.take(SIGNER, 'order', 15, 0).refusal).not.toBeNull();
    expect(limits.take(SIGNER, 'order', 10, 0).refusal).toBeNull();
  });

  test('behavior: until they are enforced the limits only warn', () => {
    const limits = createRateLimits(false, 1);
    expect(limits.take(SIGNER, 'order', 60, 0).headers).toEqual({
      'poly-ratelimit-remaining': '0',
      'poly-ratelimit-reset': '2',
      'poly-ratelimit-tier': 'Standard',
    });
    const { refusal, headers } = limits.take(SIGNER, 'order', 1, 0);
    expect(refusal).toBeNull();
    expect(headers['poly-ratelimit-warning']).toBeDefined();
  });
});
