import { describe, expect, test } from 'vitest';
import type { Output } from '../../core/engine/outputs.ts';
import type { SettlementStatus } from '../../core/model/report.ts';
import { createEngineMetrics } from '../../durable-objects/engine-metrics.ts';
import { WINDOW_START_MS } from '../support/builders.ts';

const header = { seq: 1, tsEvent: WINDOW_START_MS, tsInit: WINDOW_START_MS };
const fillRow = (settlement: SettlementStatus): Output => ({
  type: 'publish-fact',
  fact: {
    kind: 'fill',
    tradeId: 't-1',
    clientOrderId: 'mm-1',
    series: 'btc-updown-5m',
    windowStartMs: WINDOW_START_MS,
    strategy: 'market-maker',
    outcome: 'up',
    side: 'buy',
    priceTicks: 4_800,
    sizeMicro: 5_000_000,
    feeMicro: 0,
    liquidity: 'maker',
    filledAtMs: WINDOW_START_MS,
    settlement,
  },
});

describe('createEngineMetrics', () => {
  test('behavior: a match that failed to settle is counted, once', () => {
    const metrics = createEngineMetrics();
    for (const settlement of ['matched', 'failed', 'confirmed'] as const) {
      metrics.note({ event: { type: 'recovery-completed', ...header }, outputs: [fillRow(settlement)] });
    }
    expect(metrics.counters(0, 0)).toMatchObject({ outputs: 3, failedFills: 1, fills: 0 });
  });
});
