import { describe, expect, test } from 'vitest';
import type { EngineEvent } from '../../core/engine/events.ts';
import type { Output } from '../../core/engine/outputs.ts';
import { createState } from '../../core/engine/state.ts';
import type { LiveMessage } from '../../core/protocol/live-stream.ts';
import { createLiveStream } from '../../durable-objects/live-stream.ts';
import { aConfig, anOrder, aReferencePrice } from '../support/builders.ts';
import { ALERT, heartbeat, runnerLinked } from '../support/durable-stores.ts';
import { createVirtualClock } from '../support/node-ports.ts';

function watched() {
  const virtual = createVirtualClock(0);
  const host = { state: createState(aConfig()), exchange: null };
  const live = createLiveStream(virtual.timers, () => host);
  const messages: LiveMessage[] = [];
  const watcher = { send: (message: string) => void messages.push(JSON.parse(message)), close: () => undefined };
  live.add(watcher);
  const note = (event: EngineEvent, outputs: readonly Output[] = []) => live.note({ event, outputs });
  return { virtual, live, messages, watcher, note };
}

describe('createLiveStream', () => {
  test('default: facts one by one and at once', () => {
    const { messages, note } = watched();
    note(runnerLinked(1));
    note(runnerLinked(2));
    expect(messages.map(({ type }) => type)).toEqual(['event', 'event']);
  });

  test('behavior: market data as the latest of each kind, four times a second, with how many there were', () => {
    const { virtual, messages, note } = watched();
    for (let second = 1; second <= 5; second++) note(aReferencePrice(second * 1_000, BigInt(second)));
    virtual.advanceBy(249);
    expect(messages).toEqual([]);
    virtual.advanceBy(1);
    expect(messages).toEqual([
      {
        type: 'market-data',
        kind: 'reference-price-received',
        count: 5,
        event: expect.objectContaining({ tsEvent: 5_000, priceE18: { $bigint: '5' } }),
      },
    ]);
    virtual.advanceBy(10_000);
    expect(messages).toHaveLength(1);
  });

  test('behavior: what concerns nobody is not shown', () => {
    const { virtual, messages, note } = watched();
    note(heartbeat(1));
    virtual.advanceBy(1_000);
    expect(messages).toEqual([]);
  });

  test('behavior: decisions, orders, facts and alerts that an event caused', () => {
    const { messages, note } = watched();
    note(heartbeat(1), [
      { type: 'submit-order', order: anOrder() },
      { type: 'cancel-order', clientOrderId: anOrder().clientOrderId, reason: 'moved' },
      {
        type: 'record-decision',
        windowStartMs: 1,
        strategy: anOrder().strategy,
        outcome: 'x',
        rule: 'y',
        repeatsOfPrevious: 0,
        inputs: {},
      },
      {
        type: 'publish-fact',
        fact: { kind: 'audit', series: 's', id: '1', actor: 'a', action: 'pause', detail: '', atMs: 1 },
      },
      ALERT,
      { type: 'request-markets', slugs: [] },
    ]);
    expect(messages.map(({ type }) => type)).toEqual(['order', 'order', 'decision', 'fact', 'alert']);
  });

  test('behavior: a watcher that is gone is dropped, and the others are served', () => {
    const { live, messages, note } = watched();
    let closed = 0;
    live.add({
      send: () => {
        throw new Error('gone');
      },
      close: () => void closed++,
    });
    note(runnerLinked(1));
    note(runnerLinked(2));
    expect(closed).toBe(1);
    expect(live.watchers).toBe(1);
    expect(messages).toHaveLength(2);
  });

  test('behavior: without watchers there is nothing to flush; stop closes them all', () => {
    const { virtual, live, watcher, note } = watched();
    live.remove(watcher);
    note(aReferencePrice(1_000, 1n));
    expect(virtual.nextDueMs()).toBeNull();
    live.add(watcher);
    note(aReferencePrice(2_000, 1n));
    live.stop();
    expect(live.watchers).toBe(0);
    expect(virtual.nextDueMs()).toBeNull();
  });
});
