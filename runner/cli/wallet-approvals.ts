/** What the venue's contracts must be allowed, and why; and what is allowed now (venue notes of 2026-11-23, polymarket §1.4). */
import type { MoneyMicro } from '../../core/model/money.ts';
import type { ApprovalState } from '../chain/chain-account.ts';
import type { ChainContracts } from '../chain/contracts.ts';

export interface ApprovalNeed {
  readonly asset: 'pUSD' | 'shares';
  readonly name: string;
  readonly spender: string;
  readonly why: string;
}

/**
 * The least that trading and leaving need. Splitting, wrapping and unwrapping approve exactly what they take as they take it, and leave
 * nothing standing.
 */
export function approvalNeeds(contracts: ChainContracts): readonly ApprovalNeed[] {
  return [
    {
      asset: 'pUSD',
      name: 'exchange',
      spender: contracts.exchange,
      why: 'to buy: the exchange takes what an order costs',
    },
    {
      asset: 'shares',
      name: 'exchange',
      spender: contracts.exchange,
      why: 'to sell: the exchange takes the shares that are sold',
    },
    {
      asset: 'shares',
      name: 'collateral adapter',
      spender: contracts.collateralAdapter,
      why: 'to redeem and to merge: the adapter burns shares and pays pUSD',
    },
  ];
}

/** What is allowed now: millionths of pUSD, or all shares or none. */
export function approvedNow({ asset, spender }: ApprovalNeed, state: ApprovalState): MoneyMicro | boolean {
  const key = spender.toLowerCase();
  return asset === 'pUSD' ? (state.pusdMicro[key] ?? 0) : (state.conditional[key] ?? false);
}

/** Whether that is enough; `wantedMicro` is for pUSD. */
export function isApproved(need: ApprovalNeed, state: ApprovalState, wantedMicro: MoneyMicro): boolean {
  const now = approvedNow(need, state);
  return typeof now === 'boolean' ? now : now >= wantedMicro;
}

/** The greatest number that is read exactly stands for an allowance without a limit. */
export function isUnlimited(amount: MoneyMicro | boolean): boolean {
  return amount === Number.MAX_SAFE_INTEGER;
}
