import { describe, expect, test } from 'vitest';
import type { EngineEvent } from '../../core/engine/events.ts';
import type { JournalRecord } from '../../core/engine/journal/record.ts';
import type { ClientOrderId } from '../../core/model/identifiers.ts';
import { LINK_PROTOCOL_VERSION } from '../../core/protocol/runner-link.ts';
import { createRunnerLink, type LinkSocket } from '../../durable-objects/runner-link.ts';
import { anOrder } from '../support/builders.ts';
import { runnerLinked } from '../support/durable-stores.ts';

const HELLO = JSON.stringify({ messages: [{ type: 'hello', protocol: LINK_PROTOCOL_VERSION }] });

function recordingSocket() {
  const sent: unknown[] = [];
  const closed: [number, string][] = [];
  const socket: LinkSocket = {
    send: (frame) => void sent.push(JSON.parse(frame)),
    close: (code, reason) => void closed.push([code, reason]),
  };
  return { socket, sent, closed };
}

function linked() {
  const events: EngineEvent[] = [];
  const link = createRunnerLink({
    series: 'btc-updown-5m',
    epoch: () => 7,
    onEvents: (taken) => void events.push(...taken),
    now: () => 1_000,
  });
  return { link, types: () => events.map(({ type }) => type) };
}

const order = anOrder();
const record: JournalRecord = {
  event: { ...runnerLinked(5), tsEvent: 10, tsInit: 20 },
  outputs: [
    { type: 'cancel-order', clientOrderId: 'old' as ClientOrderId, reason: 'moved' },
    { type: 'submit-order', order },
    { type: 'raise-alert', code: 'x', severity: 'info', detail: '' },
  ],
};

describe('createRunnerLink', () => {
  test('default: hello, welcome with series and epoch', () => {
    const { link, types } = linked();
    const { socket, sent } = recordingSocket();
    link.attach(socket).onFrame(HELLO);
    expect(sent).toEqual([
      { messages: [{ type: 'welcome', protocol: LINK_PROTOCOL_VERSION, series: 'btc-updown-5m', epoch: 7 }] },
    ]);
    expect(types()).toEqual(['runner-linked']);
    expect(link.linked).toBe(true);
  });

  test('behavior: intents go out as one frame, in order, each with what caused it; other outputs stay', () => {
    const { link } = linked();
    const { socket, sent } = recordingSocket();
    link.attach(socket);
    link.note([record, { event: runnerLinked(6), outputs: [] }]);
    const cause = { seq: 5, tsEvent: 10, tsInit: 20 };
    expect(sent).toEqual([
      {
        messages: [
          { type: 'cancel-order', clientOrderId: 'old', cause },
          { type: 'submit-order', order, cause },
        ],
      },
    ]);
  });

  test('behavior: without a runner, or without intents, nothing is sent', () => {
    const { link } = linked();
    link.note([record]);
    const { socket, sent } = recordingSocket();
    link.attach(socket);
    link.note([{ event: runnerLinked(6), outputs: [] }]);
    expect(sent).toEqual([]);
  });

  test('behavior: a new runner takes the place of the old, whose end and whose frames then mean nothing', () => {
    const { link, types } = linked();
    const old = recordingSocket();
    const next = recordingSocket();
    const oldHandlers = link.attach(old.socket);
    link.attach(next.socket);
    expect(old.closed).toEqual([[4_000, 'another runner connected']]);
    oldHandlers.onFrame(HELLO);
    oldHandlers.onClose();
    expect(link.linked).toBe(true);
    expect(next.sent).toEqual([]);
    expect(old.sent).toEqual([]);
    expect(types()).toEqual(['runner-linked', 'runner-linked']);
  });

  test('behavior: the runner goes away', () => {
    const { link, types } = linked();
    link.attach(recordingSocket().socket).onClose();
    expect(types()).toEqual(['runner-linked', 'runner-unlinked']);
    expect([link.linked, link.detail]).toEqual([false, 'the runner went away']);
  });

  test.each([
    ['no JSON', 'x'],
    ['no frame', '{}'],
    ['an unknown message', '{"messages":[{"type":"order"}]}'],
    [
      'another protocol version',
      JSON.stringify({ messages: [{ type: 'hello', protocol: LINK_PROTOCOL_VERSION + 1 }] }),
    ],
  ])('error: %s closes the link by the policy', (_, frame) => {
    const { link, types } = linked();
    const { socket, closed, sent } = recordingSocket();
    link.attach(socket).onFrame(frame);
    expect(closed.map(([code]) => code)).toEqual([1_008]);
    expect(sent).toEqual([]);
    expect(link.linked).toBe(false);
    expect(types()).toEqual(['runner-linked', 'runner-unlinked']);
  });

  test('error: a socket that cannot send any more is a runner that is gone, and no exception', () => {
    const { link, types } = linked();
    link.attach({
      send: () => {
        throw new Error('broken pipe');
      },
      close: () => undefined,
    });
    link.note([record]);
    expect([link.linked, link.detail]).toEqual([false, 'broken pipe']);
    expect(types()).toEqual(['runner-linked', 'runner-unlinked']);
  });
});
