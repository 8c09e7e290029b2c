/** What may be lost, counted at the worst case before each order and never given back: an order that was cancelled may have matched. */
import { invariant } from '../../../core/model/errors.ts';
import type { MoneyMicro } from '../../../core/model/money.ts';

export interface Budget {
  readonly limitMicro: MoneyMicro;
  readonly committedMicro: MoneyMicro;
  /** Commits it, or leaves everything as it is where it does not fit any more. */
  take(worstCaseMicro: MoneyMicro): boolean;
}

/** A budget of which nothing is committed. */
export function createBudget(limitMicro: MoneyMicro): Budget {
  let committedMicro = 0;
  return {
    limitMicro,
    get committedMicro() {
      return committedMicro;
    },
    take(worstCaseMicro) {
      invariant(Number.isSafeInteger(worstCaseMicro) && worstCaseMicro >= 0, 'a worst case is an amount', {
        worstCaseMicro,
      });
      if (committedMicro + worstCaseMicro > limitMicro) return false;
      committedMicro += worstCaseMicro;
      return true;
    },
  };
}
