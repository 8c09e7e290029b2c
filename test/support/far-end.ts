/**
 * A real HTTP server on the loopback that stands for the venue behind a real network: it answers what it is told, and misbehaves below
 * HTTP where it is told to.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface FarEndRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What becomes of one request that has arrived whole. */
export type FarEndAnswer =
  | {
      readonly kind: 'answer';
      readonly status?: number;
      readonly headers?: Record<string, string>;
      readonly body: string;
    }
  /** Nothing ever comes. */
  | { readonly kind: 'hang' }
  /** The connection is reset, before or amid the answer. */
  | { readonly kind: 'reset' }
  | { readonly kind: 'reset-mid-body'; readonly body: string }
  /** The connection ends in order before the stated length is reached. */
  | { readonly kind: 'truncated'; readonly body: string }
  /** Headers at once, then nothing. */
  | { readonly kind: 'stall-mid-body'; readonly body: string }
  /** The whole answer comes twice on the connection. */
  | { readonly kind: 'duplicate'; readonly body: string };

export interface FarEnd {
  readonly url: string;
  readonly port: number;
  /** Whole requests, in order of arrival. */
  readonly requests: readonly FarEndRequest[];
  /** Connections that were ever accepted, and the ports that they came from. */
  readonly connections: readonly number[];
  /** Decides on every request from here on. */
  answerWith(decide: (request: FarEndRequest) => FarEndAnswer): void;
  /** Resolves when so many requests have arrived in all. */
  received(count: number): Promise<void>;
  close(): Promise<void>;
}

/** Starts the server on a free port. It answers `null` until told otherwise. */
export async function startFarEnd(): Promise<FarEnd> {
  const requests: FarEndRequest[] = [];
  const connections: number[] = [];
  const sockets = new Set<Socket>();
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  let decide: (request: FarEndRequest) => FarEndAnswer = () => ({ kind: 'answer', body: 'null' });

  const server = createServer({ keepAliveTimeout: 60_000 }, (message, response) => {
    void readRequest(message).then((request) => {
      requests.push(request);
      for (const { count, resolve } of waiting) if (requests.length >= count) resolve();
      misbehave(decide(request), message, response);
    });
  });
  server.on('connection', (socket) => {
    connections.push(socket.remotePort ?? 0);
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // A reset by either side is part of the test.
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    connections,
    answerWith(next) {
      decide = next;
    },
    received(count) {
      if (requests.length >= count) return Promise.resolve();
      return new Promise((resolve) => waiting.push({ count, resolve }));
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function readRequest(message: IncomingMessage): Promise<FarEndRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) headers[name] = String(value);
  return {
    method: message.method ?? '',
    url: message.url ?? '',
    headers,
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

function misbehave(answer: FarEndAnswer, message: IncomingMessage, response: ServerResponse): void {
  const { socket } = message;
  const json = { 'content-type': 'application/json' };
  switch (answer.kind) {
    case 'answer':
      response.writeHead(answer.status ?? 200, { ...json, ...answer.headers });
      response.end(answer.body);
      return;
    case 'hang':
      return;
    case 'reset':
      socket.resetAndDestroy();
      return;
    case 'reset-mid-body':
    case 'truncated':
    case 'stall-mid-body': {
      response.writeHead(200, { ...json, 'content-length': Buffer.byteLength(answer.body) });
      response.write(answer.body.slice(0, answer.body.length / 2), () => {
        if (answer.kind === 'reset-mid-body') socket.resetAndDestroy();
        if (answer.kind === 'truncated') socket.end();
      });
      return;
    }
    case 'duplicate': {
      const length = Buffer.byteLength(answer.body);
      const whole = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n${answer.body}`;
      socket.write(whole + whole);
      return;
    }
  }
}
