import { describe, expect, test } from 'vitest';
import { parseEnv } from '../../workers/env.ts';

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

const SECRETS = {
  ADMIN_TOKEN_VIEWER: 'v'.repeat(24),
  ADMIN_TOKEN_OPERATOR: 'o'.repeat(24),
  RUNNER_LINK_KEYS: `k1:${'r'.repeat(32)}`,
};

describe('parseEnv', () => {
  test('default', () => {
    expect(parseEnv({ ...VARIABLES, ...SECRETS })).toMatchObject({
      ok: true,
      value: {
        settings: { mode: 'demo' },
        tokens: { viewer: 'v'.repeat(24), linkKeys: [{ id: 'k1', secret: 'r'.repeat(32) }] },
      },
    });
  });

  test('behavior: no runner is needed where the object executes', () => {
    const env = { ...VARIABLES, ...SECRETS, RUNNER_LINK_KEYS: undefined };
    expect(parseEnv(env)).toMatchObject({ ok: true, value: { tokens: { linkKeys: [] } } });
  });

  test.each([
    [{ ADMIN_TOKEN_VIEWER: 'v'.repeat(23) }, 'ADMIN_TOKEN_VIEWER must be set as a secret of at least 24 characters.'],
    [{ ADMIN_TOKEN_OPERATOR: '' }, 'ADMIN_TOKEN_OPERATOR must be set as a secret of at least 24 characters.'],
    [
      { RUNNER_LINK_KEYS: `k1:${'r'.repeat(31)}` },
      'RUNNER_LINK_KEYS must be id:secret[,id:secret], with ids of a-z, 0-9 and -, and secrets of at least 32 characters without comma or space.',
    ],
    [
      { RUNNER_LINK_KEYS: `k1:${'r'.repeat(32)},k1:${'s'.repeat(32)}` },
      'RUNNER_LINK_KEYS must hold one key, or two with different ids and secrets while one replaces the other.',
    ],
    [
      { MODE: 'sim', EXECUTION: '', RUNNER_LINK_KEYS: undefined },
      'RUNNER_LINK_KEYS must be set as a secret when orders leave the object: id:secret[,id:secret].',
    ],
    [
      { ADMIN_TOKEN_OPERATOR: 'o'.repeat(40), RUNNER_LINK_KEYS: `k1:${'o'.repeat(40)}` },
      'ADMIN_TOKEN_VIEWER, ADMIN_TOKEN_OPERATOR and the secrets of RUNNER_LINK_KEYS must differ from each other.',
    ],
    [
      { ADMIN_TOKEN_OPERATOR: 'v'.repeat(24) },
      'ADMIN_TOKEN_VIEWER, ADMIN_TOKEN_OPERATOR and the secrets of RUNNER_LINK_KEYS must differ from each other.',
    ],
    [{ MODE: 'x' }, 'MODE must be one of demo, sim, paper, live.'],
  ])('error: %j', (change, error) => {
    expect(parseEnv({ ...VARIABLES, ...SECRETS, ...change })).toEqual({ ok: false, error });
  });
});
