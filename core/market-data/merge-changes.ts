/** Several changes of one token's book as one: the last write to a level wins, levels stay in order of their first write. */
import { InvariantError } from '../model/errors.ts';
import type { BookChanged } from '../model/market-data.ts';
import { TICKS_PER_PUSD } from '../model/price.ts';

/** The merged event carries the header and the stated touch of the newest. One event is returned as it is. */
export function mergeChanges(events: readonly BookChanged[]): BookChanged {
  const newest = events.at(-1);
  if (newest === undefined) throw new InvariantError('there are changes to merge');
  if (events.length === 1) return newest;
  const places = new Map<number, number>();
  const changes: number[] = [];
  for (const event of events) {
    for (let index = 0; index < event.changes.length; index += 3) {
      const side = event.changes[index] as number;
      const ticks = event.changes[index + 1] as number;
      const sizeMicro = event.changes[index + 2] as number;
      const level = side * (TICKS_PER_PUSD + 1) + ticks;
      const place = places.get(level);
      if (place === undefined) {
        places.set(level, changes.length);
        changes.push(side, ticks, sizeMicro);
      } else changes[place + 2] = sizeMicro;
    }
  }
  return { ...newest, changes };
}
