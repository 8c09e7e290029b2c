import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_EVIDENCE_CONFIG } from '../../../core/config/evidence-config.ts';
import {
  amendWindow,
  createEvidenceBook,
  noteWindow,
  openTrack,
  trackOf,
  verdictOf,
  type WindowResult,
} from '../../../core/evidence/evidence-book.ts';
import { decodeTaggedJson, encodeTaggedJson } from '../../../core/model/tagged-json.ts';
import { assertProperty } from '../../support/assert-property.ts';
import { UNIT, WINDOW_START_MS } from '../../support/builders.ts';

const MINUTES_5 = 300_000;
const MAKER = 'market-maker';
const startOf = (number: number): number => WINDOW_START_MS + number * MINUTES_5;

/** Five shares at 48 cents that win: 2.60 less a fee. */
const aWindow = (number: number, more: Partial<WindowResult> = {}): WindowResult => ({
  windowStartMs: startOf(number),
  pnlMicro: 2_600_000,
  stakeMicro: 2_400_000,
  sharesMicro: 5 * UNIT,
  capSharesMicro: 5 * UNIT,
  trades: 1,
  ...more,
});

describe('noteWindow', () => {
  test('default: sums, and one observation however many trades there were', () => {
    const book = createEvidenceBook();
    expect(noteWindow(book, 'paper', MAKER, aWindow(0, { trades: 7 }))).toEqual({ ok: true, value: 'noted' });
    expect(trackOf(book, 'paper', MAKER)).toEqual({
      sinceMs: startOf(0),
      lastWindowMs: startOf(0),
      windows: 1,
      trades: 7,
      pnlMicro: 2_600_000,
      stakeMicro: 2_400_000,
      sharesMicro: 5 * UNIT,
      evidence: { count: 1, sumX: 0.52, sumW: 1, sumXX: 0.52 * 0.52, sumXW: 0.52, sumWW: 1 },
      voidReason: null,
    });
  });

  test('behavior: ledgers and strategies are apart, and names of objects are only names', () => {
    const book = createEvidenceBook();
    noteWindow(book, 'paper', MAKER, aWindow(0));
    noteWindow(book, 'probe', MAKER, aWindow(0, { pnlMicro: -2_400_000 }));
    expect(trackOf(book, 'paper', MAKER)?.pnlMicro).toBe(2_600_000);
    expect(trackOf(book, 'probe', MAKER)?.pnlMicro).toBe(-2_400_000);
    expect(trackOf(book, 'paper', 'directional')).toBeNull();
    expect(trackOf(book, 'paper', 'constructor')).toBeNull();
  });

  test('behavior: a window without a trade is counted and says nothing', () => {
    const book = createEvidenceBook();
    noteWindow(book, 'sim', MAKER, aWindow(0, { pnlMicro: 0, stakeMicro: 0, sharesMicro: 0, trades: 0 }));
    expect(verdictOf(book, 'sim', MAKER, DEFAULT_EVIDENCE_CONFIG)).toMatchObject({
      allWindows: 1,
      windows: 0,
      mean: null,
    });
  });

  test('behavior: what came before the track was opened is no part of it', () => {
    const book = createEvidenceBook();
    noteWindow(book, 'probe', MAKER, aWindow(0));
    openTrack(book, 'probe', MAKER, startOf(1));
    expect(noteWindow(book, 'probe', MAKER, aWindow(0))).toEqual({ ok: true, value: 'before-track' });
    expect(trackOf(book, 'probe', MAKER)).toMatchObject({ windows: 0, pnlMicro: 0 });
    noteWindow(book, 'probe', MAKER, aWindow(1));
    expect(trackOf(book, 'probe', MAKER)).toMatchObject({ windows: 1, pnlMicro: 2_600_000 });
  });

  test.each([0, -1])('error: a window that is noted twice or too late changes nothing (%i)', (number) => {
    const book = createEvidenceBook();
    openTrack(book, 'paper', MAKER, startOf(-5));
    noteWindow(book, 'paper', MAKER, aWindow(0));
    const before = encodeTaggedJson(book);
    const result = noteWindow(book, 'paper', MAKER, aWindow(number));
    expect(result.ok).toBe(false);
    expect(encodeTaggedJson(book)).toBe(before);
  });

  test.each<[string, Partial<WindowResult>, string]>([
    ['more shares than the bound', { sharesMicro: 6 * UNIT }, 'at most 5000000 were to be'],
    ['no bound', { capSharesMicro: 0 }, 'no bound'],
    ['a loss that its shares cannot make', { pnlMicro: -5_000_001 }, 'cannot make -5000001'],
    ['a gain without shares', { sharesMicro: 0 }, 'cannot make'],
    ['no number', { pnlMicro: Number.NaN }, 'no whole number'],
    ['half a millionth', { stakeMicro: 0.5 }, 'no whole number'],
    ['fewer than no shares', { sharesMicro: -1 }, 'no whole number'],
    ['infinite', { pnlMicro: Number.POSITIVE_INFINITY }, 'no whole number'],
  ])('error: %s: refused, and the track proves nothing any more', (_, more, words) => {
    const book = createEvidenceBook();
    for (let number = 0; number < 400; number++) noteWindow(book, 'paper', MAKER, aWindow(number));
    expect(verdictOf(book, 'paper', MAKER, DEFAULT_EVIDENCE_CONFIG).verdict).toBe('proven');
    const result = noteWindow(book, 'paper', MAKER, aWindow(400, more));
    expect(result.ok ? '' : result.error).toContain(words);
    noteWindow(book, 'paper', MAKER, aWindow(401));
    const verdict = verdictOf(book, 'paper', MAKER, DEFAULT_EVIDENCE_CONFIG);
    expect(verdict).toMatchObject({ verdict: 'insufficient-data', lower: -1, upper: 1, windowsNeeded: null });
    expect(verdict.sentence).toContain(words);
    openTrack(book, 'paper', MAKER, startOf(402));
    expect(trackOf(book, 'paper', MAKER)?.voidReason).toBeNull();
  });

  test('behavior: the money of a window that broke its bounds is still lost', () => {
    const book = createEvidenceBook();
    noteWindow(book, 'probe', MAKER, aWindow(0, { sharesMicro: 9 * UNIT, pnlMicro: -4_000_000 }));
    expect(trackOf(book, 'probe', MAKER)?.pnlMicro).toBe(-4_000_000);
  });

  test('behavior: it survives being stored between any two windows', () => {
    assertProperty(
      fc.property(
        fc.array(fc.record({ pnlMicro: fc.integer({ min: -5 * UNIT, max: 5 * UNIT }) }), { maxLength: 30 }),
        fc.nat(30),
        (windows, at) => {
          const straight = createEvidenceBook();
          let stored = createEvidenceBook();
          windows.forEach((window, number) => {
            noteWindow(straight, 'sim', MAKER, aWindow(number, window));
            if (number === at) stored = decodeTaggedJson(encodeTaggedJson(stored)) as typeof stored;
            noteWindow(stored, 'sim', MAKER, aWindow(number, window));
          });
          expect(encodeTaggedJson(stored)).toBe(encodeTaggedJson(straight));
        },
      ),
    );
  });
});

