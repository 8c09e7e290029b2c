/** How a campaign stands: what was seen, what is left of its budget, what ends it, and what it may trade. */
import { assertNever } from '../model/errors.ts';
import { formatMicro, type MoneyMicro } from '../model/money.ts';
import type { UnixMs } from '../model/time.ts';
import type { CampaignFact, CampaignState, StageEnd } from './campaign.ts';
import { nextStage } from './campaign.ts';
import type { TrackVerdict } from './evidence-book.ts';
import { type GateVerdict, gateRefusal } from './gate-verdict.ts';

/** What a campaign is judged by at one moment. */
export interface CampaignEvidence {
  readonly series: string;
  readonly nowMs: UnixMs;
  /** Of the running stage's ledger, its track opened when the stage started. */
  readonly verdict: TrackVerdict;
  /** Verified by whoever gives it; `null`: none. */
  readonly signedVerdict: GateVerdict | null;
}

export interface CampaignStatus {
  readonly campaign: CampaignState;
  readonly verdict: TrackVerdict;
  readonly budgetLeftMicro: MoneyMicro | null;
  /** Traded windows until the smallest sample is there, and until the stage ends of itself. */
  readonly windowsToSample: number | null;
  readonly windowsToEnd: number | null;
  /** Why it must stop now; the engine then records it. */
  readonly due: { readonly end: Exclude<StageEnd, 'promoted'>; readonly detail: string } | null;
  /** Why a promotion would be refused, as one sentence; `null` when a person may promote it. */
  readonly promotionRefusal: string | null;
  readonly mayTrade: LiveAllowance;
  readonly sentence: string;
}

/** What a strategy may do with real money. `probe`: the venue's smallest order, one a window. */
export type LiveAllowance = 'nothing' | 'probe' | 'funded';

/** The whole picture, for people and for the engine. */
export function campaignStatus(campaign: CampaignState, evidence: CampaignEvidence): CampaignStatus {
  const { plan } = campaign;
  const { verdict } = evidence;
  const running = campaign.status === 'running' && plan !== null;
  const maxWindows = plan?.stoppingRule.maxWindows ?? null;
  const due = dueStop(campaign, evidence);
  const promotionRefusal = whyNoPromotion(campaign, evidence);
  const status = {
    campaign,
    verdict,
    budgetLeftMicro: running ? Math.max(0, plan.learningBudgetMicro + Math.min(0, verdict.pnlMicro)) : null,
    windowsToSample: running ? Math.max(0, plan.smallestSample - verdict.windows) : null,
    windowsToEnd: running && maxWindows !== null ? Math.max(0, maxWindows - verdict.windows) : null,
    due,
    promotionRefusal,
    mayTrade: liveAllowance(campaign, evidence),
  };
  return { ...status, sentence: sentenceOf(status) };
}

/** Why a running stage is over: its budget is spent, its upper bound is negative, or its last window has come without a proof. */
export function dueStop(campaign: CampaignState, { verdict }: CampaignEvidence): CampaignStatus['due'] {
  const { plan, status } = campaign;
  if (status !== 'running' || plan === null) return null;
  if (-verdict.pnlMicro >= plan.learningBudgetMicro) {
    const detail = `The learning budget of ${formatMicro(plan.learningBudgetMicro)} USDC is spent.`;
    return { end: 'budget-spent', detail };
  }
  if (verdict.verdict === 'disproven') return { end: 'negative-bound', detail: verdict.sentence };
  const { maxWindows } = plan.stoppingRule;
  if (maxWindows !== null && verdict.windows >= maxWindows && ruleRefusal(campaign, verdict) !== null) {
    return { end: 'sample-exhausted', detail: `${maxWindows} traded windows are over. ${verdict.sentence}` };
  }
  return null;
}

