/** Which events are execution reports: what the end of the order path says. */
import type { ExecutionReport } from '../model/report.ts';
import type { EngineEvent } from './events.ts';

/** True for an execution report. */
export function isExecutionReport(event: EngineEvent): event is ExecutionReport {
  switch (event.type) {
    case 'order-accepted':
    case 'order-rejected':
    case 'order-filled':
    case 'order-canceled':
    case 'cancel-rejected':
    case 'submission-unknown':
    case 'expired-unsent':
    case 'fill-settlement-changed':
    case 'order-absent':
      return true;
    default:
      return false;
  }
}
