/** One recorded channel as a feed: each frame goes to the clients that asked for its topic, when its time has come. */
import type { VenueConnection, VenueFeed } from './connection.ts';
import { parseJsonObject } from './json-frame.ts';
import type { TapeClient, TapeProtocol } from './tape-protocols.ts';
import type { TapeReel } from './tape-reel.ts';

/** What a snapshot goes back to. */
const RECENT_MS = 120_000;

interface RecentFrame {
  readonly recvMs: number;
  readonly frame: string;
}

/** The feed of one protocol's path over a reel. */
export function createTapeFeed(reel: TapeReel, protocol: TapeProtocol): VenueFeed {
  const clients = new Map<VenueConnection, TapeClient>();
  const recent = new Map<string, RecentFrame[]>();

  reel.listen(protocol.source, protocol.channel, ({ recvMs, frame }) => {
    const message = parseJsonObject(frame);
    const topic = message === null ? null : protocol.topicOf(message);
    if (message === null || topic === null) return;
    remember(recent, topic, { recvMs, frame });
    for (const [connection, client] of clients) {
      if (client.topics.has(topic)) connection.send(protocol.render?.(client, message, frame) ?? frame);
    }
  });

  return {
    path: protocol.path,
    onConnect: (connection, query, subPath = '') => {
      const named = protocol.topicsOfAddress?.(query, subPath) ?? [];
      const topics = new Set(named.filter((topic) => topic !== ''));
      clients.set(connection, { topics, sequences: new Map(), authenticated: false });
    },
    onClose: (connection) => void clients.delete(connection),
    onMessage: (connection, text) => {
      const client = clients.get(connection);
      if (client === undefined) return;
      const frames = (topic: string): string[] => (recent.get(topic) ?? []).map(({ frame }) => frame);
      for (const reply of protocol.answer(client, text, frames)) connection.send(reply);
    },
    advanceTo: (nowMs) => reel.advanceTo(nowMs),
  };
}

/** Keeps a topic's frames of the last two minutes. */
function remember(recent: Map<string, RecentFrame[]>, topic: string, frame: RecentFrame): void {
  const frames = recent.get(topic) ?? [];
  frames.push(frame);
  const fromMs = frame.recvMs - RECENT_MS;
  const stale = frames.findIndex(({ recvMs }) => recvMs >= fromMs);
  if (stale > 0) frames.splice(0, stale);
  recent.set(topic, frames);
}
