/**
 * Coinbase Advanced Trade over WebSocket: one subscribe message for each channel, the first within 5 s; one sequence for the socket.
 * Source: Coinbase Advanced Trade WebSocket channels, and recorded frames of 2026-08-09, venue notes of 2026-11-23 (market data §4).
 */
import type { VenueConnection, VenueFeed } from './connection.ts';
import { type ExchangeMarket, formatLots, formatTicks } from './exchange-market.ts';
import type { ExchangeTrade } from './exchange-trades.ts';
import { parseJsonObject, stringsOf } from './json-frame.ts';
import { createProgress, multiplesDue } from './timetable.ts';

const PRODUCT = 'BTC-USD';
const SECOND_MS = 1_000;
const SUBSCRIBE_WITHIN_MS = 5_000;
const LONGEST_CATCH_UP_MS = 300_000;
const SNAPSHOT_SECONDS = 10;
const SNAPSHOT_TRADES = 20;
/** Trades leave in batches, as the real channel sends them (250 ms by its documentation). */
const BATCH_MS = 250;
const POLICY_CLOSE = 1_008;
const CHANNELS = ['market_trades', 'ticker', 'heartbeats'] as const;
type Channel = (typeof CHANNELS)[number];

interface Client {
  readonly connectedMs: number;
  readonly channels: Set<Channel>;
  readonly products: Set<string>;
  sequence: number;
  heartbeats: number;
  nextHeartbeatMs: number;
}

/** The feed at `/coinbase`. `speed` turns the protocol's own times, which are real, into simulated ones. */
export function createCoinbaseFeed(market: ExchangeMarket, speed: number): VenueFeed {
  const clients = new Map<VenueConnection, Client>();
  const progress = createProgress(LONGEST_CATCH_UP_MS);
  const batchMs = BATCH_MS * Math.max(1, Math.round(speed));

  const publishBatch = (atMs: number): void => {
    const trades = tradesBetween(market, atMs - batchMs, atMs);
    if (trades.length === 0) return;
    for (const [connection, client] of clients) {
      if (!client.products.has(PRODUCT)) continue;
      if (client.channels.has('market_trades'))
        send(connection, client, atMs, 'market_trades', [tradesEvent(market, 'update', trades)]);
      if (client.channels.has('ticker'))
        send(connection, client, atMs, 'ticker', [tickerEvent(market, 'update', atMs)]);
    }
  };
  const keepUp = (connection: VenueConnection, client: Client, nowMs: number): void => {
    if (client.channels.size === 0 && nowMs - client.connectedMs > SUBSCRIBE_WITHIN_MS * speed) {
      clients.delete(connection);
      connection.close(POLICY_CLOSE, 'no subscription');
      return;
    }
    if (!client.channels.has('heartbeats') || nowMs < client.nextHeartbeatMs) return;
    client.nextHeartbeatMs = nowMs + SECOND_MS * speed;
    client.heartbeats++;
    const time = new Date(nowMs).toISOString().replace('T', ' ').replace('Z', '000000 +0000 UTC');
    send(connection, client, nowMs, 'heartbeats', [{ current_time: time, heartbeat_counter: client.heartbeats }]);
  };
  return {
    path: '/coinbase',
    onConnect: (connection) => void clients.set(connection, newClient(progress.now())),
    onClose: (connection) => void clients.delete(connection),
    onMessage(connection, frame) {
      const client = clients.get(connection);
      if (client !== undefined) handle(market, connection, client, frame, progress.now());
    },
    advanceTo(nowMs) {
      const step = progress.step(nowMs);
      if (step === null || clients.size === 0) return;
      for (const atMs of multiplesDue(step.fromMs, step.toMs, batchMs)) publishBatch(atMs);
      for (const [connection, client] of clients) keepUp(connection, client, nowMs);
    },
  };
}

function newClient(connectedMs: number): Client {
  return { connectedMs, channels: new Set(), products: new Set(), sequence: 0, heartbeats: 0, nextHeartbeatMs: 0 };
}

