/** What an account knows when its process begins: what the submission log holds, and nothing of the venue. */
import type { RunnerPorts } from '../ports.ts';
import type { AccountConfig, AccountState, SeriesState } from './account-state.ts';
import type { LoggedAccount } from './order-log.ts';
import type { TrackedOrder } from './order-tracker.ts';

/** Everything that is not in the log has to be found out: no lease, no rules, no money, the venue believed open. */
export function initialState(
  config: AccountConfig,
  { clock }: Pick<RunnerPorts, 'clock'>,
  logged: LoggedAccount,
): AccountState {
  const monoMs = clock.monotonicMs();
  const seriesOf = (one: AccountConfig['series'][number]): SeriesState => ({
    config: one,
    outlet: null,
    epoch: 0,
    leaseFresh: false,
    lastContactMonoMs: null,
    holdingSinceMs: null,
    clearing: null,
    lapsedAtMonoMs: null,
    told: false,
  });
  const open = new Set<TrackedOrder>([...logged.orders.values()].filter(({ phase }) => phase !== 'ended'));
  return {
    ...logged,
    series: new Map(config.series.map((one) => [one.slug, seriesOf(one)])),
    byHash: new Map([...logged.orders.values()].map((order) => [order.orderHash, order])),
    open,
    rules: new Map(),
    quotes: new Map(),
    geoblocked: null,
    // Nobody knows when exactly an earlier process has sent them: the proof of absence counts from now.
    sentAt: new Map(
      [...open].map((order) => [order, { firstMonoMs: monoMs, lastMonoMs: monoMs, body: null, resent: true }]),
    ),
    cancelConfirmed: new Set(),
    venueMode: 'open',
    rateLimitedUntilMs: 0,
    cash: null,
    unseenFills: new Map(),
    channelSinceMonoMs: null,
    reconciled: false,
    draining: false,
    alertedMonoMs: new Map(),
    lastBeatMonoMs: null,
  };
}
