/** The command line: `npm run -s cli -- <command>`. Status 1: the answer is no; status 2: it could not be found out. */
import { Command } from 'commander';
import { addAccountCommands, terminalIo } from './account-commands.ts';
import { type CalibrateOptions, calibrate } from './calibrate.ts';
import { addCampaignCommands } from './campaign-command.ts';
import { CliProblem, messageOf } from './cli-problem.ts';
import { addConfigCommands } from './config-command.ts';
import { addOperatorCommands } from './operate-command.ts';
import { replay } from './replay.ts';
import { sign } from './sign.ts';
import { TAPE_INPUT_KINDS, tapeImport } from './tape-import.ts';

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const collect = (value: string, before: readonly string[]): string[] => [...before, value];

interface ReplayFlags {
  readonly series: string;
  readonly url?: string;
  readonly tokenFile?: string;
  readonly file?: string;
  readonly json?: boolean;
}

interface ImportFlags {
  readonly input: string[];
  readonly output: string;
  readonly source?: string;
  readonly from?: string;
  readonly to?: string;
}

const program = new Command('cli').description('poly-edge on the command line').exitOverride();
// The last line of an error is for a person, too.
program.configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, '')) });

program
  .command('replay')
  .description('takes every recorded decision of a series again and compares it with the record')
  .option('--series <slug>', 'the series', 'btc-updown-5m')
  .option('--url <url>', 'where the API is (default: the last `make run`)')
  .option('--token-file <file>', 'tokens.json of a run folder, or a file with the operator token alone')
  .option('--file <file>', 'read the history from this file, or keep it there when the file does not exist')
  .option('--json', 'print the result as one line of JSON')
  .action(async (flags: ReplayFlags) => {
    if (!(await replay(flags, print))) process.exitCode = 1;
  });

const kinds = Object.entries(TAPE_INPUT_KINDS)
  .map(([kind, what]) => `  ${kind.padEnd(18)}${what}`)
  .join('\n');
program
  .command('tape')
  .description('recordings')
  .command('import')
  .description('turns recordings of others into one that `make run TAPE=…` plays')
  .requiredOption('--input <kind=path>', 'a recording; may be given several times', collect, [])
  .requiredOption('--output <folder>', 'a new or empty folder')
  .option('--source <text>', 'where the recordings come from, in words')
  .option('--from <moment>', 'only what was received since then, such as 2026-07-01T12:00:00Z')
  .option('--to <moment>', 'only what was received until then')
  .addHelpText('after', `\nKinds:\n${kinds}`)
  .action(async (flags: ImportFlags) => tapeImport(flags, print));

program
  .command('sign')
  .description(
    'signs orders from standard input, one JSON object a line, and sends nothing; the key is POLY_PRIVATE_KEY',
  )
  .option('--json', 'one line of JSON for each order, which is the only form')
  .action(async () => {
    const complain = (line: string): void => void process.stderr.write(`${line}\n`);
    await sign(process.stdin.setEncoding('utf8'), process.env, print, complain);
  });

program
  .command('calibrate')
  .description("judges the pricing model on recorded prices of the settlement source, and shows each part's worth")
  .requiredOption('--ticks <file>', 'CSV, plain or gzip, with the columns feed_ts_ms and value')
  .option('--score-from-hour <hours>', 'leave windows out of the score that start earlier after the first price')
  .option('--windows <file>', 'write every probability here, as CSV')
  .option('--as-received', 'use a price from its receipt on (column recv_ms), as a trader would')
  .option('--json', 'print the result as one line of JSON')
  .action((flags: CalibrateOptions) => calibrate(flags, print));

addOperatorCommands(program);
addConfigCommands(program);
addCampaignCommands(program);
addAccountCommands(program, {
  io: terminalIo,
  onEnd: (ok) => {
    if (!ok) process.exitCode = 1;
  },
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

function exitCodeOf(error: unknown): number {
  // commander has already said what is wrong, or printed the help.
  if (error instanceof Error && 'exitCode' in error && typeof error.exitCode === 'number')
    return error.exitCode === 0 ? 0 : 2;
  process.stderr.write(`${error instanceof CliProblem ? error.message : `It failed: ${messageOf(error)}`}\n`);
  return 2;
}
