import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keyFileProblem, parseRunnerEnv } from '../../runner/env.ts';
import { UNIT } from '../support/account-world.ts';
import { ANVIL_KEY } from '../support/signing-fixtures.ts';

let folder = '';
let keyFile = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'runner-env-'));
  keyFile = join(folder, 'key');
  writeFileSync(keyFile, `${ANVIL_KEY}\n`, { mode: 0o600 });
});
afterAll(() => rmSync(folder, { recursive: true }));

const REPOSITORY = '/nowhere/repository';
const ADDRESS = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const sim = () => ({
  MODE: 'sim',
  EMBEDDED_VENUE_URL: 'http://127.0.0.1:8790/',
  WORKER_URL: 'http://127.0.0.1:8787/',
  SERIES: 'btc-updown-5m',
  RUNNER_LINK_KEY_ID: 'run',
  RUNNER_LINK_KEY: 'x'.repeat(32),
  STATE_FOLDER: '/tmp/state',
  POLY_PRIVATE_KEY_FILE: keyFile,
});
const live = () => ({ ...sim(), MODE: 'live', EMBEDDED_VENUE_URL: '' });
const parsed = (environment: Record<string, string>) => {
  const settings = parseRunnerEnv(environment, REPOSITORY);
  if (!settings.ok) throw new Error(settings.error);
  return settings.value;
};

