/** The way to the venue and to the chain, put together from the settings: credentials, CLOB client, signer, chain account, user channel. */
import type { Hex } from 'viem';
import { isSameAddress } from '../core/model/address.ts';
import { err, ok, type Result } from '../core/model/result.ts';
import type { AccountIdentity } from '../core/venue/clob-account.ts';
import type { ChainAccount } from './chain/chain-account.ts';
import { createChainReader } from './chain/chain-reader.ts';
import { POLYGON } from './chain/contracts.ts';
import { createChainAccount } from './chain/create-chain-account.ts';
import { createEoaExecutor } from './chain/eoa-executor.ts';
import { createJsonRpc } from './chain/json-rpc.ts';
import { createPendingStore } from './chain/pending-transaction.ts';
import { createRelayerClient } from './chain/relayer-client.ts';
import { type ContractWallet, createRelayerExecutor } from './chain/relayer-executor.ts';
import { type ApiKeys, createApiKeys } from './clob/api-keys.ts';
import { type ApiCredentials, createL2Auth, type KeyBinding, l1Headers } from './clob/auth.ts';
import type { ClobClient } from './clob/clob-client.ts';
import { createClobClient } from './clob/create-clob-client.ts';
import type { RunnerSettings } from './env.ts';
import type { RunnerPorts } from './ports.ts';
import { createOrderSigner } from './signer/create-order-signer.ts';
import { createDigestSigner, type DigestSigner } from './signer/digest-signer.ts';
import type { OrderSigner, TradingWallet } from './signer/order-signer.ts';

export interface VenueAccess {
  readonly clob: ClobClient;
  readonly signer: OrderSigner;
  readonly chain: ChainAccount | null;
  readonly credentials: ApiCredentials;
  readonly identity: AccountIdentity;
  readonly wallet: TradingWallet;
}

/** Blocks on top of a transaction before it counts: Polygon seldom takes back more than one or two. */
const CONFIRMATIONS = 3;
const CONTRACT_WALLETS: Readonly<Record<1 | 2 | 3, ContractWallet>> = { 1: 'proxy', 2: 'safe', 3: 'deposit-wallet' };

/**
 * Opens it. The only requests are those for the API credentials, where none are set. Refused with one sentence: wallet and key do not fit,
 * or the venue gives no credentials.
 */
export async function openVenueAccess(
  settings: RunnerSettings,
  ports: RunnerPorts,
  isOurOrder: AccountIdentity['isOurOrder'],
): Promise<Result<VenueAccess, string>> {
  const { http, clock, timers, random } = ports;
  const digestSigner = await createDigestSigner(settings.privateKey);
  const wallet: TradingWallet = {
    chainId: settings.chainId,
    signatureType: settings.signatureType,
    signerAddress: digestSigner.address,
    funderAddress: settings.funderAddress ?? digestSigner.address,
  };
  const credentials = await credentialsOf(settings, digestSigner, ports);
  if (!credentials.ok) return credentials;
  const auth = createL2Auth(credentials.value, settings.apiAddress ?? digestSigner.address);
  if (!auth.ok) return auth;
  const signer = createOrderSigner(digestSigner, wallet, credentials.value.key);
  if (!signer.ok) return err(signer.error.detail);
  const identity: AccountIdentity = {
    apiKey: credentials.value.key,
    funderAddress: wallet.funderAddress,
    ...(isOurOrder === undefined ? {} : { isOurOrder }),
  };
  const { clobUrl, geoblockUrl } = settings.addresses;
  const clob = createClobClient({
    http,
    clock,
    timers,
    random,
    auth: auth.value,
    clobUrl,
    geoblockUrl,
    identity,
    signatureType: wallet.signatureType,
  });
  const chain = openChain(settings, ports, digestSigner, wallet);
  return ok({ clob, signer: signer.value, chain, credentials: credentials.value, identity, wallet });
}

/** Those that are set, else the key's own, made where it has none. */
async function credentialsOf(
  settings: RunnerSettings,
  signer: DigestSigner,
  { http, clock }: RunnerPorts,
): Promise<Result<ApiCredentials, string>> {
  if (settings.credentials !== null) return ok(settings.credentials);
  const { chainId } = settings;
  const apiKeys: ApiKeys = createApiKeys({
    http,
    clock,
    clobUrl: settings.addresses.clobUrl,
    login: (binding, timestampS) => l1Headers(signer, { chainId, timestampS, nonce: 0, binding }),
  });
  const isWallet = settings.apiAddress !== null && !isSameAddress(settings.apiAddress, signer.address);
  const binding: KeyBinding =
    isWallet && settings.apiAddress !== null ? { kind: 'wallet', wallet: settings.apiAddress } : { kind: 'signer' };
  const outcome = await apiKeys.deriveOrCreate(binding);
  if (outcome.kind === 'accepted') return ok(outcome.value);
  const detail = 'detail' in outcome ? outcome.detail : outcome.kind;
  return err(`The venue gives no API credentials (${detail}): run \`cli keys derive\`, or set POLY_API_KEY.`);
}

/** `null` where no node is named, or where a contract wallet has no relayer to go through. */
function openChain(
  settings: RunnerSettings,
  { http, clock, timers, disk, log }: RunnerPorts,
  signer: DigestSigner,
  wallet: TradingWallet,
): ChainAccount | null {
  const { rpcUrl, relayerUrl } = settings.addresses;
  if (rpcUrl === null) return null;
  const rpc = createJsonRpc(http, rpcUrl);
  const contracts = { ...POLYGON, chainId: settings.chainId };
  const funder = wallet.funderAddress as Hex;
  const reader = createChainReader(rpc, contracts, funder, signer.address as Hex);
  if (wallet.signatureType === 0) {
    const options = { chainId: settings.chainId, polPriceMicro: settings.polPriceMicro, confirmations: CONFIRMATIONS };
    const pending = createPendingStore(disk);
    const executor = createEoaExecutor(options, { rpc, signer, pending, clock, timers, log });
    return createChainAccount(contracts, funder, reader, executor);
  }
  if (relayerUrl === null || settings.relayer === null) return null;
  const relayer = createRelayerClient(http, clock, relayerUrl, settings.relayer);
  const kind = CONTRACT_WALLETS[wallet.signatureType];
  const executor = createRelayerExecutor(kind, funder, contracts, { relayer, rpc, signer, disk, clock, timers });
  return createChainAccount(contracts, funder, reader, executor);
}
