/**
 * What the runner needs from the outside, as plain objects of functions (RUNTIME §8). `main` passes the real ones, the Node simulation
 * virtual ones with a crash at every await: the same code runs on both.
 */
import type { UnixMs } from '../core/model/time.ts';

export interface ClockPort {
  /** The product's time: wall time, or the embedded venue's scaled time (RUNTIME §6). */
  now(): UnixMs;
  wallMs(): number;
  /** Never goes back and knows nothing of the calendar: leases and deadlines. */
  monotonicMs(): number;
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
  open(url: string, handlers: SocketHandlers, headers?: Readonly<Record<string, string>>): Socket;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The exact bytes, or `null` for none. */
  readonly body: string | null;
  readonly timeoutMs: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Why nothing came back. `sent`: whether a byte of the request can have left; only `false` proves that the venue never saw it. */
export interface HttpFailure {
  readonly sent: boolean;
  readonly detail: string;
}

export interface HttpPort {
  /** Never rejects: what went wrong is a value. */
  request(request: HttpRequest): Promise<HttpAnswer | HttpFailure>;
}

/** A folder of the runner's own. Every write is whole or not at all. */
export interface DiskPort {
  read(name: string): string | null;
  /** Replaces a file, synced before it returns. */
  write(name: string, text: string): void;
  remove(name: string): void;
  /** Appends a line at once, and syncs it within 50 ms (RUNTIME §7): what a power cut can lose is a tail, which counts as unknown. */
  append(name: string, line: string): void;
  /** Syncs what is appended, now. */
  sync(name: string): void;
}

export interface RandomPort {
  /** Hex digits of so many random bytes. */
  hex(bytes: number): string;
  /** Uniform in [0, 1): for back-off jitter only. */
  next(): number;
}

export interface LogPort {
  log(
    level: 'error' | 'warn' | 'info' | 'debug',
    message: string,
    fields?: Readonly<Record<string, string | number | boolean | null>>,
  ): void;
}

export interface RunnerPorts {
  readonly clock: ClockPort;
  readonly timers: TimersPort;
  readonly sockets: SocketsPort;
  /** To the venue, through the proxy where one is set. */
  readonly http: HttpPort;
  readonly disk: DiskPort;
  readonly random: RandomPort;
  readonly log: LogPort;
}
