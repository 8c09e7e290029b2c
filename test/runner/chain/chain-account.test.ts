/** The account on a real EVM with the real ConditionalTokens, for each of the four kinds of wallet. */
import type { Hex } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CallExecutor } from '../../../runner/chain/call-executor.ts';
import type { ChainAccount } from '../../../runner/chain/chain-account.ts';
import { createChainReader } from '../../../runner/chain/chain-reader.ts';
import { createChainAccount } from '../../../runner/chain/create-chain-account.ts';
import { createEoaExecutor } from '../../../runner/chain/eoa-executor.ts';
import { createJsonRpc } from '../../../runner/chain/json-rpc.ts';
import { createPendingStore } from '../../../runner/chain/pending-transaction.ts';
import { createRelayerClient } from '../../../runner/chain/relayer-client.ts';
import { type ContractWallet, createRelayerExecutor } from '../../../runner/chain/relayer-executor.ts';
import { createHttpPort } from '../../../runner/clob/http-port.ts';
import { createDigestSigner, type DigestSigner } from '../../../runner/signer/digest-signer.ts';
import { parsePrivateKey } from '../../../runner/signer/private-key.ts';
import { hasAnvil } from '../../support/anvil.ts';
import { memoryDisk, quickTimers, silentLog, wallClock } from '../../support/chain-deps.ts';
import { type LocalChain, type LocalMarket, OWNER_KEY, startLocalChain } from '../../support/local-chain.ts';
import { type LocalRelayer, startLocalRelayer } from '../../support/local-relayer.ts';

const PUSD = 1_000_000;
/** 0.25 pUSD for one POL. */
const POL_PRICE_MICRO = 250_000;
const http = createHttpPort({ proxy: null });

interface Holder {
  readonly account: ChainAccount;
  readonly wallet: Hex;
  readonly executor: CallExecutor;
  readonly relayer: LocalRelayer | null;
}

async function ownerSigner(): Promise<DigestSigner> {
  const key = parsePrivateKey(OWNER_KEY);
  if (!key.ok) throw new Error(key.error);
  return createDigestSigner(key.value);
}

async function eoaHolder(chain: LocalChain): Promise<Holder> {
  const rpc = createJsonRpc(http, chain.anvil.url);
  const signer = await ownerSigner();
  const pending = createPendingStore(memoryDisk());
  const options = { chainId: 137, polPriceMicro: POL_PRICE_MICRO, confirmations: 0 };
  const executor = createEoaExecutor(options, {
    rpc,
    signer,
    pending,
    clock: wallClock,
    timers: quickTimers(100),
    log: silentLog,
  });
  const reader = createChainReader(rpc, chain.contracts, chain.owner, chain.owner);
  return {
    account: createChainAccount(chain.contracts, chain.owner, reader, executor),
    wallet: chain.owner,
    executor,
    relayer: null,
  };
}

async function relayedHolder(chain: LocalChain, kind: ContractWallet): Promise<Holder> {
  const { owner, contracts } = chain;
  const wallet =
    kind === 'safe'
      ? await chain.deployWallet('SafeWallet', [owner])
      : kind === 'proxy'
        ? await chain.deployWallet('ProxyWallet', [owner, contracts.proxyFactory, contracts.relayHub])
        : await chain.deployWallet('DepositWallet', [owner]);
  const relayer = await startLocalRelayer(chain, wallet);
  const credentials = { kind: 'builder', apiKey: 'key', secret: 'c2VjcmV0', passphrase: 'phrase' } as const;
  const rpc = createJsonRpc(http, chain.anvil.url);
  const executor = createRelayerExecutor(kind, wallet, contracts, {
    relayer: createRelayerClient(http, wallClock, relayer.url, credentials),
    rpc,
    signer: await ownerSigner(),
    disk: memoryDisk(),
    clock: wallClock,
    timers: quickTimers(100),
  });
  const reader = createChainReader(rpc, contracts, wallet, owner);
  return { account: createChainAccount(contracts, wallet, reader, executor), wallet, executor, relayer };
}

const must = <T, E>(
  result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E },
): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
};

