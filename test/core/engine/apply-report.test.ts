import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyEvent, applyOutput } from '../../../core/engine/apply.ts';
import type { EngineEvent } from '../../../core/engine/events.ts';
import { knownOrder } from '../../../core/engine/known-orders.ts';
import { createState, type EngineState, type WindowState } from '../../../core/engine/state.ts';
import type { Fact } from '../../../core/model/fact.ts';
import type { ClientOrderId } from '../../../core/model/identifiers.ts';
import type { ApprovedOrder } from '../../../core/model/order.ts';
import type { SettlementStatus } from '../../../core/model/report.ts';
import { assertProperty } from '../../support/assert-property.ts';
import { aConfig, anOrder, aWindowState, UNIT, WINDOW_START_MS } from '../../support/builders.ts';

const ID = 'mm-1' as ClientOrderId;
const VENUE = aConfig({ execution: 'venue' });

type Report = Omit<EngineEvent, 'seq' | 'tsEvent' | 'tsInit'> & { readonly at?: number };

/** A series with one order in flight: a bid for 10 Up at 0.48. */
function anEngine(order: Partial<ApprovedOrder> = {}, config = VENUE): EngineState {
  const state = createState(config);
  state.durable.nowMs = WINDOW_START_MS + 10_000;
  state.durable.ledger.day.startMs = WINDOW_START_MS - (WINDOW_START_MS % 86_400_000);
  state.durable.windows[WINDOW_START_MS] = aWindowState();
  applyOutput(state, { type: 'submit-order', order: anOrder(order) });
  return state;
}

function tell(state: EngineState, ...reports: Report[]): void {
  for (const { at = 0, ...report } of reports) {
    const seq = state.durable.lastSeq + 1;
    const atMs = WINDOW_START_MS + 10_000 + at;
    applyEvent(state, { ...report, seq, tsEvent: atMs, tsInit: atMs } as EngineEvent);
  }
}

const about = { clientOrderId: ID };
const accepted = { type: 'order-accepted', ...about, venueOrderId: 'v-1' } as Report;
const canceled = { type: 'order-canceled', ...about, reason: 'requested' } as Report;
const rejected = { type: 'order-rejected', ...about, code: 'other', detail: 'no' } as Report;
const unknown = { type: 'submission-unknown', ...about } as Report;
const absent = { type: 'order-absent', ...about, detail: 'nowhere' } as Report;
const unsent = { type: 'expired-unsent', ...about } as Report;
const filled = (tradeId: string, sizeMicro = 10 * UNIT, more: object = {}) =>
  ({
    type: 'order-filled',
    ...about,
    tradeId,
    priceTicks: 4_800,
    sizeMicro,
    feeMicro: 0,
    liquidity: 'maker',
    ...more,
  }) as Report;
const settled = (tradeId: string, status: SettlementStatus, at = 1_000) =>
  ({ type: 'fill-settlement-changed', ...about, tradeId, status, transactionHash: null, at }) as Report;

const statusOf = (state: EngineState) => knownOrder(state.durable, ID)?.status;
const windowOf = (state: EngineState) => state.durable.windows[WINDOW_START_MS] as WindowState;
const alerts = (state: EngineState) => state.scratch.pendingAlerts.map(({ code, severity }) => `${severity} ${code}`);
const factsOf = <K extends Fact['kind']>(state: EngineState, kind: K) =>
  state.scratch.pendingFacts.filter((fact): fact is Extract<Fact, { kind: K }> => fact.kind === kind);

