/**
 * Arbitrary histories for properties of the engine: actions with sense in them (prices, books, reports on our own orders, commands,
 * crashes), which `engine-run.ts` turns into events. Nearly everything that can happen does, in any order.
 */
import * as fc from 'fast-check';
import type { Outcome } from '../../core/model/window.ts';
import { WINDOW_MS, WINDOW_START_MS } from './builders.ts';

/** Windows that an action can be about: that before the first, and three more. */
const windowStart = fc.integer({ min: -1, max: 2 }).map((index) => WINDOW_START_MS + index * WINDOW_MS);
const outcome = fc.constantFrom<Outcome>('up', 'down');
const ticks = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 40, max: 60 }).map((cents) => cents * 100) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 99 }).map((cents) => cents * 100) },
);
const nullableTicks = fc.option(ticks, { nil: null, freq: 8 });
const price = fc.integer({ min: -3, max: 3 }).map((usd) => (84_500n + BigInt(usd)) * 10n ** 18n);

/** What may be said of an order of ours; the ordinary more often than the rest. */
const REPORTS = [
  'accepted',
  'accepted',
  'filled',
  'partly-filled',
  'partly-filled',
  'canceled',
  'rejected',
  'unknown',
  'cancel-rejected',
  'expired',
  'absent',
] as const;

/** Where the venue may say that a match stands. */
const SETTLEMENTS = ['matched', 'mined', 'retrying', 'confirmed', 'failed', 'failed'] as const;

export type ReportKind = (typeof REPORTS)[number];

/** Verbs of a person; resume more often, so that histories go on. */
const COMMANDS = ['pause', 'flatten', 'kill', 'resume', 'resume', 'resume', 'resume'] as const;

/** What the account's runner may say. */
const ACCOUNT_WORDS = [
  'linked',
  'unlinked',
  'clean',
  'clean',
  'mismatch',
  'incomplete',
  'observed',
  'poor',
  'redeemed',
  'merged',
  'split',
  'sets-failed',
  'restarting',
  'post-only',
  'open',
  'restricted',
  'unrestricted',
  'stop-progressed',
  'stop-confirmed',
] as const;

export type AccountWord = (typeof ACCOUNT_WORDS)[number];

export const actionArbitrary = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 3_000 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 3_000, max: 60_000 }) }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('streams' as const),
      bid: ticks,
      spread: fc.integer({ min: 1, max: 6 }),
      price,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('book' as const),
      start: windowStart,
      outcome,
      bid: nullableTicks,
      ask: nullableTicks,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('change' as const),
      start: windowStart,
      outcome,
      side: fc.constantFrom(0, 1),
      ticks,
      size: fc.constantFrom(0, 5_000_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('book-trade' as const), start: windowStart, outcome, ticks }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('reference' as const),
      agoSeconds: fc.integer({ min: 0, max: 130 }),
      price,
      snapshot: fc.boolean(),
      lookback: fc.constantFrom(0, 60),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('boundary' as const), price }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('trade' as const),
      priceE8: fc.integer({ min: 8_400_000_000_000, max: 8_500_000_000_000 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('list' as const),
      start: windowStart,
      lookback: fc.constantFrom(60, 60, 60, 60, 60, 30),
      tick: fc.constantFrom(100, 100, 10),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('tick-size' as const),
      start: windowStart,
      outcome,
      tick: fc.constantFrom(100, 10),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('result' as const),
      start: windowStart,
      outcome: fc.option(outcome, { nil: null }),
      strike: fc.option(price, { nil: null }),
      final: fc.option(price, { nil: null }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('report' as const),
      which: fc.nat({ max: 7 }),
      report: fc.constantFrom(...REPORTS),
      part: fc.integer({ min: 1, max: 10_000_000 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('answer-all' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('stray-report' as const) }) },
  // A word about an order that has ended, or about a match: of any window that is remembered.
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('late-report' as const),
      which: fc.nat({ max: 30 }),
      report: fc.constantFrom(...REPORTS),
      part: fc.integer({ min: 1, max: 10_000_000 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('settlement' as const),
      which: fc.nat({ max: 30 }),
      status: fc.constantFrom(...SETTLEMENTS),
      /** Said of a match that was not told yet. */
      early: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('command' as const),
      kind: fc.constantFrom(...COMMANDS),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('account' as const),
      word: fc.constantFrom(...ACCOUNT_WORDS),
      start: windowStart,
      size: fc.integer({ min: 1, max: 10_000_000 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('connection' as const),
      up: fc.boolean(),
      source: fc.constantFrom('binance-futures' as const, 'polymarket-clob' as const, 'polybolt' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('step-failed' as const), resumed: fc.constantFrom(true, true, false) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('volatility' as const),
      percent: fc.double({ min: 1, max: 300, noNaN: true }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('crash' as const),
      downMs: fc.integer({ min: 0, max: 60_000 }),
      losesTail: fc.boolean(),
    }),
  },
);

export type Action = typeof actionArbitrary extends fc.Arbitrary<infer T> ? T : never;

/** A history: quotes are likely in it, since the first window is listed and open. */
export const actionsArbitrary = fc.array(actionArbitrary, { minLength: 20, maxLength: 160, size: 'max' });
