/**
 * How clients ask for a recorded stream in each source's own protocol: as much of it as a feed needs to get going. Subscriptions are
 * topics; a frame belongs to one topic. Sources: venue notes of 2026-11-23, market data §1–§4, polymarket §5.3, §5.4.
 */

import { isJsonObject, type JsonObject, parseJsonObject, stringsOf } from './json-frame.ts';
import type { TapeRecord } from './raw-tape.ts';

export interface TapeClient {
  readonly topics: Set<string>;
  /** Own numbers of a client's frames, by what the protocol counts. */
  readonly sequences: Map<string, number>;
  authenticated: boolean;
}

export interface TapeProtocol {
  readonly path: string;
  readonly source: TapeRecord['source'];
  readonly channel: string;
  /** Topics that an address names. */
  topicsOfAddress?(query: URLSearchParams, subPath: string): readonly string[];
  /** Answers to a client's text. `recent` gives the frames of a topic of the last two minutes. */
  answer(client: TapeClient, text: string, recent: (topic: string) => readonly string[]): readonly string[];
  /** The topic of a recorded frame; `null` for a frame that is no data. */
  topicOf(message: JsonObject): string | null;
  /** The frame as this client gets it: numbered for it, or unpacked. */
  render?(client: TapeClient, message: JsonObject, frame: string): string;
}

/** All protocols in which a tape can be played, but for the Polymarket book's. */
export const TAPE_PROTOCOLS: readonly TapeProtocol[] = [
  binance('/binance/public/stream', 'binance-futures', 'public', true),
  binance('/binance/public/ws', 'binance-futures', 'public', false),
  binance('/binance/market/stream', 'binance-futures', 'market', true),
  binance('/binance/market/ws', 'binance-futures', 'market', false),
  binance('/binance-spot/stream', 'binance-spot', 'stream', true),
  {
    path: '/polybolt/ws',
    source: 'polybolt',
    channel: 'ws',
    answer: answerPolyBolt,
    topicOf: (message) => {
      const { channel, payload } = message as { readonly channel?: unknown; readonly payload?: unknown };
      if (typeof channel !== 'string' || !isJsonObject(payload) || message['snapshot'] === true) return null;
      return polyBoltTopic(channel, payload);
    },
    render: (client, message) => {
      return JSON.stringify({ ...message, seq: nextNumber(client, String(message['channel'])) });
    },
  },
  {
    path: '/rtds',
    source: 'rtds',
    channel: 'ws',
    answer: answerRtds,
    topicOf: ({ topic, type }) => (typeof topic === 'string' && type === 'update' ? topic : null),
  },
  {
    path: '/coinbase',
    source: 'coinbase',
    channel: 'ws',
    answer: answerCoinbase,
    topicOf: ({ channel }) =>
      typeof channel === 'string' && channel !== 'subscriptions' ? coinbaseChannel(channel) : null,
    render: (client, message) => JSON.stringify({ ...message, sequence_num: nextNumber(client, 'socket') - 1 }),
  },
  {
    path: '/deribit/ws/api/v2',
    source: 'deribit',
    channel: 'ws',
    answer: answerDeribit,
    topicOf: ({ params }) => (isJsonObject(params) && typeof params['channel'] === 'string' ? params['channel'] : null),
  },
];

function nextNumber(client: TapeClient, what: string): number {
  const number = (client.sequences.get(what) ?? 0) + 1;
  client.sequences.set(what, number);
  return number;
}

function binance(path: string, source: TapeRecord['source'], channel: string, enveloped: boolean): TapeProtocol {
  return {
    path,
    source,
    channel,
    topicsOfAddress: (query, subPath) => (enveloped ? (query.get('streams') ?? '') : subPath).split('/'),
    answer: (client, text) => {
      const { id = null, method, params } = parseJsonObject(text) ?? {};
      if (method !== 'SUBSCRIBE' && method !== 'UNSUBSCRIBE') {
        return [JSON.stringify({ error: { code: 2, msg: 'Invalid request: unknown method' }, id })];
      }
      for (const name of stringsOf(params)) {
        if (method === 'SUBSCRIBE') client.topics.add(name);
        else client.topics.delete(name);
      }
      return [JSON.stringify({ result: null, id })];
    },
    topicOf: ({ stream }) => (typeof stream === 'string' ? stream : null),
    render: (_client, message, frame) => (enveloped ? frame : JSON.stringify(message['data'])),
  };
}

function polyBoltTopic(channel: string, filter: JsonObject): string {
  return [channel, filter['symbol'], filter['window_seconds'] ?? 0].join('|');
}

