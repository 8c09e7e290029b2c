/** One socket, opened to see something and closed again. */
import type { Socket } from '../../ports.ts';
import type { Session } from './session.ts';

export interface SocketQuestion<T> {
  readonly url: string;
  /** Sent when it is open. */
  readonly opening: readonly string[];
  /** Looks at a frame: a value ends the question; `send` answers in turn. */
  onFrame(frame: string, send: (frame: string) => void): T | null;
  /** A keep-alive that the venue wants. */
  readonly ping?: { readonly frame: string; readonly everyMs: number };
}

/** What was seen, or in one clause why nothing was. Wall time. */
export type SocketAnswer<T> = { readonly seen: T } | { readonly seen: null; readonly detail: string };

/** Asks, and waits so long for what is wanted. */
export function readSocket<T>(
  session: Session,
  question: SocketQuestion<T>,
  withinMs: number,
): Promise<SocketAnswer<T>> {
  return new Promise((resolve) => {
    let frames = 0;
    let isOpen = false;
    let settled = false;
    const stops: (() => void)[] = [];
    const settle = (answer: SocketAnswer<T>): void => {
      if (settled) return;
      settled = true;
      for (const stop of stops) stop();
      socket.close();
      resolve(answer);
    };
    const keepAlive = (): void => {
      const { ping } = question;
      if (ping === undefined || settled) return;
      stops.push(
        session.timers.after(ping.everyMs, () => {
          socket.send(ping.frame);
          keepAlive();
        }),
      );
    };
    stops.push(
      session.timers.after(withinMs, () => {
        const what = isOpen ? `${frames} frames came, and not what was wanted` : 'no connection';
        settle({ seen: null, detail: `${what} within ${Math.round(withinMs / 1_000)} s` });
      }),
    );
    const socket: Socket = session.sockets.open(question.url, {
      onOpen() {
        isOpen = true;
        for (const frame of question.opening) socket.send(frame);
        keepAlive();
      },
      onMessage(frame) {
        if (settled) return;
        frames++;
        const seen = question.onFrame(frame, (text) => socket.send(text));
        if (seen !== null) settle({ seen });
      },
      onClose(code, reason, status) {
        const detail = status === null ? `closed with ${code} ${reason}`.trim() : `refused with HTTP ${status}`;
        settle({ seen: null, detail });
      },
    });
  });
}
