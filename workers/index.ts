/** The Worker's entry: the handlers, and the class that Cloudflare instantiates for each series. */
import { createWorkerHandler } from './handler.ts';

// biome-ignore lint/performance/noBarrelFile: Cloudflare looks for the class among the exports of `main`.
export { MarketSeriesDurableObject } from '../durable-objects/market-series.ts';

export default createWorkerHandler<Env>();
