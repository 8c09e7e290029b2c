import { describe, expect, test } from 'vitest';
import { createFaultBook } from '../../../embedded-venue/faults/fault-book.ts';
import { type FaultPlan, faultPlanSchema } from '../../../embedded-venue/faults/fault-plan.ts';
import { healthyFaults } from '../../../embedded-venue/trading/settlement.ts';

const book = (plan: FaultPlan, seed = 1, speed = 1) =>
  createFaultBook({ seed, speed, plan, healthy: healthyFaults(1) });
/** Which of `count` requests meet a fault, counted from 1. */
const met = (plan: FaultPlan, count: number, seed = 1): number[] => {
  const faults = book(plan, seed);
  return Array.from({ length: count }, (_, index) => index + 1).filter(
    () => faults.ofRequest('POST /order').length > 0,
  );
};
const lost = { kind: 'lose-response' } as const;

describe('createFaultBook', () => {
  test.each([
    ['every one', {}, [1, 2, 3, 4]],
    ['the third', { nth: 3 }, [3]],
    ['from the second on, two', { nth: 2, times: 2 }, [2, 3]],
    ['the first two', { times: 2 }, [1, 2]],
    ['of its own route', { route: 'POST /order' }, [1, 2, 3, 4]],
    ['of another route', { route: 'DELETE /order' }, []],
    ['never', { probability: 0 }, []],
  ] as const)('args: %s', (_name, match, expected) => {
    expect(met([{ match, fault: lost }], 4)).toEqual(expected);
  });

  test('behavior: chances are drawn from the seed', () => {
    const plan: FaultPlan = [{ match: { probability: 0.3 }, fault: lost }];
    expect(met(plan, 1_000, 5)).toEqual(met(plan, 1_000, 5));
    expect(met(plan, 1_000, 5)).not.toEqual(met(plan, 1_000, 6));
    expect(met(plan, 1_000, 5).length).toBeGreaterThan(230);
    expect(met(plan, 1_000, 5).length).toBeLessThan(370);
  });

  test('behavior: requests, messages, settlements and balances are disturbed apart', () => {
    const faults = book(
      [
        { match: {}, fault: lost },
        { match: { route: 'trade' }, fault: { kind: 'lose-message' } },
        { match: {}, fault: { kind: 'balance-lag', lagMs: 30_000 } },
      ],
      1,
      10,
    );
    expect(faults.ofMessage('order')).toEqual([]);
    expect(faults.ofMessage('trade')).toEqual([{ kind: 'lose-message' }]);
    expect(faults.ofRequest('GET /data/orders')).toEqual([lost]);
    // Faults are stated in wall time.
    expect(faults.exchange.balanceLagMs()).toBe(300_000);
    faults.clear();
    expect(faults.ofRequest('GET /data/orders')).toEqual([]);
    expect(faults.exchange.balanceLagMs()).toBeLessThan(300_000);
  });
});

describe('faultPlanSchema', () => {
  test.each([
    [[{ match: {}, fault: { kind: 'delay', delayMs: 5 } }], true],
    [[{ fault: { kind: 'silence', forMs: 5 } }], true],
    [[{ match: { nth: 0 }, fault: lost }], false],
    [[{ match: { probability: 2 }, fault: lost }], false],
    [[{ match: { unknown: 1 }, fault: lost }], false],
    [[{ match: {}, fault: { kind: 'explode' } }], false],
    [[{ match: {}, fault: { kind: 'delay' } }], false],
  ])('args: %j', (plan, isPlan) => {
    expect(faultPlanSchema.safeParse(plan).success).toBe(isPlan);
  });
});
