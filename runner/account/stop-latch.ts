/** Which verb holds, by series and by account (DESIGN §3.9). A file: it outlives the process, and only `resume` lifts it. */
import * as z from 'zod';
import type { SeriesSlug } from '../../core/model/identifiers.ts';
import type { LinkVerb } from '../../core/protocol/runner-link.ts';
import type { DiskPort } from '../ports.ts';
import type { Restriction } from './restrictions.ts';

export type LatchedVerb = Exclude<LinkVerb, 'resume'>;

export interface Latch {
  readonly verb: LatchedVerb;
  readonly commandId: string;
  /** A kill that the venue has shown to be done. */
  readonly confirmed: boolean;
}

/** `null`: the whole account. */
export type LatchScope = SeriesSlug | null;

export interface StopLatch {
  get(scope: LatchScope): Latch | null;
  /** A weaker verb does not replace a stronger one. Returns what holds now. */
  set(scope: LatchScope, latch: Latch): Latch;
  lift(scope: LatchScope): void;
  confirm(scope: LatchScope): void;
  /** What a series may do under both latches. */
  restrictionOf(series: SeriesSlug): Restriction;
  all(): readonly { readonly scope: LatchScope; readonly latch: Latch }[];
}

export const LATCH_FILE = 'latch.json';

const latchSchema = z.object({
  verb: z.enum(['pause', 'flatten', 'kill']),
  commandId: z.string(),
  confirmed: z.boolean(),
});
const fileSchema = z.object({ account: latchSchema.nullable(), series: z.record(z.string(), latchSchema) });

const RANK = { pause: 1, flatten: 2, kill: 3 } as const satisfies Record<LatchedVerb, number>;
const MODE = { pause: 'reducing', flatten: 'reducing', kill: 'halted' } as const satisfies Record<
  LatchedVerb,
  Restriction['mode']
>;

/** Reads the file. One that cannot be read holds everything: a stop must not be lost with it. */
export function openStopLatch(disk: DiskPort): StopLatch {
  const latches = new Map<LatchScope, Latch>(read(disk.read(LATCH_FILE)));
  const save = (): void => {
    const series = Object.fromEntries([...latches].filter(([scope]) => scope !== null));
    disk.write(LATCH_FILE, `${JSON.stringify({ account: latches.get(null) ?? null, series })}\n`);
  };
  return {
    get: (scope) => latches.get(scope) ?? null,
    set(scope, latch) {
      const now = latches.get(scope);
      if (now !== undefined && RANK[now.verb] > RANK[latch.verb]) return now;
      latches.set(scope, latch);
      save();
      return latch;
    },
    lift(scope) {
      if (latches.delete(scope)) save();
    },
    confirm(scope) {
      const now = latches.get(scope);
      if (now === undefined || now.confirmed) return;
      latches.set(scope, { ...now, confirmed: true });
      save();
    },
    restrictionOf(series) {
      const held = [latches.get(null), latches.get(series)].filter((latch) => latch !== undefined);
      const [strictest] = held.sort((a, b) => RANK[b.verb] - RANK[a.verb]);
      if (strictest === undefined) return { mode: 'active', detail: '' };
      return { mode: MODE[strictest.verb], detail: `The runner holds a ${strictest.verb}: only resume lifts it.` };
    },
    all: () => [...latches].map(([scope, latch]) => ({ scope, latch })),
  };
}

function read(text: string | null): [LatchScope, Latch][] {
  if (text === null) return [];
  try {
    const { account, series } = fileSchema.parse(JSON.parse(text));
    const entries: [LatchScope, Latch][] = Object.entries(series).map(([slug, latch]) => [slug as SeriesSlug, latch]);
    if (account !== null) entries.push([null, account]);
    return entries;
  } catch {
    // Said aloud by the restriction that it becomes.
    return [[null, { verb: 'kill', commandId: 'unreadable-latch-file', confirmed: false }]];
  }
}
