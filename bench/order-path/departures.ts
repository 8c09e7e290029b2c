/**
 * What left a runner, and what caused it: taps around its link's sockets and its way to the venue. A tap notes the time and hands on at
 * once; whatever it has to read of a frame it reads afterwards.
 *
 * - `receivedMs`: the socket has given the whole frame of the link to the runner's code.
 * - `leftMs`: undici writes head and body of the request to its socket in this very turn (diagnostics channel
 *   `undici:client:sendHeaders` of undici 8.12.4, `writeH1`).
 *
 * Both are wall milliseconds with fractions, so that other processes of the machine can be compared with.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { IntentCause, LinkFrameToRunner } from '../../core/protocol/runner-link.ts';
import type { HttpPort, SocketsPort } from '../../runner/ports.ts';
import { wallMs } from '../workerd/link-client.ts';

/** An order or a cancel that has left. */
export interface Departure {
  readonly type: 'submit-order' | 'cancel-order';
  readonly cause: IntentCause;
  readonly receivedMs: number;
  readonly leftMs: number;
}

export interface Departures {
  tapLink(sockets: SocketsPort): SocketsPort;
  tapHttp(http: HttpPort): HttpPort;
  /** When requests to `path` left, in order. */
  leftTo(path: string): readonly number[];
  all(): Departure[];
}

interface Left {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly leftMs: number;
}

/** What undici publishes; the body is as it goes out. */
interface SentHeaders {
  readonly request: { readonly method: string; readonly path: string; readonly body: unknown };
}

const ORDER_PATH = '/clob/order';

/** Begins to note. One for a process: it hears of every request of undici. */
export function noteDepartures(): Departures {
  const left: Left[] = [];
  const frames: { readonly frame: string; readonly receivedMs: number }[] = [];
  /** The venue's id of an order, by the body that placed it. */
  const hashOf = new Map<string, string>();
  subscribe('undici:client:sendHeaders', (message) => {
    const leftMs = wallMs();
    const { method, path, body } = (message as SentHeaders).request;
    left.push({ method, path, body: body === null ? '' : String(body), leftMs });
  });
  return {
    tapLink: (sockets) => ({
      open: (url, handlers, headers) =>
        sockets.open(
          url,
          {
            ...handlers,
            onMessage(frame) {
              const receivedMs = wallMs();
              handlers.onMessage(frame);
              frames.push({ frame, receivedMs });
            },
          },
          headers,
        ),
    }),
    tapHttp: (http) => ({
      async request(request) {
        const answer = await http.request(request);
        if (request.method === 'POST' && request.url.endsWith(ORDER_PATH) && 'status' in answer) {
          const hash = orderIdOf(answer.body);
          if (hash !== undefined) hashOf.set(hash, saltOf(request.body ?? ''));
        }
        return answer;
      },
    }),
    leftTo: (path) => left.filter((one) => one.path === path).map(({ leftMs }) => leftMs),
    all: () => matched(frames, left, hashOf),
  };
}

function matched(
  frames: readonly { readonly frame: string; readonly receivedMs: number }[],
  left: readonly Left[],
  hashOf: ReadonlyMap<string, string>,
): Departure[] {
  const leftOf = { 'submit-order': postsBySalt(left), 'cancel-order': cancelsBySalt(left, hashOf) };
  const salts = new Map<string, string>();
  const departures: Departure[] = [];
  for (const { frame, receivedMs } of frames) {
    for (const message of (JSON.parse(frame) as LinkFrameToRunner).messages) {
      if (message.type === 'submit-order') salts.set(message.order.clientOrderId, String(message.order.salt));
      else if (message.type !== 'cancel-order') continue;
      const { type, cause } = message;
      const id = message.type === 'submit-order' ? message.order.clientOrderId : message.clientOrderId;
      const leftMs = leftOf[type].get(salts.get(id) ?? '');
      // What the runner refused, or had cancelled by itself before, has no departure of its own.
      if (leftMs !== undefined && leftMs >= receivedMs) departures.push({ type, cause, receivedMs, leftMs });
    }
  }
  return departures;
}

function postsBySalt(left: readonly Left[]): ReadonlyMap<string, number> {
  const posts = new Map<string, number>();
  for (const { method, path, body, leftMs } of left) {
    if (method === 'POST' && path === ORDER_PATH) setOnce(posts, saltOf(body), leftMs);
  }
  return posts;
}

function cancelsBySalt(left: readonly Left[], hashOf: ReadonlyMap<string, string>): ReadonlyMap<string, number> {
  const cancels = new Map<string, number>();
  for (const { method, path, body, leftMs } of left) {
    const canceled = method === 'DELETE' && path === ORDER_PATH ? orderIdOf(body) : undefined;
    const salt = canceled === undefined ? undefined : hashOf.get(canceled);
    if (salt !== undefined) setOnce(cancels, salt, leftMs);
  }
  return cancels;
}

/** The first counts: a cancel may be sent again. */
function setOnce(map: Map<string, number>, key: string, value: number): void {
  if (!map.has(key)) map.set(key, value);
}

/** An order's salt: it is in the intent and in the signed body, so that the one is known by the other. */
function saltOf(body: string): string {
  return /"salt":"?(\d+)/.exec(body)?.[1] ?? '';
}

/** The venue's id of an order, in an answer and in a cancel. */
function orderIdOf(body: string): string | undefined {
  return /"orderID":"(0x[0-9a-f]+)"/.exec(body)?.[1];
}
