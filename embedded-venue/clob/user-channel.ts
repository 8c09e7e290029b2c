/**
 * The CLOB user channel, `/clob/ws/user`: an account's orders and trades to every connection of it. Source: official clients and a
 * capture of 2026-07, venue notes of 2026-11-23 §5.2.
 */
import { assertNever } from '../../core/model/errors.ts';
import type { UnixMs } from '../../core/model/time.ts';
import type { VenueConnection, VenueFeed } from '../connection.ts';
import type { FaultBook } from '../faults/fault-book.ts';
import { isJsonObject, type JsonObject, parseJsonObject, stringsOf } from '../json-frame.ts';
import type { ExchangeNotice, VenueAddress } from '../trading/venue-exchange.ts';
import { channelOrder, channelTrade } from './account-messages.ts';
import type { Accounts } from './accounts.ts';

export interface UserChannelOptions {
  readonly accounts: Accounts;
  readonly faults: FaultBook;
  /** Simulated over wall time, in which faults are stated. */
  readonly speed: number;
}

export interface UserChannel {
  readonly feed: VenueFeed;
  /** Tells what happened on the exchange. */
  publish(notices: readonly ExchangeNotice[], nowMs: UnixMs): void;
}

interface Client {
  /** `null` until it has said who it is. */
  owner: VenueAddress | null;
  /** Conditions that it wants to hear of; `null`: all. */
  markets: Set<string> | null;
}

/** One frame on its way, the same to everybody whom it concerns. */
interface Delivery {
  readonly dueMs: UnixMs;
  readonly send: () => void;
}

export const CLOB_USER_PATH = '/clob/ws/user';
const AUTH_CLOSE = 4_001;
const OVERTAKEN_FOR_MS = 1_000;

/** A channel that nobody listens to yet. */
export function createUserChannel({ accounts, faults, speed }: UserChannelOptions): UserChannel {
  const clients = new Map<VenueConnection, Client>();
  let underway: Delivery[] = [];
  /** A message that waits until the next one has gone, or for a second when there is none. */
  let overtaken: Delivery | null = null;
  let silentUntilMs = Number.NEGATIVE_INFINITY;

  const authenticate = (connection: VenueConnection, client: Client, request: JsonObject): void => {
    const auth = isJsonObject(request['auth']) ? request['auth'] : {};
    const key = accounts.keys.find(String(auth['apiKey']));
    if (key === null || auth['secret'] !== key.secret || auth['passphrase'] !== key.passphrase) {
      connection.close(AUTH_CLOSE, 'auth');
      return;
    }
    client.owner = accounts.ownerOf(key);
    const markets = stringsOf(request['markets']);
    client.markets = markets.length === 0 ? null : new Set(markets);
  };

  const deliver = (notice: ExchangeNotice): void => {
    const market = notice.kind === 'order' ? notice.order.conditionId : notice.trade.conditionId;
    for (const owner of concerned(notice, accounts)) {
      const listening = [...clients].filter(
        ([, client]) => client.owner === owner && (client.markets === null || client.markets.has(market)),
      );
      if (listening.length === 0) continue;
      const frame = JSON.stringify(messageOf(notice, owner, accounts));
      for (const [connection] of listening) connection.send(frame);
    }
  };
  const dispatch = (send: () => void): void => {
    const waiting = overtaken;
    overtaken = null;
    send();
    waiting?.send();
  };
  const release = (nowMs: UnixMs): void => {
    if (overtaken !== null && overtaken.dueMs <= nowMs) dispatch(() => undefined);
    const due = underway.filter(({ dueMs }) => dueMs <= nowMs);
    if (due.length === 0) return;
    underway = underway.filter(({ dueMs }) => dueMs > nowMs);
    for (const { send } of due.sort((left, right) => left.dueMs - right.dueMs)) dispatch(send);
  };
  const publishOne = (notice: ExchangeNotice, nowMs: UnixMs): void => {
    let dueMs = nowMs;
    let copies = 1;
    let isOvertaken = false;
    for (const fault of faults.ofMessage(notice.kind)) {
      switch (fault.kind) {
        case 'repeat-message':
          copies += fault.copies;
          break;
        case 'delay-message':
          dueMs += fault.delayMs * speed;
          break;
        case 'swap-message':
          isOvertaken = true;
          break;
        case 'lose-message':
          copies = 0;
          break;
        case 'silence':
          silentUntilMs = nowMs + fault.forMs * speed;
          break;
        default:
          assertNever(fault, 'message fault');
      }
    }
    if (nowMs < silentUntilMs) return;
    const send = (): void => {
      for (let copy = 0; copy < copies; copy++) deliver(notice);
    };
    if (isOvertaken && overtaken === null) overtaken = { dueMs: nowMs + OVERTAKEN_FOR_MS * speed, send };
    else if (dueMs > nowMs) underway.push({ dueMs, send });
    else dispatch(send);
  };

  return {
    publish(notices, nowMs) {
      release(nowMs);
      for (const notice of notices) publishOne(notice, nowMs);
    },
    feed: {
      path: CLOB_USER_PATH,
      onConnect: (connection) => void clients.set(connection, { owner: null, markets: null }),
      onClose: (connection) => void clients.delete(connection),
      onMessage(connection, frame) {
        const client = clients.get(connection);
        if (client === undefined) return;
        if (frame === 'PING') {
          connection.send('PONG');
          return;
        }
        const request = parseJsonObject(frame);
        if (request === null) return;
        if (request['type'] === 'user') authenticate(connection, client, request);
        else if (client.owner !== null) changeMarkets(client, request);
      },
      advanceTo: release,
    },
  };
}

/** A subscription to all stays one: naming a market narrows nothing afterwards. */
function changeMarkets(client: Client, request: JsonObject): void {
  const markets = stringsOf(request['markets']);
  for (const market of markets) {
    if (request['operation'] === 'subscribe') client.markets?.add(market);
    if (request['operation'] === 'unsubscribe') client.markets?.delete(market);
  }
}

/** The accounts whose orders a notice tells of. */
function concerned(notice: ExchangeNotice, accounts: Accounts): ReadonlySet<VenueAddress> {
  const makers =
    notice.kind === 'order'
      ? [notice.order.maker]
      : [notice.trade.taker, ...notice.trade.makers]
          .filter((part) => part.orderHash !== null)
          .map(({ maker }) => maker);
  return new Set(makers.map((maker) => accounts.wallets.ownerOf(maker)));
}

function messageOf(notice: ExchangeNotice, owner: VenueAddress, accounts: Accounts): object {
  if (notice.kind === 'order') return channelOrder(notice.order, notice.type, notice.atMs, accounts);
  return channelTrade(notice.trade, notice.atMs, accounts.wallets.addressesOf(owner), accounts);
}
