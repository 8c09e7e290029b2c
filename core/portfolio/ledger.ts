/**
 * The series' money: cash, what is won and not redeemed yet, and what the UTC day has realised. Every change comes from a recorded fact
 * (a fill, a payout, a redemption), so the ledger is the same after every recovery, to the millionth.
 */
import type { MoneyMicro } from '../model/money.ts';
import { type UnixMs, utcDayStart } from '../model/time.ts';

export interface Ledger {
  cashMicro: MoneyMicro;
  /**
   * Payouts of resolved windows that are not cash yet. Below zero while a redemption was reported before the result that it pays: the
   * sum of both is always what we own.
   */
  redeemableMicro: MoneyMicro;
  day: LedgerDay;
}

export interface LedgerDay {
  startMs: UnixMs;
  windows: number;
  fills: number;
  feesMicro: MoneyMicro;
  /** Gas and relayer costs. They are in `realizedMicro` already. */
  costsMicro: MoneyMicro;
  realizedMicro: MoneyMicro;
}

/** A ledger that holds the bankroll and has done nothing yet. */
export function createLedger(bankrollMicro: MoneyMicro, nowMs: UnixMs): Ledger {
  return { cashMicro: bankrollMicro, redeemableMicro: 0, day: emptyDay(nowMs) };
}

/** Starts a new UTC day when `nowMs` lies beyond the present one. A day never starts again. */
export function rollDay(ledger: Ledger, nowMs: UnixMs): void {
  if (utcDayStart(nowMs) > ledger.day.startMs) ledger.day = emptyDay(nowMs);
}

/** Books a fill: what was paid (negative: received) and its fee. */
export function bookFill(ledger: Ledger, paidMicro: MoneyMicro, feeMicro: MoneyMicro): void {
  ledger.cashMicro -= paidMicro + feeMicro;
  ledger.day.fills++;
  ledger.day.feesMicro += feeMicro;
}

/** Takes a fill back that failed to settle. It belongs to the day that reports it, as days add up to the whole. */
export function bookReversal(ledger: Ledger, paidMicro: MoneyMicro, feeMicro: MoneyMicro): void {
  ledger.cashMicro += paidMicro + feeMicro;
  ledger.day.fills--;
  ledger.day.feesMicro -= feeMicro;
}

/** Books a resolved window: its payout, which is not cash before it is redeemed, and what it made in all, fees included. */
export function bookResolution(ledger: Ledger, payoutMicro: MoneyMicro, pnlMicro: MoneyMicro): void {
  ledger.redeemableMicro += payoutMicro;
  ledger.day.windows++;
  ledger.day.realizedMicro += pnlMicro;
}

/** Books what a fill changes that was reported after its window had been resolved: the difference to what was booked then. */
export function bookCorrection(ledger: Ledger, payoutMicro: MoneyMicro, pnlMicro: MoneyMicro): void {
  ledger.redeemableMicro += payoutMicro;
  ledger.day.realizedMicro += pnlMicro;
}

/** Books a redemption: `payoutMicro` of what was won is cash now. */
export function bookRedemption(ledger: Ledger, payoutMicro: MoneyMicro): void {
  ledger.redeemableMicro -= payoutMicro;
  ledger.cashMicro += payoutMicro;
}

/** Books complete sets that were turned into money (`mergedMicro`; negative: money into sets). */
export function bookCompleteSets(ledger: Ledger, mergedMicro: MoneyMicro): void {
  ledger.cashMicro += mergedMicro;
}

/** Books what a transaction cost, in pUSD. It is a loss of the day on which it was reported. */
export function bookCost(ledger: Ledger, costMicro: MoneyMicro): void {
  ledger.cashMicro -= costMicro;
  ledger.day.costsMicro += costMicro;
  ledger.day.realizedMicro -= costMicro;
}

/** Books a rebate that the venue has paid. It is cash, and no result of any day. */
export function bookRebate(ledger: Ledger, amountMicro: MoneyMicro): void {
  ledger.cashMicro += amountMicro;
}

function emptyDay(nowMs: UnixMs): LedgerDay {
  return { startMs: utcDayStart(nowMs), windows: 0, fills: 0, feesMicro: 0, costsMicro: 0, realizedMicro: 0 };
}
