/** What an account really has and could still lose, read from the venue itself. */

import { proceedsRoundedDown } from '../../../core/model/money.ts';
import { takerFeeMicro } from '../../../core/pricing/fees.ts';
import type { Holdings, OpenExposure } from '../../../core/risk/exposure.ts';
import type { TradePart, VenueOrderView, VenueTrade } from '../../../embedded-venue/trading/venue-exchange.ts';
import type { LeanVenue } from './lean-venue.ts';

/** The market rules' schedule (venue notes of 2026-11-23, polymarket §4). */
export const VENUE_FEES = { ratePpm: 70_000, exponent: 1, takerOnly: true, rebatePpm: 200_000 };
/** Sizes of orders are whole numbers of this; what of them is matched need not be. */
const SIZE_STEP_MICRO = 10_000;

export type OwnPart = TradePart & { readonly isTaker: boolean };

export interface VenueTruth {
  readonly wallet: string;
  trades(): readonly VenueTrade[];
  openOrders(): readonly VenueOrderView[];
  /** Both parts, where two orders of ours have met. */
  ourParts(trade: VenueTrade): readonly OwnPart[];
  /** Of each order of ours by its hash: how much of it was matched, and what for, fees left out. */
  matched(): ReadonlyMap<string, { readonly sizeMicro: number; readonly spentMicro: number }>;
  /** Of the one window that a run trades: by every match that has not failed. */
  holdings(): Holdings;
  /** What open orders could still do. */
  openExposures(): OpenExposure[];
  /** Matches whose size is no whole number of hundredths: each is rounded against us by less than a millionth (DESIGN §3.6). */
  oddFills(): number;
  /** Money gained since the run began; negative when spent. */
  gainedMicro(): number;
  shares(): ReadonlyMap<string, number>;
}

/** The account of `wallet`, which has what it has now. */
export function createVenueTruth({ exchange }: LeanVenue, wallet: string): VenueTruth {
  const initialMicro = exchange.holdings(wallet).pusdMicro;
  const truth: VenueTruth = {
    wallet,
    trades: () => exchange.trades(wallet),
    openOrders: () => exchange.openOrders(wallet),
    ourParts: ({ taker, makers }) =>
      [{ ...taker, isTaker: true }, ...makers.map((part) => ({ ...part, isTaker: false }))].filter(
        ({ maker }) => maker === wallet,
      ),
    matched() {
      const sums = new Map<string, { sizeMicro: number; spentMicro: number }>();
      for (const { orderHash, side, sizeMicro, priceTicks } of truth.trades().flatMap(truth.ourParts)) {
        const sum = sums.get(orderHash ?? '') ?? { sizeMicro: 0, spentMicro: 0 };
        sum.sizeMicro += sizeMicro;
        if (side === 'buy') sum.spentMicro += proceedsRoundedDown(priceTicks, sizeMicro);
        sums.set(orderHash ?? '', sum);
      }
      return sums;
    },
    holdings() {
      const held = { upMicro: 0, downMicro: 0, netPaidMicro: 0 };
      for (const part of truth
        .trades()
        .filter(({ state }) => state !== 'FAILED')
        .flatMap(truth.ourParts)) {
        const { side, outcome, sizeMicro, priceTicks, feeMicro } = part;
        const sign = side === 'buy' ? 1 : -1;
        if (outcome === 'up') held.upMicro += sign * sizeMicro;
        else held.downMicro += sign * sizeMicro;
        held.netPaidMicro += sign * Math.ceil((priceTicks * sizeMicro) / 10_000) + feeMicro;
      }
      return held;
    },
    openExposures: () => truth.openOrders().map(exposureOf),
    oddFills: () =>
      truth
        .trades()
        .flatMap(truth.ourParts)
        .filter(({ sizeMicro }) => sizeMicro % SIZE_STEP_MICRO !== 0).length,
    gainedMicro: () => exchange.holdings(wallet).pusdMicro - initialMicro,
    shares: () => exchange.holdings(wallet).shares,
  };
  return truth;
}

function exposureOf(order: VenueOrderView): OpenExposure {
  const { outcome, side, priceTicks, originalMicro, matchedMicro, timeInForce } = order;
  return {
    intent: { outcome, side, priceTicks, amount: { unit: 'shares', sizeMicro: originalMicro } },
    remainingMicro: originalMicro - matchedMicro,
    maxFeeMicro: timeInForce === 'GTC' ? 0 : takerFeeMicro(VENUE_FEES, priceTicks, originalMicro),
  };
}
