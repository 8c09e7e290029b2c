/** One asset's names at each party. */

export interface FeedSymbols {
  /** Binance USDⓈ-M stream prefix, lower case: "btcusdt". */
  readonly binance: string;
  /** Coinbase product: "BTC-USD". */
  readonly coinbase: string;
  /** Deribit volatility index: "btc_usd". */
  readonly deribit: string;
  /** The settlement source, as PolyBolt writes it and our parsers give it: "btcusd". */
  readonly reference: string;
}

/** The names that follow from the settlement source's symbol ("btcusd"), which must be an asset quoted in USD; `null` otherwise. */
export function feedSymbolsOf(referenceSymbol: string): FeedSymbols | null {
  const asset = /^([a-z0-9]{2,10})usd$/.exec(referenceSymbol)?.[1];
  if (asset === undefined) return null;
  return {
    binance: `${asset}usdt`,
    coinbase: `${asset.toUpperCase()}-USD`,
    deribit: `${asset}_usd`,
    reference: referenceSymbol,
  };
}
