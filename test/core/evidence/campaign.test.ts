import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_EVIDENCE_CONFIG } from '../../../core/config/evidence-config.ts';
import {
  applyCampaign,
  CAMPAIGN_STAGES,
  type CampaignCommand,
  type CampaignFact,
  type CampaignStage,
  type CampaignState,
  campaignCommandSchema,
  createCampaign,
  type StagePlan,
} from '../../../core/evidence/campaign.ts';
import { decideCampaign, planRefusal } from '../../../core/evidence/campaign-commands.ts';
import {
  type CampaignEvidence,
  campaignStatus,
  dueStop,
  dueStopFact,
  liveAllowance,
} from '../../../core/evidence/campaign-status.ts';
import { describeCampaign } from '../../../core/evidence/describe-campaign.ts';
import { createEvidenceBook, type TrackVerdict, verdictOf } from '../../../core/evidence/evidence-book.ts';
import { type GateVerdict, gateRefusal } from '../../../core/evidence/gate-verdict.ts';
import type { VerdictName } from '../../../core/evidence/verdict.ts';
import { campaignSchema } from '../../../core/protocol/campaign-api.ts';
import { assertProperty } from '../../support/assert-property.ts';

const SERIES = 'btc-updown-5m';
const MAKER = 'market-maker';
const NOW = 1_795_405_200_000;

const PLAN: StagePlan = {
  hypothesis: 'It earns 2 cents a share.',
  edgeMicro: 20_000,
  smallestSample: 288,
  stoppingRule: { promoteWhen: 'proven', maxWindows: 15_000 },
  learningBudgetMicro: 50_000_000,
};
const GO: GateVerdict = {
  series: SERIES,
  strategy: MAKER,
  subject: 'market-maker',
  decision: 'go',
  keyId: 'gate-1',
  issuedMs: NOW - 1,
  expiresMs: NOW + 86_400_000,
};

const aVerdict = (verdict: VerdictName, windows = 1_000, more: Partial<TrackVerdict> = {}): TrackVerdict => ({
  ...verdictOf(createEvidenceBook(), 'sim', MAKER, DEFAULT_EVIDENCE_CONFIG),
  verdict,
  windows,
  sentence: `The verdict is ${verdict}.`,
  ...more,
});
const seen = (verdict: TrackVerdict, signedVerdict: GateVerdict | null = null): CampaignEvidence => ({
  series: SERIES,
  nowMs: NOW,
  verdict,
  signedVerdict,
});
const NOTHING = seen(aVerdict('insufficient-data', 0));
const PROVEN = seen(aVerdict('proven'));

const say = (verb: 'plan' | 'start' | 'promote' | 'stop', plan = PLAN): CampaignCommand => {
  if (verb === 'plan') return { verb, strategy: MAKER, plan };
  return verb === 'stop' ? { verb, strategy: MAKER, reason: 'Enough.' } : { verb, strategy: MAKER };
};

/** The state after a command that must be obeyed. */
function obeyed(state: CampaignState | null, command: CampaignCommand, evidence: CampaignEvidence): CampaignState {
  const decided = decideCampaign(state, command, evidence, 'operator');
  if (!decided.ok) return expect.fail(decided.error);
  return applyCampaign(state, decided.value);
}
function refused(state: CampaignState | null, command: CampaignCommand, evidence: CampaignEvidence): string {
  const decided = decideCampaign(state, command, evidence, 'operator');
  return decided.ok ? expect.fail(`obeyed: ${decided.value.type}`) : decided.error;
}
/** A campaign whose stage runs. */
function runningAt(stage: CampaignStage, plan = PLAN): CampaignState {
  return { ...createCampaign(MAKER), stage, status: 'running', plan, startedMs: NOW - 1 };
}

