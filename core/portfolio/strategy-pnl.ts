/**
 * What each strategy came to in a window. A strategy owns the matches of its own orders and nothing else; what is done with the shares
 * afterwards is the series' business. The rule for complete sets, which may be made of shares that two strategies bought: **each share
 * counts for its buyer as if it had been held to resolution**. A merge turns one Up and one Down into 1 pUSD, which is exactly what
 * the two would have paid, whoever won: so it moves money forward in time and no result between strategies, and a split likewise.
 * Nothing is rounded and nothing is left over: the strategies' results sum to the window's, to the millionth. A sale of another's
 * shares (the way out of a position) earns what it brought less what the shares would have paid.
 */
import { invariant } from '../model/errors.ts';
import type { LedgerName } from '../model/ledger-name.ts';
import type { FeeSchedule } from '../model/market.ts';
import type { MoneyMicro, SizeMicro } from '../model/money.ts';
import type { Outcome } from '../model/window.ts';
import { type Attribution, carriedMarks, MARKOUT_PARTS, markoutOf } from './markout.ts';
import { payoutMicro } from './payout.ts';
import type { Position } from './position.ts';
import { accruedRebateMicro } from './rebate.ts';
import { type Match, paidMicro } from './window-book.ts';

/** Figures that add up over windows, and over strategies of one ledger. */
export interface StrategyFigures {
  fills: number;
  /** Shares that changed hands, bought or sold: what a result is a result per. */
  sharesMicro: SizeMicro;
  boughtMicro: MoneyMicro;
  soldMicro: MoneyMicro;
  feesMicro: MoneyMicro;
  /** What its shares pay at resolution, those that were merged before included; below zero where it sold what another had bought. */
  payoutMicro: MoneyMicro;
  /** Payout and sales, less purchases and fees. Equals the parts below, less the fees. */
  pnlMicro: MoneyMicro;
  edgeMicro: MoneyMicro;
  drift1sMicro: MoneyMicro;
  drift5sMicro: MoneyMicro;
  drift30sMicro: MoneyMicro;
  drift60sMicro: MoneyMicro;
  driftSettlementMicro: MoneyMicro;
  carriedMarks: number;
  /** A claim, never part of the result. */
  rebateAccruedMicro: MoneyMicro;
}

export interface StrategyWindow extends StrategyFigures {
  readonly ledger: LedgerName;
  readonly strategy: string;
}

/** Positions of before matches were kept one by one belong to no strategy that is still known. */
export const UNATTRIBUTED = 'unattributed';

/** What of a window's state the attribution reads. */
export interface AttributedBook {
  readonly matches: Readonly<Record<string, Match>>;
  /** By `matchKey`, one for each match. */
  readonly attributions: Readonly<Record<string, Attribution>>;
  readonly opening: Readonly<Record<Outcome, Position>> | null;
}

/** Figures of nothing. */
export function noFigures(): StrategyFigures {
  return {
    fills: 0,
    sharesMicro: 0,
    boughtMicro: 0,
    soldMicro: 0,
    feesMicro: 0,
    payoutMicro: 0,
    pnlMicro: 0,
    edgeMicro: 0,
    drift1sMicro: 0,
    drift5sMicro: 0,
    drift30sMicro: 0,
    drift60sMicro: 0,
    driftSettlementMicro: 0,
    carriedMarks: 0,
    rebateAccruedMicro: 0,
  };
}

const FIGURES = Object.keys(noFigures()) as readonly (keyof StrategyFigures)[];

/** Adds `part` to `total` (or takes it away), in place. */
export function addFigures(total: StrategyFigures, part: StrategyFigures, sign: 1 | -1 = 1): void {
  for (const name of FIGURES) total[name] += sign * part[name];
}

/**
 * Each strategy's figures in a window that `winner` won, by ledger and name. One whose matches have all failed has a row of zeros: a row
 * that was written before must not stay.
 */
export function attribute(book: AttributedBook, fees: FeeSchedule | null, winner: Outcome): StrategyWindow[] {
  const rows = new Map<string, StrategyWindow>();
  const rowOf = (ledger: LedgerName, strategy: string): StrategyWindow => {
    const key = `${ledger} ${strategy}`;
    const row = rows.get(key) ?? { ledger, strategy, ...noFigures() };
    rows.set(key, row);
    return row;
  };
  for (const [key, match] of Object.entries(book.matches)) {
    const mine = book.attributions[key];
    invariant(mine !== undefined, 'every match is of a strategy', { key });
    addMatch(rowOf(mine.ledger, mine.strategy), match, mine, fees, winner);
  }
  const { opening } = book;
  if (opening !== null && (opening.up.boughtMicro > 0 || opening.down.boughtMicro > 0)) {
    // What that release wrote was of simulated execution alone.
    addOpening(rowOf('sim', UNATTRIBUTED), [opening.up, opening.down], winner);
  }
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

function addMatch(
  row: StrategyWindow,
  match: Match,
  mine: Attribution,
  fees: FeeSchedule | null,
  winner: Outcome,
): void {
  if (match.settlement === 'failed') return;
  const markout = markoutOf(match, mine, winner);
  const paid = paidMicro(match);
  const won = match.outcome === winner ? match.sizeMicro : 0;
  row.fills++;
  row.sharesMicro += match.sizeMicro;
  if (match.side === 'buy') row.boughtMicro += paid;
  else row.soldMicro -= paid;
  row.feesMicro += match.feeMicro;
  row.payoutMicro += match.side === 'buy' ? won : -won;
  row.pnlMicro += markout.realizedPnlMicro;
  for (const part of MARKOUT_PARTS) row[part] += markout[part];
  row.carriedMarks += carriedMarks(mine);
  row.rebateAccruedMicro += accruedRebateMicro(fees, match);
}

/** Of such positions only the money is known: all of it counts as drift to the settlement. */
function addOpening(row: StrategyWindow, positions: readonly Position[], winner: Outcome): void {
  for (const position of positions) {
    const paidOut = payoutMicro(position, winner);
    row.boughtMicro += position.boughtMicro;
    row.soldMicro += position.soldMicro;
    row.feesMicro += position.feesMicro;
    row.payoutMicro += paidOut;
    row.driftSettlementMicro += paidOut + position.soldMicro - position.boughtMicro;
    row.pnlMicro += paidOut + position.soldMicro - position.boughtMicro - position.feesMicro;
  }
}
