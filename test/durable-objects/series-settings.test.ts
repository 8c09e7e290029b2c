import { describe, expect, test } from 'vitest';
import type { SeriesSlug } from '../../core/model/identifiers.ts';
import { seriesConfig } from '../../durable-objects/series-settings.ts';
import { parseSettings } from '../../durable-objects/settings.ts';

const BASE = {
  SERIES: 'btc-updown-5m',
  LOCATION_HINT: 'weur',
  EXCHANGE_FEED: 'binance-futures',
  BANKROLL_USDC: '1000',
  LOG_LEVEL: 'info',
};
const EMBEDDED = { EMBEDDED_VENUE_URL: 'http://127.0.0.1:8790' };

describe('seriesConfig', () => {
  test.each([
    ['demo', EMBEDDED, 'sim'],
    ['sim', EMBEDDED, 'sim'],
    ['paper', {}, 'paper'],
    // Nothing trades live beyond a probe before there is a signed verdict.
    ['live', {}, 'probe'],
  ])('behavior: MODE=%s is booked in a ledger of its own', (mode, more, ledger) => {
    const settings = parseSettings({ ...BASE, ...more, MODE: mode });
    if (!settings.ok) throw new Error(settings.error);
    const config = seriesConfig(settings.value, 'btc-updown-5m' as SeriesSlug);
    expect(config).toMatchObject({ ok: true, value: { config: { ledger } } });
  });
});
