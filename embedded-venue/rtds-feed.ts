/**
 * RTDS, the older price feed: four topics, no authentication, no answer to PING, one unknown topic spoils a whole batch.
 * Source: RTDS documentation, its clients' behaviour and frames captured on 2026-09-05, venue notes of 2026-11-23 (polymarket §5.4,
 * market data §3).
 */
import { e18ToNumber } from '../core/model/reference-price.ts';
import type { PricePath, ReferenceSecond } from '../core/simulation/price-path.ts';
import { hashPair } from '../core/simulation/rng.ts';
import type { VenueConnection, VenueFeed } from './connection.ts';
import { isJsonObject, type JsonObject, parseJsonObject } from './json-frame.ts';
import { createProgress, multiplesDue, referencesDue, referencesKnown } from './timetable.ts';

interface Topic {
  readonly name: string;
  readonly symbol: string;
  /** 0: spot. */
  readonly lookbackSeconds: number;
  /** How long after the publication of the reference price it appears here. */
  readonly extraLagMs: number;
}

const BINANCE: Topic = { name: 'crypto_prices', symbol: 'btcusdt', lookbackSeconds: 0, extraLagMs: 154 };
const CHAINLINK: readonly Topic[] = [
  { name: 'crypto_prices_chainlink', symbol: 'btc/usd', lookbackSeconds: 0, extraLagMs: 10 },
  { name: 'crypto_prices_twap_sixty', symbol: 'btc/usd', lookbackSeconds: 60, extraLagMs: 50 },
  { name: 'crypto_prices_twap_thirty', symbol: 'btc/usd', lookbackSeconds: 30, extraLagMs: 90 },
];
const TOPICS: readonly Topic[] = [BINANCE, ...CHAINLINK];
const SECOND_MS = 1_000;
const LONGEST_CATCH_UP_MS = 6_000_000;
/** What a filtered subscription gets of the past. */
const HISTORY_MS = 60_000;

interface Client {
  /** Topic to its filter's symbol; '' takes every symbol. A topic with a filter that never matches stays silent. */
  readonly topics: Map<string, string>;
  readonly connectionId: string;
}

/** The feed at `/rtds`. */
export function createRtdsFeed(path: PricePath): VenueFeed {
  const clients = new Map<VenueConnection, Client>();
  const progress = createProgress(LONGEST_CATCH_UP_MS);
  const publish = (atMs: number, topic: Topic, payload: object): void => {
    for (const [connection, client] of clients) {
      const wanted = client.topics.get(topic.name);
      if (wanted === undefined || (wanted !== '' && wanted !== topic.symbol)) continue;
      const frame = { connection_id: client.connectionId, payload, timestamp: atMs, topic: topic.name, type: 'update' };
      connection.send(JSON.stringify(frame));
    }
  };
  return {
    path: '/rtds',
    onConnect(connection) {
      const connectionId = `${hashPair(path.seed, connection.id).toString(16).padStart(8, '0')}AB==`;
      clients.set(connection, { topics: new Map(), connectionId });
    },
    onClose: (connection) => void clients.delete(connection),
    onMessage(connection, frame) {
      const client = clients.get(connection);
      if (client !== undefined) handle(path, connection, client, frame, progress.now());
    },
    advanceTo(nowMs) {
      const step = progress.step(nowMs);
      if (step === null || clients.size === 0) return;
      const { fromMs, toMs } = step;
      const binance = multiplesDue(fromMs - BINANCE.extraLagMs, toMs - BINANCE.extraLagMs, SECOND_MS).map(
        (observedMs) => ({
          atMs: observedMs + BINANCE.extraLagMs,
          topic: BINANCE,
          payload: binancePayload(path, observedMs),
        }),
      );
      const chainlink = CHAINLINK.flatMap((topic) =>
        referencesDue(path, fromMs - topic.extraLagMs, toMs - topic.extraLagMs).map((reference) => ({
          atMs: reference.publishedMs + topic.extraLagMs,
          topic,
          payload: chainlinkPayload(path, topic, reference),
        })),
      );
      const due = [...binance, ...chainlink].sort((left, right) => left.atMs - right.atMs);
      for (const { atMs, topic, payload } of due) publish(atMs, topic, payload);
    },
  };
}

