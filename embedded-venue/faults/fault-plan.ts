/**
 * What a venue can be told to do wrong: by whom it is noticed, which one of them, and what happens. A plan is data, so that a test
 * scripts it, a seed draws it, and `POST /faults` sends it.
 */
import * as z from 'zod';

/** Which occurrences a fault meets. Everything that is left out matches. */
const matchSchema = z.strictObject({
  /** "POST /order" for requests, "order" or "trade" for messages of the user channel, a token id for settlements. */
  route: z.string().optional(),
  /** The first occurrence that is met, counted from 1 since the plan was given. */
  nth: z.int().positive().optional(),
  /** How many occurrences from the first on; 1 with `nth`, else all. */
  times: z.int().positive().optional(),
  /** Chance that an occurrence that is met goes wrong; 1 unless told. */
  probability: z.number().min(0).max(1).optional(),
});

/** All times are wall time: what the client at the other end lives in. */
const milliseconds = z.int().nonnegative();

const requestFaultSchema = z.discriminatedUnion('kind', [
  /** Carried out at once, answered late. */
  z.strictObject({ kind: z.literal('delay'), delayMs: milliseconds }),
  /** Carried out at once and told on the user channel, answered late: the channel is ahead of the acknowledgement. */
  z.strictObject({ kind: z.literal('channel-first'), delayMs: milliseconds }),
  /** The connection ends before the venue has seen the request. */
  z.strictObject({ kind: z.literal('lose-request') }),
  /** Carried out, and the connection ends without an answer. */
  z.strictObject({ kind: z.literal('lose-response') }),
  /** Something on the way delivered the request twice; the second answer arrives. */
  z.strictObject({ kind: z.literal('repeat-request') }),
  /** Another answer than the venue's own, whether or not the request was carried out. */
  z.strictObject({
    kind: z.literal('answer'),
    accepted: z.boolean(),
    status: z.int().min(200).max(599),
    body: z.string(),
    headers: z.record(z.string(), z.string()).optional(),
  }),
]);

const messageFaultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('repeat-message'), copies: z.int().positive() }),
  z.strictObject({ kind: z.literal('delay-message'), delayMs: milliseconds }),
  /** Comes after the message that follows it. */
  z.strictObject({ kind: z.literal('swap-message') }),
  z.strictObject({ kind: z.literal('lose-message') }),
  /** This message and all for so long are lost, while PING is still answered. */
  z.strictObject({ kind: z.literal('silence'), forMs: milliseconds }),
]);

const settlementFaultSchema = z.strictObject({
  kind: z.literal('settlement'),
  minedAfterMs: milliseconds,
  confirmedAfterMs: milliseconds,
  fails: z.boolean(),
});

const balanceFaultSchema = z.strictObject({ kind: z.literal('balance-lag'), lagMs: milliseconds });

const ruleSchema = z.strictObject({
  match: matchSchema.default({}),
  fault: z.union([requestFaultSchema, messageFaultSchema, settlementFaultSchema, balanceFaultSchema]),
});

export const faultPlanSchema = z.array(ruleSchema);

export type FaultMatch = z.infer<typeof matchSchema>;
export type RequestFault = z.infer<typeof requestFaultSchema>;
export type MessageFault = z.infer<typeof messageFaultSchema>;
export type SettlementFault = z.infer<typeof settlementFaultSchema>;
export type BalanceFault = z.infer<typeof balanceFaultSchema>;
export type Fault = RequestFault | MessageFault | SettlementFault | BalanceFault;
export type FaultRule = z.infer<typeof ruleSchema>;
export type FaultPlan = readonly FaultRule[];
