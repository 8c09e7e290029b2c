/** A real link over the real storage of a scripted object: what comes in is stored by count, what the engine would say is one cancel. */
import type { ClientOrderId } from '../../../core/model/identifiers.ts';
import { LINK_HEADERS } from '../../../core/protocol/link-auth.ts';
import { gzipCompression } from '../../../durable-objects/gzip-compression.ts';
import { createRunnerLink, type RunnerLink } from '../../../durable-objects/runner-link.ts';
import { openSeriesStore } from '../../../durable-objects/series-store.ts';
import {
  createWorkerClock,
  createWorkerSql,
  workerNonces,
  workerTimers,
} from '../../../durable-objects/worker-ports.ts';
import { LINK_KEYS } from './tokens.ts';

export interface LinkedObject {
  attach(request: Request, socket: WebSocket): void;
}

export function createLinkedObject(ctx: DurableObjectState): LinkedObject {
  const store = openSeriesStore(createWorkerSql(ctx.storage.sql), gzipCompression);
  if (!store.ok) throw new Error(store.error.detail);
  const { meta, counter } = store.value;
  const link: RunnerLink = createRunnerLink({
    series: ctx.id.name ?? '',
    epoch: meta.nextEpoch(),
    buildId: 'test',
    execution: 'venue',
    keys: LINK_KEYS,
    clock: createWorkerClock(null),
    timers: workerTimers,
    log: { log: () => undefined },
    meta,
    counter,
    randomHex: workerNonces.hex,
    ingest: (events) => {
      const cancels = events
        .filter(({ type }) => type === 'submission-unknown')
        .map(() => ({ type: 'cancel-order', clientOrderId: 'mm-1' as ClientOrderId, reason: 'unknown' }) as const);
      for (const event of events) link.note([{ event, outputs: cancels }]);
      return true;
    },
    alert: () => undefined,
    mayLead: () => true,
    openOrders: () => [],
    marketSlugs: () => [],
  });
  return {
    attach(request, socket) {
      const handlers = link.attach(
        { send: (frame) => socket.send(frame), close: (code, reason) => socket.close(code, reason) },
        request.headers.get(LINK_HEADERS.nonce),
      );
      socket.addEventListener('message', ({ data }) => {
        if (typeof data === 'string') handlers.onFrame(data);
      });
      socket.addEventListener('close', () => handlers.onClose());
    },
  };
}
