/** The venue's own feeds: each reached, and fresh by its own time. */
import { parsePolyBoltFrame } from '../../../core/venue/polybolt.ts';
import { parsePolymarketMarketFrame } from '../../../core/venue/polymarket-market.ts';
import { parseRtdsFrame } from '../../../core/venue/rtds.ts';
import { fullCredentials, openClob, openPublicClob } from '../session/clob-access.ts';
import { polyboltQuestion, rtdsQuestion } from '../session/price-questions.ts';
import { readSocket } from '../session/read-socket.ts';
import { watchUserChannel } from '../session/user-watch.ts';
import { windowRules } from '../session/venue-windows.ts';
import { type Check, failed, passed, skipped } from './check.ts';
import { FRESH_WITHIN_MS, freshness, isFresh, NETWORK } from './freshness.ts';

export const marketFeedCheck: Check = {
  name: 'feed: books',
  async run({ session }) {
    const { market } = await windowRules(session, openPublicClob(session), 0);
    const { up, down } = market.tokens;
    const opening = [JSON.stringify({ type: 'market', assets_ids: [up, down], custom_feature_enabled: true })];
    const answer = await readSocket(
      session,
      {
        url: session.settings.addresses.marketChannelUrl,
        opening,
        onFrame: (frame) => freshness(parsePolymarketMarketFrame(frame).events, session.clock),
      },
      FRESH_WITHIN_MS,
    );
    return answer.seen === null ? failed(answer.detail, NETWORK) : isFresh(answer.seen);
  },
};

export const userFeedCheck: Check = {
  name: 'feed: user channel',
  async run({ session }) {
    if ((await fullCredentials(session)) === null) return skipped('it needs an API key');
    const { stored } = await openClob(session);
    const watch = await watchUserChannel(session, stored, FRESH_WITHIN_MS);
    watch.stop();
    return watch.problem === null ? passed('subscribed') : failed(watch.problem, NETWORK);
  },
};

export const polyboltFeedCheck: Check = {
  name: 'feed: PolyBolt',
  async run({ session }) {
    const stored = await fullCredentials(session);
    if (stored === null) return skipped('it needs an API key');
    const answer = await readSocket(
      session,
      polyboltQuestion(session, stored.credentials, (frame) =>
        freshness(parsePolyBoltFrame(frame).events, session.clock),
      ),
      FRESH_WITHIN_MS,
    );
    return answer.seen === null
      ? failed(answer.detail, `${NETWORK}; the settlement price comes from here`)
      : isFresh(answer.seen);
  },
};

/** The older feed is only a fallback, and the venue has announced its end: its silence is no failure while PolyBolt is there. */
export const rtdsFeedCheck: Check = {
  name: 'feed: RTDS',
  async run({ session }) {
    const answer = await readSocket(
      session,
      rtdsQuestion(session, (frame) => freshness(parseRtdsFrame(frame).events, session.clock)),
      FRESH_WITHIN_MS,
    );
    if (answer.seen === null) return skipped(`${answer.detail}: the fallback of PolyBolt is gone`);
    return isFresh(answer.seen);
  },
};