describe('parseRunnerEnv', () => {
  test('default: sim, all of it at the embedded venue, limits as parts of the bankroll', () => {
    expect(parsed(sim())).toMatchObject({
      mode: 'sim',
      workerUrl: 'http://127.0.0.1:8787',
      series: [{ slug: 'btc-updown-5m', durationMs: 300_000, allocationMicro: 1_000 * UNIT }],
      addresses: {
        clobUrl: 'http://127.0.0.1:8790/clob',
        gammaUrl: 'http://127.0.0.1:8790/gamma',
        geoblockUrl: 'http://127.0.0.1:8790/geoblock',
        userChannelUrl: 'ws://127.0.0.1:8790/clob/ws/user',
        rpcUrl: 'http://127.0.0.1:8790/rpc',
        relayerUrl: 'http://127.0.0.1:8790/relayer',
      },
      caps: {
        maxOrderMicro: 50 * UNIT,
        maxDailyLossMicro: 50 * UNIT,
        maxOrdersPerWindow: null,
        learningBudgetMicro: null,
      },
      signatureType: 0,
      credentials: null,
    });
  });

  test('behavior: live is one order a window, loses nothing without a budget, and is confirmed by its own word alone', () => {
    expect(parsed(live())).toMatchObject({
      addresses: { clobUrl: 'https://clob.polymarket.com', rpcUrl: null },
      caps: { maxOrdersPerWindow: 1, learningBudgetMicro: 0 },
      learningBudgetMicro: null,
      liveConfirmed: false,
    });
    expect(parsed({ ...live(), LIVE_CONFIRM: 'yes' }).liveConfirmed).toBe(false);
    expect(parsed({ ...live(), LIVE_CONFIRM: 'real-money', LEARNING_BUDGET_USDC: '5' })).toMatchObject({
      liveConfirmed: true,
      caps: { learningBudgetMicro: 5 * UNIT },
    });
  });

  test('behavior: allocations by series, never above the bankroll', () => {
    const two = { ...sim(), SERIES: 'btc-updown-5m,eth-updown-15m', RUNNER_BANKROLL_USDC: '100' };
    expect(parsed(two).series.map(({ allocationMicro, durationMs }) => [allocationMicro, durationMs])).toEqual([
      [50 * UNIT, 300_000],
      [50 * UNIT, 900_000],
    ]);
    const uneven = { ...two, RUNNER_ALLOCATIONS: 'btc-updown-5m=70,eth-updown-15m=30' };
    expect(parsed(uneven).series.map(({ allocationMicro }) => allocationMicro)).toEqual([70 * UNIT, 30 * UNIT]);
  });

  test.each<[string, Record<string, string>, string]>([
    ['no mode', { MODE: '' }, 'MODE'],
    ['demo', { MODE: 'demo' }, 'without a runner'],
    ['sim without its venue', { EMBEDDED_VENUE_URL: '' }, 'EMBEDDED_VENUE_URL must be set'],
    ['live with an embedded venue', { MODE: 'live' }, 'EMBEDDED_VENUE_URL must be empty'],
    ['no Worker', { WORKER_URL: '' }, 'WORKER_URL'],
    ['a short link key', { RUNNER_LINK_KEY: 'short' }, 'RUNNER_LINK_KEY must have at least 32'],
    ['a series without a length', { SERIES: 'btc-updown' }, 'SERIES'],
    ['a series twice', { SERIES: 'btc-updown-5m,btc-updown-5m' }, 'different series'],
    ['allocations above the bankroll', { RUNNER_ALLOCATIONS: 'btc-updown-5m=1001' }, 'more than RUNNER_BANKROLL_USDC'],
    ['an allocation of another series', { RUNNER_ALLOCATIONS: 'eth-updown-5m=1' }, 'RUNNER_ALLOCATIONS'],
    ['no key', { POLY_PRIVATE_KEY_FILE: '' }, 'Set POLY_PRIVATE_KEY_FILE'],
    ['two keys', { POLY_PRIVATE_KEY: ANVIL_KEY }, 'not both'],
    ['a missing key file', { POLY_PRIVATE_KEY_FILE: '/nowhere/key' }, 'cannot be read'],
    ['a wallet type without its wallet', { POLY_SIGNATURE_TYPE: '2' }, 'POLY_FUNDER must be set'],
    ['a funder that is no address', { POLY_FUNDER: '0x12' }, 'POLY_FUNDER'],
    ['half of the credentials', { POLY_API_KEY: 'k' }, 'belong together'],
    ['half of the builder’s', { POLY_BUILDER_API_KEY: 'k' }, 'belong together'],
    ['a relayer key without its address', { RELAYER_API_KEY: 'k' }, 'RELAYER_API_KEY_ADDRESS'],
    ['a proxy that is none', { SOCKS5_URL: 'http://user:hunter2@proxy' }, 'SOCKS5_URL'],
    ['a limit of nothing', { RUNNER_MAX_ORDER_USDC: '0' }, 'RUNNER_MAX_ORDER_USDC'],
    ['a collar inside out', { RUNNER_MIN_PRICE: '0.9', RUNNER_MAX_PRICE: '0.1' }, 'RUNNER_MIN_PRICE'],
  ])('error: %s is one sentence', (_name, change, words) => {
    const settings = parseRunnerEnv({ ...sim(), ...change }, REPOSITORY);
    expect(settings.ok ? '' : settings.error).toContain(words);
    expect(settings.ok ? '' : settings.error).not.toContain('hunter2');
  });

  test('behavior: the key is never printed, and a bad one is not repeated', () => {
    expect(inspect(parsed(sim()), { depth: 9 })).not.toContain(ANVIL_KEY.slice(2, 20));
    const bad = parseRunnerEnv({ ...sim(), POLY_PRIVATE_KEY_FILE: '', POLY_PRIVATE_KEY: 'canary-secret' }, REPOSITORY);
    expect(bad.ok ? '' : bad.error).toMatch(/^POLY_PRIVATE_KEY cannot be used/);
    expect(JSON.stringify(bad)).not.toContain('canary-secret');
  });

  test('behavior: a wallet of another kind', () => {
    expect(parsed({ ...sim(), POLY_SIGNATURE_TYPE: '3', POLY_FUNDER: ADDRESS })).toMatchObject({
      signatureType: 3,
      funderAddress: ADDRESS,
    });
  });
});

describe('keyFileProblem', () => {
  test('behavior: only its owner may read it, and it is not kept in the repository', () => {
    expect(keyFileProblem(keyFile, REPOSITORY)).toBeNull();
    expect(keyFileProblem(keyFile, folder)).toContain('lies in the repository');
    expect(keyFileProblem(keyFile, null)).toBeNull();
    expect(keyFileProblem(folder, null)).toContain('is no file');
    for (const mode of [0o640, 0o604, 0o610]) {
      chmodSync(keyFile, mode);
      expect(keyFileProblem(keyFile, REPOSITORY)).toContain('chmod 600');
    }
    chmodSync(keyFile, 0o400);
    expect(keyFileProblem(keyFile, REPOSITORY)).toBeNull();
  });
});
