/** Whether `/price?side=BUY` is the best bid or the best ask: the documents can be read both ways (venue notes of 2026-11-23, §3.3). */
import * as z from 'zod';
import { type PriceTicks, parsePriceTicks } from '../../../core/model/price.ts';
import type { Fact } from '../../facts-file.ts';
import { bestOf, readBook } from '../read-book.ts';
import { windowRules } from '../session/venue-windows.ts';
import { type FactContext, notSettled, settled } from './fact-context.ts';

const TIMEOUT_MS = 5_000;
/** The book moves between the questions: only an answer between two equal books counts. */
const ATTEMPTS = 10;
const priceSchema = z.object({ price: z.string() });

/** Compares it with the book. */
export async function settlePriceSide({ session, access }: FactContext): Promise<Fact> {
  const { market } = await windowRules(session, access.clob, 1);
  const tokenId = market.tokens.up;
  const url = `${session.settings.addresses.clobUrl}/price?token_id=${tokenId}&side=BUY`;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = await readBook(session, tokenId);
    const answer = await session.http.request({ method: 'GET', url, headers: {}, body: null, timeoutMs: TIMEOUT_MS });
    const after = await readBook(session, tokenId);
    const price = 'status' in answer ? priceOf(answer.body) : null;
    if (!before.ok || !after.ok || price === null) continue;
    const { bidTicks, askTicks } = bestOf(before.value);
    const then = bestOf(after.value);
    if (bidTicks === askTicks || bidTicks !== then.bidTicks || askTicks !== then.askTicks) continue;
    if (price === bidTicks) return settled('price-side', 'side=BUY gave the best bid', 'buy-is-best-bid');
    if (price === askTicks) return settled('price-side', 'side=BUY gave the best ask', 'buy-is-best-ask');
  }
  return notSettled('price-side', 'the book did not stand still long enough to compare with it');
}

function priceOf(body: string): PriceTicks | null {
  try {
    const parsed = priceSchema.safeParse(JSON.parse(body));
    const ticks = parsed.success ? parsePriceTicks(parsed.data.price) : null;
    return ticks?.ok === true ? ticks.value : null;
  } catch {
    // No JSON, no price.
    return null;
  }
}
