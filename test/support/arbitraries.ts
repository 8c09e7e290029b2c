/** Arbitrary events and outputs of every kind, for properties. A kind that is missing here is a compile error. */
import * as fc from 'fast-check';
import { DEFAULT_ENGINE_CONFIG } from '../../core/config/defaults.ts';
import type { EngineEvent, EngineEventType } from '../../core/engine/events.ts';
import type { Output } from '../../core/engine/outputs.ts';
import type { Fact } from '../../core/model/fact.ts';
import type {
  ClientOrderId,
  ConditionId,
  MarketSlug,
  SeriesSlug,
  StrategyId,
  TokenId,
  TradeId,
  VenueOrderId,
} from '../../core/model/identifiers.ts';
import { LEDGER_NAMES } from '../../core/model/ledger-name.ts';
import type { Market } from '../../core/model/market.ts';
import type { EventHeader, ExchangeSource } from '../../core/model/market-data.ts';
import type { ApprovedOrder } from '../../core/model/order.ts';
import { SOURCES } from '../../core/model/source.ts';

type EventOf<T extends EngineEventType> = Extract<EngineEvent, { type: T }>;
type OutputOf<T extends Output['type']> = Extract<Output, { type: T }>;
type FactOf<T extends Fact['kind']> = Extract<Fact, { kind: T }>;

/** Unix times around the project's own, and now and then the extremes. */
export const unixMsArbitrary = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 }) },
  { weight: 1, arbitrary: fc.maxSafeNat() },
);
const count = fc.nat();
const ticks = fc.integer({ min: 0, max: 10_000 });
const nullableTicks = fc.option(ticks, { nil: null });
const micro = fc.maxSafeNat();
const signedMicro = fc.maxSafeInteger();
const e8 = fc.oneof(
  fc.maxSafeNat(),
  fc.nat({ max: 100_000 }).map((n) => n * 10_000_000),
);
const e18 = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });
const text = fc.string({ unit: 'binary', maxLength: 40 });
const flag = fc.boolean();
const side = fc.constantFrom('buy' as const, 'sell' as const);
const outcome = fc.constantFrom('up' as const, 'down' as const);
const exchange = fc.constantFrom<ExchangeSource>('binance-futures', 'binance-spot', 'coinbase');
const source = fc.constantFrom(...SOURCES);
const liquidity = fc.constantFrom('maker' as const, 'taker' as const);

const hex = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((data) => `0x${Buffer.from(data).toString('hex')}`);
/** 77-digit token ids, of which few differ: as in a real window. */
export const tokenIdArbitrary = fc.integer({ min: 0, max: 3 }).map((n) => `${n + 1}`.padEnd(77, '7') as TokenId);
const conditionId = hex(32).map((id) => id as ConditionId);
const slug = fc.integer({ min: 1_700_000_000, max: 1_900_000_000 }).map((n) => `btc-updown-5m-${n}` as MarketSlug);
const series = fc.constant('btc-updown-5m' as SeriesSlug);
const strategy = fc.constantFrom('market-maker' as StrategyId, 'directional' as StrategyId);
const clientOrderId = text.map((id) => id as ClientOrderId);
const tradeId = text.map((id) => id as TradeId);

const levelsOf = (price: fc.Arbitrary<number>, size: fc.Arbitrary<number>) =>
  fc.array(fc.tuple(price, size), { maxLength: 20 }).map((levels) => levels.flat());
const e8Levels = levelsOf(e8, e8);
const bookLevels = levelsOf(ticks, micro);
const changes = fc.array(fc.tuple(fc.constantFrom(0, 1), ticks, micro), { maxLength: 10 }).map((all) => all.flat());

const header = { seq: count, tsEvent: unixMsArbitrary, tsInit: unixMsArbitrary } satisfies {
  [K in keyof EventHeader]: fc.Arbitrary<EventHeader[K]>;
};

