/**
 * The live stream of a series: what happens, for people who watch. One JSON message a frame; facts one by one, quotes coalesced to
 * the latest of each kind a few times a second. Nothing decides on it.
 */
import type { Fact } from '../model/fact.ts';

export type LiveMessage =
  /** The latest event of a kind since the last frame, and how many there were. */
  | { readonly type: 'market-data'; readonly kind: string; readonly count: number; readonly event: unknown }
  /** One execution report, command or change of a connection. */
  | { readonly type: 'event'; readonly event: unknown }
  | { readonly type: 'decision'; readonly decision: unknown }
  | { readonly type: 'order'; readonly action: 'submit' | 'cancel'; readonly detail: unknown }
  | { readonly type: 'fact'; readonly fact: Fact }
  | { readonly type: 'alert'; readonly alert: unknown };
