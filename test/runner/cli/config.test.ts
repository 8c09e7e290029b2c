import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ConfigResult } from '../../../core/protocol/config-api.ts';
import { CliProblem } from '../../../runner/cli/cli-problem.ts';
import { applyConfig, checkConfig, configJson, showConfig } from '../../../runner/cli/config.ts';
import type { ConfigSources } from '../../../runner/cli/config-context.ts';

let root = '';
const printed: string[] = [];
const print = (line: string): void => void printed.push(line);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'poly-edge-config-'));
  printed.length = 0;
});
afterEach(() => rmSync(root, { recursive: true }));

function sources(more: Partial<ConfigSources> = {}, toml?: string): ConfigSources {
  if (toml !== undefined) writeFileSync(join(root, 'poly-edge.toml'), toml);
  return { environment: {}, dotEnv: {}, root, ...more };
}

describe('checkConfig', () => {
  test('default: without a file everything has its default, and ten orders fit', () => {
    expect(checkConfig(sources(), true, print)).toBe(true);
    expect(JSON.parse(printed.join(''))).toMatchObject({
      ok: true,
      file: null,
      series: [
        { series: 'btc-updown-5m', bankrollMicro: 1_000_000_000, smallestBankrollMicro: 250_000_000, orders: 10 },
      ],
    });
  });

  test('behavior: for people, a line for each kind of order', () => {
    expect(checkConfig(sources({}, '[risk]\nmax_order_percent = 2\n'), false, print)).toBe(true);
    expect(printed.slice(0, 2)).toEqual([`${join(root, 'poly-edge.toml')}: in order.`, 'btc-updown-5m: 1000 pUSD']);
    expect(printed[2]).toBe(
      '  a smallest order at 0.5 that rests can lose 2.5 pUSD: possible from a bankroll of 125 pUSD on; here 10 fit at a time (the limit of the day)',
    );
  });

  test.each<[string, Partial<ConfigSources>, string | undefined, RegExp]>([
    [
      'a bankroll of zero',
      { environment: { BANKROLL_USDC: '0' } },
      undefined,
      /BANKROLL_USDC must be a decimal above 0/,
    ],
    [
      'a bankroll in which no order fits',
      { dotEnv: { BANKROLL_USDC: '200', MARKET_MAKER_ENABLED: 'false' } },
      undefined,
      /needs 250 pUSD/,
    ],
    ['a field that nobody knows', {}, '[risk]\nmax_loss = 1\n', /poly-edge\.toml: risk\.max_loss is no setting/],
    ['no TOML', {}, '[risk\n', /poly-edge\.toml line 1/],
    ['a file that is not there', { file: '/nowhere/x.toml' }, undefined, /\/nowhere\/x\.toml does not exist/],
    [
      'no limit',
      {},
      '[risk]\nmax_daily_loss_percent = 100\n',
      /risk\.max_daily_loss_percent is 100, so there would be no limit/,
    ],
    [
      'a spread below the fee',
      {},
      '[market_maker]\nhalf_spread_cents = 0.5\n',
      /market_maker\.half_spread_cents must be at least 2/,
    ],
    ['windows that nobody has', { environment: { SERIES: 'btc-updown-7m' } }, undefined, /SERIES names btc-updown-7m/],
    [
      'parts beyond the bankroll',
      { environment: { RUNNER_ALLOCATIONS: 'btc-updown-5m=1001' } },
      undefined,
      /more than the bankroll of 1000/,
    ],
    [
      'no yes and no no',
      { environment: { MARKET_MAKER_ENABLED: 'perhaps' } },
      undefined,
      /MARKET_MAKER_ENABLED must be true or false/,
    ],
  ])('error: %s', (_, more, toml, sentence) => {
    expect(checkConfig(sources(more, toml), false, print)).toBe(false);
    expect(printed.join('\n')).toMatch(sentence);
  });

  test('behavior: each series is checked with its own part of the bankroll', () => {
    const environment = { SERIES: 'btc-updown-5m,eth-updown-5m', BANKROLL_USDC: '499' };
    expect(checkConfig(sources({ environment }), false, print)).toBe(false);
    expect(printed.join('\n')).toContain('gives the series 249.5 pUSD');
  });
});

