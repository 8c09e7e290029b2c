/**
 * A checkpoint of version 2 as one of version 3: matches were of no strategy, nothing was marked, there was one ledger, and risk remembered
 * nothing over days. Whose a match is follows from its order, where that is still remembered.
 */
import * as z from 'zod';
import type { EngineConfig } from '../config/engine-config.ts';
import { presentConfig } from '../config/present-config.ts';
import { createAttribution } from '../portfolio/markout.ts';
import { UNATTRIBUTED } from '../portfolio/strategy-pnl.ts';
import { createAccounting } from './accounting-state.ts';
import { createRiskState } from './risk-state.ts';
import { createStrategies } from './strategies-state.ts';
import { liftedByOf } from './trading-state.ts';

/** Only what is changed is looked at here: the schema of the present version checks the whole afterwards. */
const window = z.looseObject({
  matches: z.record(z.string(), z.looseObject({ clientOrderId: z.string() })),
  decision: z.strictObject({ strategy: z.string(), outcome: z.string(), rule: z.string() }).nullable(),
});
const order = z.looseObject({ order: z.looseObject({ strategy: z.string() }) });
const secondVersion = z.strictObject({
  checkpointVersion: z.literal(2),
  durable: z.looseObject({
    config: z.looseObject({}),
    windows: z.record(z.string(), window),
    closedWindows: z.record(z.string(), z.looseObject({ state: window })),
    orders: z.record(z.string(), order),
    endedOrders: z.record(z.string(), order),
    restrictions: z.array(z.looseObject({ reason: z.string() })),
  }),
});

/** The durable state of a version 2 document in the present shape. Throws `ZodError` for what is none. */
export function upcastSecondVersion(value: unknown): unknown {
  const { durable } = secondVersion.parse(value);
  const config = presentConfig(durable.config as unknown as EngineConfig);
  // A probe was real money; whether the rest was the embedded venue or a paper market is not told apart there.
  const ledger = config.probe === null ? config.ledger : 'probe';
  const orders: Readonly<Record<string, z.infer<typeof order>>> = { ...durable.endedOrders, ...durable.orders };
  const withAttributions = ({ decision, ...old }: z.infer<typeof window>) => ({
    ...old,
    attributions: mapValues(old.matches, ({ clientOrderId }) =>
      createAttribution(orders[clientOrderId]?.order.strategy ?? UNATTRIBUTED, ledger),
    ),
    // What was resolved before is in no total: those begin with this version.
    accounted: null,
    decisions: decision === null ? {} : { [decision.strategy]: { outcome: decision.outcome, rule: decision.rule } },
    strikeInterval: null,
  });
  return {
    ...durable,
    config: { ...config, ledger },
    windows: mapValues(durable.windows, withAttributions),
    closedWindows: mapValues(durable.closedWindows, (closed) => ({ ...closed, state: withAttributions(closed.state) })),
    // Marks of open matches are all overdue: the next decision takes them.
    accounting: { ...createAccounting(), marksDueMs: 0 },
    risk: createRiskState(),
    strategies: createStrategies(),
    applied: null,
    restrictions: durable.restrictions.map((old) => ({ ...old, liftedBy: liftedByOf(old.reason) })),
  };
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
