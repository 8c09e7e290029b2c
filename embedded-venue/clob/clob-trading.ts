/**
 * The authenticated half of the CLOB over an exchange: keys, orders, cancels, account data, heartbeats and the user channel, with the
 * faults of a plan. The routes stand below `/clob`; what clients sign has no such prefix.
 */
import type { DurationMs, UnixMs } from '../../core/model/time.ts';
import { createJsonRpcRoutes } from '../chain/json-rpc-routes.ts';
import { createLedgerChain } from '../chain/ledger-chain.ts';
import { createRelayerRoutes } from '../chain/relayer-routes.ts';
import type { VenueFeed, VenueRequest, VenueResponse, VenueRoutes } from '../connection.ts';
import type { FaultBook } from '../faults/fault-book.ts';
import { createFaultRoutes, type RestrictedAccounts } from '../faults/fault-routes.ts';
import { answerWithFaults } from '../faults/faulty-routes.ts';
import { createTradingModes } from '../faults/trading-modes.ts';
import { json } from '../http.ts';
import type { VenueCredentials } from '../polybolt-feed.ts';
import type { VenueAddress, VenueExchange } from '../trading/venue-exchange.ts';
import { accountRoute } from './account-routes.ts';
import { createAccounts } from './accounts.ts';
import { keyRoute, walletSignedRoute } from './auth-routes.ts';
import { cancelOrders, openOrdersOf } from './cancel-desk.ts';
import { CHAIN_ID } from './chain-contracts.ts';
import { createControlRoutes } from './control-routes.ts';
import { createHeartbeats } from './heartbeats.ts';
import { createOrderDesk } from './order-desk.ts';
import { createRateLimits } from './rate-limits.ts';
import { rebatesResponse } from './rebates.ts';
import { type AuthOptions, type KeyBinding, readKeyProof } from './request-auth.ts';
import { tradingRoute } from './trading-routes.ts';
import { createUserChannel } from './user-channel.ts';
import type { WalletRegistry } from './wallet-registry.ts';

/** How the venue deals with its clients; each may be left out. */
export interface TradingRules {
  readonly chainId?: number;
  readonly keyBinding?: KeyBinding;
  readonly depositWalletOnly?: boolean;
  readonly enforceRateLimits?: boolean;
  /** Entries of one page of orders or trades. */
  readonly pageSize?: number;
  /** How far a request's time may be from the venue's, in wall time. */
  readonly toleranceMs?: DurationMs;
}

export interface ClobTradingOptions {
  readonly exchange: VenueExchange;
  readonly faults: FaultBook;
  readonly seed: number;
  /** Simulated over wall time: clients' clocks, limits and beats are wall time. */
  readonly speed: number;
  readonly rules?: TradingRules;
}

export interface ClobTrading {
  /** The user channel; the exchange advances with it. */
  readonly feed: VenueFeed;
  readonly routes: readonly VenueRoutes[];
  /** Contract wallets and their owners, for the relayer, too. */
  readonly wallets: WalletRegistry;
  /** True for API credentials that the venue has given out. */
  knows(credentials: VenueCredentials): boolean;
  isGeoblocked(): boolean;
  /** Keys, wallets, beats and the exchange as text, for the run folder. */
  dump(): string;
  restore(text: string): void;
}

const PREFIX = '/clob';
const PAGE_SIZE = 100;
/** The real venue's tolerance is not known. */
const TOLERANCE_MS = 30_000;
const PRIVATE_PATHS =
  /^\/(auth|order|orders|cancel-all|cancel-market-orders|data|balance-allowance|v1|order-scoring|orders-scoring|notifications)(\/|$)/;
const UNAUTHORIZED = json(401, { error: 'Unauthorized/Invalid api key' });

