/** No text in the world makes a parser throw, and nothing unreadable becomes a number. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SeriesSlug } from '../../../core/model/identifiers.ts';
import { parseBinanceFrame } from '../../../core/venue/binance.ts';
import { parseCoinbaseFrame, readCoinbaseSequence } from '../../../core/venue/coinbase.ts';
import { parseDeribitFrame } from '../../../core/venue/deribit.ts';
import { parseGammaBody } from '../../../core/venue/gamma.ts';
import type { FrameParser } from '../../../core/venue/parsed-frame.ts';
import { parsePolyBoltFrame } from '../../../core/venue/polybolt.ts';
import { parsePolymarketBookResponse, parsePolymarketMarketFrame } from '../../../core/venue/polymarket-market.ts';
import { parseBinanceKlines, parseCoinbaseCandles } from '../../../core/venue/rest-klines.ts';
import { parseRtdsFrame } from '../../../core/venue/rtds.ts';
import { allFrames } from '../../fixtures/venue/load.ts';
import { assertProperty } from '../../support/assert-property.ts';
import { mutationsOf } from './mutated-json.ts';

const NOW_MS = 1_795_405_230_000;
const series = { slug: 'btc-updown-5m' as SeriesSlug, durationMs: 300_000 };

const PARSERS: readonly (readonly [name: string, fixtures: string, parse: FrameParser])[] = [
  ['parseBinanceFrame futures', 'binance', parseBinanceFrame('binance-futures')],
  ['parseBinanceFrame spot', 'binance', parseBinanceFrame('binance-spot')],
  ['parsePolymarketMarketFrame', 'polymarket-market', parsePolymarketMarketFrame],
  ['parsePolymarketBookResponse', 'polymarket-market', parsePolymarketBookResponse],
  ['parsePolyBoltFrame', 'polybolt', parsePolyBoltFrame],
  ['parseRtdsFrame', 'rtds', parseRtdsFrame],
  ['parseDeribitFrame', 'deribit', parseDeribitFrame('btc_usd')],
  ['parseCoinbaseFrame', 'coinbase', parseCoinbaseFrame('BTC-USD')],
  ['parseGammaBody', 'gamma', parseGammaBody(series)],
  ['parseBinanceKlines', 'rest-candles', parseBinanceKlines('binance-spot', NOW_MS)],
  ['parseCoinbaseCandles', 'rest-candles', parseCoinbaseCandles(NOW_MS)],
];

/** Fields that are never zero in an event: prices, and what was traded. */
const POSITIVE =
  /^(price|bid|ask|mark|index|strike|final)(E8|E18|Ticks)$|^(old|new)?[tT]ickSizeTicks$|^volatilityPercent$/;

/** Every number of an event is exact and, where it is a price, above zero; the volatility alone may be a fraction. */
function checkNumbers(value: unknown, key: string): void {
  if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) checkNumbers(inner, name);
  } else if (typeof value === 'number') {
    if (key !== 'volatilityPercent') expect({ [key]: Number.isSafeInteger(value) }).toEqual({ [key]: true });
    if (POSITIVE.test(key)) expect(value).toBeGreaterThan(0);
  } else if (typeof value === 'bigint') {
    expect(value > 0n).toBe(true);
  }
}

function checkFrame(parse: FrameParser, text: string): void {
  const { events, controls, rejected } = parse(text);
  expect(events.length + controls.length + rejected.length).toBeGreaterThan(0);
  for (const event of events) {
    checkNumbers(event, 'event');
    expect(event.seq + event.tsInit).toBe(0);
  }
  for (const { detail } of rejected) expect(detail.length).toBeLessThan(120);
}

describe.each(PARSERS)('%s', (_name, fixtures, parse) => {
  const frames = allFrames(fixtures);

  test('behavior: its own frames, changed at will, end as events, controls or refusals', () => {
    const mutated = fc.constantFrom(...frames).chain(mutationsOf);
    assertProperty(
      fc.property(mutated, (message) => checkFrame(parse, JSON.stringify(message))),
      { numRuns: 400 },
    );
  });

  test('behavior: any JSON and any text', () => {
    assertProperty(fc.property(fc.json({ maxDepth: 4 }), (text) => checkFrame(parse, text)));
    assertProperty(fc.property(fc.string({ unit: 'binary' }), (text) => checkFrame(parse, text)));
  });

  test('behavior: a frame that was cut off', () => {
    const cut = fc.constantFrom(...frames).chain((message) => {
      const text = JSON.stringify(message);
      return fc.integer({ min: 1, max: text.length - 1 }).map((length) => text.slice(0, length));
    });
    assertProperty(
      fc.property(cut, (text) => {
        expect(parse(text).rejected).toMatchObject([{ reason: 'not-json' }]);
      }),
    );
  });
});

describe('readCoinbaseSequence', () => {
  test('behavior: what it reads is what the message says', () => {
    const sequence = fc.oneof(
      fc.nat(),
      fc.jsonValue().map((value) => (value === 0 ? 0 : value)),
    );
    assertProperty(
      fc.property(fc.constantFrom('ticker', 'l2_data'), sequence, (channel, sequence_num) => {
        const read = readCoinbaseSequence(JSON.stringify({ channel, sequence_num }));
        const isSequence = typeof sequence_num === 'number' && Number.isInteger(sequence_num) && sequence_num >= 0;
        expect(read).toBe(isSequence && sequence_num < 1e15 ? sequence_num : null);
      }),
    );
  });
});
