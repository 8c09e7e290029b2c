/**
 * The venue behind the CLOB client's contract, for tests of the account: a list of orders, matches and balances, and for each call a plan
 * of what becomes of it. It believes every signature; the embedded venue is the one that checks.
 */
import type { ConditionId, TokenId, TradeId, VenueOrderId } from '../../core/model/identifiers.ts';
import type { Market } from '../../core/model/market.ts';
import { SECOND_MS } from '../../core/model/time.ts';
import type {
  CancelAnswer,
  ClobClient,
  ClobFailure,
  Outcome,
  PlacedOrder,
  UserChannelMessage,
  VenueFill,
  VenueOrder,
} from '../../runner/clob/clob-client.ts';
import type { ClockPort, TimersPort } from '../../runner/ports.ts';

/** What becomes of a POST: `lost-after`: it got in, and the answer was lost; `lost-before`: it never arrived, and nobody knows. */
export type PlacePlan =
  | 'accept'
  | 'lost-after'
  | 'lost-before'
  | 'never-answered'
  | ClobFailure
  | PlacedOrder['status'];

export interface ScriptedVenue {
  readonly clob: ClobClient;
  readonly orders: Map<VenueOrderId, VenueOrder>;
  readonly fills: VenueFill[];
  readonly markets: Market[];
  /** Every call, as "place 0x…", "cancel 0x…", in order. */
  readonly calls: string[];
  /** Bodies of all POSTs, in order. */
  readonly bodies: string[];
  /** The next POSTs; after them every one is accepted. */
  readonly plan: PlacePlan[];
  /** Failures by the name of the call, for as long as they are there. */
  readonly failures: Map<string, ClobFailure>;
  /** Cancels that the venue will not do, by hash, with its words. */
  readonly uncancelable: Map<VenueOrderId, string>;
  balanceMicro: number;
  allowanceMicro: number;
  readonly shares: Map<TokenId, number>;
  clockOffsetMs: number;
  geoblocked: boolean;
  latencyMs: number;
  /** Messages go here while the channel is open. */
  onMessage: ((message: UserChannelMessage) => void) | null;
  /** A match of an order that stands. */
  match(orderHash: VenueOrderId, sizeMicro: number, tradeId: string, more?: Partial<VenueFill>): VenueFill;
  /** The settlement of a match goes on. */
  settle(tradeId: string, settlement: VenueFill['settlement']): void;
  end(orderHash: VenueOrderId, status: VenueOrder['status']): void;
}

export const EXCHANGE = '0xe111180000d2663c0091e4f400237545b87b996b';

