import { describe, expect, test } from 'vitest';
import type { MarketMakerConfig } from '../../../../core/config/market-maker-config.ts';
import { adverseTicks } from '../../../../core/strategy/market-maker/adverse-selection.ts';
import { decideMarketMaker } from '../../../../core/strategy/market-maker/decide-market-maker.ts';
import {
  createMarketMakerState,
  type EndedWindow,
  type MarketMakerState,
  noteFills,
  noteShadowWindowEnded,
  noteWindowEnded,
  unpairedOf,
} from '../../../../core/strategy/market-maker/market-maker-state.ts';
import { oneSidedRate, scoreWindow } from '../../../../core/strategy/market-maker/one-sided-stop.ts';
import type { WindowFill } from '../../../../core/strategy/market-maker/unpaired-lots.ts';
import { UNIT, WINDOW_MS, WINDOW_START_MS } from '../../../support/builders.ts';
import { aFill, aMaker, aView } from './strategy-view.ts';

const config = aMaker({ oneSided: { windowsKept: 10, minWindows: 4, resumeWindows: 3, maxPauseMs: 3_600_000 } });

const PAIR = [aFill('up', 4_700), aFill('down', 4_900)];
/** A half that stayed alone and lost 20 cents against its mark. */
const LONE = [aFill('up', 4_700, 5, { fairTicks: 4_900, markTicks: 2_700 })];

const ended = (number: number, fills: readonly WindowFill[], more: Partial<EndedWindow> = {}): EndedWindow => ({
  windowStartMs: WINDOW_START_MS + number * WINDOW_MS,
  endedMs: WINDOW_START_MS + (number + 1) * WINDOW_MS,
  fills,
  winner: 'down',
  ...more,
});

function stopped(settings: MarketMakerConfig = config): MarketMakerState {
  const state = createMarketMakerState();
  for (const number of [0, 1, 2, 3]) noteWindowEnded(state, ended(number, LONE), settings);
  return state;
}

describe('noteFills', () => {
  test('default: what waits for its half, and nothing once it has it', () => {
    const state = createMarketMakerState();
    noteFills(state, WINDOW_START_MS, LONE);
    expect(unpairedOf(state, WINDOW_START_MS).up).toHaveLength(1);
    noteFills(state, WINDOW_START_MS, PAIR);
    expect(state).toEqual(createMarketMakerState());
  });

  test('behavior: a match that is taken back leaves what there was without it', () => {
    const state = createMarketMakerState();
    noteFills(state, WINDOW_START_MS, PAIR);
    noteFills(state, WINDOW_START_MS, PAIR.slice(0, 1));
    expect(unpairedOf(state, WINDOW_START_MS)).toEqual({
      up: [{ own: true, costTicks: 4_700, sizeMicro: 5 * UNIT, markTicks: null }],
      down: [],
    });
  });

  test('behavior: the state is plain data', () => {
    const state = stopped();
    noteFills(state, WINDOW_START_MS, LONE);
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  });
});

describe('scoreWindow', () => {
  const score = (fills: readonly WindowFill[], winner: 'up' | 'down' | null) => scoreWindow(0, fills, winner, config);

  test('default: pairs gain their spread, lone shares lose against their mark', () => {
    expect(score([...PAIR, ...LONE], null)).toMatchObject({
      pairedMicro: 5 * UNIT,
      pairGainMicro: 0.2 * UNIT,
      singleMicro: 5 * UNIT,
      singleLossMicro: 1 * UNIT,
    });
  });

  test.each([
    ['against the payoff without a mark', 'down' as const, 0.47 * 5],
    ['a winner has lost nothing', 'up' as const, -0.53 * 5],
    ['as the widest quote without either', null, 0.05 * 5],
  ])('behavior: %s', (_, winner, lossPusd) => {
    expect(score([aFill('up', 4_700)], winner).singleLossMicro).toBeCloseTo(lossPusd * UNIT, 6);
  });

  test("behavior: other strategies' fills are not the maker's", () => {
    expect(score([aFill('up', 4_700, 5, { own: false })], 'down')).toMatchObject({ pairedMicro: 0, singleMicro: 0 });
  });
});

describe('oneSidedRate', () => {
  const rateOf = (...windows: WindowFill[][]) =>
    oneSidedRate(
      windows.map((fills) => scoreWindow(0, fills, null, config)),
      config,
    );

  test('default: at the break-even the pairs just pay for the lone shares', () => {
    // Pairs gain 4 cents, lone shares lose 20: one lone share for five pairs, 1/6.
    expect(rateOf(PAIR, LONE)).toEqual({ ratePpm: 500_000, breakEvenPpm: 166_667 });
  });

  test('behavior: without a pair the configured spread stands for its gain', () => {
    expect(rateOf(LONE)).toEqual({ ratePpm: 1_000_000, breakEvenPpm: 166_667 });
  });

  test('behavior: lone shares that gain need no pairs; nothing filled says nothing', () => {
    expect(rateOf([aFill('up', 4_700, 5, { markTicks: 4_800 })])?.breakEvenPpm).toBe(1_000_000);
    expect(rateOf()).toBeNull();
    expect(rateOf([])).toBeNull();
  });
});

