/** One line of `cli sign`: from JSON text to an order request, without a number ever becoming a float. */
import { z } from 'zod';
import { parseDecimal } from '../../core/model/decimal.ts';
import type { TokenId } from '../../core/model/identifiers.ts';
import type { OrderAmount } from '../../core/model/order.ts';
import { PRICE_DECIMALS } from '../../core/model/price.ts';
import { err, ok, type Result } from '../../core/model/result.ts';
import type { OrderRequest, SigningDeniedCode, SigningMarket, TradingWallet } from '../signer/order-signer.ts';

export interface LineDenied {
  readonly code: SigningDeniedCode | 'malformed' | 'private-key-in-line';
  readonly detail: string;
}

/** What a line asks for. The signer's address is the key's, and the funder is it too where the line names none. */
export interface SignLine {
  readonly wallet: Omit<TradingWallet, 'signerAddress' | 'funderAddress'> & { readonly funder: string | null };
  readonly market: SigningMarket;
  readonly request: OrderRequest;
}

/** A JSON number, as its own text, or the same in quotes. */
const number = z.string();
const count = z.string().regex(/^\d+$/);

/** The keys of a line; others are ignored only where they say nothing of the order. */
const lineSchema = z.strictObject({
  chainId: count,
  tokenID: z.string(),
  signatureType: z.enum(['0', '1', '2', '3']),
  negRisk: z.boolean(),
  kind: z.enum(['limit', 'market']),
  orderType: z.enum(['GTC', 'GTD', 'FOK', 'FAK']),
  side: z.enum(['BUY', 'SELL']),
  tickSize: number,
  price: number,
  size: number.nullish(),
  amount: number.nullish(),
  salt: number,
  timestampMs: number,
  funder: z.string().nullish(),
  expiration: count.nullish(),
  postOnly: z.boolean().nullish(),
  builderCode: z.string().nullish(),
  metadata: z.string().nullish(),
  version: count.nullish(),
  // Labels and the vectors' own way to a salt: no part of an order.
  id: z.unknown().optional(),
  random: z.unknown().optional(),
  nowMs: z.unknown().optional(),
});

type Line = z.infer<typeof lineSchema>;

const HUNDREDTHS = 2;
const MICRO_PER_HUNDREDTH = 10_000;
const SIGNED_VERSION = '2';

/** Reads a line. The sentences name fields and never repeat their values: somebody may have put a secret there. */
export function parseSignLine(text: string): Result<SignLine, LineDenied> {
  let json: unknown;
  try {
    json = JSON.parse(text, keepNumberText);
  } catch {
    // The parser's own message would show a part of the line.
    return denied('malformed', 'The line is not JSON.');
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return denied('malformed', 'The line is no JSON object.');
  }
  if (Object.keys(json).some((key) => /^private_?key$/i.test(key))) {
    return denied('private-key-in-line', 'The key comes from POLY_PRIVATE_KEY alone: take privateKey out of the line.');
  }
  const parsed = lineSchema.safeParse(json);
  if (!parsed.success) return denied('malformed', describeIssues(parsed.error));
  return readOrder(parsed.data);
}

function readOrder(line: Line): Result<SignLine, LineDenied> {
  if ((line.version ?? SIGNED_VERSION) !== SIGNED_VERSION) {
    return denied('unsupported-version', `Only orders of version 2 are signed, not of version ${line.version}.`);
  }
  const amount = readAmount(line);
  if (!amount.ok) return amount;
  const price = cutDecimal(line.price, PRICE_DECIMALS);
  if (price === null) return denied('malformed', 'The price is no number.');
  if (!price.exact) return denied('price-off-grid', 'The price has more than four decimals: no tick size has.');
  const tickSize = cutDecimal(line.tickSize, PRICE_DECIMALS);
  if (tickSize === null || !tickSize.exact) {
    return denied('unknown-tick-size', 'The tick size is none of 0.1, 0.01, 0.005, 0.0025, 0.001, 0.0001.');
  }
  const salt = wholeNumber(line.salt);
  if (salt === null) return denied('invalid-salt', 'The salt is no whole number from 0 to 2^53 − 1.');
  const timestampMs = wholeNumber(line.timestampMs);
  if (timestampMs === null) return denied('invalid-timestamp', 'The timestamp is no whole millisecond.');
  const expirationS = wholeNumber(line.expiration ?? '0');
  if (expirationS === null) return denied('malformed', 'The expiration is no number of seconds.');
  return ok({
    wallet: {
      chainId: Number(line.chainId),
      signatureType: SIGNATURE_TYPES[line.signatureType],
      funder: line.funder ?? null,
    },
    market: { tickSizeTicks: tickSize.value, negRisk: line.negRisk },
    request: {
      // The signer looks at it: an id that is none is refused there.
      tokenId: line.tokenID as TokenId,
      side: SIDES[line.side],
      timeInForce: line.orderType,
      priceTicks: price.value,
      amount: amount.value,
      postOnly: line.postOnly ?? false,
      salt,
      timestampMs,
      expirationS,
      metadata: line.metadata ?? null,
      builderCode: line.builderCode ?? null,
    },
  });
}