/** An arbitrary of one event kind: the header is added here. */
function event<T extends EngineEventType>(
  type: T,
  body: { [K in Exclude<keyof EventOf<T>, 'type' | keyof EventHeader>]: fc.Arbitrary<EventOf<T>[K]> },
): fc.Arbitrary<EventOf<T>> {
  return fc.record(
    { type: fc.constant(type), ...header, ...body },
    { noNullPrototype: true },
  ) as unknown as fc.Arbitrary<EventOf<T>>;
}

export const marketArbitrary: fc.Arbitrary<Market> = fc.record(
  {
    slug,
    series,
    window: fc.record({ startMs: unixMsArbitrary, endMs: unixMsArbitrary }, { noNullPrototype: true }),
    conditionId,
    tokens: fc.record({ up: tokenIdArbitrary, down: tokenIdArbitrary }, { noNullPrototype: true }),
    tickSizeTicks: ticks,
    minSizeMicro: micro,
    fees: fc.option(
      fc.record({ ratePpm: count, exponent: count, takerOnly: flag, rebatePpm: count }, { noNullPrototype: true }),
      { nil: null },
    ),
    rule: fc.record(
      {
        resolutionSource: text,
        twapLookbackSeconds: fc.option(count, { nil: null }),
        configId: fc.option(text, { nil: null }),
      },
      { noNullPrototype: true },
    ),
    takerDelayMs: fc.option(count, { nil: null }),
    negRisk: flag,
    protocolVersion: fc.option(text, { nil: null }),
    acceptingOrders: flag,
  },
  { noNullPrototype: true },
);

