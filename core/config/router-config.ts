/** How capital is split over series and strategies, who gives way to whom, and when nothing is opened: each with its reason. */
import * as z from 'zod';
import { isSeriesSlug, type SeriesSlug } from '../model/identifiers.ts';
import { blackoutsSchema, DEFAULT_BLACKOUTS } from './blackout-config.ts';
import { ppm } from './config-fields.ts';

const PPM = 1_000_000;

/** The strategies that may trade; challengers are scored and never routed. */
export const TRADING_STRATEGIES = ['directional', 'market-maker'] as const;
export type TradingStrategy = (typeof TRADING_STRATEGIES)[number];

const MORE_THAN_WHOLE = 'the parts sum to more than 1,000,000: more than there is would be given out';

const seriesShare = z.strictObject({
  slug: z.custom<SeriesSlug>(isSeriesSlug, 'a series slug such as btc-updown-5m'),
  partPpm: ppm,
});

export const routerConfigSchema = z.strictObject({
  /** Part of each strategy: 60 % and 40 %, as in the original. What a strategy that is off does not use stays unused. */
  strategies: z
    .strictObject({ directional: ppm, 'market-maker': ppm })
    .refine((parts) => parts.directional + parts['market-maker'] <= PPM, { message: MORE_THAN_WHOLE }),
  /** Part of each series of the account's free cash. A series that is not named gets nothing: money is given by name. */
  series: z
    .array(seriesShare)
    .refine((shares) => new Set(shares.map(({ slug }) => slug)).size === shares.length, {
      message: 'names a series twice: which part is meant?',
    })
    .refine((shares) => shares.reduce((sum, { partPpm }) => sum + partPpm, 0) <= PPM, { message: MORE_THAN_WHOLE }),
  /** Who goes first where two contradict each other: a bet on a measured edge before a quote, which loses only its place in the queue. */
  priority: z
    .array(z.enum(TRADING_STRATEGIES))
    .refine((order) => order.length === TRADING_STRATEGIES.length && new Set(order).size === order.length, {
      message: `names each of ${TRADING_STRATEGIES.join(', ')} once`,
    }),
  blackouts: blackoutsSchema,
});

export type RouterConfig = z.infer<typeof routerConfigSchema>;

/** Cautious defaults; the reason of each stands beside its field. */
export const DEFAULT_ROUTER_CONFIG: RouterConfig = {
  strategies: { directional: 600_000, 'market-maker': 400_000 },
  series: [{ slug: 'btc-updown-5m' as SeriesSlug, partPpm: PPM }],
  priority: ['directional', 'market-maker'],
  blackouts: DEFAULT_BLACKOUTS,
};
