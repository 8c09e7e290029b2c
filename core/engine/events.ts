/**
 * Everything that can happen to an engine, as one closed union. The tag list is the bus's vocabulary: `event-policy.ts` says
 * for each kind where it goes.
 */
import type { EngineConfig } from '../config/engine-config.ts';
import type { AccountEvent } from '../model/account.ts';
import type { EventHeader, MarketDataEvent } from '../model/market-data.ts';
import type { ExecutionReport } from '../model/report.ts';
import type { Source } from '../model/source.ts';

/** First record of a boot. `restart(state)` is called here, live and in replay alike. */
export interface Restarted extends EventHeader {
  readonly type: 'restarted';
  readonly epoch: number;
  readonly lastSeq: number;
  readonly snapshotSeq: number;
  readonly buildId: string;
  /** What runs from here on. */
  readonly config: EngineConfig;
  /** A document that a person had put through the API is in it and goes on. Left out: the deployment's own word runs. */
  readonly keepsDocument?: boolean;
}

/** `step` threw at `failedSeq`; state was rebuilt without that event, and trading starts halted. */
export interface StepFailed extends EventHeader {
  readonly type: 'step-failed';
  readonly failedSeq: number;
  readonly message: string;
}

/** A person's word on the configuration, through the API. */
export interface ConfigChange {
  readonly commandId: string;
  readonly actor: string;
  /** What was put, as JSON, and what the deployment said at that time. */
  readonly document: string;
  readonly deployedDocument: string;
}

/** The configuration changed while the series runs. */
export interface ConfigApplied extends EventHeader {
  readonly type: 'config-applied';
  readonly config: EngineConfig;
  readonly change?: ConfigChange;
}

/** Recovery is complete: state rebuilt, own orders reconciled, feeds started. */
export interface RecoveryCompleted extends EventHeader {
  readonly type: 'recovery-completed';
}

/** A timer came due. A generation other than the scheduled one is stale and ignored. */
export interface TimerFired extends EventHeader {
  readonly type: 'timer-fired';
  readonly key: string;
  readonly generation: number;
}

/** Four different verbs (DESIGN §3.9). By account: the same command goes to every series, and the runner's latch holds it too. */
export type OperatorCommand =
  | { readonly kind: 'pause'; readonly scope: CommandScope }
  | { readonly kind: 'flatten'; readonly scope: CommandScope }
  | { readonly kind: 'kill'; readonly scope: CommandScope }
  | { readonly kind: 'resume'; readonly scope: CommandScope };

export type CommandScope = 'series' | 'account';

export interface CommandReceived extends EventHeader {
  readonly type: 'command-received';
  readonly commandId: string;
  readonly actor: string;
  readonly command: OperatorCommand;
}

/** A feed's socket is open and subscribed, or gone. `connection` numbers the sockets of a source. */
export interface FeedConnected extends EventHeader {
  readonly type: 'feed-connected';
  readonly source: Source;
  readonly connection: number;
}

export interface FeedDisconnected extends EventHeader {
  readonly type: 'feed-disconnected';
  readonly source: Source;
  readonly connection: number;
  readonly reason: string;
}

/** The runner's link came up, authenticated and resumed, or went away. */
export interface RunnerLinked extends EventHeader {
  readonly type: 'runner-linked';
  readonly runnerId: string;
}

export interface RunnerUnlinked extends EventHeader {
  readonly type: 'runner-unlinked';
  readonly reason: string;
}

export type ControlEvent =
  | Restarted
  | StepFailed
  | ConfigApplied
  | RecoveryCompleted
  | TimerFired
  | CommandReceived
  | FeedConnected
  | FeedDisconnected
  | RunnerLinked
  | RunnerUnlinked;

export type EngineEvent = MarketDataEvent | ExecutionReport | AccountEvent | ControlEvent;
export type EngineEventType = EngineEvent['type'];
