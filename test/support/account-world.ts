/** An account on virtual time, in front of a scripted venue, with the series that a test plays the part of. */

import { orderSalt } from '../../core/execution/order-identity.ts';
import type {
  ClientOrderId,
  ConditionId,
  MarketSlug,
  SeriesSlug,
  StrategyId,
  TokenId,
} from '../../core/model/identifiers.ts';
import type { Market } from '../../core/model/market.ts';
import { formatMicro } from '../../core/model/money.ts';
import type { ApprovedOrder } from '../../core/model/order.ts';
import { formatPriceTicks } from '../../core/model/price.ts';
import type { LinkFact } from '../../core/protocol/runner-link.ts';
import { type Account, createAccount } from '../../runner/account/account.ts';
import type { AccountCaps } from '../../runner/account/order-checks.ts';
import type { SeriesIntake } from '../../runner/account/series-port.ts';
import type { ChainAccount } from '../../runner/chain/chain-account.ts';
import type { RunnerPorts } from '../../runner/ports.ts';
import { createOrderSigner } from '../../runner/signer/create-order-signer.ts';
import { createDigestSigner } from '../../runner/signer/digest-signer.ts';
import { parsePrivateKey } from '../../runner/signer/private-key.ts';
import { aMarket } from './builders.ts';
import { createMemoryDisk, type MemoryDisk } from './memory-disk.ts';
import { createMemoryLog } from './node-ports.ts';
import { createRunnerTime, createScriptedHttp, fixedRandom, type RunnerTime } from './runner-ports.ts';
import { createScriptedVenue, EXCHANGE, type ScriptedVenue } from './scripted-venue.ts';

/** 2026-11-23T12:00:00Z, the start of a window. */
export const START_MS = 1_795_435_200_000;
export const UNIT = 1_000_000;
export const SERIES = 'btc-updown-5m' as SeriesSlug;
/** The publicly known first key of anvil. */
const KEY = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';

export const CAUSE = { seq: 1, tsEvent: START_MS, tsInit: START_MS };

/** A window of the series as both Gamma and the CLOB state it. */
export function windowAt(index: number, series = SERIES): Market {
  const startMs = START_MS + index * 300_000;
  const seconds = `${startMs / 1_000}`;
  const letter = series === SERIES ? '4' : '6';
  return aMarket({
    startMs,
    series,
    slug: `${series}-${seconds}` as MarketSlug,
    conditionId: `0x${letter.repeat(50)}${Number(seconds).toString(16).padStart(14, '0')}` as ConditionId,
    tokens: {
      up: `${letter}1${'7'.repeat(60)}${seconds}` as TokenId,
      down: `${letter}2${'7'.repeat(60)}${seconds}` as TokenId,
    },
  });
}

/** The market as a body of Gamma; with its result once it has one. */
export function gammaBody(market: Market, winner: 'up' | 'down' | null = null): string {
  const { slug, conditionId, tokens, tickSizeTicks, minSizeMicro, window, rule, fees } = market;
  const resolved = winner !== null;
  return JSON.stringify({
    slug,
    seriesSlug: 'btc-up-or-down-5m',
    markets: [
      {
        slug,
        conditionId,
        clobTokenIds: JSON.stringify([tokens.up, tokens.down]),
        outcomes: '["Up","Down"]',
        outcomePrices: JSON.stringify(winner === 'up' ? ['1', '0'] : winner === 'down' ? ['0', '1'] : ['0.5', '0.5']),
        orderPriceMinTickSize: Number(formatPriceTicks(tickSizeTicks)),
        orderMinSize: Number(formatMicro(minSizeMicro)),
        negRisk: market.negRisk,
        active: true,
        closed: resolved,
        ...(resolved ? { umaResolutionStatus: 'resolved' } : {}),
        acceptingOrders: !resolved,
        eventStartTime: new Date(window.startMs).toISOString(),
        endDate: new Date(window.endMs).toISOString(),
        resolutionSource: rule.resolutionSource,
        feesEnabled: fees !== null,
        feeSchedule: { rate: 0.07, exponent: 1, takerOnly: true, rebateRate: 0.2 },
        version: market.protocolVersion,
        updatedAt: '2026-11-23T00:00:00Z',
        cryptoMarketConfig: { id: rule.configId, twapEnabled: true, twapLookbackSeconds: 60 },
      },
    ],
    eventMetadata: {},
  });
}

export interface AccountWorld {
  readonly time: RunnerTime;
  readonly venue: ScriptedVenue;
  readonly disk: MemoryDisk;
  readonly ports: RunnerPorts;
  readonly log: ReturnType<typeof createMemoryLog>;
  readonly account: Account;
  readonly intake: SeriesIntake;
  /** What the series was told, by this process. */
  readonly facts: LinkFact[];
  /** Types of the facts that concern one order. */
  told(clientOrderId: string): string[];
  of<T extends LinkFact['type']>(type: T): Extract<LinkFact, { readonly type: T }>[];
  advance(ms: number): Promise<void>;
  /** Starts, reconciles, begins the epoch and gives the lease. */
  open(): Promise<void>;
  /** Renews nothing: the link itself lapses a lease; here it stays until `lapse`. */
  lapse(): void;
  order(more?: Partial<ApprovedOrder>): ApprovedOrder;
  submit(order: ApprovedOrder): ApprovedOrder;
  hashOf(order: ApprovedOrder): string;
  /** The process dies; the next one has its disk and its venue. */
  restart(more?: Partial<WorldOptions>): Promise<AccountWorld>;
}

