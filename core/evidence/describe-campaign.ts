/** A campaign as people and programs are told of it. */
import type { CampaignState } from './campaign.ts';
import type { CampaignStatus } from './campaign-status.ts';

/** What the admin API answers: `campaignSchema` of `core/protocol/campaign-api.ts`, which a test holds it to. */
export function describeCampaign({ campaign, verdict, ...status }: CampaignStatus) {
  const { strategy, number, stage, plan, startedMs } = campaign;
  return {
    strategy,
    number,
    stage,
    status: campaign.status,
    startedMs,
    hypothesis: plan?.hypothesis ?? null,
    smallestSample: plan?.smallestSample ?? null,
    maxWindows: plan?.stoppingRule.maxWindows ?? null,
    promoteWhen: plan?.stoppingRule.promoteWhen ?? null,
    learningBudgetMicro: plan?.learningBudgetMicro ?? null,
    budgetLeftMicro: status.budgetLeftMicro,
    verdict: verdict.verdict,
    windows: verdict.windows,
    trades: verdict.trades,
    pnlMicro: verdict.pnlMicro,
    mean: verdict.mean,
    lower: verdict.lower,
    upper: verdict.upper,
    windowsNeeded: verdict.windowsNeeded,
    promotionRefusal: status.promotionRefusal,
    mayTrade: status.mayTrade,
    sentence: status.sentence,
    ended: campaign.ended.map(describeEnd),
  };
}

function describeEnd({ number, stage, end, endedMs, actor, detail }: CampaignState['ended'][number]) {
  return { number, stage, end, endedMs, actor, detail };
}