describe('applyReport', () => {
  test('behavior: a cancel that crosses a fill loses nothing: the fill is booked, the row is written anew, nobody is alarmed', () => {
    const state = anEngine();
    tell(state, accepted, canceled, filled('t-1', 4 * UNIT));
    expect(statusOf(state)).toBe('canceled');
    expect(windowOf(state).positions.up.sizeMicro).toBe(4 * UNIT);
    expect(state.durable.ledger.cashMicro).toBe(1_000 * UNIT - 1_920_000);
    expect(factsOf(state, 'order').map(({ status, filledMicro }) => [status, filledMicro])).toEqual([
      ['canceled', 0],
      ['canceled', 4 * UNIT],
    ]);
    expect(alerts(state)).toEqual([]);
  });

  test('behavior: an order that was matched in full before its cancel ended as filled', () => {
    const state = anEngine();
    tell(state, accepted, canceled, filled('t-1', 4 * UNIT), filled('t-2', 6 * UNIT));
    expect(statusOf(state)).toBe('filled');
    expect(factsOf(state, 'order').at(-1)).toMatchObject({ status: 'filled', filledMicro: 10 * UNIT });
    expect(alerts(state)).toEqual([]);
  });

  test('behavior: a fill of an order that was refused is booked, and what is left of it counts again', () => {
    const state = anEngine();
    tell(state, rejected, filled('t-1', 4 * UNIT));
    expect(windowOf(state).positions.up.sizeMicro).toBe(4 * UNIT);
    expect(state.durable.orders[ID]).toMatchObject({ status: 'unknown', filledMicro: 4 * UNIT });
    expect(state.durable.endedOrders).toEqual({});
    expect(alerts(state)).toEqual(['critical order-surprise']);
    tell(state, canceled);
    expect(statusOf(state)).toBe('canceled');
    expect(state.durable.orders).toEqual({});
  });

  test('behavior: an order that was proven absent and shows up counts again', () => {
    const state = anEngine();
    tell(state, unknown, absent);
    expect(statusOf(state)).toBe('expired');
    expect(factsOf(state, 'order').at(-1)).toMatchObject({ status: 'expired', statusDetail: 'nowhere' });
    tell(state, accepted);
    expect(state.durable.orders[ID]?.status).toBe('unknown');
    expect(alerts(state)).toEqual(['critical order-surprise']);
  });

  test('behavior: an order that was asked to leave while it was unknown is still leaving when it is found', () => {
    const state = anEngine();
    tell(state, unknown);
    applyOutput(state, { type: 'cancel-order', clientOrderId: ID, reason: 'unknown' });
    expect(statusOf(state)).toBe('unknown');
    tell(state, accepted);
    expect(statusOf(state)).toBe('cancel-pending');
  });

  test('behavior: what is told of an order that nobody knows is raised; a match of it halts', () => {
    const state = anEngine();
    const nobody = { ...filled('t-1'), clientOrderId: 'nobody' } as Report;
    tell(state, nobody);
    expect(alerts(state)).toEqual(['critical report-without-order']);
    expect(state.scratch.pendingRestrictions).toMatchObject([{ reason: 'unbooked-fill', mode: 'halted' }]);
    expect(state.durable.ledger.cashMicro).toBe(1_000 * UNIT);
  });

  test.each(['__proto__', 'toString', 'constructor'])('behavior: an order named %s is nobody’s', (clientOrderId) => {
    const state = anEngine();
    tell(state, { ...canceled, clientOrderId } as Report);
    expect(alerts(state)).toEqual(['critical report-without-order']);
  });

  test('behavior: a market BUY spends money: it ends by the venue’s word, whatever it got', () => {
    const amount = { unit: 'pusd', spendMicro: 5 * UNIT } as const;
    const state = anEngine({ amount, timeInForce: 'FAK', postOnly: false });
    tell(state, accepted, filled('t-1', 6 * UNIT, { liquidity: 'taker' }));
    expect(state.durable.orders[ID]).toMatchObject({ status: 'resting', spentMicro: 2_880_000 });
    tell(state, { ...canceled, reason: 'unfilled-remainder' } as Report);
    expect(factsOf(state, 'order').at(-1)).toMatchObject({
      status: 'canceled',
      statusDetail: 'unfilled-remainder',
      filledMicro: 6 * UNIT,
      spendMicro: 5 * UNIT,
      sizeMicro: null,
    });
  });

  test('behavior: a market BUY that has spent everything is complete, however many shares it bought', () => {
    const amount = { unit: 'pusd', spendMicro: 4_800_000 } as const;
    const state = anEngine({ amount, timeInForce: 'FOK', postOnly: false });
    tell(state, filled('t-1', 10 * UNIT, { liquidity: 'taker' }));
    expect(statusOf(state)).toBe('filled');
    expect(alerts(state)).toEqual([]);
  });

  test.each([
    ['more shares than were ordered', {}, filled('t-1', 11 * UNIT)],
    ['a worse price than was ordered', {}, filled('t-1', 4 * UNIT, { priceTicks: 4_900 })],
    [
      'more money than was to be spent',
      { amount: { unit: 'pusd', spendMicro: 4 * UNIT }, timeInForce: 'FAK', postOnly: false } as const,
      filled('t-1', 10 * UNIT),
    ],
  ])('behavior: %s is booked and raised', (_, order, report) => {
    const state = anEngine(order);
    tell(state, accepted, report);
    expect(windowOf(state).positions.up.sizeMicro).toBeGreaterThan(0);
    expect(alerts(state)).toEqual(['critical fill-beyond-order']);
  });
});

