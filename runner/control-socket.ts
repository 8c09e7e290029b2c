/**
 * How the command line speaks to a runner that is up: a socket in the state folder that only its user can open (RUNTIME §7). One line of
 * JSON in, one line out, and closed.
 */
import { chmodSync, existsSync, rmSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import * as z from 'zod';
import { isSeriesSlug, type SeriesSlug } from '../core/model/identifiers.ts';
import { err, ok, type Result } from '../core/model/result.ts';

const scope = z.custom<SeriesSlug>(isSeriesSlug, 'a series slug').nullable();
const requestSchema = z.discriminatedUnion('command', [
  z.strictObject({ command: z.literal('status') }),
  /** Cancels everything of the account (`series` null) or of one series. */
  z.strictObject({ command: z.literal('cancel'), series: scope }),
  /** Ends the process in order, as SIGTERM does. */
  z.strictObject({ command: z.literal('drain') }),
  z.strictObject({ command: z.literal('redeem') }),
  /** Unwraps all pUSD and sends all USDC.e to the runner's own `CASHOUT_DEST`: no address and no amount comes over the socket. */
  z.strictObject({ command: z.literal('cash-out') }),
  z.strictObject({
    command: z.literal('latch'),
    verb: z.enum(['pause', 'flatten', 'kill', 'resume']),
    series: scope,
    commandId: z.string().min(1),
  }),
]);

export type ControlRequest = z.infer<typeof requestSchema>;
export type ControlAnswer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: string };

export interface ControlSocket {
  close(): void;
}

const MAX_REQUEST_CHARS = 4_096;
/** A person waits for the answer: a drain takes 40 s and a reconciliation. */
const ASK_WITHIN_MS = 60_000;

/** Listens at `path`; resolves once it does. A socket that a dead process has left is taken over: the folder's lock is ours. */
export function listenForControl(
  path: string,
  answer: (request: ControlRequest) => Promise<unknown>,
): Promise<ControlSocket> {
  if (existsSync(path)) rmSync(path);
  const server = createServer((socket) => {
    let text = '';
    socket.setEncoding('utf8');
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: string) => {
      text += chunk;
      const end = text.indexOf('\n');
      if (end < 0) {
        if (text.length > MAX_REQUEST_CHARS) socket.destroy();
        return;
      }
      socket.removeAllListeners('data');
      respond(text.slice(0, end), answer).then(
        (line) => socket.end(`${line}\n`),
        () => socket.destroy(),
      );
    });
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      chmodSync(path, 0o600);
      resolve({
        close() {
          server.close();
          rmSync(path, { force: true });
        },
      });
    });
  });
}

async function respond(line: string, answer: (request: ControlRequest) => Promise<unknown>): Promise<string> {
  let result: ControlAnswer;
  try {
    const request = requestSchema.safeParse(JSON.parse(line));
    result = request.success
      ? { ok: true, value: await answer(request.data) }
      : { ok: false, error: `The request cannot be read: ${request.error.issues[0]?.message ?? ''}.` };
  } catch (error) {
    result = { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
  return JSON.stringify(result);
}

/** Asks the runner behind `path`. `no-runner`: nobody listens there. */
export function askRunner(path: string, request: ControlRequest): Promise<Result<unknown, string>> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    let text = '';
    socket.setEncoding('utf8');
    socket.setTimeout(ASK_WITHIN_MS, () => {
      socket.destroy();
      resolve(err(`The runner has not answered within ${ASK_WITHIN_MS / 1_000} s.`));
    });
    socket.once('connect', () => void socket.write(`${JSON.stringify(request)}\n`));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      const isAbsent = error.code === 'ENOENT' || error.code === 'ECONNREFUSED';
      resolve(err(isAbsent ? 'no-runner' : error.message));
    });
    socket.on('data', (chunk: string) => {
      text += chunk;
    });
    socket.once('end', () => {
      try {
        const answer = JSON.parse(text) as ControlAnswer;
        resolve(answer.ok ? ok(answer.value) : err(answer.error));
      } catch {
        resolve(err('The runner ended before it answered.'));
      }
    });
  });
}
