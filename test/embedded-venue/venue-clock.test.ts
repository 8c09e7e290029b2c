import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createVenueClock, type VenueClock } from '../../embedded-venue/venue-clock.ts';

const WALL_MS = 1_800_000_000_000;
const MAPPING = { simOriginMs: 1_795_405_180_000, wallOriginMs: WALL_MS, speed: 10 };

let runFolder = '';
let wallMs = WALL_MS;
const clock = (speed = 10): VenueClock => createVenueClock({ runFolder, speed, wallNow: () => wallMs });

beforeEach(() => {
  runFolder = mkdtempSync(join(tmpdir(), 'venue-clock-'));
  wallMs = WALL_MS;
});
afterEach(() => rmSync(runFolder, { recursive: true }));

describe('createVenueClock', () => {
  test('default', () => {
    const started = clock();
    expect(started.now()).toBeNull();
    expect(started.set(MAPPING)).toEqual({ ok: true, value: MAPPING });
    wallMs += 1_500;
    expect(started.now()).toBe(MAPPING.simOriginMs + 15_000);
    expect(started.worldOriginMs()).toBe(MAPPING.simOriginMs);
  });

  test('behavior: wall time that goes back does not take simulated time with it', () => {
    const started = clock();
    started.set(MAPPING);
    wallMs += 1_000;
    const before = started.now();
    wallMs -= 500;
    expect(started.now()).toBe(before);
  });

  test('behavior: nothing is written before there is time', () => {
    clock().save(true);
    expect(() => readFileSync(join(runFolder, 'clock.json'))).toThrow('ENOENT');
  });

  test('behavior: a process that died goes on with the mapping of the others', () => {
    const died = clock();
    died.set(MAPPING);
    wallMs += 2_000;
    died.save(false);
    wallMs += 5_000;
    const back = clock();
    expect(back.mapping()).toEqual(MAPPING);
    expect(back.now()).toBe(MAPPING.simOriginMs + 70_000);
  });

  test.each([
    ['after a proper stop', true, 1_000],
    ['after more than a minute', false, 61_000],
  ])(
    'behavior: %s the starter gives time anew, in the same world, not before its last moment',
    (_, stopped, awayMs) => {
      const first = clock();
      first.set(MAPPING);
      wallMs += 2_000;
      first.save(stopped);
      wallMs += awayMs;
      const second = clock();
      const lastSimMs = MAPPING.simOriginMs + 20_000;
      expect([second.now(), second.lastSimMs(), second.worldOriginMs()]).toEqual([
        null,
        lastSimMs,
        MAPPING.simOriginMs,
      ]);
      const earlier = { ...MAPPING, simOriginMs: lastSimMs - 1, wallOriginMs: wallMs };
      expect(second.set(earlier)).toMatchObject({ ok: false, error: { status: 409 } });
      expect(second.set({ ...earlier, simOriginMs: lastSimMs })).toMatchObject({ ok: true });
      expect(second.now()).toBe(lastSimMs);
      expect(second.worldOriginMs()).toBe(MAPPING.simOriginMs);
    },
  );

  test('error: set twice', () => {
    const started = clock();
    started.set(MAPPING);
    expect(started.set(MAPPING)).toMatchObject({ ok: false, error: { status: 409 } });
  });

  test.each([null, {}, { ...MAPPING, speed: 1 }, { ...MAPPING, simOriginMs: 1.5 }, { ...MAPPING, more: 1 }])(
    'error: %j is no mapping of this venue',
    (mapping) => {
      expect(clock().set(mapping)).toMatchObject({ ok: false, error: { status: 400 } });
    },
  );

  test('error: a damaged file', () => {
    writeFileSync(join(runFolder, 'clock.json'), '{"version":1');
    expect(() => clock()).toThrow('is damaged');
  });
});
