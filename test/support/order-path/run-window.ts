/** The series and the window of the simulated runs. */
import type { SeriesSlug } from '../../../core/model/identifiers.ts';

/** 2026-11-23T12:00:00Z: the start of the window that is traded. */
export const WINDOW_START_MS = 1_795_435_200_000;
/** Short windows, so that a run sees one from before its opening to its end and beyond; trading stops 30 s before the end as in all. */
export const SERIES = { slug: 'btc-updown-2m' as SeriesSlug, durationMs: 120_000 };
export const WINDOW_END_MS = WINDOW_START_MS + SERIES.durationMs;
/** A run begins this long before the window: linked, reconciled and with a strike when it opens. */
const LEAD_MS = 8_000;
export const ORIGIN_MS = WINDOW_START_MS - LEAD_MS;
