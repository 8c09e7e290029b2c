/** Frames of the runner: encoded there, read by the object. A fact that cannot be read does not make the rest of its frame unreadable. */
import * as z from 'zod';
import { err, ok, type Result } from '../model/result.ts';
import { linkFactSchema } from './link-schemas-facts.ts';
import type { LinkFrameFromRunner, LinkMessageFromRunner } from './runner-link.ts';

/** A numbered fact whose contents this release does not understand. Its number is to be answered for all the same. */
export interface UnreadableFact {
  readonly type: 'unreadable-fact';
  readonly seq: number;
  readonly problem: string;
}

const count = z.int().nonnegative();
const socket = count;
const closeReason = z.string().max(200);

/** Grows, never changes: a runner of any other release must be able to say which it is. */
const hello = z.object({
  type: z.literal('hello'),
  protocol: count,
  runnerId: z.string().regex(/^[\w.-]{1,64}$/),
  keyId: z.string().max(64),
  epoch: count,
  timeMs: count,
  mac: z.string().max(128),
});

const message = z.discriminatedUnion('type', [
  hello,
  z.strictObject({ type: z.literal('fact'), seq: count.positive(), fact: z.unknown() }),
  z.strictObject({ type: z.literal('lease-ack'), number: count, wallMs: z.number().nonnegative() }),
  z.strictObject({ type: z.literal('ping'), id: count }),
  z.strictObject({ type: z.literal('leaving'), reason: z.string().max(1_000) }),
  z.strictObject({ type: z.literal('socket-opened'), socket }),
  z.strictObject({
    type: z.literal('socket-data'),
    socket,
    frames: z.array(z.string()),
    receivedWallMs: z.number().nonnegative(),
  }),
  z.strictObject({
    type: z.literal('socket-closed'),
    socket,
    code: count.max(65_535),
    reason: closeReason,
    status: count.max(999).nullable(),
  }),
]);

const frame = z.strictObject({ messages: z.array(message) });

/** A frame for the object. */
export function encodeFrameFromRunner(toSend: LinkFrameFromRunner): string {
  return JSON.stringify(toSend);
}

/** What the runner sent, or why it is not a frame. */
export function decodeFrameFromRunner(
  text: string,
): Result<readonly (LinkMessageFromRunner | UnreadableFact)[], string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return err('the frame is not JSON');
  }
  const parsed = frame.safeParse(value);
  if (!parsed.success) return err(z.prettifyError(parsed.error));
  return ok(parsed.data.messages.map((one) => (one.type === 'fact' ? readFact(one) : one)));
}

function readFact({
  seq,
  fact,
}: {
  readonly seq: number;
  readonly fact: unknown;
}): LinkMessageFromRunner | UnreadableFact {
  const parsed = linkFactSchema.safeParse(fact);
  if (parsed.success) return { type: 'fact', seq, fact: parsed.data };
  return { type: 'unreadable-fact', seq, problem: `${kindOf(fact)}: ${z.prettifyError(parsed.error)}` };
}

function kindOf(fact: unknown): string {
  const type = (fact as { readonly type?: unknown } | null)?.type;
  return typeof type === 'string' ? type.slice(0, 60) : 'a fact without a type';
}
