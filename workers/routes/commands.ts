/**
 * Verbs of an operator, for one series and for the whole account. The object obeys first, the audit row follows: stopping must work
 * while D1 is away. A command that is sent again with the same id changes nothing, in the object and in the audit.
 */
import { createRoute } from '@hono/zod-openapi';
import type { SeriesSlug } from '../../core/model/identifiers.ts';
import {
  type AccountCommandResult,
  accountCommandResultSchema,
  commandBodySchema,
  commandResultSchema,
} from '../../core/protocol/admin-api.ts';
import { COMMAND_KINDS, type CommandRequest, type CommandResult } from '../../core/protocol/series-status.ts';
import { ROUTES } from '../access-table.ts';
import type { App, AppDeps } from '../app-env.ts';
import { BEARER_SECURITY, errorAnswers, jsonAnswer } from './describe.ts';
import { findSeries, slugParams } from './find-series.ts';

const SUMMARIES = {
  pause: 'No opening orders, resting orders cancelled, positions kept',
  flatten: 'Cancel, merge complete sets, leave each position where that is not too dear, else hold it to resolution',
  kill: 'Nothing but cancels is sent until resume; done when the venue has confirmed that nothing is open',
  resume: 'Trade again, as far as every other restriction allows',
} as const;

const ACCOUNT_ROUTES = {
  pause: ROUTES.accountPause,
  flatten: ROUTES.accountFlatten,
  kill: ROUTES.accountKill,
  resume: ROUTES.accountResume,
} as const;

const body = { required: true, content: { 'application/json': { schema: commandBodySchema } } } as const;

/** Registers two routes for each kind of command. */
export function commandRoutes(app: App, deps: AppDeps): void {
  for (const kind of COMMAND_KINDS) {
    seriesCommand(app, deps, kind);
    accountCommand(app, deps, kind);
  }
}

function seriesCommand(app: App, deps: AppDeps, kind: CommandRequest['kind']): void {
  const route = createRoute({
    method: 'post',
    path: ROUTES[kind].path,
    summary: SUMMARIES[kind],
    security: BEARER_SECURITY,
    request: { params: slugParams, body },
    responses: {
      200: jsonAnswer('What became of it.', commandResultSchema),
      ...errorAnswers(400, 401, 403, 404, 413, 422, 500),
    },
  });
  app.openapi(route, async (context) => {
    const slug = findSeries(deps, context.req.valid('param').slug);
    const { commandId } = context.req.valid('json');
    const request: CommandRequest = { commandId, actor: context.get('role'), kind, scope: 'series' };
    const result = await deps.stub(slug).command(request);
    const audited = await recordCommand(deps, slug, request, result);
    return context.json({ ...result, kind, audited }, 200);
  });
}

/** All series at once: one whose object fails keeps none of the others from obeying. */
function accountCommand(app: App, deps: AppDeps, kind: CommandRequest['kind']): void {
  const route = createRoute({
    method: 'post',
    path: ACCOUNT_ROUTES[kind].path,
    summary: `${SUMMARIES[kind]}: every series of the account`,
    security: BEARER_SECURITY,
    request: { body },
    responses: {
      200: jsonAnswer('What became of it, for each series.', accountCommandResultSchema),
      ...errorAnswers(400, 401, 403, 413, 422, 500),
    },
  });
  app.openapi(route, async (context) => {
    const { commandId } = context.req.valid('json');
    const request: CommandRequest = { commandId, actor: context.get('role'), kind, scope: 'account' };
    const items = await Promise.all(deps.settings.series.map(({ slug }) => commandOne(deps, slug, request)));
    const complete = items.every(({ result }) => result === 'applied' || result === 'duplicate');
    return context.json({ commandId, kind, complete, items }, 200);
  });
}

async function commandOne(
  deps: AppDeps,
  series: SeriesSlug,
  request: CommandRequest,
): Promise<AccountCommandResult['items'][number]> {
  try {
    const result = await deps.stub(series).command(request);
    const { seq, tradingMode, detail } = result;
    const audited = await recordCommand(deps, series, request, result);
    return { series, result: result.result, seq, tradingMode, detail, audited };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    deps.log.log('error', 'a series did not take a command', { series, key: request.commandId, reason });
    const detail = `The object of ${series} did not answer: send the same command again, and look at its status.`;
    // Its one audit row is for what became of it in the end: the same id is sent again.
    return { series, result: 'failed', seq: null, tradingMode: null, detail, audited: false };
  }
}

async function recordCommand(
  deps: AppDeps,
  series: SeriesSlug,
  { commandId: id, actor, kind: action }: CommandRequest,
  result: CommandResult,
): Promise<boolean> {
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
