/**
 * The account's runner as a process that can die at any crossing: the product's own composition on ports that are revoked at its death.
 * What it still computes then reaches nobody; of its folder only what was synced is sure to be left.
 */
import type { LinkKey } from '../../../core/protocol/link-auth.ts';
import type { RunnerSettings } from '../../../runner/env.ts';
import type { DiskPort, HttpPort, RunnerPorts, SocketsPort } from '../../../runner/ports.ts';
import { createRunner, type Runner, type RunnerParts } from '../../../runner/runner.ts';
import type { LogLine } from '../node-ports.ts';
import type { CrashDisk } from './crash-disk.ts';
import type { Crossings } from './crossings.ts';
import { messageNames } from './frame-names.ts';
import type { Scheduler } from './scheduler.ts';

export interface RunnerProcess {
  readonly alive: boolean;
  readonly runner: Runner | null;
  /** Since when it is up. */
  readonly bootedMs: number;
  boot(): Promise<void>;
  kill(): void;
}

/** Defects that are planted: each replaces a part, or stands between a part and its port. */
export interface RunnerDefects {
  readonly parts?: Partial<RunnerParts>;
  readonly ports?: (ports: RunnerPorts) => RunnerPorts;
  readonly linkSockets?: (sockets: SocketsPort, ports: RunnerPorts) => SocketsPort;
}

export interface RunnerProcessOptions {
  readonly scheduler: Scheduler;
  readonly crossings: Crossings;
  readonly settings: RunnerSettings;
  readonly disk: CrashDisk;
  readonly openHttp: (isAlive: () => boolean) => HttpPort;
  readonly sockets: SocketsPort;
  readonly linkSockets: SocketsPort;
  /** Cuts the sockets of a dead process. */
  dropSockets(): void;
  /** Something reaches the runner over the link. */
  onLinkFrame(frame: string): void;
  readonly log: (line: LogLine) => void;
  readonly defects?: RunnerDefects;
}

interface Life {
  alive: boolean;
}

const RUNNER_ID = 'runner-0001';
export const LINK_KEY: LinkKey = { id: 'k1', secret: 'secret-one-of-the-link-0123456789' };

