/**
 * How long the venue asks us to wait. Headers come with lower-case names. Source: RFC 9110 §10.2.3 (Retry-After), venue notes of
 * 2026-11-23, polymarket §3.4, §3.5 (Poly-RateLimit-Reset, retry_after_seconds).
 */
import { parseDecimal } from '../model/decimal.ts';
import { parseIsoMs } from '../model/iso-time.ts';
import { SECOND_MS, type UnixMs } from '../model/time.ts';
import { isRecord } from './frame-collector.ts';

/** Longest wait that is believed: a wrong unit must not silence us for days. The venue asks again when it means more. */
const LONGEST_WAIT_MS = 10 * 60 * SECOND_MS;

/** Larger numbers in a Reset header are a time of the calendar in seconds, and from here on in milliseconds; smaller ones a wait. */
const LEAST_UNIX_SECONDS = 1_000_000_000;
const LEAST_UNIX_MS = 100_000_000_000;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const IMF_FIXDATE = /^[A-Z][a-z]{2}, (\d{2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}:\d{2}:\d{2}) GMT$/;

/**
 * Until when to wait, by header or body; `null` when the answer does not say. In the past or unreadable counts as not said.
 *
 * @param nowMs the time against which a number of seconds is counted.
 */
export function retryUntilMs(headers: Readonly<Record<string, string>>, body: unknown, nowMs: UnixMs): UnixMs | null {
  const stated = isRecord(body) ? body['retry_after_seconds'] : undefined;
  const candidates = [
    secondsFromNow(typeof stated === 'number' ? String(stated) : stated, nowMs),
    secondsFromNow(headers['retry-after'], nowMs) ?? httpDateMs(headers['retry-after']),
    resetMs(headers['poly-ratelimit-reset'], nowMs),
  ];
  for (const untilMs of candidates) {
    if (untilMs !== null && untilMs > nowMs) return Math.min(untilMs, nowMs + LONGEST_WAIT_MS);
  }
  return null;
}

function secondsFromNow(value: unknown, nowMs: UnixMs): UnixMs | null {
  // Up to three decimals of a second: "0.25" is seen from rate limiters.
  const waitMs = parseDecimal(value, 3);
  return waitMs === null || waitMs < 0 ? null : nowMs + waitMs;
}

function httpDateMs(value: string | undefined): UnixMs | null {
  const match = IMF_FIXDATE.exec(value ?? '');
  if (match === null) return null;
  const month = MONTHS.indexOf(match[2] ?? '') + 1;
  return parseIsoMs(`${match[3]}-${String(month).padStart(2, '0')}-${match[1]}T${match[4]}Z`);
}

/** The unit of Poly-RateLimit-Reset is not documented [unknown]: read by its size. */
function resetMs(value: string | undefined, nowMs: UnixMs): UnixMs | null {
  const number = parseDecimal(value, 0);
  if (number === null) return null;
  if (number >= LEAST_UNIX_MS) return number;
  return number >= LEAST_UNIX_SECONDS ? number * SECOND_MS : secondsFromNow(value, nowMs);
}
