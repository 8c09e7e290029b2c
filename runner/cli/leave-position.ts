/** One position left by one order that takes what the book offers, and waiting until its matches are final. */
import { formatMicro } from '../../core/model/money.ts';
import type { ClobClient } from '../clob/clob-client.ts';
import type { Leave } from './cashout-plan.ts';
import { CliProblem } from './cli-problem.ts';
import type { ClobAccess } from './session/clob-access.ts';
import { clobFailureText } from './session/failure-text.ts';
import type { Session } from './session/session.ts';
import type { AccountWallet } from './session/wallet-access.ts';
import { signOrder } from './test-order.ts';

/** A match settles within seconds, sometimes within a minute (venue notes of 2026-11-23, polymarket §8). Wall time. */
const SETTLES_WITHIN_LOOKS = 90;
const LOOK_EVERY_MS = 1_000;

/** Sends the better way's order, and the other way's where that was refused. An unclear answer ends the command: nothing is doubled. */
export async function leavePosition(
  session: Session,
  access: ClobAccess,
  wallet: AccountWallet,
  { rules, exits, sizeMicro, outcome }: Leave,
): Promise<void> {
  const { clob, stored } = access;
  const { market } = rules;
  // The venue believes what it has read of the chain: it is asked to read again before shares are sold (venue notes §8).
  await clob.conditional(market.tokens[outcome], true);
  for (const exit of exits) {
    const tokenId = market.tokens[exit.outcome];
    const { side, priceTicks, amount } = exit;
    const signed = signOrder(session, wallet, stored.credentials.key, rules, {
      tokenId,
      side,
      priceTicks,
      amount,
      timeInForce: 'FAK',
      postOnly: false,
    });
    const placed = await clob.place(signed);
    if (placed.kind === 'accepted') {
      session.out.line(
        `ordered    ${side} to leave ${formatMicro(sizeMicro)} ${outcome} of ${market.slug}: ${placed.value.status}`,
      );
      return;
    }
    if (placed.kind === 'rejected') {
      session.out.note(`${market.slug}: ${clobFailureText(placed)}`);
      continue;
    }
    if (placed.kind === 'ambiguous') {
      throw new CliProblem(
        `It is not known whether the order that leaves ${market.slug} got in (${placed.detail}): wait a minute, and run \`cli cashout\` again.`,
      );
    }
    throw new CliProblem(`${market.slug} cannot be left: ${clobFailureText(placed)}.`);
  }
}

/** Waits until no match of these windows is under way. Throws `CliProblem` where that takes too long. */
export async function waitForSettlement(session: Session, clob: ClobClient, leaves: readonly Leave[]): Promise<void> {
  const conditions = [...new Set(leaves.map(({ rules }) => rules.market.conditionId))];
  for (const conditionId of conditions) {
    for (let look = 0; ; look++) {
      const [fills, open] = await Promise.all([clob.fills({ conditionId }), clob.openOrders({ conditionId })]);
      const isFinal =
        fills.kind === 'accepted' &&
        open.kind === 'accepted' &&
        open.value.length === 0 &&
        fills.value.every(({ settlement }) => settlement === 'confirmed' || settlement === 'failed');
      // The first look can come before a held taker's order has met the book.
      if (isFinal && look > 0) break;
      if (look >= SETTLES_WITHIN_LOOKS) {
        throw new CliProblem('Matches are still on their way to the chain: run `cli cashout` again in some minutes.');
      }
      await session.sleep(LOOK_EVERY_MS);
    }
  }
}
