/** Brings the test database to the committed migrations before each file. */
import { applyD1Migrations, env } from 'cloudflare:test';
import type { TestBindings } from './test-bindings.ts';

const { DB, TEST_MIGRATIONS } = env as unknown as TestBindings;

await applyD1Migrations(DB, TEST_MIGRATIONS);
