/**
 * Watches each subscribed token of the market channel: it must bring a book soon and something now and then. The channel has no
 * sequence numbers, so the cure for doubt is a new subscription, which brings a new book; then, once, a new socket.
 */
import type { TokenId } from '../../core/model/identifiers.ts';
import type { MarketDataEvent } from '../../core/model/market-data.ts';
import { SECOND_MS, type UnixMs } from '../../core/model/time.ts';

/** A subscription's book comes at once; without one the token cannot be traded. */
export const FIRST_BOOK_MS = 5 * SECOND_MS;
/** Below the socket's 15 s, so that quiet tokens on a good socket are asked before it is blamed; a live one changes ~11 times a second. */
export const TOKEN_SILENCE_MS = 10 * SECOND_MS;
/** An answerless token is asked again this often: a closed market may stay mute for good. */
const ASK_AGAIN_MS = 30 * SECOND_MS;

interface WatchedToken {
  askedAtMs: UnixMs;
  /** How often a book was asked for since the last one came. */
  unanswered: number;
  /** A frame was lost or refused: its book may be wrong. */
  isDoubtful: boolean;
  lastDataMs: UnixMs;
}

export interface TokenWatch {
  /** Tokens that were just subscribed. */
  added(tokenIds: readonly TokenId[], nowMs: UnixMs): void;
  removed(tokenIds: readonly TokenId[]): void;
  received(events: readonly MarketDataEvent[], nowMs: UnixMs): void;
  /** Something could not be read: any of the books may be wrong from here on. */
  doubtAll(): void;
  /** Tokens to subscribe anew, and those that did not answer to that either. Counts the asking. */
  overdue(nowMs: UnixMs): { readonly ask: readonly TokenId[]; readonly mute: readonly TokenId[] };
  tokens(): readonly TokenId[];
}

export function createTokenWatch(): TokenWatch {
  const watched = new Map<TokenId, WatchedToken>();
  return {
    added: (tokenIds, nowMs) => {
      for (const tokenId of tokenIds) {
        watched.set(tokenId, { askedAtMs: nowMs, unanswered: 1, isDoubtful: false, lastDataMs: nowMs });
      }
    },
    removed: (tokenIds) => {
      for (const tokenId of tokenIds) watched.delete(tokenId);
    },
    received: (events, nowMs) => {
      for (const event of events) {
        if (!('tokenId' in event)) continue;
        const token = watched.get(event.tokenId);
        if (token === undefined) continue;
        token.lastDataMs = nowMs;
        if (event.type === 'book-received') token.unanswered = 0;
      }
    },
    doubtAll: () => {
      for (const token of watched.values()) token.isDoubtful = true;
    },
    overdue: (nowMs) => {
      const ask: TokenId[] = [];
      const mute: TokenId[] = [];
      for (const [tokenId, token] of watched) {
        if (!isOverdue(token, nowMs)) continue;
        if (token.unanswered === 2) mute.push(tokenId);
        ask.push(tokenId);
        token.unanswered++;
        token.isDoubtful = false;
        token.askedAtMs = nowMs;
      }
      return { ask, mute };
    },
    tokens: () => [...watched.keys()],
  };
}

function isOverdue(token: WatchedToken, nowMs: UnixMs): boolean {
  if (token.unanswered > 0) return nowMs - token.askedAtMs >= (token.unanswered > 2 ? ASK_AGAIN_MS : FIRST_BOOK_MS);
  if (token.isDoubtful) return nowMs - token.askedAtMs >= FIRST_BOOK_MS;
  return nowMs - token.lastDataMs >= TOKEN_SILENCE_MS;
}
