import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { classifyErrorText, readClobAnswer } from '../../../core/venue/polymarket-error.ts';
import { allNamedFrames } from '../../fixtures/venue/load.ts';
import { assertProperty } from '../../support/assert-property.ts';

const NOW_MS = 1_795_402_800_000;

const caseSchema = z.strictObject({
  status: z.int(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
  expected: z.record(z.string(), z.unknown()),
});
const cases = allNamedFrames('polymarket-errors').map(([name, frame]) => [name, caseSchema.parse(frame)] as const);

describe('readClobAnswer', () => {
  test.each(cases)('default: %s', (_name, { expected, ...answer }) => {
    expect(readClobAnswer(answer, NOW_MS)).toMatchObject(expected);
  });

  test('default: a good answer brings its value', () => {
    const answer = { status: 200, headers: {}, body: '{"canceled":[],"errorMsg":"","error":null}' };
    expect(readClobAnswer(answer, NOW_MS)).toEqual({
      kind: 'accepted',
      value: { canceled: [], errorMsg: '', error: null },
    });
  });

  test('behavior: a detail says the venue’s words, never a page', () => {
    const page = cases.find(([name]) => name === '403 page of Cloudflare')?.[1];
    const refused = readClobAnswer({ status: 403, headers: {}, body: page?.body ?? '' }, NOW_MS);
    expect(refused).toMatchObject({ kind: 'unauthorised', detail: expect.not.stringContaining('<') });
    const long = readClobAnswer(
      { status: 400, headers: {}, body: JSON.stringify({ error: 'x'.repeat(5_000) }) },
      NOW_MS,
    );
    expect(long).toMatchObject({ kind: 'rejected', detail: 'x'.repeat(200) });
  });

  test('behavior: no answer throws, and no 5xx without definite words is a refusal', () => {
    const words = fc.constantFrom(...cases.map(([, { body }]) => body));
    const status = fc.oneof(fc.integer({ min: 100, max: 599 }), fc.constantFrom(200, 400, 425, 429, 500, 503));
    const header = fc.oneof(
      fc.string(),
      fc.constantFrom('1', '-5', '0', '1e9', '99999999999999', 'Mon, 99 Zzz 2026 03:00:07 GMT'),
    );
    assertProperty(
      fc.property(status, fc.oneof(words, fc.json(), fc.string()), header, (code, body, wait) => {
        const outcome = readClobAnswer(
          { status: code, headers: { 'retry-after': wait, 'poly-ratelimit-reset': wait }, body },
          NOW_MS,
        );
        if (code >= 500 && outcome.kind === 'rejected') expect(outcome.code).toBe('not-filled');
        if (code >= 500) expect(['malformed', 'unauthorised', 'accepted']).not.toContain(outcome.kind);
        if (code >= 300) expect(outcome.kind).not.toBe('accepted');
        if ('untilMs' in outcome) {
          expect(outcome.untilMs).toBeGreaterThan(NOW_MS);
          expect(outcome.untilMs).toBeLessThanOrEqual(NOW_MS + 600_000);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('classifyErrorText', () => {
  test.each([
    [
      'order couldn’t be fully filled. FOK orders are fully filled or killed.',
      { kind: 'rejected', code: 'not-filled' },
    ],
    ['the matching engine is restarting', { kind: 'restarting', untilMs: NOW_MS + 1_000 }],
    ['Too Many Requests', { kind: 'rate-limited', untilMs: NOW_MS + 1_000 }],
    [
      'post-only mode: only post-only orders and cancels are allowed',
      { kind: 'post-only-mode', untilMs: NOW_MS + 120_000 },
    ],
    ['something new', { kind: 'rejected', code: 'other', duplicated: false }],
  ])('default: an item of a batch says %s', (text, expected) => {
    expect(classifyErrorText(text, NOW_MS)).toMatchObject(expected);
  });
});
