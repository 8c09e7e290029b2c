/**
 * HTTP over undici with kept-alive connections. What the rest needs to know exactly is whether a byte of a request can have left: undici
 * calls `onRequestStart` right before it writes, so that a request that has not started has not been sent, and one that was given up
 * before is stopped there. Source: undici 8.12.4 (client-h1, `writeH1`); operations notes of 2026-11-23 §4.
 */
import { Agent, type Dispatcher } from 'undici';
import type { HttpAnswer, HttpFailure, HttpPort, HttpRequest } from '../ports.ts';
import { createConnector, type SocksProxy } from './socks-proxy.ts';

export interface HttpPortOptions {
  readonly proxy: SocksProxy | null;
  /** Connections to one origin; further requests wait for one. */
  readonly connections?: number;
  /** Of each step on the way to a connection. Wall time. */
  readonly connectTimeoutMs?: number;
}

export interface UndiciHttpPort extends HttpPort {
  /** Ends all connections; requests under way fail. */
  close(): Promise<void>;
}

/** Enough for a batch of cancels beside orders under way, and few enough to be kept warm. */
export const DEFAULT_CONNECTIONS = 16;
/** A connection takes four round trips through the proxy (operations notes §4): 300 ms each is a bad one. */
const CONNECT_TIMEOUT_MS = 3_000;
/** Unused connections are kept this long where the server does not say less; the client warms them more often. */
const KEEP_ALIVE_MS = 60_000;
/** The largest answer that is read: a page of orders has some 100 kB. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

/** The port to the venue. Nothing is retried, redirected or cached; a failure says what is known and is never thrown. */
export function createHttpPort(options: HttpPortOptions): UndiciHttpPort {
  const connectTimeoutMs = options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
  const agent = new Agent({
    connect: createConnector(options.proxy, connectTimeoutMs),
    connections: options.connections ?? DEFAULT_CONNECTIONS,
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    maxResponseSize: MAX_ANSWER_BYTES,
  });
  return {
    request: (request) => dispatch(agent, request),
    close: () => agent.destroy(),
  };
}

function dispatch(agent: Agent, request: HttpRequest): Promise<HttpAnswer | HttpFailure> {
  const { method, headers, body, timeoutMs } = request;
  const url = new URL(request.url);
  return new Promise((resolve) => {
    let sent = false;
    let settled = false;
    let control: Dispatcher.DispatchController | null = null;
    let status = 0;
    let answerHeaders: Record<string, string> = {};
    const chunks: Buffer[] = [];

    const settle = (result: HttpAnswer | HttpFailure): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      resolve(result);
    };
    const timer = setTimeout(() => {
      settle({ sent, detail: `no whole answer within ${timeoutMs} ms` });
      control?.abort(new Error('timed out'));
    }, timeoutMs);

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(controller) {
        if (settled) {
          controller.abort(new Error('given up before it was sent'));
          return;
        }
        control = controller;
        sent = true;
      },
      onResponseStart(_controller, statusCode, received) {
        status = statusCode;
        answerHeaders = flatten(received);
      },
      onResponseData(_controller, chunk) {
        chunks.push(chunk);
      },
      onResponseEnd() {
        settle({ status, headers: answerHeaders, body: Buffer.concat(chunks).toString('utf8') });
      },
      onResponseError(_controller, error) {
        settle({ sent, detail: describe(error) });
      },
    };

    try {
      agent.dispatch(
        {
          origin: url.origin,
          path: `${url.pathname}${url.search}`,
          method,
          headers,
          body,
          headersTimeout: timeoutMs,
          bodyTimeout: timeoutMs,
          // A DELETE with a body would else end its connection: cancels are what connections are kept warm for.
          reset: false,
        },
        handler,
      );
    } catch (error) {
      settle({ sent, detail: describe(error) });
    }
  });
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return flat;
}

/** The error's code and words, with those of what caused it: addresses and ports, never a header. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'the request failed';
  const code = 'code' in error && typeof error.code === 'string' ? `${error.code}: ` : '';
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return `${code}${error.message}${cause}`.slice(0, 300);
}
