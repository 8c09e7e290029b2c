/** How far the copies in R2 have come: one small row, written after each acknowledgement and before each new segment. */
import * as z from 'zod';
import { InvariantError } from '../core/model/errors.ts';
import type { MetaStore } from './meta-store.ts';

const marksSchema = z.strictObject({
  /** Everything up to this seq lies in R2. */
  archivedSeq: z.number().int(),
  /** Every checkpoint up to this seq lies in R2. */
  checkpointSeq: z.number().int(),
  /**
   * The segment that is being sent: fixed before its first byte leaves, so that a restart sends the same segment under the same key
   * and the copy replaces itself.
   */
  sendingThroughSeq: z.number().int().nullable(),
  /** Day of the first object ever sent: where pruning begins. */
  firstDayMs: z.number().int().nullable(),
});

export type ArchiveMarks = z.infer<typeof marksSchema>;

export function readArchiveMarks(meta: MetaStore): ArchiveMarks {
  const text = meta.get('archive');
  if (text === null) return { archivedSeq: 0, checkpointSeq: 0, sendingThroughSeq: null, firstDayMs: null };
  const parsed = marksSchema.safeParse(JSON.parse(text));
  if (!parsed.success) throw new InvariantError('the archive marks are not ours', { text });
  return parsed.data;
}

export function writeArchiveMarks(meta: MetaStore, marks: ArchiveMarks): void {
  meta.set('archive', JSON.stringify(marks));
}
