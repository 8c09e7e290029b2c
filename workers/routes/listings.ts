/** The projection in D1, a page at a time: windows, positions, fills, ended orders, and the accounting of strategies. */
import { createRoute } from '@hono/zod-openapi';
import type * as z from 'zod';
import {
  fillPageSchema,
  type ListQuery,
  ledgerEntryPageSchema,
  listQuerySchema,
  markoutPageSchema,
  orderPageSchema,
  PAGE_LIMIT,
  positionPageSchema,
  strategyPnlPageSchema,
  windowPageSchema,
} from '../../core/protocol/admin-api.ts';
import type { ListRequest, Page } from '../../db/queries.ts';
import { ROUTES } from '../access-table.ts';
import { ApiException } from '../api-error.ts';
import type { App, AppDeps } from '../app-env.ts';
import { BEARER_SECURITY, errorAnswers, jsonAnswer } from './describe.ts';
import { findSeries } from './find-series.ts';

function listing<Path extends string, Schema extends z.ZodType>(path: Path, summary: string, page: Schema) {
  return createRoute({
    method: 'get',
    path,
    summary,
    security: BEARER_SECURITY,
    request: { query: listQuerySchema },
    responses: { 200: jsonAnswer('One page, newest windows first.', page), ...errorAnswers(401, 403, 404, 422, 500) },
  });
}

const windows = listing(ROUTES.windows.path, 'Final records of windows', windowPageSchema);
const positions = listing(ROUTES.positions.path, "Positions at their windows' end", positionPageSchema);
const fills = listing(ROUTES.fills.path, 'Fills', fillPageSchema);
const orders = listing(ROUTES.orders.path, 'Ended orders', orderPageSchema);
const markouts = listing(ROUTES.markouts.path, 'What fills were worth, and how that moved', markoutPageSchema);
const strategyPnl = listing(
  ROUTES.strategyPnl.path,
  'Results of strategies in resolved windows',
  strategyPnlPageSchema,
);
const ledgerEntries = listing(
  ROUTES.ledgerEntries.path,
  'Fees, gas, redemptions, complete sets and rebates; `from` and `to` are times of entries',
  ledgerEntryPageSchema,
);

/** Registers the routes. */
export function listingRoutes(app: App, deps: AppDeps): void {
  const { queries } = deps;
  app.openapi(windows, async (context) => {
    const request = listRequest(deps, context.req.valid('query'));
    return context.json(pageOrThrow(await queries.windows(request)), 200);
  });
  app.openapi(positions, async (context) => {
    const request = listRequest(deps, context.req.valid('query'));
    return context.json(pageOrThrow(await queries.positions(request)), 200);
  });
  app.openapi(fills, async (context) => {
    const request = listRequest(deps, context.req.valid('query'));
    return context.json(pageOrThrow(await queries.fills(request)), 200);
  });
  app.openapi(orders, async (context) => {
    const request = listRequest(deps, context.req.valid('query'));
    return context.json(pageOrThrow(await queries.orders(request)), 200);
  });
  app.openapi(markouts, async (context) => {
    const request = listRequest(deps, context.req.valid('query'));
    return context.json(pageOrThrow(await queries.markouts(request)), 200);
  });
  app.openapi(strategyPnl, async (context) => {
    const request = listRequest(deps, context.req.valid('query'));
    return context.json(pageOrThrow(await queries.strategyPnl(request)), 200);
  });
  app.openapi(ledgerEntries, async (context) => {
    const request = listRequest(deps, context.req.valid('query'));
    return context.json(pageOrThrow(await queries.ledgerEntries(request)), 200);
  });
}

function listRequest(deps: AppDeps, query: ListQuery): ListRequest {
  const all = deps.settings.series.map((series) => series.slug);
  return {
    series: query.series === undefined ? all : [findSeries(deps, query.series)],
    fromMs: query.from ?? null,
    toMs: query.to ?? null,
    limit: query.limit ?? PAGE_LIMIT.default,
    cursor: query.cursor ?? null,
  };
}

function pageOrThrow<Row>(page: Page<Row> | null): Page<Row> {
  if (page !== null) return page;
  const details = [{ path: 'cursor', message: 'Not a cursor of this listing.' }];
  throw new ApiException(422, 'invalid-request', 'The request does not have the described form.', details);
}
