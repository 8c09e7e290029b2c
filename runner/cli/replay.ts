/** `cli replay`: fetches the history of a series and takes its decisions again (RUNTIME §3). */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { API_PREFIX, errorSchema } from '../../core/protocol/admin-api.ts';

import { type AccessOptions, operatorAccess } from './api-access.ts';
import { CliProblem, messageOf } from './cli-problem.ts';
import { auditHistory, type HistoryAudit, readHistory } from './history-audit.ts';
import { historyCompression } from './history-compression.ts';

export interface ReplayOptions extends AccessOptions {
  readonly series: string;
  /** Read from here when the file exists, else downloaded and kept here. */
  readonly file?: string | undefined;
  readonly json?: boolean | undefined;
}

/** Runs the audit and prints it; `true` when every decision came out the same. Throws `CliProblem`. */
export async function replay(options: ReplayOptions, print: (line: string) => void): Promise<boolean> {
  const bytes = await loadHistory(options);
  const history = readHistory(bytes);
  if (!history.ok) throw new CliProblem(history.error);
  const startedMs = performance.now();
  const audit = auditHistory(history.value, historyCompression);
  if (!audit.ok) throw new CliProblem(audit.error);
  const seconds = (performance.now() - startedMs) / 1_000;
  if (options.json === true) print(JSON.stringify(audit.value));
  else for (const line of describeAudit(audit.value, bytes.length, seconds)) print(line);
  return audit.value.difference === null;
}

async function loadHistory(options: ReplayOptions): Promise<Uint8Array> {
  const { file } = options;
  if (file !== undefined && existsSync(file)) return readFileSync(file);
  const bytes = await downloadHistory(options);
  if (file !== undefined) writeFileSync(file, bytes);
  return bytes;
}

async function downloadHistory(options: ReplayOptions): Promise<Uint8Array> {
  const { url, token } = operatorAccess(options, process.env);
  let response: Response;
  try {
    response = await fetch(`${url}${API_PREFIX}/series/${encodeURIComponent(options.series)}/history`, {
      headers: { authorization: `Bearer ${token}` },
    });
  } catch (cause) {
    throw new CliProblem(`Nothing answers at ${url}: start \`make run\`, or give --url.`, { cause });
  }
  if (!response.ok) throw new CliProblem(`The API refuses the history: ${await refusalOf(response)}`);
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    throw new CliProblem(`The download broke off (${messageOf(cause)}): try again.`, { cause });
  }
}

async function refusalOf(response: Response): Promise<string> {
  const parsed = errorSchema.safeParse(await response.json().catch(() => null));
  return parsed.success ? parsed.data.error.message : `status ${response.status}`;
}

/** The audit for a person. */
export function describeAudit(audit: HistoryAudit, bytes: number, seconds: number): string[] {
  const lines = [
    `history    ${bytes} bytes, ${audit.rows} rows, records ${audit.firstSeq} to ${audit.lastSeq}`,
    `records    ${audit.records}, ${audit.restarts} boots, ${audit.skipped} left out, in ${seconds.toFixed(2)} s`,
    `decisions  ${audit.decisions}`,
    `build      ${audit.buildIds.join(', ') || 'not in this part of the history'}`,
    `hash       ${audit.hash}`,
  ];
  if (audit.rowsWithGaps > 0) lines.push(`gaps       ${audit.rowsWithGaps} rows lack market data`);
  const { difference } = audit;
  if (difference === null) return [...lines, 'result     every decision is the same'];
  return [
    ...lines,
    `result     DIFFERENT at record ${difference.seq} (${difference.eventType})`,
    `recorded   ${difference.recorded}`,
    `replayed   ${difference.replayed}`,
  ];
}
