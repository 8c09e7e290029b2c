/**
 * Checkpoint: durable state only, behind a versioned schema, so that a later release can read it when a warm snapshot of the old
 * version is of no use. What it lacks (books, candles) is found again from the feeds.
 */
import * as z from 'zod';
import { err, ok, type Result } from '../model/result.ts';
import { decodeTaggedJson, encodeTaggedJson } from '../model/tagged-json.ts';
import { durableSchema } from './checkpoint-schema.ts';
import { upcastFirstVersion } from './checkpoint-upcast.ts';
import { upcastSecondVersion } from './checkpoint-upcast-second.ts';
import type { DurableState } from './state.ts';

/** The version that this release writes. It reads this one and, through upcasters, those before. */
export const CHECKPOINT_VERSION = 3;

const document = z.strictObject({ checkpointVersion: z.literal(CHECKPOINT_VERSION), durable: durableSchema });
/** From version 1 to 2, from 2 to 3. */
const UPCASTERS: readonly ((value: unknown) => unknown)[] = [
  (value) => ({ checkpointVersion: 2, durable: upcastFirstVersion(value) }),
  (value) => ({ checkpointVersion: 3, durable: upcastSecondVersion(value) }),
];
/** What a document must be to be looked at more closely. */
const anyVersion = z.looseObject({ checkpointVersion: z.number() });

export type CheckpointError = { readonly kind: 'unreadable'; readonly detail: string };

/** The durable state as text. */
export function encodeCheckpoint(state: DurableState): string {
  return encodeTaggedJson({ checkpointVersion: CHECKPOINT_VERSION, durable: state });
}

/** The durable state of a checkpoint, or what is wrong with it. */
export function decodeCheckpoint(text: string): Result<DurableState, CheckpointError> {
  let value: unknown;
  try {
    value = decodeTaggedJson(text);
    for (const upcast of UPCASTERS.slice((anyVersion.safeParse(value).data?.checkpointVersion ?? 0) - 1)) {
      value = upcast(value);
    }
  } catch (error) {
    return err({ kind: 'unreadable', detail: error instanceof Error ? error.message : String(error) });
  }
  const parsed = document.safeParse(value);
  if (!parsed.success) return err({ kind: 'unreadable', detail: z.prettifyError(parsed.error) });
  // The schema checks every field; the brands of identifiers are the only thing that it cannot state.
  return ok(parsed.data.durable as unknown as DurableState);
}
