import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvariantError } from '../../../core/model/errors.ts';
import type { Outcome } from '../../../core/model/window.ts';
import { windowPnl } from '../../../core/portfolio/payout.ts';
import { applyFill, emptyPosition, type Position, type PositionFill } from '../../../core/portfolio/position.ts';
import { assertProperty } from '../../support/assert-property.ts';

const buy = (priceTicks: number, sizeMicro: number, feeMicro = 0): PositionFill => ({
  side: 'buy',
  priceTicks,
  sizeMicro,
  feeMicro,
});
const sell = (priceTicks: number, sizeMicro: number, feeMicro = 0): PositionFill => ({
  ...buy(priceTicks, sizeMicro, feeMicro),
  side: 'sell',
});

function positionAfter(...fills: PositionFill[]): Position {
  const position = emptyPosition('up');
  for (const fill of fills) applyFill(position, fill);
  return position;
}

/** Fills of which no sale is of more than is held at the time. */
const histories = fc
  .array(
    fc.record({
      sells: fc.boolean(),
      priceTicks: fc.integer({ min: 1, max: 9_999 }),
      part: fc.integer({ min: 1, max: 1_000_000_000 }),
      feeMicro: fc.integer({ min: 0, max: 100_000 }),
    }),
    { maxLength: 30 },
  )
  .map((steps) => {
    let heldMicro = 0;
    return steps.map(({ sells, priceTicks, part, feeMicro }): PositionFill => {
      const selling = sells && heldMicro > 0;
      const sizeMicro = selling ? Math.min(part, heldMicro) : part;
      heldMicro += selling ? -sizeMicro : sizeMicro;
      return { side: selling ? 'sell' : 'buy', priceTicks, sizeMicro, feeMicro };
    });
  });

describe('applyFill', () => {
  test('default: a purchase costs its price, rounded up, and its fee', () => {
    expect(positionAfter(buy(5_300, 10_000_001, 170_000))).toEqual({
      outcome: 'up',
      sizeMicro: 10_000_001,
      costMicro: 5_300_001,
      feesMicro: 170_000,
      realizedMicro: -170_000,
      boughtMicro: 5_300_001,
      soldMicro: 0,
    });
  });

  test('behavior: a sale realises against the average cost, proceeds rounded down and released cost up', () => {
    // 3 millionths that cost 2: a third of 2 is 1 when rounded against us.
    const position = positionAfter(buy(5_000, 1), buy(3_000, 2), sell(9_999, 1));
    expect(position).toMatchObject({ sizeMicro: 2, costMicro: 1, soldMicro: 0, realizedMicro: -1 });
  });

  test('behavior: selling everything releases the whole cost', () => {
    const position = positionAfter(buy(5_000, 10_000_000), buy(6_001, 7_000_000), sell(5_500, 17_000_000));
    expect(position).toMatchObject({ sizeMicro: 0, costMicro: 0, boughtMicro: 9_200_700, soldMicro: 9_350_000 });
    expect(position.realizedMicro).toBe(149_300);
  });

  test('defect 1: a Down purchase is a Down position, and a falling market pays it', () => {
    const positions: Record<Outcome, Position> = { up: emptyPosition('up'), down: emptyPosition('down') };
    applyFill(positions.down, buy(4_000, 10_000_000));
    expect(positions.up.sizeMicro).toBe(0);
    expect(windowPnl([positions.up, positions.down], 'down').pnlMicro).toBe(6_000_000);
    expect(windowPnl([positions.up, positions.down], 'up').pnlMicro).toBe(-4_000_000);
  });

  test('defect 10: each part of a partly filled order counts', () => {
    const parts = positionAfter(buy(5_300, 3_000_000), buy(5_300, 1_500_000), buy(5_200, 5_500_000));
    expect(parts.sizeMicro).toBe(10_000_000);
    expect(parts.boughtMicro).toBe(1_590_000 + 795_000 + 2_860_000);
  });

  test('behavior: what is realised, held and paid adds up after every fill', () => {
    assertProperty(
      fc.property(histories, (fills) => {
        const position = emptyPosition('up');
        for (const fill of fills) {
          applyFill(position, fill);
          const { sizeMicro, costMicro, feesMicro, realizedMicro, boughtMicro, soldMicro } = position;
          expect(realizedMicro).toBe(soldMicro - (boughtMicro - costMicro) - feesMicro);
          expect(
            Object.values(position).every((field) => typeof field === 'string' || Number.isSafeInteger(field)),
          ).toBe(true);
          expect(costMicro >= 0 && costMicro <= boughtMicro && sizeMicro >= 0).toBe(true);
          if (sizeMicro === 0) expect(costMicro).toBe(0);
        }
      }),
    );
  });

  test('behavior: what is sold and not held is owed, and buying it realises the difference', () => {
    expect(positionAfter(buy(5_000, 10), sell(6_000, 30))).toMatchObject({
      sizeMicro: -20,
      costMicro: 0,
      boughtMicro: 5,
      soldMicro: 18,
      realizedMicro: 13,
    });
    expect(positionAfter(sell(6_000, 20), buy(5_000, 20))).toMatchObject({
      sizeMicro: 0,
      costMicro: 0,
      realizedMicro: 2,
    });
    // A third of the purchase covers what was owed: its cost of 5 is rounded against what is kept.
    expect(positionAfter(sell(6_000, 10), buy(5_000, 30))).toMatchObject({
      sizeMicro: 20,
      costMicro: 10,
      realizedMicro: 1,
    });
  });

  test('behavior: in any order of purchases and sales, nothing is lost between them', () => {
    const fill = fc.record({
      side: fc.constantFrom('buy' as const, 'sell' as const),
      priceTicks: fc.integer({ min: 1, max: 9_999 }),
      sizeMicro: fc.integer({ min: 1, max: 1_000_000_000 }),
      feeMicro: fc.integer({ min: 0, max: 100_000 }),
    });
    assertProperty(
      fc.property(fc.array(fill, { maxLength: 30 }), (fills) => {
        const position = emptyPosition('up');
        for (const next of fills) {
          applyFill(position, next);
          const { sizeMicro, costMicro, feesMicro, realizedMicro, boughtMicro, soldMicro } = position;
          expect(realizedMicro).toBe(soldMicro - (boughtMicro - costMicro) - feesMicro);
          expect(costMicro >= 0 && costMicro <= boughtMicro).toBe(true);
          if (sizeMicro <= 0) expect(costMicro).toBe(0);
        }
      }),
    );
  });

  test('behavior: no split of a fill into parts makes it cheaper', () => {
    assertProperty(
      fc.property(
        fc.integer({ min: 1, max: 9_999 }),
        fc.array(fc.integer({ min: 1, max: 1_000_000_000 }), { minLength: 1, maxLength: 10 }),
        (priceTicks, parts) => {
          const total = parts.reduce((sum, part) => sum + part, 0);
          const inParts = positionAfter(...parts.map((part) => buy(priceTicks, part)));
          expect(inParts.costMicro).toBeGreaterThanOrEqual(positionAfter(buy(priceTicks, total)).costMicro);
          expect(inParts.sizeMicro).toBe(total);
        },
      ),
    );
  });

  test.each([
    ['a fill of nothing', [buy(5_000, 0)]],
    ['a broken size', [buy(5_000, 1.5)]],
    ['a negative fee', [buy(5_000, 1, -1)]],
    ['a fee that is not a number', [buy(5_000, 1, Number.NaN)]],
  ])('error: %s', (_name, fills) => {
    expect(() => positionAfter(...fills)).toThrow(InvariantError);
  });
});
