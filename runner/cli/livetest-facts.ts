/**
 * `cli livetest --facts`: settles what is not known of the venue (venue notes of 2026-11-23, polymarket §10) with questions and a few
 * small orders, whose worst cases together never exceed the budget, and writes one dated file that the configuration reads.
 */
import { formatMicro, type MoneyMicro } from '../../core/model/money.ts';
import { FACT_NAMES, type Fact, type FactName, factsDay, writeFacts } from '../facts-file.ts';
import type { HttpAnswer } from '../ports.ts';
import { CliProblem, messageOf } from './cli-problem.ts';
import { createBudget } from './facts/budget.ts';
import { type FactContext, notSettled, observeHttp } from './facts/fact-context.ts';
import { settleFirstFill } from './facts/first-fill.ts';
import { settlePriceSide } from './facts/price-side.ts';
import { settleRtdsCutOff } from './facts/rtds-cut-off.ts';
import { settleGtdMinimum, settleKeyBinding, settleSignerRateLimit } from './facts/test-orders.ts';
import { settleWindowEnd } from './facts/window-end.ts';
import { areGuardsGreen, type LivetestOptions } from './livetest.ts';
import { openClob } from './session/clob-access.ts';
import type { Session } from './session/session.ts';
import { openWallet } from './session/wallet-access.ts';

export interface FactsOptions extends LivetestOptions {
  readonly budgetMicro: MoneyMicro;
  /** How long the end of a window may be waited for. Wall time. */
  readonly patienceSeconds: number;
}

/** Several names: one step of them tells all. */
interface Step {
  readonly names: readonly FactName[];
  settle(context: FactContext): Promise<readonly Fact[]>;
}

const one = (name: FactName, settle: (context: FactContext) => Promise<Fact> | Fact): Step => ({
  names: [name],
  settle: async (context) => [await settle(context)],
});

/** Questions first, then the orders, then what has to be waited for. */
const STEPS: readonly Step[] = [
  one('price-side', settlePriceSide),
  one('rtds-cut-off', settleRtdsCutOff),
  one('key-binding', settleKeyBinding),
  one('gtd-minimum', settleGtdMinimum),
  { names: ['fee-debit-asset', 'taker-delay'], settle: settleFirstFill },
  one('signer-rate-limit', settleSignerRateLimit),
  { names: ['accepting-orders-end', 'boundary-tick', 'fee-schedule-spelling'], settle: settleWindowEnd },
  one('auto-redeemer-latency', () =>
    notSettled(
      'auto-redeemer-latency',
      'it needs a won position and an approval to the AutoRedeemer, which this program never gives',
    ),
  ),
  one('post-from-workers', () =>
    notSettled(
      'post-from-workers',
      'an order has to come from Cloudflare itself: this process is not there, and safety never depends on it',
    ),
  ),
];

/** Carries it out; `false` when guards refuse. Throws `CliProblem`. */
export async function livetestFacts(session: Session, options: FactsOptions): Promise<boolean> {
  const { out, settings, clock } = session;
  const budgetMicro = allowedBudget(session, options.budgetMicro);
  const folder = session.own().path;
  const wallet = await openWallet(session);
  const orderAnswers: HttpAnswer[] = [];
  const http = observeHttp(session.http, ({ method, url }, answer) => {
    if (method === 'POST' && url.endsWith('/order')) orderAnswers.push(answer);
  });
  const access = await openClob(session, http);
  out.line(
    `Up to ${formatMicro(budgetMicro)} pUSD are spent at the very worst: some orders far from the market, cancelled at once, and one small purchase`,
  );
  out.line('whose shares stay until their window is resolved (`cli cashout` or the runner redeems them).');
  if (!(await areGuardsGreen(session, options))) return false;
  if (!(await session.agree('Go on?', options.yes === true))) return false;
  const budget = createBudget(budgetMicro);
  const context: FactContext = {
    session,
    access,
    wallet,
    budget,
    orderAnswers,
    patienceMs: options.patienceSeconds * 1_000,
  };
  const facts: Fact[] = [];
  for (const step of STEPS) {
    const found = await settleStep(step, context);
    facts.push(...found);
    for (const fact of found)
      out.line(`${fact.status === 'settled' ? 'settled    ' : 'NOT settled'} ${fact.name}: ${fact.observed}`);
  }
  facts.sort((left, right) => FACT_NAMES.indexOf(left.name) - FACT_NAMES.indexOf(right.name));
  const writtenMs = clock.wallMs();
  const file = writeFacts(folder, {
    version: 1,
    venue: settings.embeddedVenueUrl === null ? 'polymarket' : 'embedded',
    date: factsDay(writtenMs),
    writtenMs,
    budgetMicro,
    facts,
  });
  const settledCount = facts.filter(({ status }) => status === 'settled').length;
  out.result({ ok: true, file, committedMicro: budget.committedMicro, budgetMicro, facts });
  out.line(
    `${settledCount} of ${facts.length} settled; at the worst ${formatMicro(budget.committedMicro)} pUSD; written to ${file}`,
  );
  return true;
}

/** What went wrong in one step leaves the others their turn. */
async function settleStep(step: Step, context: FactContext): Promise<readonly Fact[]> {
  try {
    return await step.settle(context);
  } catch (error) {
    return step.names.map((name) => notSettled(name, messageOf(error)));
  }
}

/** Real money: the learning budget of this machine's own settings is the limit, whatever the flag says (DESIGN §3.12). */
function allowedBudget({ settings, out }: Session, askedMicro: MoneyMicro): MoneyMicro {
  const { learningBudgetMicro, embeddedVenueUrl } = settings;
  if (learningBudgetMicro === null) {
    if (embeddedVenueUrl !== null) return askedMicro;
    throw new CliProblem(
      'LEARNING_BUDGET_USDC must be set: what may be lost for learning, on this machine’s own word.',
    );
  }
  if (askedMicro > learningBudgetMicro)
    out.note(`The learning budget allows ${formatMicro(learningBudgetMicro)} pUSD, which is what counts.`);
  return Math.min(askedMicro, learningBudgetMicro);
}
