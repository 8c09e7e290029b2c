/** A token's book over REST. Which way its levels are ordered is documented both ways, so the extremes are taken (venue notes §3.3). */
import * as z from 'zod';
import type { TokenId } from '../../core/model/identifiers.ts';
import { type PriceTicks, parsePriceTicks } from '../../core/model/price.ts';
import { err, ok, type Result } from '../../core/model/result.ts';
import { jsonOf } from '../clob/clob-questions.ts';
import type { Session } from './session/session.ts';

export interface RestBook {
  readonly bidsTicks: readonly PriceTicks[];
  readonly asksTicks: readonly PriceTicks[];
  /** When the venue made it, in its own milliseconds. */
  readonly timestampMs: number | null;
}

const TIMEOUT_MS = 5_000;
const ticks = z.object({ price: z.string() }).transform(({ price }, context) => {
  const parsed = parsePriceTicks(price);
  if (parsed.ok) return parsed.value;
  context.addIssue('no price');
  return z.NEVER;
});
const schema = z.object({ bids: z.array(ticks), asks: z.array(ticks), timestamp: z.string().optional() });

/** Asks for it; the failure is one sentence. */
export async function readBook(session: Session, tokenId: TokenId): Promise<Result<RestBook, string>> {
  const url = `${session.settings.addresses.clobUrl}/book?token_id=${tokenId}`;
  const answer = await session.http.request({ method: 'GET', url, headers: {}, body: null, timeoutMs: TIMEOUT_MS });
  if (!('status' in answer)) return err(`the book cannot be read: ${answer.detail}`);
  const parsed = answer.status === 200 ? schema.safeParse(jsonOf(answer.body)) : null;
  if (parsed?.success !== true) return err(`the book cannot be read: HTTP ${answer.status}`);
  const { bids, asks, timestamp } = parsed.data;
  return ok({ bidsTicks: bids, asksTicks: asks, timestampMs: timestamp === undefined ? null : Number(timestamp) });
}

/** Best prices; `null` where a side is empty. */
export function bestOf({ bidsTicks, asksTicks }: RestBook): {
  readonly bidTicks: PriceTicks | null;
  readonly askTicks: PriceTicks | null;
} {
  return {
    bidTicks: bidsTicks.length === 0 ? null : Math.max(...bidsTicks),
    askTicks: asksTicks.length === 0 ? null : Math.min(...asksTicks),
  };
}
