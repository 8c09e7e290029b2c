/**
 * Orders of every kind straight to the runner's account, past the object: what no strategy sends today (FOK, market purchases, crossing
 * GTC, sales that rest) has to hold all the same. What the account tells of them is kept here; everything else is as in any run.
 */
import { orderSalt } from '../../../core/execution/order-identity.ts';
import type { ClientOrderId, StrategyId } from '../../../core/model/identifiers.ts';
import { MICRO_PER_UNIT } from '../../../core/model/money.ts';
import type { ApprovedOrder, OrderAmount, Side, TimeInForce } from '../../../core/model/order.ts';
import { TICKS_PER_PUSD } from '../../../core/model/price.ts';
import type { Outcome } from '../../../core/model/window.ts';
import type { LinkFact } from '../../../core/protocol/runner-link.ts';
import { createRng, type Rng } from '../../../core/simulation/rng.ts';
import { type Account, createAccount } from '../../../runner/account/account.ts';
import { type CrashPlan, createOrderPathWorld, type OrderPathWorld, type WorldPlan } from './order-path-world.ts';
import { SERIES, WINDOW_START_MS } from './run-window.ts';
import { faultsOf, slowOf } from './seeded-run.ts';

const PREFIX = 'direct-';
/** The runner's own limit for a day, as its settings have it: nobody else watches here. */
const RUNNER_LIMIT_MICRO = 40 * MICRO_PER_UNIT;
const ORDERS_UNTIL_MS = WINDOW_START_MS + 24_000;
const HEAL_MS = WINDOW_START_MS + 26_000;
const SETTLED_MS = HEAL_MS + 60_000;
const MARKET_NOT_AFTER_MS = 1_500;

export interface DirectOrders {
  readonly world: OrderPathWorld;
  readonly orders: ReadonlyMap<ClientOrderId, ApprovedOrder>;
  /** Facts of these orders, in the order in which they were told, repeats after a restart included. */
  readonly facts: readonly LinkFact[];
  readonly violations: readonly string[];
}

type DirectFact = Extract<LinkFact, { readonly clientOrderId: ClientOrderId }>;
const isDirect = (fact: LinkFact): fact is DirectFact =>
  'clientOrderId' in fact && fact.clientOrderId.startsWith(PREFIX);

/** Runs a seed: orders until 24 s into the window, one crash of the runner, faults, and a minute to be known. */
export async function runDirectOrders(seed: number): Promise<DirectOrders> {
  const rng = createRng(seed).fork('direct');
  const facts: LinkFact[] = [];
  const orders = new Map<ClientOrderId, ApprovedOrder>();
  const current: { account: Account | null } = { account: null };
  const course = (['accepted', 'refused', 'never-seen'] as const)[seed % 3] ?? 'accepted';
  const crash: CrashPlan = {
    point: { name: pointOf(rng), occurrence: 1 + Math.floor(rng.uniform() * 6) },
    dies: 'runner',
    objectBackAfterMs: 0,
    runnerBackAfterMs: 100 + Math.floor(rng.uniform() * 6_000),
    keepTail: 1,
  };
  const plan: WorldPlan = {
    seed,
    crashes: [crash],
    faults: faultsOf(rng, course),
    slow: slowOf(rng),
    tradeUntilMs: WINDOW_START_MS + 40_000,
    limitMicro: RUNNER_LIMIT_MICRO,
    config: (config) => ({ ...config, marketMaker: { ...config.marketMaker, enabled: false } }),
    defects: {
      parts: {
        createAccount(deps) {
          const account = createAccount(deps);
          current.account = account;
          return {
            ...account,
            bind: (outlet) =>
              account.bind({
                series: outlet.series,
                get linked() {
                  return outlet.linked;
                },
                fact: (fact) => (isDirect(fact) ? void facts.push(fact) : outlet.fact(fact)),
              }),
          };
        },
      },
    },
  };
  const world = await createOrderPathWorld(plan);
  let count = 0;
  const submit = (): void => {
    const nowMs = world.scheduler.nowMs();
    if (nowMs > ORDERS_UNTIL_MS) return;
    world.scheduler.after(400 + rng.uniform() * 1_600, submit, 'direct');
    const epoch = world.object.runtime?.pipeline.host.state.durable.epoch;
    if (current.account === null || !world.runner.alive || epoch === undefined) return;
    const order = draw(world, rng, `${PREFIX}${++count}`, epoch);
    orders.set(order.clientOrderId, order);
    world.judge.stored([JSON.stringify({ messages: [{ type: 'submit-order', order, epoch }] })]);
    const intake = current.account.intake(SERIES.slug);
    intake.submit(order, { seq: 0, tsEvent: nowMs, tsInit: nowMs });
    if (rng.uniform() < 0.3) {
      const account = current.account;
      const cancel = () =>
        account === current.account && intake.cancel(order.clientOrderId, { seq: 0, tsEvent: 0, tsInit: 0 });
      world.scheduler.after(rng.uniform() * 3_000, cancel, 'runner');
    }
  };
  world.scheduler.after(WINDOW_START_MS + 2_000 - world.scheduler.nowMs(), submit, 'direct');
  await world.runTo(HEAL_MS);
  world.heal();
  await world.runTo(SETTLED_MS);
  return { world, orders, facts, violations: [...world.judge.violations, ...problemsOf(world, orders, facts)] };
}

