/**
 * Compares what the runner believes with what the venue and the chain show: open orders, matches, holdings (issue, RUNTIME §7). An
 * answer that is missing makes the whole comparison incomplete, and nothing follows from it: least of all that nothing is held.
 */

import type { HeldToken } from '../../core/model/account.ts';
import type { ConditionId, TokenId } from '../../core/model/identifiers.ts';
import { formatMicro, type SizeMicro } from '../../core/model/money.ts';
import { HOUR_MS, MINUTE_MS, type UnixMs } from '../../core/model/time.ts';
import type { WindowSummary } from '../submission-log.ts';
import { type AccountContext, openOrders, tell } from './account-state.ts';
import type { OrderCare } from './order-care.ts';
import type { TrackedOrder } from './order-tracker.ts';
import type { Reports } from './reports.ts';
import { noteAuthorised, noteFailure } from './venue-mode.ts';

export type ReconciliationResult = 'clean' | 'mismatch' | 'incomplete';

export interface Reconciliation {
  /** Asks everything and tells every series. Never two at once: a second call waits for the first one's result. */
  run(): Promise<ReconciliationResult>;
  /** Result of the last one, or `null`. */
  readonly last: ReconciliationResult | null;
}

/** Matches are asked for again this long before the last complete answer: the venue's stamps are in whole seconds, and late. */
const OVERLAP_MS = 2 * MINUTE_MS;
/** A venue's or chain's balance may lag behind a match by tens of seconds (venue notes of 2026-11-23, polymarket §8). */
export const BALANCE_LAG_MS = 60_000;

interface Holdings {
  readonly held: ReadonlyMap<TokenId, SizeMicro>;
  readonly blockNumber: number | null;
}

/** The one who asks. */
export function createReconciliation(
  context: AccountContext,
  parts: { readonly reports: Reports; readonly care: OrderCare; readonly observeCash: () => Promise<boolean> },
): Reconciliation {
  const { state, ports, clob, chain } = context;
  const { clock } = ports;
  const { reports, care, observeCash } = parts;
  let fillsSinceMs: UnixMs | null = null;
  let running: Promise<ReconciliationResult> | null = null;
  let last: ReconciliationResult | null = null;

  const askOrders = async (): Promise<boolean> => {
    // What was under way when the question left may be missing in its answer.
    const before = new Set(openOrders(state).filter(({ phase }) => phase === 'standing'));
    const listing = await clob.openOrders({});
    if (listing.kind !== 'accepted') {
      noteFailure(context, listing);
      return false;
    }
    noteAuthorised(context);
    const listed = new Set(listing.value.map(({ orderHash }) => orderHash));
    for (const order of listing.value) reports.order(order);
    for (const order of before) if (!listed.has(order.orderHash) && order.phase === 'standing') care.askOrder(order);
    return true;
  };

  const askFills = async (): Promise<boolean> => {
    const askedMs = clock.now();
    const afterMs = fillsSinceMs ?? Math.max(state.bornMs, askedMs - HOUR_MS) - OVERLAP_MS;
    const fills = await clob.fills({ afterMs });
    if (fills.kind !== 'accepted') {
      noteFailure(context, fills);
      return false;
    }
    for (const fill of fills.value) reports.fill(fill);
    fillsSinceMs = askedMs - OVERLAP_MS;
    return true;
  };

  const askHoldings = async (tokens: readonly TokenId[]): Promise<Holdings | null> => {
    if (chain !== null) {
      const balances = await chain.balances(tokens);
      return balances.ok ? { held: balances.value.shares, blockNumber: balances.value.blockNumber } : null;
    }
    const held = new Map<TokenId, SizeMicro>();
    for (const tokenId of tokens) {
      const answer = await clob.conditional(tokenId, false);
      if (answer.kind !== 'accepted') {
        noteFailure(context, answer);
        return null;
      }
      // Of a conditional token the balance is in shares.
      const shares: number = answer.value.balanceMicro;
      held.set(tokenId, shares);
    }
    return { held, blockNumber: null };
  };

  const run = async (): Promise<ReconciliationResult> => {
    const windows = [...state.book.windows.values()].filter(({ redeemed, outcome, endMs }) => {
      // A loser's shares are worth nothing and are left alone; of a window long over only what can be redeemed matters.
      return !redeemed && (outcome === null || endMs > clock.now() - HOUR_MS);
    });
    const tokens = windows.flatMap(({ tokens: { up, down } }) => [up, down]);
    const beforeMs = clock.now();
    const [orders, fills, holdings, cash] = await Promise.all([
      askOrders(),
      askFills(),
      askHoldings(tokens),
      observeCash(),
    ]);
    const isComplete = orders && fills && cash && holdings !== null;
    let result: ReconciliationResult = isComplete ? 'clean' : 'incomplete';
    const unsettled = unsettledConditions(state.orders.values(), beforeMs);
    for (const series of state.series.values()) {
      const slug = series.config.slug;
      const own = windows.filter((window) => window.series === slug);
      const differences = isComplete ? holdingDifferences(own, holdings.held, unsettled) : [];
      const unclear = openOrders(state, slug).filter(({ phase }) => phase === 'unknown').length;
      if (unclear > 0) differences.push(`${unclear} order(s) are unknown.`);
      if (isComplete && differences.length > 0) result = 'mismatch';
      tell(state, slug, {
        type: 'reconciliation-completed',
        tsEvent: clock.now(),
        result: !isComplete ? 'incomplete' : differences.length > 0 ? 'mismatch' : 'clean',
        differences,
        held: isComplete ? heldTokens(own, holdings.held) : [],
        blockNumber: holdings?.blockNumber ?? null,
      });
    }
    if (isComplete) state.reconciled = true;
    last = result;
    return result;
  };

  return {
    run() {
      running ??= run().finally(() => {
        running = null;
      });
      return running;
    },
    get last() {
      return last;
    },
  };
}

