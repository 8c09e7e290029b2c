/**
 * A checkpoint of version 1 as one of version 2: orders had no salt and were forgotten at their end, matches were not kept one by one,
 * the account was not known. What that release wrote was of simulated execution alone.
 */
import * as z from 'zod';
import { DEFAULT_ENGINE_CONFIG } from '../config/defaults.ts';
import { orderSalt } from '../execution/order-identity.ts';
import type { ClientOrderId, SeriesSlug } from '../model/identifiers.ts';
import { createAccountState } from './account-state.ts';

/** Only what is changed is looked at here: the schema of the present version checks the whole afterwards. */
const window = z.looseObject({ positions: z.unknown() });
const order = z.looseObject({ order: z.looseObject({ clientOrderId: z.string() }) });
const firstVersion = z.strictObject({
  checkpointVersion: z.literal(1),
  durable: z.looseObject({
    config: z.looseObject({ series: z.looseObject({ slug: z.string() }) }),
    epoch: z.number(),
    windows: z.record(z.string(), window),
    orders: z.record(z.string(), order),
    ledger: z.looseObject({ day: z.looseObject({}) }),
  }),
});

/** The durable state of a version 1 document in the present shape. Throws `ZodError` for what is none. */
export function upcastFirstVersion(value: unknown): unknown {
  const { durable } = firstVersion.parse(value);
  const { config, epoch, ledger } = durable;
  const { flatten, probe } = DEFAULT_ENGINE_CONFIG;
  const series = config.series.slug as SeriesSlug;
  return {
    ...durable,
    config: { flatten, probe, execution: 'simulated', ...config },
    windows: mapValues(durable.windows, (old) => ({
      ...old,
      // Matches of that release cannot be told apart any more: what they made of the positions is where the books begin.
      opening: old.positions,
      matches: {},
      sets: [],
      earlySettlements: {},
      failedFills: 0,
    })),
    orders: mapValues(durable.orders, ({ tradeIds: _, order: approved, ...old }) => ({
      ...old,
      order: { ...approved, salt: orderSalt(series, epoch, approved.clientOrderId as ClientOrderId) },
      statusDetail: '',
      resentMs: null,
      endedMs: null,
    })),
    endedOrders: {},
    closedWindows: {},
    ledger: { ...ledger, redeemableMicro: 0, day: { ...ledger.day, costsMicro: 0 } },
    account: createAccountState(),
    stop: null,
    commands: [],
  };
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
