/**
 * Whose place at the link it is. One runner at a time: another one waits until nothing that the first may still have on its way can
 * arrive (RUNTIME §7). The holder's name outlives the object; when it last had a lease does not, so that a boot counts from itself.
 */
import { TAKEOVER_WAIT_MS } from '../core/protocol/runner-link.ts';
import type { MetaStore } from './meta-store.ts';
import type { ClockPort } from './ports.ts';

export interface LinkPlace {
  /** Real milliseconds until this runner may be welcomed: 0 for the holder itself. */
  waitMs(runnerId: string): number;
  /** From here on the place is this runner's. Stored before it returns. */
  take(runnerId: string): void;
  /** The holder was given a lease just now. */
  granted(): void;
}

export function createLinkPlace(meta: Pick<MetaStore, 'get' | 'set'>, clock: Pick<ClockPort, 'wallMs'>): LinkPlace {
  let holder = meta.get('link-holder');
  let lastGrantWallMs = clock.wallMs();
  return {
    waitMs(runnerId) {
      if (holder === null || holder === runnerId) return 0;
      return Math.max(0, lastGrantWallMs + TAKEOVER_WAIT_MS - clock.wallMs());
    },
    take(runnerId) {
      meta.set('link-holder', runnerId);
      holder = runnerId;
    },
    granted() {
      lastGrantWallMs = clock.wallMs();
    },
  };
}