describe('showConfig', () => {
  test('default: each value with where it comes from, and no secret', () => {
    const environment = { BANKROLL_USDC: '2000', POLY_API_SECRET: 'hush', SOCKS5_URL: 'socks5h://u:hush@h:1' };
    const toml = '[risk]\nmax_order_percent = 0.5\n';
    expect(showConfig(sources({ environment, dotEnv: { MARKET_MAKER_ENABLED: 'false' } }, toml), true, print)).toBe(
      true,
    );
    expect(printed.join('')).not.toContain('hush');
    const { variables, series } = JSON.parse(printed.join('')) as {
      variables: unknown[];
      series: { values: { field: string }[] }[];
    };
    expect(variables).toContainEqual({ name: 'BANKROLL_USDC', value: '2000', from: 'environment' });
    expect(variables).toContainEqual({ name: 'MARKET_MAKER_ENABLED', value: 'false', from: '.env' });
    const values = series[0]?.values ?? [];
    const shown = (field: string) => values.find((one) => one.field === field);
    expect(shown('risk.max_order_percent')).toMatchObject({ value: '0.5', from: 'file' });
    expect(shown('risk.bankroll_pusd')).toMatchObject({ value: '2000', from: 'environment' });
    expect(shown('market_maker.enabled')).toMatchObject({ value: 'false', from: 'environment' });
    expect(shown('risk.max_market_percent')).toMatchObject({ value: '10', from: 'default' });
    expect(shown('guard.acknowledged_taker_delay_seconds')).toMatchObject({ value: '"none"', from: 'default' });
  });
});

describe('configJson', () => {
  test('default: the file as one line', () => {
    expect(configJson(sources({}, '[risk]\nmax_order_percent = 0.5\n'))).toBe('{"risk":{"max_order_percent":0.5}}');
  });
});

describe('applyConfig', () => {
  const applied: ConfigResult & { audited: boolean } = {
    commandId: 'cli-00000001',
    result: 'applied',
    seq: 7,
    detail: '',
    problems: [],
    changes: ['risk.maxOrderPpm: 10000 → 5000'],
    audited: true,
  };
  const requests: { url: string; method: string | undefined; body: unknown }[] = [];

  function ports(answer: object, confirms: boolean | null = true) {
    requests.length = 0;
    return {
      fetch: async (url: string, init: RequestInit) => {
        requests.push({ url, method: init.method, body: JSON.parse(String(init.body)) });
        return new Response(JSON.stringify(answer), { status: 200 });
      },
      print,
      report: print,
      confirm: async () => confirms,
      commandId: () => 'cli-00000001',
      environment: { ADMIN_TOKEN_OPERATOR: 'x'.repeat(24) },
    };
  }
  const options = { url: 'http://api.test' };

  test('default: the document goes to the series, and what changed is printed', async () => {
    const from = sources({}, '[risk]\nmax_order_percent = 0.5\n');
    expect(await applyConfig(from, { ...options, yes: true }, ports(applied))).toBe(true);
    expect(requests).toEqual([
      {
        url: 'http://api.test/api/v1/series/btc-updown-5m/config',
        method: 'PUT',
        body: { commandId: 'cli-00000001', document: { risk: { max_order_percent: 0.5 } } },
      },
    ]);
    expect(printed).toEqual(['btc-updown-5m: applied', '  risk.maxOrderPpm: 10000 → 5000']);
  });

  test('behavior: a series that refuses it says why, and the status is that of a no', async () => {
    const problems = [{ field: 'risk.max_order_percent', message: 'is above it' }];
    const refused = { ...applied, result: 'refused', seq: null, problems, changes: [] };
    expect(await applyConfig(sources(), { ...options, yes: true }, ports(refused))).toBe(false);
    expect(printed).toContain('  risk.max_order_percent is above it.');
  });

  test('behavior: nothing is sent without a yes, nor what is not in order', async () => {
    expect(await applyConfig(sources(), options, ports(applied, false))).toBe(false);
    await expect(applyConfig(sources(), options, ports(applied, null))).rejects.toThrow(/say --yes/);
    const wrong = sources({}, '[risk]\nmax_order_percent = 100\n');
    await expect(applyConfig(wrong, { ...options, yes: true }, ports(applied))).rejects.toThrow(CliProblem);
    await expect(applyConfig(sources({}, ''), { ...options, series: 'sol-updown-5m' }, ports(applied))).rejects.toThrow(
      /not among SERIES/,
    );
    expect(requests).toEqual([]);
  });
});
