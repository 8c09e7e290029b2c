/**
 * A network in memory: the shell's sockets and HTTP on one side, protocol servers on the other, on a virtual clock. Bytes take
 * `latencyMs` each way and arrive in order, until a fault says otherwise.
 */
import type { HttpPort, HttpResponse, SocketHandlers, SocketsPort } from '../../durable-objects/ports.ts';
import type { VenueConnection, VenueFeed, VenueRoutes } from '../../embedded-venue/connection.ts';
import type { VirtualClock } from './node-ports.ts';

export interface VirtualNetworkOptions {
  readonly feeds: readonly VenueFeed[];
  readonly routes?: readonly VenueRoutes[];
  readonly clock: VirtualClock;
  readonly latencyMs?: number;
  /** Drives the servers, where they stand on one world; otherwise each is driven by itself. */
  readonly advanceTo?: (nowMs: number) => void;
  /** Wall time between two calls of the servers' `advanceTo`. */
  readonly stepMs?: number;
}

/** Faults are set by path: a feed's path or the beginning of one. Each replaces the one set before; `null` lifts it. */
export interface NetworkFaults {
  /** Cuts every connection at once, as a lost network does. */
  drop(path: string, code?: number, reason?: string): void;
  /** New connections and requests are refused with this HTTP status; 0 stands for no answer from the host at all. */
  refuse(path: string, status: number | null): void;
  /** What servers send is lost, but for frames that `passes` lets through ("PONG"); requests time out. */
  stall(path: string, passes: ((frame: string) => boolean) | null): void;
  /** Added to the latency of what servers send. */
  delay(path: string, extraMs: number | null): void;
  /** What becomes of each frame that a server sends: none, itself, several, something else. */
  tamper(path: string, change: ((frame: string) => readonly string[]) | null): void;
}

export interface VirtualNetwork {
  readonly sockets: SocketsPort;
  readonly http: HttpPort;
  readonly faults: NetworkFaults;
  /** Every attempt to connect: its path with query, and its wall time. */
  readonly attempts: readonly { readonly url: string; readonly wallMs: number }[];
  /** Paths of the connections that are open now. */
  openPaths(): readonly string[];
  /** Stops driving the servers. */
  stop(): void;
}

interface Pipe {
  readonly path: string;
  readonly feed: VenueFeed;
  readonly handlers: SocketHandlers;
  readonly server: VenueConnection;
  isOpen: boolean;
  /** Neither side may overtake itself. */
  lastToClientMs: number;
  lastToServerMs: number;
}

interface FaultTables {
  readonly refused: Map<string, number>;
  readonly stalled: Map<string, (frame: string) => boolean>;
  readonly delayed: Map<string, number>;
  readonly tampered: Map<string, (frame: string) => readonly string[]>;
}

const ABNORMAL_CLOSE = 1006;