describe('decideCampaign', () => {
  test('default: from simulation to money, a stage at a time, each by a person', () => {
    let state: CampaignState | null = null;
    for (const stage of CAMPAIGN_STAGES) {
      state = obeyed(state, say('plan'), NOTHING);
      expect(state).toMatchObject({ stage, status: 'planned', plan: PLAN });
      state = obeyed(state, say('start'), seen(NOTHING.verdict, GO));
      expect(state).toMatchObject({ stage, status: 'running', startedMs: NOW });
      if (stage !== 'funded') state = obeyed(state, say('promote'), seen(PROVEN.verdict, GO));
    }
    expect(state).toMatchObject({ stage: 'funded', status: 'running' });
    expect(state?.ended.map(({ stage, end }) => [stage, end])).toEqual(
      CAMPAIGN_STAGES.slice(0, 4).map((stage) => [stage, 'promoted']),
    );
  });

  test('behavior: before its start a plan can be changed, afterwards nothing of it', () => {
    const other = { ...PLAN, learningBudgetMicro: 99_000_000 };
    let state = obeyed(obeyed(null, say('plan'), NOTHING), say('plan', other), NOTHING);
    expect(state.plan).toEqual(other);
    state = obeyed(state, say('start'), NOTHING);
    expect(refused(state, say('plan', PLAN), NOTHING)).toBe(
      'The sim stage of market-maker is running, so its plan is fixed: stop it to plan another.',
    );
  });

  test.each<[string, CampaignState | null, 'plan' | 'start' | 'promote' | 'stop', CampaignEvidence, string]>([
    ['start without a plan', null, 'start', NOTHING, 'not planned yet: plan it first'],
    ['start twice', runningAt('paper'), 'start', NOTHING, 'is running already'],
    ['promote what does not run', createCampaign(MAKER), 'promote', PROVEN, 'only a running stage can be promoted'],
    ['promote too soon', runningAt('paper'), 'promote', seen(aVerdict('proven', 287)), '287 of the 288 traded windows'],
    ['promote without proof', runningAt('paper'), 'promote', seen(aVerdict('not-proven')), 'was to prove its edge'],
    [
      'promote without data',
      runningAt('shadow'),
      'promote',
      seen(aVerdict('insufficient-data')),
      'was to prove its edge',
    ],
    [
      'promote what loses',
      runningAt('paper'),
      'promote',
      seen(aVerdict('disproven')),
      'is over: The verdict is disproven.',
    ],
    ['promote the last', runningAt('funded'), 'promote', seen(aVerdict('proven'), GO), 'its last stage, funded'],
    ['to money without a verdict', runningAt('probe'), 'promote', PROVEN, 'There is no signed gate verdict'],
    [
      'to money with a no-go',
      runningAt('probe'),
      'promote',
      seen(aVerdict('proven'), { ...GO, decision: 'no-go' }),
      'is no-go',
    ],
    ['stop what never was', null, 'stop', NOTHING, 'There is no campaign of market-maker to stop.'],
    ['stop twice', { ...createCampaign(MAKER), status: 'stopped_no_go' }, 'stop', NOTHING, 'is stopped already'],
  ])('error: %s', (_, state, verb, evidence, words) => {
    const sentence = refused(state, say(verb), evidence);
    expect(sentence).toContain(words);
    expect(sentence.endsWith('.')).toBe(true);
  });

  test('behavior: funded cannot start when the signed verdict has gone meanwhile', () => {
    const state: CampaignState = { ...createCampaign(MAKER), stage: 'funded', status: 'planned', plan: PLAN };
    expect(refused(state, say('start'), NOTHING)).toContain('no signed gate verdict');
    expect(obeyed(state, say('start'), seen(NOTHING.verdict, GO)).status).toBe('running');
  });

  test('behavior: where a plan asks for no proof, all but a disproof is enough', () => {
    const plan: StagePlan = { ...PLAN, stoppingRule: { promoteWhen: 'not-disproven', maxWindows: 15_000 } };
    const evidence = seen(aVerdict('insufficient-data', 300));
    expect(obeyed(runningAt('sim', plan), say('promote'), evidence).stage).toBe('paper');
  });

  test.each(CAMPAIGN_STAGES)('behavior: from %s a person stops it, and it is over', (stage) => {
    const state = obeyed(runningAt(stage), say('stop'), NOTHING);
    expect(state).toMatchObject({ status: 'stopped_no_go', stage });
    expect(state.ended).toMatchObject([{ stage, end: 'stopped-by-person', detail: 'Enough.', actor: 'operator' }]);
    for (const verb of ['start', 'promote', 'stop'] as const) refused(state, say(verb), PROVEN);
  });

  test('behavior: what comes after a no-go is another campaign, from the start, with the old one in sight', () => {
    const state = obeyed(obeyed(runningAt('probe'), say('stop'), NOTHING), say('plan'), NOTHING);
    expect(state).toMatchObject({ number: 2, stage: 'sim', status: 'planned' });
    expect(state.ended).toMatchObject([{ number: 1, stage: 'probe' }]);
  });

  test('behavior: whatever is said and seen, a plan changes only before a start, no stage is skipped, money needs a signature', () => {
    assertProperty(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let state: CampaignState | null = null;
        for (const one of steps) {
          const evidence = seen(aVerdict(one.verdict, one.windows, { pnlMicro: one.pnlMicro }), one.signed ? GO : null);
          const fact = factOf(state, one, evidence);
          if (fact === null) continue;
          const after = applyCampaign(state, fact);
          checkStep(state, fact, after, evidence);
          state = after;
        }
      }),
    );
  });
});

