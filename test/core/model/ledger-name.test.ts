import { describe, expect, test } from 'vitest';
import { isRealMoney, LEDGER_NAMES, type LedgerPlace, ledgerNameOf } from '../../../core/model/ledger-name.ts';

const CASES: readonly (readonly [string, LedgerPlace, string])[] = [
  ['demo', { feeds: 'embedded', execution: 'simulated', probe: false }, 'sim'],
  ['sim', { feeds: 'embedded', execution: 'venue', probe: false }, 'sim'],
  ['sim that keeps to the probe', { feeds: 'embedded', execution: 'venue', probe: true }, 'sim'],
  ['paper', { feeds: 'real', execution: 'simulated', probe: false }, 'paper'],
  ['shadow', { feeds: 'real', execution: 'simulated', shadow: true, probe: false }, 'shadow'],
  ['live before a verdict', { feeds: 'real', execution: 'venue', probe: true }, 'probe'],
  ['live after one', { feeds: 'real', execution: 'venue', probe: false }, 'funded'],
];

describe('ledgerNameOf', () => {
  test.each(CASES)('args: %s', (_, place, expected) => expect(ledgerNameOf(place)).toBe(expected));

  test('behavior: every ledger has a place, and only orders at the real venue are real money', () => {
    expect(new Set(CASES.map(([, , name]) => name))).toEqual(new Set(LEDGER_NAMES));
    for (const [, place, name] of CASES) {
      expect(isRealMoney(name as never)).toBe(place.feeds === 'real' && place.execution === 'venue');
    }
  });
});
