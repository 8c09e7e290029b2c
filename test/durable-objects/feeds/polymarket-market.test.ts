import { describe, expect, test } from 'vitest';
import type { SeriesSlug, TokenId } from '../../../core/model/identifiers.ts';
import { embeddedAddresses } from '../../../durable-objects/feeds/feed-addresses.ts';
import { createPolymarketMarketProtocol } from '../../../durable-objects/feeds/polymarket-market.ts';
import type { VenueConnection } from '../../../embedded-venue/connection.ts';
import { polymarketFrames } from '../../support/feed-frames.ts';
import { createFeedHarness, HARNESS_START_MS } from '../../support/feed-harness.ts';
import type { Script } from '../../support/scripted-feed.ts';

const addresses = embeddedAddresses('http://127.0.0.1:8790');
const series = 'btc-updown-5m' as SeriesSlug;
const UP = '40760009000000000000000000000000000000000000000000000000000000000002829' as TokenId;
const DOWN = '51870009000000000000000000000000000000000000000000000000000000000002830' as TokenId;
const NEXT = '62980009000000000000000000000000000000000000000000000000000000000002831' as TokenId;

interface Request {
  readonly type?: string;
  readonly operation?: string;
  readonly assets_ids?: readonly string[];
}

/** The venue's channel: a book for each token that is subscribed, unless it is `mute`; a change now and then, unless quiet. */
function channel(mute: ReadonlySet<string> = new Set(), quiet: ReadonlySet<string> = new Set()) {
  const requests: Request[] = [];
  const subscribed = new Map<VenueConnection, Set<string>>();
  const script: Script = {
    onConnect: (connection) => void subscribed.set(connection, new Set()),
    onMessage: (connection, frame) => {
      if (frame === 'PING') return connection.send('PONG');
      const request = JSON.parse(frame) as Request;
      requests.push(request);
      for (const tokenId of request.assets_ids ?? []) {
        if (request.operation === 'unsubscribe') subscribed.get(connection)?.delete(tokenId);
        else {
          subscribed.get(connection)?.add(tokenId);
          if (!mute.has(tokenId)) connection.send(polymarketFrames.book(tokenId, HARNESS_START_MS));
        }
      }
    },
    publish: {
      everyMs: 500,
      frames: (atMs) =>
        [...new Set([...subscribed.values()].flatMap((tokens) => [...tokens]))]
          .filter((tokenId) => !quiet.has(tokenId) && !mute.has(tokenId))
          .map((tokenId) => polymarketFrames.priceChange(tokenId, atMs)),
    },
  };
  return { script, requests, subscribed };
}

function world(venue: ReturnType<typeof channel>, tokens: TokenId[]) {
  const protocol = createPolymarketMarketProtocol(addresses, series, () => tokens);
  return createFeedHarness(protocol, venue.script);
}

