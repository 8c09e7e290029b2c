/**
 * What one source asks of its client, apart from sockets: how to subscribe, stay alive and tell a good connection from a
 * dead one. `feed-socket.ts` runs it. A protocol is a value for the life of the object; a session is one socket's state.
 */
import type { MarketDataEvent } from '../../core/model/market-data.ts';
import type { Source, Stream } from '../../core/model/source.ts';
import type { DurationMs } from '../../core/model/time.ts';
import type { FrameParser, ParsedFrame } from '../../core/venue/parsed-frame.ts';
import type { ConnectionOutcome } from './backoff.ts';

/** A stream that must show itself: a mis-routed Binance stream is acknowledged and stays silent (market data notes §1.2). */
export interface ExpectedStream {
  readonly stream: Stream;
  /** Its first event must come within this wall time of the subscription. */
  readonly firstWithinMs: DurationMs;
  /** And each further one within this; `null` where silence is normal. */
  readonly silenceMs: DurationMs | null;
}

/** What a session can do to its socket. */
export interface SessionLink {
  send(frame: string): void;
  /** Everything is subscribed: the feed counts as connected from here. */
  subscribed(): void;
  /** Gives the socket up. `problem` stays visible in the status until the next connection. */
  fail(reason: string, cause: ConnectionOutcome['cause'], problem?: string): void;
  /** Counts something that is no event, by reason. */
  count(reason: string): void;
  /** Shows a problem in the status without ending anything. */
  showProblem(problem: string): void;
  wallMs(): number;
}

export interface FeedSession {
  /** The socket is open. */
  opened(): void;
  /** A frame was parsed: answers controls, and returns the events that are for us. */
  received(parsed: ParsedFrame, frame: string): readonly MarketDataEvent[];
  /** Called every second. */
  check(): void;
  /** True while silence is normal because nothing is subscribed. */
  idle(): boolean;
  /** What is wanted from the source changed (tokens). */
  wantedChanged(): void;
}

export interface FeedProtocol {
  /** Name in status and log: "binance-public". */
  readonly name: string;
  readonly source: Source;
  readonly url: string;
  readonly parse: FrameParser;
  readonly expected: readonly ExpectedStream[];
  /** No data for this wall time: the socket is closed and opened again. Pongs and acknowledgements are not data. */
  readonly silenceMs: DurationMs;
  readonly keepAlive: { readonly frame: string; readonly everyMs: DurationMs } | null;
  /** Replaced by a new socket at this age, before the server drops it; `null` where the server sets no limit. */
  readonly renewal: { readonly afterMs: DurationMs; readonly spreadMs: DurationMs } | null;
  /** What a close code of this source means. */
  causeOf(code: number): { readonly cause: ConnectionOutcome['cause']; readonly problem?: string };
  /** False while there is nothing to connect for. */
  wanted(): boolean;
  session(link: SessionLink): FeedSession;
}

/** Silence after which any feed with live data is taken for dead (market data notes §5, 2026-11-23). */
export const SILENCE_MS = 15_000;
/** Time to a stream's first frame. */
export const FIRST_FRAME_MS = 10_000;

/** For sources whose close codes say nothing. */
export const plainClose = (): { readonly cause: 'dropped' } => ({ cause: 'dropped' });
