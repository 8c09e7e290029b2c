import { describe, expect, test } from 'vitest';
import { DEFAULT_ENGINE_CONFIG } from '../../../core/config/defaults.ts';
import { applyEvent, applyOutput } from '../../../core/engine/apply.ts';
import { CHECKPOINT_VERSION, decodeCheckpoint, encodeCheckpoint } from '../../../core/engine/checkpoint.ts';
import { createState, type DurableState } from '../../../core/engine/state.ts';
import { orderSalt } from '../../../core/execution/order-identity.ts';
import type { ClientOrderId, TradeId } from '../../../core/model/identifiers.ts';
import { encodeTaggedJson } from '../../../core/model/tagged-json.ts';
import { aConfig, anOrder, aWindowState, SERIES, UNIT, WINDOW_START_MS } from '../../support/builders.ts';

const ID = 'mm-7' as ClientOrderId;

/** What the first release wrote, by hand: a window with a position, an order that stands, a ledger. */
function firstVersion(): unknown {
  const { flatten: _, execution: __, probe: ___, ...config } = DEFAULT_ENGINE_CONFIG;
  const { salt: ____, ...order } = anOrder({ clientOrderId: ID });
  const { window, slug, market, guard, tickSizeTicks, worstFeed, decision, official } = aWindowState();
  const position = (outcome: string, sizeMicro: number, costMicro: number) => ({
    outcome,
    sizeMicro,
    costMicro,
    feesMicro: 0,
    realizedMicro: 0,
    boughtMicro: costMicro,
    soldMicro: 0,
  });
  return {
    checkpointVersion: 1,
    durable: {
      config,
      epoch: 3,
      nowMs: WINDOW_START_MS + 20_000,
      lastSeq: 4_711,
      nextOrderNumber: 8,
      nextAuditNumber: 2,
      windows: {
        [WINDOW_START_MS]: {
          window,
          slug,
          market,
          guard,
          tickSizeTicks,
          subscribed: true,
          positions: { up: position('up', 10 * UNIT, 4_800_001), down: position('down', 0, 0) },
          orders: 7,
          fills: 1,
          official: { ...official, strikeE18: 84_500n * 10n ** 18n },
          resolved: null,
          worstFeed,
          decision,
        },
      },
      orders: {
        [ID]: {
          order,
          number: 7,
          status: 'resting',
          venueOrderId: 'sim-mm-7',
          filledMicro: 2 * UNIT,
          spentMicro: 960_000,
          cancelRequestedMs: null,
          tradeIds: ['mm-7-1'],
        },
      },
      boundaries: {},
      ledger: {
        cashMicro: 995 * UNIT,
        day: { startMs: WINDOW_START_MS, windows: 4, fills: 2, feesMicro: 5, realizedMicro: -3 },
      },
      restrictions: [],
      timers: { boundary: { dueMs: WINDOW_START_MS + 60_000, generation: 9 } },
      timerGeneration: 9,
      unverifiedInRow: 1,
    },
  };
}

function mustDecode(text: string): DurableState {
  const decoded = decodeCheckpoint(text);
  if (!decoded.ok) throw new Error(decoded.error.detail);
  return decoded.value;
}

describe('decodeCheckpoint', () => {
  test('behavior: orders, matches and closed windows come back as they were', () => {
    const state = createState(aConfig({ execution: 'venue' }));
    state.durable.windows[WINDOW_START_MS] = aWindowState();
    applyOutput(state, { type: 'submit-order', order: anOrder({ clientOrderId: ID }) });
    const header = { seq: 1, tsEvent: WINDOW_START_MS, tsInit: WINDOW_START_MS, clientOrderId: ID };
    const match = { priceTicks: 4_800, sizeMicro: UNIT, feeMicro: 1, liquidity: 'taker' } as const;
    applyEvent(state, { type: 'order-filled', ...header, tradeId: 't-1' as TradeId, ...match });
    const settlement = { type: 'fill-settlement-changed', ...header, transactionHash: '0xab' } as const;
    applyEvent(state, { ...settlement, tradeId: 't-1' as TradeId, status: 'mined' });
    applyEvent(state, { ...settlement, tradeId: 't-2' as TradeId, status: 'failed' });
    applyEvent(state, { type: 'order-canceled', ...header, reason: 'requested' });
    applyOutput(state, { type: 'close-window', windowStartMs: WINDOW_START_MS, verification: 'missing' });
    const text = encodeCheckpoint(state.durable);
    expect(mustDecode(text)).toEqual(state.durable);
    expect(encodeCheckpoint(mustDecode(text))).toBe(text);
    expect(Object.keys(mustDecode(text).endedOrders)).toEqual([ID]);
  });

  test('behavior: a checkpoint of the release before is read, with the same money and orders', () => {
    const durable = mustDecode(encodeTaggedJson(firstVersion()));
    expect(durable.orders[ID]).toMatchObject({
      status: 'resting',
      filledMicro: 2 * UNIT,
      resentMs: null,
      endedMs: null,
    });
    expect(durable.orders[ID]?.order.salt).toBe(orderSalt(SERIES, 3, ID));
    expect(durable.ledger).toMatchObject({ cashMicro: 995 * UNIT, redeemableMicro: 0 });
    expect(durable.config).toMatchObject({ execution: 'simulated', probe: null });
    expect(durable.windows[WINDOW_START_MS]?.positions.up.costMicro).toBe(4_800_001);
    expect(mustDecode(encodeCheckpoint(durable))).toEqual(durable);
  });

  test('behavior: what it says of a position stays when a match that is told out of order is booked', () => {
    const state = createState(aConfig());
    state.durable = mustDecode(encodeTaggedJson(firstVersion()));
    const fill = { priceTicks: 4_800, sizeMicro: UNIT, feeMicro: 0, liquidity: 'maker' } as const;
    for (const [tradeId, tsEvent] of [
      ['t-1', 2],
      ['t-2', 1],
    ] as const) {
      const header = { seq: 5_000 + tsEvent, tsEvent, tsInit: WINDOW_START_MS, clientOrderId: ID };
      applyEvent(state, { type: 'order-filled', ...header, tradeId: tradeId as TradeId, ...fill });
    }
    const { up } = state.durable.windows[WINDOW_START_MS]?.positions ?? {};
    expect(up).toMatchObject({ sizeMicro: 12 * UNIT, boughtMicro: 5_760_001 });
  });

  test.each([
    ['no JSON', '{'],
    ['a newer version', encodeTaggedJson({ checkpointVersion: CHECKPOINT_VERSION + 1, durable: {} })],
    ['an older one than the one before', encodeTaggedJson({ checkpointVersion: 0, durable: {} })],
    ['version 1 without a state', encodeTaggedJson({ checkpointVersion: 1 })],
    ['nothing', 'null'],
  ])('error: %s', (_, text) => {
    expect(decodeCheckpoint(text)).toMatchObject({ ok: false, error: { kind: 'unreadable' } });
  });

  test('error: a field that nobody knows, in a version 1 document too', () => {
    const old = firstVersion() as { durable: Record<string, unknown> };
    const text = encodeTaggedJson({ ...old, durable: { ...old.durable, surprise: 1 } });
    expect(decodeCheckpoint(text)).toMatchObject({ ok: false });
  });
});
