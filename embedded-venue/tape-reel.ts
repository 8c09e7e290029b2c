/** A tape that runs: records leave it once, in order, as simulated time reaches their receive time. */
import type { RawTape, TapeRecord } from './raw-tape.ts';

export interface TapeReel {
  /** Listens to one channel of one source from now on. */
  listen(source: TapeRecord['source'], channel: string, listener: (record: TapeRecord) => void): void;
  /** Hands out everything that was received up to `nowMs`. Idempotent; never goes back. */
  advanceTo(nowMs: number): void;
}

/** A reel at the tape's start. */
export function createTapeReel(tape: RawTape): TapeReel {
  const listeners = new Map<string, ((record: TapeRecord) => void)[]>();
  const records = tape.records();
  let next = records.next();
  return {
    listen: (source, channel, listener) => {
      const key = `${source}/${channel}`;
      listeners.set(key, [...(listeners.get(key) ?? []), listener]);
    },
    advanceTo: (nowMs) => {
      while (next.done !== true && next.value.recvMs <= nowMs) {
        const record = next.value;
        for (const listener of listeners.get(`${record.source}/${record.channel}`) ?? []) listener(record);
        next = records.next();
      }
    },
  };
}
