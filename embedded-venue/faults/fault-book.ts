/** Applies fault plans: counts occurrences, draws chances from a seed, and says what goes wrong now. */
import { assertNever } from '../../core/model/errors.ts';
import type { DurationMs } from '../../core/model/time.ts';
import { createRng } from '../../core/simulation/rng.ts';
import type { ExchangeFaults, VenueTrade } from '../trading/venue-exchange.ts';
import type {
  BalanceFault,
  Fault,
  FaultPlan,
  FaultRule,
  MessageFault,
  RequestFault,
  SettlementFault,
} from './fault-plan.ts';

export interface FaultBook {
  /** Adds the plan's rules to those that stand. */
  add(plan: FaultPlan): void;
  clear(): void;
  /** What goes wrong with this request, e.g. "POST /order"; in the order of the rules. */
  ofRequest(route: string): readonly RequestFault[];
  ofMessage(kind: 'order' | 'trade'): readonly MessageFault[];
  readonly exchange: ExchangeFaults;
}

export interface FaultBookOptions {
  readonly seed: number;
  /** Simulated over wall time. */
  readonly speed: number;
  readonly plan?: FaultPlan;
  /** How matches settle and balances lag when nothing goes wrong. */
  readonly healthy: ExchangeFaults;
}

type FaultGroup = 'request' | 'message' | 'settlement' | 'balance';

/** Faults of one venue; none until a plan is given. */
export function createFaultBook({ seed, speed, healthy, plan = [] }: FaultBookOptions): FaultBook {
  const rng = createRng(seed).fork('faults');
  let standing: { readonly rule: FaultRule; seen: number }[] = [];

  const meet = (group: FaultGroup, route: string | null): Fault[] => {
    const met: Fault[] = [];
    for (const entry of standing) {
      const { match, fault } = entry.rule;
      if (groupOf(fault) !== group || (match.route !== undefined && match.route !== route)) continue;
      entry.seen++;
      const first = match.nth ?? 1;
      const times = match.times ?? (match.nth === undefined ? Number.POSITIVE_INFINITY : 1);
      if (entry.seen < first || entry.seen >= first + times) continue;
      if (match.probability === undefined || rng.uniform() < match.probability) met.push(fault);
    }
    return met;
  };
  const add = (added: FaultPlan): void => {
    standing = [...standing, ...added.map((rule) => ({ rule, seen: 0 }))];
  };
  const scaled = (wallMs: DurationMs): DurationMs => wallMs * speed;
  add(plan);
  return {
    add,
    clear: () => {
      standing = [];
    },
    ofRequest: (route) => meet('request', route) as RequestFault[],
    ofMessage: (kind) => meet('message', kind) as MessageFault[],
    exchange: {
      settlementOf: (trade: VenueTrade) => {
        const [fault] = meet('settlement', trade.taker.tokenId) as SettlementFault[];
        if (fault === undefined) return healthy.settlementOf(trade);
        const { minedAfterMs, confirmedAfterMs, fails } = fault;
        return { minedAfterMs: scaled(minedAfterMs), confirmedAfterMs: scaled(confirmedAfterMs), fails };
      },
      balanceLagMs: () => {
        const [fault] = meet('balance', null) as BalanceFault[];
        return fault === undefined ? healthy.balanceLagMs() : scaled(fault.lagMs);
      },
    },
  };
}

function groupOf(fault: Fault): FaultGroup {
  switch (fault.kind) {
    case 'delay':
    case 'channel-first':
    case 'lose-request':
    case 'lose-response':
    case 'repeat-request':
    case 'answer':
      return 'request';
    case 'repeat-message':
    case 'delay-message':
    case 'swap-message':
    case 'lose-message':
    case 'silence':
      return 'message';
    case 'settlement':
      return 'settlement';
    case 'balance-lag':
      return 'balance';
    default:
      return assertNever(fault, 'fault');
  }
}
