import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AmountsRequest, checkMarketAmounts, orderAmounts } from '../../../core/execution/amounts.ts';
import { TICKS_PER_PUSD } from '../../../core/model/price.ts';
import { assertProperty } from '../../support/assert-property.ts';

const TICK_SIZES = [1_000, 100, 50, 25, 10, 1] as const;
const HUNDREDTH = 10_000;

const request = (more: Partial<AmountsRequest> = {}): AmountsRequest => ({
  kind: 'limit',
  side: 'buy',
  tickSizeTicks: 100,
  priceTicks: 5_500,
  sizeMicro: 10_000_000,
  ...more,
});
const codeOf = (more: Partial<AmountsRequest>) => {
  const result = orderAmounts(request(more));
  return result.ok ? null : result.error.code;
};

/** Any price on the grid of any tick size, and any size in hundredths. */
const onGrid = fc
  .record({
    tickSizeTicks: fc.constantFrom(...TICK_SIZES),
    position: fc.double({ min: 0, max: 1, noNaN: true }),
    hundredths: fc.oneof(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 1_000_000_000 })),
    side: fc.constantFrom('buy', 'sell'),
  })
  .map(({ tickSizeTicks, position, hundredths, side }): Omit<AmountsRequest, 'kind'> => {
    const steps = TICKS_PER_PUSD / tickSizeTicks - 1;
    return {
      tickSizeTicks,
      priceTicks: tickSizeTicks * (1 + Math.floor(position * (steps - 1))),
      sizeMicro: hundredths * HUNDREDTH,
      side: side as 'buy' | 'sell',
    };
  });

/** Shares and pUSD of an order as big integers: nothing in the judge may round. */
function legs({ side }: Pick<AmountsRequest, 'side'>, amounts: { makerMicro: number; takerMicro: number }) {
  const [maker, taker] = [BigInt(amounts.makerMicro), BigInt(amounts.takerMicro)];
  return side === 'buy' ? { pusd: maker, shares: taker } : { pusd: taker, shares: maker };
}

