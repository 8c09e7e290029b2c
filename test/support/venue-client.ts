/** A client of one simulated feed, without sockets: keeps what it is sent. */
import type { VenueConnection, VenueFeed } from '../../embedded-venue/connection.ts';
import { createWorld, type World, type WorldOptions } from '../../embedded-venue/world.ts';

/** 20 s before a window, as a run begins. */
export const ORIGIN_MS = 1_795_405_180_000;

export interface VenueClient {
  readonly frames: string[];
  /** Close codes, in order. */
  readonly closes: number[];
  send(message: object | string): void;
  disconnect(): void;
}

let connections = 0;

/** Connects to the feed at `path`. */
export function connectTo(feeds: readonly VenueFeed[], path: string, query = '', subPath = ''): VenueClient {
  const feed = feeds.find((candidate) => candidate.path === path);
  if (feed === undefined) throw new Error(`no feed at ${path}`);
  const frames: string[] = [];
  const closes: number[] = [];
  const connection: VenueConnection = {
    id: ++connections,
    send: (frame) => void frames.push(frame),
    close: (code) => void closes.push(code),
  };
  feed.onConnect(connection, new URLSearchParams(query), subPath);
  return {
    frames,
    closes,
    send: (message) => feed.onMessage(connection, typeof message === 'string' ? message : JSON.stringify(message)),
    disconnect: () => feed.onClose(connection),
  };
}

/** A world at its origin. */
export function worldAtOrigin(options: Partial<WorldOptions> = {}): World {
  return createWorld({ seed: 1, originMs: ORIGIN_MS, startMs: ORIGIN_MS, speed: 1, ...options });
}

/** Lets `seconds` of simulated time go by, in the steps of a real run. */
export function advanceSeconds(world: World, fromMs: number, seconds: number, stepMs = 50): void {
  for (let now = fromMs; now <= fromMs + seconds * 1_000; now += stepMs) world.advanceTo(now);
}
