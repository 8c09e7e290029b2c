/** How a series' link and the account speak to each other inside the runner: calls and facts, no sockets. */
import type { ApprovedOrder } from '../../core/model/order.ts';
import type { IntentCause, LinkFact, LinkVerb, ResumedOrder } from '../../core/protocol/runner-link.ts';

/** What the account does for a series. The link calls it in the order of the frames; nothing here waits for the network. */
export interface SeriesIntake {
  /** A new epoch of the object was welcomed: what its predecessor left standing is cancelled before anything new is sent. */
  epochBegan(epoch: number): void;
  resumed(orders: readonly ResumedOrder[]): void;
  submit(order: ApprovedOrder, cause: IntentCause): void;
  resend(clientOrderId: string, cause: IntentCause): void;
  cancel(clientOrderId: string, cause: IntentCause): void;
  cancelAll(reason: string): void;
  prepareMarkets(slugs: readonly string[]): void;
  mergeSets(conditionId: string, sizeMicro: number): void;
  stop(verb: LinkVerb, scope: 'series' | 'account', commandId: string): void;
  /** No renewal for `LEASE_TTL_MS`: the series' resting orders are cancelled, and nothing is sent for it. */
  leaseLapsed(): void;
  /** A lease is fresh that was not: told once, not at each renewal. Before the first one there is none. */
  leaseRenewed(): void;
}

/** What the account says to a series. */
export interface SeriesOutlet {
  readonly series: string;
  /** Reliable and in order: logged, numbered, sent until the object has acknowledged it. */
  fact(fact: LinkFact): void;
  /** Authenticated, of the same protocol version, and followed by intents. */
  readonly linked: boolean;
}
