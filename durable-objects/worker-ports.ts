/** The real ports of a Durable Object: workerd's sockets, timers, clock, HTTP, SQLite, R2 and log (RUNTIME §8). */
import type { UnixMs } from '../core/model/time.ts';
import type {
  BlobPort,
  ClockPort,
  HttpPort,
  LogPort,
  NoncePort,
  RandomPort,
  SocketHandlers,
  SocketsPort,
  SqlPort,
  SqlRow,
  TimersPort,
} from './ports.ts';

/** Real time and the product's: the same, or the embedded venue's scaled time, given by the supervisor (RUNTIME §6). */
export interface ClockOrigin {
  readonly simOriginMs: UnixMs;
  readonly wallOriginMs: UnixMs;
  readonly speed: number;
}

/** Wall time; with an origin, `simOrigin + (wall − wallOrigin) · speed`. */
export function createWorkerClock(origin: ClockOrigin | null): ClockPort {
  const wallMs = () => Date.now();
  if (origin === null) return { now: wallMs, wallMs, speed: 1 };
  return {
    now: () => Math.round(origin.simOriginMs + (wallMs() - origin.wallOriginMs) * origin.speed),
    wallMs,
    speed: origin.speed,
  };
}

export const workerTimers: TimersPort = {
  after: (delayWallMs, callback) => {
    const id = setTimeout(callback, delayWallMs);
    return () => clearTimeout(id);
  },
};

export const workerRandom: RandomPort = { next: () => Math.random() };

export const workerNonces: NoncePort = {
  hex: (bytes) => {
    let text = '';
    for (const byte of crypto.getRandomValues(new Uint8Array(bytes))) text += byte.toString(16).padStart(2, '0');
    return text;
  },
};

/** No status was received, and the connection is gone (RFC 6455 §7.1.5: never sent, only reported). */
const ABNORMAL_CLOSE = 1006;

/**
 * Sockets opened by an upgrade request, because only that shows the HTTP status of a refusal. A failure to connect is a close
 * with status `null`.
 */
export const workerSockets: SocketsPort = {
  open: (url, handlers) => {
    const abort = new AbortController();
    const line: OpenLine = { webSocket: null, isClosed: false };
    const closeOnce = (code: number, reason: string, status: number | null): void => {
      if (line.isClosed) return;
      line.isClosed = true;
      handlers.onClose(code, reason, status);
    };
    fetch(url.replace(/^ws/, 'http'), { headers: { Upgrade: 'websocket' }, signal: abort.signal }).then(
      (response) => accept(response, line, handlers, closeOnce),
      (error: unknown) => closeOnce(ABNORMAL_CLOSE, messageOf(error), null),
    );
    return {
      send: (data) => {
        try {
          line.webSocket?.send(data);
        } catch (error) {
          closeOnce(ABNORMAL_CLOSE, messageOf(error), null);
        }
      },
      close: (code, reason) => {
        if (line.webSocket === null) abort.abort();
        else if (!line.isClosed) line.webSocket.close(code, reason);
        closeOnce(code ?? 1000, reason ?? '', null);
      },
    };
  },
};

interface OpenLine {
  webSocket: WebSocket | null;
  isClosed: boolean;
}

async function accept(
  response: Response,
  line: OpenLine,
  handlers: SocketHandlers,
  closeOnce: (code: number, reason: string, status: number | null) => void,
): Promise<void> {
  const { webSocket } = response;
  if (webSocket === null) {
    closeOnce(ABNORMAL_CLOSE, 'upgrade refused', response.status);
    // An unread body would keep its connection.
    await response.body?.cancel();
    return;
  }
  // The default is a Blob, which can only be read asynchronously: frames would overtake each other.
  webSocket.binaryType = 'arraybuffer';
  webSocket.accept();
  if (line.isClosed) return webSocket.close(1000, 'not wanted any more');
  line.webSocket = webSocket;
  const decoder = new TextDecoder();
  webSocket.addEventListener('message', ({ data }) => {
    if (!line.isClosed) handlers.onMessage(typeof data === 'string' ? data : decoder.decode(data));
  });
  webSocket.addEventListener('close', ({ code, reason }) => closeOnce(code, reason, null));
  webSocket.addEventListener('error', ({ message }) => closeOnce(ABNORMAL_CLOSE, message, null));
  handlers.onOpen();
}

export const workerHttp: HttpPort = {
  get: async (url, timeoutMs) => {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    return { status: response.status, body: await response.text() };
  },
};

/** The object's own SQLite. */
export function createWorkerSql(sql: SqlStorage): SqlPort {
  return {
    exec: (statement, ...bindings) => sql.exec<SqlRow>(statement, ...bindings).toArray(),
    sizeBytes: () => sql.databaseSize,
  };
}

/** R2 lists at most this many keys at a time. */
const LIST_LIMIT = 1_000;

export function createWorkerBlob(bucket: R2Bucket): BlobPort {
  return {
    put: async (key, bytes) => {
      await bucket.put(key, bytes);
    },
    get: async (key) => {
      const object = await bucket.get(key);
      return object === null ? null : new Uint8Array(await object.arrayBuffer());
    },
    list: async (prefix) => {
      const found: { readonly key: string; readonly size: number }[] = [];
      let cursor: string | null = null;
      do {
        const page: R2Objects = await bucket.list({
          prefix,
          limit: LIST_LIMIT,
          ...(cursor === null ? {} : { cursor }),
        });
        for (const { key, size } of page.objects) found.push({ key, size });
        cursor = page.truncated ? page.cursor : null;
      } while (cursor !== null);
      return found;
    },
    delete: async (keys) => {
      for (let at = 0; at < keys.length; at += LIST_LIMIT) await bucket.delete(keys.slice(at, at + LIST_LIMIT));
    },
  };
}

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';
const LEVELS: readonly LogLevel[] = ['error', 'warn', 'info', 'debug'];

/** What a log line may carry. Anything else is left out, so that a secret that strays into `fields` is never printed. */
const ALLOWED_FIELDS: ReadonlySet<string> = new Set([
  'series',
  'window',
  'market',
  'seq',
  'epoch',
  'clientOrderId',
  'feed',
  'source',
  'connection',
  'reason',
  'status',
  'delayMs',
  'detail',
  'code',
  'severity',
  'mode',
  'count',
  'rows',
  'bytes',
  'key',
  'slug',
  'state',
  'buildId',
  'attempt',
  'latencyMs',
]);

export interface AdjustableLog extends LogPort {
  /** Lines above this level are dropped. */
  setLevel(level: LogLevel): void;
}

/** JSON lines on the console; `base` stands in each (the series). */
export function createWorkerLog(
  level: LogLevel,
  clock: ClockPort,
  base: Readonly<Record<string, string>> = {},
): AdjustableLog {
  let limit = LEVELS.indexOf(level);
  return {
    setLevel: (next) => {
      limit = LEVELS.indexOf(next);
    },
    log: (lineLevel, message, fields = {}) => {
      if (LEVELS.indexOf(lineLevel) > limit) return;
      const allowed = Object.entries({ ...base, ...fields }).filter(([name]) => ALLOWED_FIELDS.has(name));
      const line = JSON.stringify({
        level: lineLevel,
        time: clock.wallMs(),
        message,
        ...Object.fromEntries(allowed),
      });
      if (lineLevel === 'error') console.error(line);
      else if (lineLevel === 'warn') console.warn(line);
      else console.log(line);
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
