/**
 * The one transaction that is on its way, kept on disk before it is sent: a runner that is started again looks for it and never sends
 * its calls anew under another nonce.
 */
import * as z from 'zod';
import type { DiskPort } from '../ports.ts';

const FILE = 'pending-transaction.json';

const schema = z.strictObject({
  nonce: z.int().nonnegative(),
  label: z.string(),
  /** Every signed form of it, oldest first: the same nonce with a higher fee each. At most one of them can be mined. */
  attempts: z.array(z.strictObject({ hash: z.string(), raw: z.string() })).min(1),
});

export type PendingTransaction = z.infer<typeof schema>;

export interface PendingStore {
  load(): PendingTransaction | null;
  save(pending: PendingTransaction): void;
  clear(): void;
}

/** The store in the runner's state folder. Throws when the file is damaged: guessing could send twice. */
export function createPendingStore(disk: DiskPort): PendingStore {
  return {
    load() {
      const text = disk.read(FILE);
      return text === null ? null : schema.parse(JSON.parse(text));
    },
    save: (pending) => disk.write(FILE, JSON.stringify(pending)),
    clear: () => disk.remove(FILE),
  };
}
