/** `POST /rpc`: the few JSON-RPC calls that an account's chain client makes, on the embedded ledger. */
import { type Hex, toHex } from 'viem';
import * as z from 'zod';
import type { UnixMs } from '../../core/model/time.ts';
import { CHAIN_ID } from '../clob/chain-contracts.ts';
import type { VenueRoutes } from '../connection.ts';
import { json } from '../http.ts';
import type { VenueExchange } from '../trading/venue-exchange.ts';
import { GAS_PRICE_WEI, GAS_USED, type LedgerChain } from './ledger-chain.ts';
import { readContract } from './ledger-reads.ts';

const requestSchema = z.object({
  id: z.union([z.number(), z.string()]),
  method: z.string(),
  params: z.array(z.unknown()).default([]),
});
const hex = z.string().regex(/^0x[0-9a-fA-F]*$/);
const callSchema = z.object({ to: hex, data: hex.default('0x') });

class RpcRefusal extends Error {}

/** The node's route. */
export function createJsonRpcRoutes(exchange: VenueExchange, chain: LedgerChain): VenueRoutes {
  return {
    handle(request, nowMs) {
      if (request.path !== '/rpc' || request.method !== 'POST') return null;
      const parsed = requestSchema.safeParse(parseJson(request.body));
      if (!parsed.success)
        return json(200, { jsonrpc: '2.0', id: null, error: { code: -32600, message: 'invalid request' } });
      const { id, method, params } = parsed.data;
      try {
        return json(200, { jsonrpc: '2.0', id, result: answer(exchange, chain, method, params, nowMs) });
      } catch (error) {
        if (error instanceof RpcRefusal) {
          return json(200, { jsonrpc: '2.0', id, error: { code: -32000, message: error.message } });
        }
        if (error instanceof z.ZodError) {
          return json(200, { jsonrpc: '2.0', id, error: { code: -32602, message: 'invalid params' } });
        }
        throw error;
      }
    },
  };
}

function answer(
  exchange: VenueExchange,
  chain: LedgerChain,
  method: string,
  params: readonly unknown[],
  nowMs: UnixMs,
): unknown {
  const [first] = params;
  switch (method) {
    case 'eth_chainId':
      return toHex(CHAIN_ID);
    case 'eth_blockNumber':
      return toHex(chain.blockNumber(nowMs));
    case 'eth_getBlockByNumber':
      return { number: toHex(chain.blockNumber(nowMs)), baseFeePerGas: toHex(GAS_PRICE_WEI) };
    case 'eth_gasPrice':
    case 'eth_maxPriorityFeePerGas':
      return toHex(GAS_PRICE_WEI);
    case 'eth_estimateGas':
      return toHex(GAS_USED);
    case 'eth_getBalance':
      return toHex(exchange.holdings(hex.parse(first).toLowerCase()).polWei);
    case 'eth_getTransactionCount':
      return toHex(chain.nonceOf(hex.parse(first).toLowerCase()));
    case 'eth_getCode':
      return '0x';
    case 'eth_call': {
      const { to, data } = callSchema.parse(first);
      const result = readContract(exchange, to.toLowerCase(), data as Hex, nowMs);
      if (result === null) throw new RpcRefusal('execution reverted');
      return result;
    }
    case 'eth_sendRawTransaction': {
      const sent = chain.send(hex.parse(first) as Hex, nowMs);
      if ('refused' in sent) throw new RpcRefusal(sent.refused);
      return sent.hash;
    }
    case 'eth_getTransactionReceipt': {
      const receipt = chain.receipt(hex.parse(first) as Hex, nowMs);
      if (receipt === null) return null;
      return {
        status: receipt.succeeded ? '0x1' : '0x0',
        transactionHash: receipt.hash,
        blockNumber: toHex(receipt.blockNumber),
        gasUsed: toHex(GAS_USED),
        effectiveGasPrice: toHex(GAS_PRICE_WEI),
        logs: [],
      };
    }
    default:
      throw new RpcRefusal(`the method ${method} does not exist`);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The schema refuses it.
    return undefined;
  }
}