describe('settlement', () => {
  test('default: a match goes on to its end, and its row is written twice', () => {
    const state = anEngine();
    tell(state, accepted, filled('t-1'), settled('t-1', 'mined'), settled('t-1', 'confirmed', 2_000));
    expect(factsOf(state, 'fill').map(({ settlement }) => settlement)).toEqual(['matched', 'confirmed']);
    expect(windowOf(state)).toMatchObject({ fills: 1, failedFills: 0 });
    expect(alerts(state)).toEqual([]);
  });

  test('behavior: a match of the simulated venue is final when it is made', () => {
    const state = anEngine({}, aConfig());
    tell(state, accepted, filled('t-1'));
    expect(factsOf(state, 'fill').map(({ settlement }) => settlement)).toEqual(['confirmed']);
  });

  test('behavior: FAILED takes everything back, and is told', () => {
    const state = anEngine();
    const before = anEngine();
    tell(before, accepted);
    tell(state, accepted, filled('t-1', 4 * UNIT, { feeMicro: 12_345 }), settled('t-1', 'failed'));
    expect(windowOf(state).positions).toEqual(windowOf(before).positions);
    expect(state.durable.ledger).toEqual(before.durable.ledger);
    expect(windowOf(state)).toMatchObject({ fills: 0, failedFills: 1 });
    expect(state.durable.orders[ID]).toMatchObject({ status: 'resting', filledMicro: 0, spentMicro: 0 });
    expect(alerts(state)).toEqual(['critical fill-failed']);
    expect(factsOf(state, 'fill').at(-1)).toMatchObject({ tradeId: 't-1', settlement: 'failed' });
  });

  test('behavior: an order whose match failed has its row corrected and does not stand again', () => {
    const state = anEngine();
    tell(state, accepted, filled('t-1', 4 * UNIT), filled('t-2', 6 * UNIT), settled('t-1', 'failed'));
    expect(statusOf(state)).toBe('filled');
    expect(factsOf(state, 'order').at(-1)).toMatchObject({ status: 'filled', filledMicro: 6 * UNIT });
  });

  test('behavior: a match that has failed before it is told is never booked', () => {
    const state = anEngine();
    tell(state, accepted, settled('t-1', 'failed'), filled('t-1', 4 * UNIT));
    expect(windowOf(state).positions.up.sizeMicro).toBe(0);
    expect(windowOf(state)).toMatchObject({ fills: 0, failedFills: 1, earlySettlements: {} });
    expect(state.durable.ledger.cashMicro).toBe(1_000 * UNIT);
    expect(alerts(state)).toEqual(['critical fill-failed']);
    expect(factsOf(state, 'fill')).toMatchObject([{ settlement: 'failed' }]);
  });

  test('behavior: a repeated FAILED takes nothing back twice', () => {
    const state = anEngine();
    tell(state, accepted, filled('t-1', 4 * UNIT), settled('t-1', 'failed'), settled('t-1', 'failed', 2_000));
    expect(state.durable.ledger.cashMicro).toBe(1_000 * UNIT);
    expect(windowOf(state)).toMatchObject({ fills: 0, failedFills: 1 });
    expect(alerts(state)).toEqual(['critical fill-failed']);
  });

  test('behavior: an end that contradicts an end changes nothing and is told', () => {
    const state = anEngine();
    tell(state, accepted, filled('t-1', 4 * UNIT), settled('t-1', 'confirmed'), settled('t-1', 'failed', 2_000));
    expect(windowOf(state).positions.up.sizeMicro).toBe(4 * UNIT);
    expect(alerts(state)).toEqual(['critical settlement-surprise']);
  });

  test('behavior: an older word that comes late does not undo a newer one', () => {
    const state = anEngine();
    tell(state, accepted, filled('t-1'), settled('t-1', 'mined', 2_000), settled('t-1', 'matched', 1_000));
    expect(Object.values(windowOf(state).matches)).toMatchObject([{ settlement: 'mined' }]);
  });

  test('behavior: a resolved window is paid for what is left', () => {
    const state = anEngine();
    tell(state, accepted, filled('t-1', 4 * UNIT), filled('t-2', 6 * UNIT));
    const { conditionId } = windowOf(state).market ?? { conditionId: null };
    applyOutput(state, {
      type: 'resolve-window',
      windowStartMs: WINDOW_START_MS,
      conditionId,
      outcome: 'up',
      by: 'official',
    });
    expect(state.durable.ledger).toMatchObject({ redeemableMicro: 10 * UNIT, day: { realizedMicro: 5_200_000 } });
    tell(state, settled('t-1', 'failed'));
    expect(windowOf(state).resolved).toMatchObject({ payoutMicro: 6 * UNIT, pnlMicro: 3_120_000 });
    expect(state.durable.ledger).toMatchObject({
      cashMicro: 1_000 * UNIT - 2_880_000,
      redeemableMicro: 6 * UNIT,
      day: { realizedMicro: 3_120_000, fills: 1 },
    });
  });

  test('behavior: the purchase of what was sold already fails: shares are owed, and only reducing orders go out', () => {
    const state = anEngine();
    tell(state, accepted, filled('t-1'));
    applyOutput(state, {
      type: 'submit-order',
      order: anOrder({
        clientOrderId: 'out-1' as ClientOrderId,
        side: 'sell',
        priceTicks: 5_000,
        timeInForce: 'FAK',
        postOnly: false,
      }),
    });
    tell(state, filled('t-2', 10 * UNIT, { clientOrderId: 'out-1', priceTicks: 5_000 }));
    expect(windowOf(state).positions.up.sizeMicro).toBe(0);
    tell(state, settled('t-1', 'failed'));
    expect(windowOf(state).positions.up.sizeMicro).toBe(-10 * UNIT);
    expect(alerts(state)).toEqual(['critical fill-failed', 'critical settlement-failed']);
    expect(state.scratch.pendingRestrictions).toMatchObject([{ reason: 'settlement-failed', mode: 'reducing' }]);
  });

  test('behavior: a settlement of an order that nobody knows is raised', () => {
    const state = anEngine();
    tell(state, { ...settled('t-1', 'failed'), clientOrderId: 'nobody' } as Report);
    expect(alerts(state)).toEqual(['critical report-without-order']);
    expect(state.scratch.pendingRestrictions).toEqual([]);
  });
});

