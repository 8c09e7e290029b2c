/**
 * An account with the real CLOB client and user channel in front of the embedded venue, in one process on virtual time: every byte of an
 * answer or a message can be spoiled on its way.
 */
import { orderSalt } from '../../core/execution/order-identity.ts';
import type { ClientOrderId, SeriesSlug, StrategyId, VenueOrderId } from '../../core/model/identifiers.ts';
import type { ApprovedOrder } from '../../core/model/order.ts';
import type { LinkFact } from '../../core/protocol/runner-link.ts';
import { createRng } from '../../core/simulation/rng.ts';
import type { VenueConnection, VenueResponse } from '../../embedded-venue/connection.ts';
import type { VenueMarket } from '../../embedded-venue/venue-market.ts';
import { type Account, createAccount } from '../../runner/account/account.ts';
import type { SeriesIntake } from '../../runner/account/series-port.ts';
import { POLYGON } from '../../runner/chain/contracts.ts';
import { createUserChannel } from '../../runner/clob/user-channel.ts';
import { parseRunnerEnv } from '../../runner/env.ts';
import type { HttpAnswer, HttpFailure, HttpRequest, RunnerPorts, SocketsPort } from '../../runner/ports.ts';
import { openVenueAccess } from '../../runner/venue-access.ts';
import { createMemoryDisk } from './memory-disk.ts';
import { createMemoryLog } from './node-ports.ts';
import { type Counterparty, createCounterparty, createLeanVenue, type LeanVenue } from './order-path/lean-venue.ts';
import { routeOf } from './order-path/venue-line.ts';
import { createRunnerTime, fixedRandom } from './runner-ports.ts';
import { ANVIL_KEY } from './signing-fixtures.ts';

/** Start of a window; the account begins 10 s into it. */
const START_MS = 1_795_435_200_000;
const SERIES = 'btc-updown-5m' as SeriesSlug;
const UNIT = 1_000_000;
const LATENCY_MS = 2;
const TURN_MS = 20;

export interface AccountAtVenue {
  readonly venue: LeanVenue;
  readonly market: VenueMarket;
  readonly other: Counterparty;
  readonly account: Account;
  readonly intake: SeriesIntake;
  readonly facts: readonly LinkFact[];
  readonly log: ReturnType<typeof createMemoryLog>;
  /** What becomes of the venue's answer; `null`: it arrives as it is. */
  spoilAnswer: ((route: string, answer: HttpAnswer) => HttpAnswer | HttpFailure) | null;
  /** In place of the venue, which never sees the request; `null` from it: the venue answers. */
  answerInstead: ((route: string) => HttpAnswer | null) | null;
  /** What becomes of a frame of the user channel; `null` from it: lost. */
  spoilFrame: ((frame: string) => string | null) | null;
  now(): number;
  advance(ms: number): Promise<void>;
  /** Approved and handed to the account. */
  submit(more?: Partial<ApprovedOrder>): ApprovedOrder;
  /** The venue's id of an order that it has. */
  hashOf(order: ApprovedOrder): VenueOrderId;
  /** Somebody sells so many shares into our bid. */
  fill(order: ApprovedOrder, sizeMicro: number): void;
  /** Types of the facts about an order, in order. */
  told(order: ApprovedOrder): string[];
  /** Lines of the log that say that something threw. */
  thrown(): string[];
  stop(): void;
}

