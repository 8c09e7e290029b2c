import { describe, expect, test } from 'vitest';
import { DEFAULT_EVIDENCE_CONFIG } from '../../../core/config/evidence-config.ts';
import { createCampaign } from '../../../core/evidence/campaign.ts';
import { planRefusal } from '../../../core/evidence/campaign-commands.ts';
import { campaignStatus } from '../../../core/evidence/campaign-status.ts';
import { describeCampaign } from '../../../core/evidence/describe-campaign.ts';
import { createEvidenceBook, verdictOf } from '../../../core/evidence/evidence-book.ts';
import type { CampaignDescription, CampaignResult } from '../../../core/protocol/campaign-api.ts';
import { type CampaignPorts, sayToCampaign, showCampaigns } from '../../../runner/cli/campaign.ts';
import { type PlanFlags, planCampaign, planSentences } from '../../../runner/cli/campaign-plan.ts';
import { CliProblem } from '../../../runner/cli/cli-problem.ts';

const FLAGS: PlanFlags = {
  edge: '0.02',
  price: '0.5',
  fee: '0.07',
  shares: '5',
  tradesPerDay: '288',
  power: '0.95',
  promoteWhen: 'proven',
};
const OPTIONS = { series: 'btc-updown-5m', strategy: 'market-maker', url: 'http://api.test' };

describe('planCampaign', () => {
  test('default: the fee is the venue’s, and the plan is one that a stage takes', () => {
    const { plan, question, answer } = planCampaign(FLAGS);
    expect(question.feePerShare).toBe(0.0175);
    expect(plan).toEqual({
      hypothesis: 'It earns 0.02 pUSD a share after fees, at prices about 0.5.',
      edgeMicro: 20_000,
      smallestSample: DEFAULT_EVIDENCE_CONFIG.minWindows,
      stoppingRule: { promoteWhen: 'proven', maxWindows: answer.windows },
      learningBudgetMicro: answer.learningBudgetMicro,
    });
    expect(planRefusal('probe', plan)).toBeNull();
  });

  test('args: maker pays no fee; what is said stands', () => {
    const { plan, question } = planCampaign({
      ...FLAGS,
      maker: true,
      hypothesis: 'It works.',
      smallestSample: '1000',
      maxWindows: '2000',
      budget: '25',
    });
    expect(question.feePerShare).toBe(0);
    expect(plan).toMatchObject({ hypothesis: 'It works.', smallestSample: 1_000, learningBudgetMicro: 25_000_000 });
    expect(plan.stoppingRule.maxWindows).toBe(2_000);
  });

  test.each<[string, Partial<PlanFlags>, string]>([
    ['no number', { edge: 'much' }, '--edge'],
    ['no edge', { edge: '0' }, '--edge'],
    ['a price of 1', { price: '1' }, '--price'],
    ['a price that is none', { price: 'half' }, '--price'],
    ['a fee in per cent', { fee: '7' }, '--fee'],
    ['half a window', { maxWindows: '1.5' }, '--max-windows'],
    ['an empty power', { power: '' }, '--power'],
    ['a certain finding', { power: '1' }, 'chance of finding'],
    ['no trades', { tradesPerDay: '0' }, 'Trades a day'],
    ['an impossible edge', { edge: '0.6' }, 'cannot earn'],
  ])('error: %s', (_, flags, words) => {
    expect(() => planCampaign({ ...FLAGS, ...flags })).toThrow(CliProblem);
    expect(() => planCampaign({ ...FLAGS, ...flags })).toThrow(words);
  });
});

describe('planSentences', () => {
  test('default: sample, time, budget and rule, each in a sentence', () => {
    const planned = planCampaign(FLAGS);
    const text = planSentences(planned).join('\n');
    expect(text).toContain(`proven within ${planned.answer.windows} traded windows with a chance of 95 %`);
    expect(text).toContain('costs 50 cents and 1.75 cents of fee');
    expect(text).toContain('called proven with a chance of 2.5 % at most');
    expect(text).toContain('no promotion before 288 traded windows');
    expect(text).not.toMatch(/NaN|undefined|null/);
  });

  test('behavior: without a fee nothing is lost on average', () => {
    expect(planSentences(planCampaign({ ...FLAGS, maker: true })).join('\n')).toContain('nothing is lost on average');
  });
});

