/** `cli campaign start|status|stop|promote`, and the sending of a plan: a person's word on a campaign, said to the series through the API. */
import type { StagePlan } from '../../core/evidence/campaign.ts';
import { formatMicro } from '../../core/model/money.ts';
import {
  type CampaignDescription,
  type CampaignVerb,
  campaignResultSchema,
  campaignsSchema,
} from '../../core/protocol/campaign-api.ts';
import { type AccessOptions, operatorAccess } from './api-access.ts';
import { CliProblem } from './cli-problem.ts';
import { call, type OperatePorts } from './operate.ts';

export type CampaignPorts = Pick<OperatePorts, 'fetch' | 'print' | 'report' | 'confirm' | 'commandId' | 'environment'>;

export interface CampaignOptions extends AccessOptions {
  readonly series: string;
  readonly strategy: string;
  readonly json?: boolean | undefined;
  readonly yes?: boolean | undefined;
}

/** What comes with a verb. */
export interface CampaignWords {
  readonly plan?: StagePlan;
  readonly reason?: string;
}

const QUESTIONS: Partial<Record<CampaignVerb, string>> = {
  start: 'Start the stage? Its hypothesis, sample, stopping rule and budget are fixed from then on.',
  promote: 'Promote to the next stage?',
  stop: 'Stop the campaign for good? It ends as no-go.',
};

/** Says the verb to the series; `true` when it has obeyed. Asks first where that cannot be taken back. Throws `CliProblem`. */
export async function sayToCampaign(
  verb: CampaignVerb,
  options: CampaignOptions,
  words: CampaignWords,
  ports: CampaignPorts,
): Promise<boolean> {
  const access = operatorAccess(options, ports.environment);
  const question = QUESTIONS[verb];
  if (question !== undefined && options.yes !== true) {
    const answer = await ports.confirm(`${question} (${options.strategy} in ${options.series})`);
    if (answer === null) throw new CliProblem(`Nobody is there to confirm: say --yes to ${verb} without being asked.`);
    if (!answer) {
      ports.report('Nothing was done.');
      return false;
    }
  }
  const body = JSON.stringify({ commandId: ports.commandId(), strategy: options.strategy, ...words });
  const path = `${campaignPath(options.series)}/${verb}`;
  const result = await call(access, path, { method: 'POST', body }, campaignResultSchema, ports);
  if (options.json === true) ports.print(JSON.stringify({ verb, ...result }));
  else ports.print(result.result === 'refused' ? `Refused: ${result.detail}` : result.detail);
  return result.result !== 'refused';
}

/** Prints how the campaigns of a series stand; `false` when there is none to show. Throws `CliProblem`. */
export async function showCampaigns(
  options: Omit<CampaignOptions, 'strategy'> & { readonly strategy?: string | undefined },
  ports: CampaignPorts,
): Promise<boolean> {
  const access = operatorAccess(options, ports.environment);
  const answer = await call(access, campaignPath(options.series), { method: 'GET' }, campaignsSchema, ports);
  const items = answer.items.filter(({ strategy }) => options.strategy === undefined || strategy === options.strategy);
  if (options.json === true) ports.print(JSON.stringify({ series: options.series, items }));
  else if (items.length === 0) ports.print(`No campaign in ${options.series}: plan one with \`cli campaign plan\`.`);
  else for (const item of items) for (const line of campaignLines(item)) ports.print(line);
  return items.length > 0;
}

/** One campaign for a person: how it stands, and every stage that has ended. */
export function campaignLines(campaign: CampaignDescription): string[] {
  const { sentence, hypothesis, ended, learningBudgetMicro, smallestSample, maxWindows, pnlMicro } = campaign;
  const lines = [sentence];
  if (hypothesis !== null && learningBudgetMicro !== null) {
    const end = maxWindows === null ? 'no end' : `${maxWindows} windows`;
    lines.push(
      `  hypothesis: ${hypothesis}`,
      `  fixed: smallest sample ${smallestSample ?? 0} windows, ${end}, budget ${formatMicro(learningBudgetMicro)} USDC`,
    );
  }
  if (campaign.status === 'running')
    lines.push(`  result so far: ${formatMicro(pnlMicro)} USDC in ${campaign.trades} trades`);
  for (const { number, stage, end, detail } of ended) lines.push(`  campaign ${number}, ${stage}: ${end}. ${detail}`);
  return lines;
}

function campaignPath(series: string): string {
  return `/series/${encodeURIComponent(series)}/campaign`;
}
