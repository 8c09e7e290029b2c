/** What the account's runner tells of money, redemption, the venue's mode and reconciliation changes ledger and trading state. */
import type {
  AccountEvent,
  CompleteSetsChanged,
  CompleteSetsFailed,
  RebatePaid,
  ReconciliationCompleted,
  StopProgressed,
  WindowRedeemed,
} from '../model/account.ts';
import { assertNever } from '../model/errors.ts';
import type { ConditionId } from '../model/identifiers.ts';
import { formatMicro, type MoneyMicro, type SizeMicro } from '../model/money.ts';
import { MINUTE_MS, SECOND_MS, type UnixMs } from '../model/time.ts';
import { bookCompleteSets, bookCost, bookRebate, bookRedemption } from '../portfolio/ledger.ts';
import { enterSets } from '../portfolio/window-book.ts';
import { enterSoon, noteRebatePaid } from './apply-accounting.ts';
import { settleBooks } from './apply-match.ts';
import type { CommandReceived, RunnerLinked, RunnerUnlinked } from './events.ts';
import type { InstructRunner } from './outputs.ts';
import { raise, restrictSoon } from './pending.ts';
import type { DurableState, EngineState, WindowState } from './state.ts';

/** Transactions that are remembered: two for each window of the last four hours. */
const KEPT_TRANSACTIONS = 100;
/** A runner looks for a merge of an earlier process for ten minutes, and may have been away before. */
const FOUND_WITHIN_MS = 15 * MINUTE_MS;
/** Commands that are remembered: nobody sends one again after so many others. */
const KEPT_COMMANDS = 100;
/** Clocks of object and runner that differ by more halt trading by themselves (RUNTIME §6). Scaled where the product's clock runs faster. */
const CLOCK_TOLERANCE_MS = SECOND_MS;

/** Timers by which the engine itself does in simulated execution what a runner does on the chain. */
export const REDEEM_TIMER = 'redeem';
export const MERGE_TIMER_PREFIX = 'merge:';
/** When the venue's mode may be over. */
export const VENUE_MODE_TIMER = 'venue-mode';

/** Applies one fact of the account. */
export function applyAccount(state: EngineState, event: AccountEvent): void {
  const { account } = state.durable;
  switch (event.type) {
    case 'account-observed': {
      const { cashMicro, allowanceMicro, redeemableMicro, blockNumber } = event;
      account.observed = { cashMicro, allowanceMicro, redeemableMicro, blockNumber, observedMs: state.durable.nowMs };
      return;
    }
    case 'window-redeemed':
      applyRedemption(state, event);
      return;
    case 'complete-sets-changed':
      applySets(state, event);
      return;
    case 'complete-sets-failed':
      applySetsFailed(state, event);
      return;
    case 'rebate-paid':
      applyRebate(state, event);
      return;
    case 'venue-mode-changed':
      account.venue = { mode: event.mode, untilMs: event.untilMs };
      return;
    case 'reconciliation-completed':
      applyReconciliation(state, event);
      return;
    case 'runner-restriction-changed':
    case 'runner-alerted':
      return;
    case 'stop-progressed':
      applyStopProgress(state, event);
      return;
    default:
      assertNever(event, 'account event');
  }
}

/** A person's word: remembered by its id, and taken as a look at the differences where it is a resume. */
export function applyCommand({ durable }: EngineState, event: CommandReceived): void {
  noteCommand(durable, event.commandId);
  const { reconciliation } = durable.account;
  if (event.command.kind === 'resume' && reconciliation !== null) reconciliation.acknowledged = true;
}

/** Remembers a command by its id: each is obeyed once, however often it is sent. */
export function noteCommand(durable: DurableState, commandId: string): void {
  durable.commands.push({ commandId, seq: durable.lastSeq });
  durable.commands.splice(0, Math.max(0, durable.commands.length - KEPT_COMMANDS));
}

/** The runner came or went. What it was asked to merge may not have reached it, and is asked for again once it is back. */
export function applyRunnerLink({ durable }: EngineState, event: RunnerLinked | RunnerUnlinked): void {
  durable.account.runner = { linked: event.type === 'runner-linked', sinceMs: durable.nowMs };
  if (durable.config.execution === 'venue') durable.account.merging = {};
}

