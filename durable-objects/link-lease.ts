/**
 * The lease that lets the runner send for this series: renewed every second, and only after something was stored, so that an object
 * which was superseded fails on its storage and gives none (RUNTIME §7).
 */
import { LEASE_RENEWAL_MS, LEASE_TTL_MS } from '../core/protocol/runner-link.ts';
import type { MetaStore } from './meta-store.ts';
import type { ClockPort, TimersPort } from './ports.ts';
import type { RowCounter } from './row-counter.ts';

/** A renewal follows a write that is no older than this. Wall time. */
const WRITTEN_WITHIN_MS = 2_000;

export interface LinkLease {
  /** Sends the first renewal at once, and one every second until `stop`. */
  start(): void;
  /** The runner has received this renewal; returns the wall time at which it was sent, `null` for one that is answered already. */
  acknowledged(number: number): number | null;
  stop(): void;
}

export interface LinkLeaseDeps {
  readonly epoch: number;
  readonly clock: ClockPort;
  readonly timers: TimersPort;
  readonly meta: Pick<MetaStore, 'set'>;
  readonly counter: RowCounter;
  /** False while the engine cannot lead: then the runner is left to cancel. */
  mayLead(): boolean;
  send(number: number): void;
  /** No answer for as long as a lease is good: nobody is there. */
  onSilent(): void;
}

export function createLinkLease(deps: LinkLeaseDeps): LinkLease {
  const { clock, timers, counter } = deps;
  let number = 0;
  let cancel: (() => void) | null = null;
  let seenWritten = -1;
  let seenAtWallMs = 0;
  let answeredWallMs = 0;
  const sentWallMs = new Map<number, number>();

  /** Makes sure that storage still takes what we write. Throws what storage throws. */
  function prove(): void {
    const nowMs = clock.wallMs();
    const isProven = counter.written !== seenWritten && nowMs - seenAtWallMs <= WRITTEN_WITHIN_MS;
    if (!isProven || seenWritten < 0) deps.meta.set('link-lease', `${deps.epoch}:${number}`);
    seenWritten = counter.written;
    seenAtWallMs = nowMs;
  }

  function renew() {
    cancel = timers.after(LEASE_RENEWAL_MS, renew);
    const nowMs = clock.wallMs();
    if (nowMs - answeredWallMs >= LEASE_TTL_MS) return deps.onSilent();
    if (!deps.mayLead()) {
      // Silence is ours then, not the runner's.
      answeredWallMs = nowMs;
      return;
    }
    number++;
    prove();
    sentWallMs.set(number, nowMs);
    deps.send(number);
  }

  return {
    start() {
      answeredWallMs = clock.wallMs();
      seenWritten = -1;
      sentWallMs.clear();
      renew();
    },
    acknowledged(acknowledged) {
      const sent = sentWallMs.get(acknowledged);
      if (sent === undefined) return null;
      answeredWallMs = clock.wallMs();
      for (const earlier of sentWallMs.keys()) if (earlier <= acknowledged) sentWallMs.delete(earlier);
      return sent;
    },
    stop() {
      cancel?.();
      cancel = null;
    },
  };
}