describe.skipIf(!hasAnvil)('createChainAccount', () => {
  let chain: LocalChain;
  const relayers: LocalRelayer[] = [];

  beforeAll(async () => {
    chain = await startLocalChain();
  });
  afterAll(async () => {
    for (const relayer of relayers) await relayer.stop();
    await http.close();
    await chain.stop();
  });

  async function holderOf(kind: 'eoa' | ContractWallet): Promise<Holder> {
    const holder = kind === 'eoa' ? await eoaHolder(chain) : await relayedHolder(chain, kind);
    if (holder.relayer !== null) relayers.push(holder.relayer);
    return holder;
  }

  test.each(['eoa', 'safe', 'proxy', 'deposit-wallet'] as const)(
    'behavior: %s wraps, splits, merges, redeems and unwraps, and no millionth is lost',
    async (kind) => {
      const { account, wallet } = await holderOf(kind);
      const market = await chain.createMarket(`market of ${kind}`);
      const [up, down] = market.tokens;
      await chain.fund(wallet, { usdce: BigInt(100 * PUSD) });

      must(await account.wrap(100 * PUSD));
      must(await account.split(market.conditionId, 40 * PUSD));
      must(await account.approveConditional(chain.contracts.collateralAdapter, true));
      must(await account.merge(market.conditionId, 15 * PUSD));
      const middle = must(await account.balances([up, down]));
      expect(middle.pusdMicro).toBe(75 * PUSD);
      expect(middle.usdceMicro).toBe(0);
      expect([middle.shares.get(up), middle.shares.get(down)]).toEqual([25 * PUSD, 25 * PUSD]);

      expect(must(await account.payouts(market.conditionId))).toBeNull();
      await chain.resolve(market, 'down');
      expect(must(await account.payouts(market.conditionId))).toEqual([0, 1]);
      const redeemed = must(await account.redeem([market.conditionId]));
      // An own account pays its gas, a relayed wallet does not.
      expect(redeemed.costMicro > 0).toBe(kind === 'eoa');

      must(await account.unwrap(60 * PUSD, wallet));
      const end = must(await account.balances([up, down]));
      expect(end.pusdMicro).toBe(40 * PUSD);
      expect(end.usdceMicro).toBe(60 * PUSD);
      expect([end.shares.get(up), end.shares.get(down)]).toEqual([0, 0]);
      // What was allowed was allowed exactly, and is used up.
      const { pusdMicro, conditional } = must(await account.approvals());
      expect(pusdMicro[chain.contracts.collateralAdapter.toLowerCase()]).toBe(0);
      expect(conditional[chain.contracts.collateralAdapter.toLowerCase()]).toBe(true);
    },
  );

  test('behavior: several windows are redeemed in one transaction by a wallet that batches', async () => {
    const { account, wallet, relayer } = await holderOf('safe');
    await chain.fund(wallet, { pusd: BigInt(30 * PUSD) });
    const markets: LocalMarket[] = [];
    for (const name of ['one', 'two', 'three']) markets.push(await chain.createMarket(`batched ${name}`));
    must(await account.approveConditional(chain.contracts.collateralAdapter, true));
    for (const market of markets) must(await account.split(market.conditionId, 10 * PUSD));
    for (const market of markets) await chain.resolve(market, 'up');
    const before = relayer?.submissions.length ?? 0;
    must(await account.redeem(markets.map(({ conditionId }) => conditionId)));
    expect(relayer?.submissions.length).toBe(before + 1);
    expect(must(await account.balances([])).pusdMicro).toBe(30 * PUSD);
  });

  test('behavior: a lost answer of the relayer is unknown, and asking again cannot do it twice', async () => {
    const { account, wallet, relayer } = await holderOf('deposit-wallet');
    await chain.fund(wallet, { pusd: BigInt(10 * PUSD) });
    relayer?.loseNextAnswer();
    const lost = await account.transferPusd(4 * PUSD, chain.contracts.onramp);
    expect(lost).toMatchObject({ ok: false, error: { kind: 'unknown' } });
    // It was carried out all the same: the balance says so, and nothing was sent a second time.
    expect(must(await account.balances([])).pusdMicro).toBe(6 * PUSD);
    expect(relayer?.submissions.length).toBe(1);
  });

  test('behavior: a submission carries the builder headers over its exact body', async () => {
    const { account, wallet, relayer } = await holderOf('safe');
    await chain.fund(wallet, { pusd: BigInt(PUSD) });
    must(await account.transferPusd(1, chain.contracts.onramp));
    expect(relayer?.headers[0]).toMatchObject({
      poly_builder_api_key: 'key',
      poly_builder_passphrase: 'phrase',
      poly_builder_signature: expect.stringMatching(/^[\w-]{43}=$/),
      poly_builder_timestamp: expect.stringMatching(/^\d{10}$/),
    });
  });

  test('behavior: what the chain would refuse is not sent', async () => {
    const { account } = await holderOf('eoa');
    const market = await chain.createMarket('nothing held');
    const nonce = await chain.anvil.call('eth_getTransactionCount', [chain.owner, 'latest']);
    const merged = await account.merge(market.conditionId, 5 * PUSD);
    expect(merged).toMatchObject({ ok: false, error: { kind: 'reverted' } });
    expect(await chain.anvil.call('eth_getTransactionCount', [chain.owner, 'latest'])).toBe(nonce);
  });
});
