/** The user channel for a command: what it has said, and waiting for what it shall say. */
import type { UserChannelMessage } from '../../clob/clob-client.ts';
import { createUserChannel } from '../../clob/user-channel.ts';
import type { StoredCredentials } from '../../credentials-file.ts';
import type { Session } from './session.ts';
import { accountAddress } from './wallet-access.ts';

export interface UserWatch {
  /** Why it is not open; `null`: it is. */
  readonly problem: string | null;
  readonly messages: readonly UserChannelMessage[];
  /** The first message, past or to come, that `wanted` accepts; `null` after so much wall time. */
  find(wanted: (message: UserChannelMessage) => boolean, withinMs: number): Promise<UserChannelMessage | null>;
  stop(): void;
}

/** Opens it and waits until it stands, or for so much wall time. */
export async function watchUserChannel(
  session: Session,
  stored: StoredCredentials,
  withinMs: number,
): Promise<UserWatch> {
  const { settings, sockets, clock, timers, random } = session;
  const messages: UserChannelMessage[] = [];
  const listeners = new Set<() => void>();
  const funderAddress = await accountAddress(session);
  let problem: string | null = `it did not open within ${Math.round(withinMs / 1_000)} s`;
  const channel = createUserChannel({
    url: settings.addresses.userChannelUrl,
    credentials: stored.credentials,
    identity: { apiKey: stored.credentials.key, funderAddress },
    sockets,
    clock,
    timers,
    random,
    handlers: {
      onMessage(message) {
        messages.push(message);
        for (const listener of [...listeners]) listener();
      },
      onState(state, detail) {
        problem = state === 'open' ? null : detail;
        for (const listener of [...listeners]) listener();
      },
      onRejected: (rejected) => session.out.note(`A message of the user channel cannot be read: ${rejected.detail}.`),
    },
  });
  const until = <T>(look: () => T | null, forMs: number): Promise<T | null> =>
    new Promise((resolve) => {
      const listener = (): void => {
        const seen = look();
        if (seen === null) return;
        listeners.delete(listener);
        cancelTimer();
        resolve(seen);
      };
      const cancelTimer = timers.after(forMs, () => {
        listeners.delete(listener);
        resolve(null);
      });
      listeners.add(listener);
      listener();
    });
  const opened = until(() => (problem === null ? true : null), withinMs);
  channel.start();
  await opened;
  return {
    get problem() {
      return problem;
    },
    messages,
    find: (wanted, forMs) => until(() => messages.find(wanted) ?? null, forMs),
    stop: () => channel.stop(),
  };
}
