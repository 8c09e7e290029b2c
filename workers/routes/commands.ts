/**
 * Verbs of an operator. The object obeys first, the audit row follows: pausing must work while D1 is away. A command that is sent
 * again with the same id changes nothing, in the object and in the audit.
 */
import { createRoute } from '@hono/zod-openapi';
import type { SeriesSlug } from '../../core/model/identifiers.ts';
import { commandBodySchema, commandResultSchema } from '../../core/protocol/admin-api.ts';
import { COMMAND_KINDS, type CommandRequest, type CommandResult } from '../../core/protocol/series-status.ts';
import { ROUTES } from '../access-table.ts';
import type { App, AppDeps } from '../app-env.ts';
import { BEARER_SECURITY, errorAnswers, jsonAnswer } from './describe.ts';
import { findSeries, slugParams } from './find-series.ts';

const SUMMARIES = {
  pause: 'No opening orders, resting orders cancelled, positions kept',
  resume: 'Trade again, as far as every other restriction allows',
} as const;

/** Registers one route for each kind of command. */
export function commandRoutes(app: App, deps: AppDeps): void {
  for (const kind of COMMAND_KINDS) {
    const route = createRoute({
      method: 'post',
      path: ROUTES[kind].path,
      summary: SUMMARIES[kind],
      security: BEARER_SECURITY,
      request: {
        params: slugParams,
        body: { required: true, content: { 'application/json': { schema: commandBodySchema } } },
      },
      responses: {
        200: jsonAnswer('What became of it.', commandResultSchema),
        ...errorAnswers(400, 401, 403, 404, 413, 422, 500),
      },
    });
    app.openapi(route, async (context) => {
      const slug = findSeries(deps, context.req.valid('param').slug);
      const request = { commandId: context.req.valid('json').commandId, actor: context.get('role'), kind };
      const result = await deps.stub(slug).command(request);
      const audited = await recordCommand(deps, slug, request, result);
      return context.json({ ...result, kind, audited }, 200);
    });
  }
}

async function recordCommand(
  deps: AppDeps,
  series: SeriesSlug,
  request: CommandRequest,
  result: CommandResult,
): Promise<boolean> {
  const { commandId: id, actor, kind: action } = request;
  const detail = result.detail === '' ? result.result : `${result.result}: ${result.detail}`;
  try {
    await deps.audit.record({ series, id, actor, action, detail, atMs: deps.wallMs() });
    return true;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    deps.log.log('error', 'audit row not written', { series, key: id, reason });
    return false;
  }
}
