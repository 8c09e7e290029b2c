/**
 * Blackouts: moments in UTC around which nothing is opened. Three forms of `at`: "daily 13:30", "Tue 12:00" (every week),
 * "2026-12-09T19:00:00Z" (once). Text, since a person writes them; the engine compiles them once (`core/strategy/blackouts.ts`).
 */
import * as z from 'zod';
import { parseIsoMs } from '../model/iso-time.ts';
import { err, ok, type Result } from '../model/result.ts';
import { DAY_MS, type DurationMs, HOUR_MS, MINUTE_MS, type UnixMs } from '../model/time.ts';

/** A moment that comes back every `periodMs`, `offsetMs` after 1970-01-01T00:00Z; `null`: it comes once, at `offsetMs`. */
export interface BlackoutMoment {
  readonly periodMs: DurationMs | null;
  readonly offsetMs: UnixMs;
}

const WEEK_MS = 7 * DAY_MS;
/** 1970-01-01 was a Thursday. */
const WEEKDAYS = ['Thu', 'Fri', 'Sat', 'Sun', 'Mon', 'Tue', 'Wed'] as const;
const REPEATED = /^(daily|Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([01]\d|2[0-3]):([0-5]\d)$/;
/** Half a day to either side: whoever wants more stops the series. */
const MAX_MINUTES = 720;

/** Reads a moment; the error is one sentence for the person who wrote it. */
export function parseBlackoutMoment(text: string): Result<BlackoutMoment, string> {
  const match = REPEATED.exec(text);
  if (match === null) {
    const onceMs = text.endsWith('Z') ? parseIsoMs(text) : null;
    if (onceMs !== null) return ok({ periodMs: null, offsetMs: onceMs });
    return err(`"${text}" is no moment: write "daily 13:30", "Tue 12:00" or "2026-12-09T19:00:00Z", all in UTC`);
  }
  const timeOfDayMs = Number(match[2]) * HOUR_MS + Number(match[3]) * MINUTE_MS;
  if (match[1] === 'daily') return ok({ periodMs: DAY_MS, offsetMs: timeOfDayMs });
  const day = WEEKDAYS.indexOf(match[1] as (typeof WEEKDAYS)[number]);
  return ok({ periodMs: WEEK_MS, offsetMs: day * DAY_MS + timeOfDayMs });
}

const minutes = z.number().int().min(0).max(MAX_MINUTES);

const blackoutSchema = z
  .strictObject({
    at: z.string().check((context) => {
      const parsed = parseBlackoutMoment(context.value);
      if (!parsed.ok) context.issues.push({ code: 'custom', input: context.value, message: parsed.error });
    }),
    minutesBefore: minutes,
    minutesAfter: minutes,
    /** Shown in the decision records of these minutes. */
    reason: z.string().min(1).max(100),
  })
  .refine(({ minutesBefore, minutesAfter }) => minutesBefore + minutesAfter > 0, {
    path: ['minutesAfter'],
    message: 'a blackout of no minutes is none: give minutesBefore or minutesAfter',
  })
  .refine(
    ({ at, minutesBefore, minutesAfter }) => !at.startsWith('daily') || minutesBefore + minutesAfter < 2 * MAX_MINUTES,
    {
      path: ['minutesAfter'],
      message: 'covers the whole day: pause the series instead',
    },
  );

/** As many as a person can oversee; each is looked at in every decision. */
export const blackoutsSchema = z.array(blackoutSchema).max(50);

export type BlackoutConfig = z.infer<typeof blackoutSchema>;

const RESTART = { minutesBefore: 2, minutesAfter: 8, reason: 'weekly restart of the venue' } as const;

/**
 * The venue's weekly restart, Tuesday 07:00 in New York by its older documents: 11:00 UTC in summer, 12:00 in winter; some 90 s, then
 * 2 minutes post-only. Newer ones give no schedule and announce it two days ahead, so these are a start and no promise (venue notes §3.4
 * and §0.10, 2026-11-23). Two minutes before for cancels, eight after for a restart that takes longer.
 */
export const DEFAULT_BLACKOUTS: BlackoutConfig[] = [
  { at: 'Tue 11:00', ...RESTART },
  { at: 'Tue 12:00', ...RESTART },
];
