/**
 * ISO 8601 times to unix milliseconds, without `Date`: core reads no clock, and what the platform's own parser accepts
 * differs between engines. Venues write "2026-03-12T09:25:00Z", up to 9 decimals of a second, and "2026-03-19 23:20:15+00".
 */
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, type UnixMs } from './time.ts';

const ISO = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:Z|([+-])(\d{2})(?::?(\d{2}))?)$/;

const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/**
 * Reads a full date and time with its offset. Below a millisecond it is cut, never rounded up into the future.
 *
 * `null` for anything else: a date alone, no offset, a day that the calendar does not have, a leap second, no string.
 */
export function parseIsoMs(text: unknown): UnixMs | null {
  if (typeof text !== 'string') return null;
  const match = ISO.exec(text);
  if (match === null) return null;
  const year = Number(match[1]);
  const month = Number(match[2]);
  const day = Number(match[3]);
  const hour = Number(match[4]);
  const minute = Number(match[5]);
  const second = Number(match[6]);
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null;
  if (hour > 23 || minute > 59 || second > 59) return null;
  const millisecond = Number((match[7] ?? '').slice(0, 3).padEnd(3, '0'));
  const offsetMs = offsetOf(match[8], match[9], match[10]);
  if (offsetMs === null) return null;
  const timeOfDayMs = hour * HOUR_MS + minute * MINUTE_MS + second * SECOND_MS + millisecond;
  return daysSinceEpoch(year, month, day) * DAY_MS + timeOfDayMs - offsetMs;
}

function offsetOf(sign: string | undefined, hours: string | undefined, minutes: string | undefined): number | null {
  if (sign === undefined) return 0;
  const hour = Number(hours);
  const minute = Number(minutes ?? '0');
  if (hour > 23 || minute > 59) return null;
  return (sign === '-' ? -1 : 1) * (hour * HOUR_MS + minute * MINUTE_MS);
}

function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : (DAYS_IN_MONTH[month - 1] ?? 0);
}

/** Days from 1970-01-01 to a date of the Gregorian calendar: whole years with their leap days, then months, then days. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const before = year - 1;
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  // 719,162 days lie between 0001-01-01 and 1970-01-01.
  let days = before * 365 + leapDays - 719_162 + (day - 1);
  for (let past = 1; past < month; past++) days += daysInMonth(year, past);
  return days;
}
