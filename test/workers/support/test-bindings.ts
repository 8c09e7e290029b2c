/** What the tests see of the test deployment's bindings. */
import type { D1Migration } from 'cloudflare:test';
import type { WorkerBindings } from '../../../workers/handler.ts';
import type { MarketSeriesDurableObject } from './scripted-series.ts';

export interface TestBindings extends Omit<WorkerBindings, 'MARKET_SERIES'> {
  readonly MARKET_SERIES: DurableObjectNamespace<MarketSeriesDurableObject>;
  readonly TEST_MIGRATIONS: D1Migration[];
  /** Address of the Gamma stand-in's own controls. */
  readonly EMBEDDED_VENUE_URL: string;
}
