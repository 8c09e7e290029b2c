/** The feeds of other parties that the series reads, from here: the runner relays them where Cloudflare is refused. */
import { parseBinanceFrame } from '../../../core/venue/binance.ts';
import { parseCoinbaseFrame } from '../../../core/venue/coinbase.ts';
import { parseDeribitFrame } from '../../../core/venue/deribit.ts';
import type { FrameParser } from '../../../core/venue/parsed-frame.ts';
import { readSocket } from '../session/read-socket.ts';
import type { Session } from '../session/session.ts';
import { type Check, type CheckResult, failed } from './check.ts';
import { FRESH_WITHIN_MS, freshness, isFresh, NETWORK } from './freshness.ts';

/** The volatility index's own pace is not documented; a minute is what pricing bears (market data notes of 2026-11-23 §2). */
const INDEX_WITHIN_MS = 60_000;

export const exchangeFeedCheck: Check = {
  name: 'feed: exchange',
  run({ session }) {
    const { exchangeFeed, addresses } = session.settings;
    const base = addresses.exchangeUrls[exchangeFeed];
    if (exchangeFeed === 'binance-futures') {
      const url = `${base}/stream?streams=btcusdt@aggTrade/btcusdt@markPrice@1s`;
      const fix = `${NETWORK}; where Binance refuses this place, set EXCHANGE_FEED=coinbase`;
      return ask(session, url, [], parseBinanceFrame('binance-futures', 'BTCUSDT'), FRESH_WITHIN_MS, fix);
    }
    const opening = ['heartbeats', 'ticker'].map((channel) =>
      JSON.stringify({ type: 'subscribe', channel, product_ids: ['BTC-USD'] }),
    );
    return ask(session, base, opening, parseCoinbaseFrame('BTC-USD'), FRESH_WITHIN_MS, NETWORK);
  },
};

export const deribitFeedCheck: Check = {
  name: 'feed: DVOL',
  run({ session }) {
    const params = { channels: ['deribit_volatility_index.btc_usd'] };
    const opening = [JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'public/subscribe', params })];
    return ask(
      session,
      session.settings.addresses.deribitUrl,
      opening,
      parseDeribitFrame('btc_usd'),
      INDEX_WITHIN_MS,
      NETWORK,
    );
  },
};

async function ask(
  session: Session,
  url: string,
  opening: readonly string[],
  parse: FrameParser,
  withinMs: number,
  fix: string,
): Promise<CheckResult> {
  const onFrame = (frame: string) => freshness(parse(frame).events, session.clock);
  const answer = await readSocket(session, { url, opening, onFrame }, withinMs);
  return answer.seen === null ? failed(answer.detail, fix) : isFresh(answer.seen);
}
