import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TradeId, VenueOrderId } from '../../../core/model/identifiers.ts';
import type { ApprovedOrder } from '../../../core/model/order.ts';
import {
  bookedMicro,
  noteAbsent,
  noteAccepted,
  noteFill,
  noteRejected,
  noteUnknown,
  noteUnsent,
  noteVenueOrder,
  remainingMicro,
  type Tracked,
  type TrackedOrder,
  trackOrder,
} from '../../../runner/account/order-tracker.ts';
import type { VenueFill, VenueOrder, VenueOrderStatus } from '../../../runner/clob/clob-client.ts';
import { SERIES, START_MS, UNIT, windowAt } from '../../support/account-world.ts';
import { assertProperty } from '../../support/assert-property.ts';
import { anOrder } from '../../support/builders.ts';

const market = windowAt(0);
const orderHash = `0x${'a'.repeat(64)}` as VenueOrderId;
const AT = START_MS + 20_000;

function tracked(more: Partial<ApprovedOrder> = {}): TrackedOrder {
  return trackOrder({
    series: SERIES,
    epoch: 1,
    order: anOrder({ tokenId: market.tokens.up, ...more }),
    orderHash,
    conditionId: market.conditionId,
    tokens: market.tokens,
    windowEndMs: market.window.endMs,
    fees: market.fees,
  });
}

const aFill = (tradeId: string, sizeMicro: number, more: Partial<VenueFill> = {}): VenueFill => ({
  tradeId: tradeId as TradeId,
  orderHash,
  tokenId: market.tokens.up,
  side: 'buy',
  priceTicks: 4_800,
  sizeMicro,
  liquidity: 'maker',
  settlement: 'matched',
  transactionHash: null,
  matchedMs: AT,
  ...more,
});

const stated = (status: VenueOrderStatus, matchedMicro = 0, more: Partial<VenueOrder> = {}): VenueOrder => ({
  orderHash,
  status,
  statusText: status,
  conditionId: market.conditionId,
  tokenId: market.tokens.up,
  side: 'buy',
  priceTicks: 4_800,
  originalMicro: 10 * UNIT,
  matchedMicro,
  timeInForce: 'GTC',
  tradeIds: [],
  ...more,
});

const placed = (status: 'live' | 'matched' | 'delayed' | 'unmatched', tradeIds: readonly string[] = []) => ({
  orderHash,
  status,
  tradeIds: tradeIds as readonly TradeId[],
});

const types = (...outs: readonly Tracked[]): string[] => outs.flatMap(({ facts }) => facts.map(({ type }) => type));

