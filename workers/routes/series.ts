/** What a series says of itself: list, status, open orders. */
import { createRoute } from '@hono/zod-openapi';
import { healthSchema, openOrdersSchema, seriesListSchema } from '../../core/protocol/admin-api.ts';
import { seriesStatusSchema } from '../../core/protocol/series-status-schema.ts';
import { ROUTES } from '../access-table.ts';
import type { App, AppDeps } from '../app-env.ts';
import { BEARER_SECURITY, errorAnswers, jsonAnswer } from './describe.ts';
import { findSeries, slugParams } from './find-series.ts';

const health = createRoute({
  method: 'get',
  path: ROUTES.health.path,
  summary: 'Whether the Worker runs and its configuration can be read',
  responses: { 200: jsonAnswer('It does.', healthSchema) },
});

const list = createRoute({
  method: 'get',
  path: ROUTES.series.path,
  summary: 'The configured series',
  security: BEARER_SECURITY,
  responses: { 200: jsonAnswer('All of them.', seriesListSchema), ...errorAnswers(401, 403) },
});

const status = createRoute({
  method: 'get',
  path: ROUTES.status.path,
  summary: 'Everything about one series now, from its object',
  security: BEARER_SECURITY,
  request: { params: slugParams },
  responses: { 200: jsonAnswer('The status.', seriesStatusSchema), ...errorAnswers(401, 403, 404, 500) },
});

const openOrders = createRoute({
  method: 'get',
  path: ROUTES.openOrders.path,
  summary: 'Orders that may still trade, from the object',
  security: BEARER_SECURITY,
  request: { params: slugParams },
  responses: { 200: jsonAnswer('The open orders.', openOrdersSchema), ...errorAnswers(401, 403, 404, 500) },
});

/** Registers the routes. */
export function seriesRoutes(app: App, deps: AppDeps): void {
  app.openapi(health, (context) => context.json({ status: 'ok' as const }, 200));
  app.openapi(list, (context) => {
    const { mode, series } = deps.settings;
    return context.json({ items: series.map(({ slug, durationMs }) => ({ slug, durationMs, mode })) }, 200);
  });
  app.openapi(status, async (context) => {
    const slug = findSeries(deps, context.req.valid('param').slug);
    return context.json(await deps.stub(slug).status(), 200);
  });
  app.openapi(openOrders, async (context) => {
    const slug = findSeries(deps, context.req.valid('param').slug);
    return context.json({ items: await deps.stub(slug).openOrders() }, 200);
  });
}
