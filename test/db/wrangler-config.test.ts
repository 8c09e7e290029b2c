import { describe, expect, test } from 'vitest';
import { unstable_readConfig } from 'wrangler';

const config = new URL('../../wrangler.toml', import.meta.url).pathname;

/** What this test reads of the configuration, as wrangler understands it. */
interface Config {
  readonly name?: string | undefined;
  readonly vars: Readonly<Record<string, unknown>>;
  readonly durable_objects: { readonly bindings: readonly { readonly name: string; readonly class_name: string }[] };
  readonly d1_databases: readonly {
    readonly binding: string;
    readonly database_name?: string;
    readonly database_id?: string;
    readonly migrations_dir?: string;
  }[];
  readonly r2_buckets: readonly { readonly binding: string; readonly bucket_name?: string }[];
  readonly triggers: { readonly crons?: readonly string[] | undefined };
  readonly limits?: unknown;
  readonly observability?: unknown;
  readonly migrations: unknown;
  readonly compatibility_date?: string | undefined;
  readonly compatibility_flags: readonly string[];
}

const local: Config = unstable_readConfig({ config });
const environments = ['paper', 'live'].map((env): readonly [string, Config] => [
  env,
  unstable_readConfig({ config, env }),
]);

/** What an environment does not inherit: names only, since the values differ. */
function lists(of: Config) {
  return {
    vars: Object.keys(of.vars).toSorted(),
    objects: of.durable_objects.bindings.map(({ name, class_name }) => `${name} ${class_name}`),
    databases: of.d1_databases.map(({ binding, migrations_dir }) => `${binding} ${migrations_dir}`),
    buckets: of.r2_buckets.map(({ binding }) => binding),
    crons: of.triggers.crons,
    limits: of.limits,
    observability: of.observability,
    migrations: of.migrations,
    compatibility: [of.compatibility_date, of.compatibility_flags],
  };
}

describe('wrangler.toml', () => {
  test.each(environments)('behavior: %s repeats every list', (_, environment) => {
    expect(lists(environment)).toEqual(lists(local));
  });

  test('behavior: the lists are what the code needs', () => {
    expect(lists(local)).toMatchObject({
      vars: [
        'BANKROLL_USDC',
        'EMBEDDED_VENUE_URL',
        'EXCHANGE_FEED',
        'EXECUTION',
        'FEEDS',
        'LOCATION_HINT',
        'LOG_LEVEL',
        'MODE',
        'SERIES',
        'SIM_SPEED',
      ],
      objects: ['MARKET_SERIES MarketSeriesDurableObject'],
      databases: ['DB migrations'],
      buckets: ['TAPE'],
      crons: ['* * * * *'],
      limits: { cpu_ms: 300_000 },
      observability: { enabled: true, logs: { invocation_logs: false } },
    });
  });

  test('behavior: a bare deploy has no database to reach', () => {
    expect(local.d1_databases[0]?.database_id).toBe('00000000-0000-0000-0000-000000000000');
  });

  test('behavior: migrations of the object are append-only', () => {
    expect(local.migrations).toEqual([{ tag: 'v1', new_sqlite_classes: ['MarketSeriesDurableObject'] }]);
  });

  test('behavior: no two environments share a store', () => {
    const all = [local, ...environments.map(([, environment]) => environment)];
    expect(new Set(all.map((of) => of.name)).size).toBe(3);
    expect(new Set(all.map((of) => of.d1_databases[0]?.database_name)).size).toBe(3);
    expect(new Set(all.map((of) => of.r2_buckets[0]?.bucket_name)).size).toBe(3);
  });

  test('behavior: no variable is a secret', () => {
    for (const [, environment] of environments) {
      expect(Object.keys(environment.vars).filter((name) => /TOKEN|KEY|SECRET|PASS/.test(name))).toEqual([]);
    }
  });

  test('behavior: the runtime of the tests knows the compatibility date', () => {
    expect(String(local.compatibility_date) <= '2026-10-23').toBe(true);
  });
});
