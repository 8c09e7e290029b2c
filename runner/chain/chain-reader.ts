/** What the account holds and has allowed, read at one stated block: figures of different blocks do not add up. */
import { decodeFunctionResult, encodeFunctionData, type Hex } from 'viem';
import * as z from 'zod';
import type { ConditionId, TokenId } from '../../core/model/identifiers.ts';
import { err, ok, type Result } from '../../core/model/result.ts';
import { CONDITIONAL_TOKENS_ABI, ERC20_ABI } from './calls.ts';
import type { ApprovalState, ChainBalances } from './chain-account.ts';
import type { ChainContracts } from './contracts.ts';
import type { JsonRpc } from './json-rpc.ts';

export interface ChainReader {
  balances(tokenIds: readonly TokenId[]): Promise<Result<ChainBalances, string>>;
  approvals(): Promise<Result<ApprovalState, string>>;
  payouts(conditionId: ConditionId): Promise<Result<readonly [number, number] | null, string>>;
}

const hexSchema = z.string().regex(/^0x[0-9a-fA-F]*$/);

/** Reads for `owner`; gas money is that of `payer`. */
export function createChainReader(rpc: JsonRpc, contracts: ChainContracts, owner: Hex, payer: Hex): ChainReader {
  async function hex(method: string, params: readonly unknown[]): Promise<Result<Hex, string>> {
    const answer = await rpc.call(method, params);
    if (!answer.ok) return err(answer.error.detail);
    const parsed = hexSchema.safeParse(answer.value);
    return parsed.success ? ok(parsed.data as Hex) : err(`${method}: the node's answer is no hex number`);
  }
  const blockNumber = () => hex('eth_blockNumber', []);
  const read = (to: Hex, data: Hex, block: Hex) => hex('eth_call', [{ to, data }, block]);

  async function erc20(token: Hex, block: Hex): Promise<Result<number, string>> {
    const data = encodeFunctionData({ abi: ERC20_ABI, functionName: 'balanceOf', args: [owner] });
    const answer = await read(token, data, block);
    return answer.ok ? micro(wordOf(answer.value, 0)) : answer;
  }

  async function shares(tokenIds: readonly TokenId[], block: Hex): Promise<Result<Map<TokenId, number>, string>> {
    const found = new Map<TokenId, number>();
    if (tokenIds.length === 0) return ok(found);
    const args = [tokenIds.map(() => owner), tokenIds.map(BigInt)] as const;
    const data = encodeFunctionData({ abi: CONDITIONAL_TOKENS_ABI, functionName: 'balanceOfBatch', args });
    const answer = await read(contracts.conditionalTokens, data, block);
    if (!answer.ok) return answer;
    const amounts = decode(answer.value, tokenIds.length);
    if (amounts === null) return err('eth_call: the answer of balanceOfBatch cannot be read');
    for (const [index, tokenId] of tokenIds.entries()) {
      const size = micro(amounts[index] ?? null);
      if (!size.ok) return size;
      found.set(tokenId, size.value);
    }
    return ok(found);
  }

  async function allowance(spender: Hex, block: Hex): Promise<Result<number, string>> {
    const data = encodeFunctionData({ abi: ERC20_ABI, functionName: 'allowance', args: [owner, spender] });
    const answer = await read(contracts.pusd, data, block);
    if (!answer.ok) return answer;
    const amount = wordOf(answer.value, 0);
    if (amount === null) return err('eth_call: the answer of allowance cannot be read');
    return ok(amount > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(amount));
  }

  async function isOperator(operator: Hex, block: Hex): Promise<Result<boolean, string>> {
    const args = [owner, operator] as const;
    const data = encodeFunctionData({ abi: CONDITIONAL_TOKENS_ABI, functionName: 'isApprovedForAll', args });
    const answer = await read(contracts.conditionalTokens, data, block);
    if (!answer.ok) return answer;
    const approved = wordOf(answer.value, 0);
    return approved === null ? err('eth_call: the answer of isApprovedForAll cannot be read') : ok(approved === 1n);
  }

  return {
    async balances(tokenIds) {
      const block = await blockNumber();
      if (!block.ok) return block;
      const [pusd, usdce, held, pol] = await Promise.all([
        erc20(contracts.pusd, block.value),
        erc20(contracts.usdce, block.value),
        shares(tokenIds, block.value),
        hex('eth_getBalance', [payer, block.value]),
      ]);
      if (!pusd.ok) return pusd;
      if (!usdce.ok) return usdce;
      if (!held.ok) return held;
      if (!pol.ok) return pol;
      return ok({
        blockNumber: Number(block.value),
        pusdMicro: pusd.value,
        usdceMicro: usdce.value,
        polWei: BigInt(pol.value),
        shares: held.value,
      });
    },
    async approvals() {
      const block = await blockNumber();
      if (!block.ok) return block;
      const spenders = [contracts.exchange, contracts.collateralAdapter, contracts.offramp];
      const operators = [contracts.exchange, contracts.collateralAdapter];
      const pusdMicro: Record<string, number> = {};
      const conditional: Record<string, boolean> = {};
      for (const spender of spenders) {
        const amount = await allowance(spender, block.value);
        if (!amount.ok) return amount;
        pusdMicro[spender.toLowerCase()] = amount.value;
      }
      for (const operator of operators) {
        const approved = await isOperator(operator, block.value);
        if (!approved.ok) return approved;
        conditional[operator.toLowerCase()] = approved.value;
      }
      return ok({ pusdMicro, conditional });
    },
    async payouts(conditionId) {
      const block = await blockNumber();
      if (!block.ok) return block;
      const id = conditionId as Hex;
      const ask = (index: number) =>
        read(
          contracts.conditionalTokens,
          encodeFunctionData({
            abi: CONDITIONAL_TOKENS_ABI,
            functionName: 'payoutNumerators',
            args: [id, BigInt(index)],
          }),
          block.value,
        );
      const denominator = await read(
        contracts.conditionalTokens,
        encodeFunctionData({ abi: CONDITIONAL_TOKENS_ABI, functionName: 'payoutDenominator', args: [id] }),
        block.value,
      );
      if (!denominator.ok) return denominator;
      const whole = wordOf(denominator.value, 0);
      if (whole === null) return err('eth_call: the answer of payoutDenominator cannot be read');
      // Not reported yet; the numerators of such a condition cannot be read at all.
      if (whole === 0n) return ok(null);
      const [first, second] = await Promise.all([ask(0), ask(1)]);
      if (!first.ok) return first;
      if (!second.ok) return second;
      const payouts = [wordOf(first.value, 0), wordOf(second.value, 0)] as const;
      if (payouts[0] === null || payouts[1] === null) return err('eth_call: the payouts cannot be read');
      return ok([Number(payouts[0]), Number(payouts[1])]);
    },
  };
}

/** The word of 32 bytes at `index`, or `null` when the answer is shorter. */
function wordOf(answer: Hex, index: number): bigint | null {
  const start = 2 + index * 64;
  const digits = answer.slice(start, start + 64);
  return digits.length === 64 ? BigInt(`0x${digits}`) : null;
}

/** An amount of a millionth as a number, refused where it would not be exact. */
function micro(amount: bigint | null): Result<number, string> {
  if (amount === null) return err('eth_call: the answer is too short for a balance');
  if (amount > BigInt(Number.MAX_SAFE_INTEGER)) return err('a balance is beyond what this program can count exactly');
  return ok(Number(amount));
}

function decode(answer: Hex, length: number): readonly bigint[] | null {
  try {
    const amounts = decodeFunctionResult({
      abi: CONDITIONAL_TOKENS_ABI,
      functionName: 'balanceOfBatch',
      data: answer,
    });
    return amounts.length === length ? amounts : null;
  } catch {
    // A node that answers with something else is as good as silent.
    return null;
  }
}
