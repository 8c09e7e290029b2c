/**
 * pause, flatten, kill and resume on the runner's side (DESIGN §3.9): what holds is latched before anything else is done, then everything
 * in its scope is cancelled. A kill goes on until the venue has shown no open order twice, 10 s apart, after all in flight is known.
 */
import type { LinkVerb } from '../../core/protocol/runner-link.ts';
import { type AccountContext, openOrders, tell } from './account-state.ts';
import type { OrderCare } from './order-care.ts';
import type { TrackedOrder } from './order-tracker.ts';
import { type Repeated, repeat } from './repeat.ts';
import type { Reports } from './reports.ts';
import type { SeriesSafety } from './series-safety.ts';
import type { Latch, LatchScope, StopLatch } from './stop-latch.ts';
import { noteFailure } from './venue-mode.ts';

/** Between two looks at how far a stop has come. Wall time. */
const LOOK_EVERY_MS = 1_000;
/** The two empty listings that confirm a kill are at least so far apart. Wall time (DESIGN §3.9). */
export const CONFIRM_APART_MS = 10_000;
/** After this a kill no longer waits for what is in flight to be known. Wall time (DESIGN §3.9). */
export const IN_FLIGHT_PATIENCE_MS = 60_000;

export interface Stops {
  apply(verb: LinkVerb, scope: LatchScope, commandId: string): void;
  /** Goes on with kills that were not confirmed before the process ended, and restricts what is latched. */
  start(): void;
}

export interface StopParts {
  readonly latch: StopLatch;
  readonly care: OrderCare;
  readonly safety: SeriesSafety;
  readonly reports: Reports;
}

export function createStops(context: AccountContext, { latch, care, safety, reports }: StopParts): Stops {
  const { state, ports, clob, restrictions } = context;
  const { clock } = ports;
  const watches = new Map<LatchScope, Repeated>();

  const seriesIn = (scope: LatchScope) =>
    [...state.series.values()].filter(({ config }) => scope === null || config.slug === scope);
  const restrict = (): void => {
    for (const { config } of state.series.values()) {
      const { mode, detail } = latch.restrictionOf(config.slug);
      restrictions.set(config.slug, 'runner-latch', mode, detail);
    }
  };
  const progress = (
    scope: LatchScope,
    commandId: string,
    openAtVenue: number,
    unknown: number,
    confirmed: boolean,
  ): void => {
    for (const { config } of seriesIn(scope)) {
      tell(state, config.slug, {
        type: 'stop-progressed',
        tsEvent: clock.now(),
        commandId,
        openAtVenue,
        unknown,
        confirmed,
      });
    }
  };
  const endWatch = (scope: LatchScope): void => {
    watches.get(scope)?.stop();
    watches.delete(scope);
  };
  const watch = (scope: LatchScope, job: () => Promise<void> | void): void => {
    endWatch(scope);
    const repeated = repeat(ports.timers, LOOK_EVERY_MS, job, (error) =>
      ports.log.log('error', 'Watching a stop threw.', { detail: String(error) }),
    );
    watches.set(scope, repeated);
    repeated.now();
  };

  /** pause and flatten: what stood when they were said is gone. What flatten sends afterwards is its own. */
  const watchCancels = (scope: LatchScope, { commandId }: Latch): void => {
    const orders = openOrders(state, scope);
    let told = '';
    watch(scope, () => {
      const open = orders.filter(({ phase }) => phase !== 'ended');
      const unknown = open.filter(isUnknown).length;
      const line = `${open.length} ${unknown}`;
      if (line !== told) progress(scope, commandId, open.length, unknown, open.length === 0);
      told = line;
      if (open.length === 0) endWatch(scope);
    });
  };

  const watchKill = (scope: LatchScope, { commandId }: Latch): void => {
    const startedMonoMs = clock.monotonicMs();
    let emptySinceMonoMs: number | null = null;
    let told = '';
    watch(scope, async () => {
      const askedMonoMs = clock.monotonicMs();
      care.cancel(openOrders(state, scope));
      if (scope === null) {
        const all = await clob.cancelAll();
        if (all.kind !== 'accepted') noteFailure(context, all);
      } else for (const series of seriesIn(scope)) safety.cancelSeries(series);
      const listing = await clob.openOrders({});
      if (listing.kind !== 'accepted') {
        noteFailure(context, listing);
        emptySinceMonoMs = null;
        return;
      }
      for (const order of listing.value) reports.order(order);
      const openAtVenue = listing.value.filter(
        ({ orderHash, tokenId }) => scope === null || isOf(scope, orderHash, tokenId),
      ).length;
      const unknown = openOrders(state, scope).filter(isUnknown).length;
      const isSettled = unknown === 0 || askedMonoMs - startedMonoMs >= IN_FLIGHT_PATIENCE_MS;
      if (openAtVenue > 0 || !isSettled) emptySinceMonoMs = null;
      else emptySinceMonoMs ??= askedMonoMs;
      const confirmed = emptySinceMonoMs !== null && askedMonoMs - emptySinceMonoMs >= CONFIRM_APART_MS;
      const line = `${openAtVenue} ${unknown} ${confirmed}`;
      if (line !== told) progress(scope, commandId, openAtVenue, unknown, confirmed);
      told = line;
      if (!confirmed) return;
      latch.confirm(scope);
      endWatch(scope);
    });
  };

  const isOf = (scope: LatchScope, orderHash: TrackedOrder['orderHash'], tokenId: string): boolean => {
    const tracked = state.byHash.get(orderHash);
    if (tracked !== undefined) return tracked.series === scope;
    for (const { market } of state.rules.values()) {
      if (market.tokens.up === tokenId || market.tokens.down === tokenId) return market.series === scope;
    }
    // Nobody knows whose it is, so it is not shown to be gone.
    return true;
  };

  return {
    apply(verb, scope, commandId) {
      if (verb === 'resume') {
        endWatch(scope);
        latch.lift(scope);
        // A person has looked: what only a person can judge is lifted, too.
        for (const { config } of seriesIn(scope)) {
          for (const reason of ['unroutable-fill', 'unknown-status', 'damaged-log'] as const) {
            restrictions.set(config.slug, reason, 'active', '');
          }
        }
        restrict();
        return;
      }
      const wanted: Latch = { verb, commandId, confirmed: false };
      const held = latch.set(scope, wanted);
      restrict();
      if (held.verb !== verb) return;
      for (const series of seriesIn(scope)) safety.cancelSeries(series);
      if (verb === 'kill') watchKill(scope, wanted);
      else watchCancels(scope, wanted);
    },
    start() {
      restrict();
      for (const { scope, latch: held } of latch.all()) {
        for (const series of seriesIn(scope)) safety.cancelSeries(series);
        if (held.verb === 'kill' && !held.confirmed) watchKill(scope, held);
      }
    },
  };
}

const isUnknown = ({ phase }: TrackedOrder): boolean => phase === 'unknown' || phase === 'sending';
