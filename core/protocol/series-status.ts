/**
 * What a series tells people of itself: the answer of `status`, `openOrders`, `wake`, `command`. Plain data, written by the
 * object, read by the admin API, the dashboard and the CLI. Prices of outcome tokens are ticks of 0.0001, money and shares
 * millionths, reference prices decimal strings (18 places do not fit a number), times unix milliseconds of the product's clock
 * unless the name says `wall`. The schemas in `admin-api.ts` are held to these types by the compiler.
 */
import type { MoneyMicro, SizeMicro } from '../model/money.ts';
import type { OpenOrderStatus, Side, TimeInForce } from '../model/order.ts';
import type { PriceTicks } from '../model/price.ts';
import type { Source, Stream } from '../model/source.ts';
import type { DurationMs, UnixMs } from '../model/time.ts';
import type { Outcome } from '../model/window.ts';

/** Where the object stands in its own life (RUNTIME §5). `failed`: storage or code refuses, only status, cancel and kill work. */
export const SERIES_PHASES = ['starting', 'recovering', 'running', 'failed'] as const;
export type SeriesPhase = (typeof SERIES_PHASES)[number];

/** The strictest of all restrictions in force; the engine's own `TradingMode`, which a protocol must not import. */
export const TRADING_MODES = ['active', 'reducing', 'halted'] as const;
export type SeriesTradingMode = (typeof TRADING_MODES)[number];

/** The short answer to a wake-up call. */
export interface SeriesHealth {
  readonly series: string;
  readonly phase: SeriesPhase;
  /** Why the phase is `failed`, else empty. */
  readonly detail: string;
  readonly tradingMode: SeriesTradingMode;
  readonly epoch: number;
  readonly lastSeq: number;
  readonly buildId: string;
  /** The product's time of the answer: simulated where the venue is embedded (RUNTIME §6). Cron reckons with it. */
  readonly nowMs: UnixMs;
  /** Real time of the answer. */
  readonly wallMs: UnixMs;
}

/** One reason for restricting trading, with who set it. */
export interface RestrictionStatus {
  readonly reason: string;
  readonly mode: SeriesTradingMode;
  readonly detail: string;
  readonly actor: string;
  readonly sinceMs: UnixMs;
  /** What ends it, in words. */
  readonly liftedBy: string;
}

/** One order that may still trade. */
export interface OpenOrder {
  readonly clientOrderId: string;
  readonly venueOrderId: string | null;
  readonly windowStartMs: UnixMs;
  readonly strategy: string;
  readonly tokenId: string;
  readonly outcome: Outcome;
  readonly side: Side;
  readonly timeInForce: TimeInForce;
  readonly postOnly: boolean;
  readonly priceTicks: PriceTicks;
  /** Shares ordered; `null` for an order that spends money. */
  readonly sizeMicro: SizeMicro | null;
  /** Money to spend; `null` for an order in shares. */
  readonly spendMicro: MoneyMicro | null;
  readonly filledMicro: SizeMicro;
  readonly status: OpenOrderStatus;
  readonly createdMs: UnixMs;
  /** The order must not leave after this time. */
  readonly notAfterMs: UnixMs;
}

/** Best bid and ask of one token; every part `null` while unknown or while that side is empty. */
export interface TouchStatus {
  readonly bidTicks: PriceTicks | null;
  readonly bidSizeMicro: SizeMicro | null;
  readonly askTicks: PriceTicks | null;
  readonly askSizeMicro: SizeMicro | null;
  /** When the book last changed, by its source. */
  readonly updatedMs: UnixMs | null;
}

/** One outcome of the current window: its book's touch, our quotes and our position. */
export interface OutcomeStatus {
  readonly tokenId: string;
  readonly touch: TouchStatus;
  readonly quotes: { readonly bidTicks: PriceTicks | null; readonly askTicks: PriceTicks | null };
  readonly positionMicro: SizeMicro;
}

/** The price to beat. `pending`: the boundary has not passed or its frame has not come; `missing`: it will not come. */
export interface StrikeStatus {
  readonly state: 'pending' | 'captured' | 'missing';
  readonly price: string | null;
  readonly source: Source | null;
  /** True when the frame came in a feed's snapshot rather than live. */
  readonly snapshot: boolean;
}

/** The settlement source's newest TWAP and spot. */
export interface ReferenceStatus {
  readonly twap: string | null;
  readonly twapObservedMs: UnixMs | null;
  readonly spot: string | null;
  readonly spotObservedMs: UnixMs | null;
}

