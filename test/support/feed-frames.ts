/** Frames as the venues document them, with the values a test needs. Sources: market data and venue notes of 2026-11-23. */

/** Binance USDⓈ-M, combined envelope (market data notes §1.3). */
export const binanceFrames = {
  depth: (atMs: number, updateId = atMs) =>
    JSON.stringify({
      stream: 'btcusdt@depth20@100ms',
      data: {
        e: 'depthUpdate',
        E: atMs,
        T: atMs - 50,
        s: 'BTCUSDT',
        ps: 'BTCUSDT',
        U: updateId - 5,
        u: updateId,
        pu: updateId - 6,
        b: [['64346.60', '1.200']],
        a: [['64346.70', '0.800']],
        st: 1,
      },
    }),
  ticker: (atMs: number, updateId = atMs) =>
    JSON.stringify({
      stream: 'btcusdt@bookTicker',
      data: {
        e: 'bookTicker',
        u: updateId,
        E: atMs,
        T: atMs - 50,
        s: 'BTCUSDT',
        ps: 'BTCUSDT',
        b: '64346.60',
        B: '1.200',
        a: '64346.70',
        A: '0.800',
        st: 1,
      },
    }),
  trade: (atMs: number, tradeId = atMs) =>
    JSON.stringify({
      stream: 'btcusdt@aggTrade',
      data: {
        e: 'aggTrade',
        E: atMs,
        a: tradeId,
        s: 'BTCUSDT',
        p: '64346.70',
        q: '0.0200',
        nq: '0.0200',
        f: tradeId,
        l: tradeId,
        T: atMs - 50,
        m: false,
        st: 1,
      },
    }),
  markPrice: (atMs: number) =>
    JSON.stringify({
      stream: 'btcusdt@markPrice@1s',
      data: {
        e: 'markPriceUpdate',
        E: atMs,
        s: 'BTCUSDT',
        p: '64346.70',
        ap: '64346.70',
        i: '64340.10',
        P: '64346.00',
        r: '0.00010000',
        T: atMs + 3_600_000,
        st: 1,
      },
    }),
};

const CONDITION = `0x6e50${'0'.repeat(56)}975f`;

/** CLOB market channel (venue notes §5.1). */
export const polymarketFrames = {
  book: (tokenId: string, atMs: number) =>
    JSON.stringify([
      {
        event_type: 'book',
        market: CONDITION,
        asset_id: tokenId,
        timestamp: String(atMs),
        hash: `0x${'ab'.repeat(20)}`,
        bids: [
          { price: '0.01', size: '5200' },
          { price: '0.53', size: '118.5' },
        ],
        asks: [
          { price: '0.99', size: '4100' },
          { price: '0.54', size: '75' },
        ],
        tick_size: '0.01',
        last_trade_price: '0.54',
      },
    ]),
  priceChange: (tokenId: string, atMs: number) =>
    JSON.stringify({
      event_type: 'price_change',
      market: CONDITION,
      timestamp: String(atMs),
      price_changes: [
        {
          asset_id: tokenId,
          price: '0.53',
          size: '0',
          side: 'BUY',
          hash: '56621a',
          best_bid: '0.52',
          best_ask: '0.54',
        },
      ],
    }),
  newMarket: (slug: string, atMs: number) =>
    JSON.stringify({
      event_type: 'new_market',
      id: '1031769',
      market: CONDITION,
      condition_id: CONDITION,
      slug,
      outcomes: ['Up', 'Down'],
      active: true,
      timestamp: String(atMs),
    }),
  resolved: (winningTokenId: string, atMs: number) =>
    JSON.stringify({
      event_type: 'market_resolved',
      id: '1031769',
      market: CONDITION,
      assets_ids: [winningTokenId],
      winning_asset_id: winningTokenId,
      winning_outcome: 'Up',
      timestamp: String(atMs),
    }),
};

/** PolyBolt (venue notes §5.3). */
export const polyboltFrames = {
  authed: '{"op":"authed","rid":"a1"}',
  twap: (observedMs: number) =>
    JSON.stringify({
      v: 1,
      channel: 'price.crypto.twap',
      seq: 3,
      ts: observedMs,
      payload: {
        symbol: 'btcusd',
        value: 78803.72,
        full_accuracy_value: '78803.715261094101516288',
        timestamp: observedMs,
        window_seconds: 60,
        source: 'chainlink',
      },
    }),
};

/** RTDS (venue notes §5.4). */
export const rtdsFrames = {
  twap: (observedMs: number, symbol = 'btc/usd') =>
    JSON.stringify({
      topic: 'crypto_prices_twap_sixty',
      type: 'update',
      timestamp: observedMs + 1_400,
      payload: {
        symbol,
        timestamp: observedMs,
        value: 84501.2,
        full_accuracy_value: '84501203450000000000000',
        window_s: 60,
      },
    }),
};

/** Deribit (market data notes §2). */
export const deribitFrames = {
  dvol: (atMs: number) =>
    JSON.stringify({
      jsonrpc: '2.0',
      method: 'subscription',
      params: {
        channel: 'deribit_volatility_index.btc_usd',
        data: { timestamp: atMs, volatility: 129.36, index_name: 'btc_usd' },
      },
    }),
  testRequest: '{"jsonrpc":"2.0","method":"heartbeat","params":{"type":"test_request"}}',
};

/** Coinbase Advanced Trade (market data notes §4; field names of recorded frames of 2026-08-09). */
export const coinbaseFrames = {
  heartbeat: (atMs: number, sequence: number) =>
    JSON.stringify({
      channel: 'heartbeats',
      timestamp: new Date(atMs).toISOString(),
      sequence_num: sequence,
      events: [{ current_time: '2026-11-23 00:00:00', heartbeat_counter: sequence }],
    }),
  ticker: (atMs: number, sequence: number) =>
    JSON.stringify({
      channel: 'ticker',
      timestamp: new Date(atMs).toISOString(),
      sequence_num: sequence,
      events: [
        {
          type: 'update',
          tickers: [
            {
              product_id: 'BTC-USD',
              best_bid: '84500.10',
              best_bid_quantity: '0.5',
              best_ask: '84500.20',
              best_ask_quantity: '0.4',
            },
          ],
        },
      ],
    }),
  trade: (atMs: number, sequence: number) =>
    JSON.stringify({
      channel: 'market_trades',
      timestamp: new Date(atMs).toISOString(),
      sequence_num: sequence,
      events: [
        {
          type: 'update',
          trades: [
            {
              product_id: 'BTC-USD',
              trade_id: String(sequence),
              price: '84500.20',
              size: '0.01',
              time: new Date(atMs).toISOString(),
              side: 'SELL',
            },
          ],
        },
      ],
    }),
};
