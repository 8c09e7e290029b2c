import { describe, expect, test } from 'vitest';
import { createLinkFrameBatch } from '../../../core/protocol/link-frame-batch.ts';
import { FRAME_CLOSE_MS } from '../../../core/protocol/runner-link.ts';
import { createVirtualClock } from '../../support/node-ports.ts';

function aBatch() {
  const virtual = createVirtualClock(0);
  const frames: (readonly [number, readonly string[]])[] = [];
  const batch = createLinkFrameBatch<string>(virtual.timers.after, (messages) => {
    frames.push([virtual.clock.wallMs(), messages]);
  });
  return { virtual, frames, batch };
}

describe('createLinkFrameBatch', () => {
  test('default: what can wait leaves together, 40 ms after the first of it', () => {
    const { virtual, frames, batch } = aBatch();
    batch.soon('a');
    virtual.advanceBy(30);
    batch.soon('b');
    virtual.advanceBy(FRAME_CLOSE_MS);
    expect(frames).toEqual([[FRAME_CLOSE_MS, ['a', 'b']]]);
  });

  test('behavior: what hurries takes along what waits, before it, and leaves no timer', () => {
    const { virtual, frames, batch } = aBatch();
    batch.soon('a');
    batch.now('b', 'c');
    virtual.advanceBy(100);
    expect(frames).toEqual([[0, ['a', 'b', 'c']]]);
  });

  test('behavior: nothing is no frame, and what was dropped never leaves', () => {
    const { virtual, frames, batch } = aBatch();
    batch.now();
    batch.soon('a');
    batch.drop();
    virtual.advanceBy(100);
    batch.now();
    expect(frames).toEqual([]);
  });
});
