/**
 * What a hot frame has to look like, said a second time and in another way: zod schemas with bigint arithmetic, the oracle of the
 * hand-written guards in `core/venue`.
 */
import * as z from 'zod';

const DECIMAL = /^-?(?:\d+\.?\d*|\.\d+)$/;

/** A decimal text as an integer of `10^-places`; `null` when it is none, is not exact, or lies beyond 2^53. */
export function decimalAt(text: string, places: number): bigint | null {
  if (!DECIMAL.test(text)) return null;
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  const kept = fraction.replace(/0+$/, '');
  if (kept.length > places) return null;
  const value = BigInt(whole + kept.padEnd(places, '0'));
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) return null;
  return text.startsWith('-') ? -value : value;
}

const decimal = (places: number, fits: (value: bigint) => boolean) =>
  z.string().refine((text) => {
    const value = decimalAt(text, places);
    return value !== null && fits(value);
  });

const priceE8 = decimal(8, (value) => value > 0n);
const quantityE8 = decimal(8, (value) => value >= 0n);
const traded = decimal(8, (value) => value > 0n);
const ticks = decimal(4, (value) => value > 0n && value < 10_000n);
const optionalTicks = z
  .union([z.null(), z.literal(''), decimal(4, (value) => value >= 0n && value <= 10_000n)])
  .optional();
const sizeMicro = decimal(6, (value) => value >= 0n);
const msText = decimal(0, (value) => value >= 100_000_000_000n);
const count = z.int().nonnegative();
const ms = z.int().positive();
const tokenId = z.string().regex(/^\d{1,78}$/);
const symbol = z.literal('BTCUSDT');

const pairs = z.array(z.tuple([priceE8, quantityE8]).rest(z.unknown()));
const priceOf = (pair: readonly unknown[]) => decimalAt(String(pair[0]), 8) ?? 0n;

const ordered = (prices: readonly bigint[], better: (left: bigint, right: bigint) => boolean) =>
  prices.every((price, index) => index === 0 || better(prices[index - 1] ?? 0n, price));

const envelope = <T extends z.ZodType>(data: T) => z.looseObject({ stream: z.string(), data });

export const depth20Schema = z.looseObject({
  stream: z.literal('btcusdt@depth20@100ms'),
  data: z
    .looseObject({
      e: z.literal('depthUpdate'),
      s: symbol,
      T: ms.optional(),
      E: z.unknown().optional(),
      u: count,
      b: pairs,
      a: pairs,
    })
    .refine(({ T, E }) => T !== undefined || ms.safeParse(E).success)
    .refine(({ a, b }) => {
      const bids = b.map(priceOf);
      const asks = a.map(priceOf);
      const [bid] = bids;
      const [ask] = asks;
      const apart = bid === undefined || ask === undefined || bid < ask;
      return apart && ordered(bids, (left, right) => left > right) && ordered(asks, (left, right) => left < right);
    }),
});

export const bookTickerSchema = envelope(
  z
    .looseObject({
      e: z.literal('bookTicker').optional(),
      s: symbol,
      T: ms.optional(),
      u: count,
      b: priceE8,
      B: quantityE8,
      a: priceE8,
      A: quantityE8,
    })
    .refine(({ a, b }) => (decimalAt(b, 8) ?? 0n) < (decimalAt(a, 8) ?? 0n)),
);

const print = { s: symbol, T: ms, p: priceE8, q: traded, m: z.boolean() };

export const aggTradeSchema = envelope(z.looseObject({ e: z.literal('aggTrade'), a: count, ...print }));

export const tradeSchema = z.looseObject({
  e: z.literal('trade'),
  t: count,
  X: z.literal('MARKET').optional(),
  ...print,
});

export const priceChangeSchema = z.looseObject({
  event_type: z.literal('price_change').optional(),
  timestamp: msText,
  price_changes: z
    .array(
      z.looseObject({
        asset_id: tokenId,
        price: ticks,
        size: sizeMicro,
        side: z.enum(['BUY', 'SELL']),
        best_bid: optionalTicks,
        best_ask: optionalTicks,
      }),
    )
    .min(1),
});

const ladder = z.array(z.looseObject({ price: ticks, size: sizeMicro }));

/** The prices that really stand in a ladder. */
const standing = (levels: z.infer<typeof ladder>) =>
  levels.filter(({ size }) => decimalAt(size, 6) !== 0n).map(({ price }) => Number(decimalAt(price, 4)));

export const bookSchema = z
  .looseObject({
    event_type: z.literal('book').optional(),
    asset_id: tokenId,
    timestamp: msText,
    bids: ladder,
    asks: ladder,
    tick_size: optionalTicks,
    last_trade_price: optionalTicks,
  })
  .refine(({ bids, asks }) => {
    const bidPrices = standing(bids);
    const askPrices = standing(asks);
    const unique = [bidPrices, askPrices].every((prices) => new Set(prices).size === prices.length);
    return unique && Math.max(...bidPrices) < Math.min(...askPrices);
  });