/** The last decision of one strategy in the current window: what was done or not, and the rule that decided. */
export interface DecisionStatus {
  readonly strategy: string;
  readonly outcome: string;
  readonly rule: string;
  readonly sinceMs: UnixMs;
  readonly repeats: number;
  readonly inputs: Readonly<Record<string, number | string | null>>;
}

/** The window that runs now. `market` parts are `null` until Gamma has listed it. */
export interface WindowStatus {
  readonly slug: string;
  readonly startMs: UnixMs;
  readonly endMs: UnixMs;
  readonly listed: boolean;
  readonly conditionId: string | null;
  /** The settlement rule guard's verdict, and what it found where it says no. */
  readonly tradable: boolean;
  readonly guardFindings: readonly string[];
  readonly strike: StrikeStatus;
  readonly reference: ReferenceStatus;
  /** Probability of Up by our own model; `null` without strike, volatility or price. */
  readonly fairUp: number | null;
  readonly up: OutcomeStatus | null;
  readonly down: OutcomeStatus | null;
  readonly decisions: readonly DecisionStatus[];
}

/** The window after the current one: what is ready for the roll. */
export interface NextWindowStatus {
  readonly slug: string;
  readonly startMs: UnixMs;
  readonly listed: boolean;
  readonly subscribed: boolean;
}

/** Worst-case losses, counted before they happen (DESIGN §3.13), and the limits they stand against. */
export interface ExposureStatus {
  readonly positionsMicro: MoneyMicro;
  readonly restingMicro: MoneyMicro;
  readonly inFlightMicro: MoneyMicro;
  readonly unknownMicro: MoneyMicro;
  readonly totalMicro: MoneyMicro;
  readonly totalLimitMicro: MoneyMicro;
  /** Realized today, fees included; negative is a loss. */
  readonly todayPnlMicro: MoneyMicro;
  readonly dailyLossLimitMicro: MoneyMicro;
  readonly bankrollMicro: MoneyMicro;
}

/** The account's money as this series may count on it, and what stands between it and the venue. */
export interface AccountStatus {
  /** Where orders end. */
  readonly execution: 'simulated' | 'venue';
  /** Cash by our own books. */
  readonly cashMicro: MoneyMicro;
  /** What a new order may still take: cash that both our books and the account show, less what standing orders may take. */
  readonly freeMicro: MoneyMicro;
  readonly reservedMicro: MoneyMicro;
  /** Won and not redeemed yet, by our own books. */
  readonly redeemableMicro: MoneyMicro;
  /** What the runner last stated; `null` before that, and always in simulated execution. */
  readonly observed: {
    readonly cashMicro: MoneyMicro;
    readonly allowanceMicro: MoneyMicro;
    readonly redeemableMicro: MoneyMicro;
    readonly blockNumber: number | null;
    readonly atMs: UnixMs;
  } | null;
  readonly venueMode: 'open' | 'post-only' | 'cancel-only' | 'restarting' | 'disabled';
  /** When the mode may be over; `null`: nobody says. */
  readonly venueModeUntilMs: UnixMs | null;
  /** The last comparison with venue and chain that said anything. */
  readonly reconciliation: {
    readonly result: 'clean' | 'mismatch';
    readonly differences: readonly string[];
    readonly atMs: UnixMs;
  } | null;
  /** Gas and relayer costs of the UTC day. They are in its result already. */
  readonly dayCostsMicro: MoneyMicro;
}

/** Where a person's stop stands. Done is what is confirmed. */
export interface StopStatus {
  readonly commandId: string;
  readonly verb: 'pause' | 'flatten' | 'kill';
  readonly scope: CommandScope;
  readonly actor: string;
  readonly startedMs: UnixMs;
  readonly confirmed: boolean;
  readonly confirmedMs: UnixMs | null;
  /** Orders of ours that the venue last showed, and of which nothing is known; `null`: the runner has not said yet. */
  readonly openAtVenue: number | null;
  readonly unknown: number | null;
  /** Sets that are being merged. */
  readonly mergingMicro: SizeMicro;
  /** Positions that flatten leaves to their windows' resolution, and why. */
  readonly held: readonly {
    readonly windowStartMs: UnixMs;
    readonly outcome: Outcome;
    readonly sizeMicro: SizeMicro;
    readonly reason: string;
  }[];
}

/** One stream of a feed: how old its newest message is, by its source and by us; `null` before the first. */
export interface StreamStatus {
  readonly stream: Stream;
  readonly sourceAgeMs: DurationMs | null;
  readonly receiveAgeMs: DurationMs | null;
  /** Beyond this age the stream stops new orders; `null`: its silence means nothing. */
  readonly limitMs: DurationMs | null;
  readonly stale: boolean;
}

