/** The admin API: middleware, routes, errors. Everything from outside comes in as `AppDeps`. */
import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { MAX_BODY_BYTES } from '../core/protocol/admin-api.ts';
import { LINK_HEADERS } from '../core/protocol/link-auth.ts';
import { ROUTES } from './access-table.ts';
import { ApiException, errorResponse } from './api-error.ts';
import type { App, AppDeps, AppEnv } from './app-env.ts';
import { authenticate } from './middleware/authenticate.ts';
import { securityHeaders } from './middleware/security-headers.ts';
import { commandRoutes } from './routes/commands.ts';
import { configRoutes } from './routes/config.ts';
import { historyRoutes } from './routes/history.ts';
import { listingRoutes } from './routes/listings.ts';
import { seriesRoutes } from './routes/series.ts';
import { socketRoutes } from './routes/sockets.ts';

/** The app of one deployment. */
export function createApp(deps: AppDeps): App {
  const app: App = new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (result.success) return undefined;
      const details = result.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
      return errorResponse(422, 'invalid-request', 'The request does not have the described form.', { details });
    },
  });
  app.use(securityHeaders());
  app.use(authenticate(deps.tokens, deps.wallMs));
  app.use(bodyLimit({ maxSize: MAX_BODY_BYTES, onError: () => tooLarge() }));
  seriesRoutes(app, deps);
  commandRoutes(app, deps);
  configRoutes(app, deps);
  listingRoutes(app, deps);
  historyRoutes(app, deps);
  socketRoutes(app, deps);
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer' });
  app.openAPIRegistry.registerComponent('securitySchemes', 'signed', {
    type: 'apiKey',
    in: 'header',
    name: LINK_HEADERS.mac,
    description:
      "HMAC-SHA-256 of the request by one of the runner's keys, with its id, time and nonce in headers of their own.",
  });
  app.doc31(ROUTES.openapi.path, { openapi: '3.1.0', info: { title: 'poly-edge', version: '1' } });
  app.notFound(() => errorResponse(404, 'not-found', 'There is no such route.'));
  app.onError((error) => failure(deps, error));
  return app;
}

function tooLarge(): Response {
  return errorResponse(413, 'body-too-large', `A body has ${MAX_BODY_BYTES} bytes at most.`);
}

/** What a thrown error says to the outside: our own say what they mean, a bug says nothing of itself. */
function failure(deps: AppDeps, error: Error): Response {
  if (error instanceof ApiException) {
    return errorResponse(error.status, error.code, error.message, { details: error.details });
  }
  // The router's own refusals are about the body: not JSON (400), not declared as JSON (415).
  if (error instanceof HTTPException && error.status < 500) {
    return errorResponse(400, 'unreadable-body', 'The body must be JSON, and declared as application/json.');
  }
  deps.log.log('error', 'request failed', { reason: error.message });
  return errorResponse(500, 'internal', 'Something failed inside; the log says what.');
}
