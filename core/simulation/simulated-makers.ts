/**
 * Who quotes a simulated window: a handful of makers with different delays, errors, widths and sizes, and the small orders that
 * the public leaves along the whole ladder. None of them knows the present price: each quotes around what the window was worth
 * a while ago, so a fast move finds stale orders. Figures are fitted to real books (Source: measurements of 50 recorded windows
 * and 64 recorded ladders of 2026-04-16, notes of 2026-11-23): 1 cent wide, 275 shares at the touch, 350 … 530 a level behind it.
 */
import { exp } from '../model/math.ts';
import { MICRO_PER_UNIT, type SizeMicro } from '../model/money.ts';
import { type PriceTicks, TICKS_PER_PUSD } from '../model/price.ts';
import type { DurationMs } from '../model/time.ts';
import type { BookSide } from './joint-book.ts';
import type { Rng } from './rng.ts';

export interface MakerProfile {
  readonly name: string;
  /** Age of the price it quotes around. */
  readonly delayMs: DurationMs;
  /** Mean time between looks at the market. */
  readonly actEveryMs: DurationMs;
  /** Distance of its first level from what it believes. */
  readonly halfSpreadTicks: PriceTicks;
  readonly levels: number;
  /** Median shares of a level. */
  readonly levelShares: number;
  /** Standard deviation of its error about the window's worth. */
  readonly errorTicks: number;
  /** It takes everything out this long before the end. */
  readonly leavesBeforeEndMs: DurationMs;
}

/** Spacing of the levels on the coarse and on the fine grid. */
export const COARSE_TICK_TICKS = 100;
export const FINE_TICK_TICKS = 10;

export const MAKER_PROFILES: readonly MakerProfile[] = [
  maker('quick', 40, 220, 28, 3, 195, 12, 0),
  maker('nimble', 90, 320, 45, 4, 160, 18, 0),
  maker('steady', 220, 600, 80, 7, 105, 25, 3_000),
  maker('wide', 450, 900, 120, 8, 75, 30, 8_000),
  maker('deep', 800, 1_400, 180, 9, 58, 40, 20_000),
  maker('slow', 1_400, 2_200, 240, 10, 58, 50, 35_000),
];

function maker(
  name: string,
  delayMs: DurationMs,
  actEveryMs: DurationMs,
  halfSpreadTicks: PriceTicks,
  levels: number,
  levelShares: number,
  errorTicks: number,
  leavesBeforeEndMs: DurationMs,
): MakerProfile {
  return { name, delayMs, actEveryMs, halfSpreadTicks, levels, levelShares, errorTicks, leavesBeforeEndMs };
}

/** One order a maker wants to have in the book. */
export interface Quote {
  readonly side: BookSide;
  readonly priceTicks: PriceTicks;
  readonly sizeMicro: SizeMicro;
}

/** What a maker goes by when it looks. */
export interface MakerView {
  /** Probability of Up as it was `delayMs` ago, and a second before that. */
  readonly worth: number;
  readonly worthBefore: number;
  /** Its present error, in ticks. */
  readonly errorTicks: number;
  /** Falls towards the end: makers show less the less time there is to get out. */
  readonly sizeFactor: number;
  readonly tickSizeTicks: PriceTicks;
  /** The touch it must stay clear of: makers post only. */
  readonly bestBidTicks: PriceTicks | null;
  readonly bestAskTicks: PriceTicks | null;
}

/** The next error of a maker: wanders around zero with its own standard deviation. */
export function nextError(profile: MakerProfile, errorTicks: number, rng: Rng): number {
  const memory = 0.95;
  return memory * errorTicks + Math.sqrt(1 - memory * memory) * profile.errorTicks * rng.normal();
}

/** A size in hundredths of a share, log-normal around a median. */
export function drawSize(medianShares: number, spread: number, rng: Rng): SizeMicro {
  const shares = Math.max(1, medianShares * exp(spread * rng.normal()));
  return Math.round(shares * 100) * (MICRO_PER_UNIT / 100);
}

