import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { median, medianMs, quantile } from '../../../bench/support/measure.ts';

describe('median', () => {
  test.each([
    [[3], 3],
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 3],
  ])('default: of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });
});

describe('quantile', () => {
  test('default: nearest rank', () => {
    const values = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(quantile(values, 0.5)).toBe(51);
    expect(quantile(values, 0.99)).toBe(100);
    expect(quantile(values, 0)).toBe(1);
  });

  test('behavior: it is one of the values, and no more than its share lies below', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), fc.double({ min: 0, max: 1, noNaN: true }), (values, q) => {
        const found = quantile(values, q);
        expect(values).toContain(found);
        expect(values.filter((value) => value < found).length).toBeLessThanOrEqual(q * values.length);
      }),
    );
  });

  test('args: nothing has no quantile', () => {
    expect(quantile([], 0.5)).toBeNaN();
  });
});

describe('medianMs', () => {
  test('default: each runs in turn, once more than it is counted', () => {
    const order: string[] = [];
    const result = medianMs(2, { a: () => order.push('a'), b: () => order.push('b') });
    expect(order.join('')).toBe('ababab');
    expect(Object.keys(result)).toEqual(['a', 'b']);
  });
});