/** An API that answers what it is told, and keeps what was asked. */
function createApi(answers: { readonly result?: CampaignResult; readonly items?: readonly CampaignDescription[] }) {
  const sent: { readonly method: string; readonly path: string; readonly body: unknown }[] = [];
  const printed: string[] = [];
  const reported: string[] = [];
  const questions: string[] = [];
  const ports: CampaignPorts & { answer: boolean | null } = {
    answer: true,
    async fetch(url, init) {
      expect(new Headers(init.headers).get('authorization')).toBe('Bearer operator-token');
      const body = typeof init.body === 'string' ? JSON.parse(init.body) : null;
      sent.push({ method: init.method ?? 'GET', path: new URL(url).pathname, body });
      return Response.json(init.method === 'POST' ? answers.result : { items: answers.items });
    },
    print: (line) => void printed.push(line),
    report: (line) => void reported.push(line),
    async confirm(question) {
      questions.push(question);
      return ports.answer;
    },
    commandId: () => 'cli-test-command',
    environment: { ADMIN_TOKEN_OPERATOR: 'operator-token' },
  };
  return { ports, sent, printed, reported, questions };
}
const APPLIED: CampaignResult = {
  commandId: 'cli-test-command',
  result: 'applied',
  seq: 7,
  detail: 'market-maker, campaign 1, sim: running.',
  audited: true,
};

describe('sayToCampaign', () => {
  test('default: a plan goes as it is, and asks nothing', async () => {
    const api = createApi({ result: APPLIED });
    const { plan } = planCampaign(FLAGS);
    expect(await sayToCampaign('plan', OPTIONS, { plan }, api.ports)).toBe(true);
    expect(api.questions).toEqual([]);
    expect(api.sent).toEqual([
      {
        method: 'POST',
        path: '/api/v1/series/btc-updown-5m/campaign/plan',
        body: { commandId: 'cli-test-command', strategy: 'market-maker', plan },
      },
    ]);
    expect(api.printed).toEqual([APPLIED.detail]);
  });

  test.each(['start', 'promote', 'stop'] as const)('behavior: %s asks, and does nothing on a no', async (verb) => {
    const api = createApi({ result: APPLIED });
    api.ports.answer = false;
    expect(await sayToCampaign(verb, OPTIONS, {}, api.ports)).toBe(false);
    expect(api.questions).toHaveLength(1);
    expect(api.sent).toEqual([]);
  });

  test('args: yes; a reason goes along', async () => {
    const api = createApi({ result: APPLIED });
    expect(await sayToCampaign('stop', { ...OPTIONS, yes: true }, { reason: 'Enough.' }, api.ports)).toBe(true);
    expect(api.questions).toEqual([]);
    expect(api.sent[0]?.body).toMatchObject({ reason: 'Enough.' });
  });

  test('error: nobody is there to be asked', async () => {
    const api = createApi({ result: APPLIED });
    api.ports.answer = null;
    await expect(sayToCampaign('start', OPTIONS, {}, api.ports)).rejects.toThrow('say --yes to start');
    expect(api.sent).toEqual([]);
  });

  test('behavior: a refusal is said in its own sentence, and is no success', async () => {
    const detail = 'The sim stage of market-maker has 3 of the 288 traded windows that were fixed for it.';
    const api = createApi({ result: { ...APPLIED, result: 'refused', seq: null, detail } });
    expect(await sayToCampaign('promote', { ...OPTIONS, yes: true }, {}, api.ports)).toBe(false);
    expect(api.printed).toEqual([`Refused: ${detail}`]);
  });

  test('args: json', async () => {
    const api = createApi({ result: APPLIED });
    await sayToCampaign('start', { ...OPTIONS, yes: true, json: true }, {}, api.ports);
    expect(api.printed.map((line) => JSON.parse(line))).toEqual([{ verb: 'start', ...APPLIED }]);
  });
});

describe('showCampaigns', () => {
  const verdict = verdictOf(createEvidenceBook(), 'sim', 'market-maker', DEFAULT_EVIDENCE_CONFIG);
  const described = describeCampaign(
    campaignStatus(createCampaign('market-maker'), {
      series: OPTIONS.series,
      nowMs: 0,
      verdict,
      signedVerdict: null,
    }),
  );

  test('default: how each stands', async () => {
    const api = createApi({ items: [described] });
    expect(await showCampaigns({ series: OPTIONS.series, url: OPTIONS.url }, api.ports)).toBe(true);
    expect(api.sent).toMatchObject([{ method: 'GET', path: '/api/v1/series/btc-updown-5m/campaign' }]);
    expect(api.printed[0]).toContain('market-maker, campaign 1, sim: not planned yet');
  });

  test('behavior: none is said too, and is no success', async () => {
    const api = createApi({ items: [described] });
    expect(await showCampaigns({ ...OPTIONS, strategy: 'directional' }, api.ports)).toBe(false);
    expect(api.printed[0]).toContain('No campaign in btc-updown-5m');
  });

  test('args: json', async () => {
    const api = createApi({ items: [described] });
    await showCampaigns({ ...OPTIONS, json: true }, api.ports);
    expect(JSON.parse(api.printed[0] ?? '')).toEqual({ series: OPTIONS.series, items: [described] });
  });
});
