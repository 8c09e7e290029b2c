/**
 * How shadow orders trade. Nothing fills because it is there: a taker gets what is displayed when its delay is over, at the displayed
 * prices and once; a resting bid is hit only by a trade at a worse price than its own, which would have come to it first, or by offers
 * that stand below it. A trade at its own price fills nothing: its place in the queue is not known, and the last one is assumed.
 */
import { costRoundedUp, type MoneyMicro, type SizeMicro } from '../model/money.ts';
import type { Side } from '../model/order.ts';
import { complementTicks, type PriceTicks, TICKS_PER_PUSD } from '../model/price.ts';
import type { UnixMs } from '../model/time.ts';
import type { Outcome } from '../model/window.ts';
import { applyFill } from '../portfolio/position.ts';
import { makerFeeMicro, takerFeeMicro } from '../pricing/fees.ts';
import type { DesiredTake, OutcomeBook } from '../strategy/view.ts';
import type { ShadowAccount, ShadowFill, ShadowQuote, ShadowWindow } from './shadow-state.ts';

interface PlannedFill {
  readonly place: string;
  readonly priceTicks: PriceTicks;
  readonly sizeMicro: SizeMicro;
}

/** Shares that `spendMicro` buys at a price, never costing more. None for nothing: such a price is an error of somebody's. */
export function sharesFor(spendMicro: MoneyMicro, priceTicks: PriceTicks): SizeMicro {
  if (priceTicks === 0) return 0;
  return Number((BigInt(spendMicro) * BigInt(TICKS_PER_PUSD)) / BigInt(priceTicks));
}

/** A taker's turn: whole or nothing for FOK, what there is for FAK. */
export function settleTake(window: ShadowWindow, account: ShadowAccount, take: DesiredTake, atMs: UnixMs): void {
  const { fills, leftMicro } = planTake(window, account, take);
  if (fills.length === 0 || (take.timeInForce === 'FOK' && leftMicro > 0)) {
    account.ordersUnfilled++;
    return;
  }
  for (const { place, priceTicks, sizeMicro } of fills) {
    account.taken[place] = (account.taken[place] ?? 0) + sizeMicro;
    const feeMicro = takerFeeMicro(window.fees, priceTicks, sizeMicro);
    book(account, {
      outcome: take.outcome,
      side: take.side,
      priceTicks,
      sizeMicro,
      feeMicro,
      liquidity: 'taker',
      atMs,
    });
  }
}

function planTake({ levels }: ShadowWindow, account: ShadowAccount, take: DesiredTake) {
  const { outcome, side, amount } = take;
  const fills: PlannedFill[] = [];
  const inMoney = amount.unit === 'pusd';
  /** Money, or shares. */
  let leftMicro: number = amount.unit === 'pusd' ? amount.spendMicro : amount.sizeMicro;
  // Nothing can be sold that is not held.
  let heldMicro = side === 'sell' ? Math.max(0, account.positions[outcome].sizeMicro) : Number.POSITIVE_INFINITY;
  const displayed = levels === null ? [] : levels[outcome][side === 'buy' ? 'asks' : 'bids'];
  for (let index = 0; index + 1 < displayed.length && leftMicro > 0 && heldMicro > 0; index += 2) {
    const priceTicks = displayed[index] as PriceTicks;
    if (side === 'buy' ? priceTicks > take.priceTicks : priceTicks < take.priceTicks) break;
    const place = placeOf(outcome, side, priceTicks);
    const freeMicro = Math.max(0, (displayed[index + 1] as SizeMicro) - (account.taken[place] ?? 0));
    const wantedMicro = inMoney ? sharesFor(leftMicro, priceTicks) : leftMicro;
    const sizeMicro = Math.min(wantedMicro, freeMicro, heldMicro);
    if (sizeMicro === 0) continue;
    leftMicro -= inMoney ? costRoundedUp(priceTicks, sizeMicro) : sizeMicro;
    heldMicro -= sizeMicro;
    fills.push({ place, priceTicks, sizeMicro });
  }
  return { fills, leftMicro };
}

