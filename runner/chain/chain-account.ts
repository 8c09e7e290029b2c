/**
 * The account on the chain: what it holds at a stated block, and the few transactions that trading needs. Behind it stands an EOA that
 * pays its own gas, or a proxy, Safe or deposit wallet whose calls go through the relayer (venue notes of 2026-11-23, polymarket §7).
 */
import type { ConditionId, TokenId } from '../../core/model/identifiers.ts';
import type { MoneyMicro, SizeMicro } from '../../core/model/money.ts';
import type { Result } from '../../core/model/result.ts';

export interface ChainBalances {
  readonly blockNumber: number;
  readonly pusdMicro: MoneyMicro;
  readonly usdceMicro: MoneyMicro;
  /** Gas money of the signer, in wei. */
  readonly polWei: bigint;
  readonly shares: ReadonlyMap<TokenId, SizeMicro>;
}

export interface ApprovalState {
  readonly pusdMicro: Readonly<Record<string, MoneyMicro>>;
  readonly conditional: Readonly<Record<string, boolean>>;
}

/** Mined and successful. `costMicro`: gas or relayer fee in pUSD, by the configured price of POL. */
export interface ChainReceipt {
  readonly transactionHash: string;
  readonly blockNumber: number;
  readonly costMicro: MoneyMicro;
}

/** `unknown`: sent, and not seen mined in time; it is looked for again, never sent anew with another nonce. */
export interface ChainFailure {
  readonly kind: 'reverted' | 'refused' | 'unknown' | 'not-sent' | 'quota';
  readonly detail: string;
}

export interface ChainAccount {
  balances(tokenIds: readonly TokenId[]): Promise<Result<ChainBalances, string>>;
  approvals(): Promise<Result<ApprovalState, string>>;
  /** Payouts of both outcomes, or `null` while the condition is not resolved. */
  payouts(conditionId: ConditionId): Promise<Result<readonly [number, number] | null, string>>;
  split(conditionId: ConditionId, sizeMicro: SizeMicro): Promise<Result<ChainReceipt, ChainFailure>>;
  merge(conditionId: ConditionId, sizeMicro: SizeMicro): Promise<Result<ChainReceipt, ChainFailure>>;
  /** Several windows in one transaction where the wallet can. */
  redeem(conditionIds: readonly ConditionId[]): Promise<Result<ChainReceipt, ChainFailure>>;
  /** Exactly `amountMicro`, or all of it where `null`. */
  approvePusd(spender: string, amountMicro: MoneyMicro | null): Promise<Result<ChainReceipt, ChainFailure>>;
  approveConditional(operator: string, approved: boolean): Promise<Result<ChainReceipt, ChainFailure>>;
  wrap(amountMicro: MoneyMicro): Promise<Result<ChainReceipt, ChainFailure>>;
  unwrap(amountMicro: MoneyMicro, to: string): Promise<Result<ChainReceipt, ChainFailure>>;
  transferUsdce(amountMicro: MoneyMicro, to: string): Promise<Result<ChainReceipt, ChainFailure>>;
  transferPusd(amountMicro: MoneyMicro, to: string): Promise<Result<ChainReceipt, ChainFailure>>;
  /** How many relayer calls may still be made, where a relayer is used and says so. */
  readonly relayerQuota: number | null;
}
