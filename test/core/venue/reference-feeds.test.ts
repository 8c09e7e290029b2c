import { describe, expect, test } from 'vitest';
import type { ParsedFrame } from '../../../core/venue/parsed-frame.ts';
import { parsePolyBoltFrame } from '../../../core/venue/polybolt.ts';
import { parseRtdsFrame } from '../../../core/venue/rtds.ts';
import { loadFrames } from '../../fixtures/venue/load.ts';

const polybolt = loadFrames('polybolt');
const rtds = loadFrames('rtds');

/** A fixture with fields of its payload replaced. */
function changed(text: string, fields: object): string {
  const whole = JSON.parse(text) as { payload: object };
  return JSON.stringify({ ...whole, payload: { ...whole.payload, ...fields } });
}

const refusal = ({ events, rejected }: ParsedFrame) => ({ events, reasons: rejected.map(({ reason }) => reason) });

describe('parsePolyBoltFrame', () => {
  test('default: a TWAP to the last decimal', () => {
    expect(parsePolyBoltFrame(polybolt('twap'))).toEqual({
      events: [
        {
          type: 'reference-price-received',
          seq: 0,
          tsEvent: 1_788_886_177_000,
          tsInit: 0,
          source: 'polybolt',
          provider: 'chainlink',
          symbol: 'btcusd',
          lookbackSeconds: 60,
          priceE18: 78_803_715_261_094_101_516_288n,
          snapshot: false,
        },
      ],
      controls: [],
      rejected: [],
    });
  });

  test('behavior: a snapshot is one event for each price, with the provider of its payload', () => {
    expect(parsePolyBoltFrame(polybolt('spotSnapshot')).events).toMatchObject([
      {
        provider: 'pyth',
        lookbackSeconds: 0,
        tsEvent: 1_788_972_880_000,
        priceE18: 64_123_500_000_000_000_000_000n,
        snapshot: true,
      },
      {
        provider: 'pyth',
        lookbackSeconds: 0,
        tsEvent: 1_788_972_881_000,
        priceE18: 64_124_250_000_000_000_000_000n,
        snapshot: true,
      },
    ]);
  });

  test('behavior: the provider of an element goes before that of its payload', () => {
    const data = [
      { timestamp: 1_788_972_880_000, value: 64_123.5, full_accuracy_value: '64123.5', source: 'chainlink' },
    ];
    expect(parsePolyBoltFrame(changed(polybolt('spotSnapshot'), { data })).events).toMatchObject([
      { provider: 'chainlink' },
    ]);
  });

  test('behavior: a TWAP snapshot that names no provider is Chainlink, the only one there is', () => {
    expect(parsePolyBoltFrame(polybolt('twapSnapshot')).events).toMatchObject([
      { provider: 'chainlink', lookbackSeconds: 60, priceE18: 64_123_500_000_000_000_000_001n, snapshot: true },
    ]);
  });

  test('behavior: acknowledgements', () => {
    expect(parsePolyBoltFrame(polybolt('authed')).controls).toEqual([{ type: 'authenticated' }]);
    expect(parsePolyBoltFrame(polybolt('subscribed')).controls).toEqual([
      { type: 'subscribed', channels: ['price.crypto.twap'] },
    ]);
    expect(parsePolyBoltFrame(polybolt('pong')).controls).toEqual([{ type: 'pong' }]);
    expect(parsePolyBoltFrame(polybolt('error')).controls).toEqual([
      { type: 'error', code: 'auth_required', detail: 'price.crypto' },
    ]);
    expect(parsePolyBoltFrame(polybolt('equity')).controls).toEqual([{ type: 'ignored', what: 'price.equity' }]);
  });

  test('behavior: dropped frames are told beside the price', () => {
    const parsed = parsePolyBoltFrame(polybolt('twapDropped'));
    expect(parsed.events).toHaveLength(1);
    expect(parsed.controls).toEqual([{ type: 'error', code: 'dropped', detail: '4 on price.crypto.twap' }]);
  });

  test.each([
    [{ full_accuracy_value: '78803715261094101516288' }, 'bad-number'],
    [{ full_accuracy_value: 78_803.72 }, 'bad-number'],
    [{ full_accuracy_value: '7.88e4' }, 'bad-number'],
    [{ full_accuracy_value: '0' }, 'bad-number'],
    [{ full_accuracy_value: '-78803.72' }, 'bad-number'],
    [{ full_accuracy_value: '78803.7152610941015162881' }, 'bad-number'],
    [{ value: 'x' }, 'bad-number'],
    [{ timestamp: 1_788_886_177 }, 'bad-number'],
    [{ timestamp: undefined }, 'missing-field'],
    [{ window_seconds: undefined }, 'missing-field'],
    [{ window_seconds: 0 }, 'bad-number'],
    [{ source: 'pyth' }, 'unknown-message'],
    [{ symbol: 'BTC/USD' }, 'bad-identifier'],
  ])('error: a TWAP with %o', (fields, reason) => {
    const parsed = parsePolyBoltFrame(changed(polybolt('twap'), fields));
    expect(refusal(parsed)).toEqual({ events: [], reasons: [reason] });
  });

  test('error: a TWAP without its exact value is refused, a rounded strike would be wrong', () => {
    expect(refusal(parsePolyBoltFrame(polybolt('twapWithoutExact')))).toEqual({
      events: [],
      reasons: ['missing-field'],
    });
  });

  test('error: a spot price that names no provider', () => {
    const parsed = parsePolyBoltFrame(changed(polybolt('spotSnapshot'), { source: undefined }));
    expect(refusal(parsed)).toEqual({ events: [], reasons: ['missing-field', 'missing-field'] });
  });

  test.each([['{}'], ['[]'], ['{"op":"ping"}'], ['{"channel":"price.crypto","payload":{"data":7}}']])(
    'error: %s',
    (text) => {
      expect(refusal(parsePolyBoltFrame(text))).toEqual({ events: [], reasons: ['unknown-message'] });
    },
  );
});

