/**
 * Before the command line touches orders or money, nobody else may open new ones: all series are paused through the API, or where it
 * cannot be reached, by the runner's own latch, which only `resume` lifts (RUNTIME §7).
 */
import { API_PREFIX } from '../../../core/protocol/admin-api.ts';
import { openStopLatch } from '../../account/stop-latch.ts';
import { askRunner, type ControlRequest } from '../../control-socket.ts';
import { controlSocketPath } from '../../state-folder.ts';
import { type AccessOptions, operatorAccess } from '../api-access.ts';
import { CliProblem } from '../cli-problem.ts';
import type { Session } from './session.ts';

export interface AccountHold {
  /** Who holds the account: the objects (`api`), a runner that is up, or the latch file that the next runner reads. */
  readonly via: 'api' | 'runner' | 'latch-file';
  /** Whether a runner is up: chain calls and cancels of the whole account are its business then. */
  readonly runnerIsUp: boolean;
}

const API_TIMEOUT_MS = 5_000;

/** Pauses the account. Where no runner is up, this process has the state folder afterwards. Throws `CliProblem`. */
export async function holdAccount(session: Session, access: AccessOptions): Promise<AccountHold> {
  const commandId = `cli-${session.random.hex(8)}`;
  const isPaused = await pauseByApi(session, access, commandId);
  const path = controlSocketPath(session.folder());
  const asked = await askRunner(path, { command: 'latch', verb: 'pause', series: null, commandId });
  if (asked.ok) {
    session.out.note(isPaused ? 'All series are paused.' : 'The runner is paused.');
    return { via: isPaused ? 'api' : 'runner', runnerIsUp: true };
  }
  if (asked.error !== 'no-runner') throw new CliProblem(`The runner does not pause: ${asked.error}`);
  const { disk } = session.own();
  if (isPaused) {
    session.out.note('All series are paused; no runner is up.');
    return { via: 'api', runnerIsUp: false };
  }
  openStopLatch(disk).set(null, { verb: 'pause', commandId, confirmed: false });
  session.out.note('The API cannot be reached and no runner is up: its latch holds a pause, which `cli resume` lifts.');
  return { via: 'latch-file', runnerIsUp: false };
}

async function pauseByApi(session: Session, access: AccessOptions, commandId: string): Promise<boolean> {
  try {
    const { url, token } = operatorAccess(
      { url: access.url ?? (session.environment['WORKER_URL'] || undefined), tokenFile: access.tokenFile },
      session.environment,
    );
    session.out.hide(token);
    const response = await fetch(`${url}${API_PREFIX}/account/pause`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ commandId }),
      signal: AbortSignal.timeout(API_TIMEOUT_MS),
    });
    if (response.ok) return true;
    session.out.note(`The API at ${url} does not pause: status ${response.status}.`);
  } catch (error) {
    // The latch holds in its place; whoever gave an address and a token has to know all the same.
    if (error instanceof CliProblem && (access.url ?? access.tokenFile) !== undefined) throw error;
  }
  return false;
}

/** Asks the runner that is up. Throws `CliProblem` with its words where it refuses. */
export async function tellRunner(session: Session, request: ControlRequest): Promise<unknown> {
  const asked = await askRunner(controlSocketPath(session.folder()), request);
  if (asked.ok) return asked.value;
  throw new CliProblem(
    asked.error === 'no-runner'
      ? 'The runner has ended meanwhile: run the command again.'
      : `The runner says: ${asked.error}`,
  );
}