describe('noteWindowEnded', () => {
  test('default: stops once the one-sided rate is past its break-even', () => {
    const state = createMarketMakerState();
    const changes = [0, 1, 2, 3].map((number) => noteWindowEnded(state, ended(number, LONE), config));
    expect(changes).toEqual([null, null, null, 'stopped']);
    expect(state.stop).toMatchObject({ ratePpm: 1_000_000, breakEvenPpm: 166_667 });
  });

  test('behavior: goes on while pairs pay for the lone shares', () => {
    const state = createMarketMakerState();
    // Five pairs gain 20 cents a share, the lone share loses 19; whole rounds are looked back on.
    const settings = { ...config, oneSided: { ...config.oneSided, windowsKept: 12, minWindows: 6 } };
    for (let number = 0; number < 60; number++) {
      const fills = number % 6 === 5 ? [aFill('up', 4_700, 5, { markTicks: 2_800 })] : PAIR;
      expect(noteWindowEnded(state, ended(number, fills), settings)).toBeNull();
    }
    expect(state.scores).toHaveLength(12);
  });

  test('behavior: windows without a fill are no evidence', () => {
    const state = createMarketMakerState();
    for (const number of [0, 1, 2, 3, 4]) noteWindowEnded(state, ended(number, []), config);
    expect(state.scores).toEqual([]);
  });

  test('behavior: a window that has ended waits for no half', () => {
    const state = createMarketMakerState();
    noteFills(state, WINDOW_START_MS, LONE);
    noteWindowEnded(state, ended(0, LONE), config);
    expect(state.unpaired).toEqual({});
  });

  test('defect 12: a pause that only trades could end: it ends by time, though nothing trades', () => {
    const state = stopped();
    const stoppedMs = state.stop?.sinceMs ?? 0;
    const at = (nowMs: number) =>
      decideMarketMaker(
        aView({ nowMs, window: { startMs: nowMs - 100_000, endMs: nowMs + 200_000 } }),
        { ...config, maxFairValueAgeMs: 1e9 },
        state,
      ).rule;
    expect(at(stoppedMs + 3_599_999)).toBe('one-sided-stop');
    expect(at(stoppedMs + 3_600_000)).toBe('quoting');
    expect(noteWindowEnded(state, ended(20, []), config)).toBe('resumed');
    expect(state.stop).toBeNull();
  });

  test('defect 12: … and by shadow quotes that look well', () => {
    const state = stopped();
    const changes = [4, 5, 6].map((number) => noteShadowWindowEnded(state, ended(number, PAIR), config));
    expect(changes).toEqual([null, null, 'resumed']);
    expect(decideMarketMaker(aView(), config, state).rule).toBe('quoting');
  });

  test('behavior: shadow quotes that do badly keep it stopped, until the last of them do well', () => {
    const state = stopped();
    for (const number of [4, 5, 6, 7]) expect(noteShadowWindowEnded(state, ended(number, LONE), config)).toBeNull();
    for (const number of [8, 9]) expect(noteShadowWindowEnded(state, ended(number, PAIR), config)).toBeNull();
    expect(noteShadowWindowEnded(state, ended(10, PAIR), config)).toBe('resumed');
  });

  test('behavior: after it has resumed it is judged anew', () => {
    const state = stopped();
    for (const number of [4, 5, 6]) noteShadowWindowEnded(state, ended(number, PAIR), config);
    expect(noteWindowEnded(state, ended(7, LONE), config)).toBeNull();
    expect(state.scores).toHaveLength(1);
  });

  test('behavior: a shadow says nothing while quoting is not stopped', () => {
    const state = createMarketMakerState();
    expect(noteShadowWindowEnded(state, ended(0, LONE), config)).toBeNull();
    expect(state).toEqual(createMarketMakerState());
  });
});

describe('adverseTicks', () => {
  const fitted = aMaker({ adverseSelectionTicks: 50, adversePriorMicro: 100 * UNIT });
  const fittedAfter = (fills: readonly WindowFill[], windows = 1) => {
    const state = createMarketMakerState();
    for (let number = 0; number < windows; number++) noteWindowEnded(state, ended(number, fills), fitted);
    return adverseTicks(state.adverse, fitted);
  };
  const moved = (ticks: number) => aFill('up', 4_700, 5, { fairTicks: 4_900, markTicks: 4_900 - ticks });

  test('default: what is believed before a fill was seen', () => {
    expect(adverseTicks(createMarketMakerState().adverse, fitted)).toBe(50);
  });

  test('behavior: fills weigh by their shares against the belief', () => {
    expect(fittedAfter([moved(260)])).toBeCloseTo((50 * 100 + 260 * 5) / 105, 9);
  });

  test('behavior: many fills overrule the belief', () => {
    // Twenty shares a window that fade by 1 %: two thousand of them against a belief of a hundred.
    const fills = [moved(200), moved(200), moved(200), moved(200)];
    expect(fittedAfter(fills, 1_000)).toBeCloseTo((50 * 100 + 200 * 2_000) / 2_100, 1);
  });

  test('behavior: never below 0, and a fill that was not marked tells nothing', () => {
    expect(fittedAfter([moved(-5_000)])).toBe(0);
    expect(fittedAfter([aFill('up', 4_700)])).toBe(50);
    expect(fittedAfter([aFill('up', 4_700, 5, { fairTicks: Number.NaN, markTicks: 1 })])).toBe(50);
  });
});
