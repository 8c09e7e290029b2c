/**
 * `cli livetest`: one post-only order of the minimum size far from the market, seen resting over REST and on the user channel, cancelled,
 * and seen gone. It is the smallest proof that key, wallet, signature, approvals and both ways to the venue work.
 */

import type { VenueOrderId } from '../../core/model/identifiers.ts';
import { formatMicro } from '../../core/model/money.ts';
import { formatPriceTicks } from '../../core/model/price.ts';
import type { AccessOptions } from './api-access.ts';
import { describeChecks, runChecks } from './doctor/doctor.ts';
import { type ClobAccess, openClob } from './session/clob-access.ts';
import { clobFailureText } from './session/failure-text.ts';
import type { Session } from './session/session.ts';
import { type UserWatch, watchUserChannel } from './session/user-watch.ts';
import { windowRules } from './session/venue-windows.ts';
import { openWallet } from './session/wallet-access.ts';
import { planFarOrder, signFarOrder } from './test-order.ts';

export interface LivetestOptions extends AccessOptions {
  readonly yes?: boolean | undefined;
}

interface Step {
  readonly step: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** How long a word of the venue is waited for. Wall time. */
const WITHIN_MS = 15_000;
const LOOK_EVERY_MS = 250;
const MAX_LOOKS = 60;

/** Carries it out; `false` when a guard refuses or a step was not seen. Throws `CliProblem`. */
export async function livetest(session: Session, options: LivetestOptions): Promise<boolean> {
  const { out, settings } = session;
  // A runner that is up would take the order for a stranger's and halt: the folder has to be free.
  session.own();
  const wallet = await openWallet(session);
  const access = await openClob(session);
  const rules = await windowRules(session, access.clob, 1);
  const order = await planFarOrder(session, rules);
  const what = `BUY ${formatMicro(order.sizeMicro)} ${order.outcome} of ${rules.market.slug} at ${formatPriceTicks(order.priceTicks)}`;
  out.line(
    `One order goes to ${settings.embeddedVenueUrl === null ? 'the real venue' : 'the embedded venue'}: ${what}, GTC, post-only.`,
  );
  out.line(
    `It rests far from the market and is cancelled at once. If somebody took all of it, it would cost ${formatMicro(order.worstCaseMicro)} pUSD.`,
  );
  if (!(await areGuardsGreen(session, options))) return false;
  if (!(await session.agree('Send it?', options.yes === true))) return false;
  const watch = await watchUserChannel(session, access.stored, WITHIN_MS);
  const steps: Step[] = [];
  const note = (step: string, problem: string | null, detail = ''): boolean => {
    steps.push({ step, ok: problem === null, detail: problem ?? detail });
    out.line(
      `${problem === null ? 'ok   ' : 'FAIL '} ${step}${problem === null && detail === '' ? '' : `: ${problem ?? detail}`}`,
    );
    return problem === null;
  };
  try {
    if (note('user channel open', watch.problem)) {
      const signed = signFarOrder(session, wallet, access.stored.credentials.key, rules, order);
      const placed = await access.clob.place(signed);
      // An unclear answer may still have brought it in: everything below finds out.
      const isRefused = placed.kind !== 'accepted' && placed.kind !== 'ambiguous';
      note('order taken', isRefused ? clobFailureText(placed) : null, signed.orderHash);
      if (!isRefused) await followOrder(access, session, watch, signed.orderHash, note);
    }
  } finally {
    watch.stop();
  }
  const ok = steps.every((step) => step.ok);
  out.result({ ok, order: what, worstCaseMicro: order.worstCaseMicro, steps });
  out.line(ok ? 'The order path works.' : 'Not everything was seen: run `cli cancel`, and look at the failures above.');
  return ok;
}

type Note = (step: string, problem: string | null, detail?: string) => boolean;

/** Seen twice, cancelled, seen gone twice. The cancel goes out whatever was seen. */
async function followOrder(
  { clob }: ClobAccess,
  session: Session,
  watch: UserWatch,
  orderHash: VenueOrderId,
  note: Note,
): Promise<void> {
  const resting = await until(session, async () => {
    const found = await clob.order(orderHash);
    return found.kind === 'accepted' && found.value?.status === 'live';
  });
  note('seen resting over REST', resting ? null : 'the venue does not show it');
  const placement = await watch.find(
    (message) => message.kind === 'order' && message.order.orderHash === orderHash && message.change === 'placement',
    WITHIN_MS,
  );
  note('seen resting on the user channel', placement === null ? 'the channel said nothing of it' : null);
  const cancelled = await clob.cancel(orderHash);
  note('cancelled', cancelled.kind === 'accepted' ? null : clobFailureText(cancelled));
  const gone = await until(session, async () => {
    const [found, open] = [await clob.order(orderHash), await clob.openOrders({})];
    const isEnded = found.kind === 'accepted' && (found.value === null || found.value.status === 'canceled');
    return isEnded && open.kind === 'accepted' && !open.value.some((one) => one.orderHash === orderHash);
  });
  note('seen gone over REST', gone ? null : 'the venue still shows it: run `cli cancel`');
  const cancellation = await watch.find(
    (message) => message.kind === 'order' && message.order.orderHash === orderHash && message.change === 'cancellation',
    WITHIN_MS,
  );
  note('seen gone on the user channel', cancellation === null ? 'the channel said nothing of it' : null);
}

async function until(session: Session, look: () => Promise<boolean>): Promise<boolean> {
  for (let count = 0; count < MAX_LOOKS; count++) {
    if (await look()) return true;
    await session.sleep(LOOK_EVERY_MS);
  }
  return false;
}

/** Every check of `doctor`; what is not green is shown, and nothing is sent. */
export async function areGuardsGreen(session: Session, access: AccessOptions): Promise<boolean> {
  const { out } = session;
  const results = await runChecks(session, access);
  const failures = results.filter(({ status }) => status === 'fail');
  if (failures.length === 0) return true;
  out.result({ ok: false, refused: failures });
  out.line('Nothing is sent, since not all guards are green:');
  for (const line of describeChecks(failures)) out.line(line);
  return false;
}
