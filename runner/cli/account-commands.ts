/** The commands about the account: wallet, keys, balance, cancel, cashout, doctor, livetest. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { confirm, isCancel } from '@clack/prompts';
import { type Command, Option } from 'commander';
import * as z from 'zod';
import { parseAmount } from './amount-argument.ts';
import { balance } from './balance.ts';
import { cancel } from './cancel.ts';
import { cashout } from './cashout.ts';
import { CliProblem, messageOf } from './cli-problem.ts';
import { doctor } from './doctor/doctor.ts';
import { keysCreate, keysDerive, keysRevoke } from './keys.ts';
import { livetest } from './livetest.ts';
import { livetestFacts } from './livetest-facts.ts';
import { type RampDirection, ramp } from './ramp.ts';
import type { Environment } from './session/cli-settings.ts';
import { openSession, type Session, type SessionIo, type SessionParts } from './session/session.ts';
import { walletApprove, walletRevoke, walletStatus } from './wallet.ts';
import { walletCreate } from './wallet-create.ts';

export interface AccountCommandPorts {
  readonly io: () => SessionIo;
  readonly parts?: SessionParts;
  /** Hears whether the answer was yes. */
  onEnd(ok: boolean): void;
}

interface Flags {
  readonly json?: boolean;
  readonly yes?: boolean;
}
interface AccessFlags extends Flags {
  readonly url?: string;
  readonly tokenFile?: string;
}

/** Adds the commands to the program. Status 1: the answer is no, or not everything was done. */
export function addAccountCommands(program: Command, ports: AccountCommandPorts): void {
  const run = async (json: boolean | undefined, command: (session: Session) => Promise<boolean>): Promise<void> => {
    const io = ports.io();
    const session = await openSession(io, json === true, ports.parts ?? {});
    try {
      ports.onEnd(await command(session));
    } catch (error) {
      const said = messageOf(error);
      const cleaned = session.out.clean(said);
      // Without the original: its words are what must not be shown.
      throw cleaned === said ? error : new CliProblem(cleaned);
    } finally {
      await session.close();
    }
  };
  addWallet(program, run);
  addKeys(program, run);
  withJson(
    program.command('balance').description('money, shares, open orders, what they reserve, what can be redeemed'),
  ).action((flags: Flags) => run(flags.json, balance));
  withAccess(
    program
      .command('cancel')
      .description('pauses, cancels everything or one market, and looks twice that nothing is open'),
  )
    .option('--market <slug|condition>', 'one market')
    .option('--once', 'be content with one empty listing')
    .action((flags: AccessFlags & { readonly market?: string; readonly once?: boolean }) =>
      run(flags.json, (session) => cancel(session, flags)),
    );
  withYes(
    withAccess(
      program
        .command('cashout')
        .description(
          'leaves or redeems every position, unwraps, and sends all USDC.e to CASHOUT_DEST of this machine’s own settings',
        ),
    ),
  )
    .option('--dry-run', 'only show what would be done')
    .action((flags: AccessFlags & { readonly dryRun?: boolean }) =>
      run(flags.json, (session) => cashout(session, flags)),
    );
  withAccess(
    program
      .command('doctor')
      .description('looks at everything that trading needs, one line each; status 1 when something is wrong'),
  ).action((flags: AccessFlags) => run(flags.json, (session) => doctor(session, flags)));
  withYes(
    withAccess(
      program
        .command('livetest')
        .description(
          'one post-only order far from the market: seen resting, cancelled, seen gone; --facts settles what is not known of the venue',
        ),
    ),
  )
    .option('--facts', 'settle the unknowns of the venue with small orders, and write them into a dated file')
    .option('--budget <usdc>', 'with --facts: what may be spent at the worst', '5')
    .option('--patience <seconds>', 'with --facts: how long a window’s end may be waited for', '900')
    .action((flags: AccessFlags & { readonly facts?: boolean; readonly budget: string; readonly patience: string }) =>
      run(flags.json, (session) =>
        flags.facts === true
          ? livetestFacts(session, {
              ...flags,
              budgetMicro: parseAmount('--budget', flags.budget),
              patienceSeconds: parseSeconds('--patience', flags.patience),
            })
          : livetest(session, flags),
      ),
    );
}

type Run = (json: boolean | undefined, command: (session: Session) => Promise<boolean>) => Promise<void>;

