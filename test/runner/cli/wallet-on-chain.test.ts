/** The wallet commands and `cashout` on a real EVM, by an EOA and through a relayer; and whose word counts for a wallet's address. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { erc20Abi, type Hex } from 'viem';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { POLYGON } from '../../../runner/chain/contracts.ts';
import { depositWalletAddress } from '../../../runner/chain/wallet-address.ts';
import { hasAnvil } from '../../support/anvil.ts';
import { type CliWorld, startCliWorld } from '../../support/cli-world.ts';
import { type LocalChain, OWNER_KEY, startLocalChain } from '../../support/local-chain.ts';
import { type LocalRelayer, startLocalRelayer } from '../../support/local-relayer.ts';

// Real sockets on whatever machine this is: in no hurry.
vi.setConfig({ testTimeout: 60_000 });

const USDC = 1_000_000n;
const DEST: Hex = '0x7777777777777777777777777777777777777777';

describe.skipIf(!hasAnvil)('wallet and cashout on a chain', () => {
  let chain: LocalChain;
  let world: CliWorld;
  let relayer: LocalRelayer | null = null;

  beforeAll(async () => {
    chain = await startLocalChain();
  }, 60_000);
  afterAll(() => chain.stop());
  beforeEach(async () => {
    // The chain has the wall's time, which a deposit wallet's batch is measured by.
    world = await startCliWorld({ startMs: Date.now(), parts: { contracts: chain.contracts } });
    Object.assign(world.environment, { RPC_URL: chain.anvil.url, POLY_PRIVATE_KEY: OWNER_KEY, CASHOUT_DEST: DEST });
  });
  afterEach(async () => {
    await relayer?.stop();
    relayer = null;
    await world.stop();
  });

  const balanceOf = (token: Hex, owner: Hex) =>
    chain.client.readContract({ address: token, abi: erc20Abi, functionName: 'balanceOf', args: [owner] });
  const allowance = (owner: Hex, spender: Hex) =>
    chain.client.readContract({
      address: chain.contracts.pusd,
      abi: erc20Abi,
      functionName: 'allowance',
      args: [owner, spender],
    });

  test('behavior: an EOA wraps, approves exactly, unwraps, and sends everything away, once', async () => {
    const { owner, contracts } = chain;
    await chain.fund(owner, { usdce: 100n * USDC });
    expect((await world.run(['wallet', 'wrap', '60', '--yes'])).ok).toBe(true);
    expect(await balanceOf(contracts.pusd, owner)).toBe(60n * USDC);
    expect((await world.run(['wallet', 'approve', '--amount', '30', '--yes'])).ok).toBe(true);
    expect(await allowance(owner, contracts.exchange)).toBe(30n * USDC);
    // Nothing is left standing behind the ramps.
    expect(await allowance(owner, contracts.offramp)).toBe(0n);
    expect((await world.run(['wallet', 'status', '--json'])).json).toMatchObject({
      pusdMicro: 60_000_000,
      usdceMicro: 40_000_000,
    });
    expect((await world.run(['wallet', 'unwrap', '5', '--yes'])).ok).toBe(true);
    expect((await world.run(['wallet', 'revoke', '--yes'])).ok).toBe(true);
    expect(await allowance(owner, contracts.exchange)).toBe(0n);

    expect((await world.run(['keys', 'create'])).ok).toBe(true);
    const before = await balanceOf(contracts.usdce, DEST);
    const out = await world.run(['cashout', '--yes', '--json']);
    expect(out.json).toMatchObject({ done: true, sentMicro: 100_000_000 });
    expect((await balanceOf(contracts.usdce, DEST)) - before).toBe(100n * USDC);
    expect(await balanceOf(contracts.pusd, owner)).toBe(0n);
    expect((await world.run(['cashout', '--yes', '--json'])).json).toMatchObject({ sentMicro: 0 });
  });

  test('behavior: a deposit wallet does the same through the relayer, without gas', async () => {
    const wallet = await chain.deployWallet('DepositWallet', [chain.owner]);
    relayer = await startLocalRelayer(chain, wallet);
    Object.assign(world.environment, { RELAYER_URL: relayer.url, POLY_SIGNATURE_TYPE: '3', POLY_FUNDER: wallet });
    await world.post('/wallets', { owner: chain.owner, wallet, type: 'deposit' });
    await chain.fund(wallet, { usdce: 50n * USDC });
    const polBefore = await chain.client.getBalance({ address: chain.owner });
    expect((await world.run(['wallet', 'wrap', '50', '--yes'])).ok).toBe(true);
    expect((await world.run(['wallet', 'approve', '--unlimited', '--yes'])).ok).toBe(true);
    expect(await allowance(wallet, chain.contracts.exchange)).toBe(2n ** 256n - 1n);
    expect(await world.run(['keys', 'create'])).toMatchObject({ ok: true, problem: null });
    const before = await balanceOf(chain.contracts.usdce, DEST);
    expect((await world.run(['cashout', '--yes', '--json'])).json).toMatchObject({ done: true, sentMicro: 50_000_000 });
    expect((await balanceOf(chain.contracts.usdce, DEST)) - before).toBe(50n * USDC);
    expect(await chain.client.getBalance({ address: chain.owner })).toBe(polBefore);
    expect(relayer.submissions.every(({ type }) => type === 'WALLET')).toBe(true);
  });

  test('error: a ramp that does not do what is known of it gets no more than a cent', async () => {
    const { owner, contracts } = chain;
    await world.stop();
    // The token itself in the ramp's place: it knows no such call.
    world = await startCliWorld({ parts: { contracts: { ...contracts, onramp: contracts.usdce } } });
    Object.assign(world.environment, { RPC_URL: chain.anvil.url, POLY_PRIVATE_KEY: OWNER_KEY });
    await chain.fund(owner, { usdce: 20n * USDC });
    const before = await balanceOf(contracts.usdce, owner);
    const wrapped = await world.run(['wallet', 'wrap', '20', '--yes']);
    expect(wrapped.problem).toMatch(/wrap: the chain refused it/);
    expect(before - (await balanceOf(contracts.usdce, owner))).toBeLessThanOrEqual(10_000n);
  });
});

describe('wallet create', () => {
  let world: CliWorld | null = null;
  let close: () => Promise<void> = () => Promise.resolve();

  afterEach(async () => {
    await close();
    await world?.stop();
    world = null;
  });

  /** A relayer that makes wallets at whatever address it is told to name. */
  async function relayerNaming(name: (owner: Hex) => string): Promise<string> {
    let wallet = '';
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        if (request.method === 'POST') wallet = name(JSON.parse(Buffer.concat(parts).toString('utf8')).from);
        const made = { transactionID: '1', state: 'STATE_CONFIRMED', transactionHash: '0x1', proxyAddress: wallet };
        response
          .writeHead(200)
          .end(JSON.stringify(request.method === 'POST' ? { transactionID: '1', state: 'STATE_NEW' } : [made]));
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    close = async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    };
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async function liveWorld(relayerUrl: string): Promise<CliWorld> {
    world = await startCliWorld();
    delete world.environment['EMBEDDED_VENUE_URL'];
    Object.assign(world.environment, {
      MODE: 'live',
      RELAYER_URL: relayerUrl,
      RELAYER_API_KEY: 'relayer-key',
      RELAYER_API_KEY_ADDRESS: DEST,
    });
    return world;
  }

  test('behavior: a wallet that follows from the key by the factory’s rule is taken', async () => {
    const cli = await liveWorld(await relayerNaming((owner) => depositWalletAddress(POLYGON, owner, null)));
    const created = await cli.run(['wallet', 'create', '--json']);
    expect(created.json).toMatchObject({ wallet: depositWalletAddress(POLYGON, created.json.signer, null) });
    expect(created.json.settings).toContain('POLY_SIGNATURE_TYPE=3');
  });

  test('error: another address is never told as the place for money', async () => {
    const cli = await liveWorld(await relayerNaming(() => DEST));
    const created = await cli.run(['wallet', 'create']);
    expect(created.problem).toMatch(/does not follow from your key by the factory's rule/);
    expect(created.lines).toEqual([]);
  });

  test('error: without a key for the relayer no private key is made', async () => {
    const cli = await liveWorld('http://127.0.0.1:9');
    delete cli.environment['RELAYER_API_KEY'];
    expect((await cli.run(['wallet', 'create'])).problem).toMatch(/The relayer wants a key/);
    expect((await cli.run(['wallet', 'create', '--type', 'eoa', '--json'])).json).toMatchObject({ created: true });
  });

  test('error: with real money the facts want a learning budget', async () => {
    const cli = await liveWorld('http://127.0.0.1:9');
    expect((await cli.run(['livetest', '--facts', '--yes'])).problem).toMatch(/LEARNING_BUDGET_USDC must be set/);
  });
});
