/**
 * What tests and the supervisor do to accounts from outside, on the loopback only like `/clock`: `POST /faucet` gives money and
 * allowances, `POST /wallets` registers a wallet contract, `GET /account/{address}` shows what an address holds.
 */
import * as z from 'zod';
import type { VenueResponse, VenueRoutes } from '../connection.ts';
import { json } from '../http.ts';
import { parseJsonObject } from '../json-frame.ts';
import type { VenueAddress, VenueExchange } from '../trading/venue-exchange.ts';
import { SPENDERS } from './chain-contracts.ts';
import { type WalletRegistry, walletSchema } from './wallet-registry.ts';

const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/)
  .transform((text) => text.toLowerCase());
const micro = z.int().nonnegative().optional();

const faucetSchema = z.strictObject({
  address,
  pusdMicro: micro,
  usdceMicro: micro,
  /** Beyond 2^53: a decimal text, or a number when it is small. */
  polWei: z.union([z.string().regex(/^\d{1,30}$/), z.int().nonnegative()]).optional(),
  /** Lets every contract of the venue take what the address holds. */
  approve: z.boolean().default(false),
});

const ACCOUNT_PATH = '/account/';

/** The control routes over an exchange and its wallets. */
export function createControlRoutes(exchange: VenueExchange, wallets: WalletRegistry): VenueRoutes {
  return {
    handle({ method, path, body }) {
      if (path === '/faucet') return method === 'POST' ? faucet(exchange, body) : json(405, METHOD);
      if (path === '/wallets') return method === 'POST' ? register(wallets, body) : json(405, METHOD);
      if (!path.startsWith(ACCOUNT_PATH)) return null;
      if (method !== 'GET') return json(405, METHOD);
      const asked = address.safeParse(path.slice(ACCOUNT_PATH.length));
      return asked.success ? json(200, accountOf(exchange, asked.data)) : json(400, { error: 'no address' });
    },
  };
}

const METHOD = { error: 'method not allowed' };

function faucet(exchange: VenueExchange, body: string): VenueResponse {
  const parsed = faucetSchema.safeParse(parseJsonObject(body));
  if (!parsed.success) return json(400, { error: z.prettifyError(parsed.error) });
  const { address: owner, pusdMicro, usdceMicro, polWei, approve } = parsed.data;
  exchange.fund(owner, {
    ...(pusdMicro === undefined ? {} : { pusdMicro }),
    ...(usdceMicro === undefined ? {} : { usdceMicro }),
    ...(polWei === undefined ? {} : { polWei: BigInt(polWei) }),
  });
  if (approve) {
    for (const spender of SPENDERS) {
      exchange.approve(owner, spender, Number.MAX_SAFE_INTEGER);
      exchange.approveConditional(owner, spender, true);
    }
  }
  return json(200, accountOf(exchange, owner));
}

function register(wallets: WalletRegistry, body: string): VenueResponse {
  const parsed = walletSchema.safeParse(parseJsonObject(body));
  if (!parsed.success) return json(400, { error: z.prettifyError(parsed.error) });
  const refusal = wallets.register(parsed.data);
  return refusal === null ? json(200, parsed.data) : json(409, { error: refusal });
}

function accountOf(exchange: VenueExchange, owner: VenueAddress): object {
  const { polWei, shares, ...money } = exchange.holdings(owner);
  const { pusdMicro, conditional } = exchange.allowances(owner);
  return {
    address: owner,
    ...money,
    polWei: polWei.toString(),
    shares: Object.fromEntries(shares),
    allowances: { pusdMicro: Object.fromEntries(pusdMicro), conditional: [...conditional] },
  };
}
