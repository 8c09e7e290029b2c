/**
 * A window's books: every match of ours and every complete set that was made or merged, and the positions that follow from them. The
 * positions are a function of what is booked, in the order of its own time and not of the order in which it was told: so a late,
 * repeated or reversed match leaves exactly what booking the others alone would have left.
 */
import { invariant } from '../model/errors.ts';
import type { ClientOrderId, TradeId } from '../model/identifiers.ts';
import { costRoundedUp, type MoneyMicro, proceedsRoundedDown, type SizeMicro } from '../model/money.ts';
import type { Side } from '../model/order.ts';
import type { PriceTicks } from '../model/price.ts';
import type { SettlementStatus } from '../model/report.ts';
import type { UnixMs } from '../model/time.ts';
import type { Outcome } from '../model/window.ts';
import { mergeSets, splitSets } from './complete-set.ts';
import { applyFill, emptyPosition, type Position } from './position.ts';

/** One match of one of our orders. */
export interface Match {
  readonly tradeId: TradeId;
  readonly clientOrderId: ClientOrderId;
  readonly outcome: Outcome;
  readonly side: Side;
  readonly priceTicks: PriceTicks;
  readonly sizeMicro: SizeMicro;
  readonly feeMicro: MoneyMicro;
  readonly liquidity: 'maker' | 'taker';
  readonly filledAtMs: UnixMs;
  /** Where its settlement stands. A failed match is in no position. */
  settlement: SettlementStatus;
  /** When the venue said so, by its own clock. */
  settlementMs: UnixMs;
  transactionHash: string | null;
}

/** Complete sets that were merged into money, or made of it. */
export interface SetsChange {
  readonly change: 'merged' | 'split';
  readonly sizeMicro: SizeMicro;
  readonly atMs: UnixMs;
}

export interface WindowBook {
  positions: Record<Outcome, Position>;
  /** Positions of before matches were kept one by one, in books that are that old. */
  readonly opening: Readonly<Record<Outcome, Position>> | null;
  /** By `matchKey`. */
  readonly matches: Record<string, Match>;
  readonly sets: SetsChange[];
}

/** One match of the venue can fill two orders of ours. */
export function matchKey(tradeId: TradeId, clientOrderId: ClientOrderId): string {
  return `${tradeId}|${clientOrderId}`;
}

/** A match that was booked, or `undefined`. */
export function matchOf(book: WindowBook, tradeId: TradeId, clientOrderId: ClientOrderId): Match | undefined {
  return book.matches[matchKey(tradeId, clientOrderId)];
}

/** Money that a match took from the account, its fee left out; negative: brought. */
export function paidMicro({ side, priceTicks, sizeMicro }: Match): MoneyMicro {
  return side === 'buy' ? costRoundedUp(priceTicks, sizeMicro) : -proceedsRoundedDown(priceTicks, sizeMicro);
}

/**
 * Matches with their keys, oldest first, and in the order of names where two have the same time: never in that of the record itself,
 * which is another one after a restore.
 */
export function matchesInOrder(matches: WindowBook['matches']): [key: string, match: Match][] {
  return Object.entries(matches).sort(
    ([a, one], [b, other]) => one.filledAtMs - other.filledAtMs || (a < b ? -1 : Number(a > b)),
  );
}

/** Enters a match, once. One that has failed already is kept, and changes no position. */
export function enterMatch(book: WindowBook, match: Match): void {
  const key = matchKey(match.tradeId, match.clientOrderId);
  invariant(book.matches[key] === undefined, 'a match is entered once', { key });
  const latest = isLatest(book, match.filledAtMs);
  book.matches[key] = match;
  if (match.settlement === 'failed') return;
  if (latest) applyFill(book.positions[match.outcome], match);
  else refold(book);
}

/** Takes a match back: the positions are those of the others alone. */
export function reverseMatch(book: WindowBook, match: Match): void {
  invariant(match.settlement !== 'failed', 'a match fails once', { tradeId: match.tradeId });
  match.settlement = 'failed';
  refold(book);
}

/**
 * Enters complete sets that were merged or split. Says how many shares of each outcome were merged that were not in the books at
 * that moment.
 */
export function enterSets(book: WindowBook, change: SetsChange): Readonly<Record<Outcome, SizeMicro>> {
  const latest = isLatest(book, change.atMs);
  book.sets.push(change);
  const missing = applySets(book.positions, change);
  if (!latest) refold(book);
  return missing;
}

function applySets(positions: Record<Outcome, Position>, { change, sizeMicro }: SetsChange) {
  if (change === 'merged') return mergeSets(positions, sizeMicro);
  splitSets(positions, sizeMicro);
  return { up: 0, down: 0 };
}

/** True when nothing is booked at that time or later, so that there is nothing to put in order. */
function isLatest({ matches, sets }: WindowBook, atMs: UnixMs): boolean {
  for (const key in matches) if ((matches[key]?.filledAtMs ?? 0) >= atMs) return false;
  return sets.every((change) => change.atMs < atMs);
}

/** Makes the positions anew from what is booked: oldest first, and in the order of names where two have the same time. */
function refold(book: WindowBook): void {
  const { opening } = book;
  const positions = {
    up: opening === null ? emptyPosition('up') : { ...opening.up },
    down: opening === null ? emptyPosition('down') : { ...opening.down },
  };
  const entries = [
    ...Object.entries(book.matches)
      .filter(([, { settlement }]) => settlement !== 'failed')
      .map(([name, match]) => ({
        name,
        atMs: match.filledAtMs,
        apply: () => applyFill(positions[match.outcome], match),
      })),
    // Sets come after the matches of their moment: what is merged was bought before.
    ...book.sets.map((change) => ({ name: '~', atMs: change.atMs, apply: () => applySets(positions, change) })),
  ];
  entries.sort((a, b) => a.atMs - b.atMs || (a.name < b.name ? -1 : Number(a.name > b.name)));
  for (const { apply } of entries) apply();
  book.positions = positions;
}
