/**
 * What a parser makes of one frame: events for the engine, controls for the feed's own protocol, and what it refused, by
 * reason. A frame can hold several messages (arrays), so one bad message never costs its neighbours. Parsers never throw on
 * data, and never turn a bad number into 0.
 */
import type { MarketDataEvent } from '../model/market-data.ts';

/** Why a message was refused. Counted by source and reason. */
export type FrameRejection =
  | 'oversized'
  | 'not-json'
  | 'unknown-message'
  | 'missing-field'
  | 'bad-number'
  | 'bad-identifier'
  | 'crossed-levels'
  /** A match in which no order of ours can be found. */
  | 'not-ours';

export interface RejectedMessage {
  readonly reason: FrameRejection;
  /** Which message and field, short, without the payload. */
  readonly detail: string;
}

/** What the feed's own protocol wants: handled by the feed, never seen by the engine. */
export type VenueControl =
  | { readonly type: 'pong' }
  | { readonly type: 'subscribed'; readonly channels: readonly string[] }
  | { readonly type: 'authenticated' }
  | { readonly type: 'test-request' }
  | { readonly type: 'heartbeat' }
  | { readonly type: 'error'; readonly code: string; readonly detail: string }
  /** Well-formed and of no use to us: accepted, no event. */
  | { readonly type: 'ignored'; readonly what: string };

export interface ParsedFrame {
  readonly events: readonly MarketDataEvent[];
  readonly controls: readonly VenueControl[];
  readonly rejected: readonly RejectedMessage[];
}

/** Frames beyond this are not parsed: the largest real one (a full book) is about 20 kB. */
export const MAX_FRAME_CHARS = 1_000_000;

/** A parser of one source's frames. Events leave with `seq` 0 and `tsInit` 0: the sequencer sets both. */
export type FrameParser = (frame: string) => ParsedFrame;
