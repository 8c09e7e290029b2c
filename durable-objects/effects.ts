/**
 * What stored outputs do to the world. Each effect is idempotent or comes back as an event; none decides anything. Consequences that
 * take time (a request to Gamma) return to the pipeline as events.
 */
import type { JournalRecord } from '../core/engine/journal/record.ts';
import type { Output } from '../core/engine/outputs.ts';
import type { MarketSlug } from '../core/model/identifiers.ts';
import type { AlertLog } from './alert-log.ts';

export interface EffectPorts {
  readonly alerts: AlertLog;
  /** The set of subscribed markets changed. */
  subscribe(): void;
  requestMarkets(slugs: readonly MarketSlug[]): void;
  /** A window was closed: the moment for a snapshot and a checkpoint. */
  onWindowClosed(): void;
}

/** Performs the effects of stored records, in order. Orders leave through the link, which reads the same records. */
export function performEffects(records: readonly JournalRecord[], ports: EffectPorts): void {
  let subscriptionChanged = false;
  let windowClosed = false;
  for (const { event, outputs } of records) {
    for (const output of outputs) {
      if (output.type === 'subscribe-market' || output.type === 'unsubscribe-market') subscriptionChanged = true;
      if (output.type === 'close-window') windowClosed = true;
      perform(output, event.seq, event.tsInit, ports);
    }
  }
  if (subscriptionChanged) ports.subscribe();
  if (windowClosed) ports.onWindowClosed();
}

function perform(output: Output, seq: number, atMs: number, ports: EffectPorts): void {
  if (output.type === 'request-markets') ports.requestMarkets(output.slugs);
  if (output.type === 'raise-alert') {
    const { code, severity, detail } = output;
    ports.alerts.add({ seq, atMs, code, severity, detail });
  }
}
