/**
 * What keeps a series from trading on without its object: a lapsed lease cancels everything of it by id and by market, and when that
 * is not confirmed in time the venue's own dead-man's switch is let go (RUNTIME §7, "means of stopping").
 */
import type { ConditionId } from '../../core/model/identifiers.ts';
import { type AccountContext, openOrders, type SeriesState } from './account-state.ts';
import type { OrderCare } from './order-care.ts';
import { noteAuthorised, noteFailure } from './venue-mode.ts';

/** A lapsed series that is not cancelled by then: the heartbeat stops, and the venue cancels everything. Wall time (RUNTIME §7). */
export const CONFIRM_WITHIN_MS = 3_000;

export interface SeriesSafety {
  /** Cancels everything of a series, by id and by market: what is known and what is not. */
  cancelSeries(series: SeriesState): void;
  lapsed(series: SeriesState): void;
  /** Whether the heartbeat may go on. */
  mayBeat(): boolean;
  /** Once a second: repeats what is not confirmed, and opens the way of a series whose predecessor is cleared. */
  look(): void;
}

export function createSeriesSafety(context: AccountContext, care: OrderCare): SeriesSafety {
  const { state, clob, ports } = context;
  const { clock } = ports;
  /** Markets of a series whose cancel the venue has not confirmed yet. */
  const owed = new Map<SeriesState, Set<ConditionId>>();
  const running = new Set<ConditionId>();

  const cancelMarket = async (series: SeriesState, conditionId: ConditionId): Promise<void> => {
    if (running.has(conditionId)) return;
    running.add(conditionId);
    try {
      const answer = await clob.cancelMarket(conditionId);
      if (answer.kind !== 'accepted') return noteFailure(context, answer);
      noteAuthorised(context);
      owed.get(series)?.delete(conditionId);
      for (const orderHash of answer.value.canceled) {
        const tracked = state.byHash.get(orderHash);
        if (tracked === undefined) {
          ports.log.log('error', 'An order that the runner does not know was cancelled.', { detail: orderHash });
        } else if (tracked.phase !== 'ended') {
          tracked.cancelAsked = true;
          state.cancelConfirmed.add(tracked);
          care.askOrder(tracked);
        }
      }
    } finally {
      running.delete(conditionId);
    }
  };

  const cancelMarkets = (series: SeriesState): void => {
    for (const conditionId of owed.get(series) ?? []) {
      cancelMarket(series, conditionId).catch((error: unknown) =>
        ports.log.log('error', 'Cancelling a market threw.', { detail: String(error) }),
      );
    }
  };

  const cancelSeries = (series: SeriesState): void => {
    const orders = openOrders(state, series.config.slug);
    const conditions = new Set(orders.map(({ conditionId }) => conditionId));
    const nowMs = clock.now();
    for (const { market } of state.rules.values()) {
      if (market.series === series.config.slug && market.window.endMs > nowMs) conditions.add(market.conditionId);
    }
    owed.set(series, conditions);
    care.cancel(orders);
    cancelMarkets(series);
  };

  const isConfirmed = (series: SeriesState): boolean =>
    (owed.get(series)?.size ?? 0) === 0 &&
    openOrders(state, series.config.slug).every((order) => state.cancelConfirmed.has(order));

  return {
    cancelSeries,
    lapsed(series) {
      series.leaseFresh = false;
      series.lapsedAtMonoMs ??= clock.monotonicMs();
      cancelSeries(series);
    },
    mayBeat() {
      const all = [...state.series.values()];
      const isLate = all.some(
        ({ lapsedAtMonoMs }) => lapsedAtMonoMs !== null && clock.monotonicMs() - lapsedAtMonoMs > CONFIRM_WITHIN_MS,
      );
      return !isLate && all.some(({ leaseFresh }) => leaseFresh);
    },
    look() {
      for (const series of state.series.values()) {
        if (series.lapsedAtMonoMs !== null) {
          if (isConfirmed(series)) series.lapsedAtMonoMs = null;
          else cancelMarkets(series);
        }
        if (series.clearing !== null) {
          // Unknown ones are exposure, and are cancelled until they are known: they may take half a minute.
          const isLeft = series.clearing.some(
            (order) => order.phase !== 'ended' && order.phase !== 'unknown' && !state.cancelConfirmed.has(order),
          );
          if (!isLeft && (owed.get(series)?.size ?? 0) === 0) series.clearing = null;
          else cancelMarkets(series);
        }
      }
    },
  };
}
