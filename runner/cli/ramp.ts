/**
 * `cli wallet wrap|unwrap`: USDC.e to pUSD and back, one for one. The ramps' arguments come from third parties (venue notes of
 * 2026-11-23, polymarket §7), so a cent goes first, and the rest only once both balances have moved by exactly that.
 */
import { formatMicro, type MoneyMicro } from '../../core/model/money.ts';
import { err, ok, type Result } from '../../core/model/result.ts';
import type { ChainAccount } from '../chain/chain-account.ts';
import { CliProblem } from './cli-problem.ts';
import { openChainAccount } from './session/chain-access.ts';
import { chainFailureText } from './session/failure-text.ts';
import type { Session } from './session/session.ts';
import { openWallet } from './session/wallet-access.ts';
import { refreshVenue } from './wallet.ts';

export type RampDirection = 'wrap' | 'unwrap';

/** What goes first. */
export const TRIAL_MICRO: MoneyMicro = 10_000;
/** Nodes behind one address are not always at the same block: the balance is looked at again. Wall time. */
const LOOK_EVERY_MS = 1_000;
const MAX_LOOKS = 15;

/** Carries it out. Throws `CliProblem`. */
export async function ramp(
  session: Session,
  direction: RampDirection,
  amountMicro: MoneyMicro,
  options: { readonly yes?: boolean | undefined },
): Promise<boolean> {
  const { out } = session;
  const wallet = await openWallet(session);
  const account = openChainAccount(session, wallet);
  const { pusdMicro, usdceMicro } = await moneyOf(account);
  const [from, to, held] = direction === 'wrap' ? ['USDC.e', 'pUSD', usdceMicro] : ['pUSD', 'USDC.e', pusdMicro];
  if (held < amountMicro) {
    throw new CliProblem(
      `${wallet.address} holds ${formatMicro(held)} ${from}: that is less than ${formatMicro(amountMicro)}.`,
    );
  }
  out.line(`${direction}      ${formatMicro(amountMicro)} ${from} → ${to}, in ${wallet.address}`);
  if (!(await session.agree(`${direction} ${formatMicro(amountMicro)} ${from}?`, options.yes === true))) return false;
  const done = await rampInSteps(session, account, wallet.address, direction, amountMicro);
  if (!done.ok) throw new CliProblem(done.error);
  await refreshVenue(session);
  out.result({ done: true, direction, amountMicro, transactions: done.value });
  for (const hash of done.value) out.line(`mined     ${hash}`);
  return true;
}

/** A cent, looked at, then the rest. The transactions, or one sentence. */
export async function rampInSteps(
  session: Session,
  account: ChainAccount,
  wallet: string,
  direction: RampDirection,
  amountMicro: MoneyMicro,
): Promise<Result<readonly string[], string>> {
  const transactions: string[] = [];
  const first = Math.min(TRIAL_MICRO, amountMicro);
  for (const partMicro of [first, amountMicro - first]) {
    if (partMicro === 0) continue;
    const before = await moneyOf(account);
    const sent = direction === 'wrap' ? await account.wrap(partMicro) : await account.unwrap(partMicro, wallet);
    if (!sent.ok) return err(`${direction}: ${chainFailureText(sent.error)}.`);
    transactions.push(sent.value.transactionHash);
    const sign = direction === 'wrap' ? 1 : -1;
    if (!(await hasMoved(session, account, before, sign * partMicro))) {
      return err(
        `${direction}: ${formatMicro(partMicro)} were sent (${sent.value.transactionHash}), and the balances did not move by that: nothing more is sent; look at the transaction.`,
      );
    }
  }
  return ok(transactions);
}

interface Money {
  readonly pusdMicro: MoneyMicro;
  readonly usdceMicro: MoneyMicro;
}

/** Throws `CliProblem` where the chain does not answer. */
export async function moneyOf(account: ChainAccount): Promise<Money> {
  const read = await account.balances([]);
  if (!read.ok) throw new CliProblem(`The chain cannot be read (${read.error}): check RPC_URL.`);
  return read.value;
}

async function hasMoved(session: Session, account: ChainAccount, before: Money, pusdByMicro: number): Promise<boolean> {
  for (let look = 0; look < MAX_LOOKS; look++) {
    const now = await moneyOf(account);
    const isWhole =
      now.pusdMicro - before.pusdMicro === pusdByMicro && now.usdceMicro - before.usdceMicro === -pusdByMicro;
    if (isWhole) return true;
    await session.sleep(LOOK_EVERY_MS);
  }
  return false;
}