/** One arbitrary for each kind of event. */
export const eventArbitraries: { [T in EngineEventType]: fc.Arbitrary<EventOf<T>> } = {
  'depth-received': event('depth-received', { source: exchange, updateId: micro, bidsE8: e8Levels, asksE8: e8Levels }),
  'depth-changed': event('depth-changed', {
    source: exchange,
    firstUpdateId: micro,
    updateId: micro,
    previousUpdateId: fc.option(micro, { nil: null }),
    bidsE8: e8Levels,
    asksE8: e8Levels,
  }),
  'trade-received': event('trade-received', {
    source: exchange,
    tradeId: micro,
    aggregated: flag,
    priceE8: e8,
    quantityE8: e8,
    aggressor: side,
  }),
  'ticker-received': event('ticker-received', {
    source: exchange,
    updateId: micro,
    bidE8: e8,
    bidQuantityE8: e8,
    askE8: e8,
    askQuantityE8: e8,
  }),
  'mark-price-received': event('mark-price-received', {
    source: exchange,
    markE8: e8,
    indexE8: e8,
    fundingRateE8: signedMicro,
    nextFundingMs: unixMsArbitrary,
  }),
  'liquidation-received': event('liquidation-received', { source: exchange, side, priceE8: e8, quantityE8: e8 }),
  'heartbeat-received': event('heartbeat-received', { source, counter: micro }),
  'book-received': event('book-received', {
    tokenId: tokenIdArbitrary,
    bids: bookLevels,
    asks: bookLevels,
    tickSizeTicks: nullableTicks,
    lastTradeTicks: nullableTicks,
    hash: text,
  }),
  'book-changed': event('book-changed', {
    tokenId: tokenIdArbitrary,
    changes,
    bestBidTicks: nullableTicks,
    bestAskTicks: nullableTicks,
  }),
  'book-trade-received': event('book-trade-received', {
    tokenId: tokenIdArbitrary,
    priceTicks: ticks,
    sizeMicro: micro,
    takerSide: side,
  }),
  'book-touch-received': event('book-touch-received', {
    tokenId: tokenIdArbitrary,
    bestBidTicks: nullableTicks,
    bestAskTicks: nullableTicks,
  }),
  'tick-size-changed': event('tick-size-changed', {
    tokenId: tokenIdArbitrary,
    oldTickSizeTicks: ticks,
    newTickSizeTicks: ticks,
  }),
  'reference-price-received': event('reference-price-received', {
    source: fc.constantFrom('polybolt', 'rtds'),
    provider: fc.constantFrom('chainlink', 'pyth', 'binance'),
    symbol: text,
    lookbackSeconds: fc.constantFrom(0, 60),
    priceE18: e18,
    snapshot: flag,
  }),
  'volatility-index-received': event('volatility-index-received', {
    source: fc.constant('deribit'),
    volatilityPercent: fc.double(),
  }),
  'market-listed': event('market-listed', { source: fc.constant('gamma'), market: marketArbitrary }),
  'market-announced': event('market-announced', { source: fc.constant('polymarket-clob'), slug, conditionId }),
  'official-result-published': event('official-result-published', {
    source: fc.constantFrom('gamma', 'polymarket-clob'),
    conditionId,
    strikeE18: fc.option(e18, { nil: null }),
    finalE18: fc.option(e18, { nil: null }),
    outcome: fc.option(outcome, { nil: null }),
    winningTokenId: fc.option(tokenIdArbitrary, { nil: null }),
  }),
  'candle-history-received': event('candle-history-received', {
    source: exchange,
    candles: fc.array(fc.tuple(unixMsArbitrary, e8, e8, e8, e8, e8), { maxLength: 5 }),
  }),
  'order-accepted': event('order-accepted', { clientOrderId, venueOrderId: hex(32).map((id) => id as VenueOrderId) }),
  'order-rejected': event('order-rejected', {
    clientOrderId,
    code: fc.constantFrom('crosses-book', 'not-filled', 'below-minimum', 'off-tick', 'insufficient-balance', 'other'),
    detail: text,
  }),
  'order-filled': event('order-filled', {
    clientOrderId,
    tradeId,
    priceTicks: ticks,
    sizeMicro: micro,
    feeMicro: micro,
    liquidity,
  }),
  'order-canceled': event('order-canceled', {
    clientOrderId,
    reason: fc.constantFrom('requested', 'market-resolved', 'expired', 'dead-man', 'unfilled-remainder', 'other'),
  }),
  'cancel-rejected': event('cancel-rejected', { clientOrderId, detail: text }),
  'submission-unknown': event('submission-unknown', { clientOrderId }),
  'expired-unsent': event('expired-unsent', { clientOrderId }),
  'fill-settlement-changed': event('fill-settlement-changed', {
    clientOrderId,
    tradeId,
    status: fc.constantFrom('matched', 'mined', 'retrying', 'confirmed', 'failed'),
    transactionHash: fc.option(hex(32), { nil: null }),
  }),
  'order-absent': event('order-absent', { clientOrderId, detail: text }),
  'account-observed': event('account-observed', {
    cashMicro: micro,
    allowanceMicro: micro,
    redeemableMicro: micro,
    blockNumber: fc.option(count, { nil: null }),
  }),
  'window-redeemed': event('window-redeemed', {
    conditionId,
    payoutMicro: micro,
    costMicro: micro,
    transactionHash: hex(32),
  }),
  'complete-sets-changed': event('complete-sets-changed', {
    conditionId,
    change: fc.constantFrom('merged', 'split'),
    sizeMicro: micro,
    costMicro: micro,
    transactionHash: hex(32),
  }),
  'complete-sets-failed': event('complete-sets-failed', {
    conditionId,
    change: fc.constantFrom('merged', 'split'),
    detail: text,
  }),
  'rebate-paid': event('rebate-paid', { amountMicro: micro, transactionHash: hex(32) }),
  'venue-mode-changed': event('venue-mode-changed', {
    mode: fc.constantFrom('open', 'post-only', 'cancel-only', 'restarting', 'disabled'),
    untilMs: fc.option(unixMsArbitrary, { nil: null }),
  }),
  'reconciliation-completed': event('reconciliation-completed', {
    result: fc.constantFrom('clean', 'mismatch', 'incomplete'),
    differences: fc.array(text, { maxLength: 3 }),
    held: fc.array(fc.record({ tokenId: tokenIdArbitrary, sizeMicro: micro }, { noNullPrototype: true }), {
      maxLength: 3,
    }),
    blockNumber: fc.option(count, { nil: null }),
  }),
  'runner-restriction-changed': event('runner-restriction-changed', {
    reason: text,
    mode: fc.constantFrom('active', 'reducing', 'halted'),
    detail: text,
  }),
  'runner-alerted': event('runner-alerted', {
    code: text,
    severity: fc.constantFrom('info', 'warning', 'critical'),
    detail: text,
  }),
  'stop-progressed': event('stop-progressed', {
    commandId: text,
    openAtVenue: count,
    unknown: count,
    confirmed: flag,
  }),
  restarted: event('restarted', {
    epoch: count,
    lastSeq: count,
    snapshotSeq: count,
    buildId: text,
    config: fc.constant(DEFAULT_ENGINE_CONFIG),
    keepsDocument: flag,
  }),
  'step-failed': event('step-failed', { failedSeq: count, message: text }),
  'config-applied': event('config-applied', {
    config: fc.constant(DEFAULT_ENGINE_CONFIG),
    change: fc.record(
      { commandId: text, actor: text, document: text, deployedDocument: text },
      { noNullPrototype: true },
    ),
  }),
  'recovery-completed': event('recovery-completed', {}),
  'timer-fired': event('timer-fired', { key: text, generation: count }),
  'command-received': event('command-received', {
    commandId: text,
    actor: text,
    command: fc.record(
      {
        kind: fc.constantFrom('pause' as const, 'flatten' as const, 'kill' as const, 'resume' as const),
        scope: fc.constantFrom('series' as const, 'account' as const),
      },
      { noNullPrototype: true },
    ),
  }),
  'feed-connected': event('feed-connected', { source, connection: count }),
  'feed-disconnected': event('feed-disconnected', { source, connection: count, reason: text }),
  'runner-linked': event('runner-linked', { runnerId: text }),
  'runner-unlinked': event('runner-unlinked', { reason: text }),
};

