/**
 * No sequence of events makes the worst case exceed its limit: orders placed, partly filled, cancelled, unknown, windows resolved, days
 * that change. The real engine runs; orders are proposed to risk at any moment and of any kind, whatever a strategy would want, and the
 * venue may say of them what it likes. What contradicts itself (a fill of an order that was proven absent, a match that fails to settle)
 * is what nobody can have counted, and is left out.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EngineConfig } from '../../core/config/engine-config.ts';
import { applyOutput } from '../../core/engine/apply.ts';
import { openOrders } from '../../core/engine/open-orders.ts';
import { riskContextOf, windowLossMicro } from '../../core/engine/risk-context.ts';
import { dayLossMicro } from '../../core/engine/risk-state.ts';
import type { EngineState } from '../../core/engine/state.ts';
import { tradingMode } from '../../core/engine/trading-state.ts';
import type { ClientOrderId, StrategyId } from '../../core/model/identifiers.ts';
import { DAY_MS, MINUTE_MS, utcDayStart } from '../../core/model/time.ts';
import { type Outcome, windowAt } from '../../core/model/window.ts';
import { limitMicro } from '../../core/risk/loss-limit.ts';
import { approveOrder } from '../../core/risk/risk-engine.ts';
import { assertProperty } from '../support/assert-property.ts';
import { aConfig, anIntent, UNIT, WINDOW_MS, WINDOW_START_MS } from '../support/builders.ts';
import type { Action } from '../support/engine-actions.ts';
import { type EngineRun, startRun } from '../support/engine-run.ts';

const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 150);
const TIMEOUT_MS = 600_000;
/** Windows that the run lists: that before the first, and three more. */
const STARTS = [-1, 0, 1, 2].map((index) => WINDOW_START_MS + index * WINDOW_MS);
const MIDNIGHT_MS = utcDayStart(WINDOW_START_MS) + DAY_MS;
/** And what of the next day is listed then. */
const NEXT_DAY = [0, 1, 2].map((index) => MIDNIGHT_MS + index * WINDOW_MS);

const touch = {
  bid: fc.integer({ min: 30, max: 65 }).map((cents) => cents * 100),
  spread: fc.integer({ min: 2, max: 6 }),
};
const price = fc.constant(84_500n * 10n ** 18n);
/** An order that somebody wants in the window that runs. */
interface Proposal {
  readonly do: 'propose';
  readonly outcome: Outcome;
  readonly side: 'buy' | 'sell';
  readonly cents: number;
  readonly hundredths: number;
  readonly unit: 'shares' | 'pusd';
  readonly postOnly: boolean;
}
/** The venue confirms what stands in windows with a result: a fill that is told on another day than its result comes too late to limit. */
interface Settle {
  readonly do: 'settle';
}
type Step = Action | Proposal | Settle;

const proposal = fc.record({
  do: fc.constant('propose' as const),
  outcome: fc.constantFrom<Outcome>('up', 'down'),
  side: fc.constantFrom('buy' as const, 'buy' as const, 'buy' as const, 'sell' as const),
  cents: fc.integer({ min: 20, max: 60 }),
  hundredths: fc.integer({ min: 500, max: 2_500 }),
  unit: fc.constantFrom('shares' as const, 'shares' as const, 'pusd' as const),
  postOnly: fc.boolean(),
});
const action: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: proposal },
  { weight: 12, arbitrary: fc.record({ do: fc.constant('streams' as const), ...touch, price }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 100, max: 2_000 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 20_000, max: 200_000 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('boundary' as const), price }) },
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant('report' as const),
      which: fc.nat({ max: 7 }),
      report: fc.constantFrom(
        'accepted',
        'accepted',
        'filled',
        'filled',
        'partly-filled',
        'partly-filled',
        'canceled',
        'rejected',
        'unknown',
        'expired',
      ),
      // Sevenths have no fee in the run: a maker pays none.
      part: fc.integer({ min: 1, max: 1_400_000 }).map((count) => 7 * count),
    }) as fc.Arbitrary<Action>,
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('answer-all' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('result' as const),
      start: fc.constantFrom(...STARTS, ...NEXT_DAY),
      outcome: fc.constantFrom<Outcome>('up', 'down'),
      strike: fc.constant(null),
      final: fc.constant(null),
    }),
  },
  // A result that is not ours halts trading: a person goes on.
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('command' as const), kind: fc.constantFrom('resume' as const) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('crash' as const),
      downMs: fc.integer({ min: 0, max: 5_000 }),
      losesTail: fc.constant(false),
    }),
  },
);
const actions = fc.array(action, { minLength: 40, maxLength: 120, size: 'max' });
/** The day changes in the midst of it, with whatever is held and stands then. */
const midnight: readonly Step[] = [
  { do: 'wait', ms: MIDNIGHT_MS - WINDOW_START_MS - 10 * MINUTE_MS },
  { do: 'settle' },
  { do: 'wait', ms: 10 * MINUTE_MS },
  ...NEXT_DAY.map((start) => ({ do: 'list', start, lookback: 60, tick: 100 }) as const),
  { do: 'boundary', price: 84_500n * 10n ** 18n },
];
const histories: fc.Arbitrary<readonly Step[]> = fc
  .tuple(actions, actions)
  .map(([before, after]) => [...before, ...midnight, ...after]);

