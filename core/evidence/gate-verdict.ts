/**
 * A signed gate verdict: somebody's word, outside of the series, that a strategy may trade live beyond a probe. Learned model, pricing model
 * and market maker alike need one. Whoever hands it in has verified its signature: one that is not verified is `null`.
 */
import type { UnixMs } from '../model/time.ts';

export interface GateVerdict {
  readonly series: string;
  readonly strategy: string;
  /** What was judged. */
  readonly subject: 'learned-model' | 'pricing-model' | 'market-maker';
  readonly decision: 'go' | 'no-go';
  /** Id of the key that signed it. */
  readonly keyId: string;
  readonly issuedMs: UnixMs;
  readonly expiresMs: UnixMs;
}

/** Why the verdict does not open the gate for this strategy, as one sentence; `null` when it does. */
export function gateRefusal(
  verdict: GateVerdict | null,
  { series, strategy, nowMs }: { readonly series: string; readonly strategy: string; readonly nowMs: UnixMs },
): string | null {
  if (verdict === null)
    return `There is no signed gate verdict for ${strategy}: beyond a probe nothing trades live without one.`;
  if (verdict.series !== series || verdict.strategy !== strategy)
    return `The signed gate verdict is for ${verdict.strategy} in ${verdict.series}, not for ${strategy} in ${series}.`;
  if (verdict.decision !== 'go') return `The signed gate verdict on ${strategy} is no-go.`;
  if (nowMs < verdict.issuedMs) return `The signed gate verdict on ${strategy} is not valid yet: compare the clocks.`;
  if (nowMs >= verdict.expiresMs) return `The signed gate verdict on ${strategy} has expired: have a new one signed.`;
  return null;
}