/** Any event, each kind as likely as the next. */
export const eventArbitrary: fc.Arbitrary<EngineEvent> = fc.oneof(...Object.values(eventArbitraries));

/** An arbitrary of one output kind. */
function output<T extends Output['type']>(
  type: T,
  body: { [K in Exclude<keyof OutputOf<T>, 'type'>]: fc.Arbitrary<OutputOf<T>[K]> },
): fc.Arbitrary<OutputOf<T>> {
  return fc.record({ type: fc.constant(type), ...body }, { noNullPrototype: true }) as unknown as fc.Arbitrary<
    OutputOf<T>
  >;
}

function fact<T extends Fact['kind']>(
  kind: T,
  body: { [K in Exclude<keyof FactOf<T>, 'kind'>]: fc.Arbitrary<FactOf<T>[K]> },
): fc.Arbitrary<FactOf<T>> {
  return fc.record({ kind: fc.constant(kind), ...body }, { noNullPrototype: true }) as unknown as fc.Arbitrary<
    FactOf<T>
  >;
}

const ledgerName = fc.constantFrom(...LEDGER_NAMES);

const drifts = {
  edgeMicro: signedMicro,
  drift1sMicro: signedMicro,
  drift5sMicro: signedMicro,
  drift30sMicro: signedMicro,
  drift60sMicro: signedMicro,
  driftSettlementMicro: signedMicro,
};

const orderShape = {
  series: text,
  windowStartMs: unixMsArbitrary,
  strategy: text,
  outcome,
  side,
  priceTicks: ticks,
};

