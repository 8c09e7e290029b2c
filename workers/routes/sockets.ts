/**
 * WebSockets, passed through to the object once the caller is authenticated: the live stream for people, the link for the runner.
 * The object never sees a token; of the runner's signature it sees the nonce, which it takes once.
 */
import { createRoute } from '@hono/zod-openapi';
import type { SeriesSlug } from '../../core/model/identifiers.ts';
import { SERIES_SOCKET_PATHS, type SeriesSocket } from '../../durable-objects/series-rpc.ts';
import { ROUTES } from '../access-table.ts';
import { ApiException } from '../api-error.ts';
import type { App, AppDeps } from '../app-env.ts';
import { BEARER_SECURITY, errorAnswers, SIGNED_SECURITY } from './describe.ts';
import { findSeries, slugParams } from './find-series.ts';

const SUMMARIES = {
  stream: 'WebSocket: the series live, for people',
  link: "WebSocket: the runner's link",
} as const;

/** Registers both routes. */
export function socketRoutes(app: App, deps: AppDeps): void {
  for (const socket of ['stream', 'link'] as const) {
    const route = createRoute({
      method: 'get',
      path: ROUTES[socket].path,
      summary: SUMMARIES[socket],
      security: socket === 'link' ? SIGNED_SECURITY : BEARER_SECURITY,
      request: { params: slugParams },
      responses: { 101: { description: 'The socket is open.' }, ...errorAnswers(400, 401, 403, 404, 500) },
    });
    app.openapi(route, async (context) => {
      const slug = findSeries(deps, context.req.valid('param').slug);
      return upgrade(deps, slug, socket, context.req.raw);
    });
  }
}

function upgrade(deps: AppDeps, slug: SeriesSlug, socket: SeriesSocket, request: Request): Promise<Response> {
  if (request.headers.get('Upgrade')?.toLowerCase() !== 'websocket') {
    throw new ApiException(400, 'upgrade-needed', 'This route is a WebSocket: the request must ask for an upgrade.');
  }
  const headers = new Headers(request.headers);
  headers.delete('Authorization');
  const url = new URL(SERIES_SOCKET_PATHS[socket], 'https://series');
  url.search = new URL(request.url).search;
  return deps.stub(slug).fetch(new Request(url, { headers }));
}
