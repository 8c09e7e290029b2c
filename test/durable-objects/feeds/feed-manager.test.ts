import { describe, expect, test } from 'vitest';
import type { SeriesSlug, TokenId } from '../../../core/model/identifiers.ts';
import type { MarketDataEvent } from '../../../core/model/market-data.ts';
import { MINUTE_MS } from '../../../core/model/time.ts';
import { windowAt } from '../../../core/model/window.ts';
import { embeddedAddresses } from '../../../durable-objects/feeds/feed-addresses.ts';
import { createFeedManager, type FeedManagerDeps } from '../../../durable-objects/feeds/feed-manager.ts';
import { feedSymbolsOf } from '../../../durable-objects/feeds/feed-symbols.ts';
import type { SocketsPort } from '../../../durable-objects/ports.ts';
import { createVenueMarket } from '../../../embedded-venue/venue-market.ts';
import { createWorld, EMBEDDED_CREDENTIALS } from '../../../embedded-venue/world.ts';
import { createMemoryLog, createVirtualClock } from '../../support/node-ports.ts';
import { createVirtualNetwork } from '../../support/virtual-network.ts';

/** 100 s into a window, 2026-11-23. */
const START_MS = 1_795_405_300_000;
const SEED = 7;
const SERIES = { slug: 'btc-updown-5m' as SeriesSlug, durationMs: 5 * MINUTE_MS };

/** The tokens of the window that runs at the start, or of one after it. */
function tokensOf(windowsAhead: number): readonly [TokenId, TokenId] {
  const { startMs } = windowAt(START_MS, SERIES.durationMs);
  const { tokens } = createVenueMarket(SERIES, startMs + windowsAhead * SERIES.durationMs, SEED);
  return [tokens.up, tokens.down];
}

function world(change: Partial<FeedManagerDeps> = {}, startMs = START_MS) {
  const clock = createVirtualClock(startMs);
  const outside = createWorld({ seed: SEED, originMs: startMs - MINUTE_MS, startMs, speed: 1 });
  const network = createVirtualNetwork({
    feeds: outside.feeds,
    routes: outside.routes,
    clock,
    advanceTo: outside.advanceTo,
  });
  const events: MarketDataEvent[] = [];
  const marks: string[] = [];
  const symbols = feedSymbolsOf('btcusd');
  if (symbols === null) throw new Error('btcusd has symbols');
  const manager = createFeedManager({
    addresses: embeddedAddresses('http://127.0.0.1:8790'),
    clock: clock.clock,
    timers: clock.timers,
    sockets: network.sockets,
    random: { next: () => 0.5 },
    log: createMemoryLog(),
    credentials: EMBEDDED_CREDENTIALS,
    series: SERIES.slug,
    symbols,
    exchangeFeed: 'binance-futures',
    windowMs: 5 * MINUTE_MS,
    onEvents: (batch) => void events.push(...batch),
    onConnected: (source, connection) => void marks.push(`connected ${source} ${connection}`),
    onDisconnected: (source, connection, reason) => void marks.push(`disconnected ${source} ${connection}: ${reason}`),
    ...change,
  });
  const statusOf = (name: string) => {
    const status = manager.status().find(({ feed }) => feed === name);
    if (status === undefined) throw new Error(`no feed ${name}`);
    return status;
  };
  return { clock, network, events, marks, manager, statusOf };
}

/** The network of another host. */
function relayOf(host: () => ReturnType<typeof world>): SocketsPort {
  return { open: (url, handlers) => host().network.sockets.open(url, handlers) };
}

