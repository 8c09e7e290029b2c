import { describe, expect, test } from 'vitest';
import { parseDeribitFrame } from '../../../core/venue/deribit.ts';
import { loadFrames } from '../../fixtures/venue/load.ts';

const frame = loadFrames('deribit');
const parse = parseDeribitFrame('btc_usd');

describe('parseDeribitFrame', () => {
  test('default: the volatility index', () => {
    expect(parse(frame('volatility'))).toEqual({
      events: [
        {
          type: 'volatility-index-received',
          seq: 0,
          tsEvent: 1_795_405_201_007,
          tsInit: 0,
          source: 'deribit',
          volatilityPercent: 51.36,
        },
      ],
      controls: [],
      rejected: [],
    });
  });

  test.each([
    ['heartbeat', { type: 'heartbeat' }],
    ['testRequest', { type: 'test-request' }],
    ['subscribed', { type: 'subscribed', channels: ['deribit_volatility_index.btc_usd'] }],
    ['test', { type: 'pong' }],
    ['ok', { type: 'ignored', what: 'ok' }],
    ['error', { type: 'error', code: '10028', detail: 'too_many_requests' }],
    ['otherIndex', { type: 'ignored', what: 'deribit_volatility_index.eth_usd' }],
  ])('behavior: %s', (name, control) => {
    expect(parse(frame(name))).toEqual({ events: [], controls: [control], rejected: [] });
  });

  test('args: another index', () => {
    expect(parseDeribitFrame('eth_usd')(frame('otherIndex')).events).toHaveLength(1);
  });

  test.each([
    [{ volatility: 0 }, 'bad-number'],
    [{ volatility: '51.36' }, 'bad-number'],
    [{ volatility: null }, 'missing-field'],
    [{ timestamp: 1_795_405_201 }, 'bad-number'],
  ])('error: %o', (fields, reason) => {
    const whole = JSON.parse(frame('volatility')) as { params: { data: object } };
    whole.params.data = { ...whole.params.data, ...fields };
    expect(parse(JSON.stringify(whole)).rejected).toMatchObject([{ reason }]);
  });

  test.each([['{}'], ['[]'], ['{"method":"heartbeat","params":{"type":"x"}}'], ['{"method":"x","params":{}}']])(
    'error: %s',
    (text) => {
      expect(parse(text).rejected).toMatchObject([{ reason: 'unknown-message' }]);
    },
  );
});