/** Offers below a resting bid would have hit it: it gets their displayed size, once, at its own price. */
export function crossQuotes(window: ShadowWindow, account: ShadowAccount, atMs: UnixMs): void {
  const { levels } = window;
  if (levels === null) return;
  for (const quote of byPrice(account)) {
    const { asks } = levels[quote.outcome];
    for (let index = 0; index + 1 < asks.length && quote.leftMicro > 0; index += 2) {
      const priceTicks = asks[index] as PriceTicks;
      if (priceTicks >= quote.priceTicks) break;
      const place = placeOf(quote.outcome, 'buy', priceTicks);
      const freeMicro = Math.max(0, (asks[index + 1] as SizeMicro) - (account.taken[place] ?? 0));
      const sizeMicro = Math.min(quote.leftMicro, freeMicro);
      if (sizeMicro === 0) continue;
      account.taken[place] = (account.taken[place] ?? 0) + sizeMicro;
      fillQuote(window, account, quote, sizeMicro, atMs);
    }
  }
}

/** A trade on either token, as its taker made it. */
export interface ShadowTrade {
  readonly outcome: Outcome;
  readonly priceTicks: PriceTicks;
  readonly sizeMicro: SizeMicro;
  readonly takerSide: Side;
}

/** A trade through our price would have come to us first: the bids above it share its size, the best first. */
export function hitQuotes(window: ShadowWindow, account: ShadowAccount, trade: ShadowTrade, atMs: UnixMs): void {
  const { outcome, priceTicks, takerSide } = trade;
  // Who buys Down takes the other half of a bid for Up.
  const hitOutcome = takerSide === 'sell' ? outcome : other(outcome);
  const hitTicks = takerSide === 'sell' ? priceTicks : complementTicks(priceTicks);
  let leftMicro = trade.sizeMicro;
  for (const quote of byPrice(account)) {
    if (quote.outcome !== hitOutcome || quote.priceTicks <= hitTicks) continue;
    const sizeMicro = Math.min(quote.leftMicro, leftMicro);
    if (sizeMicro === 0) continue;
    leftMicro -= sizeMicro;
    fillQuote(window, account, quote, sizeMicro, atMs);
  }
}

/** The book has changed: of what was taken only that part still counts which is still displayed. */
export function forgetTaken(account: ShadowAccount, levels: Readonly<Record<Outcome, OutcomeBook>>): void {
  for (const [place, takenMicro] of Object.entries(account.taken)) {
    const [side, ticks] = place.split(':');
    const list = side === 'ask' ? levels.up.asks : levels.up.bids;
    const displayedMicro = displayedAt(list, side === 'ask', Number(ticks));
    // Beyond the levels that were told nobody knows: it stays taken.
    if (displayedMicro === null) continue;
    if (displayedMicro === 0) delete account.taken[place];
    else account.taken[place] = Math.min(takenMicro, displayedMicro);
  }
}

function displayedAt(levels: readonly number[], ascending: boolean, ticks: PriceTicks): SizeMicro | null {
  for (let index = 0; index + 1 < levels.length; index += 2) {
    const price = levels[index] as PriceTicks;
    if (price === ticks) return levels[index + 1] as SizeMicro;
    if (ascending ? price > ticks : price < ticks) return 0;
  }
  return levels.length === 0 ? 0 : null;
}

/** Where a level stands on the Up axis: an offer of Up and a bid for Down at the complement are the same shares. */
function placeOf(outcome: Outcome, side: Side, priceTicks: PriceTicks): string {
  const isAsk = (side === 'buy') === (outcome === 'up');
  return `${isAsk ? 'ask' : 'bid'}:${outcome === 'up' ? priceTicks : complementTicks(priceTicks)}`;
}

const other = (outcome: Outcome): Outcome => (outcome === 'up' ? 'down' : 'up');

/** Resting bids, the best first, the oldest first within a price. */
function byPrice({ quotes }: ShadowAccount): ShadowQuote[] {
  return quotes
    .filter(({ resting, leftMicro }) => resting && leftMicro > 0)
    .sort((a, b) => b.priceTicks - a.priceTicks || a.number - b.number);
}

function fillQuote(
  window: ShadowWindow,
  account: ShadowAccount,
  quote: ShadowQuote,
  sizeMicro: SizeMicro,
  atMs: UnixMs,
): void {
  const { outcome, priceTicks } = quote;
  quote.leftMicro -= sizeMicro;
  const feeMicro = makerFeeMicro(window.fees, priceTicks, sizeMicro);
  book(account, { outcome, side: 'buy', priceTicks, sizeMicro, feeMicro, liquidity: 'maker', atMs });
}

function book(account: ShadowAccount, fill: ShadowFill): void {
  account.fills.push(fill);
  applyFill(account.positions[fill.outcome], fill);
}