/** Reconciled, linked, with the channel open. */
export async function createAccountAtVenue(): Promise<AccountAtVenue> {
  const time = createRunnerTime(START_MS + 10_000);
  const { clock, timers, virtual } = time;
  const series = { slug: SERIES, durationMs: 300_000 };
  const venue = createLeanVenue({ seed: 1, originMs: clock.now(), series, rng: createRng(1) });
  const log = createMemoryLog();
  const facts: LinkFact[] = [];
  let turning = true;
  const turn = (): void => {
    venue.advanceTo(clock.now());
    if (turning) timers.after(TURN_MS, turn);
  };
  turn();
  const wait = (ms: number): Promise<void> => new Promise((resolve) => void timers.after(ms, resolve));

  const ports: RunnerPorts = {
    clock,
    timers,
    sockets: channelSockets(venue, time, (frame) => (world.spoilFrame === null ? frame : world.spoilFrame(frame))),
    http: {
      async request(request) {
        const route = routeOf(request);
        await wait(LATENCY_MS);
        const instead = world.answerInstead?.(route) ?? null;
        if (instead !== null) return instead;
        const { status, body, headers = {} } = ask(venue, request, clock.now());
        await wait(LATENCY_MS);
        const answer = { status, body, headers };
        return world.spoilAnswer === null ? answer : world.spoilAnswer(route, answer);
      },
    },
    disk: createMemoryDisk(),
    random: fixedRandom(),
    log,
  };
  const world = {
    spoilAnswer: null,
    answerInstead: null,
    spoilFrame: null,
  } as Pick<AccountAtVenue, 'spoilAnswer' | 'answerInstead' | 'spoilFrame'>;

  const settings = parseRunnerEnv(
    {
      MODE: 'sim',
      SERIES,
      EMBEDDED_VENUE_URL: 'http://venue.test',
      WORKER_URL: 'http://worker.test',
      RUNNER_LINK_KEY_ID: 'k1',
      RUNNER_LINK_KEY: 'secret-one-of-the-link-0123456789',
      STATE_FOLDER: '/nowhere',
      POLY_PRIVATE_KEY: ANVIL_KEY,
      RUNNER_MAX_DISTANCE: '0.98',
    },
    '/repository',
  );
  if (!settings.ok) throw new Error(settings.error);
  const { value } = settings;
  let account: Account | null = null;
  const opening = openVenueAccess(value, ports, (hash) => account?.knows(hash) ?? false);
  // The signer is loaded from the disk: no timer of ours says when.
  const opened = await untilDone(opening, () => virtual.settleTo(clock.wallMs() + LATENCY_MS));
  if (!opened.ok) throw new Error(opened.error);
  const { clob, signer, credentials, identity, wallet } = opened.value;
  venue.equip(wallet.funderAddress.toLowerCase(), 1_000 * UNIT);
  const own = createAccount({
    ports,
    clob,
    signer,
    chain: null,
    config: {
      series: value.series,
      caps: value.caps,
      bankrollMicro: value.bankrollMicro,
      gammaUrl: value.addresses.gammaUrl,
      clobUrl: value.addresses.clobUrl,
    },
    exchangeAddress: POLYGON.exchange,
  });
  account = own;
  own.bind({ series: SERIES, linked: true, fact: (fact) => void facts.push(fact) });
  const intake = own.intake(SERIES);
  const channel = createUserChannel({
    url: value.addresses.userChannelUrl,
    credentials,
    identity,
    sockets: ports.sockets,
    clock,
    timers,
    random: ports.random,
    handlers: {
      onMessage: own.channelMessage,
      onState: own.channelState,
      onRejected({ reason, detail }) {
        log.log('error', 'A message of the user channel cannot be read.', { reason, detail });
        own.channelRejected(`${reason} in ${detail}`);
      },
    },
  });
  const other = createCounterparty(venue, 'b');
  venue.equip(other.address, 100_000 * UNIT);
  const market = venue.marketAt(START_MS, clock.now());
  venue.exchange.split(other.address, market.conditionId, 1_000 * UNIT, clock.now());
  const maker = wallet.funderAddress.toLowerCase();
  let orders = 0;

  const at: AccountAtVenue = Object.assign(world, {
    venue,
    market,
    other,
    account: own,
    intake,
    facts,
    log,
    now: clock.now,
    advance: (ms: number) => virtual.settleTo(clock.wallMs() + ms),
    submit(more: Partial<ApprovedOrder> = {}) {
      const clientOrderId = `mm-${++orders}` as ClientOrderId;
      const createdMs = clock.now();
      const outcome = more.outcome ?? 'up';
      const order = {
        strategy: 'market-maker' as StrategyId,
        marketSlug: market.slug,
        windowStartMs: START_MS,
        tokenId: market.tokens[outcome],
        outcome,
        side: 'buy',
        priceTicks: 4_000,
        amount: { unit: 'shares', sizeMicro: 20 * UNIT },
        timeInForce: 'GTC',
        postOnly: true,
        clientOrderId,
        createdMs,
        notAfterMs: createdMs + 3_000,
        salt: orderSalt(SERIES, 1, clientOrderId),
        ...more,
        // Nothing has approved it: risk is the object's.
      } as ApprovedOrder;
      intake.submit(order, { seq: orders, tsEvent: createdMs, tsInit: createdMs });
      return order;
    },
    hashOf(order: ApprovedOrder) {
      const signed = signer.sign(order, { tickSizeTicks: 100, negRisk: false });
      if (!signed.ok) throw new Error(signed.error.detail);
      return signed.value.orderHash;
    },
    fill(order: ApprovedOrder, sizeMicro: number) {
      const wish = { outcome: order.outcome, side: 'sell', priceTicks: order.priceTicks, timeInForce: 'FAK' } as const;
      other.place(market, { ...wish, amountMicro: sizeMicro }, clock.now());
    },
    told: ({ clientOrderId }: ApprovedOrder) =>
      facts.filter((fact) => 'clientOrderId' in fact && fact.clientOrderId === clientOrderId).map(({ type }) => type),
    thrown: () =>
      log.lines
        .filter(({ message }) => /threw/.test(message))
        .map(({ message, fields }) => `${message} ${fields['detail']}`),
    stop() {
      turning = false;
      channel.stop();
      own.stop();
    },
  });
  own.start();
  channel.start();
  intake.epochBegan(1);
  intake.leaseRenewed();
  const reconciled = own.reconcile();
  await at.advance(3_000);
  if ((await reconciled) === 'incomplete') throw new Error('the account has not reconciled');
  intake.prepareMarkets([market.slug]);
  await at.advance(1_000);
  if (venue.exchange.openOrders(maker).length > 0) throw new Error('a new account has no orders');
  facts.length = 0;
  log.lines.length = 0;
  return at;
}