/** One arbitrary for each kind of fact. */
export const factArbitraries: { [T in Fact['kind']]: fc.Arbitrary<FactOf<T>> } = {
  order: fact('order', {
    ...orderShape,
    clientOrderId: text,
    venueOrderId: fc.option(text, { nil: null }),
    tokenId: text,
    timeInForce: fc.constantFrom('GTC', 'GTD', 'FOK', 'FAK'),
    postOnly: flag,
    sizeMicro: fc.option(micro, { nil: null }),
    spendMicro: fc.option(micro, { nil: null }),
    filledMicro: micro,
    status: fc.constantFrom('filled', 'canceled', 'rejected', 'expired'),
    statusDetail: text,
    createdMs: unixMsArbitrary,
    endedMs: unixMsArbitrary,
  }),
  fill: fact('fill', {
    ...orderShape,
    tradeId: text,
    clientOrderId: text,
    sizeMicro: micro,
    feeMicro: micro,
    liquidity,
    filledAtMs: unixMsArbitrary,
    settlement: fc.constantFrom('matched', 'mined', 'retrying', 'confirmed', 'failed'),
  }),
  position: fact('position', {
    series: text,
    windowStartMs: unixMsArbitrary,
    outcome,
    tokenId: text,
    sizeMicro: micro,
    costMicro: micro,
    feesMicro: micro,
    payoutMicro: micro,
    realizedPnlMicro: signedMicro,
  }),
  window: fact('window', {
    series: text,
    windowStartMs: unixMsArbitrary,
    windowEndMs: unixMsArbitrary,
    slug: text,
    conditionId: fc.option(text, { nil: null }),
    strike: fc.option(text, { nil: null }),
    final: fc.option(text, { nil: null }),
    outcome: fc.option(outcome, { nil: null }),
    officialOutcome: fc.option(outcome, { nil: null }),
    officialStrike: fc.option(text, { nil: null }),
    verification: fc.constantFrom('confirmed', 'mismatch', 'missing'),
    tradable: flag,
    decision: text,
    orders: count,
    fills: count,
    feesMicro: micro,
    realizedPnlMicro: signedMicro,
    worstFeedAgeMs: count,
    worstFeed: text,
    closedAtMs: unixMsArbitrary,
  }),
  'daily-pnl': fact('daily-pnl', {
    series: text,
    dayStartMs: unixMsArbitrary,
    windows: count,
    fills: count,
    feesMicro: micro,
    costsMicro: micro,
    realizedPnlMicro: signedMicro,
  }),
  markout: fact('markout', {
    series: text,
    windowStartMs: unixMsArbitrary,
    tradeId: text,
    clientOrderId: text,
    ledger: ledgerName,
    strategy: text,
    outcome,
    side,
    liquidity: fc.constantFrom('maker', 'taker'),
    priceTicks: ticks,
    sizeMicro: micro,
    filledAtMs: unixMsArbitrary,
    ...drifts,
    feeMicro: micro,
    realizedPnlMicro: signedMicro,
    carriedMarks: count,
    worstMarkDelayMs: count,
    failed: flag,
  }),
  'strategy-pnl': fact('strategy-pnl', {
    series: text,
    windowStartMs: unixMsArbitrary,
    ledger: ledgerName,
    strategy: text,
    outcome,
    fills: count,
    sharesMicro: micro,
    boughtMicro: micro,
    soldMicro: micro,
    feesMicro: micro,
    payoutMicro: signedMicro,
    pnlMicro: signedMicro,
    ...drifts,
    carriedMarks: count,
    rebateAccruedMicro: micro,
  }),
  'ledger-entry': fact('ledger-entry', {
    series: text,
    atMs: unixMsArbitrary,
    id: text,
    ledger: ledgerName,
    entry: fc.constantFrom('fee', 'gas', 'redemption', 'merge', 'split', 'rebate-accrued', 'rebate-paid'),
    windowStartMs: fc.option(unixMsArbitrary, { nil: null }),
    strategy: fc.option(text, { nil: null }),
    amountMicro: signedMicro,
  }),
  audit: fact('audit', { series: text, id: text, actor: text, action: text, detail: text, atMs: unixMsArbitrary }),
};

