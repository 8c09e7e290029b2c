/** The account on the chain, put together: what it reads, and the calls that its wallet sends. */
import type { Hex } from 'viem';
import type { ConditionId } from '../../core/model/identifiers.ts';
import { err, type Result } from '../../core/model/result.ts';
import type { CallExecutor } from './call-executor.ts';
import {
  approveCall,
  approveTokensCall,
  type ChainCall,
  mergeCall,
  redeemCall,
  splitCall,
  transferCall,
  unwrapCall,
  wrapCall,
} from './calls.ts';
import type { ChainAccount, ChainFailure, ChainReceipt } from './chain-account.ts';
import type { ChainReader } from './chain-reader.ts';
import type { ChainContracts } from './contracts.ts';

/** Windows redeemed in one transaction at most: each costs about 200,000 gas, and a block is not ours alone. */
const MAX_REDEMPTIONS = 10;

/** The account of `wallet`, whose calls `executor` sends. */
export function createChainAccount(
  contracts: ChainContracts,
  wallet: Hex,
  reader: ChainReader,
  executor: CallExecutor,
): ChainAccount {
  /** Approvals are for exactly what the next call takes, so that none is left standing behind it. */
  async function withAllowance(
    token: Hex,
    spender: Hex,
    amountMicro: number,
    call: ChainCall,
  ): Promise<Result<ChainReceipt, ChainFailure>> {
    return executor.execute([approveCall(token, spender, amountMicro), call]);
  }

  async function redeem(conditionIds: readonly ConditionId[]): Promise<Result<ChainReceipt, ChainFailure>> {
    if (conditionIds.length > MAX_REDEMPTIONS) {
      return err({ kind: 'refused', detail: `at most ${MAX_REDEMPTIONS} windows are redeemed at a time` });
    }
    return executor.execute(conditionIds.map((conditionId) => redeemCall(contracts, conditionId)));
  }

  return {
    balances: reader.balances,
    approvals: reader.approvals,
    payouts: reader.payouts,
    split: (conditionId, sizeMicro) =>
      withAllowance(
        contracts.pusd,
        contracts.collateralAdapter,
        sizeMicro,
        splitCall(contracts, conditionId, sizeMicro),
      ),
    merge: (conditionId, sizeMicro) => executor.execute([mergeCall(contracts, conditionId, sizeMicro)]),
    redeem,
    approvePusd: (spender, amountMicro) => executor.execute([approveCall(contracts.pusd, spender as Hex, amountMicro)]),
    approveConditional: (operator, approved) =>
      executor.execute([approveTokensCall(contracts, operator as Hex, approved)]),
    wrap: (amountMicro) =>
      withAllowance(contracts.usdce, contracts.onramp, amountMicro, wrapCall(contracts, wallet, amountMicro)),
    unwrap: (amountMicro, to) =>
      withAllowance(contracts.pusd, contracts.offramp, amountMicro, unwrapCall(contracts, to as Hex, amountMicro)),
    transferUsdce: (amountMicro, to) => executor.execute([transferCall(contracts.usdce, to as Hex, amountMicro)]),
    transferPusd: (amountMicro, to) => executor.execute([transferCall(contracts.pusd, to as Hex, amountMicro)]),
    get relayerQuota() {
      return executor.quota;
    },
  };
}
