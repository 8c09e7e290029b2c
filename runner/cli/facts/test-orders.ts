/** What one order far from the market tells: whose key signs, the shortest life of a GTD order, and the signer's limits. */

import { isSameAddress } from '../../../core/model/address.ts';
import { SECOND_MS } from '../../../core/model/time.ts';
import type { ClobFailure, Outcome } from '../../../core/venue/clob-outcome.ts';
import type { MarketRules } from '../../account/market-rules.ts';
import type { PlacedOrder } from '../../clob/clob-client.ts';
import type { Fact } from '../../facts-file.ts';
import { CliProblem } from '../cli-problem.ts';
import { clobFailureText } from '../session/failure-text.ts';
import { windowRules } from '../session/venue-windows.ts';
import { type FarOrder, planFarOrder, signFarOrder } from '../test-order.ts';
import { type FactContext, notSettled, settled } from './fact-context.ts';

/** Lives that are tried, the shortest first: below the documented minute, just above it, and what the unified SDK insists on. */
const GTD_SECONDS = [30, 62, 95, 185];
const DEPOSIT_WALLET = 3;
const LIMIT_HEADERS = /^poly-ratelimit-/;

interface Tried {
  readonly outcome: Outcome<PlacedOrder>;
  readonly worstCaseMicro: number;
}

/** Sends the far order and cancels it; `null`: the budget does not allow it. Throws `CliProblem` where it may still rest. */
async function tryOrder(
  context: FactContext,
  rules: MarketRules,
  order: FarOrder,
  lifeSeconds: number,
): Promise<Tried | null> {
  const { session, access, wallet, budget } = context;
  if (!budget.take(order.worstCaseMicro)) return null;
  const expirationS = lifeSeconds === 0 ? 0 : Math.floor(session.clock.now() / SECOND_MS) + lifeSeconds;
  const signed = signFarOrder(session, wallet, access.stored.credentials.key, rules, order, expirationS);
  const outcome = await access.clob.place(signed);
  if (outcome.kind === 'accepted' || outcome.kind === 'ambiguous') {
    const cancelled = await access.clob.cancel(signed.orderHash);
    if (cancelled.kind !== 'accepted') {
      throw new CliProblem(
        `The order ${signed.orderHash} may rest (${clobFailureText(cancelled)}): run \`cli cancel\`.`,
      );
    }
  }
  return { outcome, worstCaseMicro: order.worstCaseMicro };
}

const BUDGET = 'the budget does not allow another order';

/** The address that the venue wants an order's signer and the key to share. */
export async function settleKeyBinding(context: FactContext): Promise<Fact> {
  const { session, access, wallet } = context;
  const rules = await windowRules(session, access.clob, 1);
  const tried = await tryOrder(context, rules, await planFarOrder(session, rules), 0);
  if (tried === null) return notSettled('key-binding', BUDGET);
  if (session.settings.signatureType !== DEPOSIT_WALLET) {
    return notSettled(
      'key-binding',
      'the wallet is no deposit wallet: its key is bound to the signer anyway',
      tried.worstCaseMicro,
    );
  }
  if (tried.outcome.kind !== 'accepted') return refused('key-binding', tried.outcome, tried.worstCaseMicro);
  const isSigner = isSameAddress(access.stored.address, wallet.signer.address);
  return isSigner
    ? settled(
        'key-binding',
        'a key bound to the signer placed an order of the deposit wallet',
        'signer',
        tried.worstCaseMicro,
      )
    : settled('key-binding', 'a key bound to the deposit wallet placed its order', 'wallet', tried.worstCaseMicro);
}

/** The shortest life that was taken. */
export async function settleGtdMinimum(context: FactContext): Promise<Fact> {
  const { session, access } = context;
  const rules = await windowRules(session, access.clob, 1);
  const order = await planFarOrder(session, rules);
  const refusals: string[] = [];
  let worstCaseMicro = 0;
  for (const seconds of GTD_SECONDS) {
    const tried = await tryOrder(context, rules, order, seconds);
    if (tried === null) return notSettled('gtd-minimum', BUDGET, worstCaseMicro);
    worstCaseMicro += tried.worstCaseMicro;
    if (tried.outcome.kind === 'accepted') {
      const before = refusals.length === 0 ? '' : `; refused: ${refusals.join('; ')}`;
      return settled('gtd-minimum', `an expiration ${seconds} s ahead was taken${before}`, seconds, worstCaseMicro);
    }
    if (!isExpirationRefusal(tried.outcome)) return refused('gtd-minimum', tried.outcome, worstCaseMicro);
    refusals.push(`${seconds} s (${tried.outcome.detail})`);
  }
  return notSettled('gtd-minimum', `every life was refused: ${refusals.join('; ')}`, worstCaseMicro);
}

type Refused = Extract<ClobFailure, { readonly kind: 'rejected' | 'malformed' }>;

/** `invalid expiration` (venue notes §3.4); any other refusal says nothing of the order's life. */
function isExpirationRefusal(failure: ClobFailure): failure is Refused {
  return (failure.kind === 'rejected' || failure.kind === 'malformed') && /expiration/i.test(failure.detail);
}

/** What the answers to orders said of the signer's limits. */
export function settleSignerRateLimit({ orderAnswers }: FactContext): Fact {
  const last = orderAnswers.findLast(({ headers }) => Object.keys(headers).some((name) => LIMIT_HEADERS.test(name)));
  if (orderAnswers.length === 0) return notSettled('signer-rate-limit', 'no order was answered');
  if (last === undefined) {
    return settled('signer-rate-limit', `no limit headers on ${orderAnswers.length} answers`, 'no-headers');
  }
  const headers = Object.entries(last.headers).filter(([name]) => LIMIT_HEADERS.test(name));
  const isEnforced = orderAnswers.some(({ status }) => status === 429);
  const seen = headers.map(([name, value]) => `${name}: ${value}`).join(', ');
  return settled(
    'signer-rate-limit',
    isEnforced ? `enforced (HTTP 429); ${seen}` : seen,
    headers.map(([name]) => name),
  );
}

function refused(name: Fact['name'], failure: ClobFailure, worstCaseMicro: number): Fact {
  return notSettled(name, `the order was not taken: ${clobFailureText(failure)}`, worstCaseMicro);
}
