import { describe, expect, test } from 'vitest';
import { parseSettings } from '../../durable-objects/settings.ts';

const VARIABLES = {
  MODE: 'demo',
  FEEDS: 'embedded',
  EXECUTION: 'simulated',
  SERIES: 'btc-updown-5m',
  LOCATION_HINT: 'weur',
  EMBEDDED_VENUE_URL: 'http://127.0.0.1:8790',
  SIM_SPEED: '1',
  EXCHANGE_FEED: 'binance-futures',
  BANKROLL_USDC: '1000',
  LOG_LEVEL: 'info',
};
const REAL = { ...VARIABLES, FEEDS: '', EXECUTION: '', EMBEDDED_VENUE_URL: '' };

describe('parseSettings', () => {
  test('default', () => {
    expect(
      parseSettings({ ...VARIABLES, SERIES: 'btc-updown-5m, eth-updown-15m,btc-updown-1h', SIM_SPEED: '2.5' }),
    ).toEqual({
      ok: true,
      value: {
        mode: 'demo',
        feeds: 'embedded',
        execution: 'simulated',
        series: [
          { slug: 'btc-updown-5m', durationMs: 300_000, allocationMicro: 333_333_333 },
          { slug: 'eth-updown-15m', durationMs: 900_000, allocationMicro: 333_333_333 },
          { slug: 'btc-updown-1h', durationMs: 3_600_000, allocationMicro: 333_333_333 },
        ],
        locationHint: 'weur',
        embeddedVenueUrl: 'http://127.0.0.1:8790',
        simSpeed: 2.5,
        exchangeFeed: 'binance-futures',
        bankrollMicro: 1_000_000_000,
        acknowledgedTakerDelayMs: null,
        strategyConfig: '',
        marketMakerEnabled: null,
        logLevel: 'info',
      },
    });
  });

  test.each([
    ['demo', VARIABLES, 'embedded', 'simulated'],
    ['sim', { ...VARIABLES, EXECUTION: '' }, 'embedded', 'venue'],
    ['paper', REAL, 'real', 'simulated'],
    ['live', REAL, 'real', 'venue'],
  ])('behavior: MODE=%s', (MODE, variables, feeds, execution) => {
    expect(parseSettings({ ...variables, MODE })).toMatchObject({ ok: true, value: { feeds, execution } });
  });

  test.each([
    [{ MODE: 'test' }, 'MODE must be one of demo, sim, paper, live.'],
    [{ MODE: undefined }, 'MODE must be one of demo, sim, paper, live.'],
    [{ FEEDS: 'real' }, 'FEEDS=real contradicts MODE=demo, which means embedded: change one of them.'],
    [{ EXECUTION: 'venue' }, 'EXECUTION=venue contradicts MODE=demo, which means simulated: change one of them.'],
    [{ EMBEDDED_VENUE_URL: '' }, "EMBEDDED_VENUE_URL must be the embedded venue's http address when MODE=demo."],
    [{ EMBEDDED_VENUE_URL: 'ftp://x' }, "EMBEDDED_VENUE_URL must be the embedded venue's http address when MODE=demo."],
    [{ MODE: 'paper', FEEDS: '' }, 'EMBEDDED_VENUE_URL must be empty when MODE=paper, which reads real feeds.'],
    [{ ...REAL, MODE: 'live', SIM_SPEED: '2' }, 'SIM_SPEED must be 1 when MODE=live.'],
    [{ SIM_SPEED: '0' }, 'SIM_SPEED must be a decimal above 0 and at most 1000.'],
    [{ SIM_SPEED: 'fast' }, 'SIM_SPEED must be a decimal above 0 and at most 1000.'],
    [{ BANKROLL_USDC: '0' }, 'BANKROLL_USDC must be a decimal above 0 with at most 6 places, such as 1000.'],
    [{ BANKROLL_USDC: '0.0000001' }, 'BANKROLL_USDC must be a decimal above 0 with at most 6 places, such as 1000.'],
    [{ MARKET_MAKER_ENABLED: 'yes' }, 'MARKET_MAKER_ENABLED must be true or false, or empty.'],
    [{ STRATEGY_CONFIG: '{' }, 'STRATEGY_CONFIG cannot be used: the document is not JSON.'],
    [
      { RUNNER_ALLOCATIONS: 'btc-updown-5m=1001' },
      'RUNNER_ALLOCATIONS come to 1001 pUSD, more than the bankroll of 1000: lower them, or raise BANKROLL_USDC.',
    ],
    [{ BANKROLL_USDC: '-5' }, 'BANKROLL_USDC must be a decimal above 0 with at most 6 places, such as 1000.'],
    [{ BANKROLL_USDC: '1e3' }, 'BANKROLL_USDC must be a decimal above 0 with at most 6 places, such as 1000.'],
    [{ BANKROLL_USDC: undefined }, 'BANKROLL_USDC must be set: a decimal such as 1000.'],
    [{ LOCATION_HINT: 'mars' }, 'LOCATION_HINT must be one of wnam, enam, sam, weur, eeur, apac, oc, afr, me.'],
    [{ EXCHANGE_FEED: 'kraken' }, 'EXCHANGE_FEED must be one of binance-futures, coinbase.'],
    [{ LOG_LEVEL: 'trace' }, 'LOG_LEVEL must be one of error, warn, info, debug.'],
  ])('error: %j', (change, error) => {
    expect(parseSettings({ ...VARIABLES, ...change })).toEqual({ ok: false, error });
  });

  test.each([
    '',
    ',',
    'btc-updown-5m,',
    'btc-updown-5m,btc-updown-5m',
    'btc',
    'btc-updown',
    'BTC-updown-5m',
    'btc-updown-0m',
  ])('error: SERIES=%j', (SERIES) => {
    const error = 'SERIES must be a comma list of different series that end in their length, such as btc-updown-5m.';
    expect(parseSettings({ ...VARIABLES, SERIES })).toEqual({ ok: false, error });
  });
});
