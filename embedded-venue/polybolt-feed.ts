/**
 * PolyBolt, the venue's price feed: authentication first, then TWAP and spot of BTC/USD, two minutes of history on subscription.
 * Source: PolyBolt documentation, venue notes of 2026-11-23 (polymarket §5.3). Its pings are the server's protocol pings (`server.ts`).
 */
import { e18ToNumber, formatE18, type PriceE18 } from '../core/model/reference-price.ts';
import type { PricePath, ReferenceSecond } from '../core/simulation/price-path.ts';
import type { VenueConnection, VenueFeed } from './connection.ts';
import { isJsonObject, type JsonObject, parseJsonObject } from './json-frame.ts';
import { createProgress, referencesDue, referencesKnown } from './timetable.ts';

/** API credentials as the CLOB gives them. */
export interface VenueCredentials {
  readonly apiKey: string;
  readonly secret: string;
  readonly passphrase: string;
}

const SYMBOL = 'btcusd';
/** Look-backs that markets settle on; 0 stands for spot. */
const TWAP_LOOKBACKS = [30, 60];
const SNAPSHOT_MS = 120_000;
/** Two hours are kept; a feed that slept catches up on all that the path still knows, every second of it. */
const LONGEST_CATCH_UP_MS = 6_000_000;
const MAX_SUBSCRIPTIONS = 64;
const MAX_AUTH_ATTEMPTS = 8;
const AUTH_CLOSE = 4_001;
const POLICY_CLOSE = 4_008;

interface Subscription {
  readonly channel: 'price.crypto.twap' | 'price.crypto';
  readonly lookbackSeconds: number;
}

interface Client {
  authenticated: boolean;
  attempts: number;
  readonly subscriptions: Subscription[];
  /** Last sequence number of each channel. */
  readonly sequences: Map<string, number>;
}

/** The feed at `/polybolt/ws`; it lets in who has credentials that `knows` accepts. */
export function createPolyBoltFeed(path: PricePath, knows: (credentials: VenueCredentials) => boolean): VenueFeed {
  const clients = new Map<VenueConnection, Client>();
  const progress = createProgress(LONGEST_CATCH_UP_MS);
  return {
    path: '/polybolt/ws',
    onConnect: (connection) =>
      void clients.set(connection, { authenticated: false, attempts: 0, subscriptions: [], sequences: new Map() }),
    onClose: (connection) => void clients.delete(connection),
    onMessage(connection, frame) {
      const client = clients.get(connection);
      if (client === undefined) return;
      const request = parseJsonObject(frame) ?? {};
      handle({ path, knows, connection, client, rid: request['rid'], nowMs: progress.now() }, request);
    },
    advanceTo(nowMs) {
      const step = progress.step(nowMs);
      if (step === null || clients.size === 0) return;
      for (const reference of referencesDue(path, step.fromMs, step.toMs)) {
        for (const [connection, client] of clients) publish(path, connection, client, reference);
      }
    },
  };
}

/** One request of one client. */
interface Exchange {
  readonly path: PricePath;
  readonly knows: (credentials: VenueCredentials) => boolean;
  readonly connection: VenueConnection;
  readonly client: Client;
  readonly rid: unknown;
  readonly nowMs: number;
}

function handle(exchange: Exchange, request: JsonObject): void {
  const { client, connection, rid } = exchange;
  const { op, subscriptions } = request as { op?: unknown; subscriptions?: unknown };
  if (op === 'ping') connection.send(JSON.stringify({ op: 'pong', rid }));
  else if (op === 'auth') authenticate(exchange, request['auth']);
  else if (op !== 'subscribe' && op !== 'unsubscribe') fail(exchange, 'bad_op');
  else if (!client.authenticated) fail(exchange, 'auth_required');
  else for (const item of Array.isArray(subscriptions) ? subscriptions : []) change(exchange, op, item);
}

function authenticate(exchange: Exchange, auth: unknown): void {
  const { client, connection, knows, rid } = exchange;
  const given = isJsonObject(auth) ? auth : {};
  const [apiKey, secret, passphrase] = [given['apiKey'], given['secret'], given['passphrase']].map(String);
  client.attempts++;
  if (knows({ apiKey: apiKey ?? '', secret: secret ?? '', passphrase: passphrase ?? '' })) {
    client.authenticated = true;
    connection.send(JSON.stringify({ op: 'authed', rid }));
    return;
  }
  const isLast = client.attempts >= MAX_AUTH_ATTEMPTS;
  fail(exchange, isLast ? 'auth_attempts' : 'auth_invalid');
  if (isLast) connection.close(AUTH_CLOSE, 'auth');
}