describe('trackOrder', () => {
  test('behavior: a match ahead of the acknowledgement accepts the order; the acknowledgement says nothing new', () => {
    const order = tracked();
    expect(types(noteFill(order, aFill('t1', UNIT), AT), noteAccepted(order, placed('live'), AT))).toEqual([
      'order-accepted',
      'order-filled',
    ]);
    expect(order.phase).toBe('standing');
  });

  test('behavior: a refusal of an order that was seen is raised, not told', () => {
    const order = tracked();
    noteFill(order, aFill('t1', UNIT), AT);
    const out = noteRejected(order, 'other', 'no', AT);
    expect(out).toMatchObject({ facts: [], askOrder: true });
    expect(out.alerts).toHaveLength(1);
  });

  test.each([
    ['refused', (order: TrackedOrder) => noteRejected(order, 'other', 'no', AT)],
    ['unsent', (order: TrackedOrder) => noteUnsent(order, AT)],
    ['absent', (order: TrackedOrder) => noteAbsent(order, '', AT)],
  ])('behavior: an order taken for %s that shows at the venue stands again, with an alert', (_name, give) => {
    const order = tracked();
    noteUnknown(order, AT);
    give(order);
    const out = noteVenueOrder(order, stated('live'), false, AT);
    expect(types(out)).toEqual(['order-accepted']);
    expect(out.alerts).toHaveLength(1);
    expect(order.phase).toBe('standing');
  });

  test.each<[VenueOrderStatus, boolean, boolean, string]>([
    ['canceled', true, false, 'requested'],
    ['canceled', false, true, 'dead-man'],
    ['canceled', false, false, 'other'],
    ['canceled-market-resolved', false, false, 'market-resolved'],
    ['canceled-expired', false, false, 'expired'],
    ['canceled-no-balance', false, false, 'insufficient-balance'],
    ['invalid', false, false, 'other'],
  ])('behavior: %s (asked %s, dead man %s) ends as %s', (status, asked, deadMan, reason) => {
    const order = tracked();
    noteAccepted(order, placed('live'), AT);
    order.cancelAsked = asked;
    const out = noteVenueOrder(order, stated(status), deadMan, AT);
    expect(out.facts).toEqual([
      { type: 'order-canceled', tsEvent: AT, clientOrderId: order.order.clientOrderId, reason },
    ]);
  });

  test('behavior: an end waits for every match that the venue counts', () => {
    const order = tracked();
    noteAccepted(order, placed('live'), AT);
    const end = noteVenueOrder(order, stated('canceled', 3 * UNIT), false, AT);
    expect(end).toMatchObject({ facts: [], askTrades: true });
    expect(types(noteFill(order, aFill('t1', UNIT), AT), noteFill(order, aFill('t2', 2 * UNIT), AT))).toEqual([
      'order-filled',
      'order-filled',
      'order-canceled',
    ]);
  });

  test('behavior: a FAK that was matched in part ends once its matches are known, with the taker’s fee at the better price', () => {
    const order = tracked({ timeInForce: 'FAK', postOnly: false });
    const first = noteAccepted(order, placed('matched', ['t1']), AT);
    expect(first.askTrades).toBe(true);
    noteVenueOrder(order, stated('matched', 4 * UNIT, { tradeIds: ['t1' as TradeId] }), false, AT);
    const out = noteFill(order, aFill('t1', 4 * UNIT, { liquidity: 'taker', priceTicks: 4_000 }), AT);
    expect(types(out)).toEqual(['order-filled', 'order-canceled']);
    // 4 × 0.07 × 0.4 × 0.6 = 0.0672
    expect(out.facts[0]).toMatchObject({ priceTicks: 4_000, feeMicro: 67_200 });
    expect(out.facts[1]).toMatchObject({ reason: 'unfilled-remainder' });
  });

  test('behavior: "matched" without a size ends nothing', () => {
    const order = tracked({ timeInForce: 'FOK', postOnly: false });
    expect(types(noteVenueOrder(order, stated('matched', 0), false, AT))).toEqual(['order-accepted']);
    expect(order.phase).toBe('standing');
  });

  test('behavior: a market purchase that spent less than its amount ends as the venue says', () => {
    const order = tracked({ timeInForce: 'FAK', postOnly: false, amount: { unit: 'pusd', spendMicro: 5 * UNIT } });
    noteAccepted(order, placed('matched', ['t1']), AT);
    noteFill(order, aFill('t1', 10 * UNIT, { liquidity: 'taker' }), AT);
    expect(remainingMicro(order)).toBe(200_000);
    expect(types(noteVenueOrder(order, stated('matched', 10 * UNIT), false, AT))).toEqual(['order-canceled']);
  });

  test.each([
    ['another token', { tokenId: market.tokens.down }],
    ['the other side', { side: 'sell' as const }],
  ])('error: a match of %s is not booked', (_name, more) => {
    const order = tracked();
    const out = noteFill(order, aFill('t1', UNIT, more), AT);
    expect(out).toMatchObject({ facts: [], unknownStatus: true });
    expect(order.fills.size).toBe(0);
  });

  test('behavior: a failed settlement is told once and stands; confirmed does not go back', () => {
    const order = tracked();
    noteAccepted(order, placed('live'), AT);
    const out = [
      noteFill(order, aFill('t1', UNIT, { settlement: 'failed' }), AT),
      noteFill(order, aFill('t1', UNIT, { settlement: 'failed' }), AT),
      noteFill(order, aFill('t1', UNIT, { settlement: 'mined' }), AT),
      noteFill(order, aFill('t2', UNIT, { settlement: 'confirmed' }), AT),
      noteFill(order, aFill('t2', UNIT), AT),
    ];
    expect(out.flatMap(({ facts }) => facts).map((fact) => ('status' in fact ? fact.status : fact.type))).toEqual([
      'order-filled',
      'failed',
      'order-filled',
      'confirmed',
    ]);
    expect(out[2]?.alerts).toHaveLength(1);
  });

  test('behavior: whatever the order and however often, each match is told once and the end last (property)', () => {
    const message = fc.oneof(
      fc.constant({ kind: 'ack' } as const),
      fc.record({ kind: fc.constant('fill' as const), at: fc.nat({ max: 3 }), final: fc.boolean() }),
      fc.record({ kind: fc.constant('live' as const), at: fc.nat({ max: 4 }) }),
      fc.constant({ kind: 'canceled' } as const),
      fc.constant({ kind: 'unknown' } as const),
    );
    assertProperty(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 4, maxLength: 4 }),
        fc.array(message, { maxLength: 40 }),
        (shares, script) => {
          const sizes = shares.map((size) => size * 500_000);
          const total = sizes.reduce((sum, size) => sum + size, 0);
          const order = tracked();
          const facts: Tracked['facts'] = [];
          const fillAt = (at: number, final: boolean) =>
            noteFill(order, aFill(`t${at}`, sizes[at] ?? 0, { settlement: final ? 'confirmed' : 'matched' }), AT);
          // In the end everything has been said once at least.
          const whole = [
            ...script,
            { kind: 'ack' } as const,
            ...sizes.map((_size, at) => ({ kind: 'fill', at, final: true }) as const),
            { kind: 'canceled' } as const,
          ];
          for (const step of whole) {
            if (step.kind === 'ack') facts.push(...noteAccepted(order, placed('live'), AT).facts);
            else if (step.kind === 'fill') facts.push(...fillAt(step.at, step.final).facts);
            else if (step.kind === 'unknown') facts.push(...noteUnknown(order, AT).facts);
            else if (step.kind === 'live') {
              const matched = sizes.slice(0, step.at).reduce((sum, size) => sum + size, 0);
              facts.push(...noteVenueOrder(order, stated('live', matched), false, AT).facts);
            } else facts.push(...noteVenueOrder(order, stated('canceled', total), false, AT).facts);
          }
          const filled = facts.filter(({ type }) => type === 'order-filled');
          expect(filled).toHaveLength(4);
          expect(facts.filter(({ type }) => type === 'order-accepted')).toHaveLength(1);
          expect(facts.filter(({ type }) => type === 'order-canceled')).toHaveLength(1);
          const endAt = facts.findIndex(({ type }) => type === 'order-canceled');
          expect(facts.slice(endAt).some(({ type }) => type === 'order-filled')).toBe(false);
          expect(bookedMicro(order)).toBe(total);
          expect(order.phase).toBe('ended');
        },
      ),
    );
  });
});
