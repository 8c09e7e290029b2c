/**
 * What holds of the simulated venue whatever happens: random books, prints, orders and cancels on both tokens, checked against
 * books of account that the test keeps by itself.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { costRoundedUp } from '../../core/model/money.ts';
import type { ApprovedOrder, Side, TimeInForce } from '../../core/model/order.ts';
import type { ExecutionReport, OrderFilled } from '../../core/model/report.ts';
import { type Outcome, oppositeOutcome } from '../../core/model/window.ts';
import { takerFeeMicro } from '../../core/pricing/fees.ts';
import {
  acknowledgeReport,
  createExchange,
  dumpExchange,
  exchangeAdvance,
  exchangeApplyEvent,
  exchangeApplyOutput,
  restoreExchange,
  takeReports,
} from '../../core/simulation/exchange.ts';
import type { SimulatedExchange } from '../../core/simulation/exchange-state.ts';
import { assertProperty } from '../support/assert-property.ts';
import { at, CONFIG, CRYPTO_FEES, cancel, order, START_MS, submit } from '../support/venue-world.ts';

type Level = readonly [ticks: number, size: number];

type Move =
  | {
      readonly kind: 'book';
      readonly outcome: Outcome;
      readonly bids: readonly Level[];
      readonly asks: readonly Level[];
    }
  | { readonly kind: 'change'; readonly outcome: Outcome; readonly side: 'bid' | 'ask'; readonly level: Level }
  | { readonly kind: 'trade'; readonly outcome: Outcome; readonly takerSide: Side; readonly level: Level }
  | { readonly kind: 'submit'; readonly sent: Omit<ApprovedOrder, 'clientOrderId'> }
  | { readonly kind: 'cancel'; readonly nth: number };

type Step = { readonly afterMs: number; readonly move: Move };

const outcomes = fc.constantFrom<Outcome>('up', 'down');
const sides = fc.constantFrom<Side>('buy', 'sell');
/** Few prices around the middle, so that things meet. */
const prices = fc.integer({ min: 46, max: 54 }).map((cents) => cents * 100);
const sizes = fc.integer({ min: 1, max: 60 });
const levels = fc.tuple(prices, sizes);

const book = fc
  .record({ outcome: outcomes, middle: prices, sizes: fc.array(sizes, { minLength: 6, maxLength: 6 }) })
  .map(({ outcome, middle, sizes: six }): Move => {
    const level = (ticks: number, index: number): Level => [ticks, six[index] ?? 1];
    return {
      kind: 'book',
      outcome,
      bids: [level(middle - 100, 0), level(middle - 200, 1), level(middle - 300, 2)],
      asks: [level(middle, 3), level(middle + 100, 4), level(middle + 200, 5)],
    };
  });
const change = fc.record({
  kind: fc.constant('change' as const),
  outcome: outcomes,
  side: fc.constantFrom('bid' as const, 'ask' as const),
  level: fc.tuple(prices, fc.integer({ min: 0, max: 60 })),
});
const trade = fc.record({ kind: fc.constant('trade' as const), outcome: outcomes, takerSide: sides, level: levels });
const sent = fc
  .record({
    outcome: outcomes,
    side: fc.oneof(
      { weight: 3, arbitrary: fc.constant<Side>('buy') },
      { weight: 1, arbitrary: fc.constant<Side>('sell') },
    ),
    priceTicks: prices,
    size: fc.integer({ min: 5, max: 90 }),
    timeInForce: fc.constantFrom<TimeInForce>('GTC', 'GTC', 'GTD', 'FOK', 'FAK'),
    postOnly: fc.boolean(),
    inMoney: fc.boolean(),
  })
  .map(({ outcome, side, priceTicks, size, timeInForce, postOnly, inMoney }): Move => {
    const atOnce = timeInForce === 'FOK' || timeInForce === 'FAK';
    const amount =
      inMoney && atOnce && side === 'buy'
        ? ({ unit: 'pusd', spendMicro: size * 990_000 } as const)
        : ({ unit: 'shares', sizeMicro: size * 1_010_000 } as const);
    return {
      kind: 'submit',
      sent: order('', { outcome, side, priceTicks, timeInForce, postOnly: postOnly && !atOnce, amount }),
    };
  });
const cancels = fc.record({ kind: fc.constant('cancel' as const), nth: fc.nat({ max: 10 }) });

const stepsOf = (...moves: fc.Arbitrary<Move>[]) =>
  fc.array(fc.record({ afterMs: fc.integer({ min: 0, max: 200 }), move: fc.oneof(...moves) }), { maxLength: 60 });
const anySteps = stepsOf(change, change, trade, trade, sent, sent, cancels, book);

