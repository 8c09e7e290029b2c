import { describe, expect, test } from 'vitest';
import { ok } from '../../../../core/model/result.ts';
import { createMarketMakerState } from '../../../../core/strategy/market-maker/market-maker-state.ts';
import {
  createShadowWindow,
  type ShadowWindow,
  shadowFills,
  stepShadow,
} from '../../../../core/strategy/market-maker/shadow-quotes.ts';
import type { StrategyView } from '../../../../core/strategy/view.ts';
import { UNIT } from '../../../support/builders.ts';
import { aFairValue, aJointBook, aMaker, aView, NOW_MS } from './strategy-view.ts';

const config = aMaker({ completion: { enabled: false, minGainTicks: 1 } });

/** A stopped maker: nothing of its own stands. */
function stoppedState() {
  const state = createMarketMakerState();
  state.stop = { sinceMs: NOW_MS - 1, ratePpm: 1_000_000, breakEvenPpm: 1, shadow: [] };
  return state;
}

function stepAt(shadow: ShadowWindow, afterMs: number, probability: number, more: Partial<StrategyView> = {}): void {
  const mid = probability * 10_000;
  const view = aView({
    nowMs: NOW_MS + afterMs,
    book: aJointBook([mid - 100, 200], [mid + 100, 200]),
    fairValue: ok(aFairValue(probability, { pricedAtMs: NOW_MS + afterMs })),
    ...more,
  });
  stepShadow(shadow, view, config, stoppedState());
}

const standing = ({ quotes }: ShadowWindow) =>
  quotes.map(({ order, goneAtMs }) => [order.outcome, order.priceTicks, goneAtMs === null ? null : goneAtMs - NOW_MS]);

describe('stepShadow', () => {
  test('default: quotes as it would without the stop', () => {
    const shadow = createShadowWindow();
    stepAt(shadow, 0, 0.5);
    expect(standing(shadow)).toEqual([
      ['up', 4_800, null],
      ['down', 4_800, null],
    ]);
    expect(shadowFills(shadow)).toEqual([]);
  });

  test('behavior: a quote that the price runs through is filled, and marked 30 s later', () => {
    const shadow = createShadowWindow();
    stepAt(shadow, 0, 0.5);
    stepAt(shadow, 200, 0.46);
    const fill = { own: true, outcome: 'up', side: 'buy', priceTicks: 4_800, sizeMicro: 5 * UNIT, feeMicro: 0 };
    expect(shadowFills(shadow)).toEqual([{ ...fill, fairTicks: 4_600, markTicks: null }]);
    stepAt(shadow, 30_199, 0.44);
    expect(shadowFills(shadow)[0]?.markTicks).toBeNull();
    stepAt(shadow, 30_200, 0.44);
    expect(shadowFills(shadow)[0]?.markTicks).toBeCloseTo(4_400, 6);
  });

  test('behavior: a quote is not there before an order would be, and stays as long as a cancel takes', () => {
    const shadow = createShadowWindow();
    stepAt(shadow, 0, 0.5);
    stepAt(shadow, 50, 0.46);
    expect(shadowFills(shadow)).toEqual([]);
    expect(standing(shadow)[0]).toEqual(['up', 4_800, 150]);
    stepAt(shadow, 149, 0.46);
    expect(shadowFills(shadow)).toHaveLength(1);
  });

  test('behavior: its own fills are its inventory: a half it holds keeps it from losing pairs', () => {
    const shadow = createShadowWindow();
    stepAt(shadow, 0, 0.5);
    stepAt(shadow, 200, 0.46);
    stepAt(shadow, 400, 0.3);
    const down = shadow.quotes.filter(({ order, goneAtMs }) => order.outcome === 'down' && goneAtMs === null);
    expect(down.every(({ order }) => order.priceTicks + 4_800 < 10_000)).toBe(true);
  });

  test('behavior: what is not there, or not priced, fills and marks nothing', () => {
    const shadow = createShadowWindow();
    stepAt(shadow, 0, 0.5);
    stepAt(shadow, 200, 0.46, { book: aJointBook([4_500, 1], []) });
    expect(shadowFills(shadow)).toEqual([]);
    expect(standing(shadow).every(([, , goneAt]) => goneAt !== null)).toBe(true);
  });
});
