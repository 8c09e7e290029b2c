import { describe, expect, test } from 'vitest';
import type { EngineConfig } from '../../core/config/engine-config.ts';
import type { SeriesSlug } from '../../core/model/identifiers.ts';
import { type ConfigComposition, configAtBoot } from '../../durable-objects/config-composition.ts';
import { configureSeries, describeConfig } from '../../durable-objects/configure-series.ts';
import { seriesConfig } from '../../durable-objects/series-settings.ts';
import { parseSettings } from '../../durable-objects/settings.ts';
import { createEngineDriver } from '../support/engine-driver.ts';

const VARIABLES = {
  MODE: 'demo',
  SERIES: 'btc-updown-5m',
  LOCATION_HINT: 'weur',
  EMBEDDED_VENUE_URL: 'http://127.0.0.1:8790',
  EXCHANGE_FEED: 'binance-futures',
  BANKROLL_USDC: '1000',
  LOG_LEVEL: 'info',
};

function deploy(document: string): { readonly config: EngineConfig; readonly composition: ConfigComposition } {
  const settings = parseSettings({ ...VARIABLES, STRATEGY_CONFIG: document });
  if (!settings.ok) throw new Error(settings.error);
  const composed = seriesConfig(settings.value, 'btc-updown-5m' as SeriesSlug);
  if (!composed.ok) throw new Error(composed.error);
  return composed.value;
}

const DEPLOYED = '{"risk":{"max_order_percent":0.8}}';
const PUT = '{"risk":{"max_order_percent":0.5}}';

/** A series that runs with its deployment's configuration. */
function running(composition: ConfigComposition | undefined = deploy(DEPLOYED).composition) {
  const driver = createEngineDriver({ config: deploy(DEPLOYED).config });
  let failure: string | null = null;
  const deps = {
    composition,
    durable: () => driver.state.durable,
    now: () => driver.now,
    failure: () => failure,
    ingest: (events: Parameters<typeof driver.emit>) => void driver.emit(...events),
  };
  const put = (document: string, commandId = 'change-01') =>
    configureSeries({ commandId, actor: 'operator', document }, deps);
  const fail = (why: string): void => {
    failure = why;
  };
  return { driver, put, fail };
}

describe('configureSeries', () => {
  test('default: limits change with the next decision, in the history and in the audit', () => {
    const { driver, put } = running();
    expect(put(PUT)).toEqual({
      commandId: 'change-01',
      result: 'applied',
      seq: driver.records.at(-1)?.event.seq,
      detail: '',
      problems: [],
      changes: ['risk.maxOrderPpm: 8000 → 5000'],
    });
    expect(driver.state.durable.config.risk.maxOrderPpm).toBe(5_000);
    expect(driver.records.at(-1)?.event).toMatchObject({ type: 'config-applied', change: { document: PUT } });
    expect(driver.all('publish-fact').map(({ fact }) => fact)).toContainEqual(
      expect.objectContaining({ kind: 'audit', action: 'config', actor: 'operator' }),
    );
  });

  test('behavior: the same id is obeyed once', () => {
    const { driver, put } = running();
    const first = put(PUT);
    const again = put('{}');
    expect(again).toMatchObject({ result: 'duplicate', seq: first.seq });
    expect(driver.state.durable.config.risk.maxOrderPpm).toBe(5_000);
  });

  test.each([
    ['a field that nobody knows', '{"risk":{"max_loss":1}}', 'risk.max_loss'],
    ['no limit', '{"risk":{"max_daily_loss_percent":100}}', 'risk.max_daily_loss_percent'],
    ['no JSON', '{', 'the document'],
  ])('error: %s changes nothing', (_, document, field) => {
    const { driver, put } = running();
    const records = driver.records.length;
    expect(put(document)).toMatchObject({ result: 'refused', seq: null, problems: [{ field }] });
    expect(driver.records).toHaveLength(records);
    expect(driver.state.durable.config.risk.maxOrderPpm).toBe(8_000);
  });

  test('error: a series whose engine takes nothing any more, and one whose configuration is fixed', () => {
    const broken = running();
    broken.fail('The engine is broken.');
    expect(broken.put(PUT)).toMatchObject({ result: 'refused', detail: 'The engine is broken.' });
    const driver = createEngineDriver();
    const fixed = configureSeries(
      { commandId: 'change-01', actor: 'operator', document: PUT },
      {
        composition: undefined,
        durable: () => driver.state.durable,
        now: () => driver.now,
        failure: () => null,
        ingest: () => undefined,
      },
    );
    expect(fixed).toMatchObject({ result: 'refused', detail: 'The configuration of this series is fixed.' });
  });
});

describe('describeConfig', () => {
  test('default: the deployment’s own, then whoever has put another', () => {
    const { driver, put } = running();
    const { composition } = deploy(DEPLOYED);
    expect(describeConfig(driver.state.durable, composition)).toMatchObject({
      by: 'deployment',
      sinceMs: null,
      document: DEPLOYED,
    });
    put(PUT);
    const now = describeConfig(driver.state.durable, composition);
    expect(now).toMatchObject({ by: 'operator', sinceMs: driver.now, document: PUT });
    expect(JSON.parse(now.config)).toMatchObject({ risk: { maxOrderPpm: 5_000 } });
  });
});

describe('configAtBoot', () => {
  test('default: what was put holds over a restart', () => {
    const { driver, put } = running();
    put(PUT);
    const { config, composition } = deploy(DEPLOYED);
    const boot = configAtBoot(config, composition, driver.state.durable);
    expect(boot).toMatchObject({ keepsDocument: true, dropped: null, config: { risk: { maxOrderPpm: 5_000 } } });
  });

  test('behavior: until the deployment comes with another document', () => {
    const { driver, put } = running();
    put(PUT);
    const { config, composition } = deploy('{"risk":{"max_order_percent":0.7}}');
    const boot = configAtBoot(config, composition, driver.state.durable);
    expect(boot).toMatchObject({ keepsDocument: false, config: { risk: { maxOrderPpm: 7_000 } } });
    expect(boot.dropped).toContain('operator had put');
  });

  test('behavior: what this release refuses is not run', () => {
    const { driver, put } = running();
    put(PUT);
    const { config, composition } = deploy(DEPLOYED);
    const { applied } = driver.state.durable;
    if (applied !== null) applied.document = '{"risk":{"gone":1}}';
    const boot = configAtBoot(config, composition, driver.state.durable);
    expect(boot).toMatchObject({ keepsDocument: false, config: { risk: { maxOrderPpm: 8_000 } } });
    expect(boot.dropped).toContain('risk.gone is no setting');
  });

  test('behavior: without a word of anybody the deployment’s own runs', () => {
    const { config, composition } = deploy('');
    const { driver } = running();
    expect(configAtBoot(config, composition, driver.state.durable)).toEqual({
      config,
      keepsDocument: false,
      dropped: null,
    });
  });
});
