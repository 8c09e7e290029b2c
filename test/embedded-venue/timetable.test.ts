import { describe, expect, test } from 'vitest';
import { createProgress, multiplesDue, referencesDue, referencesKnown } from '../../embedded-venue/timetable.ts';
import { ORIGIN_MS, worldAtOrigin } from '../support/venue-client.ts';

describe('multiplesDue', () => {
  test.each([
    [0, 300, [100, 200, 300]],
    [100, 199, []],
    [99, 100, [100]],
  ])('args: after %d up to %d', (fromMs, toMs, due) => {
    expect(multiplesDue(fromMs, toMs, 100)).toEqual(due);
  });
});

describe('referencesDue', () => {
  test('behavior: every published second exactly once, in order, however the time is cut', () => {
    const { path } = worldAtOrigin();
    const endMs = ORIGIN_MS + 600_000;
    path.advanceTo(endMs);
    const whole = referencesDue(path, ORIGIN_MS, endMs);
    const cut: typeof whole = [];
    for (let at = ORIGIN_MS; at < endMs; at += 700) cut.push(...referencesDue(path, at, Math.min(endMs, at + 700)));
    expect(cut).toEqual(whole);
    expect(whole.length).toBeGreaterThan(580);
    expect(whole.some(({ missing }) => missing)).toBe(false);
    expect(whole.map(({ publishedMs }) => publishedMs)).toEqual(
      whole.map(({ publishedMs }) => publishedMs).sort((left, right) => left - right),
    );
  });
});

describe('referencesKnown', () => {
  test('behavior: nothing that is not published yet', () => {
    const { path } = worldAtOrigin();
    const known = referencesKnown(path, ORIGIN_MS - 120_000, ORIGIN_MS);
    expect(known.length).toBeGreaterThan(100);
    for (const { publishedMs } of known) expect(publishedMs).toBeLessThanOrEqual(ORIGIN_MS);
  });
});

describe('createProgress', () => {
  test('behavior: intervals join up, time never goes back, a long halt is cut', () => {
    const progress = createProgress(1_000);
    expect(progress.step(100)).toBeNull();
    expect(progress.step(150)).toEqual({ fromMs: 100, toMs: 150 });
    expect(progress.step(140)).toBeNull();
    expect(progress.step(150)).toBeNull();
    expect(progress.step(5_000)).toEqual({ fromMs: 4_000, toMs: 5_000 });
    expect(progress.now()).toBe(5_000);
  });
});
