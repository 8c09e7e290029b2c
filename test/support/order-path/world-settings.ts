/** What object and runner of a simulated run are set to: small orders and low limits, so that runs come up against them. */
import { DEFAULT_ENGINE_CONFIG } from '../../../core/config/defaults.ts';
import type { EngineConfig } from '../../../core/config/engine-config.ts';
import { MICRO_PER_UNIT } from '../../../core/model/money.ts';
import { embeddedAddresses } from '../../../durable-objects/feeds/feed-addresses.ts';
import { feedSymbolsOf } from '../../../durable-objects/feeds/feed-symbols.ts';
import type { SeriesSettings } from '../../../durable-objects/series-settings-type.ts';
import { EMBEDDED_CREDENTIALS } from '../../../embedded-venue/world.ts';
import { l1Headers } from '../../../runner/clob/auth.ts';
import type { RunnerSettings } from '../../../runner/env.ts';
import { createDigestSigner, type DigestSigner } from '../../../runner/signer/digest-signer.ts';
import { parsePrivateKey } from '../../../runner/signer/private-key.ts';
import type { LeanVenue } from './lean-venue.ts';
import { SERIES } from './run-window.ts';
import { LINK_KEY } from './runner-process.ts';

/** Anvil's first account: a key that everybody knows. */
const PRIVATE_KEY = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';
const BASE = 'http://venue.test';
export const BANKROLL_MICRO = 1_000 * MICRO_PER_UNIT;
/** What the day may lose by the engine's own limit: few enough orders reach it that runs come up against it. */
export const DAILY_LIMIT_MICRO = 25 * MICRO_PER_UNIT;

function keyOf(text: string) {
  const key = parsePrivateKey(text);
  if (!key.ok) throw new Error(key.error);
  return key.value;
}

let digestSigner: Promise<DigestSigner> | null = null;

/** The signer of the runs' one account; made once for all runs of a process. */
export async function accountSigner(): Promise<DigestSigner> {
  digestSigner ??= createDigestSigner(keyOf(PRIVATE_KEY));
  return digestSigner;
}

/** An API key as `cli keys create` would make it, before the run. */
export function credentialsOf(
  venue: LeanVenue,
  signer: DigestSigner,
  nowMs: number,
): NonNullable<RunnerSettings['credentials']> {
  const login = { chainId: 137, timestampS: Math.floor(nowMs / 1_000), nonce: 0, binding: { kind: 'signer' } } as const;
  const headers = Object.fromEntries(
    Object.entries(l1Headers(signer, login)).map(([name, value]) => [name.toLowerCase(), value as string]),
  );
  const asked = { method: 'POST', path: '/clob/auth/api-key', query: new URLSearchParams(), body: '', headers };
  const response = venue.handle(asked, nowMs);
  if (response?.status !== 200) throw new Error(`no key: ${response?.body}`);
  const { apiKey, secret, passphrase } = JSON.parse(response.body) as Record<string, string>;
  return { key: apiKey ?? '', secret: secret ?? '', passphrase: passphrase ?? '' };
}

/** The object's; `change`: what a run wants otherwise. */
export function seriesSettings(change: (config: EngineConfig) => EngineConfig = (config) => config): SeriesSettings {
  const base = DEFAULT_ENGINE_CONFIG;
  const config: EngineConfig = {
    ...base,
    series: { ...base.series, slug: SERIES.slug, durationMs: SERIES.durationMs },
    marketMaker: {
      ...base.marketMaker,
      orderSizeMicro: 12 * MICRO_PER_UNIT,
      maxInventoryMicro: 100 * MICRO_PER_UNIT,
      requoteAfterMs: 8_000,
    },
    risk: {
      ...base.risk,
      bankrollMicro: BANKROLL_MICRO,
      maxDailyLossPpm: DAILY_LIMIT_MICRO / (BANKROLL_MICRO / 1_000_000),
    },
    execution: 'venue',
    guard: { ...base.guard, acknowledgedTakerDelayMs: 150 },
  };
  const symbols = feedSymbolsOf(config.series.referenceSymbol);
  if (symbols === null) throw new Error('no feed symbols');
  return {
    config: change(config),
    exchange: null,
    addresses: embeddedAddresses(BASE),
    symbols,
    credentials: EMBEDDED_CREDENTIALS,
    linkKeys: [LINK_KEY],
    feedVia: {},
    buildId: 'test',
  };
}

/** The runner's. */
export function runnerSettings(credentials: NonNullable<RunnerSettings['credentials']>): RunnerSettings {
  return {
    mode: 'sim',
    embeddedVenueUrl: BASE,
    workerUrl: 'http://worker.test',
    linkKey: LINK_KEY,
    series: [{ ...SERIES, allocationMicro: BANKROLL_MICRO }],
    stateFolder: '/state',
    privateKey: keyOf(PRIVATE_KEY),
    keyFile: null,
    signatureType: 0,
    funderAddress: null,
    chainId: 137,
    apiAddress: null,
    credentials,
    proxy: null,
    addresses: {
      clobUrl: `${BASE}/clob`,
      geoblockUrl: `${BASE}/geoblock`,
      gammaUrl: `${BASE}/gamma`,
      userChannelUrl: 'ws://venue.test/clob/ws/user',
      rpcUrl: `${BASE}/rpc`,
      relayerUrl: null,
    },
    relayer: null,
    caps: {
      maxOrderMicro: 50 * MICRO_PER_UNIT,
      maxHourlyMicro: 10_000 * MICRO_PER_UNIT,
      maxDailyLossMicro: 40 * MICRO_PER_UNIT,
      minPriceTicks: 100,
      maxPriceTicks: 9_900,
      maxDistanceTicks: 1_000,
      maxOrdersPerWindow: null,
      learningBudgetMicro: null,
    },
    bankrollMicro: BANKROLL_MICRO,
    learningBudgetMicro: null,
    cashoutDestination: null,
    polPriceMicro: 500_000,
    liveConfirmed: false,
    logLevel: 'info',
  };
}
