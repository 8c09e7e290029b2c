/** From the object's messages to calls of the account, in their order. Nothing here waits, and nothing of another epoch passes. */
import { assertNever } from '../../core/model/errors.ts';
import type { LinkMessageToRunner } from '../../core/protocol/runner-link.ts';
import type { SeriesIntake } from '../account/series-port.ts';
import type { LogPort } from '../ports.ts';

/**
 * Whom the runner follows and how far. `cancel-only`: the object is of another protocol version (RUNTIME §9). `observe`: its orders end
 * in itself, so that none of its intents is ours.
 */
export interface Following {
  readonly epoch: number;
  readonly mode: 'full' | 'cancel-only' | 'observe';
}

type LinkedMessage = Exclude<LinkMessageToRunner, { readonly type: 'challenge' | 'welcome' | 'pong' }>;

export interface IntentDispatchDeps {
  readonly intake: SeriesIntake;
  readonly log: LogPort;
  readonly series: string;
  acknowledged(seq: number): void;
  renewed(number: number): void;
  relay(message: Extract<LinkMessageToRunner, { readonly type: 'socket-open' | 'socket-send' | 'socket-close' }>): void;
}

export interface IntentDispatch {
  /** Performs a message; returns why the link must end, or `null`. */
  (following: Following, message: LinkedMessage): string | null;
  /** A welcome: an epoch that this process has not followed yet begins before anything of it is obeyed. */
  follow(epoch: number): void;
}

/** What may be obeyed of an object of another release. */
const STOPPING: ReadonlySet<string> = new Set(['cancel-order', 'cancel-all', 'stop', 'ack']);

export function createIntentDispatch(deps: IntentDispatchDeps): IntentDispatch {
  const { intake } = deps;
  let begun: number | null = null;
  let leaseNumber = 0;

  function perform(message: LinkedMessage) {
    switch (message.type) {
      case 'lease':
        // A renewal that was overtaken says nothing new.
        if (message.number <= leaseNumber) return;
        leaseNumber = message.number;
        return deps.renewed(message.number);
      case 'submit-order':
        return intake.submit(message.order, message.cause);
      case 'resend-order':
        return intake.resend(message.clientOrderId, message.cause);
      case 'cancel-order':
        return intake.cancel(message.clientOrderId, message.cause);
      case 'cancel-all':
        return intake.cancelAll(message.reason);
      case 'resume':
        return intake.resumed(message.orders);
      case 'prepare-markets':
        return intake.prepareMarkets(message.slugs);
      case 'merge-sets':
        return intake.mergeSets(message.conditionId, message.sizeMicro);
      case 'stop':
        return intake.stop(message.verb, message.scope, message.commandId);
      case 'ack':
        return deps.acknowledged(message.seq);
      case 'socket-open':
      case 'socket-send':
      case 'socket-close':
        return deps.relay(message);
      default:
        assertNever(message, 'message of the object');
    }
  }

  const dispatch = (following: Following, message: LinkedMessage): string | null => {
    if ('epoch' in message && message.epoch !== following.epoch) {
      return `${message.type} of epoch ${message.epoch} came over a link of epoch ${following.epoch}`;
    }
    if (!mayObey(following, message)) {
      const { series, log } = deps;
      log.log('debug', 'not obeyed', { series, message: message.type, mode: following.mode });
      return null;
    }
    perform(message);
    return null;
  };
  return Object.assign(dispatch, {
    follow(epoch: number): void {
      if (begun === epoch) return;
      begun = epoch;
      leaseNumber = 0;
      intake.epochBegan(epoch);
    },
  });
}

function mayObey({ mode }: Following, message: LinkedMessage): boolean {
  if (mode === 'full') return true;
  if (mode === 'observe') return message.type.startsWith('socket-');
  return STOPPING.has(message.type) && !(message.type === 'stop' && message.verb === 'resume');
}