function handle(
  market: ExchangeMarket,
  connection: VenueConnection,
  client: Client,
  frame: string,
  nowMs: number,
): void {
  const request = parseJsonObject(frame);
  const channel = CHANNELS.find((known) => known === request?.['channel']);
  if (request === null || channel === undefined) {
    connection.send(JSON.stringify({ type: 'error', message: 'channel is not supported' }));
    return;
  }
  if (request['type'] === 'unsubscribe') client.channels.delete(channel);
  else {
    client.channels.add(channel);
    for (const product of stringsOf(request['product_ids'])) client.products.add(product);
    const wanted = client.products.has(PRODUCT);
    if (wanted && channel === 'market_trades') {
      const recent = tradesBetween(market, nowMs - SNAPSHOT_SECONDS * SECOND_MS, nowMs).slice(-SNAPSHOT_TRADES);
      send(connection, client, nowMs, channel, [tradesEvent(market, 'snapshot', recent)]);
    }
    if (wanted && channel === 'ticker')
      send(connection, client, nowMs, channel, [tickerEvent(market, 'snapshot', nowMs)]);
  }
  const products = [...client.products];
  const subscriptions = Object.fromEntries(
    [...client.channels].map((name) => [name, name === 'heartbeats' ? ['heartbeats'] : products]),
  );
  send(connection, client, nowMs, 'subscriptions', [{ subscriptions }]);
}

function send(
  connection: VenueConnection,
  client: Client,
  atMs: number,
  channel: string,
  events: readonly object[],
): void {
  const timestamp = new Date(atMs).toISOString();
  connection.send(JSON.stringify({ channel, timestamp, sequence_num: client.sequence++, events }));
}

/** Trades in (fromMs, toMs], oldest first. */
function tradesBetween(market: ExchangeMarket, fromMs: number, toMs: number): ExchangeTrade[] {
  const trades: ExchangeTrade[] = [];
  for (let second = Math.floor(fromMs / SECOND_MS); second <= Math.floor(toMs / SECOND_MS); second++) {
    trades.push(...market.trades.tradesIn(second).filter((trade) => trade.atMs > fromMs && trade.atMs <= toMs));
  }
  return trades;
}

/** As recorded: the newest trade first, `side` being the maker's. */
function tradesEvent(market: ExchangeMarket, type: 'snapshot' | 'update', trades: readonly ExchangeTrade[]): object {
  const rows = trades.map((trade) => ({
    product_id: PRODUCT,
    trade_id: String(trade.id),
    price: formatTicks(market, trade.priceTicks, 2),
    size: formatLots(trade.quantityLots, 8),
    time: new Date(trade.atMs).toISOString(),
    side: trade.buyerIsMaker ? 'BUY' : 'SELL',
  }));
  return { type, trades: rows.reverse() };
}

function tickerEvent(market: ExchangeMarket, type: 'snapshot' | 'update', atMs: number): object {
  const book = market.quotes.bookAt(atMs, 1);
  const [bidTicks, bidLots] = book.bids[0] ?? [0, 0];
  const [askTicks, askLots] = book.asks[0] ?? [0, 0];
  const ticker = {
    type: 'ticker',
    product_id: PRODUCT,
    price: formatTicks(market, bidTicks, 2),
    volume_24_h: '8000.00000000',
    low_24_h: formatTicks(market, bidTicks, 2),
    high_24_h: formatTicks(market, askTicks, 2),
    low_52_w: formatTicks(market, bidTicks, 2),
    high_52_w: formatTicks(market, askTicks, 2),
    price_percent_chg_24_h: '0',
    best_bid: formatTicks(market, bidTicks, 2),
    best_ask: formatTicks(market, askTicks, 2),
    best_bid_quantity: formatLots(bidLots, 8),
    best_ask_quantity: formatLots(askLots, 8),
  };
  return { type, tickers: [ticker] };
}
