/** Facts of the runner as schemas: reports and account events without the object's own `seq` and `tsInit`. Strict: an unknown field refuses. */
import * as z from 'zod';
import type { ClientOrderId, ConditionId, TokenId, TradeId, VenueOrderId } from '../model/identifiers.ts';
import { isConditionId, isTokenId } from '../model/identifiers.ts';
import { TICKS_PER_PUSD } from '../model/price.ts';
import type { LinkFact } from './runner-link.ts';

const count = z.int().nonnegative();
/** Longest text that a fact may carry: a venue's sentence, never a page. */
const MAX_TEXT = 4_000;
const text = z.string().max(MAX_TEXT);
const name = z.string().min(1).max(200);
/** Empty: what it did was found on the chain after its runner had died, and which one did it is not known. */
const transaction = z.string().max(200);
const brand = <Branded extends string>() => name.transform((value) => value as Branded);

export const clientOrderIdSchema = brand<ClientOrderId>();
const conditionId = z.custom<ConditionId>(isConditionId, 'no condition id');
const tokenId = z.custom<TokenId>(isTokenId, 'no token id');
const tradeId = brand<TradeId>();
const venueOrderId = brand<VenueOrderId>();

const fact = <Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  z.strictObject({ type: z.literal(type), tsEvent: count, ...shape });
const report = <Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  fact(type, { clientOrderId: clientOrderIdSchema, ...shape });

export const linkFactSchema = z.discriminatedUnion('type', [
  report('order-accepted', { venueOrderId }),
  report('order-rejected', {
    code: z.enum([
      'crosses-book',
      'not-filled',
      'below-minimum',
      'off-tick',
      'insufficient-balance',
      'market-closed',
      'market-not-ready',
      'post-only-mode',
      'cancel-only',
      'restarting',
      'rate-limited',
      'unauthorised',
      'geoblocked',
      'runner-refused',
      'malformed',
      'other',
    ]),
    detail: text,
  }),
  report('order-filled', {
    tradeId,
    priceTicks: count.max(TICKS_PER_PUSD),
    sizeMicro: count.positive(),
    feeMicro: count,
    liquidity: z.enum(['maker', 'taker']),
  }),
  report('order-canceled', {
    reason: z.enum([
      'requested',
      'market-resolved',
      'expired',
      'dead-man',
      'unfilled-remainder',
      'insufficient-balance',
      'other',
    ]),
  }),
  report('cancel-rejected', { detail: text }),
  report('submission-unknown', {}),
  report('expired-unsent', {}),
  report('fill-settlement-changed', {
    tradeId,
    status: z.enum(['matched', 'mined', 'retrying', 'confirmed', 'failed']),
    transactionHash: name.nullable(),
  }),
  report('order-absent', { detail: text }),
  fact('account-observed', {
    cashMicro: count,
    allowanceMicro: count,
    redeemableMicro: count,
    blockNumber: count.nullable(),
  }),
  fact('window-redeemed', { conditionId, payoutMicro: count, costMicro: count, transactionHash: transaction }),
  fact('complete-sets-changed', {
    conditionId,
    change: z.enum(['merged', 'split']),
    sizeMicro: count,
    costMicro: count,
    transactionHash: transaction,
  }),
  fact('complete-sets-failed', { conditionId, change: z.enum(['merged', 'split']), detail: text }),
  fact('venue-mode-changed', {
    mode: z.enum(['open', 'post-only', 'cancel-only', 'restarting', 'disabled']),
    untilMs: count.nullable(),
  }),
  fact('reconciliation-completed', {
    result: z.enum(['clean', 'mismatch', 'incomplete']),
    differences: z.array(text).max(1_000),
    held: z.array(z.strictObject({ tokenId, sizeMicro: count })).max(10_000),
    blockNumber: count.nullable(),
  }),
  fact('runner-restriction-changed', {
    reason: name,
    mode: z.enum(['active', 'reducing', 'halted']),
    detail: text,
  }),
  fact('rebate-paid', { amountMicro: count, transactionHash: name }),
  fact('runner-alerted', { code: name, severity: z.enum(['info', 'warning', 'critical']), detail: text }),
  fact('stop-progressed', { commandId: name, openAtVenue: count, unknown: count, confirmed: z.boolean() }),
]);

// The compiler holds schema and types together, in both directions.
type Parsed = z.infer<typeof linkFactSchema>;
type Same<A, B> = [A] extends [B] ? true : never;
const isWithin: Same<Parsed, LinkFact> = true;
const isWhole: Same<LinkFact['type'], Parsed['type']> = true;
void [isWithin, isWhole];