/** A venue that takes orders for an exchange. */
export function createClobTrading({ exchange, faults, seed, speed, rules = {} }: ClobTradingOptions): ClobTrading {
  const auth: AuthOptions = {
    chainId: rules.chainId ?? CHAIN_ID,
    keyBinding: rules.keyBinding ?? 'eoa',
    toleranceMs: (rules.toleranceMs ?? TOLERANCE_MS) * speed,
  };
  const accounts = createAccounts(seed);
  const chain = createLedgerChain(exchange);
  const modes = createTradingModes(speed);
  const restricted: RestrictedAccounts = { banned: new Set(), closedOnly: new Set() };
  const limits = createRateLimits(rules.enforceRateLimits ?? false, speed);
  const channel = createUserChannel({ accounts, faults, speed });
  const cancelAll = (owner: VenueAddress, nowMs: UnixMs): void => {
    const addresses = accounts.wallets.addressesOf(owner);
    const open = openOrdersOf(exchange, addresses).map(({ orderHash }) => orderHash);
    cancelOrders(exchange, addresses, open, nowMs);
  };
  const heartbeats = createHeartbeats(speed, cancelAll);
  const desk = createOrderDesk({
    exchange,
    accounts,
    modes,
    chainId: auth.chainId,
    keyBinding: auth.keyBinding,
    depositWalletOnly: rules.depositWalletOnly ?? false,
    ...restricted,
  });
  const trading = { exchange, accounts, desk, modes, limits, heartbeats };
  const reading = { exchange, accounts, pageSize: rules.pageSize ?? PAGE_SIZE };

  const advanceTo = (nowMs: UnixMs): void => {
    exchange.advanceTo(nowMs);
    heartbeats.advanceTo(nowMs);
    channel.publish(exchange.takeNotices(), nowMs);
  };
  const answerPrivate = (request: VenueRequest, path: string, nowMs: UnixMs): VenueResponse => {
    const signed = walletSignedRoute(request, path, nowMs, accounts, auth);
    if (signed !== null) return signed;
    const key = readKeyProof(request, path, nowMs, accounts.keys, auth.toleranceMs);
    if (key === null) return UNAUTHORIZED;
    const read = accountRoute(request, path, key, nowMs, reading);
    if (read !== null) return read;
    if (key.readOnly && request.method !== 'GET') return UNAUTHORIZED;
    return (
      tradingRoute(request, path, key, nowMs, trading) ??
      keyRoute(request, path, key, accounts, restricted.closedOnly) ??
      json(404, { error: 'not found' })
    );
  };
  const routes: VenueRoutes = {
    handle(request, nowMs) {
      if (!request.path.startsWith(`${PREFIX}/`)) return null;
      const path = request.path.slice(PREFIX.length);
      if (path === '/rebates/current' && request.method === 'GET') return rebatesResponse(request, exchange);
      if (!PRIVATE_PATHS.test(path)) return null;
      return answerWithFaults(
        request,
        faults.ofRequest(`${request.method} ${path}`),
        (arrived) => answerPrivate(arrived, path, nowMs),
        () => advanceTo(nowMs),
      );
    },
  };
  return {
    feed: {
      ...channel.feed,
      advanceTo(nowMs) {
        advanceTo(nowMs);
        channel.feed.advanceTo(nowMs);
      },
    },
    routes: [
      routes,
      createJsonRpcRoutes(exchange, chain),
      createRelayerRoutes({ exchange, chain, wallets: accounts.wallets }),
      createFaultRoutes(faults, modes, restricted),
      createControlRoutes(exchange, accounts.wallets),
    ],
    knows: ({ apiKey, secret, passphrase }) => {
      const key = accounts.keys.find(apiKey);
      return key !== null && key.secret === secret && key.passphrase === passphrase;
    },
    wallets: accounts.wallets,
    isGeoblocked: () => modes.geoblocked,
    dump: () =>
      JSON.stringify({
        version: DUMP_VERSION,
        accounts: accounts.dump(),
        heartbeats: heartbeats.dump(),
        chain: chain.dump(),
        exchange: exchange.dump(),
      }),
    restore(text) {
      const saved = JSON.parse(text) as TradingDump;
      if (saved.version !== DUMP_VERSION) throw new Error(`the accounts were saved in version ${saved.version}`);
      accounts.restore(saved.accounts);
      heartbeats.restore(saved.heartbeats);
      chain.restore(saved.chain);
      exchange.restore(saved.exchange);
    },
  };
}

const DUMP_VERSION = 1;

interface TradingDump {
  readonly version: number;
  readonly accounts: unknown;
  readonly heartbeats: unknown;
  readonly chain: unknown;
  readonly exchange: string;
}
