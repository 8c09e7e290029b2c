import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blackoutsSchema, DEFAULT_BLACKOUTS, parseBlackoutMoment } from '../../../core/config/blackout-config.ts';
import { parseIsoMs } from '../../../core/model/iso-time.ts';
import { blackoutAt, compileBlackouts, duringBlackout, nextBlackoutEdgeMs } from '../../../core/strategy/blackouts.ts';
import { assertProperty } from '../../support/assert-property.ts';
import { UNIT } from '../../support/builders.ts';

const ms = (text: string) => parseIsoMs(text) as number;
const anEntry = (at: string, minutesBefore = 2, minutesAfter = 8) => ({
  at,
  minutesBefore,
  minutesAfter,
  reason: 'news',
});
const isDark = (at: string, time: string, before = 2, after = 8) =>
  blackoutAt(compileBlackouts([anEntry(at, before, after)]), ms(time)) !== null;

describe('blackoutAt', () => {
  // 2026-11-24 is a Tuesday.
  test.each([
    ['daily 13:30', '2026-11-23T13:27:59.999Z', false],
    ['daily 13:30', '2026-11-23T13:28:00Z', true],
    ['daily 13:30', '2026-11-23T13:37:59.999Z', true],
    ['daily 13:30', '2026-11-23T13:38:00Z', false],
    ['daily 00:01', '2026-11-23T23:59:00Z', true],
    ['daily 23:55', '2026-11-24T00:02:59Z', true],
    ['daily 23:55', '2026-11-24T00:03:00Z', false],
    ['Tue 12:00', '2026-11-24T12:00:00Z', true],
    ['Tue 12:00', '2026-11-23T12:00:00Z', false],
    ['Tue 12:00', '2026-11-25T12:00:00Z', false],
    ['Mon 00:00', '2026-11-22T23:58:00Z', true],
    ['Thu 00:00', '1970-01-01T00:00:00Z', true],
    ['2026-12-09T19:00:00Z', '2026-12-09T18:58:00Z', true],
    ['2026-12-09T19:00:00Z', '2026-12-09T19:08:00Z', false],
    ['2026-12-09T19:00:00Z', '2026-12-16T19:00:00Z', false],
  ])('default: %s at %s: %s', (at, time, expected) => {
    expect(isDark(at, time)).toBe(expected);
  });

  test('behavior: the defaults cover the venue’s weekly restart in summer and in winter time of New York', () => {
    const blackouts = compileBlackouts(DEFAULT_BLACKOUTS);
    expect(blackoutAt(blackouts, ms('2026-07-14T11:00:00Z'))?.reason).toBe('weekly restart of the venue');
    expect(blackoutAt(blackouts, ms('2026-11-24T12:03:30Z'))?.reason).toBe('weekly restart of the venue');
    expect(blackoutAt(blackouts, ms('2026-11-24T12:08:00Z'))).toBeNull();
  });
});

describe('nextBlackoutEdgeMs', () => {
  test.each([
    ['daily 13:30', '2026-11-23T13:00:00Z', '2026-11-23T13:28:00Z'],
    ['daily 13:30', '2026-11-23T13:28:00Z', '2026-11-23T13:38:00Z'],
    ['daily 13:30', '2026-11-23T13:38:00Z', '2026-11-24T13:28:00Z'],
    ['Tue 12:00', '2026-11-24T12:08:00Z', '2026-12-01T11:58:00Z'],
    ['2026-12-09T19:00:00Z', '2026-12-09T19:00:00Z', '2026-12-09T19:08:00Z'],
  ])('default: of %s after %s it is %s', (at, from, expected) => {
    expect(nextBlackoutEdgeMs(compileBlackouts([anEntry(at)]), ms(from))).toBe(ms(expected));
  });

  test('behavior: none once all single moments are over', () => {
    const blackouts = compileBlackouts([anEntry('2026-12-09T19:00:00Z')]);
    expect(nextBlackoutEdgeMs(blackouts, ms('2026-12-09T19:08:00Z'))).toBeNull();
  });

  test('behavior: nothing changes before the next edge, whichever blackouts there are', () => {
    const at = fc.constantFrom(
      'daily 00:01',
      'daily 23:59',
      'Mon 00:00',
      'Sun 23:59',
      'Tue 12:00',
      '2026-11-25T12:00:00Z',
    );
    const minutes = fc.integer({ min: 1, max: 60 });
    const entries = fc.array(fc.tuple(at, minutes, minutes), { minLength: 1, maxLength: 4 });
    const weekMs = 7 * 86_400_000;
    const time = fc.integer({ min: 0, max: weekMs }).map((offset) => ms('2026-11-23T00:00:00Z') + offset);
    assertProperty(
      fc.property(entries, time, fc.double({ min: 0, max: 0.999, noNaN: true }), (list, nowMs, part) => {
        const blackouts = list.map(([text, before, after]) => compileBlackouts([anEntry(text, before, after)]));
        for (const one of blackouts) {
          const edgeMs = nextBlackoutEdgeMs(one, nowMs);
          if (edgeMs === null) continue;
          expect(edgeMs).toBeGreaterThan(nowMs);
          const betweenMs = nowMs + Math.floor((edgeMs - nowMs) * part);
          expect(blackoutAt(one, betweenMs) === null).toBe(blackoutAt(one, nowMs) === null);
        }
      }),
    );
  });
});

