/**
 * Does quoting pay? A pair gains its spread, a half that stays alone loses what the price knew and we did not. Where halves stay alone
 * more often than pairs can pay for, quoting stops; and since a stopped maker makes no fills, shadow quotes are scored meanwhile, and time
 * ends it too (the original's pause could only be ended by the trades that it forbade).
 */
import type { MarketMakerConfig } from '../../config/market-maker-config.ts';
import type { MoneyMicro, SizeMicro } from '../../model/money.ts';
import { TICKS_PER_PUSD } from '../../model/price.ts';
import type { UnixMs } from '../../model/time.ts';
import type { Outcome } from '../../model/window.ts';
import { pairFills, type WindowFill } from './unpaired-lots.ts';

/** Rates are shares of all shares that were filled, in millionths. */
const PPM = 1_000_000;

/** How the maker's fills of one window went. */
export interface WindowScore {
  readonly windowStartMs: UnixMs;
  /** Shares of one outcome that found their other half, and what these pairs gain. */
  readonly pairedMicro: SizeMicro;
  readonly pairGainMicro: MoneyMicro;
  /** Shares that stayed alone, and what they lost against their mark; negative where they gained. */
  readonly singleMicro: SizeMicro;
  readonly singleLossMicro: MoneyMicro;
}

/** Quoting is stopped: since when, on what ground, and what shadow quotes have done since. Plain data. */
export interface OneSidedStop {
  readonly sinceMs: UnixMs;
  readonly ratePpm: number;
  readonly breakEvenPpm: number;
  readonly shadow: WindowScore[];
}

/** The rate of shares that stay alone, and the one at which pairs just pay for them. */
export interface OneSidedRate {
  readonly ratePpm: number;
  readonly breakEvenPpm: number;
}

/**
 * Scores the maker's own fills of one window. A share that stayed alone is held against its mark; without a mark against `winner`'s payoff;
 * without either it counts as having lost the widest quote, the most that quoting was worth.
 */
export function scoreWindow(
  windowStartMs: UnixMs,
  fills: readonly WindowFill[],
  winner: Outcome | null,
  config: MarketMakerConfig,
): WindowScore {
  const { unpaired, pairedMicro, gainMicro } = pairFills(fills.filter(({ own }) => own));
  let singleMicro = 0;
  let lossTickMicro = 0;
  for (const outcome of ['up', 'down'] as const) {
    const payoffTicks = winner === null ? null : winner === outcome ? TICKS_PER_PUSD : 0;
    for (const { costTicks, sizeMicro, markTicks } of unpaired[outcome]) {
      const worthTicks = markTicks ?? payoffTicks;
      singleMicro += sizeMicro;
      lossTickMicro += sizeMicro * (worthTicks === null ? config.maxHalfSpreadTicks : costTicks - worthTicks);
    }
  }
  return {
    windowStartMs,
    pairedMicro,
    pairGainMicro: gainMicro,
    singleMicro,
    singleLossMicro: Math.ceil(lossTickMicro / TICKS_PER_PUSD),
  };
}

/** True for a window in which nothing of the maker's was filled: it says nothing about its quotes. */
export function isEmptyScore({ pairedMicro, singleMicro }: WindowScore): boolean {
  return pairedMicro === 0 && singleMicro === 0;
}

/**
 * The one-sided rate over several windows and its break-even g / (g + l): g is what a pair gained a share (the configured spread while
 * there was none), l what a lone share lost. `null` where nothing was filled.
 */
export function oneSidedRate(scores: readonly WindowScore[], config: MarketMakerConfig): OneSidedRate | null {
  let pairedMicro = 0;
  let gainMicro = 0;
  let singleMicro = 0;
  let lossMicro = 0;
  for (const score of scores) {
    pairedMicro += score.pairedMicro;
    gainMicro += score.pairGainMicro;
    singleMicro += score.singleMicro;
    lossMicro += score.singleLossMicro;
  }
  if (pairedMicro + singleMicro === 0) return null;
  const gain = pairedMicro === 0 ? (2 * config.halfSpreadTicks) / TICKS_PER_PUSD : gainMicro / pairedMicro;
  const loss = singleMicro === 0 ? 0 : lossMicro / singleMicro;
  return {
    ratePpm: Math.round((PPM * singleMicro) / (pairedMicro + singleMicro)),
    breakEvenPpm: breakEvenPpm(gain, loss),
  };
}

/** Lone shares that gain need no pairs to pay for them; pairs that gain nothing pay for none. */
function breakEvenPpm(gain: number, loss: number): number {
  if (loss <= 0) return PPM;
  return gain <= 0 ? 0 : Math.round((PPM * gain) / (gain + loss));
}

/** True where halves stay alone more often than pairs pay for. */
export function isPastBreakEven({ ratePpm, breakEvenPpm: limit }: OneSidedRate): boolean {
  return ratePpm > limit;
}

/** Whether the stop still holds at `nowMs`. */
export function isStopped(stop: OneSidedStop | null, nowMs: UnixMs, config: MarketMakerConfig): stop is OneSidedStop {
  return stop !== null && nowMs - stop.sinceMs < config.oneSided.maxPauseMs;
}
