import { describe, expect, test } from 'vitest';
import { type LiveFacts, liveRefusals } from '../../../runner/account/live-guards.ts';
import { UNIT } from '../../support/account-world.ts';

const green: LiveFacts = {
  isLive: true,
  confirmed: true,
  keyFileProblem: null,
  geoblocked: false,
  reconciliation: 'clean',
  balanceMicro: 60 * UNIT,
  allowanceMicro: 100 * UNIT,
  redeemableMicro: 30 * UNIT,
  positionsMicro: 10 * UNIT,
  bankrollMicro: 100 * UNIT,
  learningBudgetMicro: 5 * UNIT,
  lostMicro: 4 * UNIT,
};

describe('liveRefusals', () => {
  test('default: all green', () => {
    expect(liveRefusals(green)).toEqual([]);
  });

  test.each<[string, Partial<LiveFacts>, string]>([
    ['no second confirmation', { confirmed: false }, 'LIVE_CONFIRM'],
    ['a key file that others can read', { keyFileProblem: 'The key file can be read by others.' }, 'read by others'],
    ['a blocked place', { geoblocked: true }, 'does not serve this place'],
    ['an unknown place', { geoblocked: null }, 'not known'],
    ['no reconciliation', { reconciliation: null }, 'could not reconcile'],
    ['an incomplete one', { reconciliation: 'incomplete' }, 'could not reconcile'],
    ['a mismatch', { reconciliation: 'mismatch' }, 'differs'],
    ['a small allowance', { allowanceMicro: 99 * UNIT }, 'may take 99 pUSD'],
    ['too little equity', { positionsMicro: 9 * UNIT }, 'worth 99 pUSD'],
    ['an unknown balance', { balanceMicro: null }, 'worth 40 pUSD'],
    ['no learning budget', { learningBudgetMicro: null }, 'LEARNING_BUDGET_USDC'],
    ['a spent one', { lostMicro: 5 * UNIT }, 'is spent'],
  ])('behavior: one sentence for %s', (_name, change, words) => {
    const refusals = liveRefusals({ ...green, ...change });
    expect(refusals).toHaveLength(1);
    expect(refusals[0]).toContain(words);
    expect(refusals[0]).toMatch(/\.$/);
  });
});
