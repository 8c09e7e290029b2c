import { describe, expect, test } from 'vitest';
import { DEFAULT_EVIDENCE_CONFIG } from '../../../core/config/evidence-config.ts';
import { planSample, type SampleQuestion } from '../../../core/evidence/campaign-sample.ts';
import { createRng } from '../../../core/simulation/rng.ts';
import { UNIT } from '../../support/builders.ts';
import { binary, runWorld } from '../../support/verdict-worlds.ts';

const QUESTION: SampleQuestion = {
  edge: 0.05,
  price: 0.5,
  feePerShare: 0.0175,
  sharesMicro: 5 * UNIT,
  tradesPerDay: 288,
  power: 0.95,
};
const answerOf = (more: Partial<SampleQuestion> = {}) => {
  const answer = planSample({ ...QUESTION, ...more }, DEFAULT_EVIDENCE_CONFIG);
  return answer.ok ? answer.value : expect.fail(answer.error);
};

describe('planSample', () => {
  test('default: windows, days, budget, turnover', () => {
    const answer = answerOf();
    expect(answer.days).toBe(answer.windows / 288);
    expect(answer.medianWindows).toBeLessThan(answer.windows);
    expect(answer.lossPerShareWithoutEdge).toBe(0.0175);
    expect(answer.turnoverMicro).toBe(Math.ceil(answer.windows * 5 * 0.5175 * UNIT));
    expect(answer.windowsToSpendBudget).toBe(Math.ceil(answer.learningBudgetMicro / (0.0175 * 5 * UNIT)));
  });

  test('behavior: half the edge takes more than twice the windows, surer takes longer', () => {
    expect(answerOf({ edge: 0.025 }).windows).toBeGreaterThan(2 * answerOf().windows);
    expect(answerOf({ power: 0.8 }).windows).toBeLessThan(answerOf().windows);
  });

  test('behavior: a great edge still takes the fewest windows of any verdict', () => {
    expect(answerOf({ edge: 0.4 }).windows).toBe(DEFAULT_EVIDENCE_CONFIG.minWindows);
  });

  test('behavior: who pays no fee does not spend a budget on average', () => {
    expect(answerOf({ feePerShare: 0 }).windowsToSpendBudget).toBeNull();
  });

  test('behavior: what it promises comes true: the edge is found, half of the time by the median', () => {
    const { windows, medianWindows } = answerOf();
    const found = runWorld(() => (rng) => ({ x: binary(rng, 0.5175, QUESTION.edge), w: 1 }), {
      runs: 100,
      windows,
      firstSeed: 31_001,
    });
    // 95 % and a little more, since one looks before the end too: fewer than 88 of 100 have a chance of one in a thousand.
    expect(found.everProven).toBeGreaterThanOrEqual(88);
    expect(found.medianProof).toBeLessThanOrEqual(1.1 * medianWindows);
  });

  test('behavior: a budget outlives the edge that it is for in at least 19 of 20 campaigns', () => {
    const { windows, learningBudgetMicro } = answerOf();
    let spent = 0;
    const campaigns = 400;
    for (let seed = 0; seed < campaigns; seed++) {
      const rng = createRng(700_000 + seed);
      let pnlMicro = 0;
      for (let window = 0; window < windows; window++) {
        pnlMicro += binary(rng, 0.5175, QUESTION.edge) * QUESTION.sharesMicro;
        if (-pnlMicro < learningBudgetMicro) continue;
        spent++;
        break;
      }
    }
    // 5 % are 20; more than 35 have a chance below one in a thousand.
    expect(spent).toBeLessThanOrEqual(35);
    expect(spent).toBeGreaterThan(0);
  });

  test.each<[string, Partial<SampleQuestion>, string]>([
    ['no edge', { edge: 0 }, 'edge'],
    ['a negative edge', { edge: -0.01 }, 'edge'],
    ['an edge that is no number', { edge: Number.NaN }, 'edge'],
    ['an edge beyond what a share pays', { edge: 0.49 }, 'cannot earn'],
    ['an edge that nobody lives to see', { edge: 0.0001 }, 'too small'],
    ['a price of 1', { price: 1 }, 'price'],
    ['a fee below 0', { feePerShare: -0.1 }, 'fee'],
    ['no shares', { sharesMicro: 0 }, 'size'],
    ['no trades', { tradesPerDay: 0 }, 'Trades a day'],
    ['certainty', { power: 1 }, 'chance'],
  ])('error: %s', (_, more, words) => {
    const answer = planSample({ ...QUESTION, ...more }, DEFAULT_EVIDENCE_CONFIG);
    expect(answer.ok ? '' : answer.error).toContain(words);
  });
});
