/** The command line as a process of its own, beside a run. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { operatorToken } from './run-api.ts';
import { NODE, ROOT, type RunProcess } from './run-process.ts';

export interface CliEnd {
  /** 0: yes; 1: no, or not everything was done; 2: it could not be found out. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Settings by which a command means the account of this run. `venueUrl`: of its embedded venue. */
export function cliEnvironment(run: RunProcess, venueUrl: string): Readonly<Record<string, string>> {
  return {
    MODE: 'sim',
    EMBEDDED_VENUE_URL: venueUrl,
    WORKER_URL: run.url,
    STATE_FOLDER: join(run.folder, 'runner'),
    POLY_PRIVATE_KEY_FILE: join(run.folder, 'wallet.key'),
    ADMIN_TOKEN_OPERATOR: operatorToken(run),
  };
}

/** Runs a command to its end, whatever that is. */
export function runCli(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<CliEnd> {
  const options = {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...environment },
  };
  const words = ['--disable-warning=ExperimentalWarning', 'runner/cli/main.ts', ...args];
  return new Promise((resolve, reject) => {
    const child = execFile(NODE, words, options, (_error, stdout, stderr) => {
      if (child.exitCode === null) reject(new Error(`cli ${args.join(' ')} did not end by itself: ${stderr}`));
      else resolve({ status: child.exitCode, stdout, stderr });
    });
  });
}
