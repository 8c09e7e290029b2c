/** Orders of the account that the commands are about, made with the commands' own means. */
import type { Outcome } from '../../core/model/window.ts';
import type { MarketRules } from '../../runner/account/market-rules.ts';
import { openChainAccount } from '../../runner/cli/session/chain-access.ts';
import { openClob } from '../../runner/cli/session/clob-access.ts';
import { openSession, type Session } from '../../runner/cli/session/session.ts';
import { windowRules } from '../../runner/cli/session/venue-windows.ts';
import { openWallet } from '../../runner/cli/session/wallet-access.ts';
import { signOrder } from '../../runner/cli/test-order.ts';
import type { SignedOrder } from '../../runner/clob/clob-client.ts';
import { quickTimers } from './chain-deps.ts';
import type { CliWorld } from './cli-world.ts';

export interface CliTrader {
  /** A resting BUY far from the market; `ahead` counts windows from the running one, and only the next has a book. */
  rest(ahead: number, outcome?: Outcome): Promise<SignedOrder>;
  /** Buys for so much pUSD at any price. */
  buy(ahead: number, outcome: Outcome, spendUsdc: number): Promise<void>;
  /** Makes so many complete sets. */
  split(ahead: number, sets: number): Promise<void>;
  rules(ahead: number): Promise<MarketRules>;
}

const USDC = 1_000_000;

/** One action at a time, each with a session of its own, so that none holds the state folder. */
export function createCliTrader(world: CliWorld): CliTrader {
  async function within<T>(act: (session: Session) => Promise<T>): Promise<T> {
    const io = {
      environment: world.environment,
      write: () => undefined,
      writeNote: () => undefined,
      confirm: () => Promise.resolve(true),
    };
    const session = await openSession(io, true, { timers: quickTimers(10) });
    try {
      return await act(session);
    } finally {
      await session.close();
    }
  }
  const place = (ahead: number, order: (rules: MarketRules) => Parameters<typeof signOrder>[4]): Promise<SignedOrder> =>
    within(async (session) => {
      const { clob, stored } = await openClob(session);
      const rules = await windowRules(session, clob, ahead);
      const signed = signOrder(session, await openWallet(session), stored.credentials.key, rules, order(rules));
      const placed = await clob.place(signed);
      if (placed.kind !== 'accepted') throw new Error(`not placed: ${JSON.stringify(placed)}`);
      return signed;
    });
  return {
    rest: (ahead, outcome = 'up') =>
      place(ahead, ({ market }) => ({
        tokenId: market.tokens[outcome],
        side: 'buy',
        priceTicks: 100,
        amount: { unit: 'shares', sizeMicro: 5 * USDC },
        timeInForce: 'GTC',
        postOnly: true,
      })),
    async buy(ahead, outcome, spendUsdc) {
      const { orderHash } = await place(ahead, ({ market }) => ({
        tokenId: market.tokens[outcome],
        side: 'buy',
        priceTicks: 9_900,
        amount: { unit: 'pusd', spendMicro: spendUsdc * USDC },
        timeInForce: 'FAK',
        postOnly: false,
      }));
      await within(async (session) => {
        const { clob } = await openClob(session);
        for (;;) {
          const fills = await clob.fills({});
          const own = fills.kind === 'accepted' ? fills.value.filter((fill) => fill.orderHash === orderHash) : [];
          if (own.length > 0 && own.every(({ settlement }) => settlement === 'confirmed')) return;
          await session.sleep(500);
        }
      });
    },
    split: (ahead, sets) =>
      within(async (session) => {
        const { clob } = await openClob(session);
        const { market } = await windowRules(session, clob, ahead);
        const done = await openChainAccount(session, await openWallet(session)).split(market.conditionId, sets * USDC);
        if (!done.ok) throw new Error(done.error.detail);
      }),
    rules: (ahead) => within(async (session) => windowRules(session, (await openClob(session)).clob, ahead)),
  };
}
