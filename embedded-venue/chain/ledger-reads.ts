/** `eth_call` on the embedded ledger: what the contracts would answer. */
import { decodeFunctionData, encodeFunctionResult, type Hex } from 'viem';
import type { ConditionId, TokenId } from '../../core/model/identifiers.ts';
import type { UnixMs } from '../../core/model/time.ts';
import type { VenueExchange } from '../trading/venue-exchange.ts';
import { KNOWN_FUNCTIONS, PUSD } from './contract-abis.ts';

/** ERC-20 writes an allowance without a limit so; the ledger's greatest number stands for it. */
const UNLIMITED = 2n ** 256n - 1n;

/** The encoded answer, or `null` for a function that this chain does not have. */
export function readContract(exchange: VenueExchange, to: string, data: Hex, nowMs: UnixMs): Hex | null {
  const call = decodeOrNull(data);
  if (call === null) return null;
  const encode = (functionName: string, result: unknown): Hex =>
    encodeFunctionResult({ abi: KNOWN_FUNCTIONS, functionName, result } as Parameters<typeof encodeFunctionResult>[0]);
  switch (call.functionName) {
    case 'balanceOf': {
      const { pusdMicro, usdceMicro } = exchange.holdings(call.args[0].toLowerCase());
      return encode('balanceOf', BigInt(to === PUSD ? pusdMicro : usdceMicro));
    }
    case 'allowance': {
      const [owner, spender] = call.args;
      const amount = exchange.allowances(owner.toLowerCase()).pusdMicro.get(spender.toLowerCase()) ?? 0;
      return encode('allowance', amount >= Number.MAX_SAFE_INTEGER ? UNLIMITED : BigInt(amount));
    }
    case 'balanceOfBatch': {
      const [owners, ids] = call.args;
      const amounts = ids.map((id, index) => {
        const { shares } = exchange.holdings((owners[index] ?? '').toLowerCase());
        return BigInt(shares.get(id.toString() as TokenId) ?? 0);
      });
      return encode('balanceOfBatch', amounts);
    }
    case 'isApprovedForAll': {
      const [owner, operator] = call.args;
      return encode(
        'isApprovedForAll',
        exchange.allowances(owner.toLowerCase()).conditional.has(operator.toLowerCase()),
      );
    }
    case 'payoutDenominator': {
      const payouts = exchange.payouts(call.args[0] as ConditionId, nowMs);
      return encode('payoutDenominator', BigInt(payouts === null ? 0 : payouts[0] + payouts[1]));
    }
    case 'payoutNumerators': {
      const payouts = exchange.payouts(call.args[0] as ConditionId, nowMs);
      return payouts === null ? null : encode('payoutNumerators', BigInt(payouts[Number(call.args[1])] ?? 0));
    }
    default:
      return null;
  }
}

function decodeOrNull(data: Hex) {
  try {
    return decodeFunctionData({ abi: KNOWN_FUNCTIONS, data });
  } catch {
    // Another contract's function: the embedded chain has none.
    return null;
  }
}
