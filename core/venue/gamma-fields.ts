/**
 * Fields as Gamma writes them: arrays as JSON strings within the JSON, decimals as JSON numbers or as strings. Numbers are read
 * by their shortest exact decimal text, never by float arithmetic. Source: Gamma docs, notes of 2026-11-23 §6.
 */
import { parseDecimal, parseDecimalBig } from '../model/decimal.ts';
import { parseIsoMs } from '../model/iso-time.ts';
import { E18_DECIMALS, type PriceE18 } from '../model/reference-price.ts';
import type { UnixMs } from '../model/time.ts';
import type { Outcome } from '../model/window.ts';
import { isArray, type JsonRecord } from './frame-collector.ts';
import { outcomeOfLabel } from './outcome-label.ts';

/** The plain decimal text of a number or a decimal string; anything else as it is, for the reader to refuse. */
function decimalText(value: unknown): unknown {
  return typeof value === 'number' ? String(value) : value;
}

/** A decimal as an integer of `10^-decimals`, zero or more; `null` when it is not exact. */
export function readGammaDecimal(value: unknown, decimals: number): number | null {
  const parsed = parseDecimal(decimalText(value), decimals);
  return parsed !== null && parsed >= 0 ? parsed : null;
}

/** A reference price: above zero. */
export function readGammaPriceE18(value: unknown): PriceE18 | null {
  const price = parseDecimalBig(decimalText(value), E18_DECIMALS);
  return price !== null && price > 0n ? price : null;
}

/** A JSON string that holds an array of strings; `null` for anything else. */
export function readTextList(value: unknown): readonly string[] | null {
  if (typeof value !== 'string') return null;
  let list: unknown;
  try {
    list = JSON.parse(value);
  } catch {
    return null;
  }
  if (!isArray(list)) return null;
  return list.every((item): item is string => typeof item === 'string') ? list : null;
}

/**
 * Puts an index-aligned list (tokens, prices) to the outcomes by their labels, never by their place. `null` unless the labels are
 * exactly Up and Down and the list has one entry for each.
 */
export function byOutcome(labels: unknown, values: unknown): Readonly<Record<Outcome, string>> | null {
  const names = readTextList(labels);
  const list = readTextList(values);
  if (names?.length !== 2 || list?.length !== 2) return null;
  const found: Partial<Record<Outcome, string>> = {};
  names.forEach((name, index) => {
    const outcome = outcomeOfLabel(name);
    const value = list[index];
    if (outcome !== null && value !== undefined) found[outcome] = value;
  });
  const { up, down } = found;
  return up === undefined || down === undefined ? null : { up, down };
}

/** When Gamma last touched the row; 0, which means unknown, where it does not say. */
export function readUpdatedAt(row: JsonRecord): UnixMs {
  return parseIsoMs(row['updatedAt']) ?? 0;
}