function ask(venue: LeanVenue, request: HttpRequest, nowMs: number): VenueResponse {
  const { pathname, searchParams } = new URL(request.url);
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, text]) => [name.toLowerCase(), text]));
  venue.advanceTo(nowMs);
  const asked = { method: request.method, path: pathname, query: searchParams, body: request.body ?? '', headers };
  return venue.handle(asked, nowMs) ?? { status: 404, body: '' };
}

/** The venue's sockets; `spoil` sees each frame of theirs. */
function channelSockets(
  venue: LeanVenue,
  { timers }: ReturnType<typeof createRunnerTime>,
  spoil: (frame: string) => string | null,
): SocketsPort {
  let ids = 0;
  return {
    open(url, handlers) {
      const feed = venue.feeds.find(({ path }) => path === new URL(url).pathname);
      if (feed === undefined) throw new Error(`the venue has no ${url}`);
      let isOpen = true;
      const connection: VenueConnection = {
        id: ++ids,
        send: (frame) =>
          void timers.after(LATENCY_MS, () => {
            const arrives = spoil(frame);
            if (isOpen && arrives !== null) handlers.onMessage(arrives);
          }),
        close: (code, reason) =>
          void timers.after(LATENCY_MS, () => {
            if (!isOpen) return;
            isOpen = false;
            handlers.onClose(code, reason, null);
          }),
      };
      timers.after(LATENCY_MS, () => {
        feed.onConnect(connection, new URL(url).searchParams);
        handlers.onOpen();
      });
      return {
        send: (frame) => void timers.after(LATENCY_MS, () => isOpen && feed.onMessage(connection, frame)),
        close() {
          isOpen = false;
          feed.onClose(connection);
        },
      };
    },
  };
}

async function untilDone<T>(promise: Promise<T>, step: () => Promise<void>): Promise<T> {
  let done = false;
  const ended = promise.finally(() => {
    done = true;
  });
  while (!done) {
    await step();
    // Files and WebAssembly come with the real event loop.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return ended;
}
