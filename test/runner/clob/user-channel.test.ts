import { describe, expect, test } from 'vitest';
import { createUserChannel } from '../../../runner/clob/user-channel.ts';
import type { SocketHandlers } from '../../../runner/ports.ts';
import { loadFrames } from '../../fixtures/venue/load.ts';
import { createRunnerTime, fixedRandom } from '../../support/runner-ports.ts';
import { CREDENTIALS } from './client-world.ts';

const START_MS = 1_795_402_800_000;
const frame = loadFrames('polymarket-user');
const identity = {
  apiKey: '5c37aaaa-0000-4000-8000-00000000c608',
  funderAddress: '0xC4190000000000000000000000000000000E588A',
};

interface Dialled {
  readonly url: string;
  readonly handlers: SocketHandlers;
  readonly sent: string[];
  readonly atMs: number;
  isClosed: boolean;
}

/** A channel on sockets that the test holds the other end of. */
function channelOf({ random = 0.5 } = {}) {
  const { clock, timers, virtual } = createRunnerTime(START_MS);
  const dialled: Dialled[] = [];
  const log: string[] = [];
  const channel = createUserChannel({
    url: 'wss://venue.test/ws/user',
    credentials: CREDENTIALS,
    identity,
    clock,
    timers,
    random: fixedRandom(random),
    sockets: {
      open(url, handlers) {
        const socket: Dialled = { url, handlers, sent: [], atMs: clock.wallMs(), isClosed: false };
        dialled.push(socket);
        return {
          send: (data) => void socket.sent.push(data),
          close: () => {
            socket.isClosed = true;
          },
        };
      },
    },
    handlers: {
      onMessage: (message) =>
        void log.push(message.kind === 'order' ? `order ${message.change}` : `fill ${message.fill.liquidity}`),
      onState: (state, detail) => void log.push(`${state}: ${detail}`),
      onRejected: ({ reason, detail }) => void log.push(`rejected ${reason} ${detail}`),
    },
  });
  const last = (): Dialled => {
    const socket = dialled.at(-1);
    if (socket === undefined) throw new Error('nothing was dialled');
    return socket;
  };
  const answer = (): void => {
    last().handlers.onOpen();
    last().handlers.onMessage('PONG');
  };
  return { channel, dialled, log, virtual, last, answer };
}