const step = fc.record({
  verb: fc.constantFrom('plan', 'start', 'promote', 'stop', 'due'),
  verdict: fc.constantFrom<VerdictName>('proven', 'not-proven', 'disproven', 'insufficient-data'),
  windows: fc.nat(20_000),
  pnlMicro: fc.integer({ min: -60_000_000, max: 60_000_000 }),
  signed: fc.boolean(),
  budget: fc.integer({ min: 1, max: 60_000_000 }),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

function factOf(state: CampaignState | null, { verb, budget }: Step, evidence: CampaignEvidence): CampaignFact | null {
  if (verb === 'due') return state === null ? null : dueStopFact(state, evidence, 'engine');
  const decided = decideCampaign(state, say(verb, { ...PLAN, learningBudgetMicro: budget }), evidence, 'me');
  return decided.ok ? decided.value : null;
}

function checkStep(
  before: CampaignState | null,
  fact: CampaignFact,
  after: CampaignState,
  evidence: CampaignEvidence,
): void {
  const signed = evidence.signedVerdict !== null;
  if (before?.status === 'running' && after.status === 'running') expect(after.plan).toBe(before.plan);
  if (fact.type === 'campaign-promoted') {
    expect(CAMPAIGN_STAGES.indexOf(fact.to)).toBe(CAMPAIGN_STAGES.indexOf(fact.from) + 1);
    expect(evidence.verdict.verdict).toBe('proven');
    expect(-evidence.verdict.pnlMicro).toBeLessThan(before?.plan?.learningBudgetMicro ?? 0);
    if (fact.to === 'funded') expect(signed).toBe(true);
  }
  const allowance = liveAllowance(after, evidence);
  if (allowance !== 'nothing') expect([after.stage, after.status]).toEqual([allowance, 'running']);
  if (allowance === 'funded') expect(signed).toBe(true);
}

describe('planRefusal', () => {
  const rule = (promoteWhen: 'proven' | 'not-disproven', maxWindows: number | null) => ({
    stoppingRule: { promoteWhen, maxWindows },
  });
  test.each<[string, CampaignStage, Partial<StagePlan>, string | null]>([
    ['a whole plan', 'sim', {}, null],
    ['only funded has no end', 'paper', rule('proven', null), 'needs an end'],
    ['funded may have no end', 'funded', rule('proven', null), null],
    ['it ends before its sample', 'paper', rule('proven', 287), 'before its smallest sample of 288'],
    ['a probe is left with a proof only', 'probe', rule('not-disproven', 15_000), 'with a proof only'],
    ['no hypothesis', 'sim', { hypothesis: '  ' }, 'hypothesis'],
    ['no budget', 'probe', { learningBudgetMicro: 0 }, 'learningBudgetMicro'],
    ['a budget that is no number', 'probe', { learningBudgetMicro: Number.NaN }, 'learningBudgetMicro'],
    ['a budget without limit', 'probe', { learningBudgetMicro: Number.POSITIVE_INFINITY }, 'learningBudgetMicro'],
    ['no sample', 'sim', { smallestSample: 0 }, 'smallestSample'],
    ['half a window', 'sim', { smallestSample: 1.5 }, 'smallestSample'],
    ['an edge of a whole share', 'sim', { edgeMicro: 1_000_000 }, 'edgeMicro'],
  ])('default: %s', (_, stage, change, words) => {
    const refusal = planRefusal(stage, { ...PLAN, ...change });
    if (words === null) expect(refusal).toBeNull();
    else expect(refusal).toContain(words);
  });
});

describe('campaignCommandSchema', () => {
  test.each([
    ['a plan that says more', { ...say('plan'), plan: { ...PLAN, leverage: 3 } }],
    ['a verb of its own', { verb: 'skip', strategy: MAKER }],
    ['a start with a plan', { ...say('start'), plan: PLAN }],
    ['a stop without a reason', { verb: 'stop', strategy: MAKER, reason: ' ' }],
    ['nobody’s', { verb: 'start', strategy: '' }],
  ])('error: %s', (_, command) => {
    expect(campaignCommandSchema.safeParse(command).success).toBe(false);
  });

  test.each(['plan', 'start', 'promote', 'stop'] as const)('default: %s', (verb) => {
    expect(campaignCommandSchema.parse(say(verb))).toEqual(say(verb));
  });
});

describe('dueStop', () => {
  test.each<[string, Partial<TrackVerdict>, VerdictName, string | null]>([
    ['a loss within the budget', { pnlMicro: -49_999_999 }, 'insufficient-data', null],
    ['a spent budget', { pnlMicro: -50_000_000 }, 'insufficient-data', 'budget-spent'],
    ['a spent budget, though proven once', { pnlMicro: -50_000_001 }, 'proven', 'budget-spent'],
    ['a negative bound', { pnlMicro: -1 }, 'disproven', 'negative-bound'],
    ['all windows and no proof', { windows: 15_000 }, 'not-proven', 'sample-exhausted'],
    ['all windows and a proof', { windows: 15_000 }, 'proven', null],
    ['one window is left', { windows: 14_999 }, 'not-proven', null],
  ])('default: %s', (_, more, name, end) => {
    const due = dueStop(runningAt('probe'), seen(aVerdict(name, 1_000, more)));
    expect(due?.end ?? null).toBe(end);
  });

  test('behavior: what does not run needs no end', () => {
    const bad = seen(aVerdict('disproven', 20_000, { pnlMicro: -90_000_000 }));
    for (const status of ['unplanned', 'planned', 'stopped_no_go'] as const) {
      expect(dueStop({ ...runningAt('probe'), status }, bad)).toBeNull();
      expect(dueStopFact({ ...runningAt('probe'), status }, bad, 'engine')).toBeNull();
    }
  });

  test('behavior: the fact of it ends the campaign', () => {
    const bad = seen(aVerdict('disproven'));
    const fact = dueStopFact(runningAt('probe'), bad, 'engine') ?? expect.fail('nothing is due');
    expect(applyCampaign(runningAt('probe'), fact)).toMatchObject({
      status: 'stopped_no_go',
      ended: [{ end: 'negative-bound', detail: 'The verdict is disproven.', actor: 'engine' }],
    });
  });
});

describe('liveAllowance', () => {
  test.each<[CampaignStage, CampaignState['status'], GateVerdict | null, string]>([
    ['sim', 'running', GO, 'nothing'],
    ['paper', 'running', GO, 'nothing'],
    ['shadow', 'running', GO, 'nothing'],
    ['probe', 'running', null, 'probe'],
    ['probe', 'planned', GO, 'nothing'],
    ['probe', 'stopped_no_go', GO, 'nothing'],
    ['funded', 'running', GO, 'funded'],
    ['funded', 'running', null, 'nothing'],
    ['funded', 'running', { ...GO, expiresMs: NOW }, 'nothing'],
    ['funded', 'planned', GO, 'nothing'],
  ])('default: %s, %s', (stage, status, signed, allowance) => {
    expect(liveAllowance({ ...runningAt(stage), status }, seen(PROVEN.verdict, signed))).toBe(allowance);
  });

  test('behavior: nothing without a campaign, nothing once it must end', () => {
    expect(liveAllowance(null, PROVEN)).toBe('nothing');
    expect(liveAllowance(runningAt('probe'), seen(aVerdict('proven', 9, { pnlMicro: -50_000_000 })))).toBe('nothing');
  });
});

describe('gateRefusal', () => {
  const whose = { series: SERIES, strategy: MAKER, nowMs: NOW };
  test.each<[string, GateVerdict | null, string | null]>([
    ['a go for this strategy', GO, null],
    ['none', null, 'There is no signed gate verdict'],
    ['another strategy', { ...GO, strategy: 'directional' }, 'is for directional in'],
    ['another series', { ...GO, series: 'eth-updown-5m' }, 'in eth-updown-5m, not for'],
    ['a no-go', { ...GO, decision: 'no-go' }, 'is no-go'],
    ['not yet', { ...GO, issuedMs: NOW + 1 }, 'not valid yet'],
    ['too late', { ...GO, expiresMs: NOW }, 'has expired'],
  ])('default: %s', (_, verdict, words) => {
    const refusal = gateRefusal(verdict, whose);
    if (words === null) expect(refusal).toBeNull();
    else expect(refusal).toContain(words);
  });
});

describe('campaignStatus', () => {
  test('default: what is left, and what stands in the way', () => {
    const status = campaignStatus(runningAt('probe'), seen(aVerdict('proven', 200, { pnlMicro: -20_000_000 })));
    expect(status).toMatchObject({
      budgetLeftMicro: 30_000_000,
      windowsToSample: 88,
      windowsToEnd: 14_800,
      due: null,
      mayTrade: 'probe',
    });
    expect(status.sentence).toBe(
      'market-maker, campaign 1, probe: running. The verdict is proven. 30 USDC of its budget are left. The probe stage of market-maker has 200 of the 288 traded windows that were fixed for it.',
    );
  });

  test('behavior: a gain does not raise the budget', () => {
    const status = campaignStatus(runningAt('probe'), seen(aVerdict('proven', 300, { pnlMicro: 9_000_000 }), GO));
    expect(status.budgetLeftMicro).toBe(50_000_000);
    expect(status.promotionRefusal).toBeNull();
    expect(status.sentence).toContain('A person may promote it.');
  });

  test.each<[CampaignState['status'], string]>([
    ['unplanned', 'not planned yet'],
    ['planned', 'planned, not started'],
    ['stopped_no_go', 'stopped, no-go'],
  ])('behavior: %s', (status, words) => {
    const described = campaignStatus({ ...runningAt('paper'), status }, NOTHING);
    expect(described.sentence).toContain(words);
    expect(described).toMatchObject({ budgetLeftMicro: null, windowsToEnd: null, mayTrade: 'nothing' });
  });
});

describe('describeCampaign', () => {
  test.each([runningAt('probe'), createCampaign(MAKER), obeyed(runningAt('paper'), say('stop'), NOTHING)])(
    'default: what the API promises ($status)',
    (state) => {
      const described = describeCampaign(campaignStatus(state, PROVEN));
      expect(campaignSchema.parse(described)).toEqual(described);
    },
  );
});
