import { describe, expect, test } from 'vitest';
import type { MarketSlug, SeriesSlug } from '../../core/model/identifiers.ts';
import { MINUTE_MS } from '../../core/model/time.ts';
import { createGammaClient } from '../../durable-objects/gamma-client.ts';
import type { VenueRoutes } from '../../embedded-venue/connection.ts';
import { createVirtualClock } from '../support/node-ports.ts';
import { createVirtualNetwork } from '../support/virtual-network.ts';

const START_S = 1_795_405_200;
const series = { slug: 'btc-updown-5m' as SeriesSlug, durationMs: 5 * MINUTE_MS };
const slugAt = (index: number) => `btc-updown-5m-${START_S + index * 300}` as MarketSlug;

/** An event with its one market, fields as the venue notes list them (§6, 2026-11-23). */
function gammaEvent(slug: string, change: object = {}): string {
  const startMs = Number(slug.slice('btc-updown-5m-'.length)) * 1_000;
  const market = {
    id: '1031769',
    slug,
    question: 'Bitcoin Up or Down',
    conditionId: `0x6e50${'0'.repeat(56)}975f`,
    clobTokenIds: JSON.stringify(['4'.repeat(76), '5'.repeat(76)]),
    outcomes: '["Up","Down"]',
    outcomePrices: '["0.5","0.5"]',
    orderPriceMinTickSize: 0.01,
    orderMinSize: 5,
    negRisk: false,
    active: true,
    closed: false,
    acceptingOrders: true,
    eventStartTime: new Date(startMs).toISOString(),
    endDate: new Date(startMs + 300_000).toISOString(),
    resolutionSource: 'https://data.chain.link/streams/btc-usd-twap-60s-streams',
    feesEnabled: true,
    feeSchedule: { rate: 0.07, exponent: 1, takerOnly: true, rebateRate: 0.2 },
    version: 'v1',
    updatedAt: '2026-11-23T00:00:00Z',
    cryptoMarketConfig: {
      id: 'btc-5m-twap-60',
      asset: 'btc',
      duration: '5m',
      twapEnabled: true,
      twapLookbackSeconds: 60,
    },
    ...change,
  };
  return JSON.stringify({ slug, seriesSlug: 'btc-up-or-down-5m', markets: [market], eventMetadata: {} });
}

function world(answer: (slug: string) => { status: number; body: string }, latencyMs = 50) {
  const clock = createVirtualClock(START_S * 1_000);
  const asked: string[] = [];
  let running = 0;
  const parallel: number[] = [];
  const routes: VenueRoutes = {
    handle: ({ path }) => {
      const slug = path.replace('/gamma/events/slug/', '');
      if (slug === path) return null;
      asked.push(slug);
      return answer(slug);
    },
  };
  const network = createVirtualNetwork({ feeds: [], routes: [routes], clock, latencyMs });
  const client = createGammaClient({
    http: {
      get: async (url, timeoutMs) => {
        parallel.push(++running);
        try {
          return await network.http.get(url, timeoutMs);
        } finally {
          running--;
        }
      },
    },
    clock: clock.clock,
    baseUrl: 'http://127.0.0.1:8790/gamma',
    series,
  });
  /** Runs until the answer is there. */
  const fetchMarkets = async (slugs: readonly MarketSlug[], forMs = 10_000) => {
    const pending = client.fetchMarkets(slugs);
    await clock.settleTo(clock.clock.wallMs() + forMs);
    return pending;
  };
  return { clock, network, asked, parallel, fetchMarkets };
}

describe('fetchMarkets', () => {
  test('default: a market-listed for each slug', async () => {
    const { fetchMarkets, asked } = world((slug) => ({ status: 200, body: gammaEvent(slug) }));
    const { events, errors } = await fetchMarkets([slugAt(0), slugAt(1)]);
    expect(errors).toEqual([]);
    expect(events).toMatchObject([
      { type: 'market-listed', seq: 0, tsInit: 0, market: { slug: slugAt(0) } },
      { type: 'market-listed', seq: 0, tsInit: 0, market: { slug: slugAt(1) } },
    ]);
    expect(asked).toEqual([slugAt(0), slugAt(1)]);
  });

  test('behavior: a resolved market brings its official result too', async () => {
    const { fetchMarkets } = world((slug) => ({
      status: 200,
      body: gammaEvent(slug, { closed: true, umaResolutionStatus: 'resolved', outcomePrices: '["1","0"]' }),
    }));
    const { events } = await fetchMarkets([slugAt(0)]);
    expect(events.map((event) => event.type)).toEqual(['market-listed', 'official-result-published']);
  });

  test('behavior: at most four requests at a time, all of them in the end, none twice', async () => {
    const { fetchMarkets, parallel, asked } = world((slug) => ({ status: 200, body: gammaEvent(slug) }));
    const slugs = Array.from({ length: 11 }, (_, index) => slugAt(index));
    const { events } = await fetchMarkets([...slugs, slugAt(0)]);
    expect(events).toHaveLength(11);
    expect(asked).toHaveLength(11);
    expect(Math.max(...parallel)).toBe(4);
  });

  test('error: what fails is told by slug, and costs the others nothing', async () => {
    const { fetchMarkets } = world((slug) => {
      if (slug === slugAt(0)) return { status: 404, body: '{"type":"not found error"}' };
      if (slug === slugAt(1)) return { status: 500, body: 'oops' };
      if (slug === slugAt(2)) return { status: 200, body: '<html>' };
      if (slug === slugAt(3)) return { status: 200, body: gammaEvent(slug, { conditionId: 'x' }) };
      return { status: 200, body: gammaEvent(slug) };
    });
    const { events, errors } = await fetchMarkets([0, 1, 2, 3, 4].map(slugAt));
    expect(events).toHaveLength(1);
    expect(errors).toEqual([
      { slug: slugAt(0), reason: 'not-listed' },
      { slug: slugAt(1), reason: 'status-500' },
      { slug: slugAt(2), reason: expect.stringContaining('rejected: not-json') },
      { slug: slugAt(3), reason: 'rejected: bad-identifier market.conditionId' },
    ]);
  });

  test('error: no answer within 5 s', async () => {
    const { fetchMarkets, network } = world((slug) => ({ status: 200, body: gammaEvent(slug) }));
    network.faults.stall('/gamma', () => false);
    const { errors } = await fetchMarkets([slugAt(0)], 5_000);
    expect(errors).toEqual([{ slug: slugAt(0), reason: 'timed out' }]);
  });

  test.each([
    [429, 'rate-limited'],
    [403, 'status-403'],
  ])('behavior: after a %i Gamma is left alone for a minute', async (status, reason) => {
    let isRefusing = true;
    const { fetchMarkets, asked } = world((slug) =>
      isRefusing ? { status, body: '' } : { status: 200, body: gammaEvent(slug) },
    );
    expect((await fetchMarkets([slugAt(0)])).errors).toEqual([{ slug: slugAt(0), reason }]);
    isRefusing = false;
    expect((await fetchMarkets([slugAt(1)])).errors).toEqual([{ slug: slugAt(1), reason: 'rate-limited' }]);
    expect(asked).toEqual([slugAt(0)]);
    await fetchMarkets([], MINUTE_MS);
    expect((await fetchMarkets([slugAt(2)])).errors).toEqual([]);
  });
});