describe('createUserChannel', () => {
  test('default: it subscribes to all markets, and is open when the venue answers', () => {
    const { channel, log, last } = channelOf();
    channel.start();
    last().handlers.onOpen();
    expect(last().sent).toEqual([
      JSON.stringify({
        type: 'user',
        auth: { apiKey: CREDENTIALS.key, secret: CREDENTIALS.secret, passphrase: CREDENTIALS.passphrase },
      }),
      'PING',
    ]);
    expect(channel.status().state).toBe('connecting');
    last().handlers.onMessage('PONG');
    expect(log).toEqual(['open: subscribed']);
    expect(channel.status()).toEqual({ state: 'open', sinceMs: START_MS });
  });

  test('behavior: messages in their order, repeated ones too, and what cannot be read', () => {
    const { channel, log, last, answer } = channelOf();
    channel.start();
    answer();
    last().handlers.onMessage(frame('tradeAsMaker'));
    last().handlers.onMessage(`[${frame('order')},${frame('order')}]`);
    last().handlers.onMessage(JSON.stringify({ ...(JSON.parse(frame('trade')) as object), size: 'all' }));
    last().handlers.onMessage('nonsense');
    expect(log.slice(1)).toEqual([
      'fill maker',
      'order placement',
      'order placement',
      'rejected bad-number trade.size',
      'rejected not-json frame of 8 characters',
    ]);
  });

  test('behavior: PING every 10 s; without PONG for 30 s it is lost, whatever else comes', async () => {
    const { channel, log, last, answer, virtual, dialled } = channelOf();
    channel.start();
    answer();
    await virtual.settleTo(START_MS + 10_000);
    last().handlers.onMessage('PONG');
    await virtual.settleTo(START_MS + 39_000);
    last().handlers.onMessage(frame('order'));
    expect(last().sent.filter((data) => data === 'PING')).toHaveLength(4);
    await virtual.settleTo(START_MS + 40_000);
    expect(log.at(-1)).toBe('lost: no PONG for 30000 ms');
    expect(dialled[0]?.isClosed).toBe(true);
    await virtual.settleTo(START_MS + 40_125);
    expect(dialled).toHaveLength(2);
  });

  test('behavior: a socket that never opens is given up, too', async () => {
    const { channel, log, virtual, dialled } = channelOf();
    channel.start();
    await virtual.settleTo(START_MS + 30_125);
    expect(log).toEqual(['lost: no PONG for 30000 ms']);
    expect(dialled).toHaveLength(2);
  });

  test('behavior: lost is said once; pauses double from 0.25 s to 30 s, and begin anew after a good connection', async () => {
    const { channel, log, virtual, last, answer } = channelOf({ random: 0.999 });
    channel.start();
    /** Cuts the connection and lets the next attempt come; returns how long that took. */
    const pauseAfterLoss = async (): Promise<number> => {
      const lostAtMs = virtual.clock.wallMs();
      last().handlers.onClose(1_006, '', null);
      await virtual.settleTo(virtual.nextDueMs() ?? lostAtMs);
      return last().atMs - lostAtMs;
    };
    const pauses: number[] = [];
    for (let attempt = 0; attempt < 9; attempt++) pauses.push(await pauseAfterLoss());
    expect(pauses).toEqual([249, 499, 999, 1_998, 3_996, 7_992, 15_984, 29_970, 29_970]);
    expect(log).toEqual(['lost: closed with 1006']);

    answer();
    for (let beat = 0; beat < 3; beat++) {
      await virtual.settleTo(virtual.clock.wallMs() + 10_000);
      last().handlers.onMessage('PONG');
    }
    await expect(pauseAfterLoss()).resolves.toBe(249);
    expect(log.slice(1)).toEqual(['open: subscribed', 'lost: closed with 1006']);
    // One that fell after a moment was none: the pause goes on growing.
    answer();
    await expect(pauseAfterLoss()).resolves.toBe(249);
    answer();
    await expect(pauseAfterLoss()).resolves.toBe(499);
  });

  test('behavior: an earlier socket has nothing to say any more', async () => {
    const { channel, log, virtual, dialled, last } = channelOf();
    channel.start();
    const first = last();
    first.handlers.onClose(1_006, '', null);
    await virtual.settleTo(START_MS + 1_000);
    first.handlers.onOpen();
    first.handlers.onMessage(frame('order'));
    first.handlers.onClose(1_006, 'late', null);
    expect(log).toEqual(['lost: closed with 1006']);
    expect(dialled).toHaveLength(2);
    expect(first.sent).toEqual([]);
  });

  test('error: a refused log-in is a loss, with the venue’s words and without ours', () => {
    const { channel, log, last } = channelOf();
    channel.start();
    last().handlers.onOpen();
    last().handlers.onMessage('{"error":"invalid credentials"}');
    expect(log).toEqual(['lost: the venue refused: invalid credentials']);
    expect(log.join()).not.toContain(CREDENTIALS.secret);
  });

  test('error: an upgrade that was refused says its status', () => {
    const { channel, log, last } = channelOf();
    channel.start();
    last().handlers.onClose(1_006, 'Unexpected server response: 403', 403);
    expect(log).toEqual(['lost: refused with HTTP 403']);
  });

  test('behavior: stopped, it says and dials nothing more; started again, it does', async () => {
    const { channel, log, virtual, dialled, last, answer } = channelOf();
    channel.start();
    channel.start();
    answer();
    const first = last();
    channel.stop();
    first.handlers.onMessage(frame('order'));
    first.handlers.onClose(1_000, '', null);
    await virtual.settleTo(START_MS + 120_000);
    expect(first.isClosed).toBe(true);
    expect(log).toEqual(['open: subscribed']);
    expect(dialled).toHaveLength(1);
    expect(channel.status().state).toBe('stopped');
    channel.start();
    expect(dialled).toHaveLength(2);
  });
});