/** One item of a subscribe or unsubscribe message. */
function change(exchange: Exchange, op: 'subscribe' | 'unsubscribe', item: unknown): void {
  const { client, connection, rid } = exchange;
  const subscription = readSubscription(item);
  if (typeof subscription === 'string') {
    fail(exchange, subscription);
    return;
  }
  const { channel } = subscription;
  const at = client.subscriptions.findIndex((own) => isSame(own, subscription));
  if (op === 'unsubscribe') {
    if (at >= 0) client.subscriptions.splice(at, 1);
    connection.send(JSON.stringify({ op: 'unsubscribed', rid, channel }));
    return;
  }
  if (client.subscriptions.length >= MAX_SUBSCRIPTIONS) {
    fail(exchange, 'sub_limit');
    connection.close(POLICY_CLOSE, 'policy');
    return;
  }
  connection.send(JSON.stringify({ op: 'subscribed', rid, channel, filter: filterOf(subscription) }));
  if (at < 0) client.subscriptions.push(subscription);
  sendSnapshot(exchange, subscription);
}

/** The subscription that an item asks for, or the venue's code for what is wrong with it. */
function readSubscription(item: unknown): Subscription | 'bad_channel' | 'bad_filter' {
  if (!isJsonObject(item)) return 'bad_channel';
  const { channel, filter } = item as { channel?: unknown; filter?: unknown };
  if (channel !== 'price.crypto.twap' && channel !== 'price.crypto') return 'bad_channel';
  if (!isJsonObject(filter) || filter['symbol'] !== SYMBOL) return 'bad_filter';
  if (channel === 'price.crypto') {
    return (filter['provider'] ?? 'chainlink') === 'chainlink' ? { channel, lookbackSeconds: 0 } : 'bad_filter';
  }
  const lookbackSeconds = TWAP_LOOKBACKS.find((known) => known === filter['window_seconds']);
  return lookbackSeconds === undefined ? 'bad_filter' : { channel, lookbackSeconds };
}

function filterOf(subscription: Subscription): object {
  const { lookbackSeconds } = subscription;
  return lookbackSeconds === 0 ? { symbol: SYMBOL } : { symbol: SYMBOL, window_seconds: lookbackSeconds };
}

function isSame(left: Subscription, right: Subscription): boolean {
  return left.channel === right.channel && left.lookbackSeconds === right.lookbackSeconds;
}

function sendSnapshot(exchange: Exchange, subscription: Subscription): void {
  const { client, connection, nowMs, path } = exchange;
  const { channel } = subscription;
  const data = referencesKnown(path, nowMs - SNAPSHOT_MS, nowMs).map((reference) => ({
    timestamp: reference.observedMs,
    ...priceFields(priceOf(path, reference, subscription)),
  }));
  const payload = { ...filterOf(subscription), source: 'chainlink', data };
  const seq = nextSequence(client, channel);
  connection.send(JSON.stringify({ v: 1, channel, seq, ts: nowMs, snapshot: true, payload }));
}

function publish(path: PricePath, connection: VenueConnection, client: Client, reference: ReferenceSecond): void {
  for (const subscription of client.subscriptions) {
    const payload = {
      ...filterOf(subscription),
      source: 'chainlink',
      ...priceFields(priceOf(path, reference, subscription)),
      timestamp: reference.observedMs,
    };
    const seq = nextSequence(client, subscription.channel);
    const { channel } = subscription;
    connection.send(JSON.stringify({ v: 1, channel, seq, ts: reference.observedMs, payload }));
  }
}

function priceOf(path: PricePath, reference: ReferenceSecond, subscription: Subscription): PriceE18 {
  return subscription.lookbackSeconds === 0
    ? reference.spotE18
    : path.twapAt(reference.observedMs, subscription.lookbackSeconds);
}

/** `value` is rounded to cents; the exact price is a plain decimal here, not an integer of 1e-18. */
function priceFields(priceE18: PriceE18): object {
  return { value: Math.round(e18ToNumber(priceE18) * 100) / 100, full_accuracy_value: formatE18(priceE18) };
}

function nextSequence(client: Client, channel: string): number {
  const sequence = (client.sequences.get(channel) ?? 0) + 1;
  client.sequences.set(channel, sequence);
  return sequence;
}

const MESSAGES = {
  bad_op: 'unknown or malformed operation',
  auth_required: 'authenticate first',
  auth_invalid: 'credentials are not known',
  auth_attempts: 'too many attempts',
  bad_channel: 'unknown channel',
  bad_filter: 'unknown symbol, window or provider',
  sub_limit: 'too many subscriptions',
} as const;

function fail({ connection, rid }: Exchange, code: keyof typeof MESSAGES): void {
  connection.send(JSON.stringify({ op: 'error', rid, code, message: MESSAGES[code] }));
}
