import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseRunSettings } from '../../scripts/run/run-settings.ts';

const ROOT = '/home/someone/poly-edge';
const parse = (environment: Record<string, string>, dotEnv: string | null = null) =>
  parseRunSettings(environment, dotEnv, ROOT);

describe('parseRunSettings', () => {
  test('default', () => {
    expect(parse({})).toMatchObject({
      ok: true,
      value: {
        worker: { mode: 'sim', feeds: 'embedded', execution: 'venue', simSpeed: 1, bankrollMicro: 1_000_000_000 },
        variables: { MODE: 'sim', EMBEDDED_VENUE_URL: 'http://127.0.0.1:8790' },
        seed: 1,
        tape: null,
        apiPort: 8_787,
        venuePort: 8_790,
        runFolder: `${ROOT}/.run/sim-1`,
        tokens: null,
        credentials: null,
        runner: {},
      },
    });
  });

  test('behavior: the environment wins over .env, and an empty value says nothing', () => {
    const parsed = parse({ SIM_SPEED: '10', SEED: '' }, 'SIM_SPEED=2\nSEED=7\n');
    expect(parsed).toMatchObject({ ok: true, value: { seed: 7, worker: { simSpeed: 10 } } });
  });

  test('behavior: a recording, in which nobody can trade, is played in demo and has a run folder of its own', () => {
    expect(parse({ TAPE: 'tapes/july' })).toMatchObject({
      ok: true,
      value: {
        worker: { mode: 'demo' },
        runner: null,
        tape: `${ROOT}/tapes/july`,
        runFolder: `${ROOT}/.run/demo-1-july`,
      },
    });
  });

  test('behavior: paper reads real feeds', () => {
    const credentials = { POLY_API_KEY: 'k', POLY_API_SECRET: 's', POLY_API_PASSPHRASE: 'p' };
    expect(parse({ MODE: 'paper', ...credentials })).toMatchObject({
      ok: true,
      value: {
        worker: { feeds: 'real', execution: 'simulated', embeddedVenueUrl: null },
        credentials: { apiKey: 'k', secret: 's', passphrase: 'p' },
        runFolder: `${ROOT}/.run/paper`,
      },
    });
  });

  test('behavior: live tells the runner what it was told, and nothing of it to the Worker', () => {
    const live = {
      MODE: 'live',
      POLY_API_KEY: 'k',
      POLY_API_SECRET: 's',
      POLY_API_PASSPHRASE: 'p',
      POLY_PRIVATE_KEY_FILE: '/keys/wallet',
      LIVE_CONFIRM: 'real-money',
      LEARNING_BUDGET_USDC: '20',
    };
    const parsed = parse(live);
    expect(parsed).toMatchObject({
      ok: true,
      value: {
        worker: { mode: 'live', feeds: 'real', execution: 'venue' },
        runner: { POLY_PRIVATE_KEY_FILE: '/keys/wallet', LIVE_CONFIRM: 'real-money', LEARNING_BUDGET_USDC: '20' },
        runFolder: `${ROOT}/.run/live`,
      },
    });
    expect(parsed.ok && JSON.stringify(parsed.value.variables)).not.toContain('/keys/wallet');
  });

  test.each<[Record<string, string>, string | null, string]>([
    [{ MODE: 'fast' }, null, 'MODE must be sim, demo, paper or live. It is "fast" now (from the environment).'],
    [
      { MODE: 'live', POLY_API_KEY: 'k', POLY_API_SECRET: 's', POLY_API_PASSPHRASE: 'p' },
      null,
      'MODE=live needs POLY_PRIVATE_KEY_FILE: a file outside the repository that only you can read.',
    ],
    [
      { MODE: 'sim', TAPE: 'tapes/july' },
      null,
      'TAPE plays a recording, which MODE=sim cannot: leave one of them out. It is "tapes/july" now (from the environment).',
    ],
    [{}, 'SIM_SPED=10\n', '.env line 1 sets SIM_SPED, which is no setting: .env.example lists them all.'],
    [{}, 'SIM_SPEED=0\n', 'SIM_SPEED must be a decimal above 0 and at most 1000. It is "0" now (from .env line 1).'],
    [{ SEED: '-1' }, null, 'SEED must be a whole number from 0 to 4294967295. It is "-1" now (from the environment).'],
    [
      { API_PORT: '70000' },
      null,
      'API_PORT must be a port between 1 and 65535. It is "70000" now (from the environment).',
    ],
    [
      { API_PORT: '8790' },
      null,
      'VENUE_PORT and API_PORT must differ. It is "8790" now (from neither .env nor the environment).',
    ],
    [
      { SERIES: 'eth-updown-5m' },
      null,
      'SERIES must be btc-updown-5m with MODE=sim: the embedded venue has only that. It is "eth-updown-5m" now (from the environment).',
    ],
    [
      { BANKROLL_USDC: '1e3' },
      null,
      'BANKROLL_USDC must be a decimal above 0 with at most 6 places, such as 1000. It is "1e3" now (from the environment).',
    ],
    [
      { MODE: 'paper' },
      null,
      'MODE=paper needs POLY_API_KEY, POLY_API_SECRET and POLY_API_PASSPHRASE for the settlement price feed.',
    ],
    [
      { ADMIN_TOKEN_VIEWER: 'short-secret' },
      null,
      'ADMIN_TOKEN_VIEWER must have at least 24 characters, or be left out: then one is made.',
    ],
  ])('error: %j %j', (environment, dotEnv, error) => {
    expect(parse(environment, dotEnv)).toEqual({ ok: false, error });
  });

  test('behavior: .env.example, uncommented, is what runs without it', () => {
    const example = readFileSync(resolve(import.meta.dirname, '../../.env.example'), 'utf8');
    const uncommented = example.replaceAll(/^#([A-Z_]+=)/gm, '$1');
    expect(uncommented).toContain('\nMODE=sim\n');
    expect(parse({}, uncommented)).toEqual(parse({}));
  });
});
