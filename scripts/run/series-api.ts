/** What the supervisor asks the API: health, status, windows. The answers are checked against the API's own schemas. */
import type * as z from 'zod';
import { API_PREFIX, windowPageSchema, type windowRowSchema } from '../../core/protocol/admin-api.ts';
import type { SeriesStatus } from '../../core/protocol/series-status.ts';
import { seriesStatusSchema } from '../../core/protocol/series-status-schema.ts';

/** An answer that takes longer is none: the series is on this machine. */
const TIMEOUT_MS = 5_000;

export type WindowRow = z.infer<typeof windowRowSchema>;

export interface SeriesApi {
  /** Whether the Worker answers. Never rejects. */
  isHealthy(): Promise<boolean>;
  status(series: string): Promise<SeriesStatus>;
  /** Final records, newest first. */
  windows(series: string, limit: number): Promise<readonly WindowRow[]>;
}

/** The API at `url`. `status` and `windows` reject when it does not answer as it should. */
export function createSeriesApi(url: string, token: string): SeriesApi {
  async function get(path: string): Promise<unknown> {
    const response = await fetch(`${url}${API_PREFIX}${path}`, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const body = await response.text();
    if (!response.ok) throw new Error(`${path} answers ${response.status}: ${body}`);
    return JSON.parse(body);
  }
  return {
    async isHealthy() {
      try {
        await get('/health');
        return true;
      } catch {
        // The answer to the question that was asked.
        return false;
      }
    },
    async status(series) {
      return seriesStatusSchema.parse(await get(`/series/${series}/status`)) as SeriesStatus;
    },
    async windows(series, limit) {
      return windowPageSchema.parse(await get(`/windows?series=${series}&limit=${limit}`)).items;
    },
  };
}