interface Run {
  readonly exchange: SimulatedExchange;
  readonly orders: Map<string, ApprovedOrder>;
  nowMs: number;
}

function startRun(): Run {
  const exchange = createExchange({ ...CONFIG, reportLatencyMs: 20 });
  exchangeApplyEvent(exchange, at(0).listed());
  exchangeApplyEvent(exchange, at(0).book('up', [[4900, 40]], [[5100, 40]]));
  return { exchange, orders: new Map(), nowMs: 0 };
}

function apply(run: Run, { afterMs, move }: Step): void {
  run.nowMs += afterMs;
  const { exchange, nowMs } = run;
  const events = at(nowMs);
  switch (move.kind) {
    case 'book':
      exchangeApplyEvent(exchange, events.book(move.outcome, move.bids, move.asks));
      break;
    case 'change':
      exchangeApplyEvent(exchange, events.change(move.outcome, move.side, ...move.level));
      break;
    case 'trade':
      exchangeApplyEvent(exchange, events.trade(move.outcome, move.takerSide, ...move.level));
      break;
    case 'submit': {
      const order = { ...move.sent, clientOrderId: `o${run.orders.size}` } as ApprovedOrder;
      run.orders.set(order.clientOrderId, order);
      exchangeApplyOutput(exchange, submit(order), START_MS + nowMs);
      break;
    }
    case 'cancel':
      exchangeApplyOutput(exchange, cancel(`o${move.nth}`), START_MS + nowMs);
      break;
  }
}

/** All reports of a run, until nothing is under way any more. */
function finish(run: Run): ExecutionReport[] {
  exchangeAdvance(run.exchange, START_MS + run.nowMs + 1_000);
  return takeReports(run.exchange, START_MS + run.nowMs + 1_000);
}

function runAll(steps: readonly Step[]): { readonly run: Run; readonly reports: ExecutionReport[] } {
  const run = startRun();
  for (const step of steps) apply(run, step);
  return { run, reports: finish(run) };
}

const isFill = (report: ExecutionReport): report is OrderFilled => report.type === 'order-filled';
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
const RUNS = { numRuns: 400 };

