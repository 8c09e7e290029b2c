/**
 * The price within a message of the reference feeds, exact. `full_accuracy_value` is a plain decimal on PolyBolt and on RTDS
 * `crypto_prices`, and an integer of 1e-18 on RTDS's Chainlink and TWAP topics: read with the wrong form it is wrong by 10^18,
 * so it is held against the rounded `value` beside it. Source: notes of 2026-11-23, polymarket §5.3–5.4, market data §0.5.
 */
import { parseDecimalBig } from '../model/decimal.ts';
import { E18_DECIMALS, e18ToNumber, type PriceE18 } from '../model/reference-price.ts';
import type { JsonRecord } from './frame-collector.ts';
import type { FrameRejection } from './parsed-frame.ts';

export interface PriceForm {
  /** How `full_accuracy_value` is written. */
  readonly exact: 'decimal' | 'e18';
  /** Whether `value` alone will do: for spot prices, never for the TWAP that markets settle on. */
  readonly valueAlone: boolean;
}

/** A longer text is no price: 10^22 USD and 18 decimals. */
const MAX_PRICE_CHARS = 42;
const E18_INTEGER = /^\d+$/;

/** `value` is rounded, at worst to cents; further apart than this the two fields do not mean the same price. */
const MAX_ROUNDING_USD = 0.01;
const MAX_ROUNDING_RELATIVE = 1e-6;

/** The price of one observation, or why it is refused. */
export function readReferencePrice(observation: JsonRecord, form: PriceForm): PriceE18 | FrameRejection {
  const exact = observation['full_accuracy_value'];
  const value = observation['value'];
  if (exact === undefined || exact === null || exact === '') {
    if (!form.valueAlone || value === undefined || value === null) return 'missing-field';
    return readValueAlone(value);
  }
  if (typeof exact !== 'string' || exact.length > MAX_PRICE_CHARS) return 'bad-number';
  const priceE18 = form.exact === 'e18' ? readE18Integer(exact) : parseDecimalBig(exact, E18_DECIMALS);
  if (priceE18 === null || priceE18 <= 0n) return 'bad-number';
  if (value === undefined || value === null) return priceE18;
  return typeof value === 'number' && agrees(e18ToNumber(priceE18), value) ? priceE18 : 'bad-number';
}

/** The JSON number's shortest exact decimal text; one that needs an exponent is no price of ours. */
function readValueAlone(value: unknown): PriceE18 | FrameRejection {
  if (typeof value !== 'number') return 'bad-number';
  const priceE18 = parseDecimalBig(String(value), E18_DECIMALS);
  return priceE18 === null || priceE18 <= 0n ? 'bad-number' : priceE18;
}

function readE18Integer(text: string): PriceE18 | null {
  return E18_INTEGER.test(text) ? BigInt(text) : null;
}

function agrees(exact: number, rounded: number): boolean {
  return Math.abs(exact - rounded) <= MAX_ROUNDING_USD + MAX_ROUNDING_RELATIVE * Math.abs(rounded);
}