// Minutes of the whole generated world: seconds of real time on a busy machine.
describe('createFeedManager', { timeout: 60_000 }, () => {
  test('default: every feed connects to its own server in its own protocol, and brings its events', () => {
    const { clock, manager, events, marks } = world();
    manager.setMarkets([tokensOf(0)]);
    manager.start();
    clock.advanceBy(40_000);
    expect([...marks].sort()).toEqual([
      'connected binance-futures 1',
      'connected binance-futures 2',
      'connected deribit 1',
      'connected polybolt 1',
      'connected polymarket-clob 1',
      'connected rtds 1',
      'connected rtds 2',
    ]);
    const types = new Set(events.map((event) => event.type));
    for (const type of [
      'book-received',
      'book-changed',
      'book-trade-received',
      'book-touch-received',
      'depth-received',
      'ticker-received',
      'trade-received',
      'mark-price-received',
      'reference-price-received',
      'volatility-index-received',
    ] as const) {
      expect(types, type).toContain(type);
    }
    for (const status of manager.status()) {
      expect(status).toMatchObject({ rejected: {}, ended: {}, problem: null, host: '127.0.0.1:8790', standIn: false });
      expect(status.state).toBe(status.feed === 'coinbase' ? 'stopped' : 'open');
    }
  });

  test('behavior: PolyBolt brings the two minutes before, so that a strike that was missed is found', () => {
    const { clock, manager, events } = world();
    manager.start();
    clock.advanceBy(2_000);
    const history = events.filter(
      (event) =>
        event.type === 'reference-price-received' &&
        event.source === 'polybolt' &&
        event.lookbackSeconds === 60 &&
        event.snapshot,
    );
    expect(history.length).toBeGreaterThan(100);
  });

  test('behavior: Binance refused here with 451 is read through the runner, and Coinbase stays down', () => {
    const elsewhere = world();
    const { clock, network, manager, statusOf } = world({
      relay: { sockets: relayOf(() => elsewhere), available: true },
    });
    network.faults.refuse('/binance', 451);
    manager.start();
    for (let ms = 0; ms < 10_000; ms += 10) {
      clock.advanceBy(10);
      elsewhere.clock.advanceBy(10);
    }
    expect(statusOf('binance-public')).toMatchObject({ state: 'open', via: 'runner', reconnects: 1 });
    expect(statusOf('binance-market')).toMatchObject({ state: 'open', via: 'runner' });
    expect(statusOf('deribit')).toMatchObject({ state: 'open', via: 'durable-object' });
    expect(statusOf('coinbase')).toMatchObject({ state: 'stopped', standIn: false });
  });

  test('behavior: Binance refused twice with 451 starts Coinbase, and says that it stands in', () => {
    const { clock, network, manager, events, statusOf } = world();
    network.faults.refuse('/binance', 451);
    manager.start();
    clock.advanceBy(5_000);
    expect(statusOf('coinbase')).toMatchObject({ state: 'open', standIn: true, rejected: {} });
    expect(statusOf('binance-public')).toMatchObject({ state: 'waiting', lastEnd: 'status-451' });
    const exchanges = new Set(events.map((event) => ('source' in event ? event.source : null)));
    expect(exchanges.has('coinbase')).toBe(true);
    expect(exchanges.has('binance-futures')).toBe(false);
  });

  test('behavior: one refusal, or a 503, does not start the stand-in', () => {
    const { clock, network, manager, statusOf } = world();
    network.faults.refuse('/binance', 503);
    manager.start();
    clock.advanceBy(20_000);
    network.faults.refuse('/binance', null);
    network.faults.refuse('/binance/public', 403);
    clock.advanceBy(30_000);
    network.faults.refuse('/binance/public', null);
    clock.advanceBy(70_000);
    expect(statusOf('coinbase').state).toBe('stopped');
    expect(statusOf('binance-public').state).toBe('open');
  });

  test('args: exchangeFeed coinbase runs Coinbase for itself, and no Binance', () => {
    const { clock, manager, statusOf } = world({ exchangeFeed: 'coinbase' });
    manager.start();
    clock.advanceBy(3_000);
    expect(statusOf('coinbase')).toMatchObject({ state: 'open', standIn: false });
    expect(manager.status().filter(({ source }) => source === 'binance-futures')).toEqual([]);
  });

  test('args: without credentials there is no PolyBolt, and RTDS gives the price', () => {
    const { clock, manager, events } = world({ credentials: null });
    manager.start();
    clock.advanceBy(10_000);
    expect(manager.status().some(({ feed }) => feed === 'polybolt')).toBe(false);
    expect(events.some((event) => event.type === 'reference-price-received' && event.source === 'rtds')).toBe(true);
  });

  test('error: credentials that the real protocol refuses are visible', () => {
    const { clock, manager, statusOf } = world({ credentials: { ...EMBEDDED_CREDENTIALS, secret: 'wrong' } });
    manager.start();
    clock.advanceBy(3_000);
    expect(statusOf('polybolt')).toMatchObject({ state: 'waiting', problem: 'credentials refused: auth_invalid' });
  });

  test('behavior: a feed that repeats itself is counted and passed once', () => {
    const { clock, network, manager, events, statusOf } = world();
    network.faults.tamper('/binance/market', (frame) => [frame, frame]);
    manager.start();
    clock.advanceBy(10_000);
    const trades = events.filter((event) => event.type === 'trade-received').map((event) => event.tradeId);
    expect(trades.length).toBeGreaterThan(10);
    expect(new Set(trades).size).toBe(trades.length);
    expect(statusOf('binance-market').rejected).toEqual({ duplicate: trades.length });
  });

  test('behavior: markets are rolled: the next window is subscribed beside the running one, then alone', () => {
    const { clock, manager, events } = world();
    const next = tokensOf(1);
    manager.setMarkets([tokensOf(0)]);
    manager.start();
    clock.advanceBy(2_000);
    manager.setMarkets([tokensOf(0), next]);
    clock.advanceBy(2_000);
    const tokens = () => new Set(events.flatMap((event) => ('tokenId' in event ? [event.tokenId] : [])));
    expect(tokens()).toEqual(new Set([...tokensOf(0), ...next]));
    manager.setMarkets([next]);
    clock.advanceBy(100);
    events.length = 0;
    clock.advanceBy(2_000);
    expect(tokens()).toEqual(new Set(next));
  });

  test('behavior: the end of a window: its resolution is heard after its tokens were given up', () => {
    const tenSecondsBeforeMs = windowAt(START_MS, SERIES.durationMs).endMs - 10_000;
    const { clock, manager, events, statusOf } = world({}, tenSecondsBeforeMs);
    manager.setMarkets([tokensOf(0), tokensOf(1)]);
    manager.start();
    clock.advanceBy(20_000);
    manager.setMarkets([tokensOf(1), tokensOf(2)]);
    clock.advanceBy(90_000);
    const results = events.filter((event) => event.type === 'official-result-published');
    expect(results).toHaveLength(1);
    expect(tokensOf(0)).toContain(results[0]?.winningTokenId);
    expect(statusOf('polymarket-market')).toMatchObject({ state: 'open', ended: {} });
  });

  test('behavior: drops, stalls, garbage and refusals, one source after the other: every feed ends open', () => {
    const { clock, network, manager, statusOf } = world();
    manager.setMarkets([tokensOf(0)]);
    manager.start();
    clock.advanceBy(5_000);
    const paths = ['/binance', '/polybolt', '/rtds', '/deribit', '/clob'];
    for (const [index, path] of paths.entries()) {
      network.faults.drop(path);
      network.faults.delay(path, 200 * index);
      clock.advanceBy(5_000);
      network.faults.stall(path, (frame) => frame === 'PONG');
      clock.advanceBy(17_000);
      network.faults.stall(path, null);
      network.faults.tamper(path, (frame) => [frame.slice(1), frame]);
      clock.advanceBy(10_000);
      network.faults.tamper(path, null);
      network.faults.refuse(path, 0);
      network.faults.drop(path);
      clock.advanceBy(5_000);
      network.faults.refuse(path, null);
    }
    clock.advanceBy(MINUTE_MS);
    for (const { feed } of manager.status()) {
      if (feed !== 'coinbase') expect(statusOf(feed), feed).toMatchObject({ state: 'open' });
    }
  });

  test('behavior: stop ends every socket, and start begins anew', () => {
    const { clock, network, manager, marks } = world();
    manager.start();
    clock.advanceBy(3_000);
    manager.stop();
    clock.advanceBy(60_000);
    expect(network.openPaths()).toEqual([]);
    expect(marks.filter((mark) => mark.startsWith('disconnected')).every((mark) => mark.endsWith(': stopped'))).toBe(
      true,
    );
    marks.length = 0;
    manager.start();
    clock.advanceBy(3_000);
    expect(marks).toContain('connected polybolt 2');
  });
});
