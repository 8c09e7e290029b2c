/**
 * The bus's policy, one row for each kind of event: what may be merged on the way in, when it has to be durable, and what the live
 * stream shows. The engine gets every event that is here; the tape holds exactly what the engine saw. Closed: a kind without a
 * row does not compile.
 */
import type { EngineEventType } from './events.ts';

export interface EventPolicy {
  /** `merge`: the conflator may keep the latest or merge (its rules say how). `never`: each one counts. */
  readonly conflate: 'never' | 'merge';
  /** `at-once`: the row is committed in the same turn. `with-tail`: together with the next row, or within a second. */
  readonly durable: 'at-once' | 'with-tail';
  /** What the live stream does with it: every one, the latest of each kind a few times a second, or nothing. */
  readonly live: 'every' | 'latest' | 'none';
}

const quote: EventPolicy = { conflate: 'merge', durable: 'with-tail', live: 'latest' };
const data: EventPolicy = { conflate: 'never', durable: 'with-tail', live: 'latest' };
const silent: EventPolicy = { conflate: 'never', durable: 'with-tail', live: 'none' };
const fact: EventPolicy = { conflate: 'never', durable: 'at-once', live: 'every' };

export const EVENT_POLICY = {
  'depth-received': quote,
  'depth-changed': silent,
  'trade-received': data,
  'ticker-received': quote,
  'mark-price-received': data,
  'liquidation-received': data,
  'heartbeat-received': silent,
  'book-received': quote,
  'book-changed': quote,
  'book-trade-received': data,
  'book-touch-received': { ...quote, live: 'none' },
  'tick-size-changed': data,
  'reference-price-received': data,
  'volatility-index-received': data,
  'market-listed': { ...fact, live: 'none' },
  'market-announced': silent,
  'official-result-published': fact,
  'candle-history-received': { ...fact, live: 'none' },
  'order-accepted': fact,
  'order-rejected': fact,
  'order-filled': fact,
  'order-canceled': fact,
  'cancel-rejected': fact,
  'submission-unknown': fact,
  'expired-unsent': fact,
  'fill-settlement-changed': fact,
  'order-absent': fact,
  'account-observed': fact,
  'window-redeemed': fact,
  'complete-sets-changed': fact,
  'complete-sets-failed': fact,
  'rebate-paid': fact,
  'venue-mode-changed': fact,
  'reconciliation-completed': fact,
  'runner-restriction-changed': fact,
  'stop-progressed': fact,
  'runner-alerted': fact,
  restarted: fact,
  'step-failed': fact,
  'config-applied': { ...fact, live: 'none' },
  'recovery-completed': fact,
  'timer-fired': silent,
  'command-received': fact,
  'feed-connected': fact,
  'feed-disconnected': fact,
  'runner-linked': fact,
  'runner-unlinked': fact,
} as const satisfies Record<EngineEventType, EventPolicy>;

/** The original bus's seven kinds of market data, by our names. The TA snapshot is derived and appears on the live stream alone. */
export const MARKET_DATA_KINDS = {
  depth: ['depth-received'],
  aggTrade: ['trade-received'],
  forceOrder: ['liquidation-received'],
  polymarketBook: ['book-received', 'book-changed'],
  chainlinkPrice: ['reference-price-received'],
  dvol: ['volatility-index-received'],
  taSnapshot: ['ta-snapshot'],
} as const;
