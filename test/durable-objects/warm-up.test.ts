import { describe, expect, test } from 'vitest';
import { MINUTE_MS } from '../../core/model/time.ts';
import { embeddedAddresses } from '../../durable-objects/feeds/feed-addresses.ts';
import { feedSymbolsOf } from '../../durable-objects/feeds/feed-symbols.ts';
import { fetchCandleHistory, type WarmUpDeps } from '../../durable-objects/warm-up.ts';
import { createWorld } from '../../embedded-venue/world.ts';
import { createVirtualClock } from '../support/node-ports.ts';
import { createVirtualNetwork } from '../support/virtual-network.ts';

/** 100 s into a window, 2026-11-23: forty seconds into a minute. */
const NOW_MS = 1_795_405_300_000;

function world(exchangeFeed: WarmUpDeps['exchangeFeed'] = 'binance-futures') {
  const clock = createVirtualClock(NOW_MS);
  const outside = createWorld({ seed: 7, originMs: NOW_MS - MINUTE_MS, startMs: NOW_MS, speed: 1 });
  const network = createVirtualNetwork({
    feeds: outside.feeds,
    routes: outside.routes,
    clock,
    advanceTo: outside.advanceTo,
    stepMs: 1_000,
  });
  const symbols = feedSymbolsOf('btcusd');
  if (symbols === null) throw new Error('btcusd has symbols');
  const fetch = async () => {
    const pending = fetchCandleHistory({
      http: network.http,
      clock: clock.clock,
      addresses: embeddedAddresses('http://127.0.0.1:8790'),
      symbols,
      exchangeFeed,
    });
    await clock.settleTo(NOW_MS + 12_000);
    return pending;
  };
  return { network, fetch };
}

// The generated world takes a second or so of real time on a busy machine.
describe('fetchCandleHistory', { timeout: 60_000 }, () => {
  test.each(['binance-futures', 'coinbase'] as const)(
    'default: the closed minutes of %s, oldest first',
    async (source) => {
      const answer = await world(source).fetch();
      if (!answer.ok) throw new Error(JSON.stringify(answer.error));
      const { value } = answer;
      expect(value).toMatchObject({ type: 'candle-history-received', source, seq: 0, tsInit: 0 });
      const starts = value.candles.map(([startMs]) => startMs);
      const lastMinuteMs = Math.floor(NOW_MS / MINUTE_MS) * MINUTE_MS - MINUTE_MS;
      expect(starts.at(-1)).toBe(lastMinuteMs);
      expect(starts.length).toBeGreaterThanOrEqual(100);
      expect(starts.length).toBeLessThanOrEqual(120);
      for (const [index, startMs] of starts.entries()) {
        expect(startMs).toBe(lastMinuteMs - (starts.length - 1 - index) * MINUTE_MS);
      }
    },
  );

  test.each([
    ['binance-futures', '/binance-rest', 'coinbase'],
    ['coinbase', '/coinbase-rest', 'binance-futures'],
  ] as const)('behavior: %s refused: the other one, under its own name', async (exchangeFeed, path, source) => {
    const { network, fetch } = world(exchangeFeed);
    network.faults.refuse(path, 451);
    expect(await fetch()).toMatchObject({ ok: true, value: { source } });
  });

  test('error: both fail: why, in order', async () => {
    const { network, fetch } = world();
    network.faults.refuse('/binance-rest', 451);
    network.faults.stall('/coinbase-rest', () => false);
    expect(await fetch()).toEqual({
      ok: false,
      error: [
        { source: 'binance-futures', reason: 'status-451' },
        { source: 'coinbase', reason: 'timed out' },
      ],
    });
  });
});
