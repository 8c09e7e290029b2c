/**
 * Binance futures over WebSocket: four addresses, `/public` and `/market`, each with `/stream` (enveloped) and `/ws` (raw). A stream
 * that is asked for on the wrong one is acknowledged and stays silent, as the real one does.
 * Source: Binance USDⓈ-M futures market streams and the change notice of the split by path, venue notes of 2026-11-23 (market data §1.1, §1.2).
 */
import type { BinanceStream } from './binance-streams.ts';
import type { VenueConnection, VenueFeed } from './connection.ts';
import { parseJsonObject, stringsOf } from './json-frame.ts';
import { createProgress } from './timetable.ts';

export interface BinanceFeedOptions {
  readonly path: string;
  /** `true` on `/stream`: frames are wrapped in `{"stream","data"}`. */
  readonly enveloped: boolean;
  readonly streams: ReadonlyMap<string, BinanceStream>;
}

/** Quotes older than this are not sent after a halt. */
const LONGEST_CATCH_UP_MS = 300_000;
/** The venue's limit for one connection. */
const MAX_STREAMS = 1_024;

/** One of the four addresses. */
export function createBinanceFeed(options: BinanceFeedOptions): VenueFeed {
  const clients = new Map<VenueConnection, Set<string>>();
  const progress = createProgress(LONGEST_CATCH_UP_MS);

  const publish = (name: string, text: string): void => {
    const frame = options.enveloped ? `{"stream":"${name}","data":${text}}` : text;
    for (const [connection, names] of clients) if (names.has(name)) connection.send(frame);
  };
  return {
    path: options.path,
    onConnect(connection, query, subPath = '') {
      const asked = options.enveloped ? (query.get('streams') ?? '') : subPath;
      clients.set(connection, new Set(asked.split('/').filter((name) => name !== '')));
    },
    onClose: (connection) => void clients.delete(connection),
    onMessage(connection, frame) {
      const names = clients.get(connection);
      if (names !== undefined) connection.send(answer(names, frame));
    },
    advanceTo(nowMs) {
      const step = progress.step(nowMs);
      if (step === null) return;
      const due = [...options.streams]
        .filter(([name]) => [...clients.values()].some((names) => names.has(name)))
        .flatMap(([name, stream]) => stream(step.fromMs, step.toMs).map(({ atMs, text }) => ({ atMs, name, text })))
        .sort((left, right) => left.atMs - right.atMs);
      for (const { name, text } of due) publish(name, text);
    },
  };
}

/** Handles one request of a client and returns the reply. */
function answer(names: Set<string>, frame: string): string {
  const request = parseJsonObject(frame);
  if (request === null) return JSON.stringify({ error: { code: 3, msg: 'Invalid JSON: expected an object' } });
  const id = request['id'] ?? null;
  const params = stringsOf(request['params']);
  switch (request['method']) {
    case 'SUBSCRIBE':
      if (names.size + params.length > MAX_STREAMS) {
        return JSON.stringify({ error: { code: 2, msg: 'Invalid request: too many streams' }, id });
      }
      for (const name of params) names.add(name);
      return JSON.stringify({ result: null, id });
    case 'UNSUBSCRIBE':
      for (const name of params) names.delete(name);
      return JSON.stringify({ result: null, id });
    case 'LIST_SUBSCRIPTIONS':
      return JSON.stringify({ result: [...names], id });
    default:
      return JSON.stringify({ error: { code: 2, msg: 'Invalid request: unknown method' }, id });
  }
}
