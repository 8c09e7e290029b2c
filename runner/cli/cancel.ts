/**
 * `cli cancel`: everything of the account, or one market. It is done when the venue has shown no open order twice, at least 10 s apart:
 * a cancel can miss an order that is not on the book yet (operations notes of 2026-11-23 §5.1).
 */
import type { ConditionId } from '../../core/model/identifiers.ts';
import type { Outcome } from '../../core/venue/clob-outcome.ts';
import type { CancelAnswer, ClobClient, VenueOrder } from '../clob/clob-client.ts';
import type { AccessOptions } from './api-access.ts';
import { CliProblem } from './cli-problem.ts';
import { openClob } from './session/clob-access.ts';
import { clobFailureText } from './session/failure-text.ts';
import { type AccountHold, holdAccount, tellRunner } from './session/hold-account.ts';
import type { Session } from './session/session.ts';
import { conditionOf } from './session/venue-windows.ts';

export interface CancelOptions extends AccessOptions {
  /** A slug or a condition id; without it everything. */
  readonly market?: string | undefined;
  /** One empty listing is enough. */
  readonly once?: boolean | undefined;
}

/** The two empty listings are at least so far apart. Wall time (DESIGN §3.9). */
export const CONFIRM_APART_MS = 10_000;
/** Between looks at what still stands. Wall time. */
const LOOK_EVERY_MS = 1_000;
/** Cancels that the venue does not carry out within so many looks are given up and said. */
const MAX_LOOKS = 90;

/** Cancels and verifies; `true` when the venue shows nothing open. Throws `CliProblem`. */
export async function cancel(session: Session, options: CancelOptions): Promise<boolean> {
  const { out } = session;
  const conditionId = options.market === undefined ? null : await conditionOf(session, options.market);
  const hold = await holdAccount(session, options);
  const { clob } = await openClob(session);
  const ended = await cancelUntilNone(session, clob, hold, conditionId, options.once === true);
  const { cancelled, open, seenEmpty } = ended;
  const done = open.length === 0;
  const scope = options.market ?? 'everything';
  out.result({
    done,
    scope,
    cancelled: [...cancelled],
    open: open.map(({ orderHash }) => orderHash),
    emptyListings: seenEmpty,
    held: hold.via,
  });
  out.line(`cancelled  ${cancelled.size} orders (${scope})`);
  if (!done)
    out.line(`STILL OPEN ${open.length}: run the command again, or stop the venue's heartbeat by stopping the runner`);
  else if (seenEmpty > 1)
    out.line(`verified   the venue showed no open order ${seenEmpty} times, ${CONFIRM_APART_MS / 1_000} s apart`);
  else out.line('verified   the venue showed no open order once (--once): a late one can still appear');
  return done;
}

export interface CancelEnd {
  readonly cancelled: ReadonlySet<string>;
  /** What the last listing showed. */
  readonly open: readonly VenueOrder[];
  readonly seenEmpty: number;
}

/** Cancels until listings are empty, twice unless `once`. Throws `CliProblem` where the venue cannot be asked. */
export async function cancelUntilNone(
  session: Session,
  clob: ClobClient,
  hold: AccountHold,
  conditionId: ConditionId | null,
  once: boolean,
): Promise<CancelEnd> {
  const cancelled = new Set<string>();
  let seenEmpty = 0;
  let failure = '';
  const filter = conditionId === null ? {} : { conditionId };
  const note = (outcome: Outcome<CancelAnswer>): void => {
    if (outcome.kind === 'accepted') for (const orderHash of outcome.value.canceled) cancelled.add(orderHash);
    else failure = clobFailureText(outcome);
  };
  if (hold.runnerIsUp && conditionId === null) {
    const before = await clob.openOrders(filter);
    await tellRunner(session, { command: 'cancel', series: null });
    if (before.kind === 'accepted') for (const { orderHash } of before.value) cancelled.add(orderHash);
  }
  for (let look = 0; look < MAX_LOOKS; look++) {
    note(conditionId === null ? await clob.cancelAll() : await clob.cancelMarket(conditionId));
    const listed = await clob.openOrders(filter);
    if (listed.kind !== 'accepted') {
      // Not knowing is not being empty.
      failure = clobFailureText(listed);
      seenEmpty = 0;
      await session.sleep(LOOK_EVERY_MS);
      continue;
    }
    if (listed.value.length > 0) {
      seenEmpty = 0;
      if (look + 1 >= MAX_LOOKS) return { cancelled, open: listed.value, seenEmpty };
      await session.sleep(LOOK_EVERY_MS);
      continue;
    }
    seenEmpty++;
    if (once || seenEmpty > 1) return { cancelled, open: [], seenEmpty };
    session.out.note(`No order is open; looking again in ${CONFIRM_APART_MS / 1_000} s.`);
    await session.sleep(CONFIRM_APART_MS);
  }
  throw new CliProblem(`It is not known what is open: ${failure}.`);
}
