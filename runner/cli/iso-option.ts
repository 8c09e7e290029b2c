/** Moments on the command line. */
import { CliProblem } from './cli-problem.ts';

/** Unix milliseconds of an ISO 8601 moment with its zone, such as `2026-07-01T12:00:00Z`. Throws `CliProblem`. */
export function parseIsoMs(option: string, text: string): number {
  const ms = /(?:Z|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw new CliProblem(`${option} ${text} is no moment: write it as 2026-07-01T12:00:00Z.`);
  return ms;
}