describe('orderAmounts', () => {
  // Expected values: vectors of @polymarket/clob-client-v2 1.1.0 (2026-11-23), where floats go wrong most easily.
  test.each([
    ['limit', 'buy', 100, 2_900, 7_770_000, 2_253_300, 7_770_000],
    ['limit', 'sell', 100, 5_800, 18_240_000, 18_240_000, 10_579_200],
    ['limit', 'buy', 1, 1_234, 10_010_000, 1_235_234, 10_010_000],
    ['limit', 'buy', 25, 5_025, 10_070_000, 5_060_175, 10_070_000],
    ['limit', 'buy', 1_000, 5_000, 13_370_000, 6_685_000, 13_370_000],
    ['limit', 'buy', 100, 5_000, 999_999_990_000, 499_999_995_000, 999_999_990_000],
    ['market', 'buy', 100, 5_500, 10_000_000, 10_000_000, 18_181_800],
    ['market', 'buy', 100, 5_800, 2_030_000, 2_030_000, 3_500_000],
    ['market', 'buy', 1_000, 3_000, 10_000_000, 10_000_000, 33_333_000],
    ['market', 'sell', 100, 5_800, 20_100_000, 20_100_000, 11_658_000],
  ] as const)(
    'default: %s %s, tick %i, price %i, size %i',
    (kind, side, tickSizeTicks, priceTicks, sizeMicro, makerMicro, takerMicro) => {
      const result = orderAmounts({ kind, side, tickSizeTicks, priceTicks, sizeMicro });
      expect(result).toEqual({ ok: true, value: { makerMicro, takerMicro } });
    },
  );

  test.each([
    ['buy', 10, 9_850, 9_980_000, 10_131_970, 10_131_900],
    ['buy', 1, 1_234, 10_000_000, 81_037_277, 81_037_200],
    ['buy', 50, 5_350, 10_000_000, 18_691_580, 18_691_500],
    ['sell', 1, 1_234, 10_110_000, 1_247_574, 1_247_500],
    ['sell', 25, 5_025, 10_070_000, 5_060_175, 5_060_100],
  ] as const)(
    'behavior: a market %s at tick %i is cut to the four decimals that the venue takes',
    (side, tickSizeTicks, priceTicks, sizeMicro, refused, takerMicro) => {
      expect(checkMarketAmounts({ makerMicro: sizeMicro, takerMicro: refused })?.code).toBe('amount-precision');
      const result = orderAmounts({ kind: 'market', side, tickSizeTicks, priceTicks, sizeMicro });
      expect(result).toEqual({ ok: true, value: { makerMicro: sizeMicro, takerMicro } });
    },
  );

  test.each([
    ['unknown-tick-size', { tickSizeTicks: 20 }],
    ['unknown-tick-size', { tickSizeTicks: 0 }],
    ['price-off-grid', { priceTicks: 5_550 }],
    ['price-off-grid', { priceTicks: 5_500.5 }],
    ['price-off-grid', { tickSizeTicks: 25, priceTicks: 5_510 }],
    ['price-out-of-bounds', { priceTicks: 0 }],
    ['price-out-of-bounds', { priceTicks: 50 }],
    ['price-out-of-bounds', { priceTicks: 9_901 }],
    ['price-out-of-bounds', { priceTicks: 10_000 }],
    ['price-out-of-bounds', { priceTicks: -100 }],
    ['price-out-of-bounds', { priceTicks: Number.NaN }],
    ['size-not-positive', { sizeMicro: 0 }],
    ['size-not-positive', { sizeMicro: -10_000 }],
    ['size-not-positive', { sizeMicro: Number.NaN }],
    ['size-precision', { sizeMicro: 10_001_000 }],
    ['size-precision', { sizeMicro: 1 }],
    ['size-too-large', { sizeMicro: 10_000_000_010_000 }],
    ['size-too-large', { sizeMicro: Number.POSITIVE_INFINITY }],
  ] as const)('error: %s %j', (code, more) => {
    expect(codeOf(more)).toBe(code);
  });

  test('args: the bounds themselves are prices, at every tick size', () => {
    for (const tickSizeTicks of TICK_SIZES) {
      for (const priceTicks of [tickSizeTicks, TICKS_PER_PUSD - tickSizeTicks]) {
        expect(codeOf({ tickSizeTicks, priceTicks })).toBeNull();
      }
    }
  });

  test('error: a market order whose rounding is worth a tick is refused', () => {
    // 0.01 pUSD at 0.9 buys 0.011 shares of three decimals: 0.909 each. 0.01 shares at 0.0099 bring 0 of four decimals.
    expect(codeOf({ kind: 'market', tickSizeTicks: 1_000, priceTicks: 9_000, sizeMicro: 10_000 })).toBe(
      'size-too-small',
    );
    expect(codeOf({ kind: 'market', side: 'sell', tickSizeTicks: 1, priceTicks: 99, sizeMicro: 10_000 })).toBe(
      'size-too-small',
    );
  });

  test('behavior: a limit order states its price exactly', () => {
    assertProperty(
      fc.property(onGrid, (order) => {
        const result = orderAmounts({ kind: 'limit', ...order });
        if (!result.ok) throw new Error(result.error.detail);
        const { pusd, shares } = legs(order, result.value);
        expect(pusd * BigInt(TICKS_PER_PUSD)).toBe(shares * BigInt(order.priceTicks));
        expect(shares).toBe(BigInt(order.sizeMicro));
      }),
      { numRuns: 2_000 },
    );
  });

  test('behavior: a market order keeps what it spends or sells, reaches its limit, and no price of the venue beyond it', () => {
    assertProperty(
      fc.property(onGrid, (order) => {
        const result = orderAmounts({ kind: 'market', ...order });
        if (!result.ok) {
          // Only crumbs are refused: below one share, or below what one share costs.
          expect(result.error.code).toBe('size-too-small');
          expect(order.sizeMicro).toBeLessThan(order.side === 'sell' ? 1_000_000 : 10_000_000);
          return;
        }
        const { pusd, shares } = legs(order, result.value);
        const scaled = pusd * BigInt(TICKS_PER_PUSD);
        const price = BigInt(order.priceTicks);
        expect(result.value.makerMicro).toBe(order.sizeMicro);
        expect(checkMarketAmounts(result.value)).toBeNull();
        if (order.side === 'buy') {
          // The ask at the limit is reached (cutting shares can only raise the implied price), the next one is not.
          expect(scaled >= shares * price).toBe(true);
          expect(scaled < shares * (price + 1n)).toBe(true);
        } else {
          expect(scaled <= shares * price).toBe(true);
          expect(scaled > shares * (price - 1n)).toBe(true);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('behavior: a market BUY buys all that its money is worth, but for less than the last decimal', () => {
    assertProperty(
      fc.property(onGrid, (order) => {
        const result = orderAmounts({ kind: 'market', ...order, side: 'buy' });
        if (!result.ok) return;
        const step = order.tickSizeTicks === 1_000 ? 1_000n : 100n;
        const exact = BigInt(order.sizeMicro) * BigInt(TICKS_PER_PUSD);
        const shares = BigInt(result.value.takerMicro);
        expect(shares % step).toBe(0n);
        expect(shares * BigInt(order.priceTicks) <= exact).toBe(true);
        expect((shares + step) * BigInt(order.priceTicks) > exact).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('checkMarketAmounts', () => {
  test.each([
    [10_000_000, 18_181_800, null],
    [10_000, 100, null],
    [10_001_000, 18_181_800, 'amount-precision'],
    [10_000_000, 18_181_810, 'amount-precision'],
    [10_000_001, 18_181_800, 'amount-precision'],
  ] as const)('default: %i against %i', (makerMicro, takerMicro, code) => {
    expect(checkMarketAmounts({ makerMicro, takerMicro })?.code ?? null).toBe(code);
  });
});
