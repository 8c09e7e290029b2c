/**
 * What `cli livetest --facts` has found out about the venue: one dated file in the state folder, `facts-YYYY-MM-DD.json`, that the
 * configuration reads. Facts of the embedded venue never count for the real one.
 */
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { err, ok, type Result } from '../core/model/result.ts';
import type { DurationMs, UnixMs } from '../core/model/time.ts';
import { jsonOf } from './clob/clob-questions.ts';

/** The unknowns of the venue notes of 2026-11-23, polymarket §10, and the taker delay of §3.2. */
export const FACT_NAMES = [
  'fee-debit-asset',
  'taker-delay',
  'gtd-minimum',
  'key-binding',
  'price-side',
  'signer-rate-limit',
  'accepting-orders-end',
  'boundary-tick',
  'fee-schedule-spelling',
  'rtds-cut-off',
  'post-from-workers',
  'auto-redeemer-latency',
] as const;
export type FactName = (typeof FACT_NAMES)[number];

const factSchema = z.strictObject({
  name: z.enum(FACT_NAMES),
  status: z.enum(['settled', 'not-settled']),
  /** What was observed, or why it is not settled. */
  observed: z.string(),
  /** For programs; `null` where it is not settled. */
  value: z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()]),
  /** Counted at the worst case, before each order, in millionths of pUSD. */
  worstCaseMicro: z.int().nonnegative(),
});
export type Fact = z.infer<typeof factSchema>;

const fileSchema = z.strictObject({
  version: z.literal(1),
  venue: z.enum(['polymarket', 'embedded']),
  /** UTC. */
  date: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
  writtenMs: z.int().nonnegative(),
  budgetMicro: z.int().positive(),
  facts: z.array(factSchema),
});
export type FactsFile = z.infer<typeof fileSchema>;

const NAME = /^facts-\d{4}-\d{2}-\d{2}\.json$/;

/** The UTC day of a moment, as the file's name has it. */
export function factsDay(atMs: UnixMs): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

/** Replaces the day's file, whole or not at all; its path. */
export function writeFacts(folder: string, file: FactsFile): string {
  const path = join(folder, `facts-${file.date}.json`);
  writeFileSync(`${path}.new`, `${JSON.stringify(fileSchema.parse(file), null, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return path;
}

/** The newest file of that venue, `null` where there is none. The error is one sentence. */
export function readNewestFacts(folder: string, venue: FactsFile['venue']): Result<FactsFile | null, string> {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => NAME.test(name));
  } catch {
    // No folder, no facts: the runner makes its folder itself.
    return ok(null);
  }
  for (const name of names.sort().reverse()) {
    const parsed = fileSchema.safeParse(jsonOf(readFileSync(join(folder, name), 'utf8')));
    if (!parsed.success) {
      return err(`${join(folder, name)} cannot be read: delete it, and run \`cli livetest --facts\` again.`);
    }
    if (parsed.data.venue === venue) return ok(parsed.data);
  }
  return ok(null);
}

/** A settled fact's value; `null` where it is not known. */
export function factValue(file: FactsFile | null, name: FactName): Fact['value'] {
  return file?.facts.find((fact) => fact.name === name && fact.status === 'settled')?.value ?? null;
}

/** The taker delay to reckon with where a market does not state its own: `acknowledgedTakerDelayMs` of the guard. */
export function acknowledgedTakerDelay(file: FactsFile | null): DurationMs | null {
  const value = factValue(file, 'taker-delay');
  return typeof value === 'number' ? value : null;
}

/** How long before its end a GTD order must be sent at least, in seconds, where the venue was seen to enforce it. */
export function gtdMinimumSeconds(file: FactsFile | null): number | null {
  const value = factValue(file, 'gtd-minimum');
  return typeof value === 'number' ? value : null;
}
