/**
 * A SOCKS5 server on the loopback (RFC 1928, RFC 1929): CONNECT with a name or an IPv4 address, with or without user and password, and
 * the ways in which a proxy fails. Names are resolved here and nowhere else.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** `refuse` answers CONNECT with "connection refused by destination host" (5). */
export type SocksMode = 'ok' | 'stall-greeting' | 'stall-connect' | 'refuse';

export interface SocksServer {
  readonly port: number;
  /** Destinations that were asked for, as "host:port". */
  readonly destinations: readonly string[];
  /** Connections that were ever accepted. */
  connections(): number;
  setMode(mode: SocksMode): void;
  close(): Promise<void>;
}

export interface SocksServerOptions {
  readonly credentials?: { readonly user: string; readonly password: string };
  /** Names that it knows, with the port on the loopback that they stand for. */
  readonly names?: Readonly<Record<string, number>>;
}

const VERSION = 5;
const NO_LOGIN = 0;
const PASSWORD_LOGIN = 2;
const NO_METHOD = 0xff;
const REPLY_OK = 0;
const REPLY_REFUSED = 5;
const IPV4 = 1;
const NAME = 3;

/** Starts the server on a free port. */
export async function startSocksServer(options: SocksServerOptions = {}): Promise<SocksServer> {
  const destinations: string[] = [];
  const sockets = new Set<Socket>();
  let mode: SocksMode = 'ok';
  let accepted = 0;

  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  };
  const server = createServer((socket) => {
    accepted++;
    keep(socket);
    void serve(socket);
  });

  const serve = async (socket: Socket): Promise<void> => {
    const read = createReader(socket);
    const greeting = await read(2);
    const methods = await read(greeting[1] ?? 0);
    if (mode === 'stall-greeting') return;
    const wanted = options.credentials === undefined ? NO_LOGIN : PASSWORD_LOGIN;
    if (!methods.includes(wanted)) {
      socket.end(Buffer.from([VERSION, NO_METHOD]));
      return;
    }
    socket.write(Buffer.from([VERSION, wanted]));
    if (options.credentials !== undefined && !(await isLoginGood(socket, read, options.credentials))) return;
    const { host, port } = await readDestination(read);
    destinations.push(`${host}:${port}`);
    if (mode === 'stall-connect') return;
    if (mode === 'refuse') {
      socket.end(reply(REPLY_REFUSED));
      return;
    }
    const target = connect(options.names?.[host] ?? port, '127.0.0.1');
    keep(target);
    target.on('connect', () => {
      socket.write(reply(REPLY_OK));
      socket.pipe(target);
      target.pipe(socket);
    });
    target.on('error', () => socket.end(reply(REPLY_REFUSED)));
    target.on('close', () => socket.destroy());
    socket.on('close', () => target.destroy());
  };

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    destinations,
    connections: () => accepted,
    setMode(next) {
      mode = next;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

type Reader = (count: number) => Promise<Buffer>;

/** Reads exactly so many bytes; what comes too early stays in the socket. Never resolves when the peer is gone. */
function createReader(socket: Socket): Reader {
  return async (count) => {
    if (count === 0) return Buffer.alloc(0);
    for (;;) {
      const bytes = socket.read(count) as Buffer | null;
      if (bytes !== null) return bytes;
      await once(socket, 'readable');
    }
  };
}

async function isLoginGood(
  socket: Socket,
  read: Reader,
  expected: { readonly user: string; readonly password: string },
): Promise<boolean> {
  const head = await read(2);
  const user = (await read(head[1] ?? 0)).toString('utf8');
  const length = await read(1);
  const password = (await read(length[0] ?? 0)).toString('utf8');
  const isGood = user === expected.user && password === expected.password;
  const answer = Buffer.from([1, isGood ? 0 : 1]);
  if (isGood) socket.write(answer);
  else socket.end(answer);
  return isGood;
}

async function readDestination(read: Reader): Promise<{ readonly host: string; readonly port: number }> {
  const head = await read(4);
  let host: string;
  if (head[3] === IPV4) host = [...(await read(4))].join('.');
  else if (head[3] === NAME) {
    const length = await read(1);
    host = (await read(length[0] ?? 0)).toString('utf8');
  } else throw new Error(`address type ${head[3]} is not served`);
  return { host, port: (await read(2)).readUInt16BE(0) };
}

function reply(code: number): Buffer {
  return Buffer.from([VERSION, code, 0, IPV4, 127, 0, 0, 1, 0, 0]);
}