/** The fact that ends a campaign which must stop; `null` while it may go on. */
export function dueStopFact(
  campaign: CampaignState,
  evidence: CampaignEvidence,
  actor: string,
): Extract<CampaignFact, { type: 'campaign-stopped' }> | null {
  const due = dueStop(campaign, evidence);
  if (due === null) return null;
  return { type: 'campaign-stopped', strategy: campaign.strategy, ...due, actor, atMs: evidence.nowMs };
}

/** Why a person's promotion is refused, as one sentence; `null` when it is not. */
export function whyNoPromotion(campaign: CampaignState, evidence: CampaignEvidence): string | null {
  const { strategy, stage, status } = campaign;
  const next = nextStage(stage);
  if (status !== 'running')
    return `The ${stage} stage of ${strategy} is ${wordOf(status)}: only a running stage can be promoted.`;
  if (next === null) return `${strategy} is in its last stage, ${stage}: there is nothing to promote it to.`;
  const due = dueStop(campaign, evidence);
  if (due !== null) return `The ${stage} stage of ${strategy} is over: ${due.detail}`;
  const refusal = ruleRefusal(campaign, evidence.verdict);
  if (refusal !== null) return refusal;
  return next === 'funded' ? gateRefusal(evidence.signedVerdict, { ...evidence, strategy }) : null;
}

function ruleRefusal({ plan, stage, strategy }: CampaignState, verdict: TrackVerdict): string | null {
  if (plan === null) return null;
  const { smallestSample, stoppingRule } = plan;
  if (verdict.windows < smallestSample)
    return `The ${stage} stage of ${strategy} has ${verdict.windows} of the ${smallestSample} traded windows that were fixed for it.`;
  if (stoppingRule.promoteWhen === 'proven' && verdict.verdict !== 'proven')
    return `The ${stage} stage of ${strategy} was to prove its edge. ${verdict.sentence}`;
  return null;
}

/**
 * What a strategy may do with real money now: nothing but in a running probe or funded stage that has no reason to stop, and funded only while
 * a signed verdict stands.
 */
export function liveAllowance(campaign: CampaignState | null, evidence: CampaignEvidence): LiveAllowance {
  if (campaign === null || campaign.status !== 'running' || dueStop(campaign, evidence) !== null) return 'nothing';
  switch (campaign.stage) {
    case 'sim':
    case 'paper':
    case 'shadow':
      return 'nothing';
    case 'probe':
      return 'probe';
    case 'funded':
      return gateRefusal(evidence.signedVerdict, { ...evidence, strategy: campaign.strategy }) === null
        ? 'funded'
        : 'nothing';
    default:
      return assertNever(campaign.stage, 'campaign stage');
  }
}

export function wordOf(status: CampaignState['status']): string {
  return status === 'stopped_no_go' ? 'stopped (no-go)' : status === 'unplanned' ? 'not planned yet' : status;
}

function sentenceOf(status: Omit<CampaignStatus, 'sentence'>): string {
  const { campaign, verdict, budgetLeftMicro, due, promotionRefusal } = status;
  const { strategy, stage } = campaign;
  const name = `${strategy}, campaign ${campaign.number}, ${stage}`;
  switch (campaign.status) {
    case 'unplanned':
      return `${name}: not planned yet. Plan the stage, then start it.`;
    case 'planned':
      return `${name}: planned, not started.`;
    case 'stopped_no_go':
      return `${name}: stopped, no-go. ${campaign.ended.at(-1)?.detail ?? ''}`.trim();
    case 'running': {
      if (due !== null) return `${name}: it ends now. ${due.detail}`;
      const left = `${formatMicro(budgetLeftMicro ?? 0)} USDC of its budget are left.`;
      const promotion = promotionRefusal === null ? 'A person may promote it.' : promotionRefusal;
      // A refusal that quotes the verdict says all there is to say.
      const seen = promotion.includes(verdict.sentence) ? '' : `${verdict.sentence} `;
      return `${name}: running. ${seen}${left} ${promotion}`;
    }
    default:
      return assertNever(campaign.status, 'campaign status');
  }
}
