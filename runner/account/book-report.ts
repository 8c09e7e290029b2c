/** What a report changes in the account's own book. */
import type { ReportFact } from '../submission-log.ts';
import type { AccountBook } from './account-book.ts';
import type { TrackedOrder } from './order-tracker.ts';

/** Books a match, or takes one back whose settlement failed. To be called once for each fact, in order. */
export function bookReport(book: AccountBook, tracked: TrackedOrder, fact: ReportFact): void {
  const { conditionId, order } = tracked;
  if (fact.type === 'order-filled') {
    book.fill(conditionId, order.outcome, order.side, fact, 1);
  } else if (fact.type === 'fill-settlement-changed' && fact.status === 'failed') {
    const fill = tracked.fills.get(fact.tradeId);
    if (fill !== undefined) book.fill(conditionId, order.outcome, order.side, fill, -1);
  }
}
