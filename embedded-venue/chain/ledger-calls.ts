/** What a transaction does to the embedded ledger: the contract calls that trading needs, and no others. */
import { decodeFunctionData, type Hex } from 'viem';
import type { ConditionId } from '../../core/model/identifiers.ts';
import type { UnixMs } from '../../core/model/time.ts';
import type { VenueAddress, VenueExchange } from '../trading/venue-exchange.ts';
import { ADAPTER, CONDITIONAL_TOKENS, KNOWN_FUNCTIONS, OFFRAMP, ONRAMP, PUSD, USDCE } from './contract-abis.ts';

export interface LedgerCall {
  readonly to: string;
  readonly data: Hex;
}

const UNKNOWN = 'execution reverted: the embedded chain knows no such call';

/** Carries out a call of `from`. `null` when done, else the revert's reason. */
export function performCall(
  exchange: VenueExchange,
  from: VenueAddress,
  call: LedgerCall,
  nowMs: UnixMs,
): string | null {
  const to = call.to.toLowerCase();
  const decoded = decodeOrNull(call.data);
  if (decoded === null) return UNKNOWN;
  switch (decoded.functionName) {
    case 'approve': {
      const [spender, amount] = decoded.args;
      // USDC.e is only ever allowed to the onramp, which takes exactly what it was asked to wrap.
      if (to === USDCE) return null;
      return to === PUSD ? exchange.approve(from, spender.toLowerCase(), capped(amount)) : UNKNOWN;
    }
    case 'transfer': {
      const [receiver, amount] = decoded.args;
      if (to === PUSD) return exchange.transferPusd(from, receiver.toLowerCase(), capped(amount));
      return to === USDCE ? exchange.transferUsdce(from, receiver.toLowerCase(), capped(amount)) : UNKNOWN;
    }
    case 'setApprovalForAll': {
      const [operator, approved] = decoded.args;
      return to === CONDITIONAL_TOKENS ? exchange.approveConditional(from, operator.toLowerCase(), approved) : UNKNOWN;
    }
    case 'splitPosition':
      return to === ADAPTER
        ? exchange.split(from, decoded.args[2] as ConditionId, capped(decoded.args[4]), nowMs)
        : UNKNOWN;
    case 'mergePositions':
      return to === ADAPTER
        ? exchange.merge(from, decoded.args[2] as ConditionId, capped(decoded.args[4]), nowMs)
        : UNKNOWN;
    case 'redeemPositions':
      return to === ADAPTER ? exchange.redeem(from, decoded.args[2] as ConditionId, nowMs) : UNKNOWN;
    case 'wrap':
      return to === ONRAMP ? exchange.wrap(from, decoded.args[1].toLowerCase(), capped(decoded.args[2])) : UNKNOWN;
    case 'unwrap':
      return to === OFFRAMP ? exchange.unwrap(from, decoded.args[1].toLowerCase(), capped(decoded.args[2])) : UNKNOWN;
    default:
      return UNKNOWN;
  }
}

/** The ledger counts to 2^53 − 1, which stands for everything beyond. */
function capped(amount: bigint): number {
  return amount > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(amount);
}

function decodeOrNull(data: Hex) {
  try {
    return decodeFunctionData({ abi: KNOWN_FUNCTIONS, data });
  } catch {
    // A call of another contract.
    return null;
  }
}
