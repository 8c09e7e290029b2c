/**
 * What the market maker can be told, each field with the reason for its default. The original's own settings stand beside the cautious
 * ones; both are held to what no setting may undo: two cents of half-spread, and T − 30 s.
 */
import * as z from 'zod';
import { MICRO_PER_UNIT } from '../model/money.ts';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../model/time.ts';
import { micro, ms, ppm, ticks } from './config-fields.ts';

/**
 * No quote stands nearer to what a share is worth. Twice this is 4 cents, more than the greatest taker's fee (1.75 cents, venue notes §4,
 * 2026-11-23): a pair of quotes pays for completing its missing half at once.
 */
export const MIN_HALF_SPREAD_TICKS = 200;
/** Our resting orders are being cancelled from here on (DESIGN §6, T − 30 s); the original stayed until 10 s before the end. */
const LEAVE_AT_LEAST_MS = 30 * SECOND_MS;

const count = z.number().int().min(1).max(10_000);

const completion = z.strictObject({
  /** Buys the missing half of a pair at once where both halves and the fee cost less than 1. */
  enabled: z.boolean(),
  /** What a share of such a pair has to gain: the smallest step there is, since every gain of a complete set is certain. */
  minGainTicks: ticks.min(1),
});

/** The stop that asks whether quoting pays: halves that stay alone against pairs that close. */
const oneSided = z.strictObject({
  /** Windows with a fill that are looked back on: a day and a half at three windows an hour, so an old market is forgotten. */
  windowsKept: count,
  /** Fewer windows with a fill than this are no ground to stop: one unpaired fill proves nothing. */
  minWindows: count,
  /** Shadow windows with a fill that must look well before quoting goes on: as many as it took to stop. */
  resumeWindows: count,
  /** The stop ends after so long even when shadow quotes found nobody: a whole day, so each hour of the day was waited for once. */
  maxPauseMs: ms,
});

const prePlacement = z.strictObject({
  /** Quotes in windows that have not begun. Off: half of the strike's average is then still to be observed. */
  enabled: z.boolean(),
  /** How long before a window's start: the length of the strike's average, before which nothing of it is known. */
  leadMs: ms,
});

export const marketMakerConfigSchema = z
  .strictObject({
    /** Whether quotes are made at all. Off in live by default: its preset says so, not this. */
    /** Whether quotes are made at all; `MARKET_MAKER_ENABLED` of the environment wins. */
    enabled: z.boolean(),
    /** Least distance of a quote from what a share is worth: half of the original's 4 cent spread. */
    halfSpreadTicks: ticks.min(MIN_HALF_SPREAD_TICKS),
    /** Where safety asks for more than this no quote stands: 5 cents, the spread that 99 of 100 real books do not pass (data notes §9). */
    maxHalfSpreadTicks: ticks,
    /**
     * k: standard deviations of the price's move while a change reaches us and our cancel reaches the venue. One: in 16 of 100 such
     * moments the price passes a quote, by 0.08 deviations on average over all of them, which the fitted adverse selection has to carry.
     */
    moveDeviations: z.number().min(0.5).max(10),
    /** What a fill tells against us before any fill was seen: half a cent, half of the real book's usual spread (data notes §9). */
    adverseSelectionTicks: ticks,
    /** Shares of own fills that weigh as much as that belief: a hundred orders of the minimum size. */
    adversePriorMicro: micro.min(MICRO_PER_UNIT),
    /** Weight of our own fair value in the centre, in log-odds as everywhere. No bid stands above our own value either way. 0: wholly the market's, until evidence says otherwise (DESIGN §3.8). */
    fairWeightPpm: ppm,
    /** Where our fair value and the book differ by more than this one of them is wrong, and a quote finds out which: as the widest quote. */
    maxDisagreementTicks: ticks,
    /** A book that is wider says nothing of the price: twice what 99 of 100 real books are (data notes §9). */
    maxBookSpreadTicks: ticks,
    /** Age of the newest reference price in the fair value, by source time: 5 s on top of a lag of at most 3 s (data notes §5). */
    maxFairValueAgeMs: ms,
    /** Quotes while the strike was not captured exactly. Off: its error is not in the half-spread. */
    quoteStrikePending: z.boolean(),
    /** The venue's smallest order: what is not known to win is done in the smallest size. */
    orderSizeMicro: micro,
    /** Shares of one outcome in excess of the other: five orders. The original's 200 would let one window take a day's limit. */
    maxInventoryMicro: micro,
    /** How far a quote that adds to the inventory backs off when the inventory stands at its limit. */
    maxSkewTicks: ticks,
    /** A quote that is this far from where it should be is replaced. */
    requoteMoveTicks: ticks.min(1),
    /** How much further off than it must a new quote stands, so that the first small move does not cancel it: half a cent. */
    requoteBufferTicks: ticks,
    /** A quote that has only become too cautious is left this long: moving it up costs its place in the queue and gains little. */
    minQuoteAgeMs: ms,
    /** After a quote of a side was sent, the next one of that side waits this long. */
    replaceAfterMs: ms,
    /** A quote older than this is replaced. */
    requoteAfterMs: ms,
    /** Resting orders of one window at most. */
    maxOrders: z.number().int().min(0).max(20),
    /** Before the end: no new quotes, and ours are cancelled (DESIGN §6, T − 30 s). */
    leaveBeforeEndMs: ms.min(LEAVE_AT_LEAST_MS),
    /** Complete sets are merged from here on: one order of the minimum size, since each merge is a transaction of its own. */
    mergeFromMicro: micro.min(1),
    completion,
    oneSided,
    prePlacement,
  })
  .superRefine((config, refined) => {
    const refuse = (path: string[], message: string) => refined.addIssue({ code: 'custom', path, message });
    if (config.maxHalfSpreadTicks < config.halfSpreadTicks) {
      refuse(['maxHalfSpreadTicks'], 'is below halfSpreadTicks, so no quote could ever stand: raise it or lower that');
    }
    if (config.orderSizeMicro > config.maxInventoryMicro) {
      refuse(['orderSizeMicro'], 'is above maxInventoryMicro, so no order could ever stand: lower it or raise that');
    }
    if (config.minQuoteAgeMs > config.requoteAfterMs) {
      refuse(['minQuoteAgeMs'], 'is above requoteAfterMs, so it would never decide: lower it or raise that');
    }
    if (config.oneSided.minWindows > config.oneSided.windowsKept) {
      refuse(['oneSided', 'minWindows'], 'is above oneSided.windowsKept, so the stop could never work: lower it');
    }
  });