describe('amendWindow', () => {
  test('default: as if it had been noted like that', () => {
    const lost = { pnlMicro: -1_200_000, stakeMicro: 1_200_000, sharesMicro: 2_500_000, trades: 1 };
    const amended = createEvidenceBook();
    const straight = createEvidenceBook();
    for (const book of [amended, straight]) noteWindow(book, 'probe', MAKER, aWindow(0));
    noteWindow(amended, 'probe', MAKER, aWindow(1));
    noteWindow(straight, 'probe', MAKER, aWindow(1, lost));
    expect(amendWindow(amended, 'probe', MAKER, aWindow(1), aWindow(1, lost)).ok).toBe(true);
    const { evidence, ...sums } = trackOf(amended, 'probe', MAKER) ?? expect.fail('no track');
    const { evidence: right, ...rightSums } = trackOf(straight, 'probe', MAKER) ?? expect.fail('no track');
    expect(sums).toEqual(rightSums);
    for (const [name, value] of Object.entries(right)) {
      expect(evidence[name as keyof typeof evidence]).toBeCloseTo(value, 12);
    }
  });

  test('error: a window that was never noted', () => {
    const book = createEvidenceBook();
    expect(amendWindow(book, 'probe', MAKER, aWindow(0), aWindow(0)).ok).toBe(false);
    noteWindow(book, 'probe', MAKER, aWindow(0));
    expect(amendWindow(book, 'probe', MAKER, aWindow(1), aWindow(1)).ok).toBe(false);
  });

  test('error: what cannot be true voids the track', () => {
    const book = createEvidenceBook();
    noteWindow(book, 'probe', MAKER, aWindow(0));
    expect(amendWindow(book, 'probe', MAKER, aWindow(0), aWindow(0, { pnlMicro: -9 * UNIT })).ok).toBe(false);
    expect(trackOf(book, 'probe', MAKER)?.voidReason).toContain('cannot make');
  });
});

describe('verdictOf', () => {
  test('default: nothing was seen', () => {
    expect(verdictOf(createEvidenceBook(), 'paper', MAKER, DEFAULT_EVIDENCE_CONFIG)).toMatchObject({
      verdict: 'insufficient-data',
      sinceMs: null,
      allWindows: 0,
      fixedSize: null,
    });
  });

  test('behavior: unequal sizes weigh as they were bound', () => {
    const book = createEvidenceBook();
    noteWindow(
      book,
      'paper',
      MAKER,
      aWindow(0, { pnlMicro: 5 * UNIT, sharesMicro: 10 * UNIT, capSharesMicro: 10 * UNIT }),
    );
    noteWindow(book, 'paper', MAKER, aWindow(1, { pnlMicro: -UNIT, sharesMicro: 5 * UNIT, capSharesMicro: 10 * UNIT }));
    // 4 pUSD on 15 shares.
    expect(verdictOf(book, 'paper', MAKER, DEFAULT_EVIDENCE_CONFIG).mean).toBeCloseTo(4 / 15, 12);
  });
});
