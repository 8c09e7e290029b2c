/**
 * What can be lost, counted before it happens. A binary loses its whole stake, so for each outcome that could win we ask what
 * the window would then have cost, with every order that may still fill taken as filling exactly when that hurts:
 * positions + resting + in flight + unknown (DESIGN §3.4, §3.13).
 */
import type { MoneyMicro, SizeMicro } from '../model/money.ts';
import { costRoundedUp, proceedsRoundedDown } from '../model/money.ts';
import type { OrderIntent } from '../model/order.ts';
import type { Outcome } from '../model/window.ts';

/** Holdings of one window: shares of each outcome, and what all of them together have cost so far, fees included. */
export interface Holdings {
  readonly upMicro: SizeMicro;
  readonly downMicro: SizeMicro;
  /** Money paid minus money received so far; negative when we are ahead. */
  readonly netPaidMicro: MoneyMicro;
}

/** What of an order may still fill. */
export interface OpenExposure {
  readonly intent: Pick<OrderIntent, 'outcome' | 'side' | 'priceTicks' | 'amount'>;
  /** Shares left, or pUSD left for an order that spends money. */
  readonly remainingMicro: number;
  /** Largest fee that filling the rest could cost. */
  readonly maxFeeMicro: MoneyMicro;
}

/** Cost of everything of `open` that could fill and then be worthless if `winner` wins. */
function lossIfFilled(open: OpenExposure, winner: Outcome): MoneyMicro {
  const { intent, remainingMicro, maxFeeMicro } = open;
  const wins = intent.outcome === winner;
  if (intent.side === 'buy') {
    // A bought winner pays 1 and cost at most 1: filling it never adds to the loss, save for its fee.
    if (wins) return maxFeeMicro;
    const cost = intent.amount.unit === 'pusd' ? remainingMicro : costRoundedUp(intent.priceTicks, remainingMicro);
    return cost + maxFeeMicro;
  }
  // A sold winner gives up 1 for its price; a sold loser brings money in.
  if (!wins) return maxFeeMicro;
  return remainingMicro - proceedsRoundedDown(intent.priceTicks, remainingMicro) + maxFeeMicro;
}

/** Worst loss of one window over both outcomes and over every subset of its open orders filling; never below 0. */
export function worstLossMicro(holdings: Holdings, open: readonly OpenExposure[]): MoneyMicro {
  return Math.max(0, worstResultMicro(holdings, open));
}

/** The same without its floor: negative where even the worst outcome leaves a gain. What lowers it takes risk away. */
export function worstResultMicro(holdings: Holdings, open: readonly OpenExposure[]): MoneyMicro {
  return Math.max(lossIf('up', holdings, open), lossIf('down', holdings, open));
}

/** What the window costs if `winner` wins and its open orders fill exactly when that hurts; negative for a gain. */
export function lossIf(winner: Outcome, holdings: Holdings, open: readonly OpenExposure[]): MoneyMicro {
  let loss = holdings.netPaidMicro - (winner === 'up' ? holdings.upMicro : holdings.downMicro);
  for (const order of open) loss += lossIfFilled(order, winner);
  return loss;
}

/** Cash that an order could take from the account: what it may pay, fee included. A sale takes its fee at most. */
export function cashNeededMicro(open: OpenExposure): MoneyMicro {
  const { intent, remainingMicro, maxFeeMicro } = open;
  if (intent.side === 'sell') return maxFeeMicro;
  const cost = intent.amount.unit === 'pusd' ? remainingMicro : costRoundedUp(intent.priceTicks, remainingMicro);
  return cost + maxFeeMicro;
}
