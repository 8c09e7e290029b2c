/**
 * The embedded chain: blocks of two simulated seconds over the exchange's ledger, one nonce for each account, receipts. A transaction
 * takes effect when it is sent and is shown as mined with the next block. There is no reorganisation here: tests use a real EVM for that.
 */
import { type Hex, keccak256, parseTransaction, serializeTransaction, toHex } from 'viem';
import * as z from 'zod';
import type { UnixMs } from '../../core/model/time.ts';
import { recoverSigner } from '../clob/signature-recovery.ts';
import type { VenueAddress, VenueExchange } from '../trading/venue-exchange.ts';
import { type LedgerCall, performCall } from './ledger-calls.ts';

export interface ChainReceiptView {
  readonly hash: Hex;
  readonly blockNumber: number;
  readonly succeeded: boolean;
}

export interface LedgerChain {
  blockNumber(nowMs: UnixMs): number;
  nonceOf(address: VenueAddress): number;
  /** Takes a signed transaction. */
  send(raw: Hex, nowMs: UnixMs): { readonly hash: Hex } | { readonly refused: string };
  /** Calls in the name of a contract wallet, whose owner's signature was checked; they stop at the first that fails. */
  relay(wallet: VenueAddress, calls: readonly LedgerCall[], nowMs: UnixMs): ChainReceiptView;
  /** `null` until it is mined. */
  receipt(hash: Hex, nowMs: UnixMs): ChainReceiptView | null;
  dump(): unknown;
  restore(saved: unknown): void;
}

/** Polygon's, rounded: a block every two seconds. */
const BLOCK_MS = 2_000;
export const GAS_PRICE_WEI = 30_000_000_000n;
/** What every call is charged: about what a redemption takes. */
export const GAS_USED = 150_000n;
const FIRST_RECOVERY_VALUE = 27;
/** Receipts that are remembered. */
const MAX_RECEIPTS = 10_000;

const savedSchema = z.object({
  nonces: z.array(z.tuple([z.string(), z.number()])),
  relayed: z.number(),
  receipts: z.array(z.object({ hash: z.string(), blockNumber: z.number(), succeeded: z.boolean() })),
});

/** A chain on the ledger of `exchange`. */
export function createLedgerChain(exchange: VenueExchange): LedgerChain {
  const nonces = new Map<VenueAddress, number>();
  const receipts = new Map<string, ChainReceiptView>();
  let relayed = 0;

  const blockNumber = (nowMs: UnixMs): number => Math.floor(nowMs / BLOCK_MS);

  function mine(hash: Hex, succeeded: boolean, nowMs: UnixMs): ChainReceiptView {
    const receipt = { hash, blockNumber: blockNumber(nowMs) + 1, succeeded };
    receipts.set(hash, receipt);
    const [oldest] = receipts.keys();
    if (receipts.size > MAX_RECEIPTS && oldest !== undefined) receipts.delete(oldest);
    return receipt;
  }

  return {
    blockNumber,
    nonceOf: (address) => nonces.get(address) ?? 0,
    send(raw, nowMs) {
      const hash = keccak256(raw);
      if (receipts.has(hash)) return { refused: 'already known' };
      const read = readTransaction(raw);
      if (read === null) return { refused: 'invalid transaction' };
      const { from, nonce, call } = read;
      const expected = nonces.get(from) ?? 0;
      if (nonce < expected) return { refused: 'nonce too low' };
      if (nonce > expected) return { refused: 'nonce too high' };
      if (exchange.spendGas(from, GAS_USED * GAS_PRICE_WEI) !== null) {
        return { refused: 'insufficient funds for gas * price + value' };
      }
      nonces.set(from, expected + 1);
      mine(hash, performCall(exchange, from, call, nowMs) === null, nowMs);
      return { hash };
    },
    relay(wallet, calls, nowMs) {
      const hash = keccak256(toHex(`relayed ${wallet} ${++relayed} ${nowMs}`));
      nonces.set(wallet, (nonces.get(wallet) ?? 0) + 1);
      const succeeded = calls.every((call) => performCall(exchange, wallet, call, nowMs) === null);
      return mine(hash, succeeded, nowMs);
    },
    receipt(hash, nowMs) {
      const receipt = receipts.get(hash) ?? null;
      return receipt !== null && receipt.blockNumber <= blockNumber(nowMs) ? receipt : null;
    },
    dump: () => ({ nonces: [...nonces], relayed, receipts: [...receipts.values()] }),
    restore(saved) {
      const state = savedSchema.parse(saved);
      for (const [address, nonce] of state.nonces) nonces.set(address, nonce);
      for (const receipt of state.receipts) receipts.set(receipt.hash, { ...receipt, hash: receipt.hash as Hex });
      relayed = state.relayed;
    },
  };
}

function readTransaction(
  raw: Hex,
): { readonly from: VenueAddress; readonly nonce: number; readonly call: LedgerCall } | null {
  try {
    const { r, s, v, yParity, ...transaction } = parseTransaction(raw as `0x02${string}`);
    if (r === undefined || s === undefined || transaction.to === null || transaction.to === undefined) return null;
    const recovery = (yParity ?? Number((v ?? 27n) - 27n)) + FIRST_RECOVERY_VALUE;
    const signature: Hex = `0x${r.slice(2).padStart(64, '0')}${s.slice(2).padStart(64, '0')}${recovery.toString(16)}`;
    const from = recoverSigner(keccak256(serializeTransaction(transaction)), signature);
    if (from === null) return null;
    return { from, nonce: transaction.nonce ?? 0, call: { to: transaction.to, data: transaction.data ?? '0x' } };
  } catch {
    // Bytes that are no transaction: viem throws for them.
    return null;
  }
}
