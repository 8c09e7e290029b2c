import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvariantError } from '../../../core/model/errors.ts';
import type { Outcome } from '../../../core/model/window.ts';
import {
  type Attribution,
  carriedMarks,
  createAttribution,
  MARK_HORIZONS_MS,
  MARKOUT_PARTS,
  type Markout,
  markoutOf,
  NO_MARKOUT,
  nextMarkMs,
  noteMark,
} from '../../../core/portfolio/markout.ts';
import type { Match } from '../../../core/portfolio/window-book.ts';
import { assertProperty } from '../../support/assert-property.ts';
import { UNIT, WINDOW_START_MS } from '../../support/builders.ts';
import { aMatch, matchesArbitrary } from '../../support/matches.ts';

function marked(match: Match, marks: readonly (number | null)[], delayMs = 0): Attribution {
  const mine = createAttribution('market-maker', 'sim');
  for (const mark of marks) noteMark(match, mine, mark, delayMs);
  return mine;
}

const sumOf = (markout: Markout) => MARKOUT_PARTS.reduce((sum, part) => sum + markout[part], 0) - markout.feeMicro;

describe('markoutOf', () => {
  test('default: a bid at 0.48 against a middle of 0.50, that is picked off and wins all the same', () => {
    const match = aMatch({ feeMicro: 30_000 });
    const mine = marked(match, [500_000, 460_000, 465_000, 470_000, 600_000]);
    expect(markoutOf(match, mine, 'up')).toEqual({
      edgeMicro: 200_000,
      drift1sMicro: -400_000,
      drift5sMicro: 50_000,
      drift30sMicro: 50_000,
      drift60sMicro: 1_300_000,
      driftSettlementMicro: 4_000_000,
      feeMicro: 30_000,
      realizedPnlMicro: 5_170_000,
    });
    expect(markoutOf(match, mine, 'down')).toMatchObject({
      driftSettlementMicro: -6_000_000,
      realizedPnlMicro: -4_830_000,
    });
  });

  test('behavior: a sale earns when the mark falls', () => {
    const match = aMatch({ side: 'sell', priceTicks: 5_200 });
    const mine = marked(match, [500_000, 490_000, 490_000, 490_000, 490_000]);
    expect(markoutOf(match, mine, 'down')).toMatchObject({
      edgeMicro: 200_000,
      drift1sMicro: 100_000,
      driftSettlementMicro: 4_900_000,
      realizedPnlMicro: 5_200_000,
    });
  });

  test('behavior: without any mark a fill shows no edge and drifts from its price to the end', () => {
    const match = aMatch();
    const mine = createAttribution('market-maker', 'sim');
    expect(markoutOf(match, mine, 'up')).toMatchObject({ edgeMicro: 0, driftSettlementMicro: 5_200_000 });
    expect(carriedMarks(mine)).toBe(5);
  });

  test('behavior: whatever the marks, the parts less the fee are the result, to the millionth', () => {
    const marks = fc.array(fc.option(fc.integer({ min: 0, max: UNIT }), { nil: null }), { maxLength: 5 });
    assertProperty(
      fc.property(matchesArbitrary, marks, fc.constantFrom<Outcome>('up', 'down'), (matches, given, winner) => {
        for (const match of matches) {
          const markout = markoutOf(match, marked(match, given), winner);
          expect(sumOf(markout)).toBe(markout.realizedPnlMicro);
          if (match.settlement === 'failed') expect(markout).toEqual(NO_MARKOUT);
          for (const part of Object.values(markout)) expect(Number.isSafeInteger(part)).toBe(true);
        }
      }),
    );
  });
});

describe('noteMark', () => {
  test('behavior: a missing mark is the one before, and is counted; delays are of marks that were taken', () => {
    const match = aMatch();
    const mine = marked(match, [500_000, null, 470_000], 40);
    noteMark(match, mine, null, 9_000);
    expect(mine).toEqual({
      strategy: 'market-maker',
      ledger: 'sim',
      marksMicro: [500_000, 500_000, 470_000, 470_000],
      carried: 2,
      worstDelayMs: 40,
    });
    expect(carriedMarks(mine)).toBe(3);
  });

  test('error: more marks than horizons', () => {
    expect(() => marked(aMatch(), [1, 2, 3, 4, 5, 6])).toThrow(InvariantError);
  });
});

describe('nextMarkMs', () => {
  test('default: the fill, then 1, 5, 30 and 60 s, then nothing', () => {
    const match = aMatch();
    const mine = createAttribution('market-maker', 'sim');
    const due: (number | null)[] = [];
    for (let index = 0; index <= MARK_HORIZONS_MS.length; index++) {
      due.push(nextMarkMs(match, mine));
      if (index < MARK_HORIZONS_MS.length) noteMark(match, mine, 1, 0);
    }
    expect(due.map((dueMs) => dueMs && dueMs - WINDOW_START_MS)).toEqual([0, 1_000, 5_000, 30_000, 60_000, null]);
  });

  test('behavior: a match that failed is not marked', () => {
    expect(nextMarkMs(aMatch({ settlement: 'failed' }), createAttribution('market-maker', 'sim'))).toBeNull();
  });
});
