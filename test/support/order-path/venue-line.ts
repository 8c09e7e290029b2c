/**
 * The runner's HTTP to the venue in memory: a request takes its time there and back, may be slow to arrive, and is carried out by the
 * venue whether or not anybody still waits for it. Every step is a crossing.
 */
import type { HttpAnswer, HttpFailure, HttpPort, HttpRequest } from '../../../runner/ports.ts';
import type { Crossings } from './crossings.ts';
import type { LeanVenue } from './lean-venue.ts';
import type { Scheduler } from './scheduler.ts';

export interface VenueLine {
  /** The port of one life of the runner; `isAlive` says whether it still lives. */
  open(isAlive: () => boolean): HttpPort;
  /** Nothing gets out: every request fails before a byte has left. */
  proxyDown: boolean;
  /** How much longer the next requests of a route take to arrive, by route; each is used once. */
  readonly slow: Map<string, number[]>;
  /** Answered by somebody on the way, each once: the venue never sees the request. */
  readonly answers: { readonly route: string; readonly answer: HttpAnswer }[];
}

export interface VenueLineOptions {
  readonly scheduler: Scheduler;
  readonly crossings: Crossings;
  readonly venue: LeanVenue;
  /** A request leaves now, on its way to `route`. */
  onLeave(route: string, request: HttpRequest): void;
  /** It will not be carried out any more, or it was. */
  onArrive(route: string, request: HttpRequest): void;
  /** To be called when all promises of the present event have settled. */
  afterEvent(act: () => void): void;
}

/** One way, in milliseconds. */
const LATENCY_MS = 4;

/** `POST /order`, `GET /data/order/:id`, `rpc eth_call`. */
export function routeOf({ method, url, body }: HttpRequest): string {
  const { pathname } = new URL(url);
  if (pathname === '/rpc') return `rpc ${(JSON.parse(body ?? '{}') as { method?: string }).method ?? ''}`;
  const path = pathname
    .replace(/^\/clob\//, '/')
    .replace(/\/0x[0-9a-fA-F]{64}$/, '/:id')
    .replace(/\/[a-z0-9-]+-\d{10}$/, '/:slug');
  return `${method} ${path}`;
}

/** The line; the venue is called at the time at which a request arrives. */
export function createVenueLine(options: VenueLineOptions): VenueLine {
  const { scheduler, crossings, venue } = options;

  const carryOut = (request: HttpRequest) => {
    const { pathname, searchParams } = new URL(request.url);
    const nowMs = scheduler.nowMs();
    venue.advanceTo(nowMs);
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, text]) => [name.toLowerCase(), text]),
    );
    const asked = { method: request.method, path: pathname, query: searchParams, body: request.body ?? '', headers };
    const response = venue.handle(asked, nowMs) ?? { status: 404, body: '' };
    venue.advanceTo(nowMs);
    return response;
  };

  const line: VenueLine = {
    proxyDown: false,
    slow: new Map(),
    answers: [],
    open: (isAlive) => ({
      request(request) {
        const route = routeOf(request);
        const never = new Promise<never>(() => undefined);
        crossings.cross('runner', `http ${route} asked`);
        if (!isAlive()) return never;
        if (line.proxyDown) {
          return new Promise((resolve) => {
            const refused: HttpFailure = { sent: false, detail: 'ECONNREFUSED by the proxy' };
            scheduler.after(1, () => isAlive() && resolve(refused), 'runner');
          });
        }
        options.onLeave(route, request);
        return new Promise<HttpAnswer | HttpFailure>((resolve) => {
          let isOver = false;
          const settle = (result: HttpAnswer | HttpFailure, name: string): void => {
            if (isOver || !isAlive()) return;
            isOver = true;
            cancelTimeout();
            crossings.cross('runner', `http ${route} ${name}`);
            if (!isAlive()) return;
            resolve(result);
            options.afterEvent(() => isAlive() && crossings.cross('runner', `http ${route} taken`));
          };
          const cancelTimeout = scheduler.after(
            request.timeoutMs,
            () => settle({ sent: true, detail: `no whole answer within ${request.timeoutMs} ms` }, 'lost'),
            'runner',
          );
          const slowMs = line.slow.get(route)?.shift() ?? 0;
          const replaced = line.answers.findIndex((one) => one.route === route);
          const [onTheWay] = replaced < 0 ? [] : line.answers.splice(replaced, 1);
          scheduler.after(
            LATENCY_MS + slowMs,
            () => {
              if (onTheWay !== undefined) {
                options.onArrive(route, request);
                settle(onTheWay.answer, 'answered');
                return;
              }
              const response = carryOut(request);
              options.onArrive(route, request);
              if (isAlive()) crossings.cross('runner', `http ${route} handled`);
              scheduler.after(
                LATENCY_MS + (response.delayMs ?? 0),
                () => {
                  if (response.drop) settle({ sent: true, detail: 'the connection ended' }, 'lost');
                  else {
                    const { status, body } = response;
                    settle({ status, body, headers: response.headers ?? {} }, 'answered');
                  }
                },
                'wire',
              );
            },
            'wire',
          );
          crossings.cross('runner', `http ${route} left`);
        });
      },
    }),
  };
  return line;
}
