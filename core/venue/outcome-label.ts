/** The venue's words for the two outcomes. Source: Gamma and market channel docs, notes of 2026-11-23 §5.1, §6. */
import type { Outcome } from '../model/window.ts';

/** The outcome that a label names, or `null` for a label that is neither. */
export function outcomeOfLabel(text: unknown): Outcome | null {
  if (text === 'Up') return 'up';
  if (text === 'Down') return 'down';
  return null;
}