export const factArbitrary: fc.Arbitrary<Fact> = fc.oneof(...Object.values(factArbitraries));

export const approvedOrderArbitrary: fc.Arbitrary<ApprovedOrder> = fc
  .record(
    {
      strategy,
      marketSlug: slug,
      windowStartMs: unixMsArbitrary,
      tokenId: tokenIdArbitrary,
      outcome,
      side,
      priceTicks: ticks,
      amount: fc.oneof(
        fc.record({ unit: fc.constant('shares' as const), sizeMicro: micro }, { noNullPrototype: true }),
        fc.record({ unit: fc.constant('pusd' as const), spendMicro: micro }, { noNullPrototype: true }),
      ),
      timeInForce: fc.constantFrom('GTC' as const, 'GTD' as const, 'FOK' as const, 'FAK' as const),
      postOnly: flag,
      clientOrderId,
      createdMs: unixMsArbitrary,
      notAfterMs: unixMsArbitrary,
      salt: count,
    },
    { noNullPrototype: true },
  )
  .map((order) => order as ApprovedOrder);

/** Inputs of a decision: any names, also those that look like tags of the journal's JSON. */
const inputs = fc.dictionary(
  fc.oneof(text, fc.constantFrom('$bigint', '$number', '$$', '__proto__', 'toString')),
  fc.oneof(fc.double(), text, fc.constant(null)),
  { maxKeys: 5, noNullPrototype: true },
);

const shadowFill = fc.record(
  {
    own: flag,
    outcome,
    side,
    priceTicks: ticks,
    sizeMicro: micro,
    feeMicro: micro,
    fairTicks: fc.option(count, { nil: null }),
    markTicks: fc.option(count, { nil: null }),
  },
  { noNullPrototype: true },
);