/** Any credentials will do: a tape has no accounts. */
function answerPolyBolt(client: TapeClient, text: string, recent: (topic: string) => readonly string[]): string[] {
  const { op, rid, auth, subscriptions } = parseJsonObject(text) ?? {};
  if (op === 'ping') return [JSON.stringify({ op: 'pong', rid })];
  if (op === 'auth') {
    client.authenticated = isJsonObject(auth) && typeof auth['apiKey'] === 'string';
    return [JSON.stringify(client.authenticated ? { op: 'authed', rid } : { op: 'error', rid, code: 'auth_invalid' })];
  }
  if (op !== 'subscribe' && op !== 'unsubscribe') return [JSON.stringify({ op: 'error', rid, code: 'bad_op' })];
  if (!client.authenticated) return [JSON.stringify({ op: 'error', rid, code: 'auth_required' })];
  const items = Array.isArray(subscriptions) ? subscriptions : [];
  return items.flatMap((item): string[] => {
    const { channel, filter } = isJsonObject(item) ? item : {};
    if (typeof channel !== 'string' || !isJsonObject(filter)) {
      return [JSON.stringify({ op: 'error', rid, code: 'bad_filter' })];
    }
    const topic = polyBoltTopic(channel, filter);
    if (op === 'unsubscribe') {
      client.topics.delete(topic);
      return [JSON.stringify({ op: 'unsubscribed', rid, channel })];
    }
    client.topics.add(topic);
    return [
      JSON.stringify({ op: 'subscribed', rid, channel, filter }),
      ...polyBoltSnapshot(client, channel, recent(topic)),
    ];
  });
}

/** The two minutes before, as one frame; nothing while the tape has shown none. */
function polyBoltSnapshot(client: TapeClient, channel: string, recent: readonly string[]): string[] {
  const messages = recent.map(parseJsonObject).filter((message) => message !== null);
  const payloads = messages.map((message) => message['payload']).filter(isJsonObject);
  const last = payloads.at(-1);
  if (last === undefined) return [];
  const { symbol, source, window_seconds: windowSeconds } = last;
  const data = payloads.map(({ timestamp, value, full_accuracy_value: exact }) => ({
    timestamp,
    value,
    full_accuracy_value: exact,
  }));
  const window = windowSeconds === undefined ? {} : { window_seconds: windowSeconds };
  const payload = { symbol, ...window, source, data };
  const ts = messages.at(-1)?.['ts'];
  return [JSON.stringify({ v: 1, channel, seq: nextNumber(client, channel), ts, snapshot: true, payload })];
}

/** PING is never answered; a subscription is acknowledged by an empty frame. */
function answerRtds(client: TapeClient, text: string): string[] {
  const { action, subscriptions } = parseJsonObject(text) ?? {};
  const topics = (Array.isArray(subscriptions) ? subscriptions : [])
    .filter(isJsonObject)
    .flatMap(({ topic }) => (typeof topic === 'string' ? [topic] : []));
  if (action === 'unsubscribe') for (const topic of topics) client.topics.delete(topic);
  if (action !== 'subscribe') return [];
  for (const topic of topics) client.topics.add(topic);
  return [''];
}

/** The book is subscribed under one name and arrives under another. */
function coinbaseChannel(name: string): string {
  return name === 'level2' ? 'l2_data' : name;
}

function answerCoinbase(client: TapeClient, text: string): string[] {
  const { type, channel } = parseJsonObject(text) ?? {};
  if (typeof channel !== 'string') return [JSON.stringify({ type: 'error', message: 'channel is not supported' })];
  if (type === 'unsubscribe') client.topics.delete(coinbaseChannel(channel));
  else client.topics.add(coinbaseChannel(channel));
  return [];
}

function answerDeribit(client: TapeClient, text: string): string[] {
  const { id = null, method, params } = parseJsonObject(text) ?? {};
  const channels = isJsonObject(params) ? stringsOf(params['channels']) : [];
  const reply = (result: unknown): string[] => [JSON.stringify({ jsonrpc: '2.0', id, result })];
  switch (method) {
    case 'public/subscribe':
      for (const channel of channels) client.topics.add(channel);
      return reply(channels);
    case 'public/unsubscribe':
      for (const channel of channels) client.topics.delete(channel);
      return reply(channels);
    case 'public/set_heartbeat':
    case 'public/disable_heartbeat':
      return reply('ok');
    case 'public/test':
      return reply({ version: '1.2.26' });
    default:
      return [JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32_601, message: 'Method not found' } })];
  }
}
