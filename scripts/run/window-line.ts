/** One closed window as one line for a person. */
import { MICRO_DECIMALS } from '../../core/model/money.ts';
import type { WindowRow } from './series-api.ts';

/** Reference prices have 18 places; a cent is what a person compares. */
const SHOWN_PLACES = 2;

/** The line: times (UTC), strike, final, outcome, fills, fees, PnL, worst feed age. Figures are cut, never rounded up. */
export function windowLine(row: WindowRow): string {
  const parts = [
    `${dayOf(row.windowStartMs)} ${timeOf(row.windowStartMs)}–${timeOf(row.windowEndMs)}`,
    row.strike === null ? 'strike not captured' : `strike ${shortPrice(row.strike)}`,
    row.final === null ? 'final not captured' : `final ${shortPrice(row.final)}`,
    `${row.outcome ?? 'no outcome'} (${verificationOf(row)})`,
    `fills ${row.fills}`,
    `fees ${money(row.feesMicro)}`,
    `PnL ${row.realizedPnlMicro > 0 ? '+' : ''}${money(row.realizedPnlMicro)}`,
    `worst feed age ${row.worstFeedAgeMs} ms${row.worstFeed === '' ? '' : ` (${row.worstFeed})`}`,
  ];
  if (!row.tradable) parts.push(`not tradable: ${row.decision}`);
  return parts.join('  ');
}

/** By our own prices, by the venue's word, or by both. */
function verificationOf({ verification, officialOutcome }: WindowRow): string {
  switch (verification) {
    case 'confirmed':
      return 'confirmed';
    case 'mismatch':
      return 'MISMATCH with the venue';
    case 'missing':
      return officialOutcome === null ? 'not confirmed' : 'by the venue alone';
  }
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString().slice(11, 16);
}

function shortPrice(price: string): string {
  const [whole = '', fraction = ''] = price.split('.');
  return `${whole}.${fraction.padEnd(SHOWN_PLACES, '0').slice(0, SHOWN_PLACES)}`;
}

/** Millionths as a decimal of four places or more where they are needed. */
function money(micro: number): string {
  const digits = String(Math.abs(micro)).padStart(MICRO_DECIMALS + 1, '0');
  const whole = digits.slice(0, -MICRO_DECIMALS);
  const fraction = digits.slice(-MICRO_DECIMALS).replace(/0{1,4}$/, '');
  return `${micro < 0 ? '-' : ''}${whole}.${fraction}`;
}
