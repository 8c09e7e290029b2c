/** The embedded venue's one port: WebSocket servers by path, HTTP routes, `/clock` and `/health`. Loopback only. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClockRoutes } from './clock-routes.ts';
import type { VenueRequest, VenueResponse } from './connection.ts';
import { json } from './http.ts';
import { createSocketDoor } from './socket-door.ts';
import type { VenueClock } from './venue-clock.ts';
import type { World } from './world.ts';
import type { WorldStore } from './world-store.ts';

export interface VenueServerOptions {
  readonly port: number;
  readonly clock: VenueClock;
  /** Makes the world once time is set: its origin, and simulated time now. */
  readonly makeWorld: (originMs: number, startMs: number) => World;
  /** Where the world's accounts are kept; without it they end with the process. */
  readonly store?: WorldStore;
}

export interface VenueServer {
  readonly port: number;
  /** Ends every connection and the server, and keeps clock and accounts. */
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';
/** How often simulated time is looked at. */
const TURN_EVERY_MS = 5;
const SAVE_EVERY_MS = 1_000;
/** PolyBolt's period; the other venues' are longer, and a ping too many does no harm (venue notes of 2026-11-23, polymarket §5.3). */
const PING_EVERY_MS = 25_000;
const MAX_BODY_BYTES = 1_024 * 1_024;
/** How long clients may take to say goodbye. */
const GOODBYE_MS = 200;

/** Starts to listen; resolves when it does, rejects when the port is taken. */
export async function startVenueServer(options: VenueServerOptions): Promise<VenueServer> {
  const { clock } = options;
  const door = createSocketDoor();
  let world: World | null = null;

  const advance = (): void => {
    const nowMs = clock.now();
    const originMs = clock.worldOriginMs();
    if (nowMs === null || originMs === null) return;
    world ??= options.makeWorld(originMs, nowMs);
    world.advanceTo(nowMs);
  };
  const clockRoutes = createClockRoutes(clock, advance);
  const answer = (request: VenueRequest): VenueResponse => {
    if (request.path === '/health') {
      return json(200, { status: 'ok', clock: world === null ? 'unset' : 'set', connections: door.count() });
    }
    const nowMs = clock.now();
    const control = clockRoutes.handle(request, nowMs ?? 0);
    if (control !== null) return control;
    if (world === null || nowMs === null) return json(425, { error: 'no time yet' });
    for (const routes of world.routes) {
      const response = routes.handle(request, nowMs);
      if (response !== null) return response;
    }
    return json(404, { error: 'not found' });
  };
  const save = (stopped: boolean): void => {
    clock.save(stopped);
    const accounts = stopped || options.store?.isDue() ? world?.dump() : null;
    if (accounts !== null && accounts !== undefined) options.store?.write(accounts);
  };
  advance();
  const server = createServer((request, response) => receive(request, response, answer));
  server.on('upgrade', (request, socket, head) => door.upgrade(world?.feeds ?? null, request, socket, head));
  await listen(server, options.port);

  const timers = [
    setInterval(advance, TURN_EVERY_MS),
    setInterval(() => save(false), SAVE_EVERY_MS),
    setInterval(() => door.ping(), PING_EVERY_MS),
  ];
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      for (const timer of timers) clearInterval(timer);
      save(true);
      door.closeAll();
      const drop = setTimeout(() => {
        door.dropAll();
        server.closeAllConnections();
      }, GOODBYE_MS);
      await new Promise<void>((resolve) => server.close(() => resolve()));
      clearTimeout(drop);
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => resolve());
  });
}

/** Reads a request whole, and writes what `answer` makes of it. */
function receive(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (request: VenueRequest) => VenueResponse,
): void {
  const parts: Buffer[] = [];
  let bytes = 0;
  request.on('data', (part: Buffer) => {
    bytes += part.length;
    if (bytes <= MAX_BODY_BYTES) parts.push(part);
  });
  request.on('end', () => {
    const url = new URL(request.url ?? '/', `http://${HOST}`);
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const answered =
      bytes > MAX_BODY_BYTES
        ? json(413, { error: 'body is too large' })
        : answer({
            method: request.method ?? 'GET',
            path: url.pathname,
            query: url.searchParams,
            body: Buffer.concat(parts).toString('utf8'),
            headers,
          });
    const { delayMs } = answered;
    if (delayMs === undefined) write(answered, request, response);
    else setTimeout(() => write(answered, request, response), delayMs);
  });
}

function write(
  { status, headers, body, drop }: VenueResponse,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (drop === true) request.socket.destroy();
  else response.writeHead(status, headers).end(body);
}
