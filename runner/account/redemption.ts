/**
 * What resolved windows have won is turned into pUSD: at once when free cash is short, else once an hour, several windows in one
 * transaction. The chain's own payouts decide; a window whose shares are gone already has been redeemed by somebody else.
 */
import type { ConditionId } from '../../core/model/identifiers.ts';
import { HOUR_MS, SECOND_MS } from '../../core/model/time.ts';
import type { WindowSummary } from '../submission-log.ts';
import { payoutOf } from './account-book.ts';
import { type AccountContext, tell } from './account-state.ts';
import { fetchGammaWindow } from './market-rules.ts';

export interface Redemption {
  /** Finds out which windows are resolved. */
  resolve(): Promise<void>;
  /** Redeems when it is time: `isShort` when free cash is. */
  look(isShort: boolean): Promise<void>;
  /** Redeems all that can be, now. */
  redeemNow(): Promise<void>;
  /**
   * Notes what was redeemed by an earlier process that did not live to say so, or by a person. To be called before books are compared,
   * which would else differ until the next redemption.
   */
  noteGone(): Promise<void>;
}

/** In one transaction; more would come near a block's gas for a Safe's multisend. */
export const MAX_BATCH = 10;
/** After a transaction that failed or is not known yet. Wall time. */
const RETRY_MS = 60 * SECOND_MS;

export function createRedemption(context: AccountContext): Redemption {
  const { state, ports, chain, log, config } = context;
  const { clock } = ports;
  let lastMs = clock.now();
  let notBeforeMonoMs = 0;
  let running: Promise<void> | null = null;

  const outcomeOf = async (window: WindowSummary): Promise<'up' | 'down' | null> => {
    if (chain !== null) {
      const payouts = await chain.payouts(window.conditionId);
      if (!payouts.ok || payouts.value === null) return null;
      const [up, down] = payouts.value;
      // The first slot is Up's: the venue's outcomes are listed Up, Down, and a binary pays one of them (notes §6).
      return up === down ? null : up > down ? 'up' : 'down';
    }
    const series = state.series.get(window.series);
    if (series === undefined) return null;
    const gamma = await fetchGammaWindow(
      { http: ports.http, gammaUrl: config.gammaUrl },
      { slug: window.series, durationMs: series.config.durationMs },
      window.slug,
    );
    return gamma.ok && gamma.value.market.conditionId === window.conditionId ? gamma.value.outcome : null;
  };

  const markRedeemed = (window: WindowSummary, costMicro: number, transactionHash: string): void => {
    const payoutMicro = payoutOf(window);
    const { conditionId } = window;
    tell(state, window.series, {
      type: 'window-redeemed',
      tsEvent: clock.now(),
      conditionId,
      payoutMicro,
      costMicro,
      transactionHash,
    });
    log.append({ kind: 'redeemed', conditionId, costMicro });
    state.book.redeemed(conditionId, costMicro);
  };

  /** Those whose shares are still there; the others are marked. `null` when the chain does not answer. */
  const stillHeld = async (windows: readonly WindowSummary[]): Promise<readonly WindowSummary[] | null> => {
    if (chain === null) return null;
    const balances = await chain.balances(windows.flatMap(({ tokens }) => [tokens.up, tokens.down]));
    if (!balances.ok) return null;
    const { shares } = balances.value;
    const isGone = (window: WindowSummary): boolean =>
      window.outcome !== null && shares.get(window.tokens[window.outcome]) === 0;
    for (const window of windows.filter(isGone)) markRedeemed(window, 0, '');
    return windows.filter((window) => !isGone(window));
  };

  /** Resolved windows that have won something, whose matches have all settled. */
  const redeemable = (): readonly WindowSummary[] => {
    const ready = [...state.book.windows.values()].filter((window) => !window.redeemed && payoutOf(window) > 0);
    const unsettled = new Set<ConditionId>();
    for (const order of state.orders.values()) {
      const isSettled = [...order.fills.values()].every(
        ({ settlement }) => settlement === 'confirmed' || settlement === 'failed',
      );
      if (!isSettled || order.phase !== 'ended') unsettled.add(order.conditionId);
    }
    return ready.filter(({ conditionId }) => !unsettled.has(conditionId)).slice(0, MAX_BATCH);
  };

  const redeem = async (): Promise<void> => {
    if (chain === null || clock.monotonicMs() < notBeforeMonoMs) return;
    const held = await stillHeld(redeemable());
    if (held === null || held.length === 0) return;
    const done = await chain.redeem(held.map(({ conditionId }) => conditionId));
    if (!done.ok) {
      // One that is on its way shows by its shares being gone.
      notBeforeMonoMs = clock.monotonicMs() + RETRY_MS;
      ports.log.log('warn', 'Redeeming did not go through.', { code: done.error.kind, detail: done.error.detail });
      return;
    }
    lastMs = clock.now();
    const { costMicro, transactionHash } = done.value;
    const share = Math.floor(costMicro / held.length);
    for (const [index, window] of held.entries()) {
      markRedeemed(window, index === 0 ? costMicro - share * (held.length - 1) : share, transactionHash);
    }
  };

  const noteGone = async (): Promise<void> => {
    const windows = running === null ? redeemable() : [];
    if (windows.length > 0) await stillHeld(windows);
  };

  const redeemNow = (): Promise<void> => {
    running ??= redeem().finally(() => {
      running = null;
    });
    return running;
  };

  return {
    async resolve() {
      const nowMs = clock.now();
      for (const window of [...state.book.windows.values()]) {
        if (window.outcome !== null || window.endMs > nowMs) continue;
        const outcome = await outcomeOf(window);
        if (outcome === null) continue;
        log.append({ kind: 'resolved', conditionId: window.conditionId, outcome, atMs: clock.now() });
        state.book.resolve(window.conditionId, outcome, clock.now());
      }
    },
    async look(isShort) {
      if (isShort || clock.now() - lastMs >= HOUR_MS) await redeemNow();
    },
    redeemNow,
    noteGone,
  };
}
