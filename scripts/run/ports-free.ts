/** Whether the ports are free, found out by binding them: what would fail later fails here, with a sentence. */
import { createServer } from 'node:net';
import { RunProblem } from './problem.ts';

const HOST = '127.0.0.1';

/** Throws `RunProblem` when `port` is taken or may not be used; `name` is the setting that changes it. */
export async function requireFreePort(name: string, port: number): Promise<void> {
  const code = await tryToBind(port);
  if (code === null) return;
  if (code === 'EADDRINUSE') {
    throw new RunProblem(
      `Port ${port} on ${HOST} is in use, perhaps by another \`make run\`: stop that, or set ${name} to another port.`,
    );
  }
  throw new RunProblem(`Port ${port} on ${HOST} cannot be used (${code}): set ${name} to another port.`);
}

function tryToBind(port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, HOST, () => server.close(() => resolve(null)));
  });
}