/** Windows whose balances cannot be compared yet: something in them is open, or not settled for long enough. */
export function unsettledConditions(orders: Iterable<TrackedOrder>, nowMs: UnixMs): ReadonlySet<ConditionId> {
  const unsettled = new Set<ConditionId>();
  for (const order of orders) {
    const settles = [...order.fills.values()].some(
      ({ settlement, matchedMs }) =>
        (settlement !== 'confirmed' && settlement !== 'failed') || matchedMs > nowMs - BALANCE_LAG_MS,
    );
    if (settles || order.phase !== 'ended') unsettled.add(order.conditionId);
  }
  return unsettled;
}

/** One sentence for each token of which more or less is held than our own matches come to. */
export function holdingDifferences(
  windows: readonly WindowSummary[],
  held: ReadonlyMap<TokenId, SizeMicro>,
  unsettled: ReadonlySet<ConditionId>,
): string[] {
  const differences: string[] = [];
  for (const window of windows) {
    if (unsettled.has(window.conditionId)) continue;
    const pairs: readonly (readonly [string, TokenId, SizeMicro])[] = [
      ['Up', window.tokens.up, window.upMicro],
      ['Down', window.tokens.down, window.downMicro],
    ];
    for (const [label, tokenId, believed] of pairs) {
      const shown = held.get(tokenId);
      // No statement about a token says nothing about it.
      if (shown === undefined || shown === believed) continue;
      differences.push(
        `${window.slug}: ${formatMicro(shown)} ${label} shares are held, our matches come to ${formatMicro(believed)}.`,
      );
    }
  }
  return differences;
}

function heldTokens(windows: readonly WindowSummary[], held: ReadonlyMap<TokenId, SizeMicro>): HeldToken[] {
  return windows.flatMap(({ tokens: { up, down } }) =>
    [up, down].flatMap((tokenId) => {
      const sizeMicro = held.get(tokenId) ?? 0;
      return sizeMicro > 0 ? [{ tokenId, sizeMicro }] : [];
    }),
  );
}
