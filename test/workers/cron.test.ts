import { createExecutionContext, createScheduledController, waitOnExecutionContext } from 'cloudflare:test';
import { describe, expect, test, vi } from 'vitest';
import { createWorkerHandler } from '../../workers/handler.ts';
import { bindings } from './support/api-client.ts';
import { EXAMPLE_NOW_MS } from './support/example-status.ts';

const handler = createWorkerHandler<typeof bindings>();
const FIRST_S = EXAMPLE_NOW_MS / 1_000;
const slugAt = (index: number) => `btc-updown-5m-${FIRST_S + index * 300}`;

async function runCron(env = bindings): Promise<void> {
  const context = createExecutionContext();
  await handler.scheduled(createScheduledController({ cron: '* * * * *' }), env);
  await waitOnExecutionContext(context);
}

/** Slugs that Gamma was asked for since the last time. */
async function askedSlugs(): Promise<string[]> {
  const response = await fetch(`${bindings.EMBEDDED_VENUE_URL}/asked`);
  const paths = (await response.json()) as string[];
  return paths.map((path) => path.replace('/gamma/events/slug/', '')).toSorted();
}

async function storedMarkets() {
  const { results } = await bindings.DB.prepare('SELECT * FROM markets ORDER BY window_start_ms').all();
  return results;
}

describe('runScheduled', () => {
  test('default', async () => {
    const errors = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    await runCron();

    const btc = (await askedSlugs()).filter((slug) => slug.startsWith('btc'));
    expect(btc).toEqual(Array.from({ length: 14 }, (_, index) => slugAt(index)));
    const stored = await storedMarkets();
    // Ten of them are listed; the others answered 404.
    expect(stored.map((market) => market['slug'])).toEqual(Array.from({ length: 10 }, (_, index) => slugAt(index)));
    expect(stored[0]).toEqual({
      slug: slugAt(0),
      series: 'btc-updown-5m',
      window_start_ms: EXAMPLE_NOW_MS,
      window_end_ms: EXAMPLE_NOW_MS + 300_000,
      condition_id: `0x${FIRST_S.toString(16).padStart(64, '0')}`,
      up_token_id: `${FIRST_S}1`,
      down_token_id: `${FIRST_S}2`,
      tick_size_ticks: 100,
      min_size_micro: 5_000_000,
      fee_rate_ppm: 70_000,
      fee_exponent: 1,
      fee_taker_only: 1,
      fee_rebate_ppm: 200_000,
      resolution_source: 'https://data.chain.link/streams/btc-usd-twap-60s-streams',
      twap_lookback_seconds: 60,
      config_id: 'btc-5m-twap-60',
      taker_delay_ms: null,
      neg_risk: 0,
      protocol_version: 'v1',
      accepting_orders: 1,
      updated_ms: EXAMPLE_NOW_MS,
    });
    // The other series' object failed, alone, and the log says so.
    expect(await bindings.MARKET_SERIES.getByName('btc-updown-5m').countWakeUps()).toBe(1);
    const lines = errors.mock.calls.map(([line]) => JSON.parse(String(line)) as Record<string, unknown>);
    expect(lines).toEqual([
      {
        level: 'error',
        time: expect.any(Number),
        message: 'wake-up failed',
        series: 'eth-updown-5m',
        reason: 'scripted failure',
      },
    ]);
    errors.mockRestore();
  });

  test('behavior: the second run asks for what may have changed and writes nothing that has not', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    await runCron();
    await askedSlugs();
    await bindings.DB.prepare('UPDATE markets SET updated_ms = 1').run();
    await bindings.DB.prepare('UPDATE markets SET accepting_orders = 0 WHERE slug = ?').bind(slugAt(1)).run();
    await runCron();

    expect(await askedSlugs()).toEqual([0, 1, 10, 11, 12, 13].map(slugAt));
    const stored = await storedMarkets();
    const rewritten = stored.filter((market) => market['updated_ms'] !== 1);
    expect(rewritten).toMatchObject([{ slug: slugAt(1), accepting_orders: 1, updated_ms: EXAMPLE_NOW_MS }]);
    vi.restoreAllMocks();
  });

  test('error: Gamma away is logged, and the objects are woken all the same', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const warnings = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const before = await bindings.MARKET_SERIES.getByName('btc-updown-5m').countWakeUps();
    // Port 1 of this machine: nobody listens there.
    await runCron({ ...bindings, EMBEDDED_VENUE_URL: 'http://127.0.0.1:1' });
    expect(await bindings.MARKET_SERIES.getByName('btc-updown-5m').countWakeUps()).toBe(before + 1);
    expect(JSON.parse(String(warnings.mock.calls[0]?.[0]))).toMatchObject({
      message: 'markets could not be read',
      series: 'btc-updown-5m',
      detail: expect.stringMatching(/^refused 0, unanswered \d+$/),
    });
    vi.restoreAllMocks();
  });

  test('error: a wrong configuration fails the run with its sentence', async () => {
    await expect(runCron({ ...bindings, MODE: 'x' } as never)).rejects.toThrow('MODE must be one of');
  });
});