/** One feed: its socket, its counters since boot, its streams. */
export interface FeedStatus {
  readonly source: Source;
  readonly via: 'durable-object' | 'runner';
  readonly state: 'connecting' | 'open' | 'waiting' | 'stopped';
  /** Numbers the sockets of this source since boot. */
  readonly connection: number;
  readonly openedWallMs: UnixMs | null;
  /** When the next attempt is due while `waiting`. */
  readonly retryWallMs: UnixMs | null;
  readonly reconnects: number;
  readonly frames: number;
  readonly events: number;
  readonly bytes: number;
  /** Refused messages by reason. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Connections lost, by reason. */
  readonly ended: Readonly<Record<string, number>>;
  readonly streams: readonly StreamStatus[];
}

export interface AlertStatus {
  readonly seq: number;
  readonly atMs: UnixMs;
  readonly code: string;
  readonly severity: 'info' | 'warning' | 'critical';
  readonly detail: string;
}

/** Rows that wait for D1. */
export interface OutboxStatus {
  readonly pending: number;
  /** Rows that failed eight times; tried again alone, once an hour. */
  readonly parked: number;
  readonly oldestAgeMs: DurationMs | null;
  readonly lastError: string | null;
}

/** Rows written since boot, against the budget of RUNTIME §2 (a DELETE counts as one). */
export interface RowCounters {
  readonly sqliteRowsWritten: number;
  readonly d1RowsWritten: number;
  readonly sinceWallMs: UnixMs;
}

export interface JournalStatus {
  readonly firstSeq: number | null;
  readonly lastSeq: number;
  readonly rows: number;
  readonly bytes: number;
  /** The whole database on disk. */
  readonly databaseBytes: number;
  readonly snapshotSeq: number;
}

/** What the engine did since boot. */
export interface EngineCounters {
  readonly events: number;
  /** Messages that a newer one of the same kind replaced before the engine saw them. */
  readonly conflated: number;
  readonly decisions: number;
  readonly outputs: number;
  readonly ordersSubmitted: number;
  readonly fills: number;
  /** Matches that did not settle and were taken back. */
  readonly failedFills: number;
  readonly denied: Readonly<Record<string, number>>;
}

/** Everything a person needs to see of one series, in one answer. */
export interface SeriesStatus extends SeriesHealth {
  readonly mode: 'demo' | 'sim' | 'paper' | 'live';
  readonly simSpeed: number;
  readonly bootedWallMs: UnixMs;
  readonly restrictions: readonly RestrictionStatus[];
  readonly runner: { readonly linked: boolean; readonly detail: string };
  readonly window: WindowStatus | null;
  readonly nextWindow: NextWindowStatus | null;
  readonly openOrders: readonly OpenOrder[];
  readonly exposure: ExposureStatus;
  readonly account: AccountStatus;
  /** The stop that a person has ordered and not ended yet. */
  readonly stop: StopStatus | null;
  readonly feeds: readonly FeedStatus[];
  readonly engine: EngineCounters;
  readonly outbox: OutboxStatus;
  /** The last 100, newest first. */
  readonly alerts: readonly AlertStatus[];
  readonly rows: RowCounters;
  readonly journal: JournalStatus;
}

/** Verbs of an operator (DESIGN §3.9). */
export const COMMAND_KINDS = ['pause', 'flatten', 'kill', 'resume'] as const;
export type CommandKind = (typeof COMMAND_KINDS)[number];
/** `account`: the same command goes to every series, and the runner holds it for the whole account. */
export const COMMAND_SCOPES = ['series', 'account'] as const;
export type CommandScope = (typeof COMMAND_SCOPES)[number];

export interface CommandRequest {
  /** Chosen by the caller: the same id is obeyed once. */
  readonly commandId: string;
  readonly actor: string;
  readonly kind: CommandKind;
  readonly scope: CommandScope;
}

/**
 * `duplicate`: this id was obeyed before, nothing happened now. `refused`: the object is in no state to obey, `detail` says why.
 * `applied` says that the command stands, not that it is done: where a stop is, the status says.
 */
export interface CommandResult {
  readonly commandId: string;
  readonly result: 'applied' | 'duplicate' | 'refused';
  /** Place of the command in the history; `null` when refused. */
  readonly seq: number | null;
  readonly tradingMode: SeriesTradingMode;
  readonly detail: string;
}
