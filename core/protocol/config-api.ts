/**
 * The configuration of a series over the admin API: what runs, and a new document of strategy and risk. The document is that of
 * `poly-edge.toml` as JSON; the engine's own configuration, which it becomes, is shown as it is.
 */
import * as z from 'zod';

const count = z.int().nonnegative();

/** Body of `PUT /series/{slug}/config`. The same `commandId` is obeyed once, however often it is sent. */
export const configBodySchema = z
  .strictObject({
    commandId: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/),
    /** The whole document: what it does not name has its default again. */
    document: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'ConfigBody' });

export interface ConfigRequest {
  readonly commandId: string;
  readonly actor: string;
  /** The document as JSON. */
  readonly document: string;
}

/** `refused`: nothing changed, and `problems` or `detail` say why. */
export interface ConfigResult {
  readonly commandId: string;
  readonly result: 'applied' | 'duplicate' | 'refused';
  /** Place of the change in the history; `null` when refused. */
  readonly seq: number | null;
  readonly detail: string;
  readonly problems: readonly { readonly field: string; readonly message: string }[];
  /** `risk.maxOrderPpm: 10000 → 8000`, for each field of the engine that changed. */
  readonly changes: readonly string[];
}

export const configResultSchema = z
  .strictObject({
    commandId: z.string(),
    result: z.enum(['applied', 'duplicate', 'refused']),
    seq: count.nullable(),
    detail: z.string(),
    problems: z.array(z.strictObject({ field: z.string(), message: z.string() })).readonly(),
    changes: z.array(z.string()).readonly(),
    /** False when the audit row of the call could not be written: the change stands all the same, and is in the object's own audit. */
    audited: z.boolean(),
  })
  .meta({ id: 'ConfigResult' }) satisfies z.ZodType<ConfigResult>;

/** What runs, and by whose word. */
export interface SeriesConfig {
  readonly series: string;
  /** `deployment`, or who has put the document through the API. */
  readonly by: string;
  /** When it was put; `null` for the deployment's own. */
  readonly sinceMs: number | null;
  /** The document as JSON; empty where everything has its default. */
  readonly document: string;
  /** The engine's configuration as JSON. */
  readonly config: string;
}

export const seriesConfigSchema = z
  .strictObject({
    series: z.string(),
    by: z.string(),
    sinceMs: count.nullable(),
    document: z.string(),
    config: z.string(),
  })
  .meta({ id: 'SeriesConfig' }) satisfies z.ZodType<SeriesConfig>;
