/**
 * `/rebates/current`: what a maker's matches of one day have earned of their takers' fees. Source: fees page, venue notes of
 * 2026-11-23 §4.
 */
import { formatMicro } from '../../core/model/money.ts';
import { DAY_MS } from '../../core/model/time.ts';
import type { VenueRequest, VenueResponse } from '../connection.ts';
import { json } from '../http.ts';
import { FEE_SCHEDULE } from '../market-rules.ts';
import type { VenueExchange, VenueTrade } from '../trading/venue-exchange.ts';
import { addressText } from './account-messages.ts';

const ADDRESS = /^0x[0-9a-f]{40}$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** The maker's rebates of the day `date`, one row for each market. */
export function rebatesResponse({ query }: VenueRequest, exchange: VenueExchange): VenueResponse {
  const maker = (query.get('maker_address') ?? '').toLowerCase();
  const date = query.get('date') ?? '';
  const dayMs = Date.parse(`${date}T00:00:00Z`);
  if (!ADDRESS.test(maker) || !DATE.test(date) || Number.isNaN(dayMs)) return json(400, { error: 'invalid query' });
  const byCondition = new Map<string, number>();
  for (const trade of exchange.trades(maker)) {
    if (trade.state === 'FAILED' || trade.matchedMs < dayMs || trade.matchedMs >= dayMs + DAY_MS) continue;
    byCondition.set(trade.conditionId, (byCondition.get(trade.conditionId) ?? 0) + shareOf(trade, maker));
  }
  return json(
    200,
    [...byCondition].map(([conditionId, micro]) => ({
      date,
      condition_id: conditionId,
      maker_address: addressText(maker),
      rebated_fees_usdc: formatMicro(Math.floor(micro)),
    })),
  );
}

/** The maker's part of a match's rebate, by size: all makers of one match have met the same taker. */
function shareOf(trade: VenueTrade, maker: string): number {
  const total = trade.makers.reduce((sum, part) => sum + part.sizeMicro, 0);
  const own = trade.makers.filter((part) => part.maker === maker).reduce((sum, part) => sum + part.sizeMicro, 0);
  return total === 0 ? 0 : (trade.taker.feeMicro * FEE_SCHEDULE.rebateRate * own) / total;
}
