import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { humanValue } from '../../../core/config/effective-values.ts';
import { engineNumber, humanName, humanNumber } from '../../../core/config/human-units.ts';
import { DEFAULT_SECTIONS, SECTION_NAMES } from '../../../core/config/sections.ts';
import { readStrategyDocument, readStrategyText } from '../../../core/config/strategy-document.ts';
import { parseStrategyToml } from '../../../runner/strategy-file.ts';
import { assertProperty } from '../../support/assert-property.ts';

const problemsOf = (document: unknown) => {
  const read = readStrategyDocument(document);
  return read.ok ? [] : read.error.map(({ field, message }) => `${field} ${message}`);
};

describe('humanName', () => {
  test.each([
    ['halfSpreadTicks', 'half_spread_cents'],
    ['orderSizeMicro', 'order_size_shares'],
    ['bankrollMicro', 'bankroll_pusd'],
    ['lossPauseMs', 'loss_pause_seconds'],
    ['maxOrderPpm', 'max_order_percent'],
    ['maxOrders', 'max_orders'],
    ['twapLookbackSeconds', 'twap_lookback_seconds'],
    ['enabled', 'enabled'],
  ])('default: %s is %s', (field, name) => {
    expect(humanName(field)).toBe(name);
  });

  test('behavior: no two settings have the same name', () => {
    for (const name of SECTION_NAMES) {
      const fields = Object.keys(DEFAULT_SECTIONS[name]);
      expect(new Set(fields.map(humanName)).size).toBe(fields.length);
    }
  });
});

describe('engineNumber', () => {
  test.each([
    ['halfSpreadTicks', 2.5, 250],
    ['maxOrderPpm', 0.0001, 1],
    ['orderSizeMicro', 5.000001, 5_000_001],
    ['lossPauseMs', 0.001, 1],
    ['maxOrders', 4, 4],
  ])('default: %s of %d is %d', (field, written, value) => {
    expect(engineNumber(field, written)).toEqual({ ok: true, value });
  });

  test.each([
    ['halfSpreadTicks', 0.001],
    ['maxOrderPpm', 0.00001],
    ['lossPauseMs', 1e-7],
    ['orderSizeMicro', Number.NaN],
    ['orderSizeMicro', Number.POSITIVE_INFINITY],
    ['bankrollMicro', 1e21],
  ])('error: %s of %d is refused, never rounded', (field, written) => {
    expect(engineNumber(field, written).ok).toBe(false);
  });

  test('args: what a person is shown is read back as the same number', () => {
    assertProperty(
      fc.property(
        fc.constantFrom('halfSpreadTicks', 'orderSizeMicro', 'bankrollMicro', 'lossPauseMs', 'maxOrderPpm'),
        fc.integer({ min: 0, max: 1_000_000_000 }),
        (field, value) => {
          expect(engineNumber(field, Number(humanNumber(field, value)))).toEqual({ ok: true, value });
        },
      ),
    );
  });
});

describe('readStrategyDocument', () => {
  test('default: an empty document is the defaults', () => {
    expect(readStrategyDocument({})).toEqual({ ok: true, value: DEFAULT_SECTIONS });
    expect(readStrategyText('')).toEqual({ ok: true, value: DEFAULT_SECTIONS });
  });

  test('behavior: what it names is set in the engine’s units, and nothing else changes', () => {
    const document = {
      market_maker: { half_spread_cents: 2.5, order_size_shares: 7 },
      risk: { max_order_percent: 0.5, loss_pause_seconds: 1_800 },
      guard: { tick_sizes_cents: [1, 0.1, 0.01], protocol_version: 'none' },
    };
    const { marketMaker, risk, guard } = DEFAULT_SECTIONS;
    expect(readStrategyText(JSON.stringify(document))).toEqual({
      ok: true,
      value: {
        ...DEFAULT_SECTIONS,
        marketMaker: { ...marketMaker, halfSpreadTicks: 250, orderSizeMicro: 7_000_000 },
        risk: { ...risk, maxOrderPpm: 5_000, lossPauseMs: 1_800_000 },
        guard: { ...guard, tickSizesTicks: [100, 10, 1], protocolVersion: null },
      },
    });
  });

  test('behavior: every default, as a person is shown it, is read back as it is', () => {
    const ofEnvironment: readonly string[] = ['risk.bankrollMicro', 'guard.acknowledgedTakerDelayMs'];
    for (const name of SECTION_NAMES) {
      for (const [field, value] of Object.entries(DEFAULT_SECTIONS[name])) {
        if (ofEnvironment.includes(`${name}.${field}`)) continue;
        const read = parseStrategyToml(
          `[${humanName(name)}]\n${humanName(field)} = ${humanValue(field, value)}\n`,
          field,
        );
        expect(read.ok && readStrategyDocument(read.value), `${name}.${field}`).toEqual({
          ok: true,
          value: DEFAULT_SECTIONS,
        });
      }
    }
  });

  test.each<[string, unknown, RegExp]>([
    ['a section that nobody knows', { risks: {} }, /^risks is no section: known are .*market_maker, .*risk, /],
    ['the engine’s own name', { marketMaker: {} }, /^marketMaker is no section/],
    [
      'a field that nobody knows',
      { risk: { max_order: 1 } },
      /^risk\.max_order is no setting: known are max_order_percent,/,
    ],
    ['the engine’s own field', { risk: { maxOrderPpm: 1 } }, /^risk\.maxOrderPpm is no setting/],
    ['the bankroll', { risk: { bankroll_pusd: 5 } }, /^risk\.bankroll_pusd is set by BANKROLL_USDC, in \.env/],
    [
      'too many places',
      { risk: { max_order_percent: 0.00001 } },
      /^risk\.max_order_percent must be a plain number with at most 4 decimals/,
    ],
    ['a text for a number', { risk: { max_order_percent: '1' } }, /^risk\.max_order_percent is refused: /],
    ['more than there is', { risk: { max_order_percent: 101 } }, /^risk\.max_order_percent must be at most 100$/],
    [
      'below what there is',
      { market_maker: { half_spread_cents: 1.99 } },
      /^market_maker\.half_spread_cents must be at least 2$/,
    ],
    ['a number for a section', { risk: 5 }, /^risk must be a table of fields$/],
    ['a list', [], /^the document must be a table/],
    [
      'an element of a list',
      { guard: { tick_sizes_cents: [1, 0.001] } },
      /^guard\.tick_sizes_cents\[1\] must be a plain number/,
    ],
  ])('error: %s is refused with its name', (_, document, sentence) => {
    expect(problemsOf(document)).toEqual([expect.stringMatching(sentence)]);
  });

  test('error: everything that is wrong is told at once', () => {
    expect(problemsOf({ risk: { x: 1, max_order_percent: 200 }, y: {} })).toHaveLength(2);
    expect(problemsOf({ risk: { max_order_percent: 200, max_market_percent: -1 } })).toHaveLength(2);
  });

  test('error: a text that is no JSON', () => {
    expect(readStrategyText('{')).toEqual({ ok: false, error: [{ field: 'the document', message: 'is not JSON' }] });
  });
});
