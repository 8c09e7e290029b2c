/** One window of a played recording against what its ticks give. */
import { parseDecimalBig } from '../../core/model/decimal.ts';
import { E18_DECIMALS, formatE18 } from '../../core/model/reference-price.ts';
import type { UnixMs } from '../../core/model/time.ts';
import { meanAt, meanSeenAt, type RecordedTicks } from './recorded-prices.ts';

/** What is compared of a final record. */
export interface PlayedWindow {
  readonly windowStartMs: UnixMs;
  readonly windowEndMs: UnixMs;
  readonly strike: string | null;
  readonly final: string | null;
  readonly outcome: string | null;
  readonly verification: string;
}

export interface WindowVerdict {
  readonly ok: boolean;
  /** One line for a person. */
  readonly line: string;
}

/** Compares strike, final price, outcome and how the record itself was verified. `null`: the window has no final record. */
export function windowVerdict(
  ticks: RecordedTicks,
  startMs: UnixMs,
  endMs: UnixMs,
  played: PlayedWindow | null,
): WindowVerdict {
  const time = `${timeOf(startMs)}–${timeOf(endMs)}`;
  if (played === null) return { ok: false, line: `${time}  no final record` };
  const strikeE18 = meanSeenAt(ticks, startMs);
  const finalE18 = meanSeenAt(ticks, endMs);
  const outcome = meanAt(ticks, endMs) >= meanAt(ticks, startMs) ? 'up' : 'down';
  const verification = strikeE18 === null || finalE18 === null ? 'missing' : 'confirmed';
  const parts = [
    compared('strike', shown(strikeE18), readE18(played.strike)),
    compared('final', shown(finalE18), readE18(played.final)),
    compared('outcome', outcome, played.outcome ?? 'none'),
    compared('verification', verification, played.verification),
  ];
  const ok = parts.every((part) => part.ok);
  return { ok, line: [time, ...parts.map((part) => part.text), ok ? 'ok' : 'DIFFERENT'].join('  ') };
}

function compared(what: string, expected: string, found: string): { readonly ok: boolean; readonly text: string } {
  const ok = expected === found;
  return { ok, text: ok ? `${what} ${found}` : `${what} ${found} (the ticks give ${expected})` };
}

function readE18(text: string | null): string {
  return text === null ? 'not captured' : shown(parseDecimalBig(text, E18_DECIMALS));
}

function shown(priceE18: bigint | null): string {
  return priceE18 === null ? 'not captured' : formatE18(priceE18);
}

function timeOf(ms: UnixMs): string {
  return new Date(ms).toISOString().slice(11, 16);
}
