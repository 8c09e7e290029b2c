/** JSON-RPC over the runner's HTTP port: one request, one answer, no retry. Every failure is a value that says whether it can have been sent. */
import * as z from 'zod';
import { err, ok, type Result } from '../../core/model/result.ts';
import type { HttpPort } from '../ports.ts';
import { createStrikeOut, secretsOfUrl } from '../strike-out.ts';

export interface RpcFailure {
  /** `refused`: the node answered with an error; its words are in `detail`. */
  readonly kind: 'refused' | 'no-answer' | 'not-sent';
  readonly detail: string;
}

export interface JsonRpc {
  call(method: string, params: readonly unknown[]): Promise<Result<unknown, RpcFailure>>;
}

const answerSchema = z.union([
  z.object({ error: z.object({ code: z.number().optional(), message: z.string() }) }),
  z.object({ result: z.unknown() }),
]);

/** A node is asked and answers within this, wall time. */
const TIMEOUT_MS = 10_000;

/** A node at `url`. The url may hold a key of the provider: it never stands in an error. */
export function createJsonRpc(http: HttpPort, url: string): JsonRpc {
  const clean = createStrikeOut(secretsOfUrl(url));
  let id = 0;
  return {
    async call(method, params) {
      const body = JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params });
      const headers = { 'content-type': 'application/json' };
      const answer = await http.request({ method: 'POST', url, headers, body, timeoutMs: TIMEOUT_MS });
      if (!('status' in answer)) {
        return err({ kind: answer.sent ? 'no-answer' : 'not-sent', detail: `${method}: ${answer.detail}` });
      }
      const parsed = answerSchema.safeParse(parseJson(answer.body));
      if (!parsed.success) return err({ kind: 'no-answer', detail: `${method}: HTTP ${answer.status}, not JSON-RPC` });
      if ('error' in parsed.data)
        return err({ kind: 'refused', detail: `${method}: ${clean(parsed.data.error.message)}` });
      return ok(parsed.data.result);
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A proxy's HTML page: the schema refuses it.
    return undefined;
  }
}
