/**
 * What the shell needs from the outside, as plain objects of functions (RUNTIME §8). The Durable Object passes the real ones,
 * the Node simulation passes virtual ones: the same shell code runs on both.
 */
import type { UnixMs } from '../core/model/time.ts';

export type SqlValue = string | number | null | ArrayBuffer;
export type SqlRow = Record<string, SqlValue>;

/** Synchronous SQLite of the object. */
export interface SqlPort {
  exec(statement: string, ...bindings: SqlValue[]): SqlRow[];
  /** Bytes the database takes on disk. */
  sizeBytes(): number;
}

export interface ClockPort {
  /** The product's time: wall time, or the embedded venue's scaled time (RUNTIME §6). */
  now(): UnixMs;
  /** Real time, for back-off, leases, watchdog and shutdown. */
  wallMs(): number;
  /** How much faster than the wall `now` runs; 1 in all real modes. */
  readonly speed: number;
}

export interface TimersPort {
  /** Calls back once after `delayWallMs` of real time; returns a function that cancels. */
  after(delayWallMs: number, callback: () => void): () => void;
}

export interface SocketHandlers {
  onOpen(): void;
  onMessage(data: string): void;
  /** Called exactly once, for a refused connection too. `status` is the HTTP status where the upgrade was refused. */
  onClose(code: number, reason: string, status: number | null): void;
}

export interface Socket {
  send(data: string): void;
  close(code?: number, reason?: string): void;
}

export interface SocketsPort {
  open(url: string, handlers: SocketHandlers): Socket;
}

export interface HttpResponse {
  readonly status: number;
  readonly body: string;
}

export interface HttpPort {
  /** GET with a time-out; rejects with an Error when nothing came back. */
  get(url: string, timeoutMs: number): Promise<HttpResponse>;
}

export interface RandomPort {
  /** Uniform in [0, 1): for back-off jitter only. */
  next(): number;
}

/** Random bytes that nobody can guess. */
export interface NoncePort {
  /** Lower-case hex digits of so many bytes. */
  hex(bytes: number): string;
}

/** R2, or whatever stands in for it. */
export interface BlobPort {
  put(key: string, bytes: Uint8Array): Promise<void>;
  get(key: string): Promise<Uint8Array | null>;
  list(prefix: string): Promise<readonly { readonly key: string; readonly size: number }[]>;
  delete(keys: readonly string[]): Promise<void>;
}

export interface LogPort {
  log(
    level: 'error' | 'warn' | 'info' | 'debug',
    message: string,
    fields?: Readonly<Record<string, string | number | boolean | null>>,
  ): void;
}
