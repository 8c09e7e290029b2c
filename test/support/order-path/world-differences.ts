/** What is not known yet, or differs between object, runner and venue, one sentence each: nothing, once a world has come to rest. */
import type { DurableState } from '../../../core/engine/state.ts';
import type { Outcome } from '../../../core/model/window.ts';
import type { ObjectProcess } from './object-process.ts';
import type { RunnerProcess } from './runner-process.ts';
import type { VenueTruth } from './venue-truth.ts';

/** A cancel that was asked for is repeated every few seconds, by the object and by the runner. */
const CANCELED_WITHIN_MS = 6_000;

export interface DifferencesInput {
  readonly truth: VenueTruth;
  readonly object: ObjectProcess;
  readonly runner: RunnerProcess;
  /** When the object first asked for the cancel of an order. */
  readonly cancels: ReadonlyMap<string, number>;
  readonly nowMs: number;
}

/** Compares the three. */
export function differencesOf(input: DifferencesInput): string[] {
  const durable = input.object.runtime?.pipeline.host.state.durable;
  const status = input.runner.runner?.account.status();
  if (durable === undefined || status === undefined) return ['a process is not up'];
  const found = [
    ...orderDifferences(input, durable),
    ...shareDifferences(input, durable),
    ...moneyDifference(input, durable),
  ];
  if (status.unknownOrders > 0) found.push(`${status.unknownOrders} orders are unknown in the runner`);
  if (status.reconciled === 'incomplete') found.push('the runner could not compare');
  // Orders that were unknown at the last comparison may be known by now; shares are compared with all that ever matched.
  const compared = durable.account.reconciliation?.differences ?? [];
  return [...found, ...compared.filter((difference) => /shares are held/.test(difference))];
}

function orderDifferences({ truth, cancels, nowMs }: DifferencesInput, durable: DurableState): string[] {
  const found: string[] = [];
  const open = new Set<string>(truth.openOrders().map(({ orderHash }) => orderHash));
  const known = new Set<string | null>();
  for (const { order, status, venueOrderId } of Object.values(durable.orders)) {
    const { clientOrderId } = order;
    known.add(venueOrderId);
    if (status === 'unknown' || status === 'in-flight') found.push(`${clientOrderId} is ${status} in the object`);
    else if (venueOrderId !== null && !open.has(venueOrderId)) {
      found.push(`${clientOrderId} is ${status} in the object, and not at the venue`);
    }
    const askedMs = cancels.get(clientOrderId);
    if (status === 'cancel-pending' && askedMs !== undefined && nowMs - askedMs > CANCELED_WITHIN_MS) {
      found.push(`${clientOrderId} was to be cancelled ${nowMs - askedMs} ms ago`);
    }
  }
  for (const orderHash of open) {
    if (!known.has(orderHash)) found.push(`${orderHash} stands at the venue, and not in the object`);
  }
  return found;
}

function shareDifferences({ truth }: DifferencesInput, durable: DurableState): string[] {
  const found: string[] = [];
  const underWay = truth.trades().filter(({ state }) => state !== 'CONFIRMED' && state !== 'FAILED').length;
  if (underWay > 0) found.push(`${underWay} matches are not settled`);
  const shares = truth.shares();
  const closed = Object.values(durable.closedWindows).map(({ state }) => state);
  for (const { market, positions, resolved, slug } of [...Object.values(durable.windows), ...closed]) {
    if (market === null) continue;
    for (const outcome of ['up', 'down'] satisfies Outcome[]) {
      const shown = shares.get(market.tokens[outcome]) ?? 0;
      const believed = positions[outcome].sizeMicro;
      // What was redeemed stays in the record of its window.
      if (shown === believed || (resolved !== null && shown === 0)) continue;
      found.push(`${slug}: the venue shows ${shown} ${outcome}, the object holds ${believed}`);
    }
  }
  return found;
}

/** To the millionth, but for what roundings of odd sizes take from us in our own books. */
function moneyDifference({ truth }: DifferencesInput, { ledger, config }: DurableState): string[] {
  const believedMicro = ledger.cashMicro + ledger.day.costsMicro - config.risk.bankrollMicro;
  const shownMicro = truth.gainedMicro();
  if (believedMicro <= shownMicro && believedMicro >= shownMicro - truth.oddFills()) return [];
  return [`the venue shows ${shownMicro} of money gained, the object has booked ${believedMicro}`];
}
