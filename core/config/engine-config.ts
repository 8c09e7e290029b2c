/**
 * Everything the engine can be told, with a cautious default and its reason for each. It enters the journal as `restarted` and as
 * `config-applied`, so that a replay uses what ran. Unknown keys are refused. Secrets and addresses are not here: they belong to the
 * shells. What a person decides about strategy and risk stands in `sections.ts`; the rest follows from the deployment.
 */
import * as z from 'zod';
import { isSeriesSlug, type SeriesSlug } from '../model/identifiers.ts';
import { LEDGER_NAMES } from '../model/ledger-name.ts';
import { ms } from './config-fields.ts';
import { SECTION_SHAPES, type SectionName } from './sections.ts';

const series = z.strictObject({
  slug: z.custom<SeriesSlug>(isSeriesSlug, 'a series slug such as btc-updown-5m'),
  /** Length of a window. */
  durationMs: ms,
  /** Symbol of the settlement source on PolyBolt ("btcusd"; RTDS writes it "btc/usd"). */
  referenceSymbol: z.string().min(1),
});

const probe = z.strictObject({
  /** Opening orders of one window at most, whatever became of them. */
  maxOrdersPerWindow: z.number().int().min(1).max(20),
});

export const engineConfigSchema = z.strictObject({
  series,
  ...SECTION_SHAPES,
  /** Where orders end: in the object itself, or at a venue behind the runner. */
  execution: z.enum(['simulated', 'venue']),
  /** The ledger that fills are booked in. Figures of different ledgers are never added up. */
  ledger: z.enum(LEDGER_NAMES),
  /** The cap on `live` before a signed verdict: the venue's minimum size, and so many orders a window. `null`: none. */
  probe: probe.nullable(),
  /** Which exchange feed is required for trading: Binance, or its stand-in where Binance cannot be reached. */
  exchangeFeed: z.enum(['binance-futures', 'coinbase']),
  /** Multiplies receive-time staleness and clock tolerances (RUNTIME §6); 1 in every mode but the embedded one. */
  simSpeed: z.number().positive().max(1_000),
});

export type EngineConfig = z.infer<typeof engineConfigSchema>;
/** What follows from the deployment, and is no matter of strategy or risk. */
export type DeploymentConfig = Omit<EngineConfig, SectionName>;
export type MarketMakerConfig = EngineConfig['marketMaker'];
export type RiskConfig = EngineConfig['risk'];
export type GuardConfig = EngineConfig['guard'];
export type ProbeConfig = EngineConfig['probe'];
export type StalenessConfig = EngineConfig['staleness'];