describe('duringBlackout', () => {
  test('default: no quotes and no takes; sets may be merged; the record says what would have been', () => {
    const [blackout] = compileBlackouts([anEntry('daily 13:30')]);
    const quote = { outcome: 'up', priceTicks: 5_000, sizeMicro: 5 * UNIT } as const;
    const take = {
      outcome: 'up',
      side: 'buy',
      priceTicks: 5_000,
      amount: { unit: 'pusd', spendMicro: 3 * UNIT },
      timeInForce: 'FOK',
    } as const;
    const decision = { rule: 'quoting', quotes: [quote], takes: [take], mergeMicro: UNIT, inputs: { edge: 0.1 } };
    expect(duringBlackout(decision, blackout as NonNullable<typeof blackout>)).toEqual({
      rule: 'blackout',
      quotes: [],
      takes: [],
      mergeMicro: UNIT,
      inputs: { edge: 0.1, blackout: 'news', ruleWithoutBlackout: 'quoting' },
    });
  });
});

describe('parseBlackoutMoment', () => {
  test.each([
    '',
    'daily',
    'daily 24:00',
    'daily 7:00',
    'daily 07:60',
    'Tuesday 12:00',
    'tue 12:00',
    ' Tue 12:00',
    'Tue 12:00 ET',
    '2026-12-09',
    '2026-12-09T19:00:00',
    '2026-12-09T19:00:00+01:00',
    '2026-02-30T19:00:00Z',
    '19:00',
  ])('error: "%s" is no moment, and the sentence says what one is', (text) => {
    const parsed = parseBlackoutMoment(text);
    expect(parsed.ok).toBe(false);
    expect(parsed.ok ? '' : parsed.error).toContain('write "daily 13:30", "Tue 12:00" or "2026-12-09T19:00:00Z"');
  });
});

describe('blackoutsSchema', () => {
  test.each([
    ['0.at', anEntry('Tuesday')],
    ['0.minutesAfter', anEntry('Tue 12:00', 0, 0)],
    ['0.minutesAfter', anEntry('daily 12:00', 720, 720)],
    ['0.minutesBefore', anEntry('Tue 12:00', -1, 5)],
    ['0.minutesBefore', anEntry('Tue 12:00', 1.5, 5)],
    ['0.minutesAfter', anEntry('Tue 12:00', 1, 721)],
    ['0.reason', { ...anEntry('Tue 12:00'), reason: '' }],
    ['0', { ...anEntry('Tue 12:00'), zone: 'ET' }],
  ])('error: nonsense in %s is refused', (path, entry) => {
    const parsed = blackoutsSchema.safeParse([entry]);
    expect(parsed.success ? [] : parsed.error.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
  });

  test('default: the defaults are a list of blackouts', () => {
    expect(blackoutsSchema.parse(DEFAULT_BLACKOUTS)).toEqual(DEFAULT_BLACKOUTS);
  });
});
