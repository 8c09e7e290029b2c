/**
 * What Gamma lists: identity, tokens, trading rules, settlement rule. What it does not state is `null`; what it states badly, or
 * what contradicts the slug, refuses the market. Source: Gamma docs and observations, notes of 2026-11-23 §4, §6.
 */
import { isConditionId, isTokenId } from '../model/identifiers.ts';
import { parseIsoMs } from '../model/iso-time.ts';
import type { FeeSchedule, Market, SettlementRule } from '../model/market.ts';
import { MICRO_DECIMALS } from '../model/money.ts';
import { PRICE_DECIMALS } from '../model/price.ts';
import type { DurationMs } from '../model/time.ts';
import type { Window } from '../model/window.ts';
import { readCount } from './field-readers.ts';
import { emit, type FrameCollector, isRecord, type JsonRecord, reject, rejectFields } from './frame-collector.ts';
import { byOutcome, readGammaDecimal, readUpdatedAt } from './gamma-fields.ts';

/** Rates are fractions, we keep millionths. */
const PPM_DECIMALS = 6;

/** What a slug of our series says. */
export type NamedWindow = Pick<Market, 'series' | 'slug' | 'window'>;

/** Writes `market-listed`. */
export function handleListing(
  named: NamedWindow,
  market: JsonRecord,
  event: JsonRecord | null,
  into: FrameCollector,
): FrameCollector {
  const { conditionId, negRisk, acceptingOrders } = market;
  if (!isConditionId(conditionId)) return reject(into, 'bad-identifier', 'market.conditionId');
  const tokens = readTokens(market);
  if (tokens === null) return reject(into, 'bad-identifier', 'market.clobTokenIds by outcomes');
  const wrongTime = misfit(named.window, market);
  if (wrongTime !== null) return rejectFields(into, 'market', [[wrongTime, market[wrongTime], false]]);
  const tickSizeTicks = readGammaDecimal(market['orderPriceMinTickSize'], PRICE_DECIMALS);
  const minSizeMicro = readGammaDecimal(market['orderMinSize'], MICRO_DECIMALS);
  const fees = readFees(market);
  const rule = readRule(market, event);
  const takerDelayMs = readTakerDelay(market);
  if (
    tickSizeTicks === null ||
    tickSizeTicks === 0 ||
    minSizeMicro === null ||
    fees === undefined ||
    rule === undefined ||
    takerDelayMs === undefined ||
    typeof negRisk !== 'boolean' ||
    typeof acceptingOrders !== 'boolean'
  ) {
    return rejectFields(into, 'market', [
      ['orderPriceMinTickSize', market['orderPriceMinTickSize'], tickSizeTicks !== null && tickSizeTicks > 0],
      ['orderMinSize', market['orderMinSize'], minSizeMicro !== null],
      ['feeSchedule', market['feeSchedule'], fees !== undefined],
      ['cryptoMarketConfig', market['cryptoMarketConfig'], rule !== undefined],
      ['takerOrderDelayMs', market['takerOrderDelayMs'], takerDelayMs !== undefined],
      ['negRisk', negRisk, typeof negRisk === 'boolean'],
      ['acceptingOrders', acceptingOrders, typeof acceptingOrders === 'boolean'],
    ]);
  }
  return emit(into, {
    type: 'market-listed',
    source: 'gamma',
    seq: 0,
    tsEvent: readUpdatedAt(market),
    tsInit: 0,
    market: {
      ...named,
      conditionId,
      tokens,
      tickSizeTicks,
      minSizeMicro,
      fees,
      rule,
      takerDelayMs,
      negRisk,
      protocolVersion: readText(market['version']),
      acceptingOrders,
    },
  });
}

/** The two tokens by their labels; `null` unless they are two different ids. */
function readTokens(market: JsonRecord): Market['tokens'] | null {
  const tokens = byOutcome(market['outcomes'], market['clobTokenIds']);
  if (tokens === null) return null;
  const { up, down } = tokens;
  return isTokenId(up) && isTokenId(down) && up !== down ? { up, down } : null;
}

function readText(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** The first stated time that contradicts the slug: `endDate` has to be there, `eventStartTime` may be absent. */
function misfit(window: Window, market: JsonRecord): 'endDate' | 'eventStartTime' | null {
  if (parseIsoMs(market['endDate']) !== window.endMs) return 'endDate';
  const start = market['eventStartTime'];
  return start === undefined || start === null || parseIsoMs(start) === window.startMs ? null : 'eventStartTime';
}

/** The fee schedule; `null` where none is stated or fees are stated to be off; `undefined` where it is malformed. */
function readFees(market: JsonRecord): FeeSchedule | null | undefined {
  const schedule = market['feeSchedule'];
  if (schedule === undefined || schedule === null || market['feesEnabled'] === false) return null;
  if (!isRecord(schedule)) return undefined;
  const ratePpm = readGammaDecimal(schedule['rate'], PPM_DECIMALS);
  const rebatePpm = readGammaDecimal(schedule['rebateRate'], PPM_DECIMALS);
  const exponent = readGammaDecimal(schedule['exponent'], 0);
  const takerOnly = schedule['takerOnly'];
  if (ratePpm === null || rebatePpm === null || exponent === null || typeof takerOnly !== 'boolean') return undefined;
  return { ratePpm, exponent, takerOnly, rebatePpm };
}

/** How the market settles; markets of the spot era state no configuration. `undefined` where the look-back is malformed. */
function readRule(market: JsonRecord, event: JsonRecord | null): SettlementRule | undefined {
  const stated = market['resolutionSource'] || event?.['resolutionSource'];
  const resolutionSource = typeof stated === 'string' ? stated : '';
  const config = market['cryptoMarketConfig'];
  if (config === undefined || config === null) return { resolutionSource, twapLookbackSeconds: null, configId: null };
  if (!isRecord(config)) return undefined;
  const configId = readText(config['id']);
  if (config['twapEnabled'] !== true) return { resolutionSource, twapLookbackSeconds: null, configId };
  const twapLookbackSeconds = readCount(config['twapLookbackSeconds']);
  return twapLookbackSeconds === null ? undefined : { resolutionSource, twapLookbackSeconds, configId };
}

/**
 * The taker delay. The venue added a field in milliseconds on 2026-10-29 whose name is unknown to us; this is the one that our
 * embedded venue sends. `null` where it is absent: then the settlement rule guard decides.
 */
function readTakerDelay(market: JsonRecord): DurationMs | null | undefined {
  const stated = market['takerOrderDelayMs'];
  if (stated === undefined || stated === null) return null;
  return readCount(stated) ?? undefined;
}
