/** Wires app and cron to the Worker's bindings, once for each environment object that the platform hands in. */
import type { Result } from '../core/model/result.ts';
import { createAuditLog } from '../db/audit-log.ts';
import { createMarketStore } from '../db/market-store.ts';
import { createQueries } from '../db/queries.ts';
import { embeddedAddresses, REAL_ADDRESSES } from '../durable-objects/feeds/feed-addresses.ts';
import { type SeriesBindings, seriesStub } from '../durable-objects/series-stub.ts';
import { createWorkerClock, createWorkerLog, workerHttp } from '../durable-objects/worker-ports.ts';
import { errorResponse } from './api-error.ts';
import { createApp } from './app.ts';
import type { App } from './app-env.ts';
import { runScheduled, type ScheduledDeps } from './cron/scheduled.ts';
import { parseEnv } from './env.ts';
import { SECURITY_HEADERS } from './middleware/security-headers.ts';

/** What the Worker needs bound; `wrangler types` describes the whole. */
export interface WorkerBindings extends SeriesBindings {
  readonly DB: D1Database;
}

interface Deployment {
  readonly app: App;
  readonly scheduled: ScheduledDeps;
}

/** Both entry points of a Worker. A deployment that is configured wrongly answers 503 with what to change, and is never open. */
export function createWorkerHandler<Bindings extends WorkerBindings>() {
  const deployments = new WeakMap<Bindings, Result<Deployment, string>>();

  function deploymentOf(env: Bindings): Result<Deployment, string> {
    const known = deployments.get(env) ?? deploy(env);
    deployments.set(env, known);
    return known;
  }

  return {
    fetch(request, env, context) {
      const deployment = deploymentOf(env);
      if (deployment.ok) return deployment.value.app.fetch(request, env, context);
      return errorResponse(503, 'misconfigured', deployment.error, { headers: SECURITY_HEADERS });
    },
    async scheduled(_controller, env) {
      const deployment = deploymentOf(env);
      if (!deployment.ok) throw new Error(deployment.error);
      await runScheduled(deployment.value.scheduled);
    },
  } satisfies ExportedHandler<Bindings>;
}

function deploy(env: WorkerBindings): Result<Deployment, string> {
  const config = parseEnv(env);
  if (!config.ok) return config;
  const { settings, tokens } = config.value;
  const clock = createWorkerClock(null);
  const log = createWorkerLog(settings.logLevel, clock);
  const addresses = settings.embeddedVenueUrl === null ? REAL_ADDRESSES : embeddedAddresses(settings.embeddedVenueUrl);
  const shared = {
    settings,
    log,
    wallMs: clock.wallMs,
    stub: (slug: Parameters<typeof seriesStub>[1]) => seriesStub(env, slug),
  };
  const app = createApp({ ...shared, tokens, queries: createQueries(env.DB), audit: createAuditLog(env.DB) });
  const scheduled = { ...shared, http: workerHttp, gammaUrl: addresses.gammaRest, store: createMarketStore(env.DB) };
  return { ok: true, value: { app, scheduled } };
}