/** A boot has no runner yet. */
export function applyAccountRestart({ durable }: EngineState): void {
  durable.account.runner = { linked: false, sinceMs: durable.nowMs };
  if (durable.config.execution === 'venue') durable.account.merging = {};
}

/** The verb that a runner must hold to, even one that comes later. */
export function applyInstruction({ durable }: EngineState, { verb, scope, commandId }: InstructRunner): void {
  durable.account.instruction = { verb, scope, commandId, told: durable.account.runner.linked };
}

/** A timer of the account's came due. */
export function applyAccountTimer(state: EngineState, key: string): void {
  const { durable } = state;
  if (key === VENUE_MODE_TIMER) durable.account.venue = { mode: 'open', untilMs: null };
  if (durable.config.execution !== 'simulated') return;
  if (key === REDEEM_TIMER) {
    const amountMicro = durable.ledger.redeemableMicro;
    bookRedemption(durable.ledger, amountMicro);
    enterSoon(state, { entry: 'redemption', id: 'redemption', windowStartMs: null, amountMicro });
  }
  if (key.startsWith(MERGE_TIMER_PREFIX)) {
    const conditionId = key.slice(MERGE_TIMER_PREFIX.length) as ConditionId;
    const sizeMicro = durable.account.merging[conditionId];
    if (sizeMicro === undefined) return;
    delete durable.account.merging[conditionId];
    changeSets(state, { conditionId, change: 'merged', sizeMicro, atMs: durable.nowMs }, '');
  }
}

/** True for a comparison that was made before the runner's present link: nothing follows from it. */
export function isOldReconciliation({ durable }: EngineState, event: ReconciliationCompleted): boolean {
  const toleranceMs = CLOCK_TOLERANCE_MS * durable.config.simSpeed;
  return !durable.account.runner.linked || event.tsEvent < durable.account.runner.sinceMs - toleranceMs;
}

function applyRedemption(state: EngineState, event: WindowRedeemed): void {
  const name = `redeemed:${event.conditionId}:`;
  // Found by its effect, after the runner that sent it had died: it may have told of it before.
  if (event.transactionHash === '' && state.durable.account.transactions.some((key) => key.startsWith(name))) return;
  if (wasBooked(state, `${name}${event.transactionHash}`)) return;
  const windowStartMs = windowOf(state, event.conditionId)?.window.startMs ?? null;
  const id = `${name}${event.transactionHash}`;
  bookRedemption(state.durable.ledger, event.payoutMicro);
  enterSoon(state, { entry: 'redemption', id, windowStartMs, amountMicro: event.payoutMicro });
  payCost(state, id, windowStartMs, event.costMicro);
}

function applySets(state: EngineState, event: CompleteSetsChanged): void {
  const { conditionId, change, sizeMicro, costMicro, transactionHash } = event;
  if (change === 'merged' && transactionHash === '' && wasToldBefore(state, event)) return;
  if (wasBooked(state, `${change}:${conditionId}:${transactionHash}`)) return;
  if (change === 'merged') delete state.durable.account.merging[conditionId];
  changeSets(state, { conditionId, change, sizeMicro, atMs: event.tsEvent }, transactionHash);
  const windowStartMs = windowOf(state, conditionId)?.window.startMs ?? null;
  payCost(state, `${change}:${conditionId}:${transactionHash}`, windowStartMs, costMicro);
}

/**
 * A merge that was found by its effect has no transaction to be known by: it is one that the runner, before it died, told of with its
 * transaction, if that had the same size not long ago.
 */
function wasToldBefore(state: EngineState, { conditionId, sizeMicro, tsEvent }: CompleteSetsChanged): boolean {
  const name = `merged:${conditionId}:`;
  if (!state.durable.account.transactions.some((key) => key.startsWith(name))) return false;
  const sets = windowOf(state, conditionId)?.sets ?? [];
  return sets.some(
    (set) => set.change === 'merged' && set.sizeMicro === sizeMicro && tsEvent - set.atMs <= FOUND_WITHIN_MS,
  );
}

interface BookedSets {
  readonly conditionId: ConditionId;
  readonly change: 'merged' | 'split';
  readonly sizeMicro: SizeMicro;
  readonly atMs: UnixMs;
}

