import { describe, expect, test } from 'vitest';
import type { SeriesSlug } from '../../../core/model/identifiers.ts';
import { REAL_ADDRESSES } from '../../../durable-objects/feeds/feed-addresses.ts';
import { planFeeds } from '../../../durable-objects/feeds/feed-plan.ts';
import { createFeedRoute, FEED_NAMES, type FeedVia, parseFeedVia } from '../../../durable-objects/feeds/feed-route.ts';
import { feedSymbolsOf } from '../../../durable-objects/feeds/feed-symbols.ts';
import type { SocketHandlers, SocketsPort } from '../../../durable-objects/ports.ts';
import { REAL_FEED_ORIGINS } from '../../../runner/link/feed-relay.ts';

const MINUTE = 60_000;

function aRoute(policy: FeedVia, relayAvailable = true) {
  const attempts: string[] = [];
  const statuses: (number | null)[] = [];
  let newest: SocketHandlers | null = null;
  let nowMs = 0;
  const port = (name: string): SocketsPort => ({
    open: (_url, handlers) => {
      attempts.push(name);
      newest = handlers;
      return { send: () => undefined, close: () => undefined };
    },
  });
  const relay = { sockets: port('runner'), available: relayAvailable };
  const route = createFeedRoute(policy, port('object'), relay, () => nowMs);
  return {
    route,
    relay,
    attempts,
    statuses,
    open: () =>
      route.sockets.open('wss://x.test', {
        onOpen: () => undefined,
        onMessage: () => undefined,
        onClose: (_code, _reason, status) => void statuses.push(status),
      }),
    end: (status: number | null) => newest?.onClose(1006, 'refused', status),
    isOpen: () => newest?.onOpen(),
    wait: (ms: number) => {
      nowMs += ms;
    },
  };
}

describe('createFeedRoute', () => {
  test.each([403, 451])(
    'behavior: refused here with %i, the next attempt goes through the runner, without a pause',
    (status) => {
      const made = aRoute('auto');
      made.open();
      made.end(status);
      made.open();
      expect([made.attempts, made.statuses, made.route.via]).toEqual([['object', 'runner'], [null], 'runner']);
    },
  );

  test.each([null, 429, 500])('behavior: an end with %s is no refusal of this address', (status) => {
    const made = aRoute('auto');
    made.open();
    made.end(status);
    made.open();
    expect([made.attempts, made.statuses]).toEqual([['object', 'object'], [status]]);
  });

  test('behavior: without a runner a refusal is told as it is, and the way stays', () => {
    const made = aRoute('auto', false);
    made.open();
    made.end(451);
    made.open();
    expect([made.attempts, made.statuses]).toEqual([['object', 'object'], [451]]);
    made.end(451);
    made.relay.available = true;
    made.open();
    expect(made.route.via).toBe('runner');
  });

  test('behavior: a runner that is away is waited for, a minute at most; who is let in here stays here', () => {
    const made = aRoute('auto');
    made.open();
    made.end(403);
    made.open();
    made.relay.available = false;
    made.end(null);
    made.open();
    made.wait(MINUTE);
    made.open();
    expect(made.attempts).toEqual(['object', 'runner', 'runner', 'object']);
    made.isOpen();
    made.relay.available = true;
    made.end(null);
    made.open();
    expect(made.attempts.at(-1)).toBe('object');
  });

  test.each([
    ['durable-object', 'object'],
    ['runner', 'runner'],
  ] as const)('args: %s never changes', (policy, way) => {
    const made = aRoute(policy);
    made.open();
    made.end(451);
    made.open();
    expect([made.attempts, made.statuses]).toEqual([[way, way], [451]]);
  });
});

describe('parseFeedVia', () => {
  test('default', () => {
    expect(parseFeedVia('')).toEqual({ ok: true, value: {} });
    expect(parseFeedVia('binance-public=runner, deribit=durable-object')).toEqual({
      ok: true,
      value: { 'binance-public': 'runner', deribit: 'durable-object' },
    });
  });

  test.each(['binance=runner', 'deribit=proxy', 'deribit', ','])('error: %s', (text) => {
    expect(parseFeedVia(text)).toMatchObject({ ok: false, error: expect.stringMatching(/^FEED_VIA must be/) });
  });

  test('behavior: it knows every feed there is, and the runner may open each of them', () => {
    const symbols = feedSymbolsOf('btcusd');
    if (symbols === null) throw new Error('btcusd has symbols');
    const plan = planFeeds({
      addresses: REAL_ADDRESSES,
      series: 'btc-updown-5m' as SeriesSlug,
      symbols,
      exchangeFeed: 'binance-futures',
      credentials: { apiKey: 'k', secret: 's', passphrase: 'p' },
      wantedTokens: () => [],
    });
    expect(plan.map(({ protocol }) => protocol.name).toSorted()).toEqual([...FEED_NAMES].toSorted());
    for (const { protocol } of plan) expect(REAL_FEED_ORIGINS).toContain(`wss://${new URL(protocol.url).host}`);
  });
});
