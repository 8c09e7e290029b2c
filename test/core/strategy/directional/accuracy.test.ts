import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../../../core/model/window.ts';
import {
  type AccuracyState,
  accuracyFigures,
  type DirectionalCall,
  hasCall,
  NO_ACCURACY,
  recordCall,
  scoreWindow,
} from '../../../../core/strategy/directional/accuracy.ts';
import { assertProperty } from '../../../support/assert-property.ts';
import { WINDOW_MS, WINDOW_START_MS } from '../../../support/builders.ts';

const CONFIG = { outcomes: 100, resumeMarginPpm: 10_000 };
const startOf = (window: number) => WINDOW_START_MS + window * WINDOW_MS;

const aCall = (window: number, more: Partial<DirectionalCall> = {}): DirectionalCall => ({
  windowStartMs: startOf(window),
  atMs: startOf(window) + 100_000,
  outcome: 'up',
  breakEvenPpm: 550_000,
  shadow: false,
  ...more,
});

/** One window from call to resolution. A paused strategy calls as a shadow: nothing of it is sent. */
function played(state: AccuracyState, window: number, winner: Outcome): AccuracyState {
  const shadow = state.pausedSinceMs !== null;
  return scoreWindow(recordCall(state, aCall(window, { shadow })), startOf(window), winner, CONFIG);
}

function playedAll(state: AccuracyState, from: number, winners: readonly Outcome[]): AccuracyState {
  return winners.reduce((now, winner, index) => played(now, from + index, winner), state);
}

const winners = (won: number, lost: number): Outcome[] => [
  ...Array.from({ length: won }, () => 'up' as const),
  ...Array.from({ length: lost }, () => 'down' as const),
];

describe('scoreWindow', () => {
  test('default: 55 of 100 at a break-even of 0.55 go on, 54 pause', () => {
    expect(playedAll(NO_ACCURACY, 0, winners(55, 45)).pausedSinceMs).toBeNull();
    expect(playedAll(NO_ACCURACY, 0, winners(54, 46)).pausedSinceMs).toBe(startOf(99));
  });

  test('behavior: nothing is paused on fewer outcomes', () => {
    expect(playedAll(NO_ACCURACY, 0, winners(0, 99)).pausedSinceMs).toBeNull();
  });

  test('defect 12: while paused nothing is traded, and yet the pause ends when shadow calls win again', () => {
    let state = playedAll(NO_ACCURACY, 0, winners(40, 60));
    expect(state.pausedSinceMs).toBe(startOf(99));
    let window = 100;
    while (state.pausedSinceMs !== null && window < 1_000) state = played(state, window++, 'up');
    // The 40 wins leave the count first, each for a new win; 16 of the losses have to follow them for 56 of 100.
    expect(window).toBe(100 + 40 + 16);
    expect(state.scored.filter(({ shadow }) => shadow)).toHaveLength(56);
    expect(accuracyFigures(state.scored)).toEqual({ outcomes: 100, accuracyPpm: 560_000, breakEvenPpm: 550_000 });
  });

  test('behavior: a pause stays while accuracy stands at its break-even, until the margin is reached', () => {
    const paused = playedAll(NO_ACCURACY, 0, winners(54, 46));
    const recovering = playedAll(paused, 100, winners(55, 0));
    expect(accuracyFigures(recovering.scored)?.accuracyPpm).toBe(550_000);
    expect(recovering.pausedSinceMs).toBe(startOf(99));
    expect(played(recovering, 155, 'up').pausedSinceMs).toBeNull();
  });

  test('behavior: bets at certainty’s price can resume too: no margin above 100 %', () => {
    const call = (window: number) => aCall(window, { breakEvenPpm: 995_000 });
    const play = (state: AccuracyState, window: number, winner: Outcome) =>
      scoreWindow(recordCall(state, call(window)), startOf(window), winner, CONFIG);
    let state = NO_ACCURACY;
    for (let window = 0; window < 100; window++) state = play(state, window, 'down');
    expect(state.pausedSinceMs).not.toBeNull();
    for (let window = 100; window < 200; window++) state = play(state, window, 'up');
    expect(state.pausedSinceMs).toBeNull();
  });

  test('behavior: a window without a call, or scored already, changes nothing', () => {
    const state = played(NO_ACCURACY, 0, 'up');
    expect(scoreWindow(state, startOf(7), 'up', CONFIG)).toBe(state);
    expect(scoreWindow(state, startOf(0), 'up', CONFIG)).toBe(state);
  });

  test('behavior: the venue’s word replaces ours', () => {
    const corrected = scoreWindow(played(NO_ACCURACY, 0, 'up'), startOf(0), 'down', CONFIG);
    expect(corrected.scored.map(({ won }) => won)).toEqual([false]);
  });

  test('behavior: windows may be resolved out of order', () => {
    const called = recordCall(recordCall(NO_ACCURACY, aCall(0)), aCall(1, { outcome: 'down' }));
    const state = scoreWindow(scoreWindow(called, startOf(1), 'down', CONFIG), startOf(0), 'down', CONFIG);
    expect(state.pending).toEqual([]);
    expect(state.scored.map(({ windowStartMs, won }) => [windowStartMs, won])).toEqual([
      [startOf(1), true],
      [startOf(0), false],
    ]);
  });

  test('behavior: comes back from JSON and goes on as if it had never left', () => {
    const story = fc.array(fc.constantFrom<Outcome>('up', 'down'), { minLength: 1, maxLength: 260 });
    assertProperty(
      fc.property(story, fc.nat(260), (all, cut) => {
        const before = playedAll(NO_ACCURACY, 0, all.slice(0, cut));
        const restored = JSON.parse(JSON.stringify(before)) as AccuracyState;
        expect(playedAll(restored, cut, all.slice(cut))).toEqual(playedAll(NO_ACCURACY, 0, all));
      }),
      { numRuns: 30 },
    );
  });
});

describe('recordCall', () => {
  test('behavior: the first call of a window stands, before and after its resolution', () => {
    const called = recordCall(NO_ACCURACY, aCall(0));
    expect(recordCall(called, aCall(0, { outcome: 'down' }))).toBe(called);
    const scored = scoreWindow(called, startOf(0), 'up', CONFIG);
    expect(recordCall(scored, aCall(0, { outcome: 'down' }))).toBe(scored);
    expect(hasCall(scored, startOf(0))).toBe(true);
    expect(hasCall(scored, startOf(1))).toBe(false);
  });

  test('behavior: windows that are never resolved do not pile up', () => {
    let state = NO_ACCURACY;
    for (let window = 0; window < 100; window++) state = recordCall(state, aCall(window));
    expect(state.pending.map(({ windowStartMs }) => windowStartMs)).toEqual(
      Array.from({ length: 20 }, (_, index) => startOf(80 + index)),
    );
  });
});
