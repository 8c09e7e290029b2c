/** The configuration on the command line. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import type { Command } from 'commander';
import { applyConfig, checkConfig, configJson, showConfig } from './config.ts';
import type { ConfigSources } from './config-context.ts';
import { terminalPorts } from './operate-command.ts';

interface Flags {
  readonly json?: boolean;
  readonly series?: string;
  readonly url?: string;
  readonly tokenFile?: string;
  readonly yes?: boolean;
}

const ROOT = resolve(import.meta.dirname, '../..');
const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** Adds `config check`, `show`, `json` and `apply`. Status 1: it is not in order, or a series has refused it. */
export function addConfigCommands(program: Command): void {
  const config = program.command('config').description('strategy and risk: poly-edge.toml, over its defaults');
  config
    .command('check [file]')
    .description('what is wrong with it; else the smallest bankroll in which one order fits, and how many')
    .option('--json', 'print the result as one line of JSON')
    .action((file: string | undefined, flags: Flags) => {
      if (!checkConfig(sourcesOf(file), flags.json === true, print)) process.exitCode = 1;
    });
  config
    .command('show [file]')
    .description('every setting with its value, and where that comes from')
    .option('--json', 'print the result as one line of JSON')
    .action((file: string | undefined, flags: Flags) => {
      if (!showConfig(sourcesOf(file), flags.json === true, print)) process.exitCode = 1;
    });
  config
    .command('json [file]')
    .description('the file as one line of JSON, which a deployment takes as STRATEGY_CONFIG')
    .action((file: string | undefined) => print(configJson(sourcesOf(file))));
  config
    .command('apply [file]')
    .description('puts it in force in a running series, journalled and over restarts; asks first')
    .option('--series <slug>', 'one series (default: all of SERIES)')
    .option('--url <url>', 'where the API is (default: the last `make run`)')
    .option('--token-file <file>', 'tokens.json of a run folder, or a file with the operator token alone')
    .option('--yes', 'ask nothing')
    .option('--json', 'print the result as one line of JSON')
    .action(async (file: string | undefined, flags: Flags) => {
      if (!(await applyConfig(sourcesOf(file), flags, terminalPorts()))) process.exitCode = 1;
    });
}

function sourcesOf(file: string | undefined): ConfigSources {
  const dotEnv = resolve(ROOT, '.env');
  return {
    environment: process.env,
    dotEnv: existsSync(dotEnv) ? parseEnv(readFileSync(dotEnv, 'utf8')) : {},
    root: ROOT,
    // What a person names on the command line is meant from where they stand.
    file: file === undefined ? undefined : resolve(file),
  };
}
