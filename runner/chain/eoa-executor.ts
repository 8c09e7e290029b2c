/**
 * Sends calls as transactions of the signing key's own account, which pays the gas in POL. One at a time: the next nonce is used only
 * when the transaction before is mined or known never to be.
 */
import {
  type Hex,
  keccak256,
  parseSignature,
  serializeTransaction,
  type TransactionSerializableEIP1559,
  toBytes,
} from 'viem';
import * as z from 'zod';
import { err, ok, type Result } from '../../core/model/result.ts';
import type { ClockPort, LogPort, TimersPort } from '../ports.ts';
import type { DigestSigner } from '../signer/digest-signer.ts';
import type { CallExecutor } from './call-executor.ts';
import type { ChainCall } from './calls.ts';
import type { ChainFailure, ChainReceipt } from './chain-account.ts';
import { gasCostMicro } from './gas-cost.ts';
import type { JsonRpc } from './json-rpc.ts';
import type { PendingStore, PendingTransaction } from './pending-transaction.ts';

export interface EoaOptions {
  readonly chainId: number;
  /** pUSD for one POL, in millionths: what gas is booked at. */
  readonly polPriceMicro: number;
  /** Blocks on top of the transaction's own before it counts: Polygon seldom takes back more than one or two. */
  readonly confirmations: number;
}

export interface EoaDeps {
  readonly rpc: JsonRpc;
  readonly signer: DigestSigner;
  readonly pending: PendingStore;
  readonly clock: ClockPort;
  readonly timers: TimersPort;
  readonly log: LogPort;
}

/** How often a transaction is looked for, how long until its fee is raised, and when it is left as unknown; wall time. */
const LOOK_EVERY_MS = 1_000;
const RAISE_AFTER_MS = 20_000;
const GIVE_UP_AFTER_MS = 120_000;
/** A replacement must pay at least a tenth more to be taken by nodes; an eighth leaves room for rounding. */
const RAISE = { times: 9n, by: 8n } as const;
const MAX_RAISES = 4;
/** Estimates are made on the state of now, and redemption costs more when another came first. */
const GAS_MARGIN = { times: 13n, by: 10n } as const;
/** Polygon's nodes ask for at least 25 gwei; a little more is taken at once. */
const LEAST_TIP_WEI = 30_000_000_000n;

const quantity = z.string().regex(/^0x[0-9a-fA-F]+$/);
const blockSchema = z.object({ number: quantity, baseFeePerGas: quantity.optional() });
const receiptSchema = z.object({
  status: quantity,
  transactionHash: z.string(),
  blockNumber: quantity,
  gasUsed: quantity,
  effectiveGasPrice: quantity,
});
type Receipt = z.infer<typeof receiptSchema>;

