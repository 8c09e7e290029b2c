/**
 * Warm snapshot: the whole state as text, for the same state version only. Bigints and books have their own plain form; what comes
 * back steps on exactly as the original would have.
 */

import type { OrderBook } from '../market-data/order-book.ts';
import { type BookDump, dumpBook, restoreBook } from '../market-data/order-book-dump.ts';
import type { TokenId } from '../model/identifiers.ts';
import { err, ok, type Result } from '../model/result.ts';
import { decodeTaggedJson, encodeTaggedJson } from '../model/tagged-json.ts';
import { type EngineState, type MarketState, STATE_VERSION } from './state.ts';

interface SnapshotDocument {
  readonly stateVersion: number;
  readonly durable: EngineState['durable'];
  readonly market: Omit<MarketState, 'books'> & { readonly books: Record<TokenId, BookDump> };
  readonly scratch: EngineState['scratch'];
}

export type SnapshotError = { readonly kind: 'other-version'; readonly version: number };

/** The state as text. */
export function encodeSnapshot(state: EngineState): string {
  const books: Record<TokenId, BookDump> = {};
  for (const [tokenId, book] of Object.entries(state.market.books)) books[tokenId as TokenId] = dumpBook(book);
  const document: SnapshotDocument = {
    stateVersion: STATE_VERSION,
    durable: state.durable,
    market: { ...state.market, books },
    scratch: state.scratch,
  };
  return encodeTaggedJson(document);
}

/** The state of a snapshot of this very version; another version's is not read. */
export function decodeSnapshot(text: string): Result<EngineState, SnapshotError> {
  const document = decodeTaggedJson(text) as SnapshotDocument;
  if (document.stateVersion !== STATE_VERSION) return err({ kind: 'other-version', version: document.stateVersion });
  const books: Record<TokenId, OrderBook> = {};
  for (const [tokenId, dump] of Object.entries(document.market.books)) books[tokenId as TokenId] = restoreBook(dump);
  return ok({ durable: document.durable, market: { ...document.market, books }, scratch: document.scratch });
}
