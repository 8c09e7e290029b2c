/**
 * The life of an order as a table: status × event → next status. A pair that is not listed is a surprise: it changes nothing and
 * raises an alert, it is never ignored in silence. Settlement of matches is a machine of its own and comes with the order path.
 */
import type { EndedOrderStatus, OpenOrderStatus, OrderStatus } from '../model/order.ts';

export const ORDER_EVENTS = [
  'accepted',
  'rejected',
  'partly-filled',
  'filled',
  'cancel-requested',
  'cancel-rejected',
  'canceled',
  'unknown',
  'expired-unsent',
] as const;

export type OrderMachineEvent = (typeof ORDER_EVENTS)[number];

type Row = Partial<Record<OrderMachineEvent, OrderStatus>>;

export const ORDER_TRANSITIONS = {
  'in-flight': {
    accepted: 'resting',
    rejected: 'rejected',
    // The user channel can be ahead of the acknowledgement.
    'partly-filled': 'resting',
    filled: 'filled',
    'cancel-requested': 'cancel-pending',
    canceled: 'canceled',
    unknown: 'unknown',
    'expired-unsent': 'expired',
  },
  resting: {
    // A repeated acknowledgement says nothing new.
    accepted: 'resting',
    'partly-filled': 'resting',
    filled: 'filled',
    'cancel-requested': 'cancel-pending',
    // The second of two cancels that were on their way.
    'cancel-rejected': 'resting',
    canceled: 'canceled',
    unknown: 'unknown',
  },
  'cancel-pending': {
    accepted: 'cancel-pending',
    // A cancel can cross a refusal on its way.
    rejected: 'rejected',
    // And a fill: what was matched before the cancel arrived is ours.
    'partly-filled': 'cancel-pending',
    filled: 'filled',
    'cancel-requested': 'cancel-pending',
    // The venue would not cancel (taker delay, or already gone): the order still stands until it says how it ended.
    'cancel-rejected': 'resting',
    canceled: 'canceled',
    unknown: 'unknown',
    'expired-unsent': 'expired',
  },
  unknown: {
    accepted: 'resting',
    rejected: 'rejected',
    'partly-filled': 'resting',
    filled: 'filled',
    'cancel-requested': 'unknown',
    'cancel-rejected': 'unknown',
    canceled: 'canceled',
    unknown: 'unknown',
    'expired-unsent': 'expired',
  },
} as const satisfies Record<OpenOrderStatus, Row>;

/** The next status, or `null` when the table has no such row. */
export function nextOrderStatus(status: OpenOrderStatus, event: OrderMachineEvent): OrderStatus | null {
  const row: Row = ORDER_TRANSITIONS[status];
  return row[event] ?? null;
}

/** True for a status that an order never leaves. */
export function isEnded(status: OrderStatus): status is EndedOrderStatus {
  return status === 'filled' || status === 'canceled' || status === 'rejected' || status === 'expired';
}
