import { describe, expect, test } from 'vitest';
import { feedFor } from '../../embedded-venue/socket-door.ts';
import { worldAtOrigin } from '../support/venue-client.ts';

const { feeds } = worldAtOrigin();

describe('feedFor', () => {
  test.each([
    ['/binance/public/stream', '/binance/public/stream'],
    ['/binance/public/ws/btcusdt@depth20@100ms', '/binance/public/ws'],
    ['/polybolt/ws', '/polybolt/ws'],
    ['/binance/stream', undefined],
    ['/binance/public/streams', undefined],
    ['/', undefined],
  ])('args: %s', (path, expected) => {
    expect(feedFor(feeds, path)?.path).toBe(expected);
  });

  test('behavior: the longest path wins', () => {
    const [feed] = feeds;
    if (feed === undefined) throw new Error('no feeds');
    const nested = [
      { ...feed, path: '/a' },
      { ...feed, path: '/a/b' },
    ];
    expect(feedFor(nested, '/a/b/c')?.path).toBe('/a/b');
    expect(feedFor(nested, '/a/c')?.path).toBe('/a');
  });
});
