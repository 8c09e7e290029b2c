/** Transactions that do not go straight: not mined, mined by an earlier run, replaced, taken back by a reorganisation. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { transferCall } from '../../../runner/chain/calls.ts';
import { createEoaExecutor } from '../../../runner/chain/eoa-executor.ts';
import { createJsonRpc } from '../../../runner/chain/json-rpc.ts';
import { createPendingStore } from '../../../runner/chain/pending-transaction.ts';
import { createHttpPort } from '../../../runner/clob/http-port.ts';
import type { DiskPort } from '../../../runner/ports.ts';
import { createDigestSigner } from '../../../runner/signer/digest-signer.ts';
import { parsePrivateKey } from '../../../runner/signer/private-key.ts';
import { hasAnvil } from '../../support/anvil.ts';
import { memoryDisk, silentLog } from '../../support/chain-deps.ts';
import { type LocalChain, OWNER_KEY, startLocalChain } from '../../support/local-chain.ts';

const PUSD = 1_000_000;
const TO = '0x2222222222222222222222222222222222222222';
const http = createHttpPort({ proxy: null });

/** A clock that only the timers move: each wait is one look at the chain, and `onWait` says what happens meanwhile. */
function steppedTime(onWait: (waits: number) => Promise<void>) {
  let nowMs = 0;
  let waits = 0;
  return {
    clock: { now: () => nowMs, wallMs: () => nowMs, monotonicMs: () => nowMs, speed: 1 },
    timers: {
      after: (delayWallMs: number, callback: () => void) => {
        nowMs += delayWallMs;
        void onWait(++waits).then(callback);
        return () => undefined;
      },
    },
  };
}

async function executorOn(
  chain: LocalChain,
  disk: DiskPort,
  confirmations: number,
  onWait: (waits: number) => Promise<void>,
) {
  const key = parsePrivateKey(OWNER_KEY);
  if (!key.ok) throw new Error(key.error);
  return createEoaExecutor(
    { chainId: 137, polPriceMicro: 250_000, confirmations },
    {
      rpc: createJsonRpc(http, chain.anvil.url),
      signer: await createDigestSigner(key.value),
      pending: createPendingStore(disk),
      log: silentLog,
      ...steppedTime(onWait),
    },
  );
}

describe.skipIf(!hasAnvil)('createEoaExecutor', () => {
  let chain: LocalChain;

  beforeAll(async () => {
    chain = await startLocalChain();
    await chain.fund(chain.owner, { pusd: BigInt(1_000 * PUSD) });
  });
  afterAll(async () => {
    await http.close();
    await chain.stop();
  });

  const balanceOf = async (address: `0x${string}`): Promise<bigint> => {
    const data = `0x70a08231${address.slice(2).padStart(64, '0')}`;
    return BigInt(String(await chain.anvil.call('eth_call', [{ to: chain.contracts.pusd, data }, 'latest'])));
  };
  const paid = async (work: () => Promise<void>): Promise<bigint> => {
    const before = await balanceOf(TO);
    await work();
    return (await balanceOf(TO)) - before;
  };
  const call = () => transferCall(chain.contracts.pusd, TO, 5 * PUSD);

  test('behavior: a transaction that is not mined has its fee raised, and is mined once', async () => {
    const amount = await paid(async () => {
      await chain.anvil.call('evm_setAutomine', [false]);
      const disk = memoryDisk();
      const executor = await executorOn(chain, disk, 0, async (waits) => {
        if (waits === 45) await chain.anvil.call('evm_mine');
      });
      const sent = await executor.execute([call()]);
      await chain.anvil.call('evm_setAutomine', [true]);
      expect(sent).toMatchObject({ ok: true });
      expect(disk.files.size).toBe(0);
    });
    expect(amount).toBe(BigInt(5 * PUSD));
  });

  test('behavior: what an earlier run sent is found and not sent anew', async () => {
    const disk = memoryDisk();
    const amount = await paid(async () => {
      await chain.anvil.call('evm_setAutomine', [false]);
      const first = await executorOn(chain, disk, 0, () => Promise.resolve());
      expect(await first.execute([call()])).toMatchObject({ ok: false, error: { kind: 'unknown' } });
      expect(disk.files.size).toBe(1);
      await chain.anvil.call('evm_setAutomine', [true]);
      await chain.anvil.call('evm_mine');
      // The next run's own call comes after it, with the next nonce.
      const second = await executorOn(chain, disk, 0, () => Promise.resolve());
      expect(await second.execute([call()])).toMatchObject({ ok: true });
      expect(disk.files.size).toBe(0);
    });
    expect(amount).toBe(BigInt(10 * PUSD));
  });

  test('behavior: while an earlier transaction is unknown nothing else is sent', async () => {
    const disk = memoryDisk();
    await chain.anvil.call('evm_setAutomine', [false]);
    const first = await executorOn(chain, disk, 0, () => Promise.resolve());
    expect(await first.execute([call()])).toMatchObject({ ok: false, error: { kind: 'unknown' } });
    const nonce = await chain.anvil.call('eth_getTransactionCount', [chain.owner, 'pending']);
    const second = await executorOn(chain, disk, 0, () => Promise.resolve());
    expect(await second.execute([call()])).toMatchObject({ ok: false, error: { kind: 'unknown' } });
    expect(await chain.anvil.call('eth_getTransactionCount', [chain.owner, 'pending'])).toBe(nonce);
    await chain.anvil.call('evm_setAutomine', [true]);
    await chain.anvil.call('evm_mine');
    const third = await executorOn(chain, disk, 0, () => Promise.resolve());
    expect(await third.execute([call()])).toMatchObject({ ok: true });
  });

  test('behavior: a block that is taken back does not count, and the transaction is mined again once', async () => {
    const amount = await paid(async () => {
      let reorganised = false;
      const nonce = await chain.anvil.call('eth_getTransactionCount', [chain.owner, 'latest']);
      const executor = await executorOn(chain, memoryDisk(), 2, async () => {
        const isMined = (await chain.anvil.call('eth_getTransactionCount', [chain.owner, 'latest'])) !== nonce;
        if (!reorganised && isMined) {
          reorganised = true;
          await chain.anvil.call('anvil_reorg', [1, []]);
        }
        await chain.anvil.call('evm_mine');
      });
      expect(await executor.execute([call()])).toMatchObject({ ok: true });
    });
    expect(amount).toBe(BigInt(5 * PUSD));
  });

  test('behavior: several calls are made in order, and the first failure ends them', async () => {
    const amount = await paid(async () => {
      const executor = await executorOn(chain, memoryDisk(), 0, () => Promise.resolve());
      const tooMuch = transferCall(chain.contracts.pusd, TO, 1_000_000 * PUSD);
      const result = await executor.execute([call(), tooMuch, call()]);
      expect(result).toMatchObject({ ok: false, error: { kind: 'reverted' } });
    });
    expect(amount).toBe(BigInt(5 * PUSD));
  });
});
