import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvariantError } from '../../../core/model/errors.ts';
import type { ClientOrderId, TradeId } from '../../../core/model/identifiers.ts';
import { LEDGER_NAMES } from '../../../core/model/ledger-name.ts';
import type { Outcome } from '../../../core/model/window.ts';
import { type Attribution, createAttribution, MARKOUT_PARTS } from '../../../core/portfolio/markout.ts';
import { windowPnl } from '../../../core/portfolio/payout.ts';
import { applyFill, emptyPosition } from '../../../core/portfolio/position.ts';
import { addFigures, attribute, noFigures, UNATTRIBUTED } from '../../../core/portfolio/strategy-pnl.ts';
import { enterSets, type Match, type SetsChange, type WindowBook } from '../../../core/portfolio/window-book.ts';
import { assertProperty } from '../../support/assert-property.ts';
import { aMarket, UNIT, WINDOW_START_MS } from '../../support/builders.ts';
import { aMatch, bookOf, matchesArbitrary } from '../../support/matches.ts';

const FEES = aMarket().fees;
const STRATEGIES = ['market-maker', 'directional', 'flatten'] as const;

/** Gives each match, in its order, to the strategy of the same place. */
function attributed(book: WindowBook, owners: readonly Attribution[]) {
  const keys = Object.keys(book.matches);
  const attributions = Object.fromEntries(keys.map((key, index) => [key, owners[index] as Attribution]));
  return { ...book, attributions };
}

const mine = (strategy: string) => createAttribution(strategy, 'sim');
const purchase = (strategy: string, outcome: Outcome, priceTicks: number): [Match, Attribution] => [
  aMatch({ tradeId: `t-${strategy}-${outcome}` as TradeId, outcome, priceTicks }),
  mine(strategy),
];

describe('attribute', () => {
  test('default: a merge of sets that two strategies bought leaves each what its own shares would have paid', () => {
    const [up, byMaker] = purchase('market-maker', 'up', 4_800);
    const [down, byDirectional] = purchase('directional', 'down', 5_100);
    const book = bookOf([up, down]);
    enterSets(book, { change: 'merged', sizeMicro: 10 * UNIT, atMs: WINDOW_START_MS + 1 });
    const rows = attribute(attributed(book, [byMaker, byDirectional]), FEES, 'up');
    expect(rows.map(({ strategy, payoutMicro, pnlMicro }) => ({ strategy, payoutMicro, pnlMicro }))).toEqual([
      { strategy: 'directional', payoutMicro: 0, pnlMicro: -5_100_000 },
      { strategy: 'market-maker', payoutMicro: 10 * UNIT, pnlMicro: 5_200_000 },
    ]);
    // Together what the merge has made of them: 10 pUSD for 9.90.
    expect(windowPnl([book.positions.up, book.positions.down], 'up').pnlMicro).toBe(100_000);
  });

  test('behavior: the way out of another strategy’s position earns what it brought, less what the shares would have paid', () => {
    const [bought, byMaker] = purchase('market-maker', 'up', 4_800);
    const sold = aMatch({ tradeId: 't-2' as TradeId, side: 'sell', priceTicks: 3_000, feeMicro: 147_000 });
    const rows = attribute(attributed(bookOf([bought, sold]), [byMaker, mine('flatten')]), FEES, 'down');
    expect(rows).toMatchObject([
      { strategy: 'flatten', soldMicro: 3_000_000, payoutMicro: 0, pnlMicro: 2_853_000 },
      { strategy: 'market-maker', payoutMicro: 0, pnlMicro: -4_800_000 },
    ]);
  });

  test('behavior: one strategy in two ledgers is two rows', () => {
    const matches = [aMatch(), aMatch({ clientOrderId: 'mm-2' as ClientOrderId })];
    const owners = [createAttribution('market-maker', 'probe'), createAttribution('market-maker', 'paper')];
    const rows = attribute(attributed(bookOf(matches), owners), FEES, 'up');
    expect(rows.map(({ ledger, fills }) => [ledger, fills])).toEqual([
      ['paper', 1],
      ['probe', 1],
    ]);
  });

  test('behavior: rebates are accrued and in no result', () => {
    const [row] = attribute(attributed(bookOf([aMatch()]), [mine('market-maker')]), FEES, 'up');
    expect(row).toMatchObject({ rebateAccruedMicro: 34_944, pnlMicro: 5_200_000 });
  });

  test('behavior: positions of before matches were kept one by one are a row of their own', () => {
    const opening = { up: emptyPosition('up'), down: emptyPosition('down') };
    applyFill(opening.up, { side: 'buy', priceTicks: 4_000, sizeMicro: UNIT, feeMicro: 3 });
    const rows = attribute({ matches: {}, attributions: {}, opening }, FEES, 'up');
    expect(rows).toMatchObject([{ strategy: UNATTRIBUTED, pnlMicro: 599_997, driftSettlementMicro: 600_000 }]);
  });

  test('behavior: strategies sum to the window, to the millionth, whatever was merged, split, sold or taken back', () => {
    const sets = fc.array(
      fc.record({
        change: fc.constantFrom<SetsChange['change']>('merged', 'split'),
        sizeMicro: fc.integer({ min: 0, max: 300_000_000 }),
        atMs: fc.nat({ max: 25 }).map((ms) => WINDOW_START_MS + ms),
      }),
      { maxLength: 5 },
    );
    const owner = fc
      .tuple(fc.constantFrom(...STRATEGIES), fc.constantFrom(...LEDGER_NAMES))
      .map(([strategy, ledger]) => createAttribution(strategy, ledger));
    const owners = fc.array(owner, { minLength: 20, maxLength: 20 });
    let merged = 0;
    assertProperty(
      fc.property(
        matchesArbitrary,
        owners,
        sets,
        fc.constantFrom<Outcome>('up', 'down'),
        (matches, all, told, winner) => {
          const book = bookOf(matches);
          for (const change of told) enterSets(book, change);
          const rows = attribute(attributed(book, all), FEES, winner);
          const total = noFigures();
          for (const row of rows) addFigures(total, row);
          const { pnlMicro, feesMicro } = windowPnl([book.positions.up, book.positions.down], winner);
          expect(total).toMatchObject({ pnlMicro, feesMicro });
          expect(MARKOUT_PARTS.reduce((sum, part) => sum + total[part], 0) - total.feesMicro).toBe(pnlMicro);
          for (const { payoutMicro, soldMicro, boughtMicro, feesMicro: fees, pnlMicro: pnl } of rows) {
            expect(payoutMicro + soldMicro - boughtMicro - fees).toBe(pnl);
          }
          if (told.some(({ change, sizeMicro }) => change === 'merged' && sizeMicro > 0)) merged++;
        },
      ),
    );
    expect(merged).toBeGreaterThan(10);
  });

  test('error: a match of nobody', () => {
    expect(() => attribute({ ...bookOf([aMatch()]), attributions: {} }, FEES, 'up')).toThrow(InvariantError);
  });
});

describe('addFigures', () => {
  test('behavior: what was added and taken away again leaves nothing', () => {
    const [row] = attribute(attributed(bookOf([aMatch({ feeMicro: 5 })]), [mine('market-maker')]), FEES, 'down');
    const total = noFigures();
    addFigures(total, row as never);
    expect(total.pnlMicro).toBe(-4_800_005);
    addFigures(total, row as never, -1);
    expect(total).toEqual(noFigures());
  });
});
