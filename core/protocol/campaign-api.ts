/**
 * Campaigns on the admin API: `POST /series/{slug}/campaign/{verb}` and `GET /series/{slug}/campaign`. The object checks a plan and answers
 * with one sentence where it refuses; what a plan holds is its affair (`core/evidence/campaign.ts`).
 */
import * as z from 'zod';

export const CAMPAIGN_VERBS = ['plan', 'start', 'promote', 'stop'] as const;
export type CampaignVerb = (typeof CAMPAIGN_VERBS)[number];

/** The body of every verb: `plan` comes with a plan, `stop` with a reason. */
export const campaignBodySchema = z
  .strictObject({
    commandId: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/),
    strategy: z.string().min(1).max(64),
    plan: z.record(z.string(), z.json()).optional(),
    reason: z.string().max(500).optional(),
  })
  .meta({ id: 'CampaignCommand' });
export type CampaignBody = z.infer<typeof campaignBodySchema>;

export const campaignResultSchema = z
  .strictObject({
    commandId: z.string(),
    result: z.enum(['applied', 'duplicate', 'refused']),
    /** The journal's number; `null` for a refusal. */
    seq: z.number().int().nonnegative().nullable(),
    /** Why it was refused, in one sentence; else how the campaign stands now. */
    detail: z.string(),
    /** False when the audit row could not be written: the command stands all the same. */
    audited: z.boolean(),
  })
  .meta({ id: 'CampaignResult' });
export type CampaignResult = z.infer<typeof campaignResultSchema>;

const count = z.number().int().nonnegative();
const stage = z.enum(['sim', 'paper', 'shadow', 'probe', 'funded']);

/** How one campaign stands. Mean and bounds are pUSD a share; money is in millionths. */
export const campaignSchema = z
  .strictObject({
    strategy: z.string(),
    number: count,
    stage,
    status: z.enum(['unplanned', 'planned', 'running', 'stopped_no_go']),
    startedMs: count.nullable(),
    hypothesis: z.string().nullable(),
    smallestSample: count.nullable(),
    maxWindows: count.nullable(),
    promoteWhen: z.enum(['proven', 'not-disproven']).nullable(),
    learningBudgetMicro: count.nullable(),
    budgetLeftMicro: count.nullable(),
    verdict: z.enum(['proven', 'not-proven', 'disproven', 'insufficient-data']),
    /** Windows with a trade since the stage has started. */
    windows: count,
    trades: count,
    pnlMicro: z.number().int(),
    mean: z.number().nullable(),
    lower: z.number(),
    upper: z.number(),
    windowsNeeded: count.nullable(),
    promotionRefusal: z.string().nullable(),
    mayTrade: z.enum(['nothing', 'probe', 'funded']),
    sentence: z.string(),
    ended: z.array(
      z.strictObject({
        number: count,
        stage,
        end: z.enum(['promoted', 'budget-spent', 'negative-bound', 'sample-exhausted', 'stopped-by-person']),
        endedMs: count,
        actor: z.string(),
        detail: z.string(),
      }),
    ),
  })
  .meta({ id: 'Campaign' });
export type CampaignDescription = z.infer<typeof campaignSchema>;

export const campaignsSchema = z.strictObject({ items: z.array(campaignSchema) }).meta({ id: 'Campaigns' });