/** Limits near enough to each other that each of them is reached. */
const configs = fc.constantFrom<EngineConfig>(
  aConfig({ risk: { maxDailyLossPpm: 900_000, maxTotalPpm: 900_000, maxMarketPpm: 12_000, maxOrdersPerSecond: 40 } }),
  aConfig({ risk: { maxDailyLossPpm: 900_000, maxTotalPpm: 14_000, maxMarketPpm: 14_000, maxOrdersPerSecond: 40 } }),
  aConfig({ risk: { maxDailyLossPpm: 16_000, maxOrdersPerSecond: 40 } }),
  aConfig({ risk: { maxDailyLossPpm: 25_000, maxOrderPpm: 4_900, maxOrdersPerSecond: 40, maxLossesInRow: 1_000 } }),
);

interface Watch {
  readonly answers: Set<string>;
  fills: number;
  resolved: number;
  carried: number;
}

/** The worst loss of each window and of all, against limits that only the bankroll can bound from above. */
function expectWithinLimits(state: EngineState, { risk }: EngineConfig): void {
  const { durable } = state;
  let totalMicro = 0;
  for (const window of Object.values(durable.windows)) {
    const lossMicro = windowLossMicro(durable, window);
    expect(lossMicro).toBeLessThanOrEqual(limitMicro(risk.maxMarketPpm, risk.bankrollMicro));
    totalMicro += lossMicro;
  }
  expect(totalMicro).toBeLessThanOrEqual(limitMicro(risk.maxTotalPpm, risk.bankrollMicro));
  const dayMicro = totalMicro + Math.max(0, dayLossMicro(durable));
  expect(dayMicro).toBeLessThanOrEqual(limitMicro(risk.maxDailyLossPpm, risk.bankrollMicro));
}

/** Asks risk, and sends what it approves: recorded with an event of its own, as a strategy's order would be. */
function propose(run: EngineRun, { outcome, side, cents, hundredths, unit, postOnly }: Proposal): string {
  run.act({ do: 'wait', ms: 1 });
  const { durable } = run.state;
  const windowStartMs = windowAt(durable.nowMs, WINDOW_MS).startMs;
  const window = durable.windows[windowStartMs];
  if (window === undefined) return 'no-window';
  // Then only what takes risk away passes, and no limit is asked: the fee of a way out may exceed one that is used up.
  if (tradingMode(durable) !== 'active') return 'restricted';
  const sizeMicro = hundredths * (UNIT / 100);
  const amount =
    unit === 'pusd' && side === 'buy'
      ? { unit, spendMicro: Math.floor((sizeMicro * cents) / 100) }
      : { unit: 'shares' as const, sizeMicro };
  const timeInForce = postOnly ? 'GTC' : 'FAK';
  const wanted = { windowStartMs, outcome, side, amount, postOnly, timeInForce, priceTicks: cents * 100 } as const;
  const intent = anIntent({ ...wanted, strategy: 'test' as StrategyId });
  const context = riskContextOf({ state: run.state, nowMs: durable.nowMs, outputs: [] }, window, intent, null, 0.5);
  const identity = {
    clientOrderId: `test-${durable.nextOrderNumber}` as ClientOrderId,
    createdMs: durable.nowMs,
    notAfterMs: durable.nowMs + 3_000,
    salt: durable.nextOrderNumber,
  };
  const approved = approveOrder(intent, { ...context, guard: { tradable: true, takerDelayMs: 250 } }, identity);
  if (!approved.ok) return approved.error.code;
  const output = { type: 'submit-order', order: approved.value } as const;
  applyOutput(run.state, output);
  const last = run.records.at(-1);
  if (last !== undefined) run.records[run.records.length - 1] = { ...last, outputs: [...last.outputs, output] };
  return 'sent';
}

