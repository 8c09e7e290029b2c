/** Small settings and marks of the object, one row each. Values are texts; a mark that does not change is not written again. */
import { InvariantError } from '../core/model/errors.ts';
import type { SqlPort } from './ports.ts';
import type { RowCounter } from './row-counter.ts';
import { textColumn } from './sql-values.ts';

/** Every key there is, so that no two parts use one for different things. */
export type MetaKey =
  | 'epoch'
  | 'series'
  | 'settings'
  | 'build-id'
  | 'archive'
  | 'blob-pruning'
  | 'skipped-seqs'
  | 'link-holder'
  | 'link-lease'
  | 'link-facts';

export interface MetaStore {
  get(key: MetaKey): string | null;
  set(key: MetaKey, value: string): void;
  /** Epoch of the last boot; 0 before the first. */
  epoch(): number;
  /** Raises the epoch by one, stored before it is returned: each boot has its own (RUNTIME §5). */
  nextEpoch(): number;
}

/** The tables must be up to date: open the journal first. */
export function createMetaStore(sql: SqlPort, counter: RowCounter): MetaStore {
  const get = (key: MetaKey): string | null => {
    const row = sql.exec('SELECT value FROM meta WHERE key = ?', key)[0];
    return row === undefined ? null : textColumn(row, 'value');
  };
  const set = (key: MetaKey, value: string): void => {
    if (get(key) === value) return;
    sql.exec(
      'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
      key,
      value,
    );
    counter.written++;
  };
  const epoch = (): number => {
    const text = get('epoch');
    const value = text === null ? 0 : Number(text);
    if (text === '' || !Number.isSafeInteger(value) || value < 0) {
      throw new InvariantError('the stored epoch is no number', { text });
    }
    return value;
  };
  return {
    get,
    set,
    epoch,
    nextEpoch() {
      const next = epoch() + 1;
      set('epoch', `${next}`);
      return next;
    },
  };
}
