/**
 * The configuration of a series: what runs, and a new document of strategy and risk. Limits change here and in a deployment, and nowhere
 * else. The object checks and journals; an audit row says who has asked, also for what it refused.
 */
import { createRoute } from '@hono/zod-openapi';
import type { SeriesSlug } from '../../core/model/identifiers.ts';
import {
  type ConfigRequest,
  type ConfigResult,
  configBodySchema,
  configResultSchema,
  seriesConfigSchema,
} from '../../core/protocol/config-api.ts';
import { ROUTES } from '../access-table.ts';
import type { App, AppDeps } from '../app-env.ts';
import { BEARER_SECURITY, errorAnswers, jsonAnswer } from './describe.ts';
import { findSeries, slugParams } from './find-series.ts';

const show = createRoute({
  method: 'get',
  path: ROUTES.config.path,
  summary: 'The configuration that runs, and by whose word',
  security: BEARER_SECURITY,
  request: { params: slugParams },
  responses: { 200: jsonAnswer('What runs.', seriesConfigSchema), ...errorAnswers(401, 403, 404, 500) },
});

const configure = createRoute({
  method: 'put',
  path: ROUTES.configure.path,
  summary: 'Another document of strategy and risk, in force at once and over restarts',
  security: BEARER_SECURITY,
  request: {
    params: slugParams,
    body: { required: true, content: { 'application/json': { schema: configBodySchema } } },
  },
  responses: {
    200: jsonAnswer('What became of it.', configResultSchema),
    ...errorAnswers(400, 401, 403, 404, 413, 422, 500),
  },
});

/** Registers both routes. */
export function configRoutes(app: App, deps: AppDeps): void {
  app.openapi(show, async (context) => {
    const slug = findSeries(deps, context.req.valid('param').slug);
    return context.json(await deps.stub(slug).configuration(), 200);
  });
  app.openapi(configure, async (context) => {
    const slug = findSeries(deps, context.req.valid('param').slug);
    const { commandId, document } = context.req.valid('json');
    const request: ConfigRequest = { commandId, actor: context.get('role'), document: JSON.stringify(document) };
    const result = await deps.stub(slug).configure(request);
    const audited = await recordRequest(deps, slug, request, result);
    return context.json({ ...result, audited }, 200);
  });
}

async function recordRequest(
  deps: AppDeps,
  series: SeriesSlug,
  { commandId: id, actor }: ConfigRequest,
  { result, detail, changes, problems }: ConfigResult,
): Promise<boolean> {
  const fields = [...changes, ...problems.map(({ field, message }) => `${field} ${message}`)].join('; ');
  const text = [result, detail, fields].filter((part) => part !== '').join(': ');
  try {
    await deps.audit.record({ series, id, actor, action: 'config', detail: text, atMs: deps.wallMs() });
    return true;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    deps.log.log('error', 'audit row not written', { series, key: id, reason });
    return false;
  }
}
