/** Holds the object's books to what the venue did: each match once and as it was, no order beyond its size, no end taken back, no money made. */
import type { DurableState, WindowState } from '../../../core/engine/state.ts';
import { isEnded, ORDER_ROWS } from '../../../core/execution/order-machine.ts';
import type { Match } from '../../../core/portfolio/window-book.ts';
import { paidMicro } from '../../../core/portfolio/window-book.ts';
import type { Findings } from './properties.ts';
import type { VenueTruth } from './venue-truth.ts';

/**
 * Rows of the table by which an end is corrected. Those that contradict what was said before, and so alert, are left out: nobody here lies.
 */
const CORRECTIONS: ReadonlySet<string> = new Set(
  ORDER_ROWS.filter(({ from, to, raise }) => isEnded(from) && to !== from && raise === null).map(
    ({ from, to }) => `${from} ${to}`,
  ),
);

/** Looks at the engine's durable state again and again; each violation is said once for each look. */
export function createEngineWatch(truth: VenueTruth, findings: Findings): (durable: DurableState) => void {
  const ended = new Map<string, string>();

  /** Orders of ours can meet each other: then we are on both sides of the match. */
  const isTrue = (match: Match): boolean => {
    const trade = truth.trades().find(({ tradeId }) => tradeId === match.tradeId);
    const parts = trade === undefined ? [] : truth.ourParts(trade);
    return parts.some(
      (part) =>
        part.isTaker === (match.liquidity === 'taker') &&
        part.side === match.side &&
        part.sizeMicro === match.sizeMicro &&
        part.priceTicks === match.priceTicks &&
        part.feeMicro === match.feeMicro,
    );
  };

  const checkMatches = (windows: readonly WindowState[]): void => {
    findings.look('matches');
    for (const { matches } of windows) {
      for (const match of Object.values(matches)) {
        if (isTrue(match)) continue;
        findings.violate('matches', `the object has booked ${match.tradeId}, which the venue does not know so`);
      }
    }
  };

  const checkAmounts = ({ orders, endedOrders }: DurableState): void => {
    findings.look('size');
    findings.look('spend');
    for (const { order, filledMicro, spentMicro } of [...Object.values(orders), ...Object.values(endedOrders)]) {
      const { amount, clientOrderId } = order;
      if (amount.unit === 'shares' && filledMicro > amount.sizeMicro) {
        findings.violate('size', `the object has ${filledMicro} of ${amount.sizeMicro} filled of ${clientOrderId}`);
      }
      if (amount.unit === 'pusd' && spentMicro > amount.spendMicro) {
        findings.violate('spend', `the object has ${spentMicro} of ${amount.spendMicro} spent by ${clientOrderId}`);
      }
    }
  };

  const checkEnds = ({ orders, endedOrders }: DurableState): void => {
    findings.look('ends');
    for (const { order, status } of Object.values(endedOrders)) {
      const before = ended.get(order.clientOrderId);
      if (before !== undefined && before !== status && !CORRECTIONS.has(`${before} ${status}`)) {
        findings.violate('ends', `${order.clientOrderId} was ${before} and is ${status}`);
      }
      ended.set(order.clientOrderId, status);
    }
    for (const { order, status } of Object.values(orders)) {
      const before = ended.get(order.clientOrderId);
      if (before !== undefined) findings.violate('ends', `${order.clientOrderId} was ${before} and is ${status} again`);
    }
  };

  return (durable) => {
    const windows = [
      ...Object.values(durable.windows),
      ...Object.values(durable.closedWindows).map(({ state }) => state),
    ];
    checkMatches(windows);
    checkAmounts(durable);
    checkEnds(durable);
    findings.look('money');
    const madeMicro = ownedMicro(durable) - explainedMicro(durable, windows);
    if (madeMicro !== 0) findings.violate('money', `${madeMicro} in the object's books come from nowhere`);
  };
}

/** Cash and what is won; what transactions cost is counted in, as gas is paid in another money. */
function ownedMicro({ ledger }: DurableState): number {
  return ledger.cashMicro + ledger.redeemableMicro + ledger.day.costsMicro;
}

/** The bankroll, and what each booked match, set and result brought or took. */
function explainedMicro({ config }: DurableState, windows: readonly WindowState[]): number {
  let sumMicro = config.risk.bankrollMicro;
  for (const { matches, sets, resolved } of windows) {
    for (const match of Object.values(matches)) {
      if (match.settlement !== 'failed') sumMicro -= paidMicro(match) + match.feeMicro;
    }
    for (const { change, sizeMicro } of sets) sumMicro += change === 'merged' ? sizeMicro : -sizeMicro;
    sumMicro += resolved?.payoutMicro ?? 0;
  }
  return sumMicro;
}