/** A runner on its folder, not started. */
export function createRunnerProcess(options: RunnerProcessOptions): RunnerProcess {
  const { scheduler, crossings, settings } = options;
  let life: Life = { alive: false };
  let runner: Runner | null = null;
  let bootedMs = 0;
  let nonces = 0;

  const enter = (mine: Life, act: () => void): void => {
    if (!mine.alive) return;
    try {
      act();
    } catch (error) {
      // What a dead process throws at nobody is no failure of it.
      if (mine.alive) throw error;
    }
  };

  const diskOf = (mine: Life): DiskPort => {
    const disk = options.disk.open((delayMs, callback) =>
      scheduler.after(
        delayMs,
        () => {
          if (!mine.alive) return;
          crossings.cross('runner', 'disk sync due before');
          enter(mine, callback);
          if (mine.alive) crossings.cross('runner', 'disk sync due after');
        },
        'runner',
      ),
    );
    const guarded = (name: string, act: () => void): void => {
      if (!mine.alive) return;
      crossings.cross('runner', `disk ${name} before`);
      if (!mine.alive) return;
      act();
      crossings.cross('runner', `disk ${name} after`);
    };
    return {
      read: disk.read,
      write: (name, text) => guarded(`write ${fileName(name)}`, () => disk.write(name, text)),
      remove: (name) => guarded(`remove ${fileName(name)}`, () => disk.remove(name)),
      append: (name, line) => guarded(`append ${fileName(name)} ${kindOf(line)}`, () => disk.append(name, line)),
      sync: (name) => guarded(`sync ${fileName(name)}`, () => disk.sync(name)),
    };
  };

  const linkSocketsOf = (mine: Life): SocketsPort => ({
    open(url, handlers, headers) {
      const socket = options.linkSockets.open(
        url,
        {
          onOpen: () => enter(mine, handlers.onOpen),
          onMessage(frame) {
            if (!mine.alive) return;
            const names = messageNames(frame);
            for (const name of names) {
              crossings.cross('runner', `receive ${name} before`);
              if (!mine.alive) return;
            }
            options.onLinkFrame(frame);
            enter(mine, () => handlers.onMessage(frame));
            for (const name of names) if (mine.alive) crossings.cross('runner', `receive ${name} after`);
          },
          onClose: (code, reason, status) => enter(mine, () => handlers.onClose(code, reason, status)),
        },
        headers,
      );
      return {
        send(frame) {
          if (!mine.alive) return;
          const names = messageNames(frame);
          for (const name of names) {
            crossings.cross('runner', `send ${name} before`);
            if (!mine.alive) return;
          }
          socket.send(frame);
          for (const name of names) if (mine.alive) crossings.cross('runner', `send ${name} after`);
        },
        close: (code, reason) => mine.alive && socket.close(code, reason),
      };
    },
  });

  const channelOf = (mine: Life): SocketsPort => ({
    open(url, handlers, headers) {
      const socket = options.sockets.open(
        url,
        {
          onOpen: () => enter(mine, handlers.onOpen),
          onMessage(frame) {
            if (!mine.alive) return;
            const name = channelName(frame);
            crossings.cross('runner', `channel ${name} before`);
            if (!mine.alive) return;
            enter(mine, () => handlers.onMessage(frame));
            if (mine.alive) crossings.cross('runner', `channel ${name} after`);
          },
          onClose: (code, reason, status) => enter(mine, () => handlers.onClose(code, reason, status)),
        },
        headers,
      );
      return {
        send: (data) => mine.alive && socket.send(data),
        close: (code, reason) => mine.alive && socket.close(code, reason),
      };
    },
  });

  const portsOf = (mine: Life): RunnerPorts => ({
    clock: { now: scheduler.nowMs, wallMs: scheduler.nowMs, monotonicMs: scheduler.nowMs, speed: 1 },
    timers: {
      after: (delayMs, callback) =>
        scheduler.after(
          delayMs,
          () => {
            if (!mine.alive) return;
            const name = timerName(delayMs);
            crossings.cross('runner', `timer ${name} before`);
            enter(mine, callback);
            if (mine.alive) crossings.cross('runner', `timer ${name} after`);
          },
          'runner',
        ),
    },
    sockets: channelOf(mine),
    http: options.openHttp(() => mine.alive),
    disk: diskOf(mine),
    random: { hex: (bytes) => `${++nonces}`.padStart(bytes * 2, '0'), next: () => 0.5 },
    log: {
      log: (level, message, fields = {}) => {
        if (mine.alive) options.log({ level, message: `runner: ${message}`, fields });
      },
    },
  });

  return {
    get alive() {
      return life.alive;
    },
    get runner() {
      return life.alive ? runner : null;
    },
    get bootedMs() {
      return bootedMs;
    },
    async boot() {
      const mine: Life = { alive: true };
      life = mine;
      bootedMs = scheduler.nowMs();
      const { defects = {} } = options;
      const plain = portsOf(mine);
      const ports = defects.ports?.(plain) ?? plain;
      const linkSockets = linkSocketsOf(mine);
      const created = await createRunner({
        settings,
        ports,
        runnerId: RUNNER_ID,
        linkSockets: defects.linkSockets?.(linkSockets, ports) ?? linkSockets,
        repository: '/',
        ...(defects.parts === undefined ? {} : { parts: defects.parts }),
      });
      if (!created.ok) throw new Error(created.error);
      if (!mine.alive) return;
      runner = created.value;
      // Whether it becomes ready is seen by what it does.
      runner.start().catch((error: unknown) => {
        if (mine.alive) throw error;
      });
    },
    kill() {
      if (!life.alive) return;
      life.alive = false;
      runner = null;
      options.dropSockets();
    },
  };
}

/** `sent`, `fact order-filled`, `17 order-accepted`: what a line of a log is. */
function kindOf(line: string): string {
  const { kind, fact } = JSON.parse(line) as { readonly kind?: string; readonly fact?: { readonly type: string } };
  return [kind, fact?.type].filter((part) => part !== undefined).join(' ');
}

/** Without the series in it. */
function fileName(name: string): string {
  return name.replace(/^link-.*-facts\.log$/, 'facts').replace(/^link-.*\.json$/, 'link memory');
}

/** The intervals that the runner's timers have in code; others are back-off. */
const KNOWN_DELAYS_MS = new Set([
  50, 100, 200, 230, 1_000, 2_000, 2_500, 5_000, 10_000, 15_000, 20_000, 30_000, 60_000, 3_600_000,
]);

function timerName(delayMs: number): string {
  return KNOWN_DELAYS_MS.has(delayMs) ? `${delayMs}` : 'other';
}

function channelName(frame: string): string {
  if (frame === 'PONG') return 'PONG';
  const message = JSON.parse(frame) as {
    readonly event_type?: string;
    readonly type?: string;
    readonly status?: string;
  };
  return message.event_type === 'trade' ? `trade ${message.status ?? ''}` : `order ${message.type ?? ''}`;
}