/** An executor that goes on with whatever an earlier run left on its way. */
export function createEoaExecutor(options: EoaOptions, deps: EoaDeps): CallExecutor {
  const { rpc, signer, pending, clock, timers, log } = deps;
  const from = signer.address as Hex;
  let queue: Promise<unknown> = Promise.resolve();

  const pause = (): Promise<void> => new Promise((resolve) => void timers.after(LOOK_EVERY_MS, resolve));

  async function ask<T>(schema: z.ZodType<T>, method: string, params: readonly unknown[]): Promise<Result<T, string>> {
    const answer = await rpc.call(method, params);
    if (!answer.ok) return err(answer.error.detail);
    const parsed = schema.safeParse(answer.value);
    return parsed.success ? ok(parsed.data) : err(`${method}: the node's answer cannot be read`);
  }

  async function executeAll(calls: readonly ChainCall[]): Promise<Result<ChainReceipt, ChainFailure>> {
    const left = pending.load();
    if (left !== null) {
      log.log('info', 'looking for a transaction of an earlier run', { detail: left.label });
      const settled = await follow(left);
      if (!settled.ok && settled.error.kind === 'unknown') return settled;
    }
    let costMicro = 0;
    let last: ChainReceipt | null = null;
    for (const call of calls) {
      const done = await executeOne(call);
      if (!done.ok) return done;
      costMicro += done.value.costMicro;
      last = { ...done.value, costMicro };
    }
    return last === null ? err({ kind: 'not-sent', detail: 'there was nothing to send' }) : ok(last);
  }

  async function executeOne(call: ChainCall): Promise<Result<ChainReceipt, ChainFailure>> {
    const built = await build(call);
    if (!built.ok) return built;
    const attempt = signTransaction(signer, built.value);
    const transaction: PendingTransaction = { nonce: built.value.nonce ?? 0, label: call.label, attempts: [attempt] };
    // On disk before it leaves: whatever happens from here on, it is looked for and not made anew.
    pending.save(transaction);
    const sent = await rpc.call('eth_sendRawTransaction', [attempt.raw]);
    if (!sent.ok && sent.error.kind !== 'no-answer' && !/already known|nonce too low/i.test(sent.error.detail)) {
      pending.clear();
      return err({
        kind: sent.error.kind === 'refused' ? 'refused' : 'not-sent',
        detail: `${call.label}: ${sent.error.detail}`,
      });
    }
    return follow(transaction, built.value);
  }

  async function build(call: ChainCall): Promise<Result<TransactionSerializableEIP1559, ChainFailure>> {
    const estimate = await rpc.call('eth_estimateGas', [{ from, to: call.to, data: call.data }]);
    if (!estimate.ok) {
      const kind = estimate.error.kind === 'refused' ? 'reverted' : 'not-sent';
      return err({ kind, detail: `${call.label}: ${estimate.error.detail}` });
    }
    const gas = quantity.safeParse(estimate.value);
    const nonce = await ask(quantity, 'eth_getTransactionCount', [from, 'latest']);
    const block = await ask(blockSchema, 'eth_getBlockByNumber', ['latest', false]);
    const tip = await ask(quantity, 'eth_maxPriorityFeePerGas', []);
    if (!gas.success) return err({ kind: 'not-sent', detail: `${call.label}: the node's estimate cannot be read` });
    if (!nonce.ok) return err({ kind: 'not-sent', detail: nonce.error });
    if (!block.ok) return err({ kind: 'not-sent', detail: block.error });
    const asked = tip.ok ? BigInt(tip.value) : 0n;
    const maxPriorityFeePerGas = asked > LEAST_TIP_WEI ? asked : LEAST_TIP_WEI;
    return ok({
      type: 'eip1559',
      chainId: options.chainId,
      nonce: Number(nonce.value),
      to: call.to,
      data: call.data,
      value: 0n,
      gas: (BigInt(gas.data) * GAS_MARGIN.times) / GAS_MARGIN.by,
      maxPriorityFeePerGas,
      maxFeePerGas: 2n * BigInt(block.value.baseFeePerGas ?? '0x0') + maxPriorityFeePerGas,
    });
  }

  /** Looks for a transaction until it is mined deep enough. `built` lets its fee be raised; what an earlier run left is only sent again. */
  async function follow(
    start: PendingTransaction,
    built?: TransactionSerializableEIP1559,
  ): Promise<Result<ChainReceipt, ChainFailure>> {
    let transaction = start;
    let fees = built;
    const startedMs = clock.monotonicMs();
    let raisedMs = startedMs;
    for (;;) {
      const receipt = await findReceipt(transaction);
      if (receipt !== null) {
        pending.clear();
        return settled(transaction, receipt);
      }
      const nowMs = clock.monotonicMs();
      if (nowMs - startedMs >= GIVE_UP_AFTER_MS) {
        return err({
          kind: 'unknown',
          detail: `${transaction.label}: sent and not mined; it is looked for before anything else`,
        });
      }
      if (nowMs - raisedMs >= RAISE_AFTER_MS) {
        raisedMs = nowMs;
        if (fees !== undefined && transaction.attempts.length <= MAX_RAISES) {
          fees = raised(fees);
          transaction = { ...transaction, attempts: [...transaction.attempts, signTransaction(signer, fees)] };
          pending.save(transaction);
        }
        await rpc.call('eth_sendRawTransaction', [transaction.attempts.at(-1)?.raw]);
      }
      await pause();
    }
  }

  /** The receipt of whichever attempt was mined, once it is deep enough to stay. */
  async function findReceipt({ attempts }: PendingTransaction): Promise<Receipt | null> {
    for (const { hash } of attempts) {
      const receipt = await ask(receiptSchema.nullable(), 'eth_getTransactionReceipt', [hash]);
      if (!receipt.ok || receipt.value === null) continue;
      const head = await ask(quantity, 'eth_blockNumber', []);
      if (head.ok && Number(head.value) - Number(receipt.value.blockNumber) >= options.confirmations)
        return receipt.value;
    }
    return null;
  }

  function settled({ label }: PendingTransaction, receipt: Receipt): Result<ChainReceipt, ChainFailure> {
    const { transactionHash } = receipt;
    const wei = BigInt(receipt.gasUsed) * BigInt(receipt.effectiveGasPrice);
    const costMicro = gasCostMicro(wei, options.polPriceMicro);
    if (BigInt(receipt.status) !== 1n) {
      return err({ kind: 'reverted', detail: `${label}: the transaction ${transactionHash} was mined and failed` });
    }
    return ok({ transactionHash, blockNumber: Number(receipt.blockNumber), costMicro });
  }

  return {
    batches: false,
    quota: null,
    execute(calls) {
      const result = queue.then(() => executeAll(calls));
      queue = result;
      return result;
    },
  };
}

function raised(transaction: TransactionSerializableEIP1559): TransactionSerializableEIP1559 {
  const more = (wei: bigint | undefined): bigint => ((wei ?? 0n) * RAISE.times) / RAISE.by + 1n;
  return {
    ...transaction,
    maxFeePerGas: more(transaction.maxFeePerGas),
    maxPriorityFeePerGas: more(transaction.maxPriorityFeePerGas),
  };
}

function signTransaction(
  signer: DigestSigner,
  transaction: TransactionSerializableEIP1559,
): { readonly hash: Hex; readonly raw: Hex } {
  const digest = toBytes(keccak256(serializeTransaction(transaction)));
  const raw = serializeTransaction(transaction, parseSignature(`0x${signer.signDigest(digest)}`));
  return { hash: keccak256(raw), raw };
}
