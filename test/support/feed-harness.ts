/** One feed on one scripted server, on a virtual clock: what the protocol tests need. */
import type { MarketDataEvent } from '../../core/model/market-data.ts';
import { MINUTE_MS } from '../../core/model/time.ts';
import { createFeedConnection, type FeedConnection } from '../../durable-objects/feeds/feed-connection.ts';
import type { FeedProtocol } from '../../durable-objects/feeds/feed-protocol.ts';
import { createMemoryLog, createVirtualClock, type VirtualClock } from './node-ports.ts';
import { createScriptedFeed, type Script, type ScriptedFeed } from './scripted-feed.ts';
import { createVirtualNetwork, type VirtualNetwork } from './virtual-network.ts';

/** 100 s into a window, 2026-11-23. */
export const HARNESS_START_MS = 1_795_405_300_000;

export interface FeedHarness {
  readonly clock: VirtualClock;
  readonly server: ScriptedFeed;
  readonly network: VirtualNetwork;
  readonly connection: FeedConnection;
  readonly events: MarketDataEvent[];
  /** "connected 1", "disconnected 1: reason", in order. */
  readonly marks: string[];
  /** Milliseconds from the start of each attempt to connect. */
  attemptTimes(): number[];
}

/** The feed is checked every second, as the manager does; it is not started. */
export function createFeedHarness(protocol: FeedProtocol, script: Script, random = 0.5): FeedHarness {
  const clock = createVirtualClock(HARNESS_START_MS);
  const server = createScriptedFeed(new URL(protocol.url).pathname, script);
  const network = createVirtualNetwork({ feeds: [server], clock });
  const events: MarketDataEvent[] = [];
  const marks: string[] = [];
  let connections = 0;
  const connection = createFeedConnection(protocol, {
    clock: clock.clock,
    timers: clock.timers,
    sockets: network.sockets,
    random: { next: () => random },
    log: createMemoryLog(),
    windowMs: 5 * MINUTE_MS,
    nextConnection: () => ++connections,
    onEvents: (batch) => void events.push(...batch),
    onConnected: (id) => void marks.push(`connected ${id}`),
    onDisconnected: (id, reason) => void marks.push(`disconnected ${id}: ${reason}`),
    onParserBug: (message) => void marks.push(`bug: ${message}`),
  });
  const tick = () => {
    connection.check();
    clock.timers.after(1_000, tick);
  };
  clock.timers.after(1_000, tick);
  return {
    clock,
    server,
    network,
    connection,
    events,
    marks,
    attemptTimes: () => network.attempts.map(({ wallMs }) => wallMs - HARNESS_START_MS),
  };
}
