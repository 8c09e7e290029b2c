/**
 * What risk remembers over windows and days: the row of losing windows, and the loss of a day that is over while positions of it are
 * still open. Part of the durable state, changed by recorded facts alone.
 */
import type { MoneyMicro } from '../model/money.ts';
import { type UnixMs, utcDayStart } from '../model/time.ts';
import type { DurableState, WindowState } from './state.ts';

/** The loss of days before, as long as a window of theirs is open: its end belongs to them too. */
export interface CarriedLoss {
  lossMicro: MoneyMicro;
  /** Windows that held something, or could still come to, when the day ended. */
  windowStartsMs: UnixMs[];
}

export interface RiskState {
  /** Windows in a row that ended with a loss; one that gained ends the row, one without a fill is not in it. */
  lossesInRow: number;
  /** When the last of them was booked. */
  lastLossMs: UnixMs;
  carried: CarriedLoss | null;
}

/** Nothing lost, nothing carried. */
export function createRiskState(): RiskState {
  return { lossesInRow: 0, lastLossMs: 0, carried: null };
}

/**
 * To be called before the ledger's day is rolled on: where the UTC day ends with open windows its loss is carried, and it is dropped once
 * the last of them has ended. So midnight frees no room for risk that the old day had already taken.
 */
export function rollRiskDay(durable: DurableState): void {
  const { risk, ledger, nowMs } = durable;
  if (utcDayStart(nowMs) > ledger.day.startMs) {
    const lossMicro = dayLossMicro(durable);
    const windowStartsMs = Object.values(durable.windows)
      .filter((window) => isOpen(durable, window))
      .map(({ window }) => window.startMs);
    risk.carried = lossMicro > 0 && windowStartsMs.length > 0 ? { lossMicro, windowStartsMs } : null;
    return;
  }
  if (risk.carried === null) return;
  const left = risk.carried.windowStartsMs.filter((startMs) => {
    const window = durable.windows[startMs];
    return window !== undefined && isOpen(durable, window);
  });
  if (left.length === risk.carried.windowStartsMs.length) return;
  risk.carried = left.length === 0 ? null : { ...risk.carried, windowStartsMs: left };
}

/** Realised loss of the day, with what is carried; negative when the day has gained. */
export function dayLossMicro({ risk, ledger }: Pick<DurableState, 'risk' | 'ledger'>): MoneyMicro {
  return (risk.carried?.lossMicro ?? 0) - ledger.day.realizedMicro;
}

/** Books the result of a window in the row of losses. A window in which nothing was traded says nothing. */
export function noteWindowResult(risk: RiskState, pnlMicro: MoneyMicro, traded: boolean, nowMs: UnixMs): void {
  if (!traded) return;
  if (pnlMicro > 0) risk.lossesInRow = 0;
  if (pnlMicro >= 0) return;
  risk.lossesInRow++;
  risk.lastLossMs = nowMs;
}

/** Something is held whose result is not known, or an order may still bring it. */
function isOpen(durable: DurableState, { window, positions, resolved }: WindowState): boolean {
  if (resolved === null && (positions.up.sizeMicro !== 0 || positions.down.sizeMicro !== 0)) return true;
  return Object.values(durable.orders).some(({ order }) => order.windowStartMs === window.startMs);
}
