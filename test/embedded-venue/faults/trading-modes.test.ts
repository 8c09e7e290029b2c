import { describe, expect, test } from 'vitest';
import {
  createTradingModes,
  type TradingMode,
  type TradingRequest,
} from '../../../embedded-venue/faults/trading-modes.ts';

const REQUESTS: readonly TradingRequest[] = ['order', 'post-only-order', 'cancel'];

describe('createTradingModes', () => {
  test.each([
    ['normal', [null, null, null]],
    ['restarting', [425, 425, 425]],
    ['post-only', [503, null, null]],
    ['cancel-only', [503, 503, null]],
    ['disabled', [503, 503, 503]],
  ] as const)('args: %s', (mode, statuses) => {
    const modes = createTradingModes(1);
    modes.set(mode, null, 0);
    expect(REQUESTS.map((request) => modes.refusal(request, 1)?.status ?? null)).toEqual([...statuses]);
  });

  test('behavior: a restart ends in two minutes of post-only, in wall time', () => {
    for (const speed of [1, 20]) {
      const modes = createTradingModes(speed);
      modes.set('restarting', 90_000, 0);
      const at = (wallMs: number): TradingMode => modes.modeAt(wallMs * speed);
      expect([0, 89_999, 90_000, 209_999, 210_000].map(at)).toEqual([
        'restarting',
        'restarting',
        'post-only',
        'post-only',
        'normal',
      ]);
    }
  });

  test('behavior: post-only says when to come back', () => {
    const modes = createTradingModes(2);
    modes.set('post-only', 120_000, 0);
    const refusal = modes.refusal('order', 60_000);
    expect(refusal?.headers?.['retry-after']).toBe('90');
    expect(JSON.parse(refusal?.body ?? '')).toEqual({
      error: 'post-only mode: only post-only orders and cancels are allowed',
      code: 'post_only_mode',
      retry_after_seconds: 90,
    });
  });

  test('behavior: in a blocked country orders are refused and cancels are not', () => {
    const modes = createTradingModes(1);
    modes.geoblocked = true;
    expect(REQUESTS.map((request) => modes.refusal(request, 0)?.status ?? null)).toEqual([403, 403, null]);
  });
});
