/** Orders of every kind through runner and venue, with faults and a death of the runner in each run (issue, "fast-check properties"). */
import { describe, expect, test } from 'vitest';
import { runDirectOrders } from '../../support/order-path/direct-orders.ts';

const SEEDS = 150;

describe('orders of every kind', { timeout: 600_000 }, () => {
  test('property: none matches beyond its size or its money, each match is told once, and each order ends known', async () => {
    const kinds = new Map<string, number>();
    const matched = new Set<string>();
    let deaths = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { orders, facts, violations, world } = await runDirectOrders(seed);
      deaths += world.crashed.length;
      const kindOf = (id: string): string => {
        const order = orders.get(id as never);
        return order === undefined ? '' : `${order.timeInForce} ${order.side} ${order.amount.unit}`;
      };
      for (const id of orders.keys()) kinds.set(kindOf(id), (kinds.get(kindOf(id)) ?? 0) + 1);
      for (const fact of facts) if (fact.type === 'order-filled') matched.add(kindOf(fact.clientOrderId));
      expect({ seed, violations }).toEqual({ seed, violations: [] });
    }
    console.log(
      `${SEEDS} seeds, ${deaths} deaths; orders: ${[...kinds].map(([kind, count]) => `${count} ${kind}`).join(', ')}`,
    );
    const all = [
      'FAK buy pusd',
      'FAK sell shares',
      'FOK buy pusd',
      'FOK sell shares',
      'GTC buy shares',
      'GTC sell shares',
    ];
    expect([...kinds.keys()].sort()).toEqual(all);
    expect([...matched].sort()).toEqual(all);
    expect(deaths).toBeGreaterThan(SEEDS / 2);
  });
});