describe('createPolymarketMarketProtocol', () => {
  test('default: subscribes both tokens with the custom feature, and pings every 10 s', () => {
    const venue = channel();
    const { clock, connection, server, events } = world(venue, [UP, DOWN]);
    connection.start();
    clock.advanceBy(31_000);
    expect(venue.requests).toEqual([{ type: 'market', assets_ids: [UP, DOWN], custom_feature_enabled: true }]);
    expect(server.received.filter((frame) => frame === 'PING')).toHaveLength(3);
    expect(events.filter((event) => event.type === 'book-received')).toHaveLength(2);
    expect(events.filter((event) => event.type === 'book-changed').length).toBeGreaterThan(50);
    expect(connection.view().counters).toMatchObject({ rejected: {}, ended: {} });
  });

  test('behavior: without tokens nothing is connected; the first ones connect', () => {
    const tokens: TokenId[] = [];
    const { clock, connection, network } = world(channel(), tokens);
    connection.start();
    clock.advanceBy(30_000);
    expect(network.attempts).toEqual([]);
    expect(connection.view().state).toBe('not-wanted');
    tokens.push(UP, DOWN);
    connection.wantedChanged();
    clock.advanceBy(1_000);
    expect(connection.view().state).toBe('open');
  });

  test('behavior: tokens are added and removed by operation on the same socket', () => {
    const venue = channel();
    const tokens: TokenId[] = [UP, DOWN];
    const { clock, connection, network } = world(venue, tokens);
    connection.start();
    clock.advanceBy(1_000);
    tokens.splice(0, 1, NEXT);
    connection.wantedChanged();
    clock.advanceBy(1_000);
    expect(venue.requests.slice(1)).toEqual([
      { operation: 'subscribe', assets_ids: [NEXT], custom_feature_enabled: true },
      { operation: 'unsubscribe', assets_ids: [UP], custom_feature_enabled: true },
    ]);
    expect([...venue.subscribed.values()].map((set) => [...set])).toEqual([[DOWN, NEXT]]);
    expect(network.attempts).toHaveLength(1);
  });

  test('behavior: what still arrives of a removed token is not handed on', () => {
    const tokens: TokenId[] = [UP, DOWN];
    const { clock, connection, server, events } = world(channel(new Set(), new Set([UP, DOWN])), tokens);
    connection.start();
    clock.advanceBy(1_000);
    tokens.splice(0, 1);
    connection.wantedChanged();
    events.length = 0;
    server.broadcast(polymarketFrames.priceChange(UP, HARNESS_START_MS));
    server.broadcast(polymarketFrames.priceChange(DOWN, HARNESS_START_MS));
    clock.advanceBy(100);
    expect(events.map((event) => ('tokenId' in event ? event.tokenId : null))).toEqual([DOWN]);
  });

  test('behavior: with all tokens gone the socket stays, and its silence is normal', () => {
    const tokens: TokenId[] = [UP];
    const { clock, connection, network, marks } = world(channel(), tokens);
    connection.start();
    clock.advanceBy(1_000);
    tokens.length = 0;
    connection.wantedChanged();
    clock.advanceBy(120_000);
    expect(marks).toEqual(['connected 1']);
    expect(network.openPaths()).toHaveLength(1);
  });

  test('behavior: a token without a book is subscribed anew after 5 s, then costs the socket once, then is asked every 30 s', () => {
    const venue = channel(new Set([DOWN]));
    const { clock, connection, marks } = world(venue, [UP, DOWN]);
    connection.start();
    clock.advanceBy(6_500);
    expect(venue.requests.slice(1)).toEqual([
      { operation: 'unsubscribe', assets_ids: [DOWN], custom_feature_enabled: true },
      { operation: 'subscribe', assets_ids: [DOWN], custom_feature_enabled: true },
    ]);
    clock.advanceBy(6_000);
    expect(marks).toEqual(['connected 1', 'disconnected 1: token-mute', 'connected 2']);
    clock.advanceBy(120_000);
    expect(marks).toHaveLength(3);
    const asked = venue.requests.filter(({ operation }) => operation === 'subscribe').length;
    expect(asked).toBeGreaterThanOrEqual(5);
    expect(asked).toBeLessThanOrEqual(8);
    expect(connection.view().counters.rejected).toEqual({ resubscribed: expect.any(Number) });
  });

  test('behavior: a quiet token answers with its book, and keeps the socket', () => {
    const venue = channel(new Set(), new Set([UP, DOWN]));
    const { clock, connection, marks, events } = world(venue, [UP, DOWN]);
    connection.start();
    clock.advanceBy(120_000);
    expect(marks).toEqual(['connected 1']);
    expect(events.filter((event) => event.type === 'book-received').length).toBeGreaterThanOrEqual(20);
  });

  test('behavior: frames stop while PONG is answered: asked anew at 10 s, reopened at 15 s', () => {
    const venue = channel();
    const { clock, connection, network, marks, attemptTimes } = world(venue, [UP, DOWN]);
    connection.start();
    clock.advanceBy(5_000);
    network.faults.stall('/clob/ws/market', (frame) => frame === 'PONG');
    clock.advanceBy(12_000);
    expect(venue.requests.filter(({ operation }) => operation === 'subscribe')).toHaveLength(1);
    clock.advanceBy(5_000);
    expect(marks.slice(0, 2)).toEqual(['connected 1', 'disconnected 1: silent']);
    expect(attemptTimes()[1]).toBeLessThan(5_000 + 16_000 + 250);
  });

  test('behavior: a new socket subscribes the tokens of now', () => {
    const venue = channel();
    const tokens: TokenId[] = [UP, DOWN];
    const { clock, connection, network } = world(venue, tokens);
    connection.start();
    clock.advanceBy(1_000);
    network.faults.drop('/clob');
    tokens.splice(0, 2, NEXT);
    connection.wantedChanged();
    clock.advanceBy(1_000);
    expect(venue.requests.at(-1)).toEqual({ type: 'market', assets_ids: [NEXT], custom_feature_enabled: true });
  });

  test('behavior: a refused book or change makes every book doubtful: new ones are asked for, at most every 5 s', () => {
    const venue = channel();
    const { clock, connection, server, events } = world(venue, [UP, DOWN]);
    connection.start();
    clock.advanceBy(20_000);
    server.broadcast(polymarketFrames.priceChange(UP, HARNESS_START_MS).replace('"0.53"', '"0.5x"'));
    clock.advanceBy(1_500);
    expect(venue.requests.slice(1)).toEqual([
      { operation: 'unsubscribe', assets_ids: [UP, DOWN], custom_feature_enabled: true },
      { operation: 'subscribe', assets_ids: [UP, DOWN], custom_feature_enabled: true },
    ]);
    expect(events.filter((event) => event.type === 'book-received')).toHaveLength(4);
    for (let second = 0; second < 20; second++) {
      server.broadcast('{"event_type":');
      clock.advanceBy(1_000);
    }
    const asked = venue.requests.filter(({ operation }) => operation === 'subscribe').length - 1;
    expect(asked).toBeGreaterThanOrEqual(3);
    expect(asked).toBeLessThanOrEqual(4);
    expect(connection.view().counters.ended).toEqual({});
  });

  test('behavior: announcements and resolutions of other markets are not handed on', () => {
    const { clock, connection, server, events } = world(channel(), [UP, DOWN]);
    connection.start();
    clock.advanceBy(1_000);
    events.length = 0;
    server.broadcast(polymarketFrames.newMarket('btc-updown-5m-1795491600', HARNESS_START_MS));
    server.broadcast(polymarketFrames.newMarket('eth-updown-5m-1795491600', HARNESS_START_MS));
    server.broadcast(polymarketFrames.resolved(UP, HARNESS_START_MS));
    server.broadcast(polymarketFrames.resolved(NEXT, HARNESS_START_MS));
    clock.advanceBy(100);
    const rare = events.filter((event) => event.type !== 'book-changed');
    expect(rare).toMatchObject([
      { type: 'market-announced', slug: 'btc-updown-5m-1795491600' },
      { type: 'official-result-published', winningTokenId: UP },
    ]);
  });
});
