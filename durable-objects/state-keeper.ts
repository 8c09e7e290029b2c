/** When state is written down whole: a warm snapshot every minute, a checkpoint at each window's end (RUNTIME §4). */
import { CHECKPOINT_VERSION, encodeCheckpoint } from '../core/engine/checkpoint.ts';
import { openOrders } from '../core/engine/open-orders.ts';
import { STATE_VERSION } from '../core/engine/state.ts';
import type { Pipeline } from './pipeline.ts';
import type { ClockPort } from './ports.ts';
import { encodeHost } from './recovery.ts';
import type { SeriesStore } from './series-store.ts';

/** A warm snapshot is taken this often, real time, when nothing is on its way. */
const SNAPSHOT_EVERY_MS = 60_000;

export interface StateKeeper {
  /** Seq of the newest snapshot or of where recovery began. */
  readonly snapshotSeq: number;
  /** A window was closed: durable state as a checkpoint, and the whole of it when nothing is on its way. */
  checkpoint(): void;
  /** The watchdog's round: a snapshot when one is due. */
  watch(): void;
}

export function createStateKeeper(
  store: SeriesStore,
  clock: ClockPort,
  pipeline: Pipeline,
  recoveredFromSeq: number,
): StateKeeper {
  let lastSnapshotWallMs = clock.wallMs();
  let snapshotSeq = recoveredFromSeq;

  /** Nothing of ours is on its way: a snapshot then holds no half-finished order. */
  function isQuiet(): boolean {
    return openOrders(pipeline.host.state.durable).every(({ status }) => status === 'resting');
  }

  function snapshot(): void {
    pipeline.commitTail();
    const { host, lastSeq } = pipeline;
    store.snapshots.write({ seq: lastSeq, stateVersion: STATE_VERSION, takenMs: clock.now(), bytes: encodeHost(host) });
    snapshotSeq = lastSeq;
    lastSnapshotWallMs = clock.wallMs();
  }

  return {
    get snapshotSeq() {
      return snapshotSeq;
    },
    checkpoint() {
      pipeline.commitTail();
      const { host, lastSeq } = pipeline;
      store.checkpoints.write({
        seq: lastSeq,
        version: CHECKPOINT_VERSION,
        atMs: clock.now(),
        json: encodeCheckpoint(host.state.durable),
      });
      if (isQuiet()) snapshot();
    },
    watch() {
      if (clock.wallMs() - lastSnapshotWallMs >= SNAPSHOT_EVERY_MS && isQuiet()) snapshot();
    },
  };
}
