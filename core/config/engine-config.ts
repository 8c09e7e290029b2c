/**
 * Everything the engine can be told, with a cautious default and its reason for each. It enters the journal as
 * `config-applied`, so that a replay uses what ran. Unknown keys are refused. Secrets and addresses are not here: they belong
 * to the shells.
 */
import * as z from 'zod';
import { isSeriesSlug, type SeriesSlug } from '../model/identifiers.ts';

const micro = z.number().int().nonnegative();
const ticks = z.number().int().min(0).max(10_000);
const ms = z.number().int().nonnegative();
const ppm = z.number().int().min(0).max(1_000_000);

const series = z.strictObject({
  slug: z.custom<SeriesSlug>(isSeriesSlug, 'a series slug such as btc-updown-5m'),
  /** Length of a window. */
  durationMs: ms,
  /** Symbol of the settlement source on PolyBolt ("btcusd"; RTDS writes it "btc/usd"). */
  referenceSymbol: z.string().min(1),
});

const marketMaker = z.strictObject({
  enabled: z.boolean(),
  /** Half of the original's 4 cent spread. */
  halfSpreadTicks: ticks,
  /** The venue's smallest order: what is not known to win is done in the smallest size. */
  orderSizeMicro: micro,
  /** Shares of one outcome in excess of the other: five orders. The original's 200 would let one window take a day's limit. */
  maxInventoryMicro: micro,
  /** How far the centre moves against inventory when it stands at its limit. */
  maxSkewTicks: ticks,
  /** A quote that is this far from where it should be is replaced. */
  requoteMoveTicks: ticks,
  /** A quote that has only become too cautious is left this long: moving it up costs its place in the queue and gains little. */
  minQuoteAgeMs: ms,
  /** After a quote of a side was sent, the next one of that side waits this long. */
  replaceAfterMs: ms,
  /** A quote older than this is replaced. */
  requoteAfterMs: ms,
  /** Resting orders of one window at most. */
  maxOrders: z.number().int().min(0).max(20),
  /** Before the end: no new quotes, and ours are cancelled (DESIGN §6, T − 30 s). */
  leaveBeforeEndMs: ms,
});

const risk = z.strictObject({
  /** What all limits are fractions of. Refused when zero. */
  bankrollMicro: micro.positive(),
  /** Worst loss of one order: 1 %. */
  maxOrderPpm: ppm,
  /** Worst loss of one window: 10 %. */
  maxMarketPpm: ppm,
  /** Worst loss of all windows together: 60 %. */
  maxTotalPpm: ppm,
  /** Worst loss of the day, open risk included: 2.5 %. */
  maxDailyLossPpm: ppm,
  /** Orders of all kinds in any one second. */
  maxOrdersPerSecond: z.number().int().min(1).max(40),
});

/** Ages beyond which an input stops new orders (specs market-data §5, 2026-11-23); receive time, but for the TWAP. */
const staleness = z.strictObject({
  bookMs: ms,
  /** By source time, on top of the feed's own lag. */
  referenceTwapMs: ms,
  exchangeMs: ms,
});

const guard = z.strictObject({
  resolutionSource: z.string(),
  twapLookbackSeconds: z.number().int().min(0),
  feeRatePpm: ppm,
  feeExponent: z.number().int().min(0).max(4),
  minSizeMicro: micro,
  /** Tick sizes that are known, in ticks. */
  tickSizesTicks: z.array(ticks),
  /** `null`: of markets that state none, as those before the protocol had versions. */
  protocolVersion: z.string().nullable(),
  /** What to reckon with where a market does not state its taker delay; `null`: such a market is not traded. */
  acknowledgedTakerDelayMs: ms.nullable(),
});

const flatten = z.strictObject({
  /**
   * What leaving a position at once may cost, as a part of its fair value. 10 %: at an even price the fee is 3.5 % and half of a spread
   * of four cents is 4 %, so an ordinary book lets us out and an empty one does not.
   */
  maxCostPpm: ppm,
});

const probe = z.strictObject({
  /** Opening orders of one window at most, whatever became of them. */
  maxOrdersPerWindow: z.number().int().min(1).max(20),
});

export const engineConfigSchema = z.strictObject({
  series,
  marketMaker,
  risk,
  staleness,
  guard,
  flatten,
  /** Where orders end: in the object itself, or at a venue behind the runner. */
  execution: z.enum(['simulated', 'venue']),
  /** The cap on `live` before a signed verdict: the venue's minimum size, and so many orders a window. `null`: none. */
  probe: probe.nullable(),
  /** Which exchange feed is required for trading: Binance, or its stand-in where Binance cannot be reached. */
  exchangeFeed: z.enum(['binance-futures', 'coinbase']),
  /** Multiplies receive-time staleness and clock tolerances (RUNTIME §6); 1 in every mode but the embedded one. */
  simSpeed: z.number().positive().max(1_000),
});

export type EngineConfig = z.infer<typeof engineConfigSchema>;
export type MarketMakerConfig = EngineConfig['marketMaker'];
export type RiskConfig = EngineConfig['risk'];
export type GuardConfig = EngineConfig['guard'];
export type ProbeConfig = EngineConfig['probe'];
export type StalenessConfig = EngineConfig['staleness'];