describe('a closed window', () => {
  function closed(...reports: Report[]): EngineState {
    const state = anEngine();
    tell(state, accepted, ...reports);
    applyOutput(state, {
      type: 'resolve-window',
      windowStartMs: WINDOW_START_MS,
      conditionId: null,
      outcome: 'up',
      by: 'official',
    });
    applyOutput(state, { type: 'close-window', windowStartMs: WINDOW_START_MS, verification: 'confirmed' });
    state.scratch.pendingFacts = [];
    return state;
  }

  test('behavior: a match that is told after the final record is booked, and the record is written anew', () => {
    const state = closed(canceled);
    expect(state.durable.windows).toEqual({});
    tell(state, filled('t-1', 4 * UNIT));
    expect(state.durable.ledger).toMatchObject({
      cashMicro: 1_000 * UNIT - 1_920_000,
      redeemableMicro: 4 * UNIT,
      day: { realizedMicro: 2_080_000 },
    });
    expect(factsOf(state, 'window')).toMatchObject([{ fills: 1, realizedPnlMicro: 2_080_000 }]);
    expect(factsOf(state, 'position')).toMatchObject([{ sizeMicro: 4 * UNIT, payoutMicro: 4 * UNIT }]);
    expect(factsOf(state, 'order')).toMatchObject([{ status: 'canceled', filledMicro: 4 * UNIT }]);
  });

  test('behavior: a match that fails after the final record is taken back', () => {
    const state = closed(filled('t-1'));
    tell(state, settled('t-1', 'failed'));
    expect(state.durable.ledger).toMatchObject({
      cashMicro: 1_000 * UNIT,
      redeemableMicro: 0,
      day: { realizedMicro: 0 },
    });
    expect(factsOf(state, 'window')).toMatchObject([{ fills: 0, realizedPnlMicro: 0 }]);
    expect(factsOf(state, 'position')).toMatchObject([{ sizeMicro: 0, costMicro: 0, realizedPnlMicro: 0 }]);
  });

  test('behavior: nothing stands again in a market that is over', () => {
    const state = closed(canceled);
    tell(state, rejected, accepted);
    expect(state.durable.orders).toEqual({});
  });

  test('behavior: half an hour of windows is remembered, with their orders, and no more', () => {
    const state = createState(VENUE);
    for (let index = 0; index < 9; index++) {
      const startMs = WINDOW_START_MS + index * 300_000;
      const clientOrderId = `mm-${index}` as ClientOrderId;
      state.durable.windows[startMs] = aWindowState({ startMs });
      applyOutput(state, { type: 'submit-order', order: anOrder({ clientOrderId, windowStartMs: startMs }) });
      tell(state, { ...canceled, clientOrderId } as Report);
      applyOutput(state, { type: 'close-window', windowStartMs: startMs, verification: 'confirmed' });
    }
    expect(Object.keys(state.durable.closedWindows)).toHaveLength(6);
    expect(Object.keys(state.durable.endedOrders)).toEqual(['mm-3', 'mm-4', 'mm-5', 'mm-6', 'mm-7', 'mm-8']);
    tell(state, filled('t-1', 4 * UNIT, { clientOrderId: 'mm-0' }));
    expect(state.scratch.pendingRestrictions).toMatchObject([{ reason: 'unbooked-fill', mode: 'halted' }]);
  });
});

