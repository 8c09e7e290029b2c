/** Runs the project's own checks one after another, with progress, and counts them. */
import { spawn } from 'node:child_process';

export interface StepResult {
  readonly name: string;
  readonly ok: boolean;
  readonly seconds: number;
}

/** Runs a command with its output shown; resolves with whether it ended with status 0. */
export function runStep(name: string, command: string, args: readonly string[]): Promise<StepResult> {
  const startedMs = performance.now();
  process.stdout.write(`── ${name}\n`);
  return new Promise((resolve) => {
    const child = spawn(command, [...args], { stdio: ['ignore', 'inherit', 'inherit'] });
    const finish = (ok: boolean) => {
      const seconds = (performance.now() - startedMs) / 1000;
      process.stdout.write(`   ${ok ? 'ok' : 'FAILED'} (${seconds.toFixed(1)} s)\n`);
      resolve({ name, ok, seconds });
    };
    child.on('error', (error) => {
      process.stdout.write(`   ${command} cannot be started: ${error.message}\n`);
      finish(false);
    });
    child.on('exit', (code) => finish(code === 0));
  });
}
