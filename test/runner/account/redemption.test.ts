import { describe, expect, test } from 'vitest';
import type { ConditionId, TokenId } from '../../../core/model/identifiers.ts';
import { err, ok, type Result } from '../../../core/model/result.ts';
import type { ChainAccount, ChainFailure, ChainReceipt } from '../../../runner/chain/chain-account.ts';
import { type AccountWorld, createAccountWorld, UNIT, windowAt } from '../../support/account-world.ts';

interface ScriptedChain extends Omit<ChainAccount, 'relayerQuota'> {
  polWei: bigint;
  relayerQuota: number | null;
  readonly shares: Map<TokenId, number>;
  readonly payoutsOf: Map<ConditionId, readonly [number, number]>;
  readonly calls: string[];
  next: ChainFailure | null;
  /** What a transaction does though its answer is a failure. */
  happensAllTheSame: boolean;
}

const refused = (): Promise<Result<ChainReceipt, ChainFailure>> =>
  Promise.resolve(err({ kind: 'refused', detail: 'not part of this test' }));

function scriptedChain(): ScriptedChain {
  const shares = new Map<TokenId, number>();
  const send = (label: string, act: () => void): Promise<Result<ChainReceipt, ChainFailure>> => {
    chain.calls.push(label);
    const failure = chain.next;
    chain.next = null;
    if (failure === null || chain.happensAllTheSame) act();
    const receipt = { transactionHash: `0x${chain.calls.length}`, blockNumber: 7, costMicro: 1_001 };
    return Promise.resolve(failure === null ? ok(receipt) : err(failure));
  };
  const chain: ScriptedChain = {
    polWei: 1n,
    shares,
    payoutsOf: new Map(),
    calls: [],
    next: null,
    happensAllTheSame: false,
    balances: (tokens) =>
      Promise.resolve(
        ok({
          blockNumber: 42,
          pusdMicro: 1_000 * UNIT,
          usdceMicro: 0,
          polWei: chain.polWei,
          shares: new Map(tokens.map((token) => [token, shares.get(token) ?? 0])),
        }),
      ),
    approvals: () => Promise.resolve(err('not part of this test')),
    payouts: (conditionId) => Promise.resolve(ok(chain.payoutsOf.get(conditionId) ?? null)),
    merge: (conditionId, sizeMicro) =>
      send(`merge ${conditionId}`, () => {
        for (const [token, held] of shares) shares.set(token, held - sizeMicro);
      }),
    redeem: (conditionIds) => send(`redeem ${conditionIds.join(' ')}`, () => shares.clear()),
    split: refused,
    approvePusd: refused,
    approveConditional: refused,
    wrap: refused,
    unwrap: refused,
    transferUsdce: refused,
    transferPusd: refused,
    relayerQuota: null,
  };
  return chain;
}

const market = windowAt(0);

/** Holds 10 Up, and as many Down where asked. */
async function holding(chain: ScriptedChain, both = false): Promise<AccountWorld> {
  const world = await createAccountWorld({ chain });
  await world.open();
  for (const outcome of both ? (['up', 'down'] as const) : (['up'] as const)) {
    const order = world.submit(world.order({ outcome }));
    await world.advance(50);
    world.venue.match(world.hashOf(order) as never, 10 * UNIT, `t-${outcome}`);
    world.venue.settle(`t-${outcome}`, 'confirmed');
    chain.shares.set(order.tokenId, 10 * UNIT);
  }
  return world;
}

describe('createRedemption', () => {
  test('behavior: once the chain has paid out, hourly, with the winner’s payout and the cost', async () => {
    const chain = scriptedChain();
    const world = await holding(chain);
    await world.advance(400_000);
    expect(world.of('account-observed').at(-1)?.redeemableMicro).toBe(0);
    chain.payoutsOf.set(market.conditionId, [1, 0]);
    await world.advance(60_000);
    expect(world.of('account-observed').at(-1)?.redeemableMicro).toBe(10 * UNIT);
    expect(chain.calls).toEqual([]);
    await world.advance(3_600_000);
    expect(chain.calls).toEqual([`redeem ${market.conditionId}`]);
    expect(world.of('window-redeemed')).toMatchObject([
      { conditionId: market.conditionId, payoutMicro: 10 * UNIT, costMicro: 1_001, transactionHash: '0x1' },
    ]);
    expect(world.of('account-observed').at(-1)?.redeemableMicro).toBe(0);
  });

  test('behavior: at once when an order was refused for want of cash', async () => {
    const chain = scriptedChain();
    const world = await holding(chain);
    chain.payoutsOf.set(market.conditionId, [1, 0]);
    await world.advance(400_000);
    world.venue.plan.push({ kind: 'rejected', code: 'insufficient-balance', detail: 'no', duplicated: false });
    const { slug, tokens, window } = windowAt(1);
    world.submit(world.order({ marketSlug: slug, windowStartMs: window.startMs, tokenId: tokens.up }));
    await world.advance(31_000);
    expect(chain.calls).toEqual([`redeem ${market.conditionId}`]);
  });

  test('behavior: a transaction that is unknown is not sent anew when the shares are gone', async () => {
    const chain = scriptedChain();
    const world = await holding(chain);
    chain.payoutsOf.set(market.conditionId, [1, 0]);
    await world.advance(400_000);
    chain.next = { kind: 'unknown', detail: 'not seen' };
    chain.happensAllTheSame = true;
    await world.account.redeem();
    expect(world.of('window-redeemed')).toEqual([]);
    await world.advance(61_000);
    await world.account.redeem();
    expect(chain.calls).toHaveLength(1);
    expect(world.of('window-redeemed')).toHaveLength(1);
  });

  test('behavior: what an earlier process has redeemed is told before the books are compared', async () => {
    const chain = scriptedChain();
    const world = await holding(chain);
    chain.payoutsOf.set(market.conditionId, [1, 0]);
    await world.advance(400_000);
    chain.shares.clear();
    const next = await world.restart();
    await next.open();
    expect(next.of('window-redeemed')).toMatchObject([{ payoutMicro: 10 * UNIT, costMicro: 0, transactionHash: '' }]);
    expect(next.of('reconciliation-completed').map(({ result }) => result)).not.toContain('mismatch');
  });

  test('behavior: a loser’s shares are left alone, and count as lost', async () => {
    const chain = scriptedChain();
    const world = await holding(chain);
    chain.payoutsOf.set(market.conditionId, [0, 1]);
    await world.advance(400_000);
    await world.account.redeem();
    expect(chain.calls).toEqual([]);
    expect(world.account.liveFacts().lostMicro).toBe(4.8 * UNIT);
  });
});

