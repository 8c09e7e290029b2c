/**
 * `cli pause|flatten|kill|resume`: a person's verb, sent to the API, and followed until it is done. The command stands as soon as the
 * object has taken it: whoever stops watching stops nothing.
 */
import type * as z from 'zod';
import {
  API_PREFIX,
  accountCommandResultSchema,
  commandResultSchema,
  errorSchema,
} from '../../core/protocol/admin-api.ts';
import type { CommandKind, SeriesStatus } from '../../core/protocol/series-status.ts';
import { seriesStatusSchema } from '../../core/protocol/series-status-schema.ts';
import { type AccessOptions, type ApiAccess, operatorAccess } from './api-access.ts';
import { CliProblem, messageOf } from './cli-problem.ts';

export interface OperateOptions extends AccessOptions {
  /** One series; without it the whole account. */
  readonly series?: string | undefined;
  readonly json?: boolean | undefined;
  /** Ask nothing. */
  readonly yes?: boolean | undefined;
  /** Give up watching after this; the command stands. */
  readonly timeoutSeconds?: number | undefined;
}

/** What the verbs need from the outside. */
export interface OperatePorts {
  fetch(url: string, init: RequestInit): Promise<Response>;
  print(line: string): void;
  /** Progress, for people only. */
  report(line: string): void;
  /** Asks a person; `null`: nobody is there to be asked. */
  confirm(question: string): Promise<boolean | null>;
  sleep(ms: number): Promise<void>;
  monotonicMs(): number;
  commandId(): string;
  readonly environment: NodeJS.ProcessEnv;
}

/** Where one series stands with the command. */
interface Standing {
  readonly series: string;
  readonly result: 'applied' | 'duplicate' | 'refused' | 'failed';
  readonly detail: string;
  readonly done: boolean;
  readonly state: string;
}

/** How often the status is asked for, and a series that did not answer is told again. */
const POLL_MS = 1_000;
/** A flatten can last until its window ends; a kill is a matter of a minute or two. */
const DEFAULT_TIMEOUT_SECONDS = 360;

const QUESTIONS: Partial<Record<CommandKind, string>> = {
  flatten: 'Cancel everything and leave all positions now, at up to the configured cost?',
  resume: 'Lift what stops trading and trade again?',
};

/** Sends the verb and follows it; `true` once it is done everywhere. Throws `CliProblem`. */
export async function operate(kind: CommandKind, options: OperateOptions, ports: OperatePorts): Promise<boolean> {
  const access = operatorAccess(options, ports.environment);
  // A kill asks nothing, and a pause takes nothing that a resume does not give back.
  const question = QUESTIONS[kind];
  if (question !== undefined && options.yes !== true) {
    const answer = await ports.confirm(`${question} (${options.series ?? 'the whole account'})`);
    if (answer === null) throw new CliProblem(`Nobody is there to confirm: say --yes to ${kind} without being asked.`);
    if (!answer) {
      ports.report('Nothing was done.');
      return false;
    }
  }
  const commandId = ports.commandId();
  const deadlineMs = ports.monotonicMs() + (options.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS) * 1_000;
  let standings = await send(access, kind, commandId, options, ports);
  let shown = '';
  for (;;) {
    standings = await Promise.all(standings.map((standing) => look(access, kind, standing, ports)));
    const line = standings.map(({ series, state }) => `${series}: ${state}`).join('   ');
    if (line !== shown) ports.report(line);
    shown = line;
    if (standings.every(({ done }) => done) || isHopeless(standings)) break;
    if (ports.monotonicMs() >= deadlineMs) {
      ports.report(`The ${kind} stands and is not done yet: look at \`status\`.`);
      break;
    }
    await ports.sleep(POLL_MS);
    if (standings.some(({ result }) => result === 'failed')) {
      standings = await send(access, kind, commandId, options, ports);
    }
  }
  const done = standings.every((standing) => standing.done);
  if (options.json === true) ports.print(JSON.stringify({ kind, commandId, done, series: standings }));
  else ports.print(done ? `${kind}: done` : `${kind}: NOT done`);
  return done;
}

/** Nobody is left to wait for: what is not done was refused. */
function isHopeless(standings: readonly Standing[]): boolean {
  return standings.every(({ done, result }) => done || result === 'refused');
}

