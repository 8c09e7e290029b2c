/**
 * A campaign: the way of one strategy from simulation to money, a stage at a time (DESIGN §2). State and recorded facts; who may do what
 * stands in `campaign-commands.ts`, how a stage stands in `campaign-status.ts`. Before a stage starts its plan may be changed, afterwards
 * nothing of it: whoever moves the goal after the shot proves nothing.
 */
import * as z from 'zod';
import { assertNever } from '../model/errors.ts';
import { LEDGER_NAMES, type LedgerName } from '../model/ledger-name.ts';
import type { UnixMs } from '../model/time.ts';

/** Stages in their order; each has the ledger of its name. */
export const CAMPAIGN_STAGES = LEDGER_NAMES;
export type CampaignStage = LedgerName;

/** Characters of a hypothesis: a sentence or two, that fit a row. */
const MAX_HYPOTHESIS = 500;
/** Windows of ten years of 5 minutes: beyond it is a slip of the hand. */
const MAX_WINDOWS = 1_051_200;

/** What is fixed before a stage starts. */
export const stagePlanSchema = z.strictObject({
  /** What is believed, in words, such as "the maker earns 2 cents a share at half-spread 3". */
  hypothesis: z.string().trim().min(1).max(MAX_HYPOTHESIS),
  /** The edge that is believed in, a share after fees, in millionths of pUSD. */
  edgeMicro: z.number().int().min(1).max(999_999),
  /** Traded windows below which nobody is promoted. */
  smallestSample: z.number().int().min(1).max(MAX_WINDOWS),
  stoppingRule: z.strictObject({
    /** What the verdict must be for a promotion. `not-disproven`: all but disproven, where it is only to be seen that it works. */
    promoteWhen: z.enum(['proven', 'not-disproven']),
    /** Traded windows after which the stage ends without a promotion; `null`: it has no end of itself, which only `funded` may have. */
    maxWindows: z.number().int().min(1).max(MAX_WINDOWS).nullable(),
  }),
  /** What may be lost while learning, in millionths: a stage that has lost it ends. `learning_budget_usdc` in files and on the command line. */
  learningBudgetMicro: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
});
export type StagePlan = z.infer<typeof stagePlanSchema>;

/** How a stage ended. */
export type StageEnd = 'promoted' | 'budget-spent' | 'negative-bound' | 'sample-exhausted' | 'stopped-by-person';

export interface EndedStage {
  readonly stage: CampaignStage;
  /** `null`: it was stopped before it had a plan. */
  readonly plan: StagePlan | null;
  readonly startedMs: UnixMs | null;
  readonly endedMs: UnixMs;
  readonly end: StageEnd;
  /** Who, and why in one sentence: the verdict of that moment. */
  readonly actor: string;
  readonly detail: string;
}

export interface CampaignState {
  readonly strategy: string;
  /** Which attempt with this strategy it is: a new campaign after a no-go does not make the old one unseen. */
  readonly number: number;
  readonly stage: CampaignStage;
  /** `unplanned` and `planned`: nothing runs yet; `stopped_no_go`: over for good. */
  readonly status: 'unplanned' | 'planned' | 'running' | 'stopped_no_go';
  readonly plan: StagePlan | null;
  readonly startedMs: UnixMs | null;
  /** Stages that have ended, of this attempt and of those before. */
  readonly ended: readonly (EndedStage & { readonly number: number })[];
}

/** Campaigns of a series, by strategy. */
export type Campaigns = Record<string, CampaignState>;

/** What a person may say. */
export const campaignCommandSchema = z.discriminatedUnion('verb', [
  z.strictObject({ verb: z.literal('plan'), strategy: z.string().min(1).max(64), plan: stagePlanSchema }),
  z.strictObject({ verb: z.literal('start'), strategy: z.string().min(1).max(64) }),
  z.strictObject({ verb: z.literal('promote'), strategy: z.string().min(1).max(64) }),
  z.strictObject({
    verb: z.literal('stop'),
    strategy: z.string().min(1).max(64),
    reason: z.string().trim().min(1).max(MAX_HYPOTHESIS),
  }),
]);
export type CampaignCommand = z.infer<typeof campaignCommandSchema>;

/** What became true of a campaign: recorded, and applied again at every recovery. */
export type CampaignFact =
  | {
      readonly type: 'campaign-planned';
      readonly strategy: string;
      readonly number: number;
      readonly stage: CampaignStage;
      readonly plan: StagePlan;
      readonly actor: string;
      readonly atMs: UnixMs;
    }
  | {
      readonly type: 'campaign-started';
      readonly strategy: string;
      readonly stage: CampaignStage;
      readonly actor: string;
      readonly atMs: UnixMs;
    }
  | {
      readonly type: 'campaign-promoted';
      readonly strategy: string;
      readonly from: CampaignStage;
      readonly to: CampaignStage;
      readonly actor: string;
      readonly detail: string;
      readonly atMs: UnixMs;
    }
  | {
      readonly type: 'campaign-stopped';
      readonly strategy: string;
      readonly end: Exclude<StageEnd, 'promoted'>;
      readonly actor: string;
      readonly detail: string;
      readonly atMs: UnixMs;
    };

/** A strategy's first campaign, before anything is planned. */
export function createCampaign(strategy: string, number = 1): CampaignState {
  return { strategy, number, stage: CAMPAIGN_STAGES[0], status: 'unplanned', plan: null, startedMs: null, ended: [] };
}

/** The state after a fact. Facts are true: nothing is refused here. `state` is `null` before a strategy's first. */
export function applyCampaign(state: CampaignState | null, fact: CampaignFact): CampaignState {
  const before = state ?? createCampaign(fact.strategy);
  switch (fact.type) {
    case 'campaign-planned': {
      const { number, stage, plan } = fact;
      return { ...before, number, stage, status: 'planned', plan, startedMs: null };
    }
    case 'campaign-started':
      return { ...before, status: 'running', startedMs: fact.atMs };
    case 'campaign-promoted':
      return {
        ...before,
        stage: fact.to,
        status: 'unplanned',
        plan: null,
        startedMs: null,
        ended: [...before.ended, endedStage(before, fact, 'promoted')],
      };
    case 'campaign-stopped':
      return {
        ...before,
        status: 'stopped_no_go',
        ended: [...before.ended, endedStage(before, fact, fact.end)],
      };
    default:
      return assertNever(fact, 'campaign fact');
  }
}

function endedStage(
  { stage, plan, startedMs, number }: CampaignState,
  { actor, detail, atMs }: { readonly actor: string; readonly detail: string; readonly atMs: UnixMs },
  end: StageEnd,
): CampaignState['ended'][number] {
  return { number, stage, plan, startedMs, endedMs: atMs, end, actor, detail };
}

/** The stage that follows; `null` after the last. */
export function nextStage(stage: CampaignStage): CampaignStage | null {
  return CAMPAIGN_STAGES[CAMPAIGN_STAGES.indexOf(stage) + 1] ?? null;
}