/** What reports can say of one order, without contradicting each other; each at its own time. */
const stories: fc.Arbitrary<Report[]> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.constantFrom<Report[]>([unsent], [unknown, absent], [rejected], [unknown, rejected], [unknown]),
  },
  {
    weight: 9,
    arbitrary: fc
      .record({
        parts: fc.array(
          fc.record({
            sizeMicro: fc.integer({ min: 1, max: 4 * UNIT }),
            feeMicro: fc.integer({ min: 0, max: 50_000 }),
            priceTicks: fc.integer({ min: 1, max: 4_800 }),
            words: fc.subarray<SettlementStatus>(['mined', 'retrying', 'matched']),
            end: fc.constantFrom<SettlementStatus | null>('confirmed', 'failed', null),
          }),
          { maxLength: 5 },
        ),
        noAnswer: fc.boolean(),
        acknowledged: fc.boolean(),
        refusedCancels: fc.nat({ max: 2 }),
        end: fc.constantFrom('rest-filled', 'canceled', 'open'),
      })
      .map(({ parts, noAnswer, acknowledged, refusedCancels, end }) => {
        let leftMicro = 10 * UNIT;
        const reports: Report[] = [];
        if (noAnswer) reports.push(unknown);
        if (acknowledged) reports.push(accepted);
        for (let index = 0; index < refusedCancels; index++) {
          reports.push({ type: 'cancel-rejected', ...about, detail: `${index}` } as Report);
        }
        parts.forEach(({ sizeMicro, words, end: last, ...more }, index) => {
          const name = `t-${index}`;
          const size = Math.min(sizeMicro, leftMicro);
          if (size === 0) return;
          leftMicro -= size;
          const at = 100 * (index + 1);
          reports.push(filled(name, size, { ...more, at }));
          for (const [place, word] of words.entries()) reports.push(settled(name, word, at + 1 + place));
          if (last !== null) reports.push(settled(name, last, at + 10));
        });
        if (end === 'rest-filled' && leftMicro > 0) reports.push(filled('t-rest', leftMicro, { at: 900 }));
        if (end === 'canceled') reports.push(canceled);
        return reports;
      }),
  },
);

/** Where a stream of reports leads: everything but when and how often it was said. */
function ending(reports: readonly Report[]) {
  const state = anEngine();
  tell(state, ...reports);
  const { status, filledMicro, spentMicro, venueOrderId } = knownOrder(state.durable, ID) ?? {};
  const { positions, matches, fills, failedFills } = windowOf(state);
  const open = Object.keys(state.durable.orders);
  const { cashMicro, day } = state.durable.ledger;
  return {
    status,
    filledMicro,
    spentMicro,
    venueOrderId,
    positions,
    matches,
    fills,
    failedFills,
    open,
    cashMicro,
    day,
  };
}

describe('any order of telling', () => {
  test('behavior: reports that come twice, out of order or ahead of the acknowledgement lead to the same end', () => {
    const told = stories.chain((story) =>
      fc.tuple(
        fc.constant(story),
        fc
          .subarray(story)
          .chain((again) => fc.shuffledSubarray([...story, ...again], { minLength: story.length + again.length })),
      ),
    );
    assertProperty(
      fc.property(told, ([story, otherwise]) => {
        expect(ending(otherwise)).toEqual(ending(story));
      }),
      { numRuns: 500 },
    );
  });

  test('behavior: no shares beyond the order, and money is conserved to the millionth', () => {
    assertProperty(
      fc.property(stories, (story) => {
        const { filledMicro, positions, cashMicro, matches } = ending(story);
        expect(filledMicro).toBeLessThanOrEqual(10 * UNIT);
        expect(positions.up.sizeMicro).toBe(filledMicro);
        const { boughtMicro, feesMicro } = positions.up;
        expect(cashMicro).toBe(1_000 * UNIT - boughtMicro - feesMicro);
        const booked = Object.values(matches).filter(({ settlement }) => settlement !== 'failed');
        expect(booked.reduce((sum, { sizeMicro }) => sum + sizeMicro, 0)).toBe(filledMicro);
      }),
    );
  });
});
