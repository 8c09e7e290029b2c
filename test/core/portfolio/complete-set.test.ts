import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergeSets, setsHeldMicro, splitSets } from '../../../core/portfolio/complete-set.ts';
import { applyFill, emptyPosition, type Position } from '../../../core/portfolio/position.ts';
import { assertProperty } from '../../support/assert-property.ts';
import { UNIT } from '../../support/builders.ts';

const held = (upMicro: number, downMicro: number) => {
  const positions = { up: emptyPosition('up'), down: emptyPosition('down') };
  const fill = (position: Position, sizeMicro: number, priceTicks: number) => {
    if (sizeMicro > 0) applyFill(position, { side: 'buy', priceTicks, sizeMicro, feeMicro: 0 });
  };
  fill(positions.up, upMicro, 4_700);
  fill(positions.down, downMicro, 4_900);
  return positions;
};

describe('setsHeldMicro', () => {
  test.each([
    [0, 0, 0],
    [7, 0, 0],
    [7, 5, 5],
    [5, 7, 5],
  ])('default: %d Up and %d Down are %d sets', (up, down, sets) => {
    expect(setsHeldMicro(held(up * UNIT, down * UNIT))).toBe(sets * UNIT);
  });

  test('behavior: shares that are owed make no set', () => {
    const positions = held(7 * UNIT, 0);
    positions.down.sizeMicro = -UNIT;
    expect(setsHeldMicro(positions)).toBe(0);
  });
});

describe('mergeSets', () => {
  test('default: both leave, and together they bring 1 pUSD a set', () => {
    const positions = held(10 * UNIT, 6 * UNIT);
    expect(mergeSets(positions, 6 * UNIT)).toEqual({ up: 0, down: 0 });
    expect(positions.up).toMatchObject({ sizeMicro: 4 * UNIT, costMicro: 1_880_000, soldMicro: 3 * UNIT });
    expect(positions.down).toMatchObject({ sizeMicro: 0, costMicro: 0, soldMicro: 3 * UNIT });
    // 6 sets cost 2.82 and 2.94.
    expect(positions.up.realizedMicro + positions.down.realizedMicro).toBe(240_000);
  });

  test('behavior: what the books lack is said, and is owed', () => {
    const positions = held(2 * UNIT, 0);
    expect(mergeSets(positions, 3 * UNIT)).toEqual({ up: UNIT, down: 3 * UNIT });
    expect([positions.up.sizeMicro, positions.down.sizeMicro]).toEqual([-UNIT, -3 * UNIT]);
    expect(positions.up.soldMicro + positions.down.soldMicro).toBe(3 * UNIT);
  });

  test('behavior: to the millionth, whatever is merged and split', () => {
    const size = fc.integer({ min: 0, max: 20 * UNIT });
    assertProperty(
      fc.property(size, size, fc.array(fc.tuple(fc.boolean(), size), { maxLength: 6 }), (up, down, changes) => {
        const positions = held(up, down);
        let moneyMicro = -(positions.up.boughtMicro + positions.down.boughtMicro);
        for (const [merged, sizeMicro] of changes) {
          if (merged) mergeSets(positions, sizeMicro);
          else splitSets(positions, sizeMicro);
          moneyMicro += merged ? sizeMicro : -sizeMicro;
        }
        const all = [positions.up, positions.down];
        expect(all.reduce((sum, { soldMicro, boughtMicro }) => sum + soldMicro - boughtMicro, 0)).toBe(moneyMicro);
        for (const { realizedMicro, soldMicro, boughtMicro, costMicro } of all) {
          expect(realizedMicro).toBe(soldMicro - (boughtMicro - costMicro));
        }
      }),
    );
  });
});

describe('splitSets', () => {
  test('default: both come, at 1 pUSD together', () => {
    const positions = held(0, 0);
    splitSets(positions, 5 * UNIT + 1);
    const { up, down } = positions;
    expect([up.sizeMicro, down.sizeMicro, up.costMicro + down.costMicro]).toEqual([5_000_001, 5_000_001, 5_000_001]);
  });
});
