/**
 * `cli cashout`: every position left or redeemed, all pUSD unwrapped, all USDC.e sent to `CASHOUT_DEST`, which stands in this machine's
 * own settings and nowhere else (DESIGN §3.14). Each step looks at what there is and does what is left: run again, it goes on.
 */
import { isSameAddress } from '../../core/model/address.ts';
import { formatMicro } from '../../core/model/money.ts';
import type { ChainAccount } from '../chain/chain-account.ts';
import { type AccountBalance, readAccountBalance } from './account-balance.ts';
import type { AccessOptions } from './api-access.ts';
import { cancelUntilNone } from './cancel.ts';
import { type CashoutPlan, describePlan, hasPositionSteps, planCashout } from './cashout-plan.ts';
import { CliProblem } from './cli-problem.ts';
import { leavePosition, waitForSettlement } from './leave-position.ts';
import { operate } from './operate.ts';
import { moneyOf, rampInSteps } from './ramp.ts';
import { openChainAccount, openChainReader } from './session/chain-access.ts';
import { type ClobAccess, openClob } from './session/clob-access.ts';
import { chainFailureText } from './session/failure-text.ts';
import { type AccountHold, holdAccount, tellRunner } from './session/hold-account.ts';
import type { Session } from './session/session.ts';
import { type AccountWallet, openWallet } from './session/wallet-access.ts';

export interface CashoutOptions extends AccessOptions {
  readonly yes?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
}

/** Rounds of leaving, settling and merging; what is left after so many is held and said. */
const MAX_ROUNDS = 5;
/** Windows in one transaction at most, as the chain account takes them. */
const REDEEM_BATCH = 10;

/** Shows the plan, asks, carries it out. `false`: something is held and has to be fetched later. Throws `CliProblem`. */
export async function cashout(session: Session, options: CashoutOptions): Promise<boolean> {
  const { out, settings } = session;
  const destination = settings.cashoutDest;
  if (destination === null) {
    throw new CliProblem(
      'CASHOUT_DEST must be set in this machine’s own settings: the address that the money goes to.',
    );
  }
  const wallet = await openWallet(session);
  if (isSameAddress(destination, wallet.address)) {
    throw new CliProblem('CASHOUT_DEST is the wallet itself: set it to where the money shall go.');
  }
  const access = await openClob(session);
  const balance = await balanceOf(session, access, wallet);
  const plan = await planCashout(session, access.clob, balance);
  for (const line of describePlan(plan, destination)) out.line(line);
  if (options.dryRun === true) {
    out.result({ done: false, dryRun: true, destination, plan: planJson(plan) });
    return true;
  }
  const question = `Do all of this, and send the money to ${destination}?`;
  if (!(await session.agree(question, options.yes === true))) return false;
  const hold = await holdAccount(session, options);
  if (hold.runnerIsUp && hasPositionSteps(plan)) await leaveThroughRunner(session, plan, hold, options);
  await cancelUntilNone(session, access.clob, hold, null, false);
  if (hold.runnerIsUp) return sendThroughRunner(session, wallet, access, destination);
  const account = openChainAccount(session, wallet);
  const held = await leaveEverything(session, access, wallet, account);
  const transactions = await sendAway(session, account, wallet, destination);
  for (const { name, sizeMicro, reason } of held)
    out.line(`HELD       ${formatMicro(sizeMicro)} of ${name}: ${reason}`);
  const sent = transactions.sentMicro;
  out.line(`sent       ${formatMicro(sent)} USDC.e to ${destination}`);
  out.result({ done: held.length === 0, destination, sentMicro: sent, transactions: transactions.hashes, held });
  return held.length === 0;
}

function balanceOf(session: Session, { clob }: ClobAccess, wallet: AccountWallet): Promise<AccountBalance> {
  const reader = openChainReader(session, wallet.address, wallet.signer.address);
  return readAccountBalance(session, clob, reader, wallet.address);
}

