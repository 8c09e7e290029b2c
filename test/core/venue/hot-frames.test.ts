/** Hand-written guards against their schemas: what one accepts the other accepts, and the numbers are the same. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type * as z from 'zod';
import { parseBinanceFrame } from '../../../core/venue/binance.ts';
import type { FrameParser } from '../../../core/venue/parsed-frame.ts';
import { parsePolymarketMarketFrame } from '../../../core/venue/polymarket-market.ts';
import { loadFrames } from '../../fixtures/venue/load.ts';
import { assertProperty } from '../../support/assert-property.ts';
import {
  aggTradeSchema,
  bookSchema,
  bookTickerSchema,
  decimalAt,
  depth20Schema,
  priceChangeSchema,
  tradeSchema,
} from './hot-frame-schemas.ts';
import { mutationsOf } from './mutated-json.ts';

const RUNS = 1_000;

const binance = loadFrames('binance');
const polymarket = loadFrames('polymarket-market');
const futures = parseBinanceFrame('binance-futures');
const [book] = JSON.parse(polymarket('book')) as [unknown];

interface HotFrame {
  readonly message: unknown;
  readonly parse: FrameParser;
  readonly schema: z.ZodType;
  readonly type: string;
}

const HOT_FRAMES: readonly (readonly [name: string, frame: HotFrame])[] = [
  [
    'depth20',
    { message: JSON.parse(binance('depth20')), parse: futures, schema: depth20Schema, type: 'depth-received' },
  ],
  [
    'bookTicker',
    { message: JSON.parse(binance('bookTicker')), parse: futures, schema: bookTickerSchema, type: 'ticker-received' },
  ],
  [
    'aggTrade',
    { message: JSON.parse(binance('aggTrade')), parse: futures, schema: aggTradeSchema, type: 'trade-received' },
  ],
  ['trade', { message: JSON.parse(binance('trade')), parse: futures, schema: tradeSchema, type: 'trade-received' }],
  [
    'price_change',
    {
      message: JSON.parse(polymarket('priceChange')),
      parse: parsePolymarketMarketFrame,
      schema: priceChangeSchema,
      type: 'book-changed',
    },
  ],
  ['book', { message: book, parse: parsePolymarketMarketFrame, schema: bookSchema, type: 'book-received' }],
];

describe('guards of hot frames', () => {
  test.each(HOT_FRAMES)('default: guard and schema both accept %s', (_name, { message, parse, schema, type }) => {
    expect(schema.safeParse(message).success).toBe(true);
    expect(parse(JSON.stringify(message)).events[0]?.type).toBe(type);
  });

  test.each(HOT_FRAMES)(
    'behavior: guard and schema agree on every mutation of %s',
    (_name, { message, parse, schema, type }) => {
      let accepted = 0;
      assertProperty(
        fc.property(mutationsOf(message), (mutated) => {
          const text = JSON.stringify(mutated);
          const parsed = parse(text);
          const byGuard = parsed.rejected.length === 0 && parsed.events.some((event) => event.type === type);
          const bySchema = schema.safeParse(JSON.parse(text)).success;
          if (byGuard) accepted++;
          expect(byGuard).toBe(bySchema);
        }),
        { numRuns: RUNS },
      );
      // The property would hold for a parser that refuses everything.
      expect(accepted).toBeGreaterThan(RUNS / 50);
      expect(accepted).toBeLessThan(RUNS);
    },
  );

  test('behavior: the numbers of a trade are those of the text, to the last digit', () => {
    const decimal = fc
      .tuple(fc.nat({ max: 9_000_000 }), fc.stringMatching(/^\d{1,8}$/))
      .map(([whole, fraction]) => `${whole}.${fraction}`);
    const message = JSON.parse(binance('aggTrade')) as { data: object };
    assertProperty(
      fc.property(decimal, decimal, (p, q) => {
        const { events } = futures(JSON.stringify({ ...message, data: { ...message.data, p, q } }));
        const price = decimalAt(p, 8);
        const quantity = decimalAt(q, 8);
        if (price === 0n || quantity === 0n) expect(events).toEqual([]);
        else expect(events).toMatchObject([{ priceE8: Number(price), quantityE8: Number(quantity) }]);
      }),
    );
  });

  test('behavior: the levels of a book are those of the message, whatever their order on the wire', () => {
    const ladder = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 4_999 }), fc.integer({ min: 1, max: 2 ** 45 })), {
      selector: ([ticks]) => ticks,
      maxLength: 60,
    });
    const written = (levels: readonly (readonly [number, number])[]) =>
      levels.map(([ticks, size]) => ({
        price: `0.${String(ticks).padStart(4, '0')}`,
        size: `${Math.floor(size / 1_000_000)}.${String(size % 1_000_000).padStart(6, '0')}`,
      }));
    assertProperty(
      fc.property(ladder, ladder, (bids, low) => {
        const asks = low.map(([ticks, size]) => [10_000 - ticks, size] as const);
        const text = JSON.stringify({ ...(book as object), bids: written(bids), asks: written(asks) });
        expect(parsePolymarketMarketFrame(text).events).toMatchObject([
          {
            bids: bids.toSorted(([left], [right]) => right - left).flat(),
            asks: asks.toSorted(([left], [right]) => left - right).flat(),
          },
        ]);
      }),
    );
  });
});
