/**
 * Bodies of the CLOB's answers about the account and the markets: balances, rules, rebates, bans, the geoblock, the dead-man's switch.
 * `null` where a body cannot be read. Source: venue notes of 2026-11-23, polymarket §3.1–§3.3, §8; rebates: the venue's page "Get
 * current rebated fees for a maker", stored copy read 2026-11-23.
 */
import { parseDecimal, parseDecimalBig } from '../model/decimal.ts';
import { type ConditionId, isConditionId, isTokenId, type TokenId } from '../model/identifiers.ts';
import { MICRO_DECIMALS, type MoneyMicro } from '../model/money.ts';
import { PRICE_DECIMALS } from '../model/price.ts';
import type { BalanceAllowance, ClobMarketInfo } from './clob-account.ts';
import { isArray, isRecord, type JsonRecord } from './frame-collector.ts';
import { readGammaDecimal } from './gamma-fields.ts';

/** Parts per million in a rate of 1. */
const PPM_DECIMALS = 6;

/** The venue states balances and allowances as integers of one millionth; "unlimited" is a uint256 and is capped. */
export function readBalanceAllowance(value: unknown): BalanceAllowance | null {
  if (!isRecord(value)) return null;
  const balanceMicro = parseDecimal(value['balance'], 0);
  if (balanceMicro === null || balanceMicro < 0) return null;
  // No list is no allowance: older answers state one for a spender that they do not name.
  const stated = value['allowances'] ?? {};
  if (!isRecord(stated)) return null;
  const allowancesMicro: Record<string, MoneyMicro> = {};
  for (const [spender, text] of Object.entries(stated)) {
    const amount = parseDecimalBig(text, 0);
    if (amount === null || amount < 0n) return null;
    allowancesMicro[spender.toLowerCase()] =
      amount > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(amount);
  }
  return { balanceMicro, allowancesMicro };
}

/**
 * The rules of a market in `GET /clob-markets/{condition}`. `nr` stands there for neg-risk markets only. Not stated to accept orders
 * counts as not accepting; fees and taker delay that are not stated are `null`, for the rule guard to show.
 */
export function readClobMarket(value: unknown, conditionId: ConditionId): ClobMarketInfo | null {
  if (!isRecord(value)) return null;
  const stated = value['c'] ?? conditionId;
  if (!isConditionId(stated) || stated !== conditionId) return null;
  const tokens = readTokens(value['t']);
  const tickSizeTicks = readGammaDecimal(value['mts'], PRICE_DECIMALS);
  const minSizeMicro = readGammaDecimal(value['mos'], MICRO_DECIMALS);
  if (tokens === null || tickSizeTicks === null || tickSizeTicks === 0 || minSizeMicro === null) return null;
  const fees = isRecord(value['fd']) ? value['fd'] : {};
  return {
    conditionId,
    ...tokens,
    tickSizeTicks,
    minSizeMicro,
    feeRatePpm: readGammaDecimal(fees['r'], PPM_DECIMALS),
    feeExponent: readGammaDecimal(fees['e'], 0),
    takerOnlyFees: flag(fees, 'to'),
    negRisk: flag(value, 'nr') ?? false,
    acceptingOrders: flag(value, 'ao') ?? false,
    takerDelay: flag(value, 'itode'),
  };
}

function readTokens(
  value: unknown,
): { readonly tokenIds: readonly TokenId[]; readonly outcomes: readonly string[] } | null {
  if (!isArray(value) || value.length === 0) return null;
  const tokenIds: TokenId[] = [];
  const outcomes: string[] = [];
  for (const entry of value) {
    if (!isRecord(entry) || !isTokenId(entry['t']) || typeof entry['o'] !== 'string') return null;
    tokenIds.push(entry['t']);
    outcomes.push(entry['o']);
  }
  return { tokenIds, outcomes };
}

function flag(value: JsonRecord, key: string): boolean | null {
  const stated = value[key];
  return typeof stated === 'boolean' ? stated : null;
}

/** The sum of a day's rebates; a day without any is an empty list. */
export function readRebates(value: unknown): MoneyMicro | null {
  if (value === null) return 0;
  if (!isArray(value)) return null;
  let sum = 0;
  for (const row of value) {
    const amount = isRecord(row) ? parseDecimal(row['rebated_fees_usdc'], MICRO_DECIMALS) : null;
    if (amount === null || amount < 0) return null;
    sum += amount;
  }
  return sum;
}

export interface Geoblock {
  readonly blocked: boolean;
  readonly country: string;
  readonly region: string;
}

/** `{blocked, ip, country, region}`; the address is not kept. */
export function readGeoblock(value: unknown): Geoblock | null {
  if (!isRecord(value)) return null;
  const { blocked, country, region } = value;
  if (typeof blocked !== 'boolean' || typeof country !== 'string') return null;
  return { blocked, country, region: typeof region === 'string' ? region : '' };
}

/** `{closed_only}`: whether the account may only close positions. */
export function readClosedOnly(value: unknown): boolean | null {
  return isRecord(value) ? flag(value, 'closed_only') : null;
}

/** The venue's clock: whole unix seconds, as a bare number. */
export function readServerTime(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : null;
}

/** The id that the next beat has to carry. A refused beat states it, too: "Invalid Heartbeat ID". */
export function readHeartbeatId(value: unknown): string | null {
  const id = isRecord(value) ? value['heartbeat_id'] : undefined;
  return typeof id === 'string' ? id : null;
}

/** An API key's three parts. */
export interface ApiKeyBody {
  readonly apiKey: string;
  readonly secret: string;
  readonly passphrase: string;
}

/** A created or derived key: all three parts, none of them empty. */
export function readApiKey(value: unknown): ApiKeyBody | null {
  if (!isRecord(value)) return null;
  const { apiKey, secret, passphrase } = value;
  if (typeof apiKey !== 'string' || typeof secret !== 'string' || typeof passphrase !== 'string') return null;
  return apiKey === '' || secret === '' || passphrase === '' ? null : { apiKey, secret, passphrase };
}

/** Ids of keys under any of the names that the venue uses for the list, each as text or as an object with `apiKey`. */
export function readApiKeyIds(value: unknown): readonly string[] | null {
  const list = isRecord(value) ? (value['apiKeys'] ?? value['readonlyApiKeys']) : value;
  if (!isArray(list)) return null;
  const ids: string[] = [];
  for (const entry of list) {
    const id = isRecord(entry) ? entry['apiKey'] : entry;
    if (typeof id !== 'string' || id === '') return null;
    ids.push(id);
  }
  return ids;
}