function settle(run: EngineRun): void {
  for (;;) {
    const { durable } = run.state;
    const which = openOrders(durable).findIndex(({ order }) => durable.windows[order.windowStartMs]?.resolved !== null);
    if (which < 0) return;
    run.act({ do: 'report', which, report: 'canceled', part: 7 });
  }
}

function runWithin(config: EngineConfig, steps: readonly Step[], watch: Watch): void {
  const run = startRun({
    config,
    after: (state, { event, outputs }) => {
      if (event.type === 'order-filled') watch.fills++;
      if (state.durable.risk.carried !== null) watch.carried++;
      watch.resolved += outputs.filter(({ type }) => type === 'resolve-window').length;
      expectWithinLimits(state, config);
    },
  });
  for (const step of steps) {
    if (step.do === 'propose') watch.answers.add(propose(run, step));
    else if (step.do === 'settle') settle(run);
    else run.act(step);
    expectWithinLimits(run.state, config);
  }
}

describe('worst-case exposure', { timeout: TIMEOUT_MS }, () => {
  test('behavior: no sequence of events makes it exceed the limits of window, total and day', () => {
    const watch: Watch = { answers: new Set(), fills: 0, resolved: 0, carried: 0 };
    assertProperty(
      fc.property(configs, histories, (config, steps) => runWithin(config, steps, watch)),
      { numRuns: RUNS },
    );
    // It says something only where the limits were reached, and money was won and lost.
    expect([...watch.answers]).toEqual(
      expect.arrayContaining(['max-market-loss', 'max-total-loss', 'max-daily-loss', 'max-order-loss']),
    );
    expect(watch.fills).toBeGreaterThan(RUNS);
    expect(watch.resolved).toBeGreaterThan(RUNS / 10);
    expect(watch.carried).toBeGreaterThan(0);
  });

  test('behavior: midnight frees no room while a window of the old day is open, and does once it has ended', () => {
    const config = aConfig({ risk: { maxDailyLossPpm: 16_000, maxOrdersPerSecond: 40 } });
    assertProperty(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.boolean(), (lostPusd, ends) => {
        const run = startRun({ config, after: (state) => expectWithinLimits(state, config) });
        const bid = {
          do: 'propose',
          outcome: 'up',
          side: 'buy',
          cents: 48,
          hundredths: 1_000,
          unit: 'shares',
        } as const;
        expect(propose(run, { ...bid, postOnly: true })).toBe('sent');
        run.act({ do: 'report', which: 0, report: 'filled', part: 7 });
        const held = Object.values(run.state.durable.windows).find(({ fills }) => fills > 0);
        expect(held).toBeDefined();
        run.state.durable.ledger.day.realizedMicro = -lostPusd * UNIT;
        run.act({ do: 'wait', ms: MIDNIGHT_MS - run.state.durable.nowMs + 1 });
        expect(dayLossMicro(run.state.durable)).toBe(lostPusd * UNIT);
        if (!ends) return;
        run.act({ do: 'answer-all' });
        run.act({ do: 'result', start: WINDOW_START_MS, outcome: 'up', strike: null, final: null });
        run.act({ do: 'wait', ms: 1_000 });
        const { risk, ledger } = run.state.durable;
        expect([risk.carried, dayLossMicro(run.state.durable)]).toEqual([null, -ledger.day.realizedMicro]);
      }),
      { numRuns: 20 },
    );
  });
});
