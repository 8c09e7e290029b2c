/**
 * The life of an order as a table: status and event to next status, each row with its reason. A pair that is not listed is a surprise:
 * it changes nothing and raises an alert, it is never ignored in silence. An ended order stays ended, save for the rows that say
 * otherwise. `docs/design/order-lifecycle.md` is printed from this table; matches settle by a machine of their own.
 */
import type { EndedOrderStatus, OrderStatus } from '../model/order.ts';

export const ORDER_STATUSES = [
  'in-flight',
  'resting',
  'cancel-pending',
  'unknown',
  'filled',
  'canceled',
  'rejected',
  'expired',
] as const satisfies readonly OrderStatus[];

export const ORDER_EVENTS = [
  'accepted',
  'rejected',
  'partly-filled',
  'filled',
  'fill-failed',
  'cancel-requested',
  'cancel-rejected',
  'canceled',
  'unknown',
  'expired-unsent',
  'absent',
] as const;

export type OrderMachineEvent = (typeof ORDER_EVENTS)[number];

export interface OrderRow {
  readonly from: OrderStatus;
  readonly event: OrderMachineEvent;
  readonly to: OrderStatus;
  /** Told to a person where it contradicts what was said before. */
  readonly raise: 'warning' | 'critical' | null;
  readonly why: string;
}

type Cell = readonly [to: OrderStatus, why: string, raise?: 'warning' | 'critical'];

