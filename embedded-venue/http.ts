/** Small helpers of the simulated HTTP servers. */
import type { VenueResponse } from './connection.ts';

/** A JSON response. */
export function json(status: number, body: unknown): VenueResponse {
  return { status, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
}

/** A whole number from a query, `null` when it is absent or no number. */
export function wholeNumber(text: string | null): number | null {
  if (text === null || !/^\d{1,16}$/.test(text)) return null;
  return Number(text);
}
