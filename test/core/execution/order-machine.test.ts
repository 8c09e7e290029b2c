import { describe, expect, test } from 'vitest';
import {
  isEnded,
  nextOrderStatus,
  ORDER_EVENTS,
  ORDER_ROWS,
  ORDER_STATUSES,
  type OrderMachineEvent,
  orderRow,
} from '../../../core/execution/order-machine.ts';
import type { OrderStatus } from '../../../core/model/order.ts';

const ENDED = ['filled', 'canceled', 'rejected', 'expired'] as const;
const OPEN = ['in-flight', 'resting', 'cancel-pending', 'unknown'] as const;

/** Every pair, spelled out; `-` is a surprise, `!` is told to a person. Columns are `ORDER_EVENTS` in their order. */
const TABLE = `
                accepted        rejected   partly-filled   filled   fill-failed     cancel-requested cancel-rejected canceled  unknown   expired-unsent absent
in-flight       resting         rejected   resting         filled   in-flight       cancel-pending   in-flight       canceled  unknown   expired        expired
resting         resting         unknown!   resting         filled   resting         cancel-pending   resting         canceled  resting   -              -
cancel-pending  cancel-pending  rejected   cancel-pending  filled   cancel-pending  cancel-pending   resting         canceled  unknown   expired        expired
unknown         resting         rejected   resting         filled   unknown         unknown          unknown         canceled  unknown   expired        expired
filled          filled          filled!    filled!         filled!  filled          filled           filled          filled    filled    filled!        filled!
canceled        canceled        canceled   canceled        filled   canceled        canceled         canceled        canceled  canceled  canceled       canceled
rejected        unknown!        rejected   unknown!        filled!  rejected        rejected         rejected        rejected  rejected  rejected       rejected
expired         unknown!        expired    unknown!        filled!  expired         expired          expired         expired   expired   expired        expired
`;

const [heading = [], ...lines] = TABLE.trim()
  .split('\n')
  .map((line) => line.trim().split(/\s+/));
const CELLS = lines.flatMap(([from, ...cells]) =>
  cells.map((cell, column) => [from as OrderStatus, heading[column] as OrderMachineEvent, cell] as const),
);

describe('orderRow', () => {
  test.each(CELLS)('default: %s, %s → %s', (from, event, cell) => {
    const row = orderRow(from, event);
    expect(row === null ? '-' : `${row.to}${row.raise === null ? '' : '!'}`).toBe(cell);
  });

  test('behavior: the table above is of every status and event', () => {
    expect(heading).toEqual(ORDER_EVENTS);
    expect(lines.map(([from]) => from)).toEqual(ORDER_STATUSES);
    expect(CELLS).toHaveLength(ORDER_STATUSES.length * ORDER_EVENTS.length);
  });

  test('behavior: each row says why', () => {
    expect(ORDER_ROWS).toHaveLength(CELLS.filter(([, , cell]) => cell !== '-').length);
    for (const { why } of ORDER_ROWS) expect(why).toMatch(/^\S.{4,}/);
  });
});

describe('nextOrderStatus', () => {
  test('behavior: an order of which nothing is known never ends without a word of the venue or of our own log', () => {
    expect(nextOrderStatus('unknown', 'cancel-requested')).toBe('unknown');
    expect(nextOrderStatus('unknown', 'cancel-rejected')).toBe('unknown');
    expect(nextOrderStatus('unknown', 'unknown')).toBe('unknown');
  });

  test('behavior: an ended order stands again only where it was refused or proven absent and is at the venue all the same', () => {
    const again = ORDER_ROWS.filter(({ from, to }) => isEnded(from) && !isEnded(to));
    expect(again.map(({ from, event, to, raise }) => [from, event, to, raise])).toEqual([
      ['rejected', 'accepted', 'unknown', 'critical'],
      ['rejected', 'partly-filled', 'unknown', 'critical'],
      ['expired', 'accepted', 'unknown', 'critical'],
      ['expired', 'partly-filled', 'unknown', 'critical'],
    ]);
  });

  test('behavior: no end becomes another end but for a match of all of it', () => {
    for (const { from, event, to } of ORDER_ROWS) {
      if (isEnded(from) && isEnded(to) && from !== to) expect([event, to]).toEqual(['filled', 'filled']);
    }
  });

  test('behavior: what an ended order is told twice is no surprise', () => {
    for (const from of ENDED) for (const event of ORDER_EVENTS) expect(orderRow(from, event)).not.toBeNull();
  });
});

describe('isEnded', () => {
  test.each([...ENDED.map((status) => [status, true] as const), ...OPEN.map((status) => [status, false] as const)])(
    'default: %s: %s',
    (status, ended) => {
      expect(isEnded(status)).toBe(ended);
    },
  );
});
