/**
 * What the displayed book lets us have. The venue's book does not know our simulated orders: what we took stays displayed, and
 * a book that should have hit our order simply moves past it. These two rules say what is made of that.
 */
import type { SizeMicro } from '../model/money.ts';
import type { PriceTicks } from '../model/price.ts';
import type { Assumptions } from './assumptions.ts';

export interface FillModel {
  /** How much of a level still counts as taken by us after its displayed size changed. */
  takenAfterChange(takenMicro: SizeMicro, beforeMicro: SizeMicro, afterMicro: SizeMicro): SizeMicro;
  /** How far beyond our resting price the opposite side must stand before it counts as having hit us. */
  readonly crossedByTicks: PriceTicks;
}

/** Only what was added since is new; what vanished was the part that we had left. */
const takenStays: FillModel['takenAfterChange'] = (takenMicro, _beforeMicro, afterMicro) =>
  Math.min(takenMicro, afterMicro);

/** Any change says that the level was made anew. */
const takenIsRefilled: FillModel['takenAfterChange'] = (takenMicro, beforeMicro, afterMicro) =>
  beforeMicro === afterMicro ? takenMicro : 0;

export const FILL_MODELS: Readonly<Record<Assumptions, FillModel>> = {
  pessimistic: { takenAfterChange: takenStays, crossedByTicks: 1 },
  expected: { takenAfterChange: takenIsRefilled, crossedByTicks: 1 },
  optimistic: { takenAfterChange: takenIsRefilled, crossedByTicks: 0 },
};