const POINTS = [
  'runner http POST /order asked',
  'runner http POST /order left',
  'runner http POST /order handled',
  'runner http POST /order answered',
  'runner http POST /order taken',
  'runner disk append submissions.jsonl sent after',
  'runner channel trade MATCHED before',
  'runner channel order PLACEMENT before',
  'runner http GET /data/order/:id answered',
  'runner http DELETE /order left',
] as const;

function pointOf(rng: Rng): string {
  return POINTS[Math.floor(rng.uniform() * POINTS.length)] ?? POINTS[0];
}

function pick<T>(rng: Rng, list: readonly [T, ...T[]]): T {
  return list[Math.floor(rng.uniform() * list.length)] ?? list[0];
}

/** An order near the book: often one that trades at once, sometimes one that the venue or the runner refuses. */
function draw(world: OrderPathWorld, rng: Rng, id: string, epoch: number): ApprovedOrder {
  const nowMs = world.scheduler.nowMs();
  const market = world.venue.marketAt(WINDOW_START_MS, nowMs);
  const { shares } = world.venue.exchange.holdings(world.wallet);
  const held = (['up', 'down'] as const).filter((one) => (shares.get(market.tokens[one]) ?? 0) >= 5 * MICRO_PER_UNIT);
  const side: Side = held.length > 0 && rng.uniform() < 0.4 ? 'sell' : 'buy';
  const outcome: Outcome =
    side === 'sell' ? (held[Math.floor(rng.uniform() * held.length)] ?? 'up') : pick(rng, ['up', 'down']);
  const timeInForce: TimeInForce = pick(rng, ['GTC', 'FAK', 'FOK']);
  const isMarketBuy = side === 'buy' && timeInForce !== 'GTC';
  const priceTicks = (side === 'buy' ? 4_300 : 3_900) + Math.floor(rng.uniform() * 14) * 100;
  const sizeMicro = Math.floor((5 + rng.uniform() * 7) * 100) * (MICRO_PER_UNIT / 100);
  const amount: OrderAmount = isMarketBuy
    ? { unit: 'pusd', spendMicro: Math.floor((3 + rng.uniform() * 3) * 100) * (MICRO_PER_UNIT / 100) }
    : {
        unit: 'shares',
        sizeMicro: side === 'sell' ? Math.min(sizeMicro, heldMicro(shares.get(market.tokens[outcome]))) : sizeMicro,
      };
  const clientOrderId = id as ClientOrderId;
  return {
    strategy: 'direct' as StrategyId,
    marketSlug: market.slug,
    windowStartMs: market.window.startMs,
    tokenId: market.tokens[outcome],
    outcome,
    side,
    priceTicks,
    amount,
    timeInForce,
    postOnly: false,
    clientOrderId,
    createdMs: nowMs,
    notAfterMs: nowMs + MARKET_NOT_AFTER_MS,
    salt: orderSalt(SERIES.slug, epoch, clientOrderId),
  } as ApprovedOrder;
}

/** Whole hundredths of what is held. */
function heldMicro(shares: number | undefined): number {
  const step = MICRO_PER_UNIT / 100;
  return Math.floor((shares ?? 0) / step) * step;
}

