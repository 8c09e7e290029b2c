/** The runner's own chain client on the embedded ledger: the same calls as on a real EVM, over the venue's routes. */
import type { Hex } from 'viem';
import { describe, expect, test } from 'vitest';
import { createChainReader } from '../../../runner/chain/chain-reader.ts';
import { POLYGON } from '../../../runner/chain/contracts.ts';
import { createChainAccount } from '../../../runner/chain/create-chain-account.ts';
import { createEoaExecutor } from '../../../runner/chain/eoa-executor.ts';
import { createJsonRpc } from '../../../runner/chain/json-rpc.ts';
import { createPendingStore } from '../../../runner/chain/pending-transaction.ts';
import { createRelayerClient } from '../../../runner/chain/relayer-client.ts';
import { type ContractWallet, createRelayerExecutor } from '../../../runner/chain/relayer-executor.ts';
import type { HttpPort } from '../../../runner/ports.ts';
import { createDigestSigner } from '../../../runner/signer/digest-signer.ts';
import { parsePrivateKey } from '../../../runner/signer/private-key.ts';
import { memoryDisk, silentLog } from '../../support/chain-deps.ts';
import { OWNER_KEY } from '../../support/local-chain.ts';
import { type TradingWorld, tradingWorld } from '../../support/venue-trader.ts';

const PUSD = 1_000_000;
const ONE_POL = 10n ** 18n;

/** The venue's routes as an HTTP port. */
function portTo(venue: TradingWorld): HttpPort {
  return {
    request: ({ method, url, body, headers }) => {
      const { pathname, searchParams } = new URL(url);
      const { status, json } = venue.call(method, pathname, {
        query: Object.fromEntries(searchParams),
        headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
        ...(body === null ? {} : { body }),
      });
      return Promise.resolve({ status, headers: {}, body: JSON.stringify(json) });
    },
  };
}

async function accountOn(venue: TradingWorld, kind: 'eoa' | ContractWallet, wallet?: Hex) {
  const key = parsePrivateKey(OWNER_KEY);
  if (!key.ok) throw new Error(key.error);
  const signer = await createDigestSigner(key.value);
  const http = portTo(venue);
  const rpc = createJsonRpc(http, 'http://venue/rpc');
  // Each wait is so much of the venue's time.
  const clock = { now: () => venue.nowMs, wallMs: () => venue.nowMs, monotonicMs: () => venue.nowMs, speed: 1 };
  const timers = {
    after: (delayWallMs: number, callback: () => void) => {
      venue.pass(delayWallMs);
      callback();
      return () => undefined;
    },
  };
  const holder = wallet ?? (signer.address as Hex);
  const disk = memoryDisk();
  const executor =
    kind === 'eoa'
      ? createEoaExecutor(
          { chainId: 137, polPriceMicro: 250_000, confirmations: 1 },
          { rpc, signer, pending: createPendingStore(disk), clock, timers, log: silentLog },
        )
      : createRelayerExecutor(kind, holder, POLYGON, {
          relayer: createRelayerClient(http, clock, 'http://venue/relayer', {
            kind: 'relayer-key',
            apiKey: 'key',
            address: signer.address,
          }),
          rpc,
          signer,
          disk,
          clock,
          timers,
        });
  const reader = createChainReader(rpc, POLYGON, holder, signer.address as Hex);
  venue.call('POST', '/faucet', { body: { address: holder, usdceMicro: 100 * PUSD } });
  venue.call('POST', '/faucet', { body: { address: signer.address, polWei: String(ONE_POL) } });
  return { account: createChainAccount(POLYGON, holder, reader, executor), signer, holder };
}

const WALLET: Hex = '0x3333333333333333333333333333333333333333';
const REGISTERED = { safe: 'safe', proxy: 'proxy', 'deposit-wallet': 'deposit' } as const;

describe('createLedgerChain', () => {
  test.each(['eoa', 'safe', 'proxy', 'deposit-wallet'] as const)(
    'behavior: %s wraps, splits, merges, redeems and unwraps on the ledger',
    async (kind) => {
      const venue = tradingWorld();
      const { account, signer, holder } = await accountOn(venue, kind, kind === 'eoa' ? undefined : WALLET);
      if (kind !== 'eoa') {
        venue.call('POST', '/wallets', { body: { owner: signer.address, wallet: holder, type: REGISTERED[kind] } });
      }
      const { conditionId, tokens, window } = venue.market;
      expect(await account.wrap(100 * PUSD)).toMatchObject({ ok: true });
      expect(await account.split(conditionId, 40 * PUSD)).toMatchObject({ ok: true });
      expect(await account.approveConditional(POLYGON.collateralAdapter, true)).toMatchObject({ ok: true });
      expect(await account.merge(conditionId, 15 * PUSD)).toMatchObject({ ok: true });
      expect(await account.payouts(conditionId)).toEqual({ ok: true, value: null });
      venue.pass(window.endMs - venue.nowMs + 120_000);
      const payouts = await account.payouts(conditionId);
      expect(payouts.ok && payouts.value !== null && payouts.value[0] + payouts.value[1]).toBe(1);
      expect(await account.redeem([conditionId])).toMatchObject({ ok: true });
      expect(await account.unwrap(60 * PUSD, holder)).toMatchObject({ ok: true });
      const end = await account.balances([tokens.up, tokens.down]);
      expect(end).toMatchObject({ ok: true, value: { pusdMicro: 40 * PUSD, usdceMicro: 60 * PUSD } });
      if (end.ok) expect([...end.value.shares.values()]).toEqual([0, 0]);
    },
  );

  test('behavior: a stranger’s signature moves nothing', async () => {
    const venue = tradingWorld();
    const { account, holder } = await accountOn(venue, 'safe', WALLET);
    venue.call('POST', '/wallets', {
      body: { owner: '0x4444444444444444444444444444444444444444', wallet: holder, type: 'safe' },
    });
    expect(await account.wrap(10 * PUSD)).toMatchObject({ ok: false, error: { kind: 'refused' } });
    expect(await account.balances([])).toMatchObject({ ok: true, value: { pusdMicro: 0, usdceMicro: 100 * PUSD } });
  });

  test('behavior: an account of its own sends until its POL is used up, and then nothing', async () => {
    const { account } = await accountOn(tradingWorld(), 'eoa');
    for (let sent = 0; ; sent++) {
      const result = await account.transferUsdce(1, WALLET);
      if (result.ok) continue;
      expect(result.error.detail).toMatch(/insufficient funds/);
      expect(sent).toBeGreaterThan(100);
      break;
    }
  });
});
