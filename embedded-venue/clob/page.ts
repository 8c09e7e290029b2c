/** Lists in pages: `next_cursor` is a number in base64, "MA==" at first, "LTE=" (−1) at the end. Source: venue notes of 2026-11-23 §3.2. */
import type { VenueResponse } from '../connection.ts';
import { json, wholeNumber } from '../http.ts';

const END_CURSOR = 'LTE=';

/** The page that `cursor` names; 400 for a cursor that is none. */
export function page(all: readonly unknown[], cursor: string | null, limit: number): VenueResponse {
  const from = cursor === null || cursor === '' ? 0 : wholeNumber(Buffer.from(cursor, 'base64').toString('utf8'));
  if (cursor === END_CURSOR) return json(200, { limit, count: 0, next_cursor: END_CURSOR, data: [] });
  if (from === null) return json(400, { error: 'invalid next_cursor' });
  const data = all.slice(from, from + limit);
  const next = from + data.length;
  const nextCursor = next >= all.length ? END_CURSOR : Buffer.from(String(next)).toString('base64');
  return json(200, { limit, count: data.length, next_cursor: nextCursor, data });
}
