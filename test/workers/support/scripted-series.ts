/**
 * Stands at the edge of the Worker's tests: an object that answers by script. Its class has the name that `wrangler.toml` binds.
 * The series "eth-updown-5m" is the one that fails.
 */
import { DurableObject } from 'cloudflare:workers';
import type { ConfigRequest, ConfigResult, SeriesConfig } from '../../../core/protocol/config-api.ts';
import type {
  CommandRequest,
  CommandResult,
  OpenOrder,
  SeriesHealth,
  SeriesStatus,
} from '../../../core/protocol/series-status.ts';
import type { HistoryPage, HistoryRequest, SeriesRpc } from '../../../durable-objects/series-rpc.ts';
import { EXAMPLE_NOW_MS, exampleHealth, exampleOrder, exampleStatus } from './example-status.ts';
import { createLinkedObject, type LinkedObject } from './linked-object.ts';

/** Header of requests that want a real link. */
export const REAL_LINK = 'x-test-real-link';

export const FAILING_SERIES = 'eth-updown-5m';

/** Rows of the scripted journal, one byte each, two to a page. */
export const SCRIPTED_ROWS = [11, 12, 13, 14, 15];

const TRADING_MODE_AFTER = { pause: 'reducing', flatten: 'reducing', kill: 'halted', resume: 'active' } as const;

export class MarketSeriesDurableObject extends DurableObject implements SeriesRpc {
  private readonly obeyed = new Map<string, number>();
  private wakeUps = 0;
  private linked: LinkedObject | null = null;

  async wake(): Promise<SeriesHealth> {
    this.failWhereScripted();
    this.wakeUps++;
    return exampleHealth(this.series());
  }

  async status(): Promise<SeriesStatus> {
    this.failWhereScripted();
    return exampleStatus(this.series());
  }

  async openOrders(): Promise<readonly OpenOrder[]> {
    return [exampleOrder];
  }

  async command(request: CommandRequest): Promise<CommandResult> {
    this.failWhereScripted();
    const before = this.obeyed.get(request.commandId);
    const seq = before ?? 900 + this.obeyed.size;
    this.obeyed.set(request.commandId, seq);
    return {
      commandId: request.commandId,
      result: before === undefined ? 'applied' : 'duplicate',
      seq,
      tradingMode: TRADING_MODE_AFTER[request.kind],
      detail: request.scope === 'account' ? 'for the account' : '',
    };
  }

  async configure({ commandId, document }: ConfigRequest): Promise<ConfigResult> {
    const isEmpty = document === '{}';
    return {
      commandId,
      result: isEmpty ? 'applied' : 'refused',
      seq: isEmpty ? 7 : null,
      detail: '',
      problems: isEmpty
        ? []
        : [{ field: Object.keys(JSON.parse(document) as object).join(), message: 'is no section' }],
      changes: isEmpty ? ['risk.maxOrderPpm: 5000 → 10000'] : [],
    };
  }

  async configuration(): Promise<SeriesConfig> {
    return { series: this.series(), by: 'deployment', sinceMs: null, document: '', config: '{}' };
  }

  async history(request: HistoryRequest): Promise<HistoryPage> {
    this.failWhereScripted();
    const rows = SCRIPTED_ROWS.filter((seq) => seq >= request.fromSeq);
    return {
      snapshot: request.fromSeq === 0 ? snapshotBefore(11) : null,
      rows: rows.slice(0, 2).map((seq) => ({ seq, bytes: new Uint8Array([seq]).buffer })),
      nextSeq: rows[2] ?? null,
    };
  }

  /** Accepts every upgrade and tells the other side what it was asked; with `REAL_LINK` it is a real link instead. */
  override async fetch(request: Request): Promise<Response> {
    const { 0: client, 1: server } = new WebSocketPair();
    server.accept();
    if (request.headers.get(REAL_LINK) !== null) {
      this.linked ??= createLinkedObject(this.ctx);
      this.linked.attach(request, server);
      return new Response(null, { status: 101, webSocket: client });
    }
    const { pathname, search } = new URL(request.url);
    server.send(JSON.stringify({ pathname, search, authorization: request.headers.get('Authorization') }));
    return new Response(null, { status: 101, webSocket: client });
  }

  /** How often cron came. */
  async countWakeUps(): Promise<number> {
    return this.wakeUps;
  }

  private series(): string {
    return this.ctx.id.name ?? 'unnamed';
  }

  private failWhereScripted(): void {
    if (this.series() === FAILING_SERIES) throw new Error('scripted failure');
  }
}

function snapshotBefore(seq: number): HistoryPage['snapshot'] {
  const bytes = new Uint8Array([1, 2, 3]).buffer;
  return { seq: seq - 1, stateVersion: 1, createdMs: EXAMPLE_NOW_MS, buildId: 'test', bytes };
}
