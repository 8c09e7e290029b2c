/** How old what a feed says is, by the source's own time. */
import type { MarketDataEvent } from '../../../core/model/market-data.ts';
import type { ClockPort } from '../../ports.ts';
import { type CheckResult, passed } from './check.ts';

/** A feed has to say something within this, wall time: the slowest of them speaks each second, or when something happens. */
export const FRESH_WITHIN_MS = 15_000;
/** What it says has to be younger than this, wall time: the books' own limit for trading (core/config/defaults.ts). */
const OLDEST_MS = 10_000;
export const NETWORK = 'look at network, proxy and firewall';

export interface Freshness {
  readonly ageMs: number;
}

/** The age of the newest event, where it is young enough to trade on; `null`: wait for more. */
export function freshness(events: readonly MarketDataEvent[], clock: ClockPort): Freshness | null {
  const newest = Math.max(...events.map(({ tsEvent }) => tsEvent));
  if (!Number.isFinite(newest)) return null;
  const ageMs = (clock.now() - newest) / clock.speed;
  return ageMs <= OLDEST_MS ? { ageMs } : null;
}

export const isFresh = ({ ageMs }: Freshness): CheckResult => passed(`fresh, ${Math.max(0, Math.round(ageMs))} ms old`);
