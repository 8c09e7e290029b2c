/**
 * Sends a contract wallet's calls through the relayer, all of them in one transaction. A submission whose answer was lost cannot be
 * doubled: the next one carries the same nonce, so that at most one of the two is executed.
 */
import type { Hex } from 'viem';
import * as z from 'zod';
import { err, ok, type Result } from '../../core/model/result.ts';
import type { ClockPort, DiskPort, TimersPort } from '../ports.ts';
import type { DigestSigner } from '../signer/digest-signer.ts';
import type { CallExecutor } from './call-executor.ts';
import type { ChainCall } from './calls.ts';
import type { ChainFailure, ChainReceipt } from './chain-account.ts';
import type { ChainContracts } from './contracts.ts';
import type { JsonRpc } from './json-rpc.ts';
import type { RelayerClient, RelayerTransaction } from './relayer-client.ts';
import { depositWalletRequest, proxyRequest, safeRequest } from './wallet-requests.ts';

export type ContractWallet = 'proxy' | 'safe' | 'deposit-wallet';

export interface RelayerDeps {
  readonly relayer: RelayerClient;
  readonly rpc: JsonRpc;
  readonly signer: DigestSigner;
  readonly disk: DiskPort;
  readonly clock: ClockPort;
  readonly timers: TimersPort;
}

const FILE = 'pending-relay.json';
const pendingSchema = z.strictObject({ id: z.string(), label: z.string() });

/** How often the relayer is asked, and when its silence becomes an unknown; wall time. */
const LOOK_EVERY_MS = 2_000;
const GIVE_UP_AFTER_MS = 180_000;

const DONE = new Set(['STATE_MINED', 'STATE_CONFIRMED']);
const FAILED = new Set(['STATE_FAILED', 'STATE_INVALID']);

/** An executor for `wallet`, owned by the signing key. */
export function createRelayerExecutor(
  kind: ContractWallet,
  wallet: Hex,
  contracts: ChainContracts,
  deps: RelayerDeps,
): CallExecutor {
  const { relayer, rpc, signer, disk, clock, timers } = deps;
  let queue: Promise<unknown> = Promise.resolve();

  const pause = (): Promise<void> => new Promise((resolve) => void timers.after(LOOK_EVERY_MS, resolve));

  async function signedRequest(calls: readonly ChainCall[]): Promise<Result<object, string>> {
    if (kind === 'proxy') {
      const relay = await relayer.relayPayload(signer.address);
      return relay.ok ? ok(proxyRequest(signer, contracts, wallet, calls, relay.value)) : relay;
    }
    const nonce = await relayer.nonce(signer.address, kind === 'safe' ? 'SAFE' : 'WALLET');
    if (!nonce.ok) return nonce;
    return ok(
      kind === 'safe'
        ? safeRequest(signer, contracts, wallet, calls, nonce.value)
        : depositWalletRequest(signer, contracts, wallet, calls, nonce.value, clock.now()),
    );
  }

  async function executeAll(calls: readonly ChainCall[]): Promise<Result<ChainReceipt, ChainFailure>> {
    if (calls.length === 0) return err({ kind: 'not-sent', detail: 'there was nothing to send' });
    const text = disk.read(FILE);
    if (text !== null) {
      const left = pendingSchema.parse(JSON.parse(text));
      const before = await follow(left.id, left.label);
      if (!before.ok && before.error.kind === 'unknown') return before;
    }
    const label = calls.map((call) => call.label).join(', ');
    const request = await signedRequest(calls);
    if (!request.ok) return err({ kind: 'not-sent', detail: `${label}: ${request.error}` });
    const submitted = await relayer.submit(request.value);
    if (!submitted.ok) return err({ ...submitted.error, detail: `${label}: ${submitted.error.detail}` });
    disk.write(FILE, JSON.stringify({ id: submitted.value.transactionID, label }));
    return follow(submitted.value.transactionID, label);
  }

  async function follow(id: string, label: string): Promise<Result<ChainReceipt, ChainFailure>> {
    const startedMs = clock.monotonicMs();
    for (;;) {
      const transaction = await relayer.transaction(id);
      const settled = transaction.ok && transaction.value !== null ? await settle(transaction.value, label) : null;
      if (settled !== null) {
        disk.remove(FILE);
        return settled;
      }
      if (clock.monotonicMs() - startedMs >= GIVE_UP_AFTER_MS) {
        return err({
          kind: 'unknown',
          detail: `${label}: submitted and not mined; it is looked for before anything else`,
        });
      }
      await pause();
    }
  }

  async function settle(
    { state, transactionHash }: RelayerTransaction,
    label: string,
  ): Promise<Result<ChainReceipt, ChainFailure> | null> {
    if (FAILED.has(state)) return err({ kind: 'reverted', detail: `${label}: the relayer says ${state}` });
    if (!DONE.has(state) || transactionHash === null || transactionHash === undefined) return null;
    // The relayer's word is not the chain's: the block is read from the receipt.
    const receipt = await rpc.call('eth_getTransactionReceipt', [transactionHash]);
    if (!receipt.ok) return null;
    const parsed = receiptSchema.safeParse(receipt.value);
    if (!parsed.success) return null;
    if (BigInt(parsed.data.status) !== 1n) {
      return err({ kind: 'reverted', detail: `${label}: the transaction ${transactionHash} was mined and failed` });
    }
    // Gas is the relayer's: it takes no fee (venue notes §7).
    return ok({ transactionHash, blockNumber: Number(parsed.data.blockNumber), costMicro: 0 });
  }

  return {
    batches: true,
    get quota() {
      return relayer.quota;
    },
    execute(calls) {
      const result = queue.then(() => executeAll(calls));
      queue = result;
      return result;
    },
  };
}

const receiptSchema = z.object({ status: z.string(), blockNumber: z.string() });
