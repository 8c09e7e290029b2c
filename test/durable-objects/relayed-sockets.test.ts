import { describe, expect, test } from 'vitest';
import { FRAME_CLOSE_MS } from '../../core/protocol/runner-link.ts';
import type { SocketHandlers } from '../../durable-objects/ports.ts';
import type { Socket, SocketsPort } from '../../runner/ports.ts';
import { createLinkWorld } from '../support/link-world.ts';

const URL = 'wss://fstream.binance.com/public/stream';
const ORIGINS = ['wss://fstream.binance.com'];

/** The feed's end, in a test's hands. */
function aFeedServer() {
  const opened: {
    readonly url: string;
    readonly handlers: SocketHandlers;
    readonly received: string[];
    closed: boolean;
  }[] = [];
  const sockets: SocketsPort = {
    open(url, handlers): Socket {
      const socket = { url, handlers, received: [] as string[], closed: false };
      opened.push(socket);
      return {
        send: (data) => void socket.received.push(data),
        close: () => {
          socket.closed = true;
        },
      };
    },
  };
  return { opened, sockets };
}

function relayed() {
  let framesToObject = 0;
  const world = createLinkWorld({
    tamper: (direction, frame) => {
      if (direction === 'to-object') framesToObject++;
      return frame;
    },
  });
  const server = aFeedServer();
  const runner = world.startRunner({ feedSockets: server.sockets, feedOrigins: ORIGINS });
  world.virtual.advanceBy(100);
  const marks: string[] = [];
  const open = (url = URL) =>
    world.object.relay.open(url, {
      onOpen: () => void marks.push('open'),
      onMessage: (data) => void marks.push(data),
      onClose: (code, reason, status) => void marks.push(`closed ${code} ${reason} ${status}`),
    });
  return { world, server, runner, marks, open, frames: () => framesToObject };
}

describe('createRelayedSockets', () => {
  test('default: opened, sent, received and closed as the object’s own sockets are', () => {
    const { world, server, marks, open } = relayed();
    const socket = open();
    world.virtual.advanceBy(100);
    expect(server.opened.map(({ url }) => url)).toEqual([URL]);
    server.opened[0]?.handlers.onOpen();
    socket.send('SUBSCRIBE');
    world.virtual.advanceBy(100);
    expect([marks, server.opened[0]?.received]).toEqual([['open'], ['SUBSCRIBE']]);
    for (const frame of ['a', 'b', 'c']) server.opened[0]?.handlers.onMessage(frame);
    server.opened[0]?.handlers.onClose(1006, 'gone', null);
    world.virtual.advanceBy(100);
    expect(marks).toEqual(['open', 'a', 'b', 'c', 'closed 1006 gone null']);
  });

  test('behavior: 300 messages a second become at most 30 frames', () => {
    const { world, server, marks, open, frames } = relayed();
    open();
    world.virtual.advanceBy(100);
    server.opened[0]?.handlers.onOpen();
    world.virtual.advanceBy(100);
    const before = frames();
    for (let ms = 0; ms < 1_000; ms += 10) {
      for (let one = 0; one < 3; one++) server.opened[0]?.handlers.onMessage(`${ms}-${one}`);
      world.virtual.advanceBy(10);
    }
    world.virtual.advanceBy(FRAME_CLOSE_MS + 10);
    expect(marks).toHaveLength(301);
    expect(frames() - before).toBeLessThanOrEqual(30);
  });

  test('behavior: the HTTP status of a refusal comes through', () => {
    const { world, server, marks, open } = relayed();
    open();
    world.virtual.advanceBy(100);
    server.opened[0]?.handlers.onClose(1006, 'upgrade refused', 451);
    world.virtual.advanceBy(100);
    expect(marks).toEqual(['closed 1006 upgrade refused 451']);
  });

  test.each([
    ['a host that is not on the list', 'wss://evil.test/ws'],
    ['a listed host without TLS', 'ws://fstream.binance.com/ws'],
    ['a listed host as a user’s name', 'wss://fstream.binance.com@evil.test/ws'],
    ['another port', 'wss://fstream.binance.com:8443/ws'],
    ['no address', 'file:///etc/passwd'],
  ])('error: %s is not opened', (_, url) => {
    const { world, server, marks, open } = relayed();
    open(url);
    world.virtual.advanceBy(100);
    expect(server.opened).toEqual([]);
    expect(marks).toEqual(['closed 1008 not on the list of feeds of this runner null']);
  });

  test('behavior: closing one tells its end once and closes it at the runner', () => {
    const { world, server, marks, open } = relayed();
    const socket = open();
    world.virtual.advanceBy(100);
    socket.close(1000, 'enough');
    world.virtual.advanceBy(100);
    server.opened[0]?.handlers.onMessage('late');
    server.opened[0]?.handlers.onClose(1000, '', null);
    world.virtual.advanceBy(100);
    expect([marks, server.opened[0]?.closed]).toEqual([['closed 1000 enough null'], true]);
  });

  test('behavior: a lost link ends every socket on both sides; without a runner none opens', () => {
    const { world, server, runner, marks, open } = relayed();
    open();
    world.virtual.advanceBy(100);
    runner.crash();
    expect(marks).toEqual(['closed 1001 the link to the runner is lost null']);
    open();
    world.virtual.advanceBy(1);
    expect(marks.slice(1)).toEqual(['closed 1006 no runner is linked null']);
    expect(server.opened[0]?.closed).toBe(true);
  });
});
