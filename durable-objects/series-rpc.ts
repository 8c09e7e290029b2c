/**
 * What the Worker may ask of a series' object. Return types are concrete (a method that returns `any` makes the compiler give
 * up on the stub, specs cloudflare §5), and everything is plain data that structured clone carries.
 */
import type { ConfigRequest, ConfigResult, SeriesConfig } from '../core/protocol/config-api.ts';
import type { HistoryRow, HistorySnapshot } from '../core/protocol/history-stream.ts';
import type {
  CommandRequest,
  CommandResult,
  OpenOrder,
  SeriesHealth,
  SeriesStatus,
} from '../core/protocol/series-status.ts';

export interface HistoryRequest {
  /** First sequence number wanted; rows that hold it or come after it are sent. 0: from the oldest kept. */
  readonly fromSeq: number;
  /** Rows are added until the next one would pass this; one row is always sent, so that a page makes progress. */
  readonly maxBytes: number;
}

/** One page of the history. */
export interface HistoryPage {
  /**
   * The state to start from: the newest snapshot before the first row of this page, when the rows do not reach back to the
   * beginning. `null` when the page starts at the very first event, and in every page but the first of a stream.
   */
  readonly snapshot: HistorySnapshot | null;
  readonly rows: readonly HistoryRow[];
  /** Ask for this next; `null` at the end of what is durable. */
  readonly nextSeq: number | null;
}

export interface SeriesRpc {
  /** Called by cron every minute: starts recovery where nothing runs, else only answers. */
  wake(): Promise<SeriesHealth>;
  status(): Promise<SeriesStatus>;
  /** Journals the command and answers when it is durable. Idempotent by `commandId`. */
  command(request: CommandRequest): Promise<CommandResult>;
  /** Journals a new configuration and answers when it is durable. Idempotent by `commandId`. */
  configure(request: ConfigRequest): Promise<ConfigResult>;
  configuration(): Promise<SeriesConfig>;
  /** Journal rows as stored, for replay. */
  history(request: HistoryRequest): Promise<HistoryPage>;
  openOrders(): Promise<readonly OpenOrder[]>;
}

/** Paths of the object's own `fetch`: WebSocket upgrades, passed through by the Worker once the caller is authenticated. */
export const SERIES_SOCKET_PATHS = { stream: '/stream', link: '/link' } as const;

export type SeriesSocket = keyof typeof SERIES_SOCKET_PATHS;
