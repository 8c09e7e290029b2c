/**
 * Settings of the directional strategy, each with its reason. Defaults are cautious: as they stand it trades nothing, since the
 * probability that trades is wholly the market's until evidence says otherwise (DESIGN §3.8).
 */
import * as z from 'zod';
import { MINUTE_MS, SECOND_MS } from '../model/time.ts';
import { ms, ppm, ticks } from './config-fields.ts';

const pause = z.strictObject({
  /** Outcomes that are looked at, and that there must be before anything is paused: the original's 100. Ten could be chance alone. */
  outcomes: z.number().int().min(20).max(1_000),
  /**
   * By how much accuracy must exceed break-even before trading goes on: one outcome in a hundred. With none a strategy that stands at
   * its break-even would stop and start with every outcome.
   */
  resumeMarginPpm: ppm,
});

export const directionalConfigSchema = z
  .strictObject({
    /** Off: no signal is taken and nothing is scored. */
    enabled: z.boolean(),
    /** Time between two signals: the original's 3 s. More often is the same news again; a quote that lost its edge leaves at once anyway. */
    signalEveryMs: ms.min(100),
    /**
     * Weight of the model in the probability that trades, the market's mid having the rest (in log-odds). 0: wholly the market's, and then
     * there is no trade. It is raised by evidence out of sample, never by hope; 1 would say that the market knows nothing.
     */
    modelWeightPpm: ppm,
    /** States of the fair value in which orders are opened. While the strike is not known exactly a bet is on two things at once. */
    phases: z.array(z.enum(['pre-open', 'strike-pending', 'known'])),
    /** Edge of one share after fee and slippage, in ticks: two cents, the smallest that a probe can tell from none in affordable time. */
    minEdgeTicks: ticks,
    /** What the price may move against a taker until it is matched: one usual tick, for the venue holds takers for a while. */
    slippageTicks: ticks,
    /** What a resting bid loses by being filled when the price comes down: one usual tick, until markouts say how much it is. */
    adverseSelectionTicks: ticks,
    /** Above this probability, and near the end, it takes instead of waiting: the original's 0.65. */
    takeConfidencePpm: ppm,
    /** Taking begins so long before the end: the original's 120 s. Before that a resting bid has time to be filled without a fee. */
    takeBeforeEndMs: ms,
    /** No new orders, and ours are cancelled (DESIGN §6, T − 30 s). */
    leaveBeforeEndMs: ms,
    /** Share of the Kelly stake: a quarter. Whole Kelly is right only where the probability is exactly right. */
    kellyPpm: ppm.min(1),
    /** Most that one trade may cost, fee included, as a part of equity: 1 %, the limit of a trade (DESIGN §3.13). Never above a tenth. */
    maxStakePpm: z.number().int().min(1).max(100_000),
    /** Part of what the book displays that is counted upon: half. Some of it is gone before our order is matched. */
    depthSharePpm: ppm.min(1),
    /** Orders that may become a position in one window: one. A second on the same news would be the same bet again. */
    maxPositionsPerWindow: z.number().int().min(1).max(10),
    pause,
  })
  .refine(({ takeBeforeEndMs, leaveBeforeEndMs }) => takeBeforeEndMs > leaveBeforeEndMs, {
    path: ['takeBeforeEndMs'],
    message: 'must be above leaveBeforeEndMs, or nothing is ever taken',
  });

export type DirectionalConfig = z.infer<typeof directionalConfigSchema>;
export type AccuracyPauseConfig = DirectionalConfig['pause'];

/** Cautious defaults; the reason of each stands beside its field. */
export const DEFAULT_DIRECTIONAL_CONFIG: DirectionalConfig = {
  enabled: true,
  signalEveryMs: 3 * SECOND_MS,
  modelWeightPpm: 0,
  phases: ['known'],
  minEdgeTicks: 200,
  slippageTicks: 100,
  adverseSelectionTicks: 100,
  takeConfidencePpm: 650_000,
  takeBeforeEndMs: 2 * MINUTE_MS,
  leaveBeforeEndMs: 30 * SECOND_MS,
  kellyPpm: 250_000,
  maxStakePpm: 10_000,
  depthSharePpm: 500_000,
  maxPositionsPerWindow: 1,
  pause: { outcomes: 100, resumeMarginPpm: 10_000 },
};
