import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeCursor, encodeCursor } from '../../db/cursor.ts';

const ascii = fc.string({ unit: 'grapheme-ascii' });

describe('decodeCursor', () => {
  test('default', () => {
    const cursor = encodeCursor([1_795_452_000_000, 'btc-updown-5m', 'up']);
    expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(decodeCursor(cursor, 2)).toEqual([1_795_452_000_000, 'btc-updown-5m', 'up']);
  });

  test('behavior: every key comes back', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.array(ascii, { maxLength: 4 }), (start, texts) => {
        expect(decodeCursor(encodeCursor([start, ...texts]), texts.length)).toEqual([start, ...texts]);
      }),
    );
  });

  test('behavior: any text is a key or null, never a throw', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(3), (text, tiebreaks) => {
        const key = decodeCursor(text, tiebreaks);
        expect(key === null || key.length === tiebreaks + 1).toBe(true);
      }),
    );
  });

  test.each([
    ['', 0],
    ['!', 0],
    [btoa('[1]'), 1],
    [btoa('[1,"a"]'), 0],
    [btoa('["1"]'), 0],
    [btoa('[1.5]'), 0],
    [btoa('[1,2]'), 1],
    [btoa('{"0":1,"length":1}'), 0],
    [btoa('[1'), 0],
  ])('error: %j with %d tiebreaks', (text, tiebreaks) => {
    expect(decodeCursor(text.replaceAll('=', ''), tiebreaks)).toBeNull();
  });
});