describe('the simulated venue', () => {
  test('behavior: no order trades more than its size, or spends more than its money, or at a worse price', () => {
    assertProperty(
      fc.property(anySteps, (steps) => {
        const { run, reports } = runAll(steps);
        for (const [id, { amount, side, priceTicks, timeInForce }] of run.orders) {
          const fills = reports.filter(isFill).filter((report) => report.clientOrderId === id);
          const spent = sum(fills.map((fill) => costRoundedUp(fill.priceTicks, fill.sizeMicro)));
          const filled = sum(fills.map((fill) => fill.sizeMicro));
          const limit = amount.unit === 'pusd' ? amount.spendMicro : amount.sizeMicro;
          const done = amount.unit === 'pusd' ? spent : filled;
          expect(done).toBeLessThanOrEqual(limit);
          if (timeInForce === 'FOK') expect(done === 0 || done === limit).toBe(true);
          for (const fill of fills) expectFairPrice(fill, side, priceTicks);
          expect(fills.map((fill) => fill.tradeId)).toEqual(fills.map((_, index) => `${id}-${index + 1}`));
        }
      }),
      RUNS,
    );
  });

  test('behavior: each order is answered once, ends once, and reports come in order of time', () => {
    assertProperty(
      fc.property(anySteps, (steps) => {
        const { run, reports } = runAll(steps);
        const times = reports.map((report) => report.tsEvent);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        for (const [id, { amount }] of run.orders) {
          const own = reports.filter((report) => report.clientOrderId === id && report.type !== 'cancel-rejected');
          expect(own.length).toBeGreaterThan(0);
          const [first, ...rest] = own.map((report) => report.type);
          if (first === 'order-rejected') expect(rest).toEqual([]);
          else expect(first).toBe('order-accepted');
          expect(rest.every((type) => type === 'order-filled' || type === 'order-canceled')).toBe(true);
          const canceledAt = rest.indexOf('order-canceled');
          if (canceledAt >= 0) expect(canceledAt).toBe(rest.length - 1);
          const open = run.exchange.orders.find((candidate) => candidate.order.clientOrderId === id);
          const filled = sum(own.filter(isFill).map((fill) => fill.sizeMicro));
          const ended = first === 'order-rejected' || canceledAt >= 0;
          if (amount.unit === 'shares' && !ended) expect(filled + (open?.leftMicro ?? 0)).toBe(amount.sizeMicro);
          if (ended) expect(open).toBeUndefined();
        }
      }),
      RUNS,
    );
  });

  test('behavior: shares held are shares bought less shares sold, and never less than none', () => {
    assertProperty(
      fc.property(anySteps, (steps) => {
        const { run, reports } = runAll(steps);
        const held: Record<Outcome, number> = { up: 0, down: 0 };
        for (const fill of reports.filter(isFill)) {
          const order = run.orders.get(fill.clientOrderId);
          if (order === undefined) throw new Error('a fill is of an order that was sent');
          held[order.outcome] += order.side === 'buy' ? fill.sizeMicro : -fill.sizeMicro;
          expect(held[order.outcome]).toBeGreaterThanOrEqual(0);
        }
        expect(run.exchange.markets[0]?.heldMicro).toEqual(held);
      }),
      RUNS,
    );
  });

  test('behavior: takers never get more of a level than was ever displayed at it, on either token', () => {
    assertProperty(
      fc.property(stepsOf(change, change, book, sent, sent), (steps) => {
        // Takers alone: what rests could be filled by a crossing book, at its own price.
        const takers = steps.filter(
          ({ move }) => move.kind !== 'submit' || ['FOK', 'FAK'].includes(move.sent.timeInForce),
        );
        const shown = displayedEver(takers);
        const { run, reports } = runAll(takers);
        const taken = new Map<string, number>();
        for (const fill of reports.filter(isFill)) {
          const order = run.orders.get(fill.clientOrderId);
          if (order === undefined) throw new Error('a fill is of an order that was sent');
          const hit = levelKey(order.outcome, order.side === 'buy' ? 'ask' : 'bid', fill.priceTicks);
          taken.set(hit, (taken.get(hit) ?? 0) + fill.sizeMicro);
        }
        for (const [level, sizeMicro] of taken) expect(sizeMicro).toBeLessThanOrEqual(shown.get(level) ?? 0);
      }),
      RUNS,
    );
  });

  test('behavior: makers never get more than was printed on their side and displayed beyond them', () => {
    assertProperty(
      fc.property(stepsOf(change, trade, trade, book, sent, cancels), (steps) => {
        const makers = steps.filter(({ move }) => move.kind !== 'submit' || move.sent.postOnly);
        const { run, reports } = runAll(makers);
        const shown = displayedEver(makers);
        for (const side of ['bid', 'ask'] as const) {
          const printed = makers.map(({ move }) =>
            move.kind === 'trade' && hitSide(move) === side ? move.level[1] * 1e6 : 0,
          );
          const opposite = [...shown].map(([key, size]) => (key.startsWith(side) ? 0 : size));
          const filled = reports.filter(isFill).map((fill) => {
            const order = run.orders.get(fill.clientOrderId);
            return order !== undefined && placeSide(order.outcome, order.side) === side ? fill.sizeMicro : 0;
          });
          expect(sum(filled)).toBeLessThanOrEqual(sum(printed) + sum(opposite));
        }
      }),
      RUNS,
    );
  });

  test('behavior: at a price, fills are exactly what was printed beyond the queue', () => {
    const printed = fc.array(fc.record({ outcome: outcomes, size: sizes }), { maxLength: 20 });
    assertProperty(
      fc.property(sizes, fc.integer({ min: 5, max: 60 }), printed, (queue, size, prints) => {
        const run = startRun();
        const steps: Step[] = [
          { afterMs: 1, move: { kind: 'change', outcome: 'up', side: 'bid', level: [5000, queue] } },
          {
            afterMs: 1,
            move: { kind: 'submit', sent: order('', { amount: { unit: 'shares', sizeMicro: size * 1e6 } }) },
          },
          ...prints.map(
            ({ outcome, size: traded }, index): Step => ({
              afterMs: index === 0 ? 100 : 1,
              move: { kind: 'trade', outcome, takerSide: outcome === 'up' ? 'sell' : 'buy', level: [5000, traded] },
            }),
          ),
        ];
        for (const step of steps) apply(run, step);
        const filled =
          sum(
            finish(run)
              .filter(isFill)
              .map((fill) => fill.sizeMicro),
          ) / 1e6;
        expect(filled).toBe(Math.min(size, Math.max(0, sum(prints.map((print) => print.size)) - queue)));
      }),
      RUNS,
    );
  });

  test('behavior: the same inputs give the same reports, whenever its clock is looked at in between', () => {
    assertProperty(
      fc.property(anySteps, fc.array(fc.nat({ max: 250 }), { maxLength: 60 }), (steps, looks) => {
        const watched = startRun();
        const seen: ExecutionReport[] = [];
        steps.forEach((step, index) => {
          const untilMs = START_MS + watched.nowMs + Math.min(step.afterMs, looks[index] ?? 0);
          exchangeAdvance(watched.exchange, untilMs);
          seen.push(...takeReports(watched.exchange, untilMs));
          apply(watched, step);
        });
        seen.push(...finish(watched));
        expect(seen).toEqual(runAll(steps).reports);
      }),
      RUNS,
    );
  });

  test('behavior: a venue that was put away and brought back at any moment goes on as if nothing had been', () => {
    assertProperty(
      fc.property(anySteps, fc.nat({ max: 60 }), (steps, cut) => {
        const run = startRun();
        for (const step of steps.slice(0, cut)) apply(run, step);
        const kept = JSON.stringify(dumpExchange(run.exchange));
        const back: Run = { exchange: restoreExchange(JSON.parse(kept)), orders: run.orders, nowMs: run.nowMs };
        for (const step of steps.slice(cut)) apply(back, step);
        const later = finish(back);
        const whole = runAll(steps);
        expect(later).toEqual(whole.reports);
        expect(dumpExchange(back.exchange)).toEqual(dumpExchange(whole.run.exchange));
      }),
      RUNS,
    );
  });

  test('behavior: a venue rebuilt from the journal agrees with each report that the journal holds', () => {
    assertProperty(
      fc.property(anySteps, fc.nat({ max: 100 }), (steps, held) => {
        const { reports } = runAll(steps);
        const rebuilt = startRun();
        for (const step of steps) apply(rebuilt, step);
        exchangeAdvance(rebuilt.exchange, START_MS + rebuilt.nowMs + 1_000);
        const journalled = reports.slice(0, held);
        journalled.forEach((report, index) => {
          acknowledgeReport(rebuilt.exchange, { ...report, seq: index + 1, tsInit: report.tsEvent + 3 });
        });
        expect(rebuilt.exchange.pendingReports).toEqual(reports.slice(held));
      }),
      RUNS,
    );
  });
});