export function createVirtualNetwork(options: VirtualNetworkOptions): VirtualNetwork {
  const { clock } = options;
  const latencyMs = options.latencyMs ?? 5;
  const faults: FaultTables = { refused: new Map(), stalled: new Map(), delayed: new Map(), tampered: new Map() };
  const pipes = new Set<Pipe>();
  const attempts: { readonly url: string; readonly wallMs: number }[] = [];
  let nextId = 1;
  const drive = (): void => {
    const nowMs = clock.clock.now();
    if (options.advanceTo !== undefined) options.advanceTo(nowMs);
    else for (const feed of options.feeds) feed.advanceTo(nowMs);
  };

  const cutPipe = (pipe: Pipe, code: number, reason: string): void => {
    if (!pipe.isOpen) return;
    pipe.isOpen = false;
    pipes.delete(pipe);
    pipe.feed.onClose(pipe.server);
    pipe.handlers.onClose(code, reason, null);
  };
  const toClient = (pipe: Pipe, act: () => void): void => {
    const now = clock.clock.wallMs();
    const dueMs = Math.max(pipe.lastToClientMs, now + latencyMs + (faultAt(faults.delayed, pipe.path) ?? 0));
    pipe.lastToClientMs = dueMs;
    clock.timers.after(dueMs - now, act);
  };
  const toServer = (pipe: Pipe, act: () => void): void => {
    const now = clock.clock.wallMs();
    pipe.lastToServerMs = Math.max(pipe.lastToServerMs, now + latencyMs);
    clock.timers.after(pipe.lastToServerMs - now, () => {
      drive();
      act();
    });
  };
  const serverSends = (pipe: Pipe, frame: string): void => {
    const passes = faultAt(faults.stalled, pipe.path);
    if (passes !== undefined && !passes(frame)) return;
    const change = faultAt(faults.tampered, pipe.path);
    for (const changed of change === undefined ? [frame] : change(frame)) {
      toClient(pipe, () => {
        if (pipe.isOpen) pipe.handlers.onMessage(changed);
      });
    }
  };
  const connectPipe = (path: string, feed: VenueFeed, handlers: SocketHandlers): Pipe => {
    const pipe: Pipe = {
      path,
      feed,
      handlers,
      server: {
        id: nextId++,
        send: (frame) => serverSends(pipe, frame),
        close: (code, reason) => toClient(pipe, () => cutPipe(pipe, code, reason)),
      },
      isOpen: true,
      lastToClientMs: 0,
      lastToServerMs: 0,
    };
    pipes.add(pipe);
    return pipe;
  };

  const sockets: SocketsPort = {
    open: (url, handlers) => {
      attempts.push({ url, wallMs: clock.clock.wallMs() });
      const { pathname, searchParams } = new URL(url);
      let pipe: Pipe | null = null;
      let isClosed = false;
      clock.timers.after(latencyMs * 2, () => {
        if (isClosed) return;
        const feed = options.feeds
          .filter(({ path }) => isAtOrBelow(pathname, path))
          .reduce<VenueFeed | undefined>(
            (best, next) => (next.path.length > (best?.path.length ?? 0) ? next : best),
            undefined,
          );
        const status = faultAt(faults.refused, pathname) ?? (feed === undefined ? 404 : undefined);
        if (feed === undefined || status !== undefined) {
          isClosed = true;
          handlers.onClose(ABNORMAL_CLOSE, 'refused', status === 0 ? null : (status ?? null));
          return;
        }
        pipe = connectPipe(pathname, feed, handlers);
        drive();
        handlers.onOpen();
        feed.onConnect(pipe.server, searchParams, pathname.slice(feed.path.length + 1));
      });
      return {
        send: (data) => {
          const open = pipe;
          if (open === null || isClosed) return;
          toServer(open, () => {
            if (open.isOpen) open.feed.onMessage(open.server, data);
          });
        },
        close: (code = 1000, reason = '') => {
          if (isClosed) return;
          isClosed = true;
          const open = pipe;
          if (open !== null) toServer(open, () => cutPipe(open, code, reason));
          else clock.timers.after(0, () => handlers.onClose(code, reason, null));
        },
      };
    },
  };

  let isRunning = true;
  const stepMs = options.stepMs ?? 20;
  const step = (): void => {
    if (!isRunning) return;
    drive();
    clock.timers.after(stepMs, step);
  };
  step();

  return {
    sockets,
    http: createHttp(options, faults, latencyMs),
    faults: {
      drop: (path, code = ABNORMAL_CLOSE, reason = '') => {
        for (const pipe of [...pipes]) if (isAtOrBelow(pipe.path, path)) cutPipe(pipe, code, reason);
      },
      refuse: (path, status) => setFault(faults.refused, path, status),
      stall: (path, passes) => setFault(faults.stalled, path, passes),
      delay: (path, extraMs) => setFault(faults.delayed, path, extraMs),
      tamper: (path, change) => setFault(faults.tampered, path, change),
    },
    attempts,
    openPaths: () => [...pipes].map((pipe) => pipe.path),
    stop: () => {
      isRunning = false;
    },
  };
}

function createHttp(options: VirtualNetworkOptions, faults: FaultTables, latencyMs: number): HttpPort {
  const { clock } = options;
  const answer = (url: string): HttpResponse => {
    const { pathname, searchParams } = new URL(url);
    const refused = faultAt(faults.refused, pathname);
    if (refused !== undefined) return { status: refused, body: '' };
    const request = { method: 'GET', path: pathname, query: searchParams, body: '', headers: {} };
    for (const routes of options.routes ?? []) {
      const response = routes.handle(request, clock.clock.now());
      if (response !== null) return { status: response.status, body: response.body };
    }
    return { status: 404, body: '' };
  };
  return {
    get: (url, timeoutMs) =>
      new Promise((resolve, reject) => {
        const path = new URL(url).pathname;
        const takesMs = latencyMs * 2 + (faultAt(faults.delayed, path) ?? 0);
        const isLost = faultAt(faults.stalled, path) !== undefined || faultAt(faults.refused, path) === 0;
        if (isLost || takesMs > timeoutMs) clock.timers.after(timeoutMs, () => reject(new Error('timed out')));
        else clock.timers.after(takesMs, () => resolve(answer(url)));
      }),
  };
}

function isAtOrBelow(path: string, base: string): boolean {
  return path === base || path.startsWith(base.endsWith('/') ? base : `${base}/`);
}

function faultAt<T>(table: ReadonlyMap<string, T>, path: string): T | undefined {
  for (const [base, fault] of table) if (isAtOrBelow(path, base)) return fault;
  return undefined;
}

function setFault<T>(table: Map<string, T>, path: string, fault: T | null): void {
  if (fault === null) table.delete(path);
  else table.set(path, fault);
}
