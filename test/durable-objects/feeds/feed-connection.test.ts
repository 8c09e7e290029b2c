import { describe, expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../../core/model/time.ts';
import { createBinancePublicProtocol } from '../../../durable-objects/feeds/binance.ts';
import { embeddedAddresses } from '../../../durable-objects/feeds/feed-addresses.ts';
import { createFeedConnection } from '../../../durable-objects/feeds/feed-connection.ts';
import type { FeedProtocol } from '../../../durable-objects/feeds/feed-protocol.ts';
import { binanceFrames } from '../../support/feed-frames.ts';
import { createFeedHarness, HARNESS_START_MS } from '../../support/feed-harness.ts';
import { createMemoryLog } from '../../support/node-ports.ts';
import type { Script } from '../../support/scripted-feed.ts';

const PATH = '/binance/public/stream';
const addresses = embeddedAddresses('http://127.0.0.1:8790');

const healthy: Script = {
  publish: { everyMs: 100, frames: (atMs) => [binanceFrames.depth(atMs), binanceFrames.ticker(atMs)] },
};

interface Options {
  readonly script?: Script;
  readonly random?: number;
  readonly change?: (protocol: FeedProtocol) => FeedProtocol;
}

function world({ script = healthy, random = 0.5, change = (protocol) => protocol }: Options = {}) {
  return createFeedHarness(change(createBinancePublicProtocol(addresses, 'btcusdt')), script, random);
}

describe('createFeedConnection', () => {
  test('default: connects, and hands on the events of both streams', () => {
    const { clock, connection, events, marks, network } = world();
    connection.start();
    clock.advanceBy(1_000);
    expect(network.attempts[0]?.url).toBe(
      'ws://127.0.0.1:8790/binance/public/stream?streams=btcusdt@depth20@100ms/btcusdt@bookTicker',
    );
    expect(marks).toEqual(['connected 1']);
    expect(new Set(events.map((event) => event.type))).toEqual(new Set(['depth-received', 'ticker-received']));
    expect(events.every((event) => event.seq === 0 && event.tsInit === 0)).toBe(true);
    const { counters, state } = connection.view();
    expect(state).toBe('open');
    expect(counters).toMatchObject({ attempts: 1, reconnects: 0, frames: events.length, rejected: {}, ended: {} });
    expect(counters.bytes).toBeGreaterThan(counters.frames * 100);
  });

  test('behavior: a lost connection is opened again within 250 ms', () => {
    const { clock, connection, network, marks, attemptTimes } = world();
    connection.start();
    clock.advanceBy(1_000);
    network.faults.drop(PATH);
    clock.advanceBy(1_000);
    expect(attemptTimes()).toEqual([0, 1_125]);
    expect(marks).toEqual(['connected 1', 'disconnected 1: closed-1006', 'connected 2']);
  });

  test('behavior: a host that does not answer is tried at once, then after 1, 2, 4 … 30 s, from the tenth failure every 60 s', () => {
    const { clock, connection, network, attemptTimes, marks } = world({ random: 0.999_999 });
    network.faults.refuse(PATH, 0);
    connection.start();
    clock.advanceBy(10 * MINUTE_MS);
    const times = attemptTimes();
    // Ten milliseconds of each pause are the refused attempt itself.
    const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0) - 10);
    expect(pauses.slice(0, 12)).toEqual([
      249, 999, 1_999, 3_999, 7_999, 15_999, 29_999, 29_999, 29_999, 60_000, 60_000, 60_000,
    ]);
    expect(marks).toEqual([]);
    expect(connection.view().state).toBe('waiting');
  });

  test.each([403, 451])(
    'behavior: an upgrade refused with %i is tried again every 60 s, and counted as refused here',
    (status) => {
      const { clock, connection, network, attemptTimes } = world();
      network.faults.refuse(PATH, status);
      connection.start();
      clock.advanceBy(125_000);
      expect(attemptTimes()).toEqual([0, 60_010, 120_020]);
      expect(connection.view()).toMatchObject({ refusedHere: 3, lastEnd: `status-${status}` });
      network.faults.refuse(PATH, null);
      clock.advanceBy(61_000);
      expect(connection.view()).toMatchObject({ refusedHere: 0, state: 'open' });
    },
  );

  test('behavior: an upgrade that never comes is given up after 10 s', () => {
    const { clock, connection, attemptTimes } = world();
    const silentSockets = { open: () => ({ send: () => undefined, close: () => undefined }) };
    const marks: string[] = [];
    const mute = createFeedConnection(createBinancePublicProtocol(addresses, 'btcusdt'), {
      clock: clock.clock,
      timers: clock.timers,
      sockets: silentSockets,
      random: { next: () => 0.5 },
      log: createMemoryLog(),
      windowMs: 5 * MINUTE_MS,
      nextConnection: () => 1,
      onEvents: () => undefined,
      onConnected: () => void marks.push('connected'),
      onDisconnected: () => void marks.push('disconnected'),
      onParserBug: () => undefined,
    });
    mute.start();
    clock.advanceBy(9_999);
    mute.check();
    expect(mute.view().counters.ended).toEqual({});
    clock.advanceBy(1);
    mute.check();
    expect(mute.view().counters.ended).toEqual({ 'connect-timeout': 1 });
    expect(marks).toEqual([]);
    expect(connection.view().state).toBe('stopped');
    expect(attemptTimes()).toEqual([]);
  });

  test('behavior: a port that refuses within open() ends the attempt once, and it is tried again', () => {
    const { clock } = world();
    let opened = 0;
    const connection = createFeedConnection(createBinancePublicProtocol(addresses, 'btcusdt'), {
      clock: clock.clock,
      timers: clock.timers,
      sockets: {
        open: (_url, handlers) => {
          opened++;
          handlers.onClose(1006, 'no route', null);
          return { send: () => undefined, close: () => undefined };
        },
      },
      random: { next: () => 0.5 },
      log: createMemoryLog(),
      windowMs: 5 * MINUTE_MS,
      nextConnection: () => opened,
      onEvents: () => undefined,
      onConnected: () => undefined,
      onDisconnected: () => undefined,
      onParserBug: () => undefined,
    });
    connection.start();
    expect(opened).toBe(1);
    expect(connection.view().counters).toMatchObject({ ended: { 'closed-1006': 1 }, reconnects: 1 });
    clock.advanceBy(125);
    expect(opened).toBe(2);
  });

  test('behavior: a feed that stalls while the socket stays open is reopened after 15 s without data', () => {
    const { clock, connection, network, marks, attemptTimes } = world();
    connection.start();
    clock.advanceBy(5_000);
    network.faults.stall(PATH, () => false);
    clock.advanceBy(14_000);
    expect(attemptTimes()).toHaveLength(1);
    clock.advanceBy(3_000);
    expect(marks).toEqual(['connected 1', 'disconnected 1: silent', 'connected 2']);
  });

  test('behavior: acknowledgements are no data', () => {
    const { clock, connection, network } = world();
    connection.start();
    clock.advanceBy(5_000);
    network.faults.tamper(PATH, () => ['{"result":null,"id":1}']);
    clock.advanceBy(16_000);
    expect(connection.view().counters.ended).toEqual({ silent: 1 });
  });

  test('behavior: one stream that never shows itself reopens the socket (a wrong path is silent)', () => {
    const { clock, connection, marks } = world({
      script: { publish: { everyMs: 100, frames: (atMs) => [binanceFrames.ticker(atMs)] } },
    });
    connection.start();
    clock.advanceBy(11_000);
    expect(marks).toContain('disconnected 1: no-first-binance-depth');
  });

  test('behavior: one stream that falls silent reopens the socket', () => {
    const { clock, connection, marks } = world({
      script: {
        publish: {
          everyMs: 100,
          frames: (atMs) =>
            atMs < HARNESS_START_MS + 5_000
              ? [binanceFrames.ticker(atMs), binanceFrames.depth(atMs)]
              : [binanceFrames.ticker(atMs)],
        },
      },
    });
    connection.start();
    clock.advanceBy(21_000);
    expect(marks).toContain('disconnected 1: silent-binance-depth');
  });

  test('behavior: nonsense is counted by reason and skipped, and its neighbours arrive', () => {
    const { clock, connection, network, events } = world();
    connection.start();
    clock.advanceBy(1_000);
    const before = events.length;
    let sent = 0;
    network.faults.tamper(PATH, (frame) => {
      sent++;
      return ['{"stream":', '[]', frame, frame.replace('"64346.60"', '"NaN"'), 'x'.repeat(1_000_001)];
    });
    clock.advanceBy(1_000);
    const { rejected } = connection.view().counters;
    // Both frames of the last step may still be under way.
    const arrived = events.length - before;
    expect(arrived).toBeGreaterThanOrEqual(sent - 2);
    expect(rejected).toEqual({
      'not-json': expect.any(Number),
      'unknown-message': expect.any(Number),
      'bad-number': expect.any(Number),
      oversized: expect.any(Number),
    });
    for (const count of Object.values(rejected)) expect(count).toBeGreaterThanOrEqual(sent - 2);
    expect(connection.view().counters.ended).toEqual({});
  });

  test('behavior: only nonsense is silence', () => {
    const { clock, connection, network } = world();
    connection.start();
    clock.advanceBy(1_000);
    network.faults.tamper(PATH, () => ['nonsense']);
    clock.advanceBy(16_000);
    expect(connection.view().counters.ended).toEqual({ silent: 1 });
  });

  test('error: a parser that throws costs its frame, not the feed', () => {
    const { clock, connection, events, marks } = world({
      change: (protocol) => ({
        ...protocol,
        parse: (frame) => {
          if (frame.includes('bookTicker')) throw new TypeError('boom');
          return protocol.parse(frame);
        },
        expected: protocol.expected.filter(({ stream }) => stream === 'binance-depth'),
      }),
    });
    connection.start();
    clock.advanceBy(1_000);
    expect(events.length).toBeGreaterThan(5);
    expect(connection.view().counters.rejected).toEqual({ 'parser-bug': expect.any(Number) });
    expect(marks).toContain('bug: binance-public: boom');
    expect(connection.view().state).toBe('open');
  });

  test('behavior: stop closes the socket, tells it once, and nothing is opened again', () => {
    const { clock, connection, network, marks, attemptTimes } = world();
    connection.start();
    clock.advanceBy(1_000);
    connection.stop();
    clock.advanceBy(60_000);
    expect(marks).toEqual(['connected 1', 'disconnected 1: stopped']);
    expect(attemptTimes()).toHaveLength(1);
    expect(network.openPaths()).toEqual([]);
    expect(connection.view().state).toBe('stopped');
  });

  test('behavior: stop during a pause cancels the retry', () => {
    const { clock, connection, network, attemptTimes } = world();
    network.faults.refuse(PATH, 403);
    connection.start();
    clock.advanceBy(1_000);
    connection.stop();
    clock.advanceBy(120_000);
    expect(attemptTimes()).toHaveLength(1);
  });
});