/**
 * The quotes of one maker: levels from both sides of what it believes, outwards. The width falls with the window's remaining
 * doubt and grows with what the price moved in the last second. Nothing is quoted beyond the ends of the grid.
 */
export function quotesOf(profile: MakerProfile, view: MakerView, rng: Rng): Quote[] {
  const wanted = touchWanted(profile, view);
  const grid = view.tickSizeTicks;
  const quotes: Quote[] = [];
  const firstBid = Math.min(wanted.bidTicks, (view.bestAskTicks ?? TICKS_PER_PUSD) - grid);
  const firstAsk = Math.max(wanted.askTicks, (view.bestBidTicks ?? 0) + grid);
  const median = profile.levelShares * view.sizeFactor;
  for (let level = 0; level < profile.levels; level++) {
    const away = level * levelSpacing(grid, level);
    pushQuote(quotes, 'bid', firstBid - away, drawSize(median, 0.45, rng), grid);
    pushQuote(quotes, 'ask', firstAsk + away, drawSize(median, 0.45, rng), grid);
  }
  return quotes;
}

/** Best bid and offer of a maker by what it believes, whatever stands in the book: the first levels of its quotes when nothing does. */
export function touchWanted(
  profile: MakerProfile,
  view: MakerView,
): { readonly bidTicks: PriceTicks; readonly askTicks: PriceTicks } {
  const centre = view.worth * TICKS_PER_PUSD + view.errorTicks * doubt(view.worth);
  const moved = Math.abs(view.worth - view.worthBefore) * TICKS_PER_PUSD;
  const half = profile.halfSpreadTicks * doubt(view.worth) + Math.min(MOST_CAUTION_TICKS, 0.35 * moved);
  const grid = view.tickSizeTicks;
  return {
    bidTicks: Math.floor((centre - half) / grid) * grid,
    askTicks: Math.ceil((centre + half) / grid) * grid,
  };
}

/** 1 at even odds, a quarter where the outcome is all but known. */
function doubt(worth: number): number {
  return Math.max(0.25, Math.sqrt(4 * worth * (1 - worth)));
}

function levelSpacing(grid: PriceTicks, level: number): PriceTicks {
  return grid === COARSE_TICK_TICKS || level === 0 ? grid : 2 * grid;
}

function pushQuote(quotes: Quote[], side: BookSide, priceTicks: PriceTicks, sizeMicro: SizeMicro, grid: number): void {
  if (priceTicks >= grid && priceTicks <= TICKS_PER_PUSD - grid) quotes.push({ side, priceTicks, sizeMicro });
}

/** The most that a fast move adds to half of a quote's width. */
const MOST_CAUTION_TICKS = 400;

/** Lottery tickets: what the public bids and offers at the ends of the coarse grid, and keeps bidding while it lasts. */
export const TICKET_SHARES = 700;

/** Small old orders every cent of the ladder, a round lot at every tenth, and the lottery tickets at both ends. */
export function publicOrders(worthTicks: PriceTicks, rng: Rng): Quote[] {
  const quotes: Quote[] = [];
  const gap = 700;
  for (let priceTicks = COARSE_TICK_TICKS; priceTicks < TICKS_PER_PUSD; priceTicks += COARSE_TICK_TICKS) {
    if (Math.abs(priceTicks - worthTicks) < gap) continue;
    const atEnd = priceTicks === COARSE_TICK_TICKS || priceTicks === TICKS_PER_PUSD - COARSE_TICK_TICKS;
    const roundLot = priceTicks % 1_000 === (priceTicks < worthTicks ? 900 : 100);
    const median = atEnd ? TICKET_SHARES : roundLot ? 220 : 28;
    const side: BookSide = priceTicks < worthTicks ? 'bid' : 'ask';
    quotes.push({ side, priceTicks, sizeMicro: drawSize(median, atEnd ? 0.8 : 0.4, rng) });
  }
  return quotes;
}

/** Share of its usual size that a maker shows with this much time left. Source: the depth column of the same measurements. */
export function sizeFactorAt(leftMs: DurationMs): number {
  if (leftMs >= 60_000) return 1;
  if (leftMs >= 30_000) return 0.75;
  return 0.55;
}
