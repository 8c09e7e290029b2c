/** Whoever sends the account's calls: an EOA by transactions of its own, a contract wallet through the relayer. */
import type { Result } from '../../core/model/result.ts';
import type { ChainCall } from './calls.ts';
import type { ChainFailure, ChainReceipt } from './chain-account.ts';

export interface CallExecutor {
  /** In this order; all of them in one transaction where the wallet can, else one after the other, ending with the first failure. */
  execute(calls: readonly ChainCall[]): Promise<Result<ChainReceipt, ChainFailure>>;
  /** Whether several calls are one transaction. */
  readonly batches: boolean;
  /** Relayer calls that may still be made in this minute; `null` where there is no relayer. */
  readonly quota: number | null;
}