export interface WorldOptions {
  readonly caps?: Partial<AccountCaps>;
  readonly chain?: ChainAccount | null;
  readonly time?: RunnerTime;
  readonly disk?: MemoryDisk;
  readonly venue?: ScriptedVenue;
  readonly allocationMicro?: number;
  /** How Gamma says that a window ended. */
  readonly winners?: Map<string, 'up' | 'down'>;
  readonly channel?: boolean;
  readonly otherSeries?: SeriesSlug;
}

export const CAPS: AccountCaps = {
  maxOrderMicro: 100 * UNIT,
  maxHourlyMicro: 5_000 * UNIT,
  maxDailyLossMicro: 100 * UNIT,
  minPriceTicks: 100,
  maxPriceTicks: 9_900,
  maxDistanceTicks: 1_000,
  maxOrdersPerWindow: null,
  learningBudgetMicro: null,
};

let orderNumber = 0;

export async function createAccountWorld(options: WorldOptions = {}): Promise<AccountWorld> {
  const time = options.time ?? createRunnerTime(START_MS + 10_000);
  const disk = options.disk ?? createMemoryDisk();
  const markets = [-1, 0, 1, 2].map((index) => windowAt(index));
  const venue = options.venue ?? createScriptedVenue(time.clock, time.timers, markets);
  const winners = options.winners ?? new Map<string, 'up' | 'down'>();
  const log = createMemoryLog();
  let isDead = false;
  const ports: RunnerPorts = {
    clock: time.clock,
    timers: {
      after: (ms, act) =>
        time.timers.after(ms, () => {
          if (!isDead) act();
        }),
    },
    sockets: {
      open: () => {
        throw new Error('the account opens no sockets');
      },
    },
    http: createScriptedHttp(({ url }) => {
      const slug = url.split('/').at(-1) ?? '';
      const market = venue.markets.find((one) => one.slug === slug);
      if (market === undefined) return { status: 404, headers: {}, body: '{}' };
      return { status: 200, headers: {}, body: gammaBody(market, winners.get(slug) ?? null) };
    }),
    disk,
    random: fixedRandom(),
    log,
  };
  const key = parsePrivateKey(KEY);
  if (!key.ok) throw new Error(key.error);
  const digestSigner = await createDigestSigner(key.value);
  const { address } = digestSigner;
  const wallet = { chainId: 137, signatureType: 0, signerAddress: address, funderAddress: address } as const;
  const signer = createOrderSigner(digestSigner, wallet, '00000000-0000-0000-0000-000000000001');
  if (!signer.ok) throw new Error(signer.error.detail);
  const slugs = options.otherSeries === undefined ? [SERIES] : [SERIES, options.otherSeries];
  const account = createAccount({
    ports,
    clob: venue.clob,
    signer: signer.value,
    chain: options.chain ?? null,
    config: {
      series: slugs.map((slug) => ({
        slug,
        durationMs: 300_000,
        allocationMicro: options.allocationMicro ?? 1_000 * UNIT,
      })),
      caps: { ...CAPS, ...options.caps },
      bankrollMicro: 1_000 * UNIT,
      gammaUrl: 'http://gamma',
      clobUrl: 'http://clob',
    },
    exchangeAddress: EXCHANGE,
  });
  const facts: LinkFact[] = [];
  account.bind({ series: SERIES, linked: true, fact: (fact) => void (isDead || facts.push(fact)) });
  const intake = account.intake(SERIES);
  const world: AccountWorld = {
    time,
    venue,
    disk,
    ports,
    log,
    account,
    intake,
    facts,
    told: (id) => facts.filter((fact) => 'clientOrderId' in fact && fact.clientOrderId === id).map(({ type }) => type),
    of: (type) => facts.filter((fact): fact is Extract<LinkFact, { readonly type: typeof type }> => fact.type === type),
    advance: (ms) => time.virtual.settleTo(time.clock.wallMs() + ms),
    async open() {
      venue.onMessage = options.channel === false ? null : account.channelMessage;
      account.start();
      if (options.channel !== false) account.channelState('open');
      intake.epochBegan(1);
      intake.leaseRenewed();
      const reconciled = account.reconcile();
      await world.advance(2_500);
      await reconciled;
      intake.prepareMarkets(venue.markets.map(({ slug }) => slug));
      await world.advance(1_000);
    },
    lapse: () => intake.leaseLapsed(),
    order(more = {}) {
      const clientOrderId = more.clientOrderId ?? (`mm-${++orderNumber}` as ClientOrderId);
      const createdMs = time.clock.now();
      const market = windowAt(0);
      const outcome = more.outcome ?? 'up';
      return {
        strategy: 'market-maker' as StrategyId,
        marketSlug: market.slug,
        windowStartMs: market.window.startMs,
        tokenId: market.tokens[outcome],
        outcome,
        side: 'buy',
        priceTicks: 4_800,
        amount: { unit: 'shares', sizeMicro: 10 * UNIT },
        timeInForce: 'GTC',
        postOnly: true,
        clientOrderId,
        createdMs,
        notAfterMs: createdMs + 3_000,
        salt: orderSalt(SERIES, 1, clientOrderId),
        ...more,
      } as ApprovedOrder;
    },
    submit(order) {
      intake.submit(order, CAUSE);
      return order;
    },
    hashOf(order) {
      const signed = signer.value.sign(order, { tickSizeTicks: 100, negRisk: false });
      if (!signed.ok) throw new Error(signed.error.detail);
      return signed.value.orderHash;
    },
    async restart(more = {}) {
      isDead = true;
      account.stop();
      venue.onMessage = null;
      return createAccountWorld({ ...options, time, disk, venue, winners, ...more });
    },
  };
  return world;
}
