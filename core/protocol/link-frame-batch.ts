/**
 * Messages into frames: what hurries leaves at once, with everything that waited before it; the rest waits `FRAME_CLOSE_MS` at most for
 * company. A single message a frame would cost the object more than its engine does (RUNTIME §7).
 */
import { FRAME_CLOSE_MS } from './runner-link.ts';

export interface LinkFrameBatch<Message> {
  /** In the next frame. */
  soon(message: Message): void;
  /** In a frame of this moment, in order, behind what waits. */
  now(...messages: Message[]): void;
  /** Forgets what waits: its socket is gone. */
  drop(): void;
}

/** `after` waits real milliseconds and returns a function that cancels; `emit` sends one frame's messages. */
export function createLinkFrameBatch<Message>(
  after: (delayWallMs: number, callback: () => void) => () => void,
  emit: (messages: readonly Message[]) => void,
): LinkFrameBatch<Message> {
  let waiting: Message[] = [];
  let cancel: (() => void) | null = null;

  function close(): void {
    cancel?.();
    cancel = null;
    const messages = waiting;
    waiting = [];
    if (messages.length > 0) emit(messages);
  }

  return {
    soon(message) {
      waiting.push(message);
      cancel ??= after(FRAME_CLOSE_MS, close);
    },
    now(...messages) {
      waiting.push(...messages);
      close();
    },
    drop() {
      cancel?.();
      cancel = null;
      waiting = [];
    },
  };
}
