/** The embedded exchange on a virtual clock, with accounts that may trade and short ways to say what they do. */
import type { SeriesSlug, VenueOrderId } from '../../core/model/identifiers.ts';
import type { Side, TimeInForce } from '../../core/model/order.ts';
import type { Outcome } from '../../core/model/window.ts';
import { createMarketGenerator } from '../../core/simulation/market-generator.ts';
import { COLLATERAL_ADAPTER, STANDARD_EXCHANGE } from '../../embedded-venue/clob/chain-contracts.ts';
import { createPolymarketWorld, type PolymarketWorld } from '../../embedded-venue/polymarket-world.ts';
import { UNLIMITED_MICRO } from '../../embedded-venue/trading/account-ledger.ts';
import type {
  ExchangeFaults,
  IncomingOrder,
  PlaceResult,
  VenueAddress,
  VenueExchange,
} from '../../embedded-venue/trading/venue-exchange.ts';
import type { VenueMarket } from '../../embedded-venue/venue-market.ts';

/** Start of the window that trades. */
export const START_MS = 1_795_405_200_000;
export const END_MS = START_MS + 300_000;
const SERIES = { slug: 'btc-updown-5m' as SeriesSlug, durationMs: 300_000 };

export const ALICE: VenueAddress = `0x${'a'.repeat(40)}`;
export const BOB: VenueAddress = `0x${'b'.repeat(40)}`;
export const CAROL: VenueAddress = `0x${'c'.repeat(40)}`;

export interface FloorOptions {
  readonly seed?: number;
  readonly participants?: 'simulated' | 'none';
  readonly takerDelayMs?: number;
  readonly faults?: Partial<ExchangeFaults>;
}

/** An order in short: "buy up 0.53 × 10". */
export interface ShortOrder {
  readonly maker?: VenueAddress;
  readonly outcome?: Outcome;
  readonly side?: Side;
  /** Ticks of 0.0001. */
  readonly price: number;
  /** Shares, or whole pUSD for a market BUY. */
  readonly amount: number;
  readonly timeInForce?: TimeInForce;
  readonly postOnly?: boolean;
  readonly expirationSeconds?: number;
}

export interface TradingFloor {
  readonly world: PolymarketWorld;
  readonly exchange: VenueExchange;
  readonly market: VenueMarket;
  /** Milliseconds after the window's start. */
  now: number;
  /** Passes time to so many milliseconds after the window's start, as the server would. */
  passTo(offsetMs: number): void;
  place(order: ShortOrder): PlaceResult & { readonly orderHash: VenueOrderId };
  send(order: Partial<IncomingOrder>): PlaceResult;
  cancel(orderHash: VenueOrderId, maker?: VenueAddress): string | null;
  /** Whole shares of a token that the chain shows. */
  shares(owner: VenueAddress, outcome: Outcome): number;
  pusd(owner: VenueAddress): number;
}

/** A floor on which Alice, Bob and Carol hold 1,000 pUSD and 100 complete sets each, with every approval. */
export function tradingFloor(options: FloorOptions = {}): TradingFloor {
  const seed = options.seed ?? 7;
  const originMs = START_MS - 20_000;
  const path = createMarketGenerator({ seed, originMs, startPriceUsd: 84_000 });
  const world = createPolymarketWorld({
    path,
    series: SERIES,
    seed,
    speed: 1,
    originMs,
    participants: options.participants ?? 'none',
    takerDelayMs: options.takerDelayMs ?? 0,
    faults: options.faults ?? {},
  });
  const { exchange } = world;
  const market = world.directory.bySlug(`btc-updown-5m-${START_MS / 1_000}`, START_MS);
  if (market === null) throw new Error('the market is listed');
  let orders = 0;
  const floor: TradingFloor = {
    world,
    exchange,
    market,
    now: 0,
    passTo(offsetMs) {
      floor.now = offsetMs;
      for (const feed of world.feeds) feed.advanceTo(START_MS + offsetMs);
    },
    place(order) {
      const orderHash = `0x${String(++orders).padStart(64, '0')}` as VenueOrderId;
      return { ...exchange.place(incoming(market, orderHash, order), START_MS + floor.now), orderHash };
    },
    send: (order) =>
      exchange.place(
        { ...incoming(market, `0x${String(++orders).padStart(64, '0')}` as VenueOrderId, BASE), ...order },
        START_MS + floor.now,
      ),
    cancel: (orderHash, maker = ALICE) => exchange.cancel(maker, orderHash, START_MS + floor.now),
    shares: (owner, outcome) => (exchange.holdings(owner).shares.get(market.tokens[outcome]) ?? 0) / 1e6,
    pusd: (owner) => exchange.holdings(owner).pusdMicro / 1e6,
  };
  floor.passTo(0);
  for (const owner of [ALICE, BOB, CAROL]) equip(floor, owner);
  return floor;
}

const BASE: ShortOrder = { price: 5_000, amount: 10 };

/** Gives an account 1,000 pUSD, 100 sets and every approval. */
export function equip({ exchange, market, now }: TradingFloor, owner: VenueAddress): void {
  exchange.fund(owner, { pusdMicro: 1_100_000_000 });
  for (const spender of [STANDARD_EXCHANGE, COLLATERAL_ADAPTER]) {
    exchange.approve(owner, spender, UNLIMITED_MICRO);
    exchange.approveConditional(owner, spender, true);
  }
  const refused = exchange.split(owner, market.conditionId, 100_000_000, START_MS + now);
  if (refused !== null) throw new Error(refused);
}

/** The amounts that a client would sign. */
export function incoming(market: VenueMarket, orderHash: VenueOrderId, order: ShortOrder): IncomingOrder {
  const { maker = ALICE, outcome = 'up', side = 'buy', price, amount, timeInForce = 'GTC' } = order;
  const isMarket = timeInForce === 'FOK' || timeInForce === 'FAK';
  const amountMicro = Math.round(amount * 1e6);
  const [makerAmountMicro, takerAmountMicro] =
    side === 'sell'
      ? [amountMicro, Math.round((amountMicro * price) / 1e4)]
      : isMarket
        ? [amountMicro, Math.floor((amountMicro * 1e4) / price / 100) * 100]
        : [Math.round((amountMicro * price) / 1e4), amountMicro];
  return {
    orderHash,
    maker,
    tokenId: market.tokens[outcome],
    side,
    makerAmountMicro,
    takerAmountMicro,
    timeInForce,
    postOnly: order.postOnly ?? false,
    expirationSeconds: order.expirationSeconds ?? 0,
  };
}

/** "MATCHED 10 up buy 0.5" and the like: what the user channel would tell. */
export function noticesInShort(exchange: VenueExchange): string[] {
  return exchange.takeNotices().map((notice) => {
    if (notice.kind === 'trade') return `${notice.atMs - START_MS} trade ${notice.trade.kind} ${notice.trade.state}`;
    const { orderHash, state, matchedMicro } = notice.order;
    return `${notice.atMs - START_MS} ${notice.type} ${Number(orderHash.slice(2))} ${state} ${matchedMicro / 1e6}`;
  });
}