export function createScriptedVenue(clock: ClockPort, timers: TimersPort, markets: Market[]): ScriptedVenue {
  const orders = new Map<VenueOrderId, VenueOrder>();
  const calls: string[] = [];
  const wait = (ms: number): Promise<void> => new Promise((resolve) => void timers.after(ms, resolve));
  const ok = <T>(value: T): Outcome<T> => ({ kind: 'accepted', value });
  const call = async <T>(name: string, detail: string, act: () => Outcome<T>): Promise<Outcome<T>> => {
    calls.push(`${name} ${detail}`.trim());
    await wait(venue.latencyMs);
    const failure = venue.failures.get(name);
    const result = failure ?? act();
    await wait(venue.latencyMs);
    return result;
  };
  const set = (order: VenueOrder, change: 'placement' | 'update' | 'cancellation'): void => {
    orders.set(order.orderHash, order);
    venue.onMessage?.({ kind: 'order', change, order });
  };
  const stands = (order: VenueOrder): boolean => order.status === 'live' || order.status === 'delayed';
  const cancelAll = (which: (order: VenueOrder) => boolean): Outcome<CancelAnswer> => {
    const canceled: VenueOrderId[] = [];
    for (const order of orders.values()) {
      if (!stands(order) || !which(order) || venue.uncancelable.has(order.orderHash)) continue;
      canceled.push(order.orderHash);
      set({ ...order, status: 'canceled', statusText: 'CANCELED' }, 'cancellation');
    }
    return ok({ canceled, notCanceled: [] });
  };
  const cancelThese = (hashes: readonly VenueOrderId[]): Outcome<CancelAnswer> => {
    const canceled: VenueOrderId[] = [];
    const notCanceled: { orderHash: VenueOrderId; reason: string }[] = [];
    for (const orderHash of hashes) {
      const order = orders.get(orderHash);
      const reason = venue.uncancelable.get(orderHash);
      if (order === undefined || !stands(order) || reason !== undefined) {
        notCanceled.push({ orderHash, reason: reason ?? "order can't be found - already canceled or matched" });
        continue;
      }
      canceled.push(orderHash);
      set({ ...order, status: 'canceled', statusText: 'CANCELED' }, 'cancellation');
    }
    return ok({ canceled, notCanceled });
  };
  const enter = (orderHash: VenueOrderId, body: string, status: VenueOrder['status']): VenueOrder => {
    const { order, orderType } = JSON.parse(body) as {
      readonly order: Readonly<Record<'tokenId' | 'makerAmount' | 'takerAmount' | 'side', string>>;
      readonly orderType: VenueOrder['timeInForce'];
    };
    const side = order.side === 'BUY' ? 'buy' : 'sell';
    const [money, shares] =
      side === 'buy' ? [order.makerAmount, order.takerAmount] : [order.takerAmount, order.makerAmount];
    const tokenId = order.tokenId as TokenId;
    const market = markets.find(({ tokens }) => tokens.up === tokenId || tokens.down === tokenId);
    const entered: VenueOrder = {
      orderHash,
      status,
      statusText: status.toUpperCase(),
      conditionId: market?.conditionId ?? ('0x' as ConditionId),
      tokenId,
      side,
      priceTicks: Math.round((Number(money) / Number(shares)) * 10_000),
      originalMicro: Number(shares),
      matchedMicro: 0,
      timeInForce: orderType,
      tradeIds: [],
    };
    set(entered, 'placement');
    return entered;
  };

  const venue: ScriptedVenue = {
    orders,
    fills: [],
    markets,
    calls,
    bodies: [],
    plan: [],
    failures: new Map(),
    uncancelable: new Map(),
    balanceMicro: 1_000_000_000,
    allowanceMicro: 1_000_000_000,
    shares: new Map(),
    clockOffsetMs: 0,
    geoblocked: false,
    latencyMs: 5,
    onMessage: null,
    match(orderHash, sizeMicro, tradeId, more = {}) {
      const order = orders.get(orderHash);
      if (order === undefined) throw new Error(`${orderHash} is not at the venue`);
      const fill: VenueFill = {
        tradeId: tradeId as TradeId,
        orderHash,
        tokenId: order.tokenId,
        side: order.side,
        priceTicks: order.priceTicks,
        sizeMicro,
        liquidity: 'maker',
        settlement: 'matched',
        transactionHash: null,
        matchedMs: clock.now(),
        ...more,
      };
      venue.fills.push(fill);
      const matchedMicro = order.matchedMicro + sizeMicro;
      const status = matchedMicro >= order.originalMicro ? 'matched' : order.status;
      set({ ...order, matchedMicro, status, tradeIds: [...order.tradeIds, fill.tradeId] }, 'update');
      venue.onMessage?.({ kind: 'fill', fill });
      return fill;
    },
    settle(tradeId, settlement) {
      const at = venue.fills.findIndex((fill) => fill.tradeId === tradeId);
      const fill = venue.fills[at];
      if (fill === undefined) throw new Error(`${tradeId} is no match`);
      const next = { ...fill, settlement, transactionHash: `0x${tradeId}` };
      venue.fills[at] = next;
      venue.onMessage?.({ kind: 'fill', fill: next });
    },
    end(orderHash, status) {
      const order = orders.get(orderHash);
      if (order !== undefined) set({ ...order, status, statusText: status.toUpperCase() }, 'cancellation');
    },
    clob: {
      async place({ orderHash, body }) {
        calls.push(`place ${orderHash}`);
        venue.bodies.push(body);
        const plan = venue.plan.shift() ?? 'accept';
        await wait(venue.latencyMs);
        if (typeof plan !== 'string') return plan;
        if (plan === 'never-answered') return new Promise(() => undefined);
        if (plan === 'lost-before') return { kind: 'ambiguous', detail: 'no answer' };
        if (orders.has(orderHash)) {
          return { kind: 'rejected', code: 'other', detail: 'order is invalid. Duplicated.', duplicated: true };
        }
        const status = plan === 'accept' || plan === 'lost-after' ? 'live' : plan;
        enter(orderHash, body, status);
        await wait(venue.latencyMs);
        if (plan === 'lost-after') return { kind: 'ambiguous', detail: 'no answer' };
        return ok({ orderHash, status, tradeIds: [] });
      },
      placeBatch: (all) => Promise.all(all.map((order) => venue.clob.place(order))),
      cancel: (orderHash) => call('cancel', orderHash, () => cancelThese([orderHash])),
      cancelMany: (hashes) => call('cancelMany', hashes.join(','), () => cancelThese(hashes)),
      cancelMarket: (conditionId) =>
        call('cancelMarket', conditionId, () => cancelAll((order) => order.conditionId === conditionId)),
      cancelAll: () => call('cancelAll', '', () => cancelAll(() => true)),
      openOrders: () => call('openOrders', '', () => ok([...orders.values()].filter(stands))),
      order: (orderHash) => call('order', orderHash, () => ok(orders.get(orderHash) ?? null)),
      fills: ({ conditionId, afterMs = 0 }) =>
        call('fills', '', () =>
          ok(
            venue.fills.filter(
              (fill) =>
                fill.matchedMs >= afterMs &&
                (conditionId === undefined || orders.get(fill.orderHash)?.conditionId === conditionId),
            ),
          ),
        ),
      collateral: () =>
        call('collateral', '', () =>
          ok({ balanceMicro: venue.balanceMicro, allowancesMicro: { [EXCHANGE]: venue.allowanceMicro } }),
        ),
      conditional: (tokenId) =>
        call('conditional', '', () => ok({ balanceMicro: venue.shares.get(tokenId) ?? 0, allowancesMicro: {} })),
      market: (conditionId) =>
        call('market', '', () => {
          const market = markets.find((one) => one.conditionId === conditionId);
          if (market === undefined)
            return { kind: 'rejected', code: 'other', detail: 'market not found', duplicated: false };
          return ok({
            conditionId,
            tokenIds: [market.tokens.up, market.tokens.down],
            outcomes: ['Up', 'Down'],
            tickSizeTicks: market.tickSizeTicks,
            minSizeMicro: market.minSizeMicro,
            feeRatePpm: market.fees?.ratePpm ?? null,
            feeExponent: market.fees?.exponent ?? null,
            takerOnlyFees: market.fees?.takerOnly ?? null,
            negRisk: market.negRisk,
            acceptingOrders: market.acceptingOrders,
            takerDelay: true,
          });
        }),
      time: () => call('time', '', () => ok(Math.floor((clock.now() + venue.clockOffsetMs) / SECOND_MS))),
      heartbeat: () => call('heartbeat', '', () => ok(undefined)),
      geoblock: () => call('geoblock', '', () => ok({ blocked: venue.geoblocked, country: 'IE', region: 'L' })),
      rebates: () => call('rebates', '', () => ok(0)),
      closedOnly: () => call('closedOnly', '', () => ok(false)),
      warm: () => Promise.resolve(),
    },
  };
  return venue;
}