/** What was matched is booked whatever the order's status: the rows of fills say only where the order stands afterwards. */
const TABLE: Readonly<Record<OrderStatus, Readonly<Partial<Record<OrderMachineEvent, Cell>>>>> = {
  'in-flight': {
    accepted: ['resting', 'the venue has it'],
    rejected: ['rejected', 'the venue refused it'],
    'partly-filled': ['resting', 'the user channel is ahead of the acknowledgement'],
    filled: ['filled', 'the user channel is ahead of the acknowledgement'],
    'fill-failed': ['in-flight', 'a settlement is told ahead of the acknowledgement'],
    'cancel-requested': ['cancel-pending', 'it is cancelled before it is acknowledged'],
    'cancel-rejected': ['in-flight', 'a cancel of everything was ahead of it'],
    canceled: ['canceled', 'the venue ended it before it was acknowledged'],
    unknown: ['unknown', 'sent, and no answer: exposure until proven otherwise'],
    'expired-unsent': ['expired', 'no byte left before the deadline'],
    absent: ['expired', 'proven never to have arrived'],
  },
  resting: {
    accepted: ['resting', 'a repeated acknowledgement says nothing new'],
    rejected: ['unknown', 'seen at the venue and then refused: what stands there has to be found out', 'critical'],
    'partly-filled': ['resting', 'the rest still stands'],
    filled: ['filled', 'all of it was matched'],
    'fill-failed': ['resting', 'the fill is taken back; what failed counts as open again, the worst case'],
    'cancel-requested': ['cancel-pending', 'our cancel is on its way'],
    'cancel-rejected': ['resting', 'the second of two cancels that were on their way'],
    canceled: ['canceled', 'the venue ended it'],
    unknown: ['resting', 'the answer is missing, but the venue has shown the order already'],
  },
  'cancel-pending': {
    accepted: ['cancel-pending', 'the acknowledgement crossed our cancel'],
    rejected: ['rejected', 'a refusal crossed our cancel'],
    'partly-filled': ['cancel-pending', 'a match crossed our cancel: it is ours'],
    filled: ['filled', 'matched in full before the cancel arrived'],
    'fill-failed': ['cancel-pending', 'the fill is taken back; the order is still on its way out'],
    'cancel-requested': ['cancel-pending', 'asked again, because nobody confirmed'],
    'cancel-rejected': ['resting', 'taker delay, or gone already: it stands until the venue says how it ended'],
    canceled: ['canceled', 'the cancel is confirmed'],
    unknown: ['unknown', 'the answer to the sending is missing: nobody knows whether there is anything to cancel'],
    'expired-unsent': ['expired', 'no byte left before the deadline'],
    absent: ['expired', 'proven never to have arrived'],
  },
  unknown: {
    accepted: ['resting', 'the venue has it after all (cancel-pending if it was asked to leave meanwhile)'],
    rejected: ['rejected', 'the venue refused it'],
    'partly-filled': ['resting', 'a match proves that it arrived (cancel-pending if it was asked to leave meanwhile)'],
    filled: ['filled', 'a match proves that it arrived'],
    'fill-failed': ['unknown', 'the fill is taken back; the rest is as unknown as before'],
    'cancel-requested': ['unknown', 'a cancel proves nothing: it counts until the venue has spoken'],
    'cancel-rejected': ['unknown', 'the venue does not know it, or not yet'],
    canceled: ['canceled', 'the venue had it and ended it'],
    unknown: ['unknown', 'still no answer'],
    'expired-unsent': ['expired', 'the log shows that no byte left'],
    absent: ['expired', 'proven never to have arrived'],
  },
  filled: {
    accepted: ['filled', 'the acknowledgement came after the matches'],
    rejected: ['filled', 'a match is proof, a refusal is not', 'critical'],
    'partly-filled': ['filled', 'more was matched than was ordered', 'critical'],
    filled: ['filled', 'more was matched than was ordered', 'critical'],
    'fill-failed': ['filled', 'the fill is taken back; a matched order does not return to the book'],
    'cancel-requested': ['filled', 'the cancel was decided before the fill was known'],
    'cancel-rejected': ['filled', 'there was nothing left to cancel'],
    canceled: ['filled', 'the venue closes what is matched in full'],
    unknown: ['filled', 'the answer is missing, the matches are not'],
    'expired-unsent': ['filled', 'a match is proof that it left', 'critical'],
    absent: ['filled', 'a match is proof that it arrived', 'critical'],
  },
  canceled: {
    accepted: ['canceled', 'the acknowledgement came after the end'],
    rejected: ['canceled', 'gone either way'],
    'partly-filled': ['canceled', 'the cancel crossed a match, or its message came first: the match is booked'],
    filled: ['filled', 'all of it was matched before the cancel: the end is corrected'],
    'fill-failed': ['canceled', 'the fill is taken back'],
    'cancel-requested': ['canceled', 'the cancel was decided before the end was known'],
    'cancel-rejected': ['canceled', 'there was nothing left to cancel'],
    canceled: ['canceled', 'repeated'],
    unknown: ['canceled', 'the answer is missing, the end is not'],
    'expired-unsent': ['canceled', 'gone either way'],
    absent: ['canceled', 'gone either way'],
  },
  rejected: {
    accepted: ['unknown', 'refused and yet at the venue: it counts again until the venue has ended it', 'critical'],
    rejected: ['rejected', 'repeated'],
    'partly-filled': ['unknown', 'refused and yet matched: booked, and the rest counts again', 'critical'],
    filled: ['filled', 'refused and yet matched in full: booked', 'critical'],
    'fill-failed': ['rejected', 'the fill is taken back'],
    'cancel-requested': ['rejected', 'the cancel was decided before the refusal was known'],
    'cancel-rejected': ['rejected', 'there was nothing to cancel'],
    canceled: ['rejected', 'gone either way'],
    unknown: ['rejected', 'of two sendings one was answered'],
    'expired-unsent': ['rejected', 'gone either way'],
    absent: ['rejected', 'gone either way'],
  },
  expired: {
    accepted: ['unknown', 'the proof that it never arrived was wrong: it counts again', 'critical'],
    rejected: ['expired', 'gone either way'],
    'partly-filled': ['unknown', 'the proof that it never arrived was wrong: booked, and the rest counts', 'critical'],
    filled: ['filled', 'the proof that it never arrived was wrong: booked', 'critical'],
    'fill-failed': ['expired', 'the fill is taken back'],
    'cancel-requested': ['expired', 'the cancel was decided before the end was known'],
    'cancel-rejected': ['expired', 'there was nothing to cancel'],
    canceled: ['expired', 'gone either way'],
    unknown: ['expired', 'the proof came after the missing answer'],
    'expired-unsent': ['expired', 'repeated'],
    absent: ['expired', 'repeated'],
  },
};

/** Every row, by status and event in their order. */
export const ORDER_ROWS: readonly OrderRow[] = ORDER_STATUSES.flatMap((from) =>
  ORDER_EVENTS.flatMap((event) => orderRow(from, event) ?? []),
);

/** The row of a pair, or `null` where the table has none. */
export function orderRow(from: OrderStatus, event: OrderMachineEvent): OrderRow | null {
  const cell = TABLE[from][event];
  if (cell === undefined) return null;
  const [to, why, raise] = cell;
  return { from, event, to, raise: raise ?? null, why };
}

/** The next status, or `null` when the table has no such row. */
export function nextOrderStatus(status: OrderStatus, event: OrderMachineEvent): OrderStatus | null {
  return orderRow(status, event)?.to ?? null;
}

/** True for a status that an order leaves by the listed rows only. */
export function isEnded(status: OrderStatus): status is EndedOrderStatus {
  return status === 'filled' || status === 'canceled' || status === 'rejected' || status === 'expired';
}
