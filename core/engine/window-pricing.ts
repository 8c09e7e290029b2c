/** What market data tells the pricing model, and what the model says of a window at this moment. */
import type { FairValue, UnpricedReason } from '../model/fair-value.ts';
import type { DepthReceived, ReferencePriceReceived, TickerReceived } from '../model/market-data.ts';
import { e18ToNumber } from '../model/reference-price.ts';
import type { Result } from '../model/result.ts';
import type { UnixMs } from '../model/time.ts';
import { fairValue, type StrikeKnowledge } from '../pricing/fair-value.ts';
import { noteExchangePrice, noteReferenceSpot, noteReferenceTwap } from '../pricing/pricing.ts';
import type { EngineState, WindowState } from './state.ts';

const E8 = 100_000_000;
/** A new frame of the settlement source. */
export function noteReferenceFrame({ market }: EngineState, event: ReferencePriceReceived): void {
  const usd = e18ToNumber(event.priceE18);
  if (event.lookbackSeconds === 0) noteReferenceSpot(market.pricing, event.tsEvent, usd);
  else noteReferenceTwap(market.pricing, event.tsEvent, event.tsInit, event.lookbackSeconds, usd);
}

/** The exchange's book: its middle counts, where it is the exchange that the series goes by. */
export function noteExchangeBook({ market, durable }: EngineState, event: DepthReceived | TickerReceived): void {
  if (event.source !== durable.config.exchangeFeed) return;
  const bidE8 = event.type === 'depth-received' ? event.bidsE8[0] : event.bidE8;
  const askE8 = event.type === 'depth-received' ? event.asksE8[0] : event.askE8;
  if (bidE8 !== undefined && askE8 !== undefined) {
    noteExchangePrice(market.pricing, event.tsEvent, (bidE8 + askE8) / (2 * E8));
  }
}

/** Our fair value of a window now. */
export function fairValueOf(state: EngineState, window: WindowState, nowMs: UnixMs): Result<FairValue, UnpricedReason> {
  const { durable, market } = state;
  const { startMs, endMs } = window.window;
  const { twapLookbackSeconds: lookbackSeconds } = durable.config.guard;
  const strike = strikeKnowledge(state, window);
  return fairValue(market.pricing, { nowMs, startMs, endMs, lookbackSeconds, strike }, durable.config.pricing);
}

function strikeKnowledge({ durable }: EngineState, { window, strikeInterval: interval }: WindowState): StrikeKnowledge {
  const exact = durable.boundaries[window.startMs];
  if (exact !== undefined) return { kind: 'known', usd: e18ToNumber(exact.priceE18) };
  if (interval === null) return { kind: 'pending' };
  return { kind: 'interval', lowUsd: e18ToNumber(interval.lowE18), highUsd: e18ToNumber(interval.highE18) };
}
