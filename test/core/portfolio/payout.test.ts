import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDecimalBig } from '../../../core/model/decimal.ts';
import { costRoundedUp, proceedsRoundedDown } from '../../../core/model/money.ts';
import type { Side } from '../../../core/model/order.ts';
import type { Outcome } from '../../../core/model/window.ts';
import { outcomeOf, payoutMicro, windowPnl } from '../../../core/portfolio/payout.ts';
import { applyFill, emptyPosition } from '../../../core/portfolio/position.ts';
import { assertProperty } from '../../support/assert-property.ts';

const e18 = (text: string): bigint => {
  const value = parseDecimalBig(text, 18);
  if (value === null) throw new Error(`not a price: ${text}`);
  return value;
};

describe('outcomeOf', () => {
  test.each([
    ['above', '84501.2', '84501.3', 'up'],
    ['below', '84501.2', '84501.1', 'down'],
    ['one part in 1e18 below', '84501.200000000000000001', '84501.2', 'down'],
    ['one part in 1e18 above', '84501.2', '84501.200000000000000001', 'up'],
  ])('default: %s', (_name, strike, final, expected) => {
    expect(outcomeOf(e18(strike), e18(final))).toBe(expected);
  });

  test('defect 11: a tie is Up', () => {
    expect(outcomeOf(e18('84501.203450000000000000'), e18('84501.20345'))).toBe('up');
  });
});

describe('payoutMicro', () => {
  test('default: a winning share pays 1 pUSD, a losing one nothing', () => {
    const position = emptyPosition('down');
    applyFill(position, { side: 'buy', priceTicks: 4_000, sizeMicro: 12_345_678, feeMicro: 0 });
    expect(payoutMicro(position, 'down')).toBe(12_345_678);
    expect(payoutMicro(position, 'up')).toBe(0);
  });
});

describe('windowPnl', () => {
  test('default: a complete set bought for 0.96 makes 4 cents, whoever wins', () => {
    const positions = [emptyPosition('up'), emptyPosition('down')];
    for (const position of positions) {
      applyFill(position, { side: 'buy', priceTicks: 4_800, sizeMicro: 10_000_000, feeMicro: 0 });
    }
    const expected = { payoutMicro: 10_000_000, boughtMicro: 9_600_000, soldMicro: 0, feesMicro: 0, pnlMicro: 400_000 };
    expect(windowPnl(positions, 'up')).toEqual(expected);
    expect(windowPnl(positions, 'down')).toEqual(expected);
  });

  test('args: no positions', () => {
    expect(windowPnl([], 'up').pnlMicro).toBe(0);
  });

  test('behavior: equals cash in less cash out, and what the positions realised and still hold', () => {
    const fills = fc.array(
      fc.record({
        outcome: fc.constantFrom<Outcome>('up', 'down'),
        side: fc.constantFrom<Side>('buy', 'sell'),
        priceTicks: fc.integer({ min: 1, max: 9_999 }),
        sizeMicro: fc.integer({ min: 1, max: 500_000_000 }),
        feeMicro: fc.integer({ min: 0, max: 50_000 }),
      }),
      { maxLength: 40 },
    );
    assertProperty(
      fc.property(fills, fc.constantFrom<Outcome>('up', 'down'), (wanted, winner) => {
        const positions = { up: emptyPosition('up'), down: emptyPosition('down') };
        let cashMicro = 0;
        for (const { outcome, ...fill } of wanted) {
          const sizeMicro =
            fill.side === 'sell' ? Math.min(fill.sizeMicro, positions[outcome].sizeMicro) : fill.sizeMicro;
          if (sizeMicro === 0) continue;
          applyFill(positions[outcome], { ...fill, sizeMicro });
          cashMicro -= fill.feeMicro;
          cashMicro +=
            fill.side === 'buy'
              ? -costRoundedUp(fill.priceTicks, sizeMicro)
              : proceedsRoundedDown(fill.priceTicks, sizeMicro);
        }
        const both = [positions.up, positions.down];
        const pnl = windowPnl(both, winner);
        expect(pnl.pnlMicro).toBe(cashMicro + positions[winner].sizeMicro);
        const stillOpen = both.reduce((sum, held) => sum + payoutMicro(held, winner) - held.costMicro, 0);
        expect(pnl.pnlMicro).toBe(positions.up.realizedMicro + positions.down.realizedMicro + stillOpen);
      }),
    );
  });
});
