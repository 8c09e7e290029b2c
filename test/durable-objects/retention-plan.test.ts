import { describe, expect, test } from 'vitest';
import {
  KEEP_AT_LEAST_MS,
  KEEP_AT_MOST_BYTES,
  planRetention,
  ROWS_AT_ONCE,
} from '../../durable-objects/retention-plan.ts';

const NOW = 1_795_400_000_000;
const OLD = NOW - KEEP_AT_LEAST_MS;
const YOUNG = OLD + 1;
const MB = 1_000_000;
const row = (lastSeq: number, lastMs: number, bytes = MB) => ({ lastSeq, lastMs, bytes });
const SMALL = 10 * MB;

describe('planRetention', () => {
  test.each([
    { what: 'nothing stored', rows: [], total: 0, archived: 99, checkpoint: 99, expected: null },
    {
      what: 'old, archived, behind a checkpoint',
      rows: [row(5, OLD), row(9, OLD)],
      total: SMALL,
      archived: 99,
      checkpoint: 99,
      expected: 9,
    },
    { what: 'exactly at the checkpoint', rows: [row(5, OLD)], total: SMALL, archived: 5, checkpoint: 5, expected: 5 },
    {
      what: 'not yet two hours old',
      rows: [row(5, YOUNG)],
      total: SMALL,
      archived: 99,
      checkpoint: 99,
      expected: null,
    },
    {
      what: 'the young stay, the old go',
      rows: [row(5, OLD), row(9, YOUNG)],
      total: SMALL,
      archived: 99,
      checkpoint: 99,
      expected: 5,
    },
    { what: 'not archived', rows: [row(5, OLD)], total: SMALL, archived: 4, checkpoint: 99, expected: null },
    {
      what: 'no checkpoint behind it',
      rows: [row(5, OLD), row(9, OLD)],
      total: SMALL,
      archived: 99,
      checkpoint: 8,
      expected: 5,
    },
    {
      what: 'never without a checkpoint',
      rows: [row(5, OLD)],
      total: SMALL,
      archived: 99,
      checkpoint: 0,
      expected: null,
    },
    {
      what: 'too large: young rows go until it fits',
      rows: [row(5, YOUNG), row(9, YOUNG), row(12, YOUNG)],
      total: KEEP_AT_MOST_BYTES + MB + 1,
      archived: 99,
      checkpoint: 99,
      expected: 9,
    },
    {
      what: 'exactly as large as it may be',
      rows: [row(5, YOUNG)],
      total: KEEP_AT_MOST_BYTES,
      archived: 99,
      checkpoint: 99,
      expected: null,
    },
    {
      what: 'too large, but R2 is away',
      rows: [row(5, OLD)],
      total: 4 * KEEP_AT_MOST_BYTES,
      archived: 0,
      checkpoint: 0,
      expected: null,
    },
    {
      what: 'too large: old rows count towards it',
      rows: [row(5, OLD), row(9, YOUNG)],
      total: KEEP_AT_MOST_BYTES + MB,
      archived: 99,
      checkpoint: 99,
      expected: 5,
    },
    {
      what: 'a young row among old ones stops the cut: rows stay contiguous',
      rows: [row(5, OLD), row(9, YOUNG), row(12, OLD)],
      total: SMALL,
      archived: 99,
      checkpoint: 99,
      expected: 5,
    },
  ])('behavior: $what', ({ rows, total, archived, checkpoint, expected }) => {
    const input = { nowMs: NOW, rows, totalBytes: total, archivedSeq: archived, checkpointSeq: checkpoint };
    expect(planRetention(input)).toBe(expected);
  });

  test('behavior: at most 500 rows at once', () => {
    const rows = Array.from({ length: 600 }, (_, index) => row(index + 1, OLD));
    const input = { nowMs: NOW, rows, totalBytes: SMALL, archivedSeq: 999, checkpointSeq: 999 };
    expect(planRetention(input)).toBe(ROWS_AT_ONCE);
  });
});
