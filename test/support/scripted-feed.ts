/** A protocol server whose every word a test decides. */
import type { VenueConnection, VenueFeed } from '../../embedded-venue/connection.ts';

export interface ScriptedFeed extends VenueFeed {
  /** Frames received, over all connections. */
  readonly received: string[];
  /** Connections in order of their coming, closed ones included. */
  readonly connections: VenueConnection[];
  readonly closed: number[];
  /** Sends to every open connection. */
  broadcast(frame: string): void;
}

export interface Script {
  readonly onConnect?: (connection: VenueConnection) => void;
  readonly onMessage?: (connection: VenueConnection, frame: string) => void;
  /** Frames that every connection gets at each multiple of `everyMs`. */
  readonly publish?: { readonly everyMs: number; readonly frames: (atMs: number) => readonly string[] };
}

export function createScriptedFeed(path: string, script: Script = {}): ScriptedFeed {
  const received: string[] = [];
  const connections: VenueConnection[] = [];
  const open = new Set<VenueConnection>();
  const closed: number[] = [];
  let publishedToMs: number | null = null;
  const broadcast = (frame: string): void => {
    for (const connection of [...open]) connection.send(frame);
  };
  return {
    path,
    received,
    connections,
    closed,
    broadcast,
    onConnect: (connection) => {
      connections.push(connection);
      open.add(connection);
      script.onConnect?.(connection);
    },
    onMessage: (connection, frame) => {
      received.push(frame);
      script.onMessage?.(connection, frame);
    },
    onClose: (connection) => {
      open.delete(connection);
      closed.push(connection.id);
    },
    advanceTo: (nowMs) => {
      const publish = script.publish;
      if (publish === undefined) return;
      publishedToMs ??= nowMs;
      while (publishedToMs + publish.everyMs <= nowMs) {
        publishedToMs += publish.everyMs;
        for (const frame of publish.frames(publishedToMs)) broadcast(frame);
      }
    },
  };
}