/** One arbitrary for each kind of output. */
export const outputArbitraries: { [T in Output['type']]: fc.Arbitrary<OutputOf<T>> } = {
  'submit-order': output('submit-order', { order: approvedOrderArbitrary }),
  'cancel-order': output('cancel-order', { clientOrderId, reason: text }),
  'resend-order': output('resend-order', { clientOrderId }),
  'capture-strike-interval': output('capture-strike-interval', {
    windowStartMs: unixMsArbitrary,
    lowE18: e18,
    highE18: e18,
  }),
  'record-call': output('record-call', {
    call: fc.record(
      { windowStartMs: unixMsArbitrary, atMs: unixMsArbitrary, outcome, breakEvenPpm: count, shadow: flag },
      { noNullPrototype: true },
    ),
  }),
  'note-shadow-window': output('note-shadow-window', {
    ended: fc.record(
      {
        windowStartMs: unixMsArbitrary,
        endedMs: unixMsArbitrary,
        fills: fc.array(shadowFill, { maxLength: 2 }),
        winner: fc.option(outcome, { nil: null }),
      },
      { noNullPrototype: true },
    ),
  }),
  'cancel-all-orders': output('cancel-all-orders', { reason: text }),
  'set-stop': output('set-stop', {
    stop: fc.option(
      fc.record(
        {
          commandId: text,
          verb: fc.constantFrom('pause' as const, 'flatten' as const, 'kill' as const),
          scope: fc.constantFrom('series' as const, 'account' as const),
          actor: text,
          startedMs: unixMsArbitrary,
          confirmed: flag,
          confirmedMs: fc.option(unixMsArbitrary, { nil: null }),
          announced: flag,
          openAtVenue: fc.option(count, { nil: null }),
          unknown: fc.option(count, { nil: null }),
          canceledAllMs: unixMsArbitrary,
          overdue: flag,
          attempts: fc.dictionary(text, count, { maxKeys: 3, noNullPrototype: true }),
          mergeFailed: fc.array(conditionId, { maxLength: 2 }),
          held: fc.array(
            fc.record(
              { windowStartMs: unixMsArbitrary, outcome, sizeMicro: micro, reason: text },
              { noNullPrototype: true },
            ),
            { maxLength: 2 },
          ),
        },
        { noNullPrototype: true },
      ),
      { nil: null },
    ),
  }),
  'merge-complete-sets': output('merge-complete-sets', {
    windowStartMs: unixMsArbitrary,
    conditionId,
    sizeMicro: micro,
  }),
  'instruct-runner': output('instruct-runner', {
    verb: fc.constantFrom('pause', 'flatten', 'kill', 'resume'),
    scope: fc.constantFrom('series', 'account'),
    commandId: text,
  }),
  'schedule-timer': output('schedule-timer', { key: text, dueMs: unixMsArbitrary, generation: count }),
  'subscribe-market': output('subscribe-market', { slug, tokenIds: fc.tuple(tokenIdArbitrary, tokenIdArbitrary) }),
  'unsubscribe-market': output('unsubscribe-market', { slug, tokenIds: fc.tuple(tokenIdArbitrary, tokenIdArbitrary) }),
  'request-markets': output('request-markets', { slugs: fc.array(slug, { maxLength: 4 }) }),
  'capture-boundary-price': output('capture-boundary-price', {
    boundaryMs: unixMsArbitrary,
    lookbackSeconds: count,
    priceE18: e18,
    source,
    snapshot: flag,
  }),
  'resolve-window': output('resolve-window', {
    windowStartMs: unixMsArbitrary,
    conditionId: fc.option(conditionId, { nil: null }),
    outcome,
    by: fc.constantFrom('official', 'reference'),
  }),
  'close-window': output('close-window', {
    windowStartMs: unixMsArbitrary,
    verification: fc.constantFrom('confirmed', 'mismatch', 'missing'),
  }),
  'take-marks': output('take-marks', {
    marks: fc.array(
      fc.record(
        { windowStartMs: unixMsArbitrary, match: text, markMicro: fc.option(micro, { nil: null }) },
        { noNullPrototype: true },
      ),
      { maxLength: 3 },
    ),
  }),
  'set-trading-restriction': output('set-trading-restriction', {
    reason: text,
    mode: fc.constantFrom('active', 'reducing', 'halted'),
    detail: text,
    actor: text,
  }),
  'record-decision': output('record-decision', {
    windowStartMs: unixMsArbitrary,
    strategy,
    outcome: text,
    rule: text,
    repeatsOfPrevious: count,
    inputs,
  }),
  'publish-fact': output('publish-fact', { fact: factArbitrary }),
  'raise-alert': output('raise-alert', {
    code: text,
    severity: fc.constantFrom('info', 'warning', 'critical'),
    detail: text,
  }),
};

/** Any output, each kind as likely as the next. */
export const outputArbitrary: fc.Arbitrary<Output> = fc.oneof(...Object.values(outputArbitraries));

/** A history: records in the order of their seq, mostly without a gap between them, some with outputs. */
export const recordsArbitrary = fc
  .tuple(
    fc.nat({ max: 1_000_000_000 }),
    fc.array(
      fc.record({
        event: eventArbitrary,
        step: fc.oneof(
          { weight: 9, arbitrary: fc.constant(1) },
          { weight: 1, arbitrary: fc.integer({ min: 2, max: 1_000 }) },
        ),
        outputs: fc.oneof(
          { weight: 3, arbitrary: fc.constant([] as Output[]) },
          { weight: 1, arbitrary: fc.array(outputArbitrary, { maxLength: 4 }) },
        ),
      }),
      { minLength: 1, maxLength: 30 },
    ),
  )
  .map(([firstSeq, entries]) => {
    let seq = firstSeq - 1;
    return entries.map(({ event: happened, step, outputs }, index) => {
      seq += index === 0 ? 1 : step;
      return { event: { ...happened, seq }, outputs };
    });
  });
