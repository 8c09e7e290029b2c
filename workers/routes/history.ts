/** The journal of a series as a byte stream, for replay: pages of the object, framed as `history-stream.ts` says. */
import { createRoute } from '@hono/zod-openapi';
import { historyQuerySchema } from '../../core/protocol/admin-api.ts';
import { encodeHistoryFrame, HISTORY_CONTENT_TYPE, historyMagic } from '../../core/protocol/history-stream.ts';
import type { HistoryPage } from '../../durable-objects/series-rpc.ts';
import type { SeriesStub } from '../../durable-objects/series-stub.ts';
import { ROUTES } from '../access-table.ts';
import type { App, AppDeps } from '../app-env.ts';
import { BEARER_SECURITY, errorAnswers } from './describe.ts';
import { findSeries, slugParams } from './find-series.ts';

/** One page of the object: an RPC answer of 32 MB at most (Workers RPC limits, notes of 2026-11-23), and 1 MB is quick. */
const PAGE_BYTES = 1024 * 1024;

const history = createRoute({
  method: 'get',
  path: ROUTES.history.path,
  summary: 'The journal as stored, for replay',
  security: BEARER_SECURITY,
  request: { params: slugParams, query: historyQuerySchema },
  responses: {
    200: {
      description: 'Framed rows, after the snapshot that they start from. A stream without its end frame was cut.',
      content: { [HISTORY_CONTENT_TYPE]: { schema: { type: 'string', format: 'binary' } } },
    },
    ...errorAnswers(401, 403, 404, 422, 500),
  },
});

/** Registers the route. */
export function historyRoutes(app: App, deps: AppDeps): void {
  app.openapi(history, async (context) => {
    const stub = deps.stub(findSeries(deps, context.req.valid('param').slug));
    const fromSeq = context.req.valid('query').fromSeq ?? 0;
    // The first page is asked for before the answer begins, so that a refusal is an error and not a broken stream.
    const first = await stub.history({ fromSeq, maxBytes: PAGE_BYTES });
    return new Response(streamOf(stub, first), { headers: { 'Content-Type': HISTORY_CONTENT_TYPE } });
  });
}

/** Frames of the first page and of all that follow, as the reader takes them. */
function streamOf(stub: SeriesStub, first: HistoryPage): ReadableStream<Uint8Array> {
  let page: HistoryPage | null = first;
  let rows = 0;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(historyMagic());
      if (first.snapshot !== null) controller.enqueue(encodeHistoryFrame({ type: 'snapshot', ...first.snapshot }));
    },
    async pull(controller) {
      if (page === null) {
        controller.enqueue(encodeHistoryFrame({ type: 'end', rows }));
        controller.close();
        return;
      }
      for (const row of page.rows) controller.enqueue(encodeHistoryFrame({ type: 'row', ...row }));
      rows += page.rows.length;
      page = page.nextSeq === null ? null : await stub.history({ fromSeq: page.nextSeq, maxBytes: PAGE_BYTES });
    },
  });
}
