/** Frames of the object: encoded there, read by the runner, which believes nothing that it has not checked. */
import * as z from 'zod';
import type { MarketSlug, StrategyId, TokenId } from '../model/identifiers.ts';
import { isConditionId, isMarketSlug, isTokenId } from '../model/identifiers.ts';
import type { ApprovedOrder } from '../model/order.ts';
import { TICKS_PER_PUSD } from '../model/price.ts';
import { err, ok, type Result } from '../model/result.ts';
import { clientOrderIdSchema } from './link-schemas-facts.ts';
import { isHotMessage } from './read-intent.ts';
import type { LinkFrameToRunner, LinkMessageToRunner } from './runner-link.ts';

const count = z.int().nonnegative();
const text = z.string().max(4_000);
const epoch = count.positive();
const marketSlug = z.custom<MarketSlug>(isMarketSlug, 'no market slug');
const tokenId = z.custom<TokenId>(isTokenId, 'no token id');
const socket = count;

const cause = z.strictObject({ seq: count, tsEvent: z.number(), tsInit: z.number() });

const order = z
  .strictObject({
    strategy: z
      .string()
      .min(1)
      .max(100)
      .transform((value) => value as StrategyId),
    marketSlug,
    windowStartMs: count,
    tokenId,
    outcome: z.enum(['up', 'down']),
    side: z.enum(['buy', 'sell']),
    priceTicks: count.positive().max(TICKS_PER_PUSD),
    amount: z.discriminatedUnion('unit', [
      z.strictObject({ unit: z.literal('shares'), sizeMicro: count.positive() }),
      z.strictObject({ unit: z.literal('pusd'), spendMicro: count.positive() }),
    ]),
    timeInForce: z.enum(['GTC', 'GTD', 'FOK', 'FAK']),
    postOnly: z.boolean(),
    clientOrderId: clientOrderIdSchema,
    createdMs: count,
    notAfterMs: count,
    salt: count,
  })
  // What risk approved at the object; the runner checks it again by its own limits before anything is signed.
  .transform((value) => value as unknown as ApprovedOrder);

/** Grows, never changes: an object of any other release must be able to say which it is. */
const challenge = z.object({
  type: z.literal('challenge'),
  protocol: count,
  series: z.string(),
  epoch,
  nonce: z.string().regex(/^[0-9a-f]{32,64}$/),
  buildId: z.string(),
  execution: z.enum(['simulated', 'venue']),
});

const message = z.discriminatedUnion('type', [
  challenge,
  z.strictObject({ type: z.literal('welcome'), ackSeq: count }),
  z.strictObject({ type: z.literal('lease'), epoch, number: count }),
  z.strictObject({ type: z.literal('submit-order'), epoch, order, cause }),
  z.strictObject({ type: z.literal('resend-order'), epoch, clientOrderId: clientOrderIdSchema, cause }),
  z.strictObject({ type: z.literal('cancel-order'), epoch, clientOrderId: clientOrderIdSchema, cause }),
  z.strictObject({ type: z.literal('cancel-all'), epoch, reason: text }),
  z.strictObject({
    type: z.literal('resume'),
    epoch,
    orders: z.array(z.strictObject({ order, status: z.enum(['in-flight', 'resting', 'cancel-pending', 'unknown']) })),
  }),
  z.strictObject({ type: z.literal('prepare-markets'), slugs: z.array(marketSlug) }),
  z.strictObject({
    type: z.literal('merge-sets'),
    epoch,
    windowStartMs: count,
    conditionId: z.custom<string>(isConditionId, 'no condition id'),
    sizeMicro: count.positive(),
  }),
  z.strictObject({
    type: z.literal('stop'),
    epoch,
    verb: z.enum(['pause', 'flatten', 'kill', 'resume']),
    scope: z.enum(['series', 'account']),
    commandId: z.string().min(1).max(200),
  }),
  z.strictObject({ type: z.literal('ack'), seq: count }),
  z.strictObject({ type: z.literal('pong'), id: count }),
  z.strictObject({ type: z.literal('socket-open'), socket, url: z.string().max(4_000) }),
  z.strictObject({ type: z.literal('socket-send'), socket, data: z.string() }),
  z.strictObject({
    type: z.literal('socket-close'),
    socket,
    code: count.max(65_535),
    reason: z.string().max(200),
  }),
]);

/** What every message is measured by; those of `read-intent.ts` are looked at by hand first. */
export const messageToRunnerSchema = message;

/** A message that this release does not understand. */
export interface UnreadableMessage {
  readonly type: 'unreadable';
  readonly kind: string;
  readonly problem: string;
}

/** A frame for the runner. */
export function encodeFrameToRunner(frame: LinkFrameToRunner): string {
  return JSON.stringify(frame);
}

/** What the object sent, message by message, or why it is not a frame. Between two releases only some of them can be read. */
export function decodeFrameToRunner(
  text: string,
): Result<readonly (LinkMessageToRunner | UnreadableMessage)[], string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return err('the frame is not JSON');
  }
  const messages: unknown = (value as { readonly messages?: unknown } | null)?.messages;
  if (!Array.isArray(messages)) return err('the frame has no list of messages');
  return ok(messages.map((one: unknown) => (isHotMessage(one) ? one : readMessage(one))));
}

function readMessage(value: unknown): LinkMessageToRunner | UnreadableMessage {
  const parsed = message.safeParse(value);
  if (parsed.success) return parsed.data;
  const type = (value as { readonly type?: unknown } | null)?.type;
  return {
    type: 'unreadable',
    kind: typeof type === 'string' ? type.slice(0, 60) : 'no type',
    problem: z.prettifyError(parsed.error),
  };
}

// The compiler holds schema and types together: every message that the object can send can be read here.
type Same<A, B> = [A] extends [B] ? true : never;
const isWhole: Same<LinkMessageToRunner['type'], z.infer<typeof message>['type']> = true;
const isWholeOrder: Same<Exclude<keyof ApprovedOrder, symbol>, keyof z.input<typeof order>> = true;
void [isWhole, isWholeOrder];
