/**
 * The CLOB's market channel: books and trades of the tokens that the engine wants, which change with every window. Source:
 * venue notes §5.1, 2026-11-23.
 */
import type { SeriesSlug, TokenId } from '../../core/model/identifiers.ts';
import type { MarketDataEvent } from '../../core/model/market-data.ts';
import { SECOND_MS } from '../../core/model/time.ts';
import { windowStartOf } from '../../core/model/window.ts';
import type { RejectedMessage } from '../../core/venue/parsed-frame.ts';
import { parsePolymarketMarketFrame } from '../../core/venue/polymarket-market.ts';
import type { FeedAddresses } from './feed-addresses.ts';
import { type FeedProtocol, type FeedSession, plainClose, type SessionLink, SILENCE_MS } from './feed-protocol.ts';
import { showVenueError } from './static-session.ts';
import { createTokenWatch } from './token-watch.ts';

const PING_EVERY_MS = 10 * SECOND_MS;
/** Tokens whose resolution is still ours to hear of after they were given up: those of some ten windows. */
const REMEMBERED_TOKENS = 20;

/** What the feed knows over all its sockets. */
interface MarketChannel {
  readonly series: SeriesSlug;
  readonly wantedTokens: () => readonly TokenId[];
  /** Tokens for whose sake a socket was already replaced in vain: not again until they show a book. */
  readonly blamed: Set<TokenId>;
  readonly remembered: Set<TokenId>;
}

/** `wantedTokens` is asked at each change: the tokens that should be subscribed now. */
export function createPolymarketMarketProtocol(
  addresses: FeedAddresses,
  series: SeriesSlug,
  wantedTokens: () => readonly TokenId[],
): FeedProtocol {
  const channel: MarketChannel = { series, wantedTokens, blamed: new Set(), remembered: new Set() };
  return {
    name: 'polymarket-market',
    source: 'polymarket-clob',
    url: addresses.polymarketMarket,
    parse: parsePolymarketMarketFrame,
    // Each token is watched by itself.
    expected: [],
    silenceMs: SILENCE_MS,
    keepAlive: { frame: 'PING', everyMs: PING_EVERY_MS },
    renewal: null,
    causeOf: plainClose,
    wanted: () => wantedTokens().length > 0,
    session: (link) => createSession(link, channel),
  };
}

function createSession(link: SessionLink, channel: MarketChannel): FeedSession {
  const watch = createTokenWatch();
  const add = (tokenIds: readonly TokenId[]) => {
    watch.added(tokenIds, link.wallMs());
    for (const tokenId of tokenIds) remember(channel.remembered, tokenId);
  };
  const operate = (operation: 'subscribe' | 'unsubscribe', tokenIds: readonly TokenId[]) => {
    if (tokenIds.length === 0) return;
    link.send(JSON.stringify({ operation, assets_ids: tokenIds, custom_feature_enabled: true }));
  };

  return {
    opened: () => {
      const tokenIds = channel.wantedTokens();
      link.send(JSON.stringify({ type: 'market', assets_ids: tokenIds, custom_feature_enabled: true }));
      add(tokenIds);
      link.subscribed();
    },
    received: (parsed) => {
      for (const control of parsed.controls) showVenueError(control, link);
      watch.received(parsed.events, link.wallMs());
      if (parsed.rejected.some(isAboutBooks)) watch.doubtAll();
      for (const event of parsed.events) if (event.type === 'book-received') channel.blamed.delete(event.tokenId);
      return parsed.events.filter((event) => isOurs(event, channel));
    },
    check: () => {
      const { ask, mute } = watch.overdue(link.wallMs());
      const accused = mute.filter((tokenId) => !channel.blamed.has(tokenId));
      if (accused.length > 0) {
        for (const tokenId of accused) channel.blamed.add(tokenId);
        link.fail('token-mute', 'dropped');
        return;
      }
      for (const _ of ask) link.count('resubscribed');
      operate('unsubscribe', ask);
      operate('subscribe', ask);
    },
    idle: () => watch.tokens().length === 0,
    wantedChanged: () => {
      const wanted = channel.wantedTokens();
      const known = watch.tokens();
      const added = wanted.filter((tokenId) => !known.includes(tokenId));
      const removed = known.filter((tokenId) => !wanted.includes(tokenId));
      operate('subscribe', added);
      operate('unsubscribe', removed);
      add(added);
      watch.removed(removed);
      for (const tokenId of removed) channel.blamed.delete(tokenId);
    },
  };
}

/** What was refused may have changed a book. */
function isAboutBooks({ reason, detail }: RejectedMessage): boolean {
  return reason === 'not-json' || reason === 'oversized' || /^(book|price_change|tick_size_change)\b/.test(detail);
}

/**
 * The channel announces and resolves every market of the venue, and a frame of a token that is no longer wanted can still be
 * under way: none of these is for the engine.
 */
function isOurs(event: MarketDataEvent, channel: MarketChannel): boolean {
  if ('tokenId' in event) return channel.wantedTokens().includes(event.tokenId);
  if (event.type === 'market-announced') return windowStartOf(channel.series, event.slug) !== null;
  if (event.type !== 'official-result-published' || event.winningTokenId === null) return true;
  return channel.remembered.has(event.winningTokenId);
}

function remember(remembered: Set<TokenId>, tokenId: TokenId): void {
  remembered.add(tokenId);
  for (const oldest of remembered) {
    if (remembered.size <= REMEMBERED_TOKENS) return;
    remembered.delete(oldest);
  }
}