// Days of virtual time.
describe('renewal', { timeout: 60_000 }, () => {
  const soon = (protocol: FeedProtocol): FeedProtocol => ({
    ...protocol,
    renewal: { afterMs: MINUTE_MS, spreadMs: 0 },
  });

  test('default: the old socket lives until the new one has shown each stream, and no trade is missed between', () => {
    const { clock, connection, network, marks } = world({ change: soon });
    connection.start();
    clock.advanceBy(60_000);
    expect(network.openPaths()).toHaveLength(1);
    // The first frames of the new socket are held back: both live.
    network.faults.stall(PATH, () => false);
    clock.advanceBy(3_000);
    expect(network.openPaths()).toHaveLength(2);
    expect(marks).toEqual(['connected 1', 'connected 2']);
    network.faults.stall(PATH, null);
    clock.advanceBy(1_000);
    expect(network.openPaths()).toHaveLength(1);
    expect(marks).toEqual(['connected 1', 'connected 2', 'disconnected 1: renewed']);
    expect(connection.view().counters).toMatchObject({ renewals: 1, reconnects: 0 });
  });

  test('behavior: a renewal waits until the boundary between windows is a minute away', () => {
    // 100 s into the window + 150 s = 250 s: the last minute of the window. The next chance is 60 s into the next one.
    const { clock, connection, attemptTimes } = world({
      change: (protocol) => ({ ...protocol, renewal: { afterMs: 150_000, spreadMs: 0 } }),
    });
    connection.start();
    clock.advanceBy(259_000);
    expect(attemptTimes()).toEqual([0]);
    clock.advanceBy(2_000);
    expect(attemptTimes()).toEqual([0, 260_000]);
  });

  test('behavior: a successor that fails is tried again while the old socket lives', () => {
    const { clock, connection, network, marks } = world({ change: soon });
    connection.start();
    clock.advanceBy(59_000);
    network.faults.refuse(PATH, 503);
    clock.advanceBy(5_000);
    expect(network.attempts.length).toBeGreaterThan(2);
    expect(connection.view()).toMatchObject({ state: 'open', lastEnd: 'status-503' });
    network.faults.refuse(PATH, null);
    clock.advanceBy(40_000);
    expect(marks.slice(-1)).toEqual(['disconnected 1: renewed']);
    expect(connection.view().counters.reconnects).toBe(0);
  });

  test('behavior: when the old socket is lost meanwhile, the successor takes its place', () => {
    const { clock, connection, network, server, marks } = world({ change: soon });
    connection.start();
    clock.advanceBy(60_000);
    network.faults.stall(PATH, () => false);
    clock.advanceBy(1_000);
    server.connections[0]?.close(1001, 'going away');
    network.faults.stall(PATH, null);
    clock.advanceBy(1_000);
    expect(marks).toEqual(['connected 1', 'connected 2', 'disconnected 1: closed-1001']);
    expect(network.openPaths()).toHaveLength(1);
    expect(connection.view()).toMatchObject({ state: 'open', renewing: false });
  });

  test.each([
    [0, 22 * HOUR_MS + 50 * MINUTE_MS],
    [0.999_999, 23 * HOUR_MS + 10 * MINUTE_MS],
  ])('args: Binance is renewed at 23 h ± 10 min (random %d)', (random, expectedMs) => {
    const { clock, connection, network, attemptTimes } = world({
      random,
      script: {
        publish: { everyMs: 5_000, frames: (atMs) => [binanceFrames.depth(atMs), binanceFrames.ticker(atMs)] },
      },
    });
    connection.start();
    clock.advanceBy(24 * HOUR_MS);
    const renewedAfterMs = attemptTimes()[1] ?? 0;
    expect(renewedAfterMs).toBeGreaterThanOrEqual(expectedMs - 1_000);
    expect(renewedAfterMs).toBeLessThan(expectedMs + 3 * MINUTE_MS);
    expect(network.openPaths()).toHaveLength(1);
    expect(connection.view().counters).toMatchObject({ renewals: 1, reconnects: 0 });
  });
});
