import { describe, expect, test } from 'vitest';
import type { ConditionId } from '../../../core/model/identifiers.ts';
import { COLLATERAL_ADAPTER } from '../../../embedded-venue/clob/chain-contracts.ts';
import { ALICE, BOB, START_MS, type TradingFloor, tradingFloor } from '../../support/trading-floor.ts';

const NOBODY = `0x${'d'.repeat(40)}`;
const UNKNOWN = `0x${'0'.repeat(64)}` as ConditionId;

function calls(floor: TradingFloor) {
  const { exchange, market } = floor;
  const nowMs = START_MS + floor.now;
  return {
    split: (owner: string, amountMicro: number, condition = market.conditionId) =>
      exchange.split(owner, condition, amountMicro, nowMs),
    merge: (owner: string, amountMicro: number) => exchange.merge(owner, market.conditionId, amountMicro, nowMs),
  };
}

describe('complete sets', () => {
  test('default: split and merge are each other’s reverse, at one pUSD a set', () => {
    const floor = tradingFloor();
    const before = floor.exchange.holdings(ALICE);
    expect(calls(floor).split(ALICE, 12_345_678)).toBeNull();
    expect(floor.exchange.holdings(ALICE).pusdMicro).toBe(1_000_000_000 - 12_345_678);
    expect(floor.shares(ALICE, 'down')).toBe(112.345678);
    expect(calls(floor).merge(ALICE, 12_345_678)).toBeNull();
    expect(floor.exchange.holdings(ALICE)).toEqual(before);
  });

  test('behavior: sets can be merged before, and shares redeemed after the end, once', () => {
    const floor = tradingFloor();
    const { exchange, market } = floor;
    floor.passTo(market.schedule.resolvedMs - START_MS);
    const nowMs = START_MS + floor.now;
    expect(exchange.redeem(ALICE, market.conditionId, nowMs)).toBeNull();
    expect(floor.pusd(ALICE)).toBe(1_100);
    expect(exchange.redeem(ALICE, market.conditionId, nowMs)).toBeNull();
    expect(floor.pusd(ALICE)).toBe(1_100);
    expect(calls(floor).merge(BOB, 40_000_000)).toBeNull();
    expect(calls(floor).split(BOB, 10_000_000)).toBeNull();
    expect(exchange.redeem(BOB, market.conditionId, nowMs)).toBeNull();
    expect(floor.pusd(BOB)).toBe(1_100);
  });

  test('error: what the contracts revert with', () => {
    const floor = tradingFloor();
    const { split, merge } = calls(floor);
    expect(split(ALICE, 1, UNKNOWN)).toBe('condition not prepared yet');
    expect(split(ALICE, 1_000_000_001)).toBe('ERC20: transfer amount exceeds balance');
    expect(merge(ALICE, 100_000_001)).toBe('SafeMath: subtraction overflow');
    expect(split(ALICE, 0)).not.toBeNull();
    floor.exchange.approve(ALICE, COLLATERAL_ADAPTER, 5);
    expect(split(ALICE, 6)).toBe('ERC20: insufficient allowance');
    expect(split(ALICE, 5)).toBeNull();
    floor.exchange.approveConditional(ALICE, COLLATERAL_ADAPTER, false);
    expect(merge(ALICE, 1)).toBe('ERC1155: need operator approval for 3rd party transfers.');
  });

  test('behavior: shares that are merged away take the offers with them that they covered', () => {
    const floor = tradingFloor();
    const ask = floor.place({ side: 'sell', price: 9_000, amount: 80 });
    expect(calls(floor).merge(ALICE, 20_000_000)).toBeNull();
    expect(floor.exchange.order(ask.orderHash)?.state).toBe('LIVE');
    expect(calls(floor).merge(ALICE, 1)).toBeNull();
    expect(floor.exchange.order(ask.orderHash)?.state).toBe('CANCELED_NOT_ENOUGH_BALANCE');
  });
});

describe('money of wallets', () => {
  test('default: transfers, wrapping and unwrapping move millionths one to one', () => {
    const { exchange } = tradingFloor();
    exchange.fund(NOBODY, { usdceMicro: 10, polWei: 5n });
    expect(exchange.wrap(NOBODY, ALICE, 4)).toBeNull();
    expect(exchange.unwrap(ALICE, NOBODY, 3)).toBeNull();
    expect(exchange.transferPusd(ALICE, NOBODY, 2)).toBeNull();
    expect(exchange.holdings(NOBODY)).toMatchObject({ pusdMicro: 2, usdceMicro: 9, polWei: 5n });
    expect(exchange.holdings(ALICE).pusdMicro).toBe(1_000_000_000 + 4 - 3 - 2);
    expect(exchange.spendGas(NOBODY, 5n)).toBeNull();
  });

  test('error: nobody pays what he does not have', () => {
    const { exchange } = tradingFloor();
    const refused = 'ERC20: transfer amount exceeds balance';
    expect(exchange.wrap(NOBODY, ALICE, 1)).toBe(refused);
    expect(exchange.unwrap(NOBODY, ALICE, 1)).toBe(refused);
    expect(exchange.transferPusd(NOBODY, ALICE, 1)).toBe(refused);
    expect(exchange.spendGas(NOBODY, 1n)).toBe('insufficient funds for gas * price + value');
  });
});
