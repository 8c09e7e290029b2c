import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { page } from '../../../embedded-venue/clob/page.ts';
import { assertProperty } from '../../support/assert-property.ts';

interface Page {
  readonly data: readonly number[];
  readonly next_cursor: string;
  readonly count: number;
  readonly limit: number;
}
const read = (all: readonly number[], cursor: string | null, limit: number): Page =>
  JSON.parse(page(all, cursor, limit).body) as Page;

describe('page', () => {
  test('default', () => {
    expect(read([1, 2, 3], 'MA==', 2)).toEqual({ data: [1, 2], next_cursor: 'Mg==', count: 2, limit: 2 });
    expect(read([1, 2, 3], 'Mg==', 2)).toEqual({ data: [3], next_cursor: 'LTE=', count: 1, limit: 2 });
    expect(read([], null, 2)).toEqual({ data: [], next_cursor: 'LTE=', count: 0, limit: 2 });
    expect(page([1], 'no cursor', 2).status).toBe(400);
  });

  test('behavior: following the cursors gives everything once', () => {
    assertProperty(
      fc.property(fc.array(fc.integer(), { maxLength: 50 }), fc.integer({ min: 1, max: 7 }), (all, limit) => {
        const seen: number[] = [];
        for (let cursor = 'MA=='; cursor !== 'LTE='; ) {
          const { data, next_cursor } = read(all, cursor, limit);
          seen.push(...data);
          cursor = next_cursor;
        }
        expect(seen).toEqual(all);
      }),
    );
  });
});