function handle(path: PricePath, connection: VenueConnection, client: Client, frame: string, nowMs: number): void {
  // PING and whatever is not JSON: never answered.
  const request = parseJsonObject(frame);
  if (request === null) return;
  const asked = Array.isArray(request['subscriptions']) ? request['subscriptions'].filter(isJsonObject) : [];
  if (request['action'] === 'unsubscribe') {
    for (const { topic } of asked) if (typeof topic === 'string') client.topics.delete(topic);
    return;
  }
  if (request['action'] !== 'subscribe') return;
  const unknown = asked.find(({ topic }) => !TOPICS.some(({ name }) => name === topic));
  if (unknown !== undefined) {
    connection.send(refusal(unknown));
    return;
  }
  connection.send('');
  for (const item of asked) {
    const topic = TOPICS.find(({ name }) => name === item['topic']);
    if (topic === undefined) continue;
    const filter = readFilter(item['filters']);
    client.topics.set(topic.name, filter);
    if (filter === topic.symbol) connection.send(history(path, topic, nowMs));
  }
}

/** '' when there is none. The venue wants compact JSON: a filter with a space in it matches nothing. */
function readFilter(filters: unknown): string {
  if (filters === undefined || filters === '') return '';
  if (typeof filters !== 'string') return 'no such symbol';
  const symbol = filters.includes(' ') ? undefined : parseJsonObject(filters)?.['symbol'];
  return typeof symbol === 'string' ? symbol : 'no such symbol';
}

/** The captured refusal, its spelling included: one unknown topic and nothing of the batch is subscribed. */
function refusal(item: JsonObject): string {
  const text = `topic: ${String(item['topic'])} and type: ${String(item['type'])} not found`;
  const message = `leger GetTopics error: rpc error: code = NotFound desc = ${text}, status: rpc error: code = NotFound desc = ${text}, message: ${text}`;
  return JSON.stringify({ body: { message }, statusCode: 401 });
}

function history(path: PricePath, topic: Topic, nowMs: number): string {
  const sinceMs = nowMs - HISTORY_MS;
  const data =
    topic === BINANCE
      ? multiplesDue(sinceMs, nowMs, SECOND_MS).map((timestamp) => ({
          timestamp,
          value: binanceValue(path, timestamp),
        }))
      : referencesKnown(path, sinceMs, nowMs).map((reference) => observation(path, topic, reference));
  const window = topic.lookbackSeconds === 0 ? {} : { window_s: topic.lookbackSeconds };
  const payload = { data, symbol: topic.symbol, ...window };
  return JSON.stringify({ payload, timestamp: nowMs, topic: topic.name, type: 'subscribe' });
}

/** Binance's spot price, to the cent. */
function binanceValue(path: PricePath, atMs: number): number {
  return Math.round(path.priceAt(atMs) * 100) / 100;
}

function binancePayload(path: PricePath, timestamp: number): object {
  const value = binanceValue(path, timestamp);
  return { full_accuracy_value: value.toFixed(8), symbol: BINANCE.symbol, timestamp, value };
}

/** The exact price is an integer of 1e-18 here. */
function observation(path: PricePath, topic: Topic, reference: ReferenceSecond): object {
  const { observedMs, spotE18 } = reference;
  const priceE18 = topic.lookbackSeconds === 0 ? spotE18 : path.twapAt(observedMs, topic.lookbackSeconds);
  return { full_accuracy_value: priceE18.toString(), timestamp: observedMs, value: e18ToNumber(priceE18) };
}

function chainlinkPayload(path: PricePath, topic: Topic, reference: ReferenceSecond): object {
  const window = topic.lookbackSeconds === 0 ? {} : { window_s: topic.lookbackSeconds };
  return { ...observation(path, topic, reference), symbol: topic.symbol, ...window };
}
