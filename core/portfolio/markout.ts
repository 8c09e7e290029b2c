/**
 * Markouts: what a fill was worth when it happened, and how that moved afterwards. The parts telescope: edge at fill + Δ(0→1 s) +
 * Δ(1→5) + Δ(5→30) + Δ(30→60) + Δ(60→settlement) − fee is what the fill came to, to the millionth, whatever the marks were. A maker
 * that loses its edge within a second is being picked off; one that loses it by the end has bet on a direction.
 */
import { invariant } from '../model/errors.ts';
import type { LedgerName } from '../model/ledger-name.ts';
import { MICRO_PER_UNIT, type MoneyMicro, type SizeMicro } from '../model/money.ts';
import { type PriceTicks, TICKS_PER_PUSD } from '../model/price.ts';
import { type DurationMs, SECOND_MS } from '../model/time.ts';
import type { Outcome } from '../model/window.ts';
import { type Match, paidMicro } from './window-book.ts';

/** After a fill, in the time of the markets. The first is the fill itself; the settlement follows the last. */
export const MARK_HORIZONS_MS: readonly DurationMs[] = [0, SECOND_MS, 5 * SECOND_MS, 30 * SECOND_MS, 60 * SECOND_MS];

const MICRO_PER_TICK = MICRO_PER_UNIT / TICKS_PER_PUSD;

/** To whom a match belongs, and what a share of its outcome was worth at each horizon that has passed. Part of the durable state. */
export interface Attribution {
  readonly strategy: string;
  readonly ledger: LedgerName;
  /** Millionths of a pUSD for a share, one for each horizon so far. */
  readonly marksMicro: MoneyMicro[];
  /** Marks that nobody could take, for want of a book: the one before stands for them. */
  carried: number;
  /** How long after its time the latest mark was taken, at most. */
  worstDelayMs: DurationMs;
}

/** A match that has no mark yet. */
export function createAttribution(strategy: string, ledger: LedgerName): Attribution {
  return { strategy, ledger, marksMicro: [], carried: 0, worstDelayMs: 0 };
}

/** Notes the mark of the next horizon, `delayMs` after it was due; `null`: there was none. */
export function noteMark(match: Match, mine: Attribution, markMicro: MoneyMicro | null, delayMs: DurationMs): void {
  invariant(mine.marksMicro.length < MARK_HORIZONS_MS.length, 'a match has one mark for each horizon');
  mine.marksMicro.push(markMicro ?? previousMark(match, mine));
  if (markMicro === null) mine.carried++;
  else mine.worstDelayMs = Math.max(mine.worstDelayMs, delayMs);
}

/** When the next mark of a match is due, or `null` when it has all of them, or counts in nothing. */
export function nextMarkMs(match: Match, { marksMicro }: Attribution): number | null {
  const horizon = match.settlement === 'failed' ? undefined : MARK_HORIZONS_MS[marksMicro.length];
  return horizon === undefined ? null : match.filledAtMs + horizon;
}

/** Before the first mark a share is worth what was paid for it: such a fill shows no edge. */
function previousMark({ priceTicks }: Match, { marksMicro }: Attribution): MoneyMicro {
  return marksMicro.at(-1) ?? markOfPrice(priceTicks);
}

/** A price as millionths of a pUSD for a share. */
export function markOfPrice(priceTicks: PriceTicks): MoneyMicro {
  return priceTicks * MICRO_PER_TICK;
}

/** What a fill came to and where it came from, in millionths of a pUSD. */
export interface Markout {
  readonly edgeMicro: MoneyMicro;
  readonly drift1sMicro: MoneyMicro;
  readonly drift5sMicro: MoneyMicro;
  readonly drift30sMicro: MoneyMicro;
  readonly drift60sMicro: MoneyMicro;
  readonly driftSettlementMicro: MoneyMicro;
  readonly feeMicro: MoneyMicro;
  /** The sum of the drifts and the edge, less the fee. */
  readonly realizedPnlMicro: MoneyMicro;
}

/** The parts of a markout whose sum, less the fee, is the result. */
export const MARKOUT_PARTS = [
  'edgeMicro',
  'drift1sMicro',
  'drift5sMicro',
  'drift30sMicro',
  'drift60sMicro',
  'driftSettlementMicro',
] as const;

/** Of a match that failed: nothing was won or lost. */
export const NO_MARKOUT: Markout = {
  edgeMicro: 0,
  drift1sMicro: 0,
  drift5sMicro: 0,
  drift30sMicro: 0,
  drift60sMicro: 0,
  driftSettlementMicro: 0,
  feeMicro: 0,
  realizedPnlMicro: 0,
};

/**
 * The markout of one match whose window `winner` won. What a merge does to its shares changes nothing: they count as if they had been
 * held to the end (`strategy-pnl.ts`).
 */
export function markoutOf(match: Match, mine: Attribution, winner: Outcome): Markout {
  if (match.settlement === 'failed') return NO_MARKOUT;
  const { marksMicro } = mine;
  const last = previousMark(match, mine);
  const valueAt = (index: number) => valueMicro(match, marksMicro[index] ?? last);
  const [atFill, at1s, at5s, at30s, at60s] = [valueAt(0), valueAt(1), valueAt(2), valueAt(3), valueAt(4)];
  const atEnd = valueMicro(match, winner === match.outcome ? MICRO_PER_UNIT : 0);
  const paid = paidMicro(match);
  return {
    edgeMicro: atFill - paid,
    drift1sMicro: at1s - atFill,
    drift5sMicro: at5s - at1s,
    drift30sMicro: at30s - at5s,
    drift60sMicro: at60s - at30s,
    driftSettlementMicro: atEnd - at60s,
    feeMicro: match.feeMicro,
    realizedPnlMicro: atEnd - paid - match.feeMicro,
  };
}

/** Marks that are missing or were carried, once nothing more will be marked. */
export function carriedMarks({ marksMicro, carried }: Attribution): number {
  return carried + MARK_HORIZONS_MS.length - marksMicro.length;
}

/** What the shares of a match are worth to us at a mark: a sale owes them. Rounded to whole millionths, which telescoping cancels. */
function valueMicro(
  { side, sizeMicro }: { readonly side: string; readonly sizeMicro: SizeMicro },
  markMicro: MoneyMicro,
) {
  const value = Number((BigInt(markMicro) * BigInt(sizeMicro)) / BigInt(MICRO_PER_UNIT));
  return side === 'buy' ? value : 0 - value;
}