/** Sizes are cut to hundredths, as the official client cuts them. */
function readAmount(line: Line): Result<OrderAmount, LineDenied> {
  const isMarket = line.kind === 'market';
  if (isMarket !== (line.orderType === 'FOK' || line.orderType === 'FAK')) {
    const allowed = isMarket ? 'FOK or FAK' : 'GTC or GTD';
    return denied('malformed', `A ${line.kind} order is ${allowed}, not ${line.orderType}.`);
  }
  const [name, unwanted] = isMarket ? (['amount', 'size'] as const) : (['size', 'amount'] as const);
  const stated = line[name] ?? null;
  if (stated === null || (line[unwanted] ?? null) !== null) {
    return denied('malformed', `A ${line.kind} order has the field ${name} and no ${unwanted}.`);
  }
  const hundredths = cutDecimal(stated, HUNDREDTHS);
  if (hundredths === null) return denied('malformed', `The ${name} is no number that can be signed.`);
  const sizeMicro = hundredths.value * MICRO_PER_HUNDREDTH;
  return ok(isMarket && line.side === 'BUY' ? { unit: 'pusd', spendMicro: sizeMicro } : { unit: 'shares', sizeMicro });
}

const SIDES = { BUY: 'buy', SELL: 'sell' } as const;
const SIGNATURE_TYPES = { '0': 0, '1': 1, '2': 2, '3': 3 } as const;

interface CutDecimal {
  readonly value: number;
  /** False where decimals other than zeros were cut off. */
  readonly exact: boolean;
}

/** A decimal as an integer of 10^-decimals, what is finer cut off as the official client does with sizes. `null`: no such number. */
function cutDecimal(text: string, decimals: number): CutDecimal | null {
  const plain = plainDecimal(text);
  if (plain === null) return null;
  const dot = plain.indexOf('.');
  const end = dot < 0 ? plain.length : dot + 1 + decimals;
  const value = parseDecimal(plain.slice(0, end), decimals);
  return value === null ? null : { value, exact: !/[1-9]/.test(plain.slice(end)) };
}

function wholeNumber(text: string): number | null {
  const plain = plainDecimal(text);
  const value = plain === null ? null : parseDecimal(plain, 0);
  return value === null || value < 0 ? null : value;
}

const JSON_NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/;
/** More zeros than any price or size has. */
const LARGEST_EXPONENT = 40;

/** "0.00005" from "5e-5": a JSON number without its exponent. */
function plainDecimal(text: string): string | null {
  const match = JSON_NUMBER.exec(text);
  if (match === null) return null;
  const [, sign = '', whole = '', fraction = '', exponentText = '0'] = match;
  const exponent = Number(exponentText);
  if (Math.abs(exponent) > LARGEST_EXPONENT) return null;
  const digits = '0'.repeat(LARGEST_EXPONENT) + whole + fraction + '0'.repeat(LARGEST_EXPONENT);
  const point = LARGEST_EXPONENT + whole.length + exponent;
  return `${sign}${digits.slice(0, point).replace(/^0+(?=\d)/, '')}.${digits.slice(point)}`;
}

/** Numbers stay the text that they were written as. */
function keepNumberText(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === 'number' ? (context?.source ?? String(value)) : value;
}

function describeIssues({ issues }: z.ZodError): string {
  const unknown = issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []));
  const wrong = [...new Set(issues.flatMap((issue) => (issue.path[0] === undefined ? [] : [String(issue.path[0])])))];
  const parts = [
    ...(wrong.length === 0 ? [] : [`missing or of the wrong kind: ${wrong.join(', ')}`]),
    // A name can be a secret that slipped into the wrong place: only what looks like a name is shown.
    ...(unknown.length === 0
      ? []
      : [`unknown: ${unknown.map((name) => (/^\w{1,24}$/.test(name) ? name : '…')).join(', ')}`]),
  ];
  return `Fields ${parts.join('; ')}.`;
}

function denied(code: LineDenied['code'], detail: string): Result<never, LineDenied> {
  return err({ code, detail });
}
