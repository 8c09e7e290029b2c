/** A local EVM: anvil from its npm package, on a free port of loopback, as chain 137. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const PROGRAM = join(import.meta.dirname, '../../node_modules/.bin/anvil');

/** False where the package has no binary for this platform. */
export const hasAnvil = existsSync(PROGRAM);

export interface Anvil {
  readonly url: string;
  /** A raw call, for the chain's own controls (mine, snapshot, reorg). Throws when the node refuses. */
  call(method: string, params?: readonly unknown[]): Promise<unknown>;
  stop(): Promise<void>;
}

/** Starts it; resolves when it listens. `blockTimeSeconds`: 0 mines each transaction at once. */
export async function startAnvil(): Promise<Anvil> {
  const child = spawn(PROGRAM, ['--port', '0', '--chain-id', '137', '--host', '127.0.0.1'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`anvil ended with ${code}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /^Listening on 127\.0\.0\.1:(\d+)/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  const url = `http://127.0.0.1:${port}`;
  let id = 0;
  return {
    url,
    async call(method, params = []) {
      const body = JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params });
      const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
      const answer = (await response.json()) as {
        readonly result?: unknown;
        readonly error?: { readonly message: string };
      };
      if (answer.error !== undefined) throw new Error(`${method}: ${answer.error.message}`);
      return answer.result;
    },
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}
