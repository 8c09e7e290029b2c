/** A person's commands on a campaign: what follows from them, or why they are refused, in one sentence. */
import { assertNever } from '../model/errors.ts';
import { err, ok, type Result } from '../model/result.ts';
import {
  CAMPAIGN_STAGES,
  type CampaignCommand,
  type CampaignFact,
  type CampaignStage,
  type CampaignState,
  createCampaign,
  nextStage,
  type StagePlan,
  stagePlanSchema,
} from './campaign.ts';
import { type CampaignEvidence, whyNoPromotion, wordOf } from './campaign-status.ts';
import { gateRefusal } from './gate-verdict.ts';

/**
 * Stages that cannot be left without a proof: what follows the probe is the bankroll. The others cost nothing but time, and a plan may
 * still ask for a proof there.
 */
const MUST_PROVE: readonly CampaignStage[] = ['probe', 'funded'];

/** Decides on a command. `state` is `null` for a strategy that never had a campaign. */
export function decideCampaign(
  state: CampaignState | null,
  command: CampaignCommand,
  evidence: CampaignEvidence,
  actor: string,
): Result<CampaignFact, string> {
  const campaign = state ?? createCampaign(command.strategy);
  const { strategy } = command;
  const atMs = evidence.nowMs;
  switch (command.verb) {
    case 'plan': {
      const { number, stage } = planned(campaign);
      const refusal = campaign.status === 'running' ? fixedSentence(campaign) : planRefusal(stage, command.plan);
      if (refusal !== null) return err(refusal);
      return ok({ type: 'campaign-planned', strategy, number, stage, plan: command.plan, actor, atMs });
    }
    case 'start': {
      const refusal = startRefusal(campaign, evidence);
      return refusal === null
        ? ok({ type: 'campaign-started', strategy, stage: campaign.stage, actor, atMs })
        : err(refusal);
    }
    case 'promote': {
      const to = nextStage(campaign.stage);
      const refusal = whyNoPromotion(campaign, evidence);
      if (refusal !== null || to === null) return err(refusal ?? `${strategy} is in its last stage.`);
      const detail = evidence.verdict.sentence;
      return ok({ type: 'campaign-promoted', strategy, from: campaign.stage, to, actor, detail, atMs });
    }
    case 'stop':
      if (state === null) return err(`There is no campaign of ${strategy} to stop.`);
      if (campaign.status === 'stopped_no_go') return err(`The campaign of ${strategy} is stopped already.`);
      return ok({
        type: 'campaign-stopped',
        strategy,
        end: 'stopped-by-person',
        actor,
        detail: command.reason,
        atMs,
      });
    default:
      return assertNever(command, 'campaign command');
  }
}

/** A plan after a no-go begins a new campaign, from the first stage. */
function planned({ status, number, stage }: CampaignState): { readonly number: number; readonly stage: CampaignStage } {
  return status === 'stopped_no_go' ? { number: number + 1, stage: CAMPAIGN_STAGES[0] } : { number, stage };
}

function fixedSentence({ stage, strategy }: CampaignState): string {
  return `The ${stage} stage of ${strategy} is running, so its plan is fixed: stop it to plan another.`;
}

/** Why a plan is not one for this stage, as one sentence; `null` when it is. */
export function planRefusal(stage: CampaignStage, plan: StagePlan): string | null {
  const parsed = stagePlanSchema.safeParse(plan);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return `The plan's ${issue?.path.join('.') || 'fields'} cannot be used: ${issue?.message ?? 'it is not understood'}.`;
  }
  const { smallestSample, stoppingRule } = plan;
  const { promoteWhen, maxWindows } = stoppingRule;
  if (maxWindows === null && stage !== 'funded')
    return `The ${stage} stage needs an end: give stoppingRule.maxWindows.`;
  if (maxWindows !== null && maxWindows < smallestSample)
    return `The stage would end after ${maxWindows} windows, before its smallest sample of ${smallestSample}: raise maxWindows.`;
  if (promoteWhen !== 'proven' && MUST_PROVE.includes(stage))
    return `The ${stage} stage is left with a proof only: set stoppingRule.promoteWhen to "proven".`;
  return null;
}

function startRefusal(campaign: CampaignState, evidence: CampaignEvidence): string | null {
  const { status, stage, strategy, plan } = campaign;
  if (status === 'running') return `The ${stage} stage of ${strategy} is running already.`;
  if (status !== 'planned' || plan === null)
    return `The ${stage} stage of ${strategy} is ${wordOf(status)}: plan it first, with its hypothesis, sample, stopping rule and budget.`;
  return stage === 'funded' ? gateRefusal(evidence.signedVerdict, { ...evidence, strategy }) : null;
}
