/**
 * What the parsers share: one collector for each frame that every message writes into, the way from text to JSON, and the
 * words for a refusal.
 */
import type { MarketDataEvent } from '../model/market-data.ts';
import {
  type FrameRejection,
  MAX_FRAME_CHARS,
  type ParsedFrame,
  type RejectedMessage,
  type VenueControl,
} from './parsed-frame.ts';

export interface FrameCollector {
  readonly events: MarketDataEvent[];
  readonly controls: VenueControl[];
  readonly rejected: RejectedMessage[];
}

/** A JSON object of unknown fields. */
export type JsonRecord = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An array of unknown elements: `Array.isArray` alone would make them `any`. */
export function isArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** Writes what a message holds into the collector, and returns it. */
export type MessageHandler = (message: unknown, into: FrameCollector) => FrameCollector;

/** Reads a frame as JSON and lets `handle` write what it holds. Too large or not JSON is a refusal, never a throw. */
export function parseJsonFrame(frame: string, handle: MessageHandler): ParsedFrame {
  const into: FrameCollector = { events: [], controls: [], rejected: [] };
  if (frame.length > MAX_FRAME_CHARS) return reject(into, 'oversized', `frame of ${frame.length} characters`);
  let message: unknown;
  try {
    message = JSON.parse(frame);
  } catch {
    return reject(into, 'not-json', `frame of ${frame.length} characters`);
  }
  return handle(message, into);
}

/** A frame that is a sign of the feed's own protocol and not JSON. */
export function controlFrame(control: VenueControl): ParsedFrame {
  return { events: [], controls: [control], rejected: [] };
}

/** Writes one event. Like the other writers it returns the collector, so that a handler ends with what it has to say. */
export function emit(into: FrameCollector, event: MarketDataEvent): FrameCollector {
  into.events.push(event);
  return into;
}

/** Writes one message of the feed's own protocol. */
export function control(into: FrameCollector, message: VenueControl): FrameCollector {
  into.controls.push(message);
  return into;
}

/** Refuses one message. */
export function reject(into: FrameCollector, reason: FrameRejection, detail: string): FrameCollector {
  into.rejected.push({ reason, detail });
  return into;
}

/** Accepts a well-formed message that is of no use to us. */
export function ignore(into: FrameCollector, what: string): FrameCollector {
  return control(into, { type: 'ignored', what });
}

/** A field's name, its raw value, and whether it could be read. */
export type FieldReading = readonly [name: string, raw: unknown, good: boolean];

/** Refuses a message because of its first field that could not be read: absent, or not what it has to be. */
export function rejectFields(into: FrameCollector, what: string, readings: readonly FieldReading[]): FrameCollector {
  const bad = readings.find(([, , good]) => !good);
  const name = bad?.[0] ?? 'fields';
  const absent = bad === undefined || bad[1] === undefined || bad[1] === null;
  return reject(into, absent ? 'missing-field' : 'bad-number', `${what}.${name}`);
}

/** Longest word of a payload that a detail repeats. */
const MAX_LABEL_CHARS = 40;

/** A payload's own word for itself, short enough for a detail; its type where it is no string. */
export function label(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, MAX_LABEL_CHARS) : `(${value === null ? 'null' : typeof value})`;
}
