/** Only configured series exist: an unknown slug must never make a new object. */
import * as z from 'zod';
import type { SeriesSlug } from '../../core/model/identifiers.ts';
import { ApiException } from '../api-error.ts';
import type { AppDeps } from '../app-env.ts';

export const slugParams = z.object({ slug: z.string().meta({ description: 'A configured series: btc-updown-5m.' }) });

/** The configured series of that slug. Throws a 404. */
export function findSeries(deps: Pick<AppDeps, 'settings'>, slug: string): SeriesSlug {
  const found = deps.settings.series.find((series) => series.slug === slug);
  if (found === undefined) throw new ApiException(404, 'unknown-series', 'There is no such series in this deployment.');
  return found.slug;
}
