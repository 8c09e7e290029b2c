/**
 * Complete sets into pUSD, as the engine asks. Written down before it is sent: what is not known to have happened is looked up on the
 * chain, by this process or the next, and never sent anew.
 */
import type { ConditionId } from '../../core/model/identifiers.ts';
import type { SizeMicro } from '../../core/model/money.ts';
import type { SubmissionEntry } from '../submission-log.ts';
import { type AccountContext, type SeriesState, tell } from './account-state.ts';

export interface SetMerging {
  merge(series: SeriesState, conditionId: ConditionId, sizeMicro: SizeMicro): Promise<void>;
  /** Looks for what an earlier process has sent. */
  resume(): Promise<void>;
}

type Merge = Extract<SubmissionEntry, { readonly kind: 'merge' }>;

/** Between two looks at the chain for a transaction that was not seen mined. Wall time. */
const LOOK_AGAIN_MS = 15_000;
/** Matches are on the chain within seconds, and seldom later than a minute: until then a merge of their shares would fail. Wall time. */
const SETTLED_AGAIN_MS = 5_000;
const SETTLED_LOOKS = 12;
/** Ten minutes of looks: a transaction that is still not there was dropped, or needs a person. */
const LOOKS = 40;

export function createSetMerging(context: AccountContext): SetMerging {
  const { state, ports, chain, log } = context;
  const { clock } = ports;
  const running = new Set<ConditionId>();
  const change = 'merged';

  const refuse = (series: SeriesState, conditionId: ConditionId, detail: string): void =>
    tell(state, series.config.slug, {
      type: 'complete-sets-failed',
      tsEvent: clock.now(),
      conditionId,
      change,
      detail,
    });
  const failed = ({ series, conditionId }: Merge, detail: string): void => {
    const tsEvent = clock.now();
    tell(state, series, { type: 'complete-sets-failed', tsEvent, conditionId, change, detail });
    log.append({ kind: 'merge-failed', conditionId });
    state.merges.delete(conditionId);
  };
  const merged = ({ series, conditionId, sizeMicro }: Merge, costMicro: number, transactionHash: string): void => {
    tell(state, series, {
      type: 'complete-sets-changed',
      tsEvent: clock.now(),
      conditionId,
      change,
      sizeMicro,
      costMicro,
      transactionHash,
    });
    log.append({ kind: 'sets', conditionId, change, sizeMicro, costMicro });
    state.book.changeSets(conditionId, change, sizeMicro, costMicro);
    state.merges.delete(conditionId);
  };
  const pause = (wallMs: number): Promise<void> => new Promise((resolve) => void ports.timers.after(wallMs, resolve));

  const heldOf = async (conditionId: ConditionId): Promise<readonly [SizeMicro, SizeMicro] | null> => {
    const window = state.book.windows.get(conditionId);
    if (chain === null || window === undefined) return null;
    const { up, down } = window.tokens;
    const balances = await chain.balances([up, down]);
    return balances.ok ? [balances.value.shares.get(up) ?? 0, balances.value.shares.get(down) ?? 0] : null;
  };

  /** By our own matches, all of them settled; `null` while one is not: the chain may show it or not. */
  const expectedOf = (conditionId: ConditionId): readonly [SizeMicro, SizeMicro] | null => {
    const window = state.book.windows.get(conditionId);
    if (window === undefined) return null;
    for (const order of state.orders.values()) {
      if (order.conditionId !== conditionId) continue;
      for (const { settlement } of order.fills.values()) {
        if (settlement !== 'confirmed' && settlement !== 'failed') return null;
      }
    }
    return [window.upMicro, window.downMicro];
  };

  const lookFor = async (merge: Merge): Promise<void> => {
    for (let look = 0; look < LOOKS; look++) {
      await pause(LOOK_AGAIN_MS);
      const now = await heldOf(merge.conditionId);
      const expected = expectedOf(merge.conditionId);
      // Other matches of the window settle meanwhile, so that the balances of before say nothing.
      const isGone = expected?.every((shares, index) => now?.[index] === shares - merge.sizeMicro) ?? false;
      if (isGone) return merged(merge, 0, '');
    }
    failed(merge, 'The transaction was sent and not seen: look for it on the chain.');
  };

  /** What is held once the chain shows so many sets; `null` when it does not in time. */
  const settledSets = async (
    conditionId: ConditionId,
    sizeMicro: SizeMicro,
  ): Promise<readonly [SizeMicro, SizeMicro] | null> => {
    for (let look = 0; look < SETTLED_LOOKS; look++) {
      if (look > 0) await pause(SETTLED_AGAIN_MS);
      const held = await heldOf(conditionId);
      if (held?.every((shares) => shares >= sizeMicro)) return held;
    }
    return null;
  };

  /** One at a time for a window: a second would count the same sets. */
  const alone = async (conditionId: ConditionId, job: () => Promise<void>): Promise<void> => {
    if (running.has(conditionId)) return;
    running.add(conditionId);
    try {
      await job();
    } finally {
      running.delete(conditionId);
    }
  };

  const send = async (series: SeriesState, conditionId: ConditionId, sizeMicro: SizeMicro): Promise<void> => {
    if (chain === null) return refuse(series, conditionId, 'The runner has no way to the chain: set RPC_URL.');
    const window = state.book.windows.get(conditionId);
    if (window === undefined || window.series !== series.config.slug) {
      return refuse(series, conditionId, 'The runner holds nothing in this window.');
    }
    if (sizeMicro <= 0 || sizeMicro > Math.min(window.upMicro, window.downMicro)) {
      return refuse(series, conditionId, 'The runner holds fewer complete sets by its own matches.');
    }
    const heldMicro = await settledSets(conditionId, sizeMicro);
    if (heldMicro === null) return refuse(series, conditionId, 'The chain does not show so many complete sets.');
    const merge: Merge = { kind: 'merge', series: series.config.slug, conditionId, sizeMicro, heldMicro };
    log.append(merge);
    // What it does cannot be told from the order's matches afterwards: it must not be forgotten, and a transaction takes seconds anyway.
    log.sync();
    state.merges.set(conditionId, merge);
    const done = await chain.merge(conditionId, sizeMicro);
    if (done.ok) return merged(merge, done.value.costMicro, done.value.transactionHash);
    if (done.error.kind !== 'unknown') return failed(merge, done.error.detail);
    await lookFor(merge);
  };

  return {
    async merge(series, conditionId, sizeMicro) {
      // One that is under way ends by a fact of its own, and the object asks again for what is left.
      await alone(conditionId, () => send(series, conditionId, sizeMicro));
    },
    async resume() {
      await Promise.all([...state.merges.values()].map((merge) => alone(merge.conditionId, () => lookFor(merge))));
    },
  };
}
