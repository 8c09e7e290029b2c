import { describe, expect, test } from 'vitest';
import { STANDARD_EXCHANGE } from '../../../embedded-venue/clob/chain-contracts.ts';
import type { ExchangeFaults } from '../../../embedded-venue/trading/venue-exchange.ts';
import {
  ALICE,
  BOB,
  CAROL,
  noticesInShort,
  START_MS,
  type TradingFloor,
  tradingFloor,
} from '../../support/trading-floor.ts';

/** Bob sells Alice 10 Up at 0.50. */
function trade(floor: TradingFloor, amount = 10): void {
  floor.place({ maker: BOB, side: 'sell', price: 5_000, amount });
  floor.place({ maker: ALICE, price: 5_000, amount });
}

const settling = (fails: boolean, minedAfterMs = 2_000, confirmedAfterMs = 6_000): Partial<ExchangeFaults> => ({
  settlementOf: () => ({ minedAfterMs, confirmedAfterMs, fails }),
});

describe('settleStep', () => {
  test('default: mined after 2 to 4 s, confirmed after 5 to 10 s', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const floor = tradingFloor({ seed });
      trade(floor);
      floor.passTo(30_000);
      const told = noticesInShort(floor.exchange).filter((text) => text.includes('trade'));
      const times = told.map((text) => Number.parseInt(text, 10));
      expect(told.map((text) => text.split(' ').at(-1))).toEqual(['MATCHED', 'MINED', 'CONFIRMED']);
      expect(times[1]).toBeGreaterThanOrEqual(2_000);
      expect(times[1]).toBeLessThan(4_000);
      expect(times[2]).toBeGreaterThanOrEqual(5_000);
      expect(times[2]).toBeLessThan(10_000);
    }
  });

  test('behavior: the chain shows a match once it is mined, the venue counts it at once', () => {
    const floor = tradingFloor({ faults: settling(false) });
    trade(floor);
    expect(floor.shares(ALICE, 'up')).toBe(100);
    expect(floor.exchange.cachedBalance(ALICE, floor.market.tokens.up, START_MS)).toBe(110_000_000);
    expect(floor.exchange.cachedBalance(ALICE, null, START_MS)).toBe(1_000_000_000 - 5_175_000);
    expect(floor.exchange.trades(ALICE)[0]?.transactionHash).toBeNull();
    floor.passTo(2_000);
    expect(floor.shares(ALICE, 'up')).toBe(110);
    expect(floor.exchange.trades(ALICE)[0]?.transactionHash).toMatch(/^0x[0-9a-f]{64}$/);
  });

  test('behavior: a match that fails gives both sides back what they had', () => {
    const floor = tradingFloor({ faults: settling(true) });
    const before = [ALICE, BOB].map((owner) => floor.exchange.holdings(owner));
    trade(floor);
    floor.passTo(30_000);
    const told = noticesInShort(floor.exchange).filter((text) => text.includes('trade'));
    expect(told).toEqual(['0 trade direct MATCHED', '2000 trade direct RETRYING', '6000 trade direct FAILED']);
    expect([ALICE, BOB].map((owner) => floor.exchange.holdings(owner))).toEqual(before);
    expect(floor.exchange.cachedBalance(ALICE, floor.market.tokens.up, START_MS + 30_000)).toBe(100_000_000);
    // What was matched stays matched: the order has ended.
    expect(floor.exchange.openOrders(BOB)).toEqual([]);
  });

  test('behavior: a reversal takes orders with it that sold what never came', () => {
    const floor = tradingFloor({ faults: settling(true) });
    trade(floor);
    const resold = floor.place({ maker: ALICE, side: 'sell', price: 6_000, amount: 105 });
    expect(resold.kind).toBe('placed');
    floor.passTo(6_000);
    expect(floor.exchange.order(resold.orderHash)?.state).toBe('CANCELED_NOT_ENOUGH_BALANCE');
  });

  test('behavior: who resells what has not arrived waits for it, and fails with it', () => {
    for (const firstFails of [false, true]) {
      let matches = 0;
      const floor = tradingFloor({
        faults: {
          settlementOf: () =>
            matches++ === 0
              ? { minedAfterMs: 5_000, confirmedAfterMs: 8_000, fails: firstFails }
              : { minedAfterMs: 1_000, confirmedAfterMs: 2_000, fails: false },
        },
      });
      trade(floor);
      floor.place({ maker: CAROL, price: 6_000, amount: 105 });
      floor.place({ maker: ALICE, side: 'sell', price: 6_000, amount: 105 });
      floor.passTo(30_000);
      const states = floor.exchange.trades(ALICE).map(({ state }) => state);
      expect(states).toEqual(firstFails ? ['FAILED', 'FAILED'] : ['CONFIRMED', 'CONFIRMED']);
      expect(floor.shares(CAROL, 'up')).toBe(firstFails ? 100 : 205);
      expect(floor.shares(ALICE, 'up')).toBe(firstFails ? 100 : 5);
    }
  });

  test('behavior: money that has left the wallet, or an approval that was taken back, makes a match fail', () => {
    const spent = tradingFloor();
    trade(spent);
    spent.exchange.transferPusd(ALICE, CAROL, 999_000_000);
    spent.passTo(30_000);
    expect(spent.exchange.trades(ALICE)[0]?.state).toBe('FAILED');
    expect(spent.pusd(ALICE)).toBe(1);

    const revoked = tradingFloor();
    trade(revoked);
    revoked.exchange.approveConditional(BOB, STANDARD_EXCHANGE, false);
    revoked.passTo(30_000);
    expect(revoked.exchange.trades(ALICE)[0]?.state).toBe('FAILED');
    expect(revoked.shares(BOB, 'up')).toBe(100);
  });

  test('behavior: an exact allowance is used up by what is mined', () => {
    const floor = tradingFloor();
    floor.exchange.approve(ALICE, STANDARD_EXCHANGE, 6_000_000);
    trade(floor);
    floor.passTo(30_000);
    expect(floor.exchange.allowances(ALICE).pusdMicro.get(STANDARD_EXCHANGE)).toBe(825_000);
  });
});

describe('balance cache', () => {
  test('behavior: shares that were bought can be sold when the cache shows them, or is refreshed', () => {
    const floor = tradingFloor({ faults: { balanceLagMs: () => 10_000 } });
    const { exchange, market } = floor;
    for (const owner of [ALICE, BOB]) exchange.refreshBalance(owner, START_MS);
    trade(floor);
    expect(exchange.cachedBalance(ALICE, market.tokens.up, START_MS)).toBe(100_000_000);
    const sell = { maker: ALICE, side: 'sell' as const, price: 9_000, amount: 105 };
    expect(floor.place(sell)).toMatchObject({ error: 'not enough balance / allowance' });
    floor.passTo(9_999);
    expect(floor.place(sell)).toMatchObject({ error: 'not enough balance / allowance' });
    floor.passTo(10_000);
    expect(floor.place(sell)).toMatchObject({ status: 'live' });

    trade(floor, 5);
    exchange.refreshBalance(ALICE, START_MS + floor.now);
    expect(exchange.cachedBalance(ALICE, market.tokens.up, START_MS + floor.now)).toBe(115_000_000);
  });
});
