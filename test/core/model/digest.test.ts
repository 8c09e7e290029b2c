import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createDecisionHash } from '../../../core/model/digest.ts';

describe('createDecisionHash', () => {
  test('default: SHA-256 of the framed pairs', () => {
    const hash = createDecisionHash();
    hash.update(7, '[]');
    hash.update(8, '[1]');
    expect(hash.hex()).toBe(createHash('sha256').update('7:2:[]\n8:3:[1]\n').digest('hex'));
  });

  test('behavior: asking does not end it', () => {
    const asked = createDecisionHash();
    const silent = createDecisionHash();
    asked.update(1, '[]');
    silent.update(1, '[]');
    asked.hex();
    asked.update(2, '[]');
    silent.update(2, '[]');
    expect(asked.hex()).toBe(silent.hex());
  });

  test('behavior: seq, order and text all count', () => {
    const of = (...pairs: [number, string][]) => {
      const hash = createDecisionHash();
      for (const [seq, text] of pairs) hash.update(seq, text);
      return hash.hex();
    };
    const hashes = [
      of([1, 'a'], [2, 'b']),
      of([2, 'b'], [1, 'a']),
      of([1, 'a'], [2, 'c']),
      of([1, 'a'], [3, 'b']),
      of([1, 'a']),
      of(),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});