/** A maker gets its own price for nothing; a taker no worse than its limit, and pays the fee of what it got. */
function expectFairPrice(fill: OrderFilled, side: Side, limitTicks: number): void {
  expect(fill.sizeMicro).toBeGreaterThan(0);
  if (fill.liquidity === 'maker') {
    expect([fill.priceTicks, fill.feeMicro]).toEqual([limitTicks, 0]);
  } else {
    expect((limitTicks - fill.priceTicks) * (side === 'buy' ? 1 : -1)).toBeGreaterThanOrEqual(0);
    expect(fill.feeMicro).toBe(takerFeeMicro(CRYPTO_FEES, fill.priceTicks, fill.sizeMicro));
  }
}

/** Which side of the joint book an order of this outcome stands on. */
function placeSide(outcome: Outcome, side: Side): 'bid' | 'ask' {
  return (outcome === 'up') === (side === 'buy') ? 'bid' : 'ask';
}

function hitSide(move: Extract<Move, { kind: 'trade' }>): 'bid' | 'ask' {
  return placeSide(move.outcome, move.takerSide) === 'bid' ? 'ask' : 'bid';
}

/** A level of either token's book, named by its place in Up's. */
function levelKey(outcome: Outcome, side: 'bid' | 'ask', ticks: number): string {
  if (outcome === 'up') return `${side} ${ticks}`;
  return levelKey(oppositeOutcome(outcome), side === 'bid' ? 'ask' : 'bid', 10_000 - ticks);
}

/** All that was ever newly displayed at each level, in millionths: each increase counts, however it came. */
function displayedEver(steps: readonly Step[]): Map<string, number> {
  const shown = new Map<string, number>();
  let now = new Map<string, number>();
  const show = (key: string, size: number) => {
    const added = Math.max(0, size - (now.get(key) ?? 0)) * 1e6;
    shown.set(key, (shown.get(key) ?? 0) + added);
  };
  const replace = (outcome: Outcome, bids: readonly Level[], asks: readonly Level[]) => {
    const next = new Map<string, number>();
    for (const [ticks, size] of bids) next.set(levelKey(outcome, 'bid', ticks), size);
    for (const [ticks, size] of asks) next.set(levelKey(outcome, 'ask', ticks), size);
    for (const [key, size] of next) show(key, size);
    now = next;
  };
  replace('up', [[4900, 40]], [[5100, 40]]);
  for (const { move } of steps) {
    if (move.kind === 'book') replace(move.outcome, move.bids, move.asks);
    if (move.kind !== 'change') continue;
    const key = levelKey(move.outcome, move.side, move.level[0]);
    show(key, move.level[1]);
    now.set(key, move.level[1]);
  }
  return shown;
}