/** Redeems, merges and leaves, round by round, until nothing is left that can be done now; what is held then. */
async function leaveEverything(
  session: Session,
  access: ClobAccess,
  wallet: AccountWallet,
  account: ChainAccount,
): Promise<CashoutPlan['held']> {
  let plan = await planCashout(session, access.clob, await balanceOf(session, access, wallet));
  for (let round = 0; round < MAX_ROUNDS && hasPositionSteps(plan); round++) {
    for (let start = 0; start < plan.redeem.length; start += REDEEM_BATCH) {
      const batch = plan.redeem.slice(start, start + REDEEM_BATCH);
      const done = await account.redeem(batch.map(({ conditionId }) => conditionId));
      if (!done.ok) throw new CliProblem(`Redeeming: ${chainFailureText(done.error)}.`);
      session.out.line(`redeemed   ${batch.map(({ slug }) => slug).join(', ')}   ${done.value.transactionHash}`);
    }
    for (const { conditionId, slug, sizeMicro } of plan.merges) {
      const done = await account.merge(conditionId, sizeMicro);
      if (!done.ok) throw new CliProblem(`Merging ${slug}: ${chainFailureText(done.error)}.`);
      session.out.line(`merged     ${formatMicro(sizeMicro)} sets of ${slug}   ${done.value.transactionHash}`);
    }
    for (const leave of plan.leaves) await leavePosition(session, access, wallet, leave);
    await waitForSettlement(session, access.clob, plan.leaves);
    plan = await planCashout(session, access.clob, await balanceOf(session, access, wallet));
  }
  const left = plan.leaves.map(({ rules, outcome, sizeMicro }) => ({
    name: `${rules.market.slug} ${outcome}`,
    sizeMicro,
    reason: `${MAX_ROUNDS} orders did not find anybody for it`,
  }));
  return [...plan.held, ...left];
}

/** Unwraps all pUSD, then sends all USDC.e. */
async function sendAway(
  session: Session,
  account: ChainAccount,
  wallet: AccountWallet,
  destination: string,
): Promise<{ readonly sentMicro: number; readonly hashes: readonly string[] }> {
  const hashes: string[] = [];
  const { pusdMicro } = await moneyOf(account);
  if (pusdMicro > 0) {
    const unwrapped = await rampInSteps(session, account, wallet.address, 'unwrap', pusdMicro);
    if (!unwrapped.ok) throw new CliProblem(`${unwrapped.error} Run \`cli cashout\` again to go on.`);
    hashes.push(...unwrapped.value);
    session.out.line(`unwrapped  ${formatMicro(pusdMicro)} pUSD`);
  }
  const { usdceMicro } = await moneyOf(account);
  if (usdceMicro === 0) return { sentMicro: 0, hashes };
  const sent = await account.transferUsdce(usdceMicro, destination);
  if (!sent.ok) throw new CliProblem(`Sending: ${chainFailureText(sent.error)}.`);
  return { sentMicro: usdceMicro, hashes: [...hashes, sent.value.transactionHash] };
}

/** A runner that is up leaves positions and redeems by itself: its object decides how, and its ledger has to know of it. */
async function leaveThroughRunner(
  session: Session,
  plan: CashoutPlan,
  hold: AccountHold,
  access: AccessOptions,
): Promise<void> {
  if (plan.redeem.length > 0) await tellRunner(session, { command: 'redeem' });
  if (plan.merges.length + plan.leaves.length === 0) return;
  if (hold.via !== 'api') {
    throw new CliProblem(
      'The runner holds positions, and the API, through which they are left, cannot be reached: give --url and --token-file, or stop the runner and run this again.',
    );
  }
  const { out, environment } = session;
  const url = access.url ?? (environment['WORKER_URL'] || undefined);
  const done = await operate(
    'flatten',
    { url, tokenFile: access.tokenFile, yes: true },
    {
      fetch: (address, init) => fetch(address, init),
      print: out.line,
      report: out.note,
      confirm: () => Promise.resolve(true),
      sleep: session.sleep,
      monotonicMs: session.clock.monotonicMs,
      commandId: () => `cli-${session.random.hex(8)}`,
      environment,
    },
  );
  if (!done) throw new CliProblem('Not every position is left yet: run `cli cashout` again to go on.');
}

/** The runner's own wallet sends: it has the account's nonce. */
async function sendThroughRunner(
  session: Session,
  wallet: AccountWallet,
  access: ClobAccess,
  destination: string,
): Promise<boolean> {
  const { out } = session;
  const before = await balanceOf(session, access, wallet);
  const answer = await tellRunner(session, { command: 'cash-out' });
  const plan = await planCashout(session, access.clob, await balanceOf(session, access, wallet));
  out.line(`sent       by the runner, to ${destination}`);
  out.result({
    done: plan.held.length === 0,
    destination,
    runner: answer,
    pusdBeforeMicro: before.pusdMicro,
    held: plan.held,
  });
  return plan.held.length === 0;
}

function planJson({ leaves, ...plan }: CashoutPlan): object {
  return {
    ...plan,
    leaves: leaves.map(({ rules, outcome, sizeMicro, exits }) => ({
      slug: rules.market.slug,
      outcome,
      sizeMicro,
      exits,
    })),
  };
}