export type MarketMakerConfig = z.infer<typeof marketMakerConfigSchema>;

/** Cautious: the smallest size, five orders of inventory, the market's own centre, nothing placed ahead. */
export const DEFAULT_MARKET_MAKER: MarketMakerConfig = {
  enabled: true,
  halfSpreadTicks: MIN_HALF_SPREAD_TICKS,
  maxHalfSpreadTicks: 500,
  moveDeviations: 1,
  adverseSelectionTicks: 50,
  adversePriorMicro: 500 * MICRO_PER_UNIT,
  fairWeightPpm: 0,
  maxDisagreementTicks: 500,
  maxBookSpreadTicks: 1_000,
  maxFairValueAgeMs: 8 * SECOND_MS,
  quoteStrikePending: false,
  orderSizeMicro: 5 * MICRO_PER_UNIT,
  maxInventoryMicro: 25 * MICRO_PER_UNIT,
  maxSkewTicks: 200,
  requoteMoveTicks: 150,
  requoteBufferTicks: 50,
  minQuoteAgeMs: 3 * SECOND_MS,
  replaceAfterMs: SECOND_MS,
  requoteAfterMs: 30 * SECOND_MS,
  maxOrders: 4,
  leaveBeforeEndMs: 30 * SECOND_MS,
  mergeFromMicro: 5 * MICRO_PER_UNIT,
  completion: { enabled: true, minGainTicks: 1 },
  oneSided: { windowsKept: 100, minWindows: 20, resumeWindows: 20, maxPauseMs: DAY_MS },
  prePlacement: { enabled: false, leadMs: MINUTE_MS },
};

/**
 * The original's settings where they still stand: 4 cents, 30 s, 1.5 cents, 200 shares, 4 orders (specs original, "Market maker"). Its
 * last 10 s are none of them: T − 30 s is the house's rule.
 */
export const ORIGINAL_MARKET_MAKER: MarketMakerConfig = {
  ...DEFAULT_MARKET_MAKER,
  halfSpreadTicks: 200,
  requoteBufferTicks: 0,
  requoteAfterMs: 30 * SECOND_MS,
  requoteMoveTicks: 150,
  maxInventoryMicro: 200 * MICRO_PER_UNIT,
  maxOrders: 4,
};
