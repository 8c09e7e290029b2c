/**
 * The link between a series' object and the runner: text frames, each a batch of messages. This release opens it for intents and
 * for the measuring client; leases, resume and relayed feeds come with the order path. Token ids and prices as in the domain;
 * times are unix milliseconds.
 */
import * as z from 'zod';
import type { ApprovedOrder } from '../model/order.ts';
import { err, ok, type Result } from '../model/result.ts';

/** Both sides name it first; a mismatch means cancel only (RUNTIME §9). */
export const LINK_PROTOCOL_VERSION = 1;

/** What caused an intent: the event's place in the history, its source's stamp and our receipt. */
export interface IntentCause {
  readonly seq: number;
  readonly tsEvent: number;
  readonly tsInit: number;
}

export type LinkMessageToRunner =
  | { readonly type: 'welcome'; readonly protocol: number; readonly series: string; readonly epoch: number }
  | { readonly type: 'submit-order'; readonly order: ApprovedOrder; readonly cause: IntentCause }
  | { readonly type: 'cancel-order'; readonly clientOrderId: string; readonly cause: IntentCause };

/** One frame to the runner. */
export interface LinkFrameToRunner {
  readonly messages: readonly LinkMessageToRunner[];
}

const fromRunner = z.strictObject({
  messages: z.array(z.discriminatedUnion('type', [z.strictObject({ type: z.literal('hello'), protocol: z.int() })])),
});

export type LinkFrameFromRunner = z.infer<typeof fromRunner>;

/** A frame for the runner. */
export function encodeLinkFrame(frame: LinkFrameToRunner): string {
  return JSON.stringify(frame);
}

/** What the runner sent, or why it is not a frame. */
export function decodeRunnerFrame(text: string): Result<LinkFrameFromRunner, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return err('the frame is not JSON');
  }
  const parsed = fromRunner.safeParse(value);
  return parsed.success ? ok(parsed.data) : err(z.prettifyError(parsed.error));
}