function addWallet(program: Command, run: Run): void {
  const wallet = program.command('wallet').description('the wallet that holds the money');
  withJson(
    wallet.command('create').description('makes a key file, and with --type deposit the deposit wallet; prints no key'),
  )
    .addOption(
      new Option('--type <type>', 'deposit: what new accounts need; eoa: the key’s own address')
        .choices(['deposit', 'eoa'])
        .default('deposit'),
    )
    .option(
      '--key-file <file>',
      'where the key is kept (default: POLY_PRIVATE_KEY_FILE, else wallet.key in STATE_FOLDER)',
    )
    .option('--use-existing', 'go on with a key file that is there')
    .action(
      (
        flags: Flags & { readonly type: 'deposit' | 'eoa'; readonly keyFile?: string; readonly useExisting?: boolean },
      ) => run(flags.json, (session) => walletCreate(session, flags)),
    );
  withJson(wallet.command('status').description('address, type, money and approvals')).action((flags: Flags) =>
    run(flags.json, walletStatus),
  );
  withYes(
    withJson(
      wallet.command('approve').description('lets the venue’s contracts take what trading needs, for exact amounts'),
    ),
  )
    .option('--amount <pusd>', 'what the exchange may take (default: RUNNER_BANKROLL_USDC)')
    .option('--unlimited', 'no limit: whatever the wallet will ever hold')
    .action((flags: Flags & { readonly amount?: string; readonly unlimited?: boolean }) => {
      if (flags.amount !== undefined && flags.unlimited === true)
        program.error('Give --amount or --unlimited, not both.');
      const amountMicro = flags.amount === undefined ? undefined : parseAmount('--amount', flags.amount);
      return run(flags.json, (session) => walletApprove(session, { ...flags, amountMicro }));
    });
  withYes(withJson(wallet.command('revoke').description('takes every approval back'))).action((flags: Flags) =>
    run(flags.json, (session) => walletRevoke(session, flags)),
  );
  for (const direction of ['wrap', 'unwrap'] as const satisfies readonly RampDirection[]) {
    const what = direction === 'wrap' ? 'turns USDC.e into pUSD' : 'turns pUSD into USDC.e';
    withYes(withJson(wallet.command(direction).description(`${what}, one for one; a cent goes first`)))
      .argument('<amount>', 'in USDC, such as 25')
      .action((amount: string, flags: Flags) =>
        run(flags.json, (session) => ramp(session, direction, parseAmount('The amount', amount), flags)),
      );
  }
}

function addKeys(program: Command, run: Run): void {
  const keys = program.command('keys').description('the venue’s API keys; secrets go into files and are never printed');
  const commands = {
    create: ['makes the key that trades, and one that only reads', keysCreate],
    derive: ['finds the key that the account has', keysDerive],
    revoke: ['revokes the keys and deletes their files', keysRevoke],
  } as const;
  for (const [name, [description, command]] of Object.entries(commands)) {
    withYes(withJson(keys.command(name).description(description)))
      .option('--file <file>', 'where the credentials are kept (default: in STATE_FOLDER)')
      .action((flags: Flags & { readonly file?: string }) => run(flags.json, (session) => command(session, flags)));
  }
}

const withJson = (command: Command): Command => command.option('--json', 'print the result as one line of JSON');
const withYes = (command: Command): Command => command.option('--yes', 'ask nothing');
const withAccess = (command: Command): Command =>
  withJson(command)
    .option('--url <url>', 'where the API is (default: WORKER_URL, else the last `make run`)')
    .option('--token-file <file>', 'tokens.json of a run folder, or a file with the operator token alone');

function parseSeconds(name: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new CliProblem(`${name} must be a number of seconds above 0.`);
}

const ROOT = resolve(import.meta.dirname, '../..');
const currentRunSchema = z.object({
  runner: z.record(z.string(), z.string()).nullish(),
  withheld: z.array(z.string()).default([]),
});

/** The terminal, and the settings: the environment, over `.env`, over what the last `make run` gave its runner. */
export function terminalIo(): SessionIo {
  return {
    environment: commandEnvironment(process.env),
    write: (line) => void process.stdout.write(`${line}\n`),
    writeNote: (line) => void process.stderr.write(`${line}\n`),
    async confirm(question) {
      if (!process.stdin.isTTY) return null;
      const answer = await confirm({ message: question, initialValue: false });
      return !isCancel(answer) && answer;
    },
  };
}

function commandEnvironment(own: Environment): Environment {
  const dotEnv = resolve(ROOT, '.env');
  const fromFile = existsSync(dotEnv) ? parseEnv(readFileSync(dotEnv, 'utf8')) : {};
  const given = Object.fromEntries(Object.entries({ ...fromFile, ...own }).filter(([, value]) => value !== ''));
  const { told: run, withheld } = currentRun();
  // Whoever names another mode, or a state folder, means another account than the one of the last run.
  const isAnother = (given['MODE'] ?? run['MODE']) !== run['MODE'] || given['STATE_FOLDER'] !== undefined;
  if (isAnother) return given;
  // Without the proxy, or with another node, a command would go another way than the run does.
  const missing = withheld.filter((name) => given[name] === undefined);
  if (missing.length > 0) {
    throw new CliProblem(
      `The last run was started with ${missing.join(' and ')}, which it has not written down: set it for this command too, in the environment or in .env.`,
    );
  }
  return { ...run, ...given };
}

/** What the last `make run` told its runner, and the names of what it has not written down; nothing where it had none. */
function currentRun(): { readonly told: Environment; readonly withheld: readonly string[] } {
  const file = resolve(ROOT, '.run/current.json');
  if (!existsSync(file)) return { told: {}, withheld: [] };
  try {
    const { runner, withheld } = currentRunSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    return { told: runner ?? {}, withheld };
  } catch (cause) {
    throw new CliProblem(`${file} cannot be read (${messageOf(cause)}): delete it.`, { cause });
  }
}
