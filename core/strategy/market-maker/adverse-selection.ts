/**
 * What a fill tells against us, fitted to our own: how far the fair value has moved against the filled outcome 30 s later, over that of the
 * fill. A belief in configuration stands for as many shares as it is worth, and old fills fade.
 */
import type { MarketMakerConfig } from '../../config/market-maker-config.ts';
import type { WindowFill } from './unpaired-lots.ts';

/** Weight that is left of a window's fills one window with fills later: half of it after 69 such windows. */
const KEPT_PER_WINDOW = 0.99;

/** Sums over own fills, faded. Plain data. */
export interface AdverseSelection {
  /** Shares in millionths, and these times the ticks that the fair value moved against them. */
  sizeMicro: number;
  movedTickMicro: number;
}

/** Nothing was filled yet. */
export function createAdverseSelection(): AdverseSelection {
  return { sizeMicro: 0, movedTickMicro: 0 };
}

/** Takes in a window's own fills, in place. A fill without fair value or mark tells nothing. */
export function noteAdverse(adverse: AdverseSelection, fills: readonly WindowFill[]): void {
  adverse.sizeMicro *= KEPT_PER_WINDOW;
  adverse.movedTickMicro *= KEPT_PER_WINDOW;
  for (const { own, side, sizeMicro, fairTicks, markTicks } of fills) {
    if (!own || fairTicks === null || markTicks === null) continue;
    const against = side === 'buy' ? fairTicks - markTicks : markTicks - fairTicks;
    if (!Number.isFinite(against)) continue;
    adverse.sizeMicro += sizeMicro;
    adverse.movedTickMicro += sizeMicro * against;
  }
}

/** The fitted adverse selection in ticks; never below 0, since luck is no reason to quote nearer. */
export function adverseTicks(adverse: AdverseSelection, config: MarketMakerConfig): number {
  const { adverseSelectionTicks: priorTicks, adversePriorMicro: priorMicro } = config;
  const fitted = (priorTicks * priorMicro + adverse.movedTickMicro) / (priorMicro + adverse.sizeMicro);
  return Math.max(0, fitted);
}