describe('parseRtdsFrame', () => {
  test('default: a TWAP is an integer of 1e-18', () => {
    expect(parseRtdsFrame(rtds('twapSixty')).events).toEqual([
      {
        type: 'reference-price-received',
        seq: 0,
        tsEvent: 1_795_405_201_000,
        tsInit: 0,
        source: 'rtds',
        provider: 'chainlink',
        symbol: 'btcusd',
        lookbackSeconds: 60,
        priceE18: 84_501_203_450_000_000_000_000n,
        snapshot: false,
      },
    ]);
  });

  test.each([
    [
      'binanceSpot',
      { provider: 'binance', symbol: 'btcusdt', lookbackSeconds: 0, priceE18: 84_510_120_000_000_000_000_000n },
    ],
    ['binanceSpotExact', { provider: 'binance', symbol: 'btcusdt', priceE18: 84_510_120_000_000_000_000_000n }],
    [
      'chainlinkSpot',
      { provider: 'chainlink', symbol: 'btcusd', lookbackSeconds: 0, priceE18: 84_508_770_000_000_000_000_000n },
    ],
  ])('behavior: %s', (name, expected) => {
    expect(parseRtdsFrame(rtds(name)).events).toMatchObject([expected]);
  });

  test('behavior: the history that a subscription brings', () => {
    expect(parseRtdsFrame(rtds('twapThirtyHistory')).events).toMatchObject([
      { lookbackSeconds: 30, tsEvent: 1_788_600_329_000, priceE18: 79_696_840_994_573_453_885_440n, snapshot: true },
      { lookbackSeconds: 30, tsEvent: 1_788_600_330_000, priceE18: 79_696_885_010_084_155_883_520n, snapshot: true },
    ]);
  });

  test('behavior: the protocol around the prices', () => {
    expect(parseRtdsFrame('').controls).toEqual([{ type: 'subscribed', channels: [] }]);
    expect(parseRtdsFrame(rtds('error')).controls).toEqual([
      { type: 'error', code: '401', detail: 'topic and type not found' },
    ]);
    expect(parseRtdsFrame(rtds('equity')).controls).toEqual([{ type: 'ignored', what: 'equity_prices' }]);
  });

  test.each([
    ['twapSixty', { full_accuracy_value: undefined }, 'missing-field'],
    ['twapSixty', { full_accuracy_value: '84501.20345' }, 'bad-number'],
    ['twapSixty', { full_accuracy_value: '84501' }, 'bad-number'],
    ['twapSixty', { window_s: 30 }, 'bad-number'],
    ['twapSixty', { symbol: '' }, 'bad-identifier'],
    ['twapSixty', { timestamp: '1795405201000' }, 'bad-number'],
    ['binanceSpot', { value: '84510.12' }, 'bad-number'],
    ['binanceSpot', { value: 1e-9 }, 'bad-number'],
    ['binanceSpot', { value: undefined }, 'missing-field'],
    ['binanceSpotExact', { full_accuracy_value: '84510120000000000000000' }, 'bad-number'],
    ['chainlinkSpot', { value: 0 }, 'bad-number'],
    ['twapThirtyHistory', { data: 'none' }, 'missing-field'],
    ['twapThirtyHistory', { data: [7] }, 'unknown-message'],
  ])('error: %s with %o', (name, fields, reason) => {
    expect(refusal(parseRtdsFrame(changed(rtds(name), fields)))).toEqual({ events: [], reasons: [reason] });
  });
});
