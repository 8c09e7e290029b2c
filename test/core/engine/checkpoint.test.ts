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
  const { window, slug, market, guard, tickSizeTicks, worstFeed, official } = aWindowState();
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
          decision: { strategy: 'market-maker', outcome: 'no quotes', rule: 'leaving' },
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

/** What the second release wrote of a window with two matches, of which one order is forgotten. */
function secondVersion(probe: DurableState['config']['probe'] = null): unknown {
  const state = createState(aConfig({ execution: 'venue' }));
  state.durable.windows[WINDOW_START_MS] = aWindowState();
  const match = { priceTicks: 4_800, sizeMicro: UNIT, feeMicro: 1, liquidity: 'taker' } as const;
  for (const name of ['mm-7', 'mm-8']) {
    const clientOrderId = name as ClientOrderId;
    applyOutput(state, { type: 'submit-order', order: anOrder({ clientOrderId }) });
    const header = { seq: 1, tsEvent: WINDOW_START_MS, tsInit: WINDOW_START_MS, clientOrderId };
    applyEvent(state, { type: 'order-filled', ...header, tradeId: `t-${name}` as TradeId, ...match });
  }
  delete state.durable.orders['mm-8' as ClientOrderId];
  const { accounting: _, risk: __, strategies: ___, applied: ____, config, ...durable } = state.durable;
  const { ledger: _____, ...recorded } = config;
  const windows = Object.fromEntries(
    Object.entries(durable.windows).map(([start, window]) => {
      const { attributions: _a, accounted: _b, decisions: _c, strikeInterval: _d, ...old } = window;
      return [start, { ...old, decision: { strategy: 'market-maker', outcome: 'no quotes', rule: 'leaving' } }];
    }),
  );
  return { checkpointVersion: 2, durable: { ...durable, config: { ...recorded, probe }, windows } };
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

  test('behavior: matches of a checkpoint of version 2 find their strategy by their order, and their marks are due', () => {
    const durable = mustDecode(encodeTaggedJson(secondVersion()));
    const [known, forgotten] = Object.values(durable.windows[WINDOW_START_MS]?.attributions ?? {});
    const unmarked = { ledger: 'sim', marksMicro: [], carried: 0, worstDelayMs: 0 };
    expect(known).toEqual({ strategy: 'market-maker', ...unmarked });
    expect(forgotten).toEqual({ strategy: 'unattributed', ...unmarked });
    expect(durable.accounting).toEqual({ ledgers: {}, marksDueMs: 0 });
    const decisions = { 'market-maker': { outcome: 'no quotes', rule: 'leaving' } };
    expect(durable.windows[WINDOW_START_MS]?.decisions).toEqual(decisions);
    expect(mustDecode(encodeCheckpoint(durable))).toEqual(durable);
    // What was a probe stays in the ledger of the probe.
    expect(mustDecode(encodeTaggedJson(secondVersion({ maxOrdersPerWindow: 1 }))).config.ledger).toBe('probe');
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
