/** Events that the shell itself brings in: boots and connections. */
import type { EngineEvent } from '../core/engine/events.ts';
import type { Source } from '../core/model/source.ts';
import type { BootConfig } from './config-composition.ts';
import type { Recovered } from './recovery.ts';
import type { SeriesSettings } from './series-settings-type.ts';

/** The records of a boot: the restart itself, and what could not be applied on the way. */
export function bootEvents(
  recovered: Recovered,
  settings: SeriesSettings,
  epoch: number,
  nowMs: number,
  boot: BootConfig,
): EngineEvent[] {
  const restarted: EngineEvent = {
    type: 'restarted',
    seq: 0,
    tsEvent: nowMs,
    tsInit: 0,
    epoch,
    lastSeq: recovered.lastSeq,
    snapshotSeq: recovered.snapshotSeq,
    buildId: settings.buildId,
    config: boot.config,
    keepsDocument: boot.keepsDocument,
  };
  const failures = recovered.poison.map(
    ({ seq, message }): EngineEvent => ({
      type: 'step-failed',
      seq: 0,
      tsEvent: nowMs,
      tsInit: 0,
      failedSeq: seq,
      message,
    }),
  );
  return [restarted, ...failures];
}

/** A feed's socket is open and subscribed. */
export function feedConnected(source: Source, connection: number, nowMs: number): EngineEvent {
  return { type: 'feed-connected', seq: 0, tsEvent: nowMs, tsInit: 0, source, connection };
}

/** A feed's socket is gone. */
export function feedDisconnected(source: Source, connection: number, reason: string, nowMs: number): EngineEvent {
  return { type: 'feed-disconnected', seq: 0, tsEvent: nowMs, tsInit: 0, source, connection, reason };
}
