/** The Worker under test: the real handlers around a scripted object. */
import { createWorkerHandler, type WorkerBindings } from '../../../workers/handler.ts';

// biome-ignore lint/performance/noBarrelFile: Cloudflare looks for the class among the exports of `main`.
export { MarketSeriesDurableObject } from './scripted-series.ts';

export default createWorkerHandler<WorkerBindings>();
