import { describe, expect, test } from 'vitest';
import { number, perSecond, plainFigure, renderFigures } from '../../../bench/support/figure.ts';

describe('renderFigures', () => {
  test('default: a missed target is seen', () => {
    const missed = { what: 'a', value: '7 ms', target: '≤ 5 ms', met: false, peer: '' };
    const lines = renderFigures([missed, plainFigure('b', '1/s', 'twice c')]).split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[2]).toMatch(/^\| a +\| 7 ms +\| ≤ 5 ms \| \*\*no\*\* +\| +\|$/);
    expect(lines[3]).toMatch(/^\| b +\| 1\/s +\| +\| +\| twice c +\|$/);
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
  });
});

describe('number', () => {
  test.each([
    [15_000_000, '15,000,000'],
    [123_456, '123,000'],
    [0.01234, '0.0123'],
  ])('default: %d is %s', (value, expected) => {
    expect(number(value)).toBe(expected);
  });
});

describe('perSecond', () => {
  test('default', () => {
    expect(perSecond(500, 250)).toBe('2,000/s');
  });
});
