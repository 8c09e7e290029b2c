/** The body of POST /order, looked at without trust. Source: official clients' requests, venue notes of 2026-11-23 §1.3. */
import * as z from 'zod';
import { err, ok, type Result } from '../../core/model/result.ts';
import { isJsonObject } from '../json-frame.ts';

/** Most bytes a nested signature has with room to spare: a wrong length is the signature check's business. */
const MAX_SIGNATURE_DIGITS = 4_096;
const UINT256_MAX = 2n ** 256n - 1n;
const ZERO_BYTES32 = `0x${'0'.repeat(64)}`;

const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/)
  .transform((text) => text.toLowerCase());
const uint256 = z
  .string()
  .regex(/^\d{1,78}$/)
  .refine((text) => BigInt(text) <= UINT256_MAX);
/** Amounts and times that fit a safe integer. */
const amount = z
  .string()
  .regex(/^\d{1,16}$/)
  .transform(Number)
  .refine((value) => Number.isSafeInteger(value));
const bytes32 = z.string().regex(/^0x[0-9a-fA-F]{64}$/);

const orderSchema = z.object({
  salt: z.int().nonnegative(),
  maker: address,
  signer: address,
  tokenId: uint256,
  makerAmount: amount.refine((value) => value > 0),
  takerAmount: amount.refine((value) => value > 0),
  side: z.enum(['BUY', 'SELL']),
  signatureType: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]),
  /** Unix milliseconds: makes the order unique, and is no expiry. */
  timestamp: uint256,
  /** Unix seconds, 0 for none; not signed. */
  expiration: amount,
  // Optional in the documentation; the builder may also be an empty text.
  metadata: bytes32.default(ZERO_BYTES32),
  builder: z.union([bytes32, z.literal('').transform(() => ZERO_BYTES32)]).default(ZERO_BYTES32),
  signature: z
    .string()
    .regex(/^0x([0-9a-fA-F]{2})+$/)
    .max(MAX_SIGNATURE_DIGITS)
    .transform((text) => text.toLowerCase()),
});

const payloadSchema = z.object({
  deferExec: z.boolean().default(false),
  postOnly: z.boolean().default(false),
  order: orderSchema,
  owner: z.string(),
  orderType: z.enum(['GTC', 'GTD', 'FOK', 'FAK']),
});

/** An order as it was signed; addresses in lower case. */
export type SignedOrder = z.infer<typeof orderSchema>;
export type OrderPayload = z.infer<typeof payloadSchema>;

/** Fields that only the struct of the first protocol has: such an order was signed for an exchange that is gone. */
const V1_FIELDS = ['taker', 'nonce', 'feeRateBps'];

/** Reads one order with what surrounds it, or the venue's words for what is wrong with it. */
export function parseOrderPayload(value: unknown): Result<OrderPayload, string> {
  const order = isJsonObject(value) ? value['order'] : null;
  if (isJsonObject(order) && V1_FIELDS.some((field) => order[field] !== undefined))
    return err('order_version_mismatch');
  const parsed = payloadSchema.safeParse(value);
  return parsed.success ? ok(parsed.data) : err('Invalid order payload');
}
