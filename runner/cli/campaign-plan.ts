/** `cli campaign plan`: how long an edge takes to be found, what may be lost meanwhile, and the plan that follows, before anything starts. */
import { DEFAULT_EVIDENCE_CONFIG } from '../../core/config/evidence-config.ts';
import type { StagePlan } from '../../core/evidence/campaign.ts';
import { planSample, type SampleAnswer } from '../../core/evidence/campaign-sample.ts';
import { parseDecimal } from '../../core/model/decimal.ts';
import { formatMicro, MICRO_DECIMALS, MICRO_PER_UNIT, type SizeMicro } from '../../core/model/money.ts';
import { parsePriceTicks, TICKS_PER_PUSD } from '../../core/model/price.ts';
import { takerFeeMicro } from '../../core/pricing/fees.ts';
import { parseAmount } from './amount-argument.ts';
import { CliProblem } from './cli-problem.ts';

/** Options as they were typed. */
export interface PlanFlags {
  readonly edge: string;
  readonly price: string;
  readonly fee: string;
  readonly maker?: boolean;
  readonly shares: string;
  readonly tradesPerDay: string;
  readonly power: string;
  readonly hypothesis?: string;
  readonly smallestSample?: string;
  readonly maxWindows?: string;
  readonly promoteWhen: 'proven' | 'not-disproven';
  readonly budget?: string;
}

export interface PlannedCampaign {
  readonly plan: StagePlan;
  readonly answer: SampleAnswer;
  readonly question: {
    readonly edge: number;
    readonly price: number;
    readonly feePerShare: number;
    readonly sharesMicro: SizeMicro;
    readonly tradesPerDay: number;
    readonly power: number;
  };
}

/** The plan that the options ask for; what is not said follows from the edge. Throws `CliProblem`. */
export function planCampaign(flags: PlanFlags): PlannedCampaign {
  const edgeMicro = parseAmount('--edge', flags.edge);
  const sharesMicro: SizeMicro = parseAmount('--shares', flags.shares) as number;
  const parsedPrice = parsePriceTicks(flags.price);
  const priceTicks = parsedPrice.ok ? parsedPrice.value : 0;
  if (priceTicks <= 0 || priceTicks >= TICKS_PER_PUSD)
    throw new CliProblem(`--price must be a price between 0 and 1, such as 0.5; it is "${flags.price}".`);
  const ratePpm = parseDecimal(flags.fee, MICRO_DECIMALS);
  if (ratePpm === null || ratePpm < 0 || ratePpm > MICRO_PER_UNIT)
    throw new CliProblem(`--fee must be the fee rate of the market, 0 to 1, such as 0.07; it is "${flags.fee}".`);
  // The exponent is 1 in the markets that are traded (venue notes of 2026-11-23 §4).
  const schedule = { ratePpm, exponent: 1, takerOnly: true, rebatePpm: 0 };
  const feeMicro = flags.maker === true ? 0 : takerFeeMicro(schedule, priceTicks, sharesMicro);
  const question = {
    edge: edgeMicro / MICRO_PER_UNIT,
    price: priceTicks / TICKS_PER_PUSD,
    feePerShare: feeMicro / sharesMicro,
    sharesMicro,
    tradesPerDay: parseNumber('--trades-per-day', flags.tradesPerDay),
    power: parseNumber('--power', flags.power),
  };
  const answer = planSample(question, DEFAULT_EVIDENCE_CONFIG);
  if (!answer.ok) throw new CliProblem(answer.error);
  const maxWindows =
    flags.maxWindows === undefined ? answer.value.windows : parseCount('--max-windows', flags.maxWindows);
  const smallestSample =
    flags.smallestSample === undefined
      ? Math.min(DEFAULT_EVIDENCE_CONFIG.minWindows, maxWindows)
      : parseCount('--smallest-sample', flags.smallestSample);
  const learningBudgetMicro =
    flags.budget === undefined ? answer.value.learningBudgetMicro : parseAmount('--budget', flags.budget);
  const hypothesis =
    flags.hypothesis ?? `It earns ${flags.edge} pUSD a share after fees, at prices about ${flags.price}.`;
  return {
    question,
    answer: answer.value,
    plan: {
      hypothesis,
      edgeMicro,
      smallestSample,
      stoppingRule: { promoteWhen: flags.promoteWhen, maxWindows },
      learningBudgetMicro,
    },
  };
}

/** The plan in sentences for a person. */
export function planSentences({ plan, answer, question }: PlannedCampaign): string[] {
  const { edge, price, feePerShare, sharesMicro, tradesPerDay, power } = question;
  const { windows, days, medianWindows, deviation, windowsToSpendBudget, turnoverMicro } = answer;
  const { learningBudgetMicro, smallestSample, stoppingRule } = plan;
  const part = (value: number): string => `${Number((value * 100).toFixed(1))} %`;
  const cents = (value: number): string => `${Number((value * 100).toFixed(2))} cents`;
  const lines = [
    `Hypothesis: ${plan.hypothesis}`,
    `A share costs ${cents(price)} and ${cents(feePerShare)} of fee; its result varies by ${cents(deviation)} (standard deviation), so an edge of ${cents(edge)} hides well.`,
    `Sample: if the edge is there, it is proven within ${windows} traded windows with a chance of ${part(power)}, and within ${medianWindows} half of the time.`,
    `Time: at ${tradesPerDay} traded windows a day that is ${daysOf(days)}, and ${daysOf(medianWindows / tradesPerDay)}.`,
    `Looking at it every window is allowed: a strategy without edge is called proven with a chance of ${part(DEFAULT_EVIDENCE_CONFIG.errorRatePpm / MICRO_PER_UNIT)} at most.`,
    `Learning budget: ${formatMicro(learningBudgetMicro)} USDC at ${formatMicro(sharesMicro)} shares a window. An edge of that size spends ${formatMicro(answer.learningBudgetMicro)} USDC in one of twenty campaigns.`,
  ];
  lines.push(
    windowsToSpendBudget === null
      ? 'If there is no edge, nothing is lost on average: the stage then ends with its last window.'
      : `If there is no edge, each share loses its fee, and that budget is spent after about ${windowsToSpendBudget} windows (${daysOf(windowsToSpendBudget / tradesPerDay)}).`,
  );
  lines.push(
    `Turnover: ${formatMicro(turnoverMicro)} USDC pass through the market by then.`,
    `Stopping rule: no promotion before ${smallestSample} traded windows, nor unless the edge is ${stoppingRule.promoteWhen}; the stage ends when the budget is spent, when a loss is proven, or after ${stoppingRule.maxWindows ?? 0} traded windows.`,
  );
  return lines;
}

function daysOf(days: number): string {
  return days < 2 ? `${Number((days * 24).toFixed(1))} hours` : `${Number(days.toFixed(1))} days`;
}

function parseNumber(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new CliProblem(`${name} must be a number; it is "${text}".`);
}

function parseCount(name: string, text: string): number {
  const value = parseDecimal(text, 0);
  if (value !== null && value > 0) return value;
  throw new CliProblem(`${name} must be a whole number of windows above 0; it is "${text}".`);
}
