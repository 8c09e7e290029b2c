/**
 * The bus behind the journal: stored records fan out to whoever watches (live stream, metrics, link). The engine and the tape are
 * served before it, in the pipeline; a subscriber here can never hold or lose what decides.
 */
import type { JournalRecord } from '../core/engine/journal/record.ts';

export type RecordSubscriber = (record: JournalRecord) => void;

export interface Bus {
  /** Returns the function that ends the subscription. */
  subscribe(subscriber: RecordSubscriber): () => void;
  publish(records: readonly JournalRecord[]): void;
}

/** A subscriber that throws is told to `onError` and does not disturb the others. */
export function createBus(onError: (error: unknown) => void): Bus {
  const subscribers = new Set<RecordSubscriber>();
  return {
    subscribe(subscriber) {
      subscribers.add(subscriber);
      return () => subscribers.delete(subscriber);
    },
    publish(records) {
      for (const subscriber of subscribers) {
        try {
          for (const record of records) subscriber(record);
        } catch (error) {
          onError(error);
        }
      }
    },
  };
}
