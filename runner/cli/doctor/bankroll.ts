/** Equity against the bankroll: pUSD, what can be redeemed, and positions at the lower of cost and bid (issue "orders for real"). */
import type { TokenId } from '../../../core/model/identifiers.ts';
import {
  costRoundedUp,
  formatMicro,
  type MoneyMicro,
  proceedsRoundedDown,
  type SizeMicro,
} from '../../../core/model/money.ts';
import type { VenueFill } from '../../clob/clob-client.ts';
import { type AccountBalance, readAccountBalance } from '../account-balance.ts';
import { bestOf, readBook } from '../read-book.ts';
import { openChainReader } from '../session/chain-access.ts';
import { openReadingClob } from '../session/clob-access.ts';
import type { Session } from '../session/session.ts';
import { accountAddress } from '../session/wallet-access.ts';
import { type Check, failed, passed, skipped } from './check.ts';

export const bankrollCheck: Check = {
  name: 'bankroll',
  async run({ session }) {
    const { bankrollMicro, mode } = session.settings;
    if (bankrollMicro === null) {
      return mode === 'live'
        ? failed('RUNNER_BANKROLL_USDC is not set', 'set it to what the runner may count on')
        : skipped('RUNNER_BANKROLL_USDC is not set');
    }
    const address = await accountAddress(session);
    const { clob } = await openReadingClob(session);
    const held = await readAccountBalance(session, clob, openChainReader(session, address, address), address);
    const equityMicro = await equityOf(session, held);
    const sentence = `worth ${formatMicro(equityMicro)} pUSD, the bankroll is ${formatMicro(bankrollMicro)}`;
    return equityMicro >= bankrollMicro
      ? passed(sentence)
      : failed(sentence, 'bring money in (`cli wallet wrap`), or lower RUNNER_BANKROLL_USDC');
  },
};

/** Cautious: what nobody bids for is worth nothing. */
export async function equityOf(session: Session, held: AccountBalance): Promise<MoneyMicro> {
  let equityMicro = held.pusdMicro + held.redeemableMicro;
  for (const { tokenId, sizeMicro, payoutMicro } of held.shares) {
    if (payoutMicro !== null) continue;
    const book = await readBook(session, tokenId);
    const bidTicks = book.ok ? bestOf(book.value).bidTicks : null;
    const atBid = bidTicks === null ? 0 : proceedsRoundedDown(bidTicks, sizeMicro);
    equityMicro += Math.min(atBid, costOf(held.fills, tokenId, sizeMicro) ?? atBid);
  }
  return equityMicro;
}

/** What so many shares cost on average in the known matches; `null` where no match tells of them. */
export function costOf(fills: readonly VenueFill[], tokenId: TokenId, sizeMicro: SizeMicro): MoneyMicro | null {
  const bought = fills.filter(
    (fill) => fill.tokenId === tokenId && fill.side === 'buy' && fill.settlement !== 'failed',
  );
  const shares = bought.reduce((sum, fill) => sum + fill.sizeMicro, 0);
  if (shares === 0) return null;
  const paid = bought.reduce((sum, fill) => sum + costRoundedUp(fill.priceTicks, fill.sizeMicro), 0);
  return Number((BigInt(paid) * BigInt(sizeMicro)) / BigInt(shares));
}
