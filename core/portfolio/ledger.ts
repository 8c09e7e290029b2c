/**
 * The series' money: cash and what the UTC day has realised. Every change comes from a recorded fact (a fill, a payout), so the
 * ledger is the same after every recovery, to the millionth.
 */
import type { MoneyMicro } from '../model/money.ts';
import { type UnixMs, utcDayStart } from '../model/time.ts';

export interface Ledger {
  cashMicro: MoneyMicro;
  day: LedgerDay;
}

export interface LedgerDay {
  startMs: UnixMs;
  windows: number;
  fills: number;
  feesMicro: MoneyMicro;
  realizedMicro: MoneyMicro;
}

/** A ledger that holds the bankroll and has done nothing yet. */
export function createLedger(bankrollMicro: MoneyMicro, nowMs: UnixMs): Ledger {
  return { cashMicro: bankrollMicro, day: emptyDay(nowMs) };
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

/** Books a resolved window: its payout and what it made in all, fees included. */
export function bookResolution(ledger: Ledger, payoutMicro: MoneyMicro, pnlMicro: MoneyMicro): void {
  ledger.cashMicro += payoutMicro;
  ledger.day.windows++;
  ledger.day.realizedMicro += pnlMicro;
}

/** Books what a fill changes that was reported after its window had been resolved: the difference to what was booked then. */
export function bookCorrection(ledger: Ledger, payoutMicro: MoneyMicro, pnlMicro: MoneyMicro): void {
  ledger.cashMicro += payoutMicro;
  ledger.day.realizedMicro += pnlMicro;
}

function emptyDay(nowMs: UnixMs): LedgerDay {
  return { startMs: utcDayStart(nowMs), windows: 0, fills: 0, feesMicro: 0, realizedMicro: 0 };
}
