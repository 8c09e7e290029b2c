/** WebSockets over `ws`, through the same connector as HTTP: with a proxy there is no other way out. */
import { Agent as PlainAgent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import { Socket as NetSocket } from 'node:net';
import { WebSocket } from 'ws';
import { createConnector, type SocksProxy } from './clob/socks-proxy.ts';
import type { Socket, SocketHandlers, SocketsPort } from './ports.ts';

export interface NodeSocketsOptions {
  readonly proxy: SocksProxy | null;
  /** From the attempt to the open socket, proxy, TLS and upgrade included. Wall time. */
  readonly openTimeoutMs?: number;
}

const OPEN_TIMEOUT_MS = 10_000;
/** Larger messages end the connection: the largest real one (a full book) is about 20 kB. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
const CLOSE_NORMAL = 1_000;

/**
 * The port. Messages that come as bytes are read as UTF-8. What is sent before the socket is open, or after its end, is dropped: whoever
 * sends knows from `onOpen` and `onClose`.
 */
export function createNodeSockets(options: NodeSocketsOptions): SocketsPort {
  const openTimeoutMs = options.openTimeoutMs ?? OPEN_TIMEOUT_MS;
  const agents = options.proxy === null ? null : createAgents(options.proxy, openTimeoutMs);
  return {
    open(url, handlers, headers = {}) {
      const agent = agents === null ? {} : { agent: url.startsWith('wss:') ? agents.tls : agents.plain };
      const socket = new WebSocket(url, {
        headers,
        perMessageDeflate: false,
        followRedirects: false,
        maxPayload: MAX_MESSAGE_BYTES,
        ...agent,
      });
      return attach(socket, handlers, openTimeoutMs);
    },
  };
}

function attach(socket: WebSocket, handlers: SocketHandlers, openTimeoutMs: number): Socket {
  let status: number | null = null;
  let detail = '';
  // `handshakeTimeout` of ws begins when there is a connection: a proxy that stalls would never be given up.
  const timer = setTimeout(() => {
    detail = `not open within ${openTimeoutMs} ms`;
    socket.terminate();
  }, openTimeoutMs);

  socket.on('open', () => {
    clearTimeout(timer);
    handlers.onOpen();
  });
  socket.on('message', (data) => handlers.onMessage(textOf(data)));
  socket.on('unexpected-response', (_request, response) => {
    status = response.statusCode ?? null;
    socket.terminate();
  });
  // Every error is followed by `close`, which tells it.
  socket.on('error', (error) => {
    if (detail === '') detail = error.message;
  });
  socket.on('close', (code, reason) => {
    clearTimeout(timer);
    const said = reason.toString('utf8');
    handlers.onClose(code, said === '' ? detail : said, status);
  });
  return {
    send(data) {
      if (socket.readyState === WebSocket.OPEN) socket.send(data);
    },
    close(code = CLOSE_NORMAL, reason = '') {
      // A socket that is not open yet has nobody to say goodbye to.
      if (socket.readyState === WebSocket.CONNECTING) socket.terminate();
      else socket.close(code, reason);
    },
  };
}

function textOf(data: WebSocket.RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data).toString('utf8');
}

interface ConnectionOptions {
  readonly host?: string | null;
  readonly port?: number | string | null;
  readonly servername?: string | null;
}

/**
 * Agents whose connections come from the connector, whose time-out ends with the handshake: one that stayed on the socket would end an idle
 * WebSocket later.
 */
function createAgents(proxy: SocksProxy, timeoutMs: number): { readonly plain: PlainAgent; readonly tls: TlsAgent } {
  const connect = createConnector(proxy, timeoutMs);
  const through =
    (protocol: 'http:' | 'https:') =>
    (options: ConnectionOptions, done: (error: Error | null, socket?: NetSocket) => void): undefined => {
      const hostname = options.host ?? '';
      const port = String(options.port ?? '');
      const request = { hostname, host: hostname, protocol, port, ...servernameOf(options) };
      // On failure undici's connector gives no second argument at all, whatever its types say.
      connect(request, (error, socket) => {
        if (error === null && socket instanceof NetSocket) done(null, socket);
        else done(error ?? new Error('no connection'));
      });
      return undefined;
    };
  const plain = new PlainAgent();
  const tls = new TlsAgent();
  // Typed to return a stream at once; Node takes the one that the callback brings just as well.
  Object.assign(plain, { createConnection: through('http:') });
  Object.assign(tls, { createConnection: through('https:') });
  return { plain, tls };
}

function servernameOf(options: ConnectionOptions): { readonly servername?: string } {
  return typeof options.servername === 'string' && options.servername !== '' ? { servername: options.servername } : {};
}
