/**
 * Deribit's JSON-RPC over WebSocket, as far as its volatility index needs it: subscriptions, heartbeat, test.
 * Source: Deribit API documentation (set_heartbeat, subscribe, deribit_volatility_index), venue notes of 2026-11-23 (market data §2).
 */
import type { PricePath } from '../core/simulation/price-path.ts';
import type { VenueConnection, VenueFeed } from './connection.ts';
import { isJsonObject, type JsonObject, parseJsonObject, stringsOf } from './json-frame.ts';
import { createProgress, multiplesDue } from './timetable.ts';

export const DVOL_CHANNEL = 'deribit_volatility_index.btc_usd';

const SECOND_MS = 1_000;
const LONGEST_CATCH_UP_MS = 300_000;
const MIN_HEARTBEAT_SECONDS = 10;
/** JSON-RPC 2.0's own codes. */
const PARSE_ERROR = -32_700;
const METHOD_NOT_FOUND = -32_601;
const INVALID_PARAMS = -32_602;
const POLICY_CLOSE = 1_008;

interface Client {
  readonly channels: Set<string>;
  /** Interval of the heartbeat in simulated time, `null` while none was asked for. */
  heartbeatMs: number | null;
  nextTestMs: number;
  testUnanswered: boolean;
}

/** The feed at `/deribit/ws/api/v2`. `speed` turns the protocol's own times, which are real, into simulated ones. */
export function createDeribitFeed(path: PricePath, speed: number): VenueFeed {
  const clients = new Map<VenueConnection, Client>();
  const progress = createProgress(LONGEST_CATCH_UP_MS);

  const publish = (atMs: number): void => {
    const data = {
      timestamp: atMs,
      volatility: Math.round(path.impliedVolatilityAt(atMs) * 100) / 100,
      index_name: 'btc_usd',
    };
    const frame = JSON.stringify({ jsonrpc: '2.0', method: 'subscription', params: { channel: DVOL_CHANNEL, data } });
    for (const [connection, client] of clients) if (client.channels.has(DVOL_CHANNEL)) connection.send(frame);
  };
  const test = (connection: VenueConnection, client: Client, nowMs: number): void => {
    if (client.heartbeatMs === null || nowMs < client.nextTestMs) return;
    if (client.testUnanswered) {
      clients.delete(connection);
      connection.close(POLICY_CLOSE, 'heartbeat not answered');
      return;
    }
    client.testUnanswered = true;
    client.nextTestMs = nowMs + client.heartbeatMs;
    connection.send('{"jsonrpc":"2.0","method":"heartbeat","params":{"type":"test_request"}}');
  };
  return {
    path: '/deribit/ws/api/v2',
    onConnect: (connection) =>
      void clients.set(connection, {
        channels: new Set(),
        heartbeatMs: null,
        nextTestMs: Number.POSITIVE_INFINITY,
        testUnanswered: false,
      }),
    onClose: (connection) => void clients.delete(connection),
    onMessage(connection, frame) {
      const client = clients.get(connection);
      if (client !== undefined) connection.send(answer(client, frame, progress.now(), speed));
    },
    advanceTo(nowMs) {
      const step = progress.step(nowMs);
      if (step === null) return;
      for (const atMs of multiplesDue(step.fromMs, step.toMs, SECOND_MS)) publish(atMs);
      for (const [connection, client] of clients) test(connection, client, nowMs);
    },
  };
}

function answer(client: Client, frame: string, nowMs: number, speed: number): string {
  const request = parseJsonObject(frame);
  if (request === null) return failure(null, PARSE_ERROR, 'Parse error', nowMs);
  const id = request['id'] ?? null;
  const params: JsonObject = isJsonObject(request['params']) ? request['params'] : {};
  switch (request['method']) {
    case 'public/subscribe': {
      const accepted = stringsOf(params['channels']).filter((channel) => channel === DVOL_CHANNEL);
      for (const channel of accepted) client.channels.add(channel);
      return success(id, accepted, nowMs);
    }
    case 'public/unsubscribe': {
      const left = stringsOf(params['channels']).filter((channel) => client.channels.delete(channel));
      return success(id, left, nowMs);
    }
    case 'public/set_heartbeat': {
      const interval = params['interval'];
      if (typeof interval !== 'number' || !(interval >= MIN_HEARTBEAT_SECONDS)) {
        return failure(id, INVALID_PARAMS, 'Invalid params', nowMs);
      }
      client.heartbeatMs = interval * SECOND_MS * speed;
      client.nextTestMs = nowMs + client.heartbeatMs;
      return success(id, 'ok', nowMs);
    }
    case 'public/disable_heartbeat':
      client.heartbeatMs = null;
      return success(id, 'ok', nowMs);
    case 'public/test':
      client.testUnanswered = false;
      return success(id, { version: '1.2.26' }, nowMs);
    case 'public/get_time':
      return success(id, Math.floor(nowMs), nowMs);
    default:
      return failure(id, METHOD_NOT_FOUND, 'Method not found', nowMs);
  }
}

function success(id: unknown, result: unknown, nowMs: number): string {
  return JSON.stringify({ jsonrpc: '2.0', id, result, ...timing(nowMs) });
}

function failure(id: unknown, code: number, message: string, nowMs: number): string {
  return JSON.stringify({ jsonrpc: '2.0', id, error: { code, message }, ...timing(nowMs) });
}

/** What Deribit adds to every response; microseconds. */
function timing(nowMs: number): object {
  const micros = Math.floor(nowMs * 1_000);
  return { usIn: micros, usOut: micros, usDiff: 0, testnet: false };
}
