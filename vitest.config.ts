import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';
import { LINK_KEYS, TOKENS } from './test/workers/support/tokens.ts';

// The tests in workerd reach nothing but this machine, and leave nothing outside the folder.
process.env['CLOUDFLARE_CF_FETCH_ENABLED'] = 'false';
process.env['WRANGLER_SEND_METRICS'] = 'false';
process.env['WRANGLER_HIDE_BANNER'] = 'true';
process.env['WRANGLER_LOG_PATH'] = '.wrangler/logs';
process.env['WRANGLER_REGISTRY_PATH'] = '.wrangler/registry';

/** The Worker in workerd, with the bindings of `wrangler.toml` and a scripted object in place of the series. */
const worker = cloudflareTest(async ({ inject }) => ({
  main: './test/workers/support/worker.ts',
  wrangler: { configPath: './wrangler.toml' },
  miniflare: {
    bindings: {
      SERIES: 'btc-updown-5m,eth-updown-5m',
      EMBEDDED_VENUE_URL: `http://127.0.0.1:${inject('gammaPort')}`,
      ADMIN_TOKEN_VIEWER: TOKENS.viewer,
      ADMIN_TOKEN_OPERATOR: TOKENS.operator,
      RUNNER_LINK_KEYS: LINK_KEYS.map(({ id, secret }) => `${id}:${secret}`).join(),
      TEST_MIGRATIONS: await readD1Migrations('./migrations'),
    },
  },
}));

/** A time-out ends what hangs; it is no measure of a busy machine. */
const PATIENCE_MS = 60_000;

/** Whole windows and recordings on virtual time: minutes, so not part of the inner loop. */
const LONG = ['test/simulation/**/*.test.ts', 'test/real-data/**/*.test.ts'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'core',
          include: ['test/**/*.test.ts'],
          exclude: [...LONG, 'test/workers/**', 'test/e2e/**', 'node_modules/**'],
          environment: 'node',
          testTimeout: PATIENCE_MS,
          hookTimeout: PATIENCE_MS,
        },
      },
      {
        test: { name: 'long', include: LONG, environment: 'node', testTimeout: 5 * PATIENCE_MS },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          environment: 'node',
          // Real processes on a small machine: one after another, and in no hurry.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          testTimeout: 180_000,
          hookTimeout: 30_000,
        },
      },
      {
        plugins: [worker],
        test: {
          name: 'workers',
          testTimeout: PATIENCE_MS,
          hookTimeout: PATIENCE_MS,
          include: ['test/workers/**/*.test.ts'],
          globalSetup: ['test/workers/support/gamma-server.ts', 'test/workers/support/node-math.ts'],
          setupFiles: ['test/workers/support/apply-migrations.ts'],
        },
      },
    ],
  },
});
