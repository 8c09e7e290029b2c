/** The last alerts, for the status: raised in the engine or by the shell, logged at once, delivered with operations. */
import type { AlertStatus } from '../core/protocol/series-status.ts';
import type { LogPort } from './ports.ts';

/** Kept for the status; the journal has all of the engine's. */
const KEPT_ALERTS = 100;

export interface AlertLog {
  add(alert: AlertStatus): void;
  /** Newest first. */
  newest(): readonly AlertStatus[];
}

export function createAlertLog(log: LogPort): AlertLog {
  let alerts: readonly AlertStatus[] = [];
  return {
    add(alert) {
      alerts = [alert, ...alerts].slice(0, KEPT_ALERTS);
      const level = alert.severity === 'critical' ? 'error' : alert.severity === 'warning' ? 'warn' : 'info';
      log.log(level, alert.code, { code: alert.code, severity: alert.severity, detail: alert.detail, seq: alert.seq });
    },
    newest: () => alerts,
  };
}
