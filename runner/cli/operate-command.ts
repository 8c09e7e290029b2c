/** The verbs of an operator on the command line. */
import { setTimeout as sleep } from 'node:timers/promises';
import { confirm, isCancel } from '@clack/prompts';
import { type Command, InvalidArgumentError } from 'commander';
import type { CommandKind } from '../../core/protocol/series-status.ts';
import { type OperateOptions, type OperatePorts, operate } from './operate.ts';

const VERBS: Readonly<Record<CommandKind, string>> = {
  pause: 'no opening orders; resting orders are cancelled, positions kept',
  flatten: 'cancels, merges complete sets and leaves positions where that is not too dear',
  kill: 'nothing but cancels is sent until resume; asks nothing',
  resume: 'trades again, as far as every other restriction allows',
};

interface Flags {
  readonly series?: string;
  readonly account?: boolean;
  readonly url?: string;
  readonly tokenFile?: string;
  readonly json?: boolean;
  readonly yes?: boolean;
  readonly timeout?: number;
}

/** Adds `pause`, `flatten`, `kill` and `resume` to the program. Status 1: not done yet, or refused. */
export function addOperatorCommands(program: Command): void {
  for (const [kind, description] of Object.entries(VERBS) as [CommandKind, string][]) {
    program
      .command(kind)
      .description(description)
      .option('--series <slug>', 'one series')
      .option('--account', 'every series of the account, which is the default')
      .option('--url <url>', 'where the API is (default: the last `make run`)')
      .option('--token-file <file>', 'tokens.json of a run folder, or a file with the operator token alone')
      .option('--timeout <seconds>', 'stop watching after this; the command stands', seconds)
      .option('--yes', 'ask nothing')
      .option('--json', 'print the result as one line of JSON')
      .action(async (flags: Flags) => {
        if (flags.account === true && flags.series !== undefined)
          program.error('Give --series or --account, not both.');
        const options: OperateOptions = { ...flags, timeoutSeconds: flags.timeout };
        if (!(await operate(kind, options, terminalPorts()))) process.exitCode = 1;
      });
  }
}

function seconds(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('It must be a number of seconds above 0.');
  return value;
}

/** The ports of a terminal. */
export function terminalPorts(): OperatePorts {
  return {
    fetch: (url, init) => fetch(url, init),
    print: (line) => void process.stdout.write(`${line}\n`),
    report: (line) => void process.stderr.write(`${line}\n`),
    async confirm(question) {
      if (!process.stdin.isTTY) return null;
      const answer = await confirm({ message: question, initialValue: false });
      return !isCancel(answer) && answer;
    },
    sleep: (ms) => sleep(ms),
    monotonicMs: () => performance.now(),
    commandId: () => `cli-${crypto.randomUUID()}`,
    environment: process.env,
  };
}
