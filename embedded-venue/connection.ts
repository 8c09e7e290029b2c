/**
 * What a simulated server is, without sockets: protocol logic that a real WebSocket server, or a test on a virtual clock, drives.
 * One `VenueFeed` is one WebSocket path in the real protocol of one outside party; one `VenueRoutes` is a group of HTTP routes.
 */

/** One client of a simulated WebSocket server. */
export interface VenueConnection {
  readonly id: number;
  send(frame: string): void;
  close(code: number, reason: string): void;
}

/** A protocol server: pure protocol logic without sockets, so that the Node simulation can drive it on a virtual clock. */
export interface VenueFeed {
  /** e.g. '/binance/public/stream'. Matching is by path: equal, or below it, the longest first. */
  readonly path: string;
  /** `subPath` is what follows `path` in the address, without its slash: Binance names streams there. */
  onConnect(connection: VenueConnection, query: URLSearchParams, subPath?: string): void;
  onMessage(connection: VenueConnection, frame: string): void;
  onClose(connection: VenueConnection): void;
  /** Called by the driver with simulated time, every few ms of wall time: publish everything due up to `nowMs`, in time order. */
  advanceTo(nowMs: number): void;
}

export interface VenueRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface VenueResponse {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Wall milliseconds until it is written; what it tells of has happened already. */
  readonly delayMs?: number;
  /** Nothing is written: the connection ends (after the delay, when there is one). */
  readonly drop?: boolean;
}

export interface VenueRoutes {
  /** `null`: not mine. `nowMs` is simulated time. */
  handle(request: VenueRequest, nowMs: number): VenueResponse | null;
}

/** Feeds and routes that belong together: a generated venue, or a recording that is played in its place. */
export interface VenueParts {
  readonly feeds: readonly VenueFeed[];
  readonly routes: readonly VenueRoutes[];
  /**
   * Brings a continued run up to date over time that nobody watched, in steps of half an hour; without it the feeds are advanced
   * instead, which may be slower.
   */
  readonly catchUp?: (nowMs: number) => void;
}
