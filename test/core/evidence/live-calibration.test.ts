import { describe, expect, test } from 'vitest';
import { DEFAULT_EVIDENCE_CONFIG } from '../../../core/config/evidence-config.ts';
import { brierOf, logLossOf } from '../../../core/evidence/calibration.ts';
import {
  calibrationFigures,
  createLiveCalibration,
  type ForecastSeconds,
  noteForecast,
  noteOutcome,
} from '../../../core/evidence/live-calibration.ts';
import { decodeTaggedJson, encodeTaggedJson } from '../../../core/model/tagged-json.ts';
import { createRng } from '../../../core/simulation/rng.ts';

const START = 1_795_405_200_000;
const at = (seconds: ForecastSeconds, calibration: ReturnType<typeof createLiveCalibration>) => {
  const figures = calibrationFigures(calibration, DEFAULT_EVIDENCE_CONFIG).find(
    ({ secondsLeft }) => secondsLeft === seconds,
  );
  return figures ?? expect.fail('no such bucket');
};

describe('noteForecast', () => {
  test('default: the first forecast of a bucket stands, and is scored with the outcome', () => {
    const calibration = createLiveCalibration();
    noteForecast(calibration, START, 60, 0.7, 0.6);
    noteForecast(calibration, START, 59.5, 0.99, 0.99);
    expect(at(60, calibration).windows).toBe(0);
    noteOutcome(calibration, START, 'up');
    expect(at(60, calibration)).toMatchObject({
      windows: 1,
      model: { brier: brierOf({ probability: 0.7, up: true }), logLoss: logLossOf({ probability: 0.7, up: true }) },
      market: { brier: brierOf({ probability: 0.6, up: true }) },
    });
    expect(at(60, calibration).gain).toBeCloseTo(0.07, 12);
    expect(at(30, calibration).windows).toBe(0);
  });

  test.each([
    [240, 240],
    [235.5, 240],
    [235, null],
    [241, null],
    [120, 120],
    [57, 60],
    [30, 30],
    [10, 10],
    [5.1, 10],
    [5, null],
    [0, null],
    [-1, null],
    [Number.NaN, null],
  ])('args: secondsLeft %d is of bucket %o', (secondsLeft, bucket) => {
    const calibration = createLiveCalibration();
    noteForecast(calibration, START, secondsLeft, 0.5, 0.5);
    noteOutcome(calibration, START, 'down');
    const hit = calibrationFigures(calibration, DEFAULT_EVIDENCE_CONFIG).filter(({ windows }) => windows > 0);
    expect(hit.map((figures) => figures.secondsLeft)).toEqual(bucket === null ? [] : [bucket]);
  });

  test.each([
    [null, 0.5],
    [0.5, null],
  ])('behavior: without one of the two there is no pair: %o, %o', (model, market) => {
    const calibration = createLiveCalibration();
    noteForecast(calibration, START, 60, model, market);
    expect(calibration).toEqual(createLiveCalibration());
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, -0.1, 1.1])(
    'error: %d is no probability: counted, left out',
    (value) => {
      const calibration = createLiveCalibration();
      noteForecast(calibration, START, 60, value, 0.5);
      noteForecast(calibration, START, 60, 0.5, value);
      expect(calibration).toEqual({ ...createLiveCalibration(), invalid: 2 });
    },
  );

  test('behavior: windows that never end are forgotten, oldest first', () => {
    const calibration = createLiveCalibration();
    for (let window = 0; window < 100; window++) noteForecast(calibration, START + window * 300_000, 60, 0.5, 0.5);
    const starts = Object.keys(calibration.pending).map(Number);
    expect(starts).toHaveLength(24);
    expect(Math.min(...starts)).toBe(START + 76 * 300_000);
  });
});

describe('noteOutcome', () => {
  test('behavior: an outcome that is told twice, or of an unknown window, changes nothing', () => {
    const calibration = createLiveCalibration();
    noteForecast(calibration, START, 60, 0.7, 0.6);
    noteOutcome(calibration, START, 'up');
    const before = encodeTaggedJson(calibration);
    noteOutcome(calibration, START, 'down');
    noteOutcome(calibration, START + 300_000, 'down');
    expect(encodeTaggedJson(calibration)).toBe(before);
  });

  test('behavior: certainty that was wrong is finite', () => {
    const calibration = createLiveCalibration();
    noteForecast(calibration, START, 10, 1, 0);
    noteOutcome(calibration, START, 'down');
    const { model, market } = at(10, calibration);
    expect(Number.isFinite(model.logLoss)).toBe(true);
    expect(model.brier).toBeGreaterThan(0.99);
    expect(market.brier).toBeLessThan(0.01);
    expect(model.reliability).toEqual([{ said: 1, happened: 0, count: 1 }]);
  });

  test('behavior: it survives being stored between forecast and outcome', () => {
    const calibration = createLiveCalibration();
    noteForecast(calibration, START, 60, 0.7, 0.6);
    const stored = decodeTaggedJson(encodeTaggedJson(calibration)) as typeof calibration;
    for (const one of [calibration, stored]) noteOutcome(one, START, 'up');
    expect(stored).toEqual(calibration);
  });
});

describe('calibrationFigures', () => {
  /** Windows whose true probability the one forecaster knows and the other sees through a fog. */
  function watched(model: (truth: number) => number, market: (truth: number) => number, windows = 3_000) {
    const rng = createRng(11);
    const calibration = createLiveCalibration();
    for (let window = 0; window < windows; window++) {
      const truth = 0.05 + 0.9 * rng.uniform();
      noteForecast(calibration, START + window * 300_000, 60, model(truth), market(truth));
      noteOutcome(calibration, START + window * 300_000, rng.uniform() < truth ? 'up' : 'down');
    }
    return at(60, calibration);
  }
  const clear = (truth: number): number => truth;
  const fog = (truth: number): number => 0.5 + (truth - 0.5) / 3;

  test('default: who knows more is found', () => {
    expect(watched(clear, fog)).toMatchObject({ better: 'model', windows: 3_000 });
    expect(watched(fog, clear).better).toBe('market');
    expect(watched(clear, clear)).toMatchObject({ better: 'undecided', gain: 0 });
  });

  test('behavior: what was said is what happened, in each tenth, of who knows', () => {
    for (const { said, happened, count } of watched(clear, fog).model.reliability) {
      expect(Math.abs(said - happened)).toBeLessThan(4 * Math.sqrt(0.25 / count));
    }
  });

  test('behavior: nothing seen, nothing said', () => {
    expect(at(240, createLiveCalibration())).toMatchObject({
      windows: 0,
      gain: null,
      better: 'undecided',
      model: { brier: null, logLoss: null, reliability: [] },
    });
  });
});
