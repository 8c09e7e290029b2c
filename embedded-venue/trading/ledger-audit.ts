/** Whether the ledger still adds up: money to the millionth, and the two sides of every condition to their collateral. */
import type { TokenId } from '../../core/model/identifiers.ts';
import type { Outcome } from '../../core/model/window.ts';
import { accountOf, type Ledger } from './account-ledger.ts';
import type { KnownMarket } from './exchange-state.ts';
import { isHouse } from './house-accounts.ts';

/**
 * What does not add up, one sentence for each; nothing when all is well. pUSD and USDC.e of all accounts and the collateral are what
 * was given out; before a resolution the shares of both tokens are the collateral each, after it the winner's are; no account but the
 * house's is below zero.
 */
export function imbalances(ledger: Ledger, markets: Iterable<KnownMarket>): string[] {
  const found: string[] = [];
  let moneyMicro = 0;
  let lockedMicro = 0;
  for (const [owner, account] of ledger.accounts) {
    moneyMicro += account.pusdMicro + account.usdceMicro;
    if (isHouse(owner)) continue;
    if (account.pusdMicro < 0 || account.usdceMicro < 0 || account.polWei < 0n) found.push(`${owner} is in debt`);
    for (const [tokenId, sharesMicro] of account.shares) {
      if (sharesMicro < 0) found.push(`${owner} holds ${sharesMicro} of ${tokenId}`);
    }
  }
  for (const collateralMicro of ledger.collateral.values()) lockedMicro += collateralMicro;
  if (moneyMicro + lockedMicro !== ledger.fundedMicro) {
    found.push(`${moneyMicro} held and ${lockedMicro} locked are not the ${ledger.fundedMicro} given out`);
  }
  for (const { market, outcome } of markets) {
    const collateralMicro = ledger.collateral.get(market.conditionId) ?? 0;
    for (const side of ['up', 'down'] satisfies Outcome[]) {
      if (outcome !== null && outcome !== side) continue;
      const sharesMicro = totalShares(ledger, market.tokens[side]);
      if (sharesMicro !== collateralMicro) {
        found.push(`${market.slug}: ${sharesMicro} ${side} shares stand against ${collateralMicro} of collateral`);
      }
    }
  }
  return found;
}

function totalShares(ledger: Ledger, tokenId: TokenId): number {
  let sumMicro = 0;
  for (const owner of ledger.accounts.keys()) sumMicro += accountOf(ledger, owner).shares.get(tokenId) ?? 0;
  return sumMicro;
}
