/**
 * Every minute: wakes each series' object (the watchdog's watchdog) and looks for its markets. Each series and each of the two
 * jobs fails alone, and says so in the log.
 */
import type { UnixMs } from '../../core/model/time.ts';
import type { SeriesHealth } from '../../core/protocol/series-status.ts';
import type { LogPort } from '../../durable-objects/ports.ts';
import type { SeriesStub } from '../../durable-objects/series-stub.ts';
import type { SeriesSetting, Settings } from '../../durable-objects/settings.ts';
import { type DiscoveryDeps, discoverMarkets } from './discovery.ts';

export interface ScheduledDeps extends DiscoveryDeps {
  readonly settings: Pick<Settings, 'feeds' | 'series'>;
  readonly log: LogPort;
  stub(slug: SeriesSetting['slug']): SeriesStub;
  wallMs(): UnixMs;
}

/** One run of the cron trigger. Never rejects. */
export async function runScheduled(deps: ScheduledDeps): Promise<void> {
  await Promise.all(deps.settings.series.map((series) => serveSeries(deps, series)));
}

async function serveSeries(deps: ScheduledDeps, series: SeriesSetting): Promise<void> {
  const health = await attempt(deps, series, 'wake-up failed', () => deps.stub(series.slug).wake());
  if (health !== null) reportHealth(deps, health);
  // The embedded world has its own time, which only the object knows.
  const nowMs = health?.nowMs ?? (deps.settings.feeds === 'real' ? deps.wallMs() : null);
  if (nowMs === null) return;
  const report = await attempt(deps, series, 'discovery failed', () => discoverMarkets(deps, series, nowMs));
  if (report === null || report.refused + report.unanswered === 0) return;
  deps.log.log('warn', 'markets could not be read', {
    series: series.slug,
    count: report.refused + report.unanswered,
    detail: `refused ${report.refused}, unanswered ${report.unanswered}`,
  });
}

function reportHealth(deps: ScheduledDeps, health: SeriesHealth): void {
  if (health.phase !== 'failed') return;
  deps.log.log('error', 'series has failed', { series: health.series, detail: health.detail });
}

async function attempt<T>(
  deps: ScheduledDeps,
  series: SeriesSetting,
  failure: string,
  work: () => Promise<T>,
): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    deps.log.log('error', failure, { series: series.slug, reason });
    return null;
  }
}