function changeSets(state: EngineState, { conditionId, ...sets }: BookedSets, transactionHash: string): void {
  const { ledger } = state.durable;
  const { change, sizeMicro } = sets;
  const window = windowOf(state, conditionId);
  const name = window?.slug ?? conditionId;
  const amountMicro = change === 'merged' ? sizeMicro : -sizeMicro;
  bookCompleteSets(ledger, amountMicro);
  enterSoon(state, {
    entry: change === 'merged' ? 'merge' : 'split',
    id: `${change}:${conditionId}:${transactionHash}`,
    windowStartMs: window?.window.startMs ?? null,
    amountMicro,
  });
  if (window === undefined) {
    const detail = `${formatMicro(sizeMicro)} sets of ${name} were ${change}, a window that is not in the books.`;
    raise(state, 'critical', 'sets-without-window', detail);
    restrictSoon(state, 'unbooked-sets', 'reducing', `${detail} Compare the account before you resume.`);
    return;
  }
  const missing = enterSets(window, sets);
  settleBooks(state, window, 'short-position');
  if (missing.up === 0 && missing.down === 0) return;
  const lacking = `${formatMicro(missing.up)} Up and ${formatMicro(missing.down)} Down`;
  raise(
    state,
    'critical',
    'sets-not-held',
    `${name}: ${formatMicro(sizeMicro)} sets were merged, and the books lacked ${lacking}.`,
  );
}

/** Gas and relayer costs are the series' own: what they paid for served every strategy that had shares in it. */
function payCost(state: EngineState, id: string, windowStartMs: UnixMs | null, costMicro: MoneyMicro): void {
  bookCost(state.durable.ledger, costMicro);
  enterSoon(state, { entry: 'gas', id: `gas:${id}`, windowStartMs, amountMicro: -costMicro });
}

/** A rebate is cash, and in no result: a day that lives on rebates has no edge. */
function applyRebate(state: EngineState, { amountMicro, transactionHash }: RebatePaid): void {
  const id = `rebate:${transactionHash}`;
  if (wasBooked(state, id)) return;
  bookRebate(state.durable.ledger, amountMicro);
  noteRebatePaid(state.durable, amountMicro);
  enterSoon(state, { entry: 'rebate-paid', id, windowStartMs: null, amountMicro });
}

function applySetsFailed(state: EngineState, event: CompleteSetsFailed): void {
  const { durable } = state;
  const { conditionId, change, detail } = event;
  if (change === 'merged') {
    delete durable.account.merging[conditionId];
    if (durable.stop !== null) durable.stop.mergeFailed.push(conditionId);
  }
  const name = windowOf(state, conditionId)?.slug ?? conditionId;
  const verb = change === 'merged' ? 'merged' : 'split';
  raise(state, 'warning', 'sets-failed', `Complete sets of ${name} could not be ${verb}: ${detail}`);
}

function applyReconciliation(state: EngineState, event: ReconciliationCompleted): void {
  const { account, nowMs } = state.durable;
  if (event.result === 'incomplete' || isOldReconciliation(state, event)) return;
  const differences = [...event.differences];
  const before = account.reconciliation;
  const same = before?.result === event.result && before.differences.join('\n') === differences.join('\n');
  const acknowledged = event.result === 'mismatch' && same && (before?.acknowledged ?? false);
  account.reconciliation = { result: event.result, differences, atMs: nowMs, acknowledged };
}

function applyStopProgress({ durable }: EngineState, event: StopProgressed): void {
  const { stop } = durable;
  if (stop === null || stop.commandId !== event.commandId) return;
  stop.openAtVenue = event.openAtVenue;
  stop.unknown = event.unknown;
  // How far a flatten is follows from the positions, not from the orders alone.
  if (stop.verb !== 'kill' || !event.confirmed || stop.confirmed) return;
  stop.confirmed = true;
  stop.confirmedMs = durable.nowMs;
}

function windowOf({ durable }: EngineState, conditionId: ConditionId): WindowState | undefined {
  const closed = Object.values(durable.closedWindows).map(({ state }) => state);
  return [...Object.values(durable.windows), ...closed].find(({ market }) => market?.conditionId === conditionId);
}

function wasBooked({ durable }: EngineState, key: string): boolean {
  const { transactions } = durable.account;
  if (transactions.includes(key)) return true;
  transactions.push(key);
  transactions.splice(0, Math.max(0, transactions.length - KEPT_TRANSACTIONS));
  return false;
}
