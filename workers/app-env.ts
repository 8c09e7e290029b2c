/** What the app works with: everything from outside, as ports, so that tests can stand at the edge. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { SeriesSlug } from '../core/model/identifiers.ts';
import type { UnixMs } from '../core/model/time.ts';
import type { AuditLog } from '../db/audit-log.ts';
import type { Queries } from '../db/queries.ts';
import type { LogPort } from '../durable-objects/ports.ts';
import type { SeriesStub } from '../durable-objects/series-stub.ts';
import type { Settings } from '../durable-objects/settings.ts';
import type { Role } from './access-table.ts';
import type { AccessTokens } from './env.ts';

export interface AppDeps {
  readonly tokens: AccessTokens;
  readonly settings: Pick<Settings, 'mode' | 'series'>;
  readonly queries: Queries;
  readonly audit: AuditLog;
  readonly log: LogPort;
  /** The object of a configured series. */
  stub(slug: SeriesSlug): SeriesStub;
  wallMs(): UnixMs;
}

/** What middleware leaves for handlers. */
export interface AppEnv {
  // A type alias of Hono's own shape: `Variables` is its word.
  Variables: { role: Role };
}

export type App = OpenAPIHono<AppEnv>;
