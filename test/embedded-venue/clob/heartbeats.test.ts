import { describe, expect, test } from 'vitest';
import { createHeartbeats } from '../../../embedded-venue/clob/heartbeats.ts';

const OWNER = '0x1111111111111111111111111111111111111111';

function switchAt(speed = 1) {
  const cancelled: number[] = [];
  const heartbeats = createHeartbeats(speed, (_owner, nowMs) => void cancelled.push(nowMs));
  return {
    cancelled,
    heartbeats,
    beat: (id: string, nowMs: number) => {
      const { status, body } = heartbeats.beat(OWNER, id, nowMs);
      return { status, ...(JSON.parse(body) as { heartbeat_id: string; error_msg?: string }) };
    },
    live: (fromMs: number, toMs: number) => {
      for (let nowMs = fromMs; nowMs <= toMs; nowMs += 100) heartbeats.advanceTo(nowMs);
    },
  };
}

describe('createHeartbeats', () => {
  test('behavior: without a first beat nothing is cancelled', () => {
    const { cancelled, live } = switchAt();
    live(0, 60_000);
    expect(cancelled).toEqual([]);
  });

  test('behavior: each beat has the id of the last answer', () => {
    const { beat } = switchAt();
    const first = beat('', 0);
    const second = beat(first.heartbeat_id, 5_000);
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.heartbeat_id).not.toBe(first.heartbeat_id);
    for (const stale of [first.heartbeat_id, '', 'other']) {
      expect(beat(stale, 6_000)).toEqual({
        status: 400,
        error_msg: 'Invalid Heartbeat ID',
        heartbeat_id: second.heartbeat_id,
      });
    }
  });

  test.each([1, 30])('behavior: orders go between 10 and 15 s of wall time after the last beat, speed %i', (speed) => {
    for (const startMs of [0, 1_200, 3_700, 4_900]) {
      const { cancelled, beat, live } = switchAt(speed);
      const { heartbeat_id } = beat('', startMs * speed);
      live(startMs * speed, (startMs + 4_000) * speed);
      beat(heartbeat_id, (startMs + 4_000) * speed);
      live((startMs + 4_000) * speed, (startMs + 60_000) * speed);
      const afterMs = (cancelled[0] ?? 0) / speed - startMs - 4_000;
      expect(afterMs).toBeGreaterThanOrEqual(10_000);
      expect(afterMs).toBeLessThanOrEqual(15_100);
      // Once more for what was held at the first time, and no longer: then the switch is off.
      expect(cancelled.length).toBe(2);
    }
  });

  test('behavior: an invalid beat does not count', () => {
    const { cancelled, beat, live } = switchAt();
    beat('', 0);
    for (let nowMs = 1_000; nowMs < 12_000; nowMs += 1_000) beat('other', nowMs);
    live(0, 15_000);
    expect(cancelled.length).toBeGreaterThan(0);
  });

  test('behavior: who has lost its orders may begin anew, with or without the last id', () => {
    for (const withId of [true, false]) {
      const { cancelled, beat, live } = switchAt();
      const { heartbeat_id } = beat('', 0);
      live(0, 40_000);
      expect(beat(withId ? heartbeat_id : '', 40_000).status).toBe(200);
      live(40_000, 80_000);
      expect(cancelled.length).toBe(4);
    }
  });

  test('behavior: the switch outlives a restart', () => {
    const first = switchAt();
    first.beat('', 0);
    const second = switchAt();
    second.heartbeats.restore(JSON.parse(JSON.stringify(first.heartbeats.dump())));
    second.live(0, 15_000);
    expect(second.cancelled.length).toBeGreaterThan(0);
  });
});