async function send(
  access: ApiAccess,
  kind: CommandKind,
  commandId: string,
  { series }: OperateOptions,
  ports: OperatePorts,
): Promise<Standing[]> {
  const path = series === undefined ? `/account/${kind}` : `/series/${encodeURIComponent(series)}/${kind}`;
  const init = { method: 'POST', body: JSON.stringify({ commandId }) };
  if (series !== undefined) {
    const { result, detail } = await call(access, path, init, commandResultSchema, ports);
    return [{ series, result, detail, done: false, state: result }];
  }
  const { items } = await call(access, path, init, accountCommandResultSchema, ports);
  return items.map(({ series: slug, result, detail }) => ({
    series: slug,
    result,
    detail,
    done: false,
    state: result,
  }));
}

/** How far a series is. One that refused or did not answer says why; one whose status cannot be had is asked again. */
async function look(access: ApiAccess, kind: CommandKind, standing: Standing, ports: OperatePorts): Promise<Standing> {
  if (standing.result === 'refused') return { ...standing, state: `refused: ${standing.detail}` };
  if (standing.result === 'failed') return { ...standing, state: 'does not answer, is told again' };
  try {
    const path = `/series/${encodeURIComponent(standing.series)}/status`;
    const status = await call(access, path, { method: 'GET' }, seriesStatusSchema, ports);
    return { ...standing, ...progressOf(kind, status) };
  } catch (error) {
    return { ...standing, done: false, state: `its status cannot be had: ${messageOf(error)}` };
  }
}

/** What a status says of a verb, and whether that is all there is to do. */
export function progressOf(
  kind: CommandKind,
  status: SeriesStatus,
): { readonly done: boolean; readonly state: string } {
  const open = status.openOrders.length;
  const orders = open === 0 ? 'no order open' : `${open} orders open`;
  if (kind === 'resume') {
    const reasons = status.restrictions.map(({ reason, mode }) => `${reason} (${mode})`).join(', ');
    return { done: true, state: reasons === '' ? 'active' : `resumed, still in the way: ${reasons}` };
  }
  if (kind === 'pause') return { done: open === 0, state: `paused, ${orders}` };
  const { stop } = status;
  if (status.phase === 'failed')
    return { done: false, state: `no engine runs (${status.detail}); the ${kind} is kept` };
  if (stop === null) return { done: false, state: `no ${kind} stands any more: somebody has resumed` };
  if (kind === 'kill') {
    const seen = stop.openAtVenue === null ? '' : `, ${stop.openAtVenue} at the venue, ${stop.unknown ?? 0} unknown`;
    return { done: stop.confirmed, state: `${stop.confirmed ? 'killed' : 'waiting for the venue'}: ${orders}${seen}` };
  }
  const held = stop.held.map(({ outcome, reason }) => `${outcome} held: ${reason}`).join(' ');
  const merging = stop.mergingMicro === 0 ? '' : ', merging sets';
  const state = `${stop.confirmed ? 'flattened' : 'leaving'}: ${orders}${merging}${held === '' ? '' : `; ${held}`}`;
  return { done: stop.confirmed, state };
}

/** Calls the API; what it answers is of `schema`. Throws `CliProblem`. */
export async function call<Schema extends z.ZodType>(
  { url, token }: ApiAccess,
  path: string,
  init: { readonly method: string; readonly body?: string },
  schema: Schema,
  ports: Pick<OperatePorts, 'fetch'>,
): Promise<z.output<Schema>> {
  const headers: Record<string, string> = { authorization: `Bearer ${token}` };
  if (init.body !== undefined) headers['content-type'] = 'application/json';
  let response: Response;
  try {
    response = await ports.fetch(`${url}${API_PREFIX}${path}`, { ...init, headers });
  } catch (cause) {
    throw new CliProblem(
      `Nothing answers at ${url}, so the object was not told: give --url, or stop the runner itself with \`cli cancel\`.`,
      { cause },
    );
  }
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) {
    const refusal = errorSchema.safeParse(body);
    const why = refusal.success ? refusal.data.error.message : `status ${response.status}`;
    throw new CliProblem(`The API refuses ${path}: ${why}`);
  }
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new CliProblem(
    `The API's answer to ${path} is not understood: this CLI and the Worker are of different releases.`,
  );
}