/** What the account told, against what the venue did. */
function problemsOf(
  world: OrderPathWorld,
  orders: ReadonlyMap<ClientOrderId, ApprovedOrder>,
  facts: readonly LinkFact[],
): string[] {
  const told = facts.filter(isDirect);
  const { matches, problems } = matchesOf(told);
  return [
    ...problems,
    ...endProblems(told),
    ...amountProblems(orders, matches),
    ...venueProblems(world, matches),
    ...stateProblems(world),
  ];
}

type Told = Extract<LinkFact, { readonly type: 'order-filled' }>;

/** Each match once, by trade and order; a repeat after a restart says the same. */
function matchesOf(facts: readonly DirectFact[]): { readonly matches: readonly Told[]; readonly problems: string[] } {
  const problems: string[] = [];
  const told = new Map<string, Told>();
  for (const fact of facts) {
    if (fact.type !== 'order-filled') continue;
    const key = `${fact.tradeId} ${fact.clientOrderId}`;
    const before = told.get(key);
    if (before !== undefined && JSON.stringify(before) !== JSON.stringify(fact)) {
      problems.push(`${key} was told in two ways`);
    }
    told.set(key, fact);
  }
  return { matches: [...told.values()], problems };
}

const ENDS: ReadonlySet<string> = new Set(['order-canceled', 'order-rejected', 'order-absent', 'expired-unsent']);

/** An order ends in one way. */
function endProblems(facts: readonly DirectFact[]): string[] {
  const problems: string[] = [];
  const ends = new Map<ClientOrderId, string>();
  for (const { type, clientOrderId } of facts) {
    if (!ENDS.has(type)) continue;
    const before = ends.get(clientOrderId);
    if (before !== undefined && before !== type) problems.push(`${clientOrderId} ended as ${before} and as ${type}`);
    ends.set(clientOrderId, type);
  }
  return problems;
}

/** GTC and SELL: filled ≤ size. Market BUY: spent ≤ amount. FOK: all or nothing. */
function amountProblems(orders: ReadonlyMap<ClientOrderId, ApprovedOrder>, matches: readonly Told[]): string[] {
  const problems: string[] = [];
  for (const [id, { amount, side, timeInForce }] of orders) {
    const own = matches.filter(({ clientOrderId }) => clientOrderId === id);
    const filledMicro = sizeOf(own);
    const spentMicro = own.reduce(
      (sum, { sizeMicro, priceTicks }) => sum + Math.floor((sizeMicro * priceTicks) / TICKS_PER_PUSD),
      0,
    );
    if (amount.unit === 'pusd') {
      if (spentMicro > amount.spendMicro) problems.push(`${id} spent ${spentMicro} of ${amount.spendMicro}`);
      continue;
    }
    const isPart = filledMicro > 0 && filledMicro < amount.sizeMicro;
    if (filledMicro > amount.sizeMicro || (timeInForce === 'FOK' && isPart)) {
      problems.push(`${id} ${side} ${timeInForce} matched ${filledMicro} of ${amount.sizeMicro}`);
    }
  }
  return problems;
}

const sizeOf = (parts: readonly { readonly sizeMicro: number }[]): number =>
  parts.reduce((total, { sizeMicro }) => total + sizeMicro, 0);

/** No match is lost and none invented. */
function venueProblems({ venue, wallet }: OrderPathWorld, matches: readonly Told[]): string[] {
  const parts = venue.exchange
    .trades(wallet)
    .flatMap(({ taker, makers }) => [taker, ...makers].filter(({ maker }) => maker === wallet));
  if (parts.length === matches.length && sizeOf(parts) === sizeOf(matches)) return [];
  return [
    `the venue has ${parts.length} parts of matches of ${sizeOf(parts)}, told were ${matches.length} of ${sizeOf(matches)}`,
  ];
}

function stateProblems({ runner }: OrderPathWorld): string[] {
  const status = runner.runner?.account.status();
  if (status === undefined) return ['the runner is not up'];
  const problems: string[] = [];
  if (status.unknownOrders > 0) problems.push(`${status.unknownOrders} orders are unknown`);
  if (status.reconciled === 'incomplete') problems.push('the runner could not compare');
  return problems;
}