describe('createSetMerging', () => {
  test('behavior: merges what is held, and books it', async () => {
    const chain = scriptedChain();
    const world = await holding(chain, true);
    world.intake.mergeSets(market.conditionId, 10 * UNIT);
    await world.advance(50);
    expect(world.of('complete-sets-changed')).toMatchObject([
      { change: 'merged', sizeMicro: 10 * UNIT, costMicro: 1_001 },
    ]);
    world.intake.mergeSets(market.conditionId, UNIT);
    await world.advance(50);
    expect(world.of('complete-sets-failed')[0]?.detail).toContain('fewer complete sets');
    expect(chain.calls).toHaveLength(1);
  });

  test('behavior: one that was under way when the process died is looked for, never sent anew', async () => {
    const chain = scriptedChain();
    const world = await holding(chain, true);
    chain.next = { kind: 'unknown', detail: 'not seen' };
    chain.happensAllTheSame = true;
    world.intake.mergeSets(market.conditionId, 10 * UNIT);
    await world.advance(50);
    const next = await world.restart();
    await next.open();
    await next.advance(20_000);
    expect(next.of('complete-sets-changed')).toMatchObject([{ sizeMicro: 10 * UNIT }]);
    expect(chain.calls).toHaveLength(1);
  });

  test('behavior: it is found though other matches of the window settle meanwhile', async () => {
    const chain = scriptedChain();
    const world = await holding(chain, true);
    const later = world.submit(world.order());
    await world.advance(50);
    world.venue.match(world.hashOf(later) as never, 10 * UNIT, 't-later');
    await world.advance(50);
    chain.next = { kind: 'unknown', detail: 'not seen' };
    chain.happensAllTheSame = true;
    world.intake.mergeSets(market.conditionId, 10 * UNIT);
    await world.advance(50);
    const next = await world.restart();
    await next.open();
    await next.advance(20_000);
    expect(next.of('complete-sets-changed')).toEqual([]);
    // The chain shows the later match only now: as many shares are there as before the merge.
    chain.shares.set(later.tokenId, 10 * UNIT);
    world.venue.settle('t-later', 'confirmed');
    await next.advance(60_000);
    expect(next.of('complete-sets-changed')).toMatchObject([{ sizeMicro: 10 * UNIT, transactionHash: '' }]);
    expect(chain.calls).toHaveLength(1);
  });

  test('behavior: it waits for the chain to show the sets, and is asked for only once', async () => {
    const chain = scriptedChain();
    const world = await holding(chain, true);
    chain.shares.clear();
    world.intake.mergeSets(market.conditionId, 10 * UNIT);
    await world.advance(3_000);
    world.intake.mergeSets(market.conditionId, 10 * UNIT);
    await world.advance(3_000);
    expect([chain.calls, world.of('complete-sets-failed')]).toEqual([[], []]);
    for (const token of [market.tokens.up, market.tokens.down]) chain.shares.set(token, 10 * UNIT);
    await world.advance(6_000);
    expect(world.of('complete-sets-changed')).toHaveLength(1);
    expect(chain.calls).toHaveLength(1);
  });

  test('error: sets that the chain never shows are not merged', async () => {
    const chain = scriptedChain();
    const world = await holding(chain, true);
    chain.shares.clear();
    world.intake.mergeSets(market.conditionId, 10 * UNIT);
    await world.advance(70_000);
    expect(world.of('complete-sets-failed')[0]?.detail).toContain('does not show');
    expect(chain.calls).toEqual([]);
  });

  test('error: a refused merge is told', async () => {
    const chain = scriptedChain();
    const world = await holding(chain, true);
    chain.next = { kind: 'reverted', detail: 'it reverted' };
    world.intake.mergeSets(market.conditionId, 10 * UNIT);
    await world.advance(50);
    expect(world.of('complete-sets-failed')).toMatchObject([{ detail: 'it reverted' }]);
  });
});

describe('createSupplyWatch', () => {
  test('behavior: low gas is told once, and again only after it was well', async () => {
    const chain = scriptedChain();
    const world = await createAccountWorld({ chain });
    await world.open();
    await world.advance(60_000);
    const told = () => world.of('runner-alerted').filter(({ code }) => code === 'low-gas');
    expect(told()).toHaveLength(1);
    expect(told()[0]?.detail).toContain('0.0000 POL');
    chain.polWei = 10n ** 18n;
    await world.advance(60_000);
    chain.polWei = 1n;
    await world.advance(60_000);
    expect(told()).toHaveLength(2);
  });

  test('behavior: a wallet behind the relayer is asked for its quota, not for gas', async () => {
    const chain = scriptedChain();
    chain.relayerQuota = 3;
    const world = await createAccountWorld({ chain });
    await world.open();
    await world.advance(60_000);
    expect(world.of('runner-alerted').map(({ code }) => code)).toEqual(['low-relayer-quota']);
  });
});
